"""A hit as a row, and where the rows came from: what all tabular formats share.

The columns are those that a researcher cites by; a passage uses the same ones
(its heading path stands under 实验主题, its text under 实验内容).  What a record
does not have is an empty cell.  :class:`Provenance` makes a result repeatable:
the query, the choices, the order, the moment and the index that answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from corpus.policy import Record
from indexer.labels import MATCH_LABELS
from indexer.results.facets import BY_NAME, TABLE
from indexer.results.model import Hit, Results
from indexer.results.spans import Piece, pieces


def _of_facet(name: str) -> tuple[str, Callable[[Hit], str]]:
    """The column of a facet: its label, and a hit's values."""
    facet = BY_NAME[name]
    return facet.label, lambda hit: "、".join(facet.values_of(hit.record))


#: The columns, and what a hit has in each; 附件序号 is a zone's number in its appendix.
_CELLS: Mapping[str, Callable[[Hit], str]] = dict([
    ("附件序号", lambda hit: str(_record(hit).n) if _record(hit).kind == "zone" else ""),
    *map(_of_facet, ("province", "city", "county")),
    ("实验单位", lambda hit: _record(hit).unit or ""),
    ("实验主题", lambda hit: _record(hit).title),
    ("实验内容", lambda hit: _record(hit).body),
    *map(_of_facet, ("theme", "keyword")),
    ("匹配方式", lambda hit: MATCH_LABELS[hit.match] if hit.match else ""),
    ("文件标题", lambda hit: hit.record.policy.title),
    ("发文字号", lambda hit: hit.record.policy.number or ""),
    _of_facet("issuer"),
    ("成文日期", lambda hit: hit.record.policy.date or ""),
    ("记录编号", lambda hit: _record(hit).id),
])  # fmt: skip
COLUMNS = tuple(_CELLS)
#: The columns that hold a record's own texts, and the field each of them shows.
MARKED_COLUMNS: Mapping[str, str] = {"实验单位": "unit", "实验主题": "title", "实验内容": "body"}
PROVENANCE_LABEL = "检索说明"
SORT_LABELS: Mapping[str, str] = {
    "relevance": "相关度",
    "date": "成文日期",
    "region": "行政区划",
    "source": "原文顺序",
    "chosen": "选定顺序",
}
FILTER_LABELS: Mapping[str, str] = {
    **{facet.name: facet.label for facet in TABLE},
    "date_from": "起始日期",
    "date_to": "截止日期",
    "id": "已选记录",
}


def row(hit: Hit) -> tuple[str, ...]:
    """The hit's cells in the order of :data:`COLUMNS`, the texts as published."""
    return tuple(cell(hit) for cell in _CELLS.values())


def _record(hit: Hit) -> Record:
    return hit.record.record


def marked_row(hit: Hit) -> tuple[tuple[Piece, ...], ...]:
    """Like :func:`row`, each cell cut where a mark begins or ends."""
    return tuple(
        tuple(pieces(text, hit.highlights.get(MARKED_COLUMNS.get(column, ""), ())))
        for column, text in zip(COLUMNS, row(hit), strict=True)
    )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which search, of which index, at what moment, gave how many records.

    Where a user chose records one by one, ``filters`` holds their ids under
    ``id``, and ``missing`` those that the index does not have.
    """

    query: str
    filters: Mapping[str, Any]
    sort: str
    exported_at: str
    index_version: str
    stamp: str
    count: int
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, results: Results, exported_at: datetime) -> Provenance:
        """Describes ``results``; ``exported_at`` is written to the second, with its zone."""
        chosen = {"id": list(results.chosen)} if results.chosen else {}
        found = {hit.record.record.id for hit in results.hits}
        return cls(
            query=results.query,
            filters={**results.filters.to_dict(), **chosen},
            sort=results.sort,
            exported_at=exported_at.isoformat(timespec="seconds"),
            index_version=results.index.version,
            stamp=results.index.stamp,
            count=len(results.hits),
            missing=tuple(each for each in results.chosen if each not in found),
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
        return {**stated, "missing": list(self.missing)} if self.missing else stated

    def items(self) -> tuple[tuple[str, str], ...]:
        """Label and value for people, in the order in which they are read."""
        chosen = [
            f"{FILTER_LABELS[name]}＝{'、'.join(value) if isinstance(value, list) else value}"
            for name, value in self.filters.items()
        ]
        everything = "（逐条选定）" if "id" in self.filters else "（全部记录）"
        missing = (("馆藏中没有", "、".join(self.missing)),) if self.missing else ()
        return (
            ("检索式", self.query or everything),
            ("筛选", "，".join(chosen) or "无"),
            ("排序", SORT_LABELS.get(self.sort, self.sort)),
            ("记录数", str(self.count)),
            *missing,
            ("导出时间", self.exported_at),
            ("索引版本", self.index_version),
            ("分析指纹", self.stamp),
        )

    def sentence(self) -> str:
        """The same in one line."""
        return "；".join(f"{label}：{value}" for label, value in self.items())
