"""A comparison as a table: a row for what is compared, a column for each record.

What the records share keeps its marks: runs of text, themes and keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from indexer.exports.columns import BY_COLUMN
from indexer.exports.rows import Provenance
from indexer.exports.table import Head, Row, Say, Table
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.comparison import Compared, Comparison
from indexer.results.model import Hit
from indexer.results.naming import row_name
from indexer.results.spans import Piece, pieces

COMPARISON_LABEL = N_("并排比较")
#: Characters of a sheet's column, and the share of a page's width, for what is compared and
#: for a record.
_LABEL_WIDTHS, _RECORD_WIDTHS = (14, 1.6), (48, 6.0)
_DESCRIBED = ("地区", "文件标题", "发文字号", "成文日期", "记录编号")
_Cell = tuple[Piece, ...]


def comparison_table(comparison: Comparison, provenance: Provenance, say: Say = str) -> Table:
    """The table of a comparison, in the words of ``say``."""
    hits = [one.hit for one in comparison.records]
    names = tuple(record_name(hit) for hit in hits)

    def rows() -> Iterator[Row]:
        for label, cell_of in _lines(comparison):
            cells = tuple(cell_of(one) for one in comparison.records)
            yield Row(label, (((say(label), False),), *cells))

    return Table(
        name=say(COMPARISON_LABEL),
        subject="、".join(names),
        heads=(
            Head(say(N_("比较项")), *_LABEL_WIDTHS),
            *(Head(name, *_RECORD_WIDTHS) for name in names),
        ),
        rows=rows,
        count=len(_lines(comparison)),
        records=len(hits),
        policies=tuple({hit.record.policy.id: hit.record.policy for hit in hits}.values()),
        provenance=provenance,
        say=say,
    )


def record_name(hit: Hit) -> str:
    """What a record is called among others: its unit, else its policy and its article there."""
    record, policy = hit.record.record, hit.record.policy
    return record.unit or f"《{policy.title}》{row_name(record)}"


def _lines(comparison: Comparison) -> tuple[tuple[str, Callable[[Compared], _Cell]], ...]:
    def text(field: str) -> Callable[[Compared], _Cell]:
        return lambda one: tuple(
            pieces(getattr(one.hit.record.record, field), one.marks.get(field, ()))
        )

    def column(name: str) -> Callable[[Compared], _Cell]:
        return lambda one: _plain(BY_COLUMN[name].text(one.hit, 0))

    return (
        (N_("主题"), text("title")),
        (N_("内容"), text("body")),
        (N_("议题"), lambda one: _listed(one.hit.record.themes, comparison.themes)),
        (N_("关键词"), lambda one: _listed(one.hit.record.keywords, comparison.keywords)),
        *(
            (name, column(name))
            for name in ("地区", "文件标题", "发文字号", "成文日期", "记录编号")
        ),
    )


def _plain(text: str) -> _Cell:
    return ((text, False),) if text else ()


def _listed(names: Iterable[str], shared: Collection[str]) -> _Cell:
    """The names with 、 between, those that others have too marked."""
    found: list[Piece] = []
    for name in names:
        if found:
            found.append(("、", False))
        found.append((name, name in shared))
    return tuple(found)
