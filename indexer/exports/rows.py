"""A hit as a row, and where the rows came from: what all tabular formats share.

The columns are those that a researcher cites by; a passage uses the same ones
(its heading path stands under 实验主题, its text under 实验内容).  What a record
does not have is an empty cell.  :class:`Provenance` makes a result repeatable:
the query, the choices, the order, the moment and the index that answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indexer.results import Hit, Results

COLUMNS = (
    "附件序号",
    "省级",
    "地级",
    "县级",
    "实验单位",
    "实验主题",
    "实验内容",
    "议题",
    "关键词",
    "匹配方式",
    "文件标题",
    "发文字号",
    "发文机关",
    "成文日期",
    "记录编号",
)
PROVENANCE_LABEL = "检索说明"
MATCH_LABELS: Mapping[str | None, str] = {
    "literal": "精确",
    "words": "分词",
    "partial": "部分",
    None: "",
}
SORT_LABELS: Mapping[str, str] = {
    "relevance": "相关度",
    "date": "成文日期",
    "region": "行政区划",
    "source": "原文顺序",
}
FILTER_LABELS: Mapping[str, str] = {
    "kind": "类型",
    "policy": "文件",
    "issuer": "发文机关",
    "year": "年份",
    "province": "省级",
    "city": "地级",
    "county": "县级",
    "theme": "议题",
    "keyword": "关键词",
    "date_from": "起始日期",
    "date_to": "截止日期",
}


def row(hit: Hit) -> tuple[str, ...]:
    """The hit's cells in the order of :data:`COLUMNS`, the texts as published.

    附件序号 is a zone's number in its appendix; a passage stands in none.
    """
    record, policy = hit.record.record, hit.record.policy
    region = record.region
    return (
        str(record.n) if record.kind == "zone" else "",
        (region.province if region else None) or "",
        (region.city if region else None) or "",
        (region.county if region else None) or "",
        record.unit or "",
        record.title,
        record.body,
        "、".join(hit.record.themes),
        "、".join(hit.record.keywords),
        MATCH_LABELS[hit.match],
        policy.title,
        policy.number or "",
        policy.issuer or "",
        policy.date or "",
        record.id,
    )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which search, of which index, at what moment, gave how many records."""

    query: str
    filters: Mapping[str, Any]
    sort: str
    exported_at: str
    index_version: str
    stamp: str
    count: int

    @classmethod
    def of(cls, results: Results, exported_at: datetime) -> Provenance:
        """Describes ``results``; ``exported_at`` is written to the second, with its zone."""
        return cls(
            query=results.query,
            filters=results.filters.to_dict(),
            sort=results.sort,
            exported_at=exported_at.isoformat(timespec="seconds"),
            index_version=results.index.version,
            stamp=results.index.stamp,
            count=len(results.hits),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "filters": dict(self.filters),
            "sort": self.sort,
            "exported_at": self.exported_at,
            "index_version": self.index_version,
            "stamp": self.stamp,
            "count": self.count,
        }

    def items(self) -> tuple[tuple[str, str], ...]:
        """Label and value for people, in the order in which they are read."""
        chosen = [
            f"{FILTER_LABELS[name]}＝{'、'.join(value) if isinstance(value, list) else value}"
            for name, value in self.filters.items()
        ]
        return (
            ("检索式", self.query or "（全部记录）"),
            ("筛选", "，".join(chosen) or "无"),
            ("排序", SORT_LABELS.get(self.sort, self.sort)),
            ("记录数", str(self.count)),
            ("导出时间", self.exported_at),
            ("索引版本", self.index_version),
            ("分析指纹", self.stamp),
        )

    def sentence(self) -> str:
        """The same in one line."""
        return "；".join(f"{label}：{value}" for label, value in self.items())
