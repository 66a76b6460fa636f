"""The API described by itself: ``/api/openapi.json``, OpenAPI 3.1.

Parameters come from what :mod:`webapp.web.urls` reads, formats from what is
written, answers from :mod:`webapp.api.schemas`: a parameter added there is
described here.  What OpenAPI cannot say stands in a description: ``from`` must
not be later than ``to``; an id's slashes are to be percent-encoded; ``id`` of
an export excludes the parameters of a search.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, request

from indexer.exports.columns import ALL_COLUMNS
from indexer.exports.documents import DOCUMENT_COLUMNS
from indexer.exports.registry import FORMATS, TABLE_FORMATS, media_type
from indexer.request import BY
from indexer.results.facets import BY_NAME, Facet
from indexer.results.holdings import HELD_FACETS, HELD_SORTS
from indexer.results.model import DEFAULT_SIZE, MAX_SIZE, SORTS
from indexer.suggest.completion import DEFAULT_COMPLETIONS, MAX_COMPLETIONS
from webapp.api.schemas import Schema, array, components, of, ref
from webapp.holdings.params import MOST_ON_A_PAGE, ORDERS, PAGE_SIZE
from webapp.pages.basket import MOST_CHOSEN
from webapp.web.json_text import respond_json
from webapp.web.languages import LANGUAGES
from webapp.web.urls import (
    GROUPS,
    LARGEST,
    MOST_FACET_VALUES,
    PARAMETERS,
    SWITCH,
    VERSIONS,
    VIEWS,
    check_names,
)

blueprint = Blueprint("openapi", __name__)

JSON = "application/json"
_HTML = "text/html"
_NOT_OF_IDS = ("sort", "page", "group", "by", "versions")
_ERRORS = {
    "400": ("BadRequest", "参数不认识或不能用（消息里有参数名），或主机名不对"),
    "404": ("NotFound", "没有这个记录、文件、议题、地方、格式，或没有这一页"),
    "405": ("NotAllowed", "只接受 GET 和 HEAD"),
    "413": ("BodyTooLarge", "请求体太大；这里不需要请求体"),
    "414": ("AddressTooLong", "地址太长"),
    "503": ("Unavailable", "索引暂时不能检索"),
}


@blueprint.get("/api/openapi.json")
def document() -> Response:
    """The description, for the address under which this server is asked."""
    check_names(request.args, ())
    return respond_json({**described(), "servers": [{"url": request.script_root or "/"}]})


@cache
def described() -> dict[str, Any]:
    """The description but for ``servers``; it must not be changed."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "政搜",
            "version": version("zhengsou"),
            "summary": "中国政策文本全文检索",
            "description": (
                '所有地址都只读。失败一律是 {"error": {"code", "message", "hint"}}。'
                "检索式的写法见帮助页。编号里的斜线写成 %2F，汉字按 UTF-8 编码。"
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {path: {"get": operation} for path, operation in _paths().items()},
        "components": {"schemas": components(), "responses": _failures()},
    }


def _paths() -> dict[str, dict[str, Any]]:
    search = [_parameter(name) for name in PARAMETERS]
    ids = [_parameter(name) for name in PARAMETERS if name not in _NOT_OF_IDS]
    record = "民函〔2019〕41号/zone-1"
    return {
        "/api/search": _operation(
            "search", "一页检索结果", [*search, _facet_values()],
            _either("Results", "GroupedResults"),
        ),
        "/api/ids": _operation(
            "ids", "准确条数和最相关的编号，不含文字；写了 facet_values 才有筛选项",
            [*ids, _facet_values()], ref("Ids"),
        ),
        "/api/suggest": _operation(
            "suggest",
            "输入提示",
            [_parameter("q"), _query("limit", _whole(MAX_COMPLETIONS, DEFAULT_COMPLETIONS))],
            ref("Suggestions"),
        ),
        "/api/themes": _operation("themes", "全部议题及记录数", [], ref("Themes")),
        "/api/themes/{name}": _operation(
            "theme", "一个议题（按名称或别的说法）的全部记录和依据",
            [_in_path("name", "三社联动")], ref("Theme"),
        ),
        "/api/policies": _operation(
            "policies", "文件；不写参数就是全部，按馆藏的次序", _of_holdings(), ref("Policies")
        ),
        "/api/policies/{policy_id}": _operation(
            "policy", "一份文件及其记录编号",
            [_in_path("policy_id", record.partition("/")[0]), _parameter("page"), _ids_on_a_page()],
            ref("Policy"),
        ),
        "/api/records/{record_id}": _operation(
            "record", "一条记录，标出 q 的命中",
            [_in_path("record_id", record), _parameter("q")], ref("Record"),
        ),
        "/api/places/{key}": _operation(
            "place", "一个地方历年的实验区，按成文日期；key 是六位行政区划代码，旧代码也可",
            [_in_path("key", "330102")], ref("Place"),
        ),
        "/api/openapi.json": _operation("openapi", "这份说明", [], {"type": "object"}),
        "/healthz": _operation("health", "能检索时答 200", [], ref("Health")),
        "/export/{format}": _export(search),
        "/feed.atom": _feed(search),
    }  # fmt: skip


def _operation(name: str, summary: str, parameters: list[Schema], answer: Schema) -> dict[str, Any]:
    responses = {"200": {"description": summary, "content": {JSON: {"schema": answer}}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*parameters, _language()],
        "responses": responses | _failing(_ERRORS),
    }


def _either(record: str, document: str) -> Schema:
    """What is answered by record, and by document."""
    return {"anyOf": [ref(record), ref(document)]}


def _export(search: list[Schema]) -> dict[str, Any]:
    chosen = _query(
        "id", array({"type": "string", "pattern": r"\S"}, minItems=1, maxItems=MOST_CHOSEN)
    )
    chosen["description"] = "只导出这些记录，按给出的次序；与检索的参数不能同时使用"
    form = _in_path("format", "csv", {"enum": list(FORMATS)})
    operation = _operation(
        "export",
        "全部精确和分词命中，或按文件的全部文件，或选定的记录，作为文件",
        [form, *search, chosen],
        {},
    )
    files: dict[str, Any] = {media_type(each).partition(";")[0]: {} for each in FORMATS}
    files[media_type("json")] = {"schema": _either("Export", "GroupedExport")}
    operation["responses"]["200"]["content"] = files
    return operation


def _feed(search: list[Schema]) -> dict[str, Any]:
    operation = _operation("feed", "检索到的最新文件，Atom（RFC 4287）", search, {})
    operation["responses"]["200"]["content"] = {"application/atom+xml": {}}
    return operation


def _parameter(name: str) -> Schema:
    """A parameter of a search, with what :class:`webapp.web.urls.SearchParams` takes for it."""
    known: dict[str, tuple[str, Schema]] = {
        "q": ("检索式；空的是全部记录", {"type": "string"}),
        "from": ("成文日期从这天起；不能晚于 to", _or_empty({"type": "string", "format": "date"})),
        "to": ("成文日期到这天止", _or_empty({"type": "string", "format": "date"})),
        "sort": ("次序", _one_of(SORTS, SORTS[0])),
        "synonyms": ("也找同义说法", _one_of(SWITCH, SWITCH[0])),
        "by": (
            "record 按条目（这里的默认），document 按文件：documents 代替 hits，page、size 和筛选项"
            "都数文件，另有 partial_documents",
            _one_of(BY),
        ),
        "versions": (
            "all：相近的版本各算一份；不写就合并到其中最新的一份之下（versions）",
            _one_of(VERSIONS),
        ),
        "group": ("网页的显示方式，不影响这里的结果", _one_of(GROUPS)),
        "view": ("网页的显示方式：table 是表格；不影响这里的结果", _one_of(VIEWS)),
        "page": ("第几页，从 1 起", _whole(LARGEST, 1)),
        "size": ("每页条数", _whole(MAX_SIZE, DEFAULT_SIZE)),
    }
    if name == "columns":
        return _columns()
    if name in BY_NAME:
        return {**_query(name, array(_value(BY_NAME[name]))), "description": "可重复，任一即可"}
    description, schema = known[name]
    return {**_query(name, schema), "description": description}


def _columns() -> Schema:
    known = dict.fromkeys((*ALL_COLUMNS, *DOCUMENT_COLUMNS))
    schema = array({"type": "string", "enum": [*known, ""]})
    described = (
        f"表格的列，依给出的次序；可重复，也可用逗号分开。用于 {' '.join(TABLE_FORMATS)} 和网页上的"
        "表格，别的格式总是完整的。选了列的 XLSX 里数字和日期就是数字和日期，"
        f"没有选就都是文字。按文件的表格有这些列：{' '.join(DOCUMENT_COLUMNS)}；"
        "地址里可以并存，表格里没有的列不起作用"
    )
    return {**_query("columns", schema), "description": described}


def _of_holdings() -> list[Schema]:
    """The parameters of the list of documents."""
    words = _query("q", {"type": "string"})
    words["description"] = "标题、发文字号或发文机关里的词，空格分开的都要有"
    sort = {**_query("sort", _one_of(HELD_SORTS)), "description": "次序；不写就是馆藏的次序"}
    order = {**_query("order", _one_of(ORDERS)), "description": "升序或降序"}
    size = _query("size", _whole(MOST_ON_A_PAGE, PAGE_SIZE))
    size["description"] = "每页份数；page 和 size 都不写就不分页"
    facets = [_parameter(name) for name in HELD_FACETS]
    return [words, *facets, sort, order, _parameter("page"), size]


def _ids_on_a_page() -> Schema:
    described = "每页记录编号数；page 和 size 都不写就全部给出"
    return {**_query("size", _whole(MOST_ON_A_PAGE, PAGE_SIZE)), "description": described}


def _facet_values() -> Schema:
    values = _or_empty({"type": "integer", "minimum": 1, "maximum": MOST_FACET_VALUES})
    described = "每个筛选项至多给出几个值（已选的总会给出）；不写就给出全部"
    return {**_query("facet_values", values), "description": described}


def _value(facet: Facet) -> Schema:
    if facet.closed:
        return {"enum": [*facet.closed, ""]}
    if facet.form:
        return _or_empty({"type": "string", "pattern": f"^{facet.form}$"})
    return {"type": "string"}


def _or_empty(schema: Schema) -> Schema:
    """An empty value counts as none, as forms send it."""
    return {"anyOf": [schema, {"const": ""}]}


def _one_of(values: Iterable[str], default: str | None = None) -> Schema:
    schema: Schema = {"type": "string", "enum": [*values, ""]}
    return {**schema, "default": default} if default else schema


def _whole(most: int, default: int) -> Schema:
    bounds: Schema = {"type": "integer", "minimum": 1, "maximum": most}
    return {**_or_empty(bounds), "default": default}


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _in_path(name: str, example: str, schema: Schema | None = None) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": schema or {"type": "string", "minLength": 1},
        "example": example,
    }


def _language() -> Schema:
    known = " ".join(LANGUAGES)
    described = (
        f"错误消息的语言：{known}；别的值等于没有给。结果里的文字总是中文；"
        "导出的表格用 en 时，列名和说明是英文"
    )
    return {**_query("lang", of(str)), "description": described}


def _failing(errors: Iterable[str]) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{_ERRORS[status][0]}"} for status in errors}


def _failures() -> dict[str, Any]:
    """Below ``/api/`` always JSON; a page for a browser that asked for a file or a feed."""
    content = {JSON: {"schema": ref("Error")}, _HTML: {"schema": {"type": "string"}}}
    return {name: {"description": text, "content": content} for name, text in _ERRORS.values()}
