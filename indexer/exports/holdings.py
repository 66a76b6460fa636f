"""The list of documents as a table: their descriptions, and how many records each has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from indexer.exports.documents import BY_DOCUMENT_COLUMN
from indexer.exports.rows import Provenance
from indexer.exports.table import Head, Row, Say, Table
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.grouped import GroupedDocument
from indexer.results.holdings import Held, HoldingsQuery
from indexer.results.model import IndexInfo
from indexer.results.spans import Piece

HOLDINGS_LABEL = N_("馆藏文件")
#: Those of a table of found documents that say something of any document.
_DESCRIBED = (
    *("序号", "文件标题", "发文字号", "发文机关", "成文日期"),
    *("层级", "地区", "效力", "文件编号"),
)
#: What a list counts, with the widths of its columns in characters and as a share in cm.
_COUNTED: tuple[tuple[str, Callable[[Held], int]], ...] = (
    (N_("实验区"), lambda held: held.zones),
    (N_("段落"), lambda held: held.passages),
)
_COUNT_WIDTHS = (9, 1.0)


def holdings_export(
    held: Sequence[Held],
    query: HoldingsQuery,
    info: IndexInfo,
    exported_at: datetime,
    *,
    say: Say = str,
    address: Callable[[str], str] | None = None,
) -> Table:
    """The table of ``held``, which ``query`` asked for; ``query.sort`` is a column's label.

    ``address`` gives the page of a document by its id.
    """
    columns = [BY_DOCUMENT_COLUMN[name] for name in _DESCRIBED]

    def cells(one: Held, at: int) -> Iterator[tuple[Piece, ...]]:
        document = GroupedDocument(one.policy, None, 0.0, one.records, ())
        for column in columns:
            value = column.text(document, at, say) if column.text else ""
            yield ((value, False),) if value else ()
        for _label, count in _COUNTED:
            yield ((str(count(one)), False),)

    def rows() -> Iterator[Row]:
        for at, one in enumerate(held, start=1):
            where = address(one.policy.id) if address else ""
            yield Row(one.policy.id, tuple(cells(one, at)), where)

    described = (Head(say(c.name), c.sheet_width, c.paper_width, c.kind) for c in columns)
    counted = (Head(say(label), *_COUNT_WIDTHS, "number") for label, _count in _COUNTED)
    return Table(
        name=say(HOLDINGS_LABEL),
        subject=query.text or say(HOLDINGS_LABEL),
        heads=(*described, *counted),
        rows=rows,
        count=len(held),
        records=len(held),
        policies=tuple(one.policy for one in held),
        provenance=_provenance(held, query, info, exported_at),
        typed=True,
        say=say,
    )


def _provenance(
    held: Sequence[Held], query: HoldingsQuery, info: IndexInfo, exported_at: datetime
) -> Provenance:
    return Provenance(
        query=query.text,
        filters=query.filters.to_dict(),
        sort=query.sort,
        exported_at=exported_at.isoformat(timespec="seconds"),
        index_version=info.version,
        stamp=info.stamp,
        count=len(held),
        records=sum(one.records for one in held),
        versions="all",
        recognised={each.policy.id: each.policy.ocr.confidence for each in held if each.policy.ocr},
    )
