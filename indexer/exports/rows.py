"""A hit as a row, and where the rows came from: what all tabular formats share.

The columns are those of :mod:`indexer.exports.columns`.  :class:`Provenance` makes
a result repeatable: the query, the choices, the order, the moment and the index
that answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indexer.exports.columns import BY_COLUMN, COLUMNS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.facets import TABLE
from indexer.results.grouped import GroupedResults
from indexer.results.model import Hit, Results

PROVENANCE_LABEL = N_("检索说明")
ALL_LABEL = N_("全部记录")
SORT_LABELS: Mapping[str, str] = {
    "relevance": N_("相关度"),
    "date": N_("成文日期"),
    "region": N_("行政区划"),
    "source": N_("原文顺序"),
    "chosen": N_("选定顺序"),
}
FILTER_LABELS: Mapping[str, str] = {
    **{facet.name: facet.label for facet in TABLE},
    "date_from": N_("起始日期"),
    "date_to": N_("截止日期"),
    "id": N_("已选记录"),
}


_VERSIONS: Mapping[str, str] = {"folded": N_("合并为一份"), "all": N_("各算一份")}


def row(hit: Hit) -> tuple[str, ...]:
    """The hit's cells in the order of :data:`~indexer.exports.columns.COLUMNS`, as published."""
    return tuple(BY_COLUMN[name].text(hit, 0) for name in COLUMNS)


def subject(results: Results, say: Callable[[str], str] = str) -> str:
    """What the results are about, in as few words as a caption has: query and choices."""
    if results.chosen:
        return say(FILTER_LABELS["id"])
    chosen = [
        f"{say(FILTER_LABELS[name])}＝{'、'.join(value) if isinstance(value, list) else value}"
        for name, value in results.filters.to_dict().items()
    ]
    return "；".join(part for part in (results.query, *chosen) if part) or say(ALL_LABEL)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which search, of which index, at what moment, gave how many records.

    ``documents`` counts the policies that hold all that was asked for though no record
    of them does; they are not among the records.  Where a user chose records one by one,
    ``filters`` holds their ids under ``id``, and ``missing`` those that the index does not
    have.  ``recognised`` are the policies among the records whose text was recognised on
    pictures, with the mean confidence of each (0–1).

    Where the rows are documents, ``count`` counts them, ``records`` the full hits in them,
    and ``versions`` says whether near-duplicates are ``folded`` or ``all`` there.
    """

    query: str
    filters: Mapping[str, Any]
    sort: str
    exported_at: str
    index_version: str
    stamp: str
    count: int
    documents: int = 0
    missing: tuple[str, ...] = ()
    recognised: Mapping[str, float] = field(default_factory=dict)
    records: int = 0
    versions: str = ""

    @classmethod
    def of(cls, results: Results, exported_at: datetime) -> Provenance:
        """Describes ``results``; ``exported_at`` is written to the second, with its zone."""
        chosen = {"id": list(results.chosen)} if results.chosen else {}
        found = {hit.record.record.id for hit in results.hits}
        if isinstance(results, GroupedResults):
            policies = [document.policy for document in results.grouped]
            versions = "folded" if results.folded else "all"
        else:
            policies, versions = [hit.record.policy for hit in results.hits], ""
        return cls(
            query=results.query,
            filters={**results.filters.to_dict(), **chosen},
            sort=results.sort,
            exported_at=exported_at.isoformat(timespec="seconds"),
            index_version=results.index.version,
            stamp=results.index.stamp,
            count=len(policies),
            documents=results.document_total,
            records=results.total if versions else 0,
            versions=versions,
            missing=tuple(each for each in results.chosen if each not in found),
            recognised={
                policy.id: policy.ocr.confidence for policy in policies if policy.ocr is not None
            },
        )

    def to_dict(self) -> dict[str, Any]:
        stated = {
            "query": self.query,
            "filters": dict(self.filters),
            "sort": self.sort,
            "exported_at": self.exported_at,
            "index_version": self.index_version,
            "stamp": self.stamp,
            "count": self.count,
        }
        if self.versions:
            stated |= {"by": "document", "versions": self.versions, "records": self.records}
        if self.documents:
            stated["documents"] = self.documents
        if self.missing:
            stated["missing"] = list(self.missing)
        if self.recognised:
            stated["recognised"] = dict(self.recognised)
        return stated

    def items(self, say: Callable[[str], str] = str) -> tuple[tuple[str, str], ...]:
        """Label and value for people, in the order in which they are read.

        ``say`` translates what is no value of the user's or the index's.
        """
        chosen = [
            f"{say(FILTER_LABELS[name])}＝{'、'.join(value) if isinstance(value, list) else value}"
            for name, value in self.filters.items()
        ]
        everything = N_("（逐条选定）") if "id" in self.filters else N_("（全部记录）")
        missing = ((N_("馆藏中没有"), "、".join(self.missing)),) if self.missing else ()
        # These are hits as well, but no rows of a table of records.
        documents = ((N_("另有同文件命中"), str(self.documents)),) if self.documents else ()
        counted: tuple[tuple[str, str], ...] = ((N_("记录数"), str(self.count)), *documents)
        if self.versions:
            counted = (
                (N_("文件数"), str(self.count)),
                (N_("命中条目"), str(self.records)),
                (N_("相近版本"), say(_VERSIONS[self.versions])),
            )
        sure = (f"{name}（{mean:.3f}）" for name, mean in self.recognised.items())
        recognised = ((N_("识别文字"), "、".join(sure)),) if self.recognised else ()
        stated = (
            (N_("检索式"), self.query or say(everything)),
            (N_("筛选"), "，".join(chosen) or say(N_("无"))),
            (N_("排序"), say(SORT_LABELS.get(self.sort, self.sort))),
            *counted,
            *missing,
            *recognised,
            (N_("导出时间"), self.exported_at),
            (N_("索引版本"), self.index_version),
            (N_("分析指纹"), self.stamp),
        )
        return tuple((say(label), value) for label, value in stated)

    def sentence(self, say: Callable[[str], str] = str) -> str:
        """The same in one line."""
        return "；".join(f"{label}：{value}" for label, value in self.items(say))
