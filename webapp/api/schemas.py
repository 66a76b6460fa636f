"""What the API answers, as JSON Schema (2020-12), the dialect of OpenAPI 3.1.

Plain values are described from the frozen dataclasses that they are made of
(:func:`of`); what a ``to_dict`` puts together is written out here, key by key.
Every object is closed: a key that is not described is a mistake, so a test
that holds real answers against these schemas notices any drift.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from corpus.library.near_duplicates import DuplicateKind
from corpus.parsing.recognition import Recognition
from corpus.policy import Kind, Policy, Region, Status
from indexer.engines.base import BEST_RECORDS
from indexer.query.tree import QueryWarning
from indexer.results.facets import FACETS
from indexer.results.model import MAX_SIZE, SORTS, Evidence, FacetValue, Match, Suggestion
from indexer.results.overviews import ThemeCount
from indexer.schema import DEFAULT_FIELDS

Schema = dict[str, Any]

_PLAIN: dict[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def of(kind: Any, *without: str) -> Schema:
    """The schema of a type as it is written in a dataclass: plain, ``|``, ``Literal``, tuple.

    ``without`` are fields of a dataclass, or of a named tuple, that are left out.
    Raises ``TypeError`` for a type that is none of these.
    """
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    arguments, origin = get_args(kind), get_origin(kind)
    if origin in (types.UnionType, Union):
        return {"anyOf": [of(each) for each in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple and arguments[1:] == (...,):
        return array(of(arguments[0]))
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        kept = {name: hint for name, hint in get_type_hints(kind).items() if name not in without}
        return closed({name: of(hint) for name, hint in kept.items()})
    raise TypeError(f"no schema for {kind!r}")


def closed(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object with these keys and no others; all but ``optional`` are always there."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def array(items: Schema, **bounds: int) -> Schema:
    return {"type": "array", "items": items, **bounds}


def ref(name: str) -> Schema:
    """One of :func:`components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


_COUNT: Schema = {"type": "integer", "minimum": 0}
_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_NULLABLE: Schema = {"type": ["string", "null"]}
_RANGE = _said(array(_COUNT, minItems=2, maxItems=2), "[起, 止)，按原文的 Unicode 码位计，止处不含")


def _by_field(schema: Schema) -> Schema:
    return closed(dict.fromkeys(DEFAULT_FIELDS, schema))


def _hit() -> dict[str, Schema]:
    described = (
        *("id", "title", "number", "issuer", "date", "category"),
        *("issuers", "region", "level", "validity", "ocr"),
    )
    hints = get_type_hints(Policy)
    region = closed({each.name: _NULLABLE for each in fields(Region)})
    return {
        "id": _said(_TEXT, "记录编号：<文件编号>/<kind>-<n>"),
        "kind": of(Kind),
        "n": {"type": "integer", "minimum": 1},
        "score": {"type": "number"},
        "match": _said(
            of(Literal["literal", "words", "partial"] | None),
            "精确、分词、部分；没有检索文字时为 null",
        ),
        "policy": closed({name: of(hints[name]) for name in described}),
        "unit": _NULLABLE,
        "status": of(Status | None),
        "region": region,
        "title": _TEXT,
        "body": _TEXT,
        "themes": array(_TEXT),
        "keywords": array(_TEXT),
        "highlights": _by_field(array(_RANGE)),
        "snippets": _said(_by_field(_TEXT), "HTML：除 <mark> 外全部转义"),
    }


def _document_hit() -> dict[str, Schema]:
    record = closed({"id": _TEXT, "kind": of(Kind), "n": {"type": "integer", "minimum": 1}})
    part = closed({"snippet": _TEXT, "records": array(record)})
    none: Schema = {"type": "null"}
    return {
        **_hit(),
        "id": _said(_TEXT, "文件编号"),
        "kind": {"const": "document"},
        "n": none,
        "match": {"const": "document"},
        "unit": none,
        "status": none,
        "parts": _said(array(part), "找到的各处，及其所在的记录（表头等不属于任何记录）"),
    }


def _results() -> dict[str, Schema]:
    index = {"version": _TEXT, "built_at": _MOMENT, "records": _COUNT}
    return {
        "query": _TEXT,
        "interpretation": _said(_TEXT, "实际检索了什么"),
        "warnings": array(ref("Warning")),
        "total": _said(_COUNT, "精确和分词命中的总数"),
        "document_total": _said(_COUNT, "同文件命中：整份文件具备而没有一条记录具备，不计入 total"),
        "partial_total": _said(_COUNT, "部分命中的总数，不计入 total"),
        "total_documents": _said(
            _COUNT, "有精确或分词命中，或者同文件命中的文件数；相近的版本算一份，除非 versions=all"
        ),
        "page": {"type": "integer", "minimum": 1},
        "size": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
        "took_ms": {"type": "number", "minimum": 0},
        "index": closed(index),
        "hits": array({"anyOf": [ref("Hit"), ref("DocumentHit")]}, maxItems=MAX_SIZE),
        "facets": closed(dict.fromkeys(FACETS, array(ref("FacetValue")))),
        "suggestions": array(ref("Suggestion")),
        "near": _said(ref("Near"), "意思相近：设有编码模型时第一页才有，不计入任何总数"),
    }


def _near() -> Schema:
    made = {
        "model": _said(_TEXT, "编码模型的名称，还没有用到时为空"),
        "address": _said(_NULLABLE, "检索词发往的编码服务；模型在本机时为 null"),
        "made": _said(_COUNT, "已算出向量的记录数"),
        "total": _said(_COUNT, "记录总数"),
        "problem": _said(_NULLABLE, "不能按意思查找的原因"),
        "hint": _NULLABLE,
        "hits": _said(array(ref("Hit")), "score 是余弦相似度；标出的是意思最近的一句"),
    }
    return closed(made)


def _grouped_document() -> Schema:
    version = closed({"id": _TEXT, "title": _TEXT, "date": _NULLABLE, "records": _COUNT})
    made = {
        "policy": _hit()["policy"],
        "match": of(Match | None),
        "score": {"type": "number"},
        "records": _said(_COUNT, "其中精确和分词命中的条目数"),
        "hits": _said(
            array({"anyOf": [ref("Hit"), ref("DocumentHit")]}, maxItems=BEST_RECORDS),
            "最好的几条；match 为 document 时是这份文件本身及其各处（parts）",
        ),
        "versions": _said(array(version), "合并到这份之下的相近版本，新的在前"),
    }
    return closed(made)


def _grouped(results: dict[str, Schema]) -> dict[str, Schema]:
    """The object by document, for that by record."""
    made = {name: schema for name, schema in results.items() if name != "hits"}
    facets = _said(made["facets"], "选中一个值后剩下几份文件")
    return {
        **made,
        "facets": facets,
        "partial_documents": _said(_COUNT, "只有部分命中的文件数，不计入 total_documents"),
        "by": {"const": "document"},
        "documents": array(ref("GroupedDocument")),
    }


def _export() -> dict[str, Schema]:
    provenance = {
        "query": _TEXT,
        "filters": {
            "type": "object",
            "additionalProperties": {"anyOf": [_TEXT, array(_TEXT)]},
        },
        "sort": {"enum": [*SORTS, "chosen"]},
        "exported_at": _MOMENT,
        "index_version": _TEXT,
        "stamp": _TEXT,
        "count": _COUNT,
        "documents": _COUNT,
        "missing": array(_TEXT),
        "by": {"const": "document"},
        "versions": {"enum": ["folded", "all"]},
        "records": _COUNT,
        "recognised": {"type": "object", "additionalProperties": {"type": "number"}},
    }
    optional = ("documents", "missing", "by", "versions", "records", "recognised")
    return {
        **_results(),
        "size": {"type": "integer", "minimum": 1},
        "hits": array(ref("Hit")),
        "provenance": closed(provenance, optional=optional),
    }


def _recognition() -> Schema:
    described: dict[str, Schema] = of(Recognition, "unresolved")["properties"]
    pair: Schema = {"type": "array", "prefixItems": [{"type": "integer"}, _TEXT], "items": False}
    unresolved = _said(array(pair), "查不到的单位：附件行号和单位")
    return closed({**described, "unresolved": unresolved, "missing": array(_TEXT)})


def components() -> dict[str, Schema]:
    """Every named schema of the API."""
    return {
        "Error": closed({"error": closed(dict.fromkeys(("code", "message", "hint"), _TEXT))}),
        "Warning": of(QueryWarning, "about"),
        "FacetValue": of(FacetValue),
        "Suggestion": of(Suggestion, "about"),
        "Suggestions": closed({"query": _TEXT, "suggestions": array(ref("Suggestion"))}),
        "Hit": closed(_hit()),
        "Near": _near(),
        "DocumentHit": closed(_document_hit()),
        "Results": closed(_results(), optional=("near",)),
        "GroupedDocument": _grouped_document(),
        "GroupedResults": closed(_grouped(_results()), optional=("near",)),
        "Ids": closed(
            {
                "query": _TEXT,
                "total": _COUNT,
                "ids": array(_TEXT),
                "facets": {
                    "type": "object",
                    "additionalProperties": array(closed({"value": _TEXT, "count": _COUNT})),
                },
            }
        ),
        "Export": closed(_export(), optional=("near",)),
        "GroupedExport": closed(_grouped(_export()), optional=("near",)),
        **_of_themes(),
        **_of_records(),
        **_of_policies(),
        "Health": closed(
            {
                "status": {"const": "ok"},
                "records": _COUNT,
                "index": closed({"version": _TEXT, "built_at": _MOMENT}),
            }
        ),
    }


def _of_themes() -> dict[str, Schema]:
    theme = {"name": _TEXT, "variants": array(_TEXT)}
    evidence = {"evidence": array(ref("Evidence"))}
    return {
        "Evidence": _said(of(Evidence), "归入议题的依据：哪个字段、何处、哪几个字、哪条规则"),
        "Themes": closed({"themes": array(of(ThemeCount))}),
        "ThemeRecord": closed({**_hit(), **evidence}),
        "Theme": closed({**theme, "records": array(ref("ThemeRecord"))}),
    }


def _of_records() -> dict[str, Schema]:
    by_theme = {"type": "object", "additionalProperties": array(ref("Evidence"))}
    where = _said(array(_RANGE), "记录在源文件中的位置")
    place = closed({"key": _TEXT, "name": _TEXT, "region": of(Region)})
    return {
        "Record": closed({**_hit(), "place": where, "evidence": by_theme}),
        "Place": closed({"place": place, "records": array(ref("Hit"))}),
    }


def _of_policies() -> dict[str, Schema]:
    policy = {**of(Policy)["properties"], "records": _COUNT}
    made = {
        "near_duplicates": _said(
            {"anyOf": [array(ref("NearDuplicate")), {"type": "null"}]},
            "馆藏中相近的文件，最相近的在前；还没有比较完时为 null",
        ),
        "recognition": _said(_recognition(), "识别出了什么，没有识别出什么（missing）"),
        "problems": array(closed({"code": _TEXT, "message": _TEXT})),
    }
    return {
        "Policies": closed(
            {
                "policies": array(ref("PolicyEntry")),
                "total": _said(_COUNT, "符合条件的文件数；写了任何参数才有"),
                "page": _said(_COUNT, "第几页；写了 page 或 size 才有"),
                "size": _said(_COUNT, "每页份数；写了 page 或 size 才有"),
            },
            optional=("total", "page", "size"),
        ),
        "PolicyEntry": closed(policy),
        "Policy": closed(
            {
                **policy,
                "record_ids": array(_TEXT),
                "page": _said(_COUNT, "record_ids 的第几页；写了 page 或 size 才有"),
                "size": _said(_COUNT, "每页编号数；写了 page 或 size 才有"),
                **made,
            },
            optional=("page", "size"),
        ),
        "NearDuplicate": closed(
            {
                "id": _TEXT,
                "title": _TEXT,
                "number": _NULLABLE,
                "date": _NULLABLE,
                "kind": of(DuplicateKind),
                "similarity": {"type": "number", "minimum": 0, "maximum": 1},
            }
        ),
    }
