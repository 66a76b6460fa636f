"""Documents as the rows of a table: their columns, and the table of a result by document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from corpus.policy import Policy
from indexer.exports.columns import Kind
from indexer.exports.rows import Provenance, subject
from indexer.exports.table import DOCUMENTS_LABEL, Head, Layout, Row, Table
from indexer.labels import LEVEL_LABELS, MATCH_LABELS, VALIDITY_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.grouped import GroupedDocument, GroupedResults
from indexer.results.spans import Piece, pieces_of_html

Say = Callable[[str], str]
#: A cell that is words of the interface or a text as published.
_Text = Callable[[GroupedDocument, int, Say], str]


@dataclass(frozen=True, slots=True)
class DocumentColumn:
    """A column: its name, a document's cell, and the widths in characters and as a share in cm.

    Without a ``text`` it holds the best snippet with its marks.
    """

    name: str
    text: _Text | None
    sheet_width: float
    paper_width: float
    kind: Kind = "text"


def _of_policy(value: Callable[[Policy], str | None]) -> _Text:
    return lambda document, _at, _say: value(document.policy) or ""


def _said(labels: Mapping[str, str], value: Callable[[GroupedDocument], str | None]) -> _Text:
    def text(document: GroupedDocument, _at: int, say: Say) -> str:
        known = value(document)
        return say(labels.get(known, known)) if known else ""

    return text


_TABLE = (
    DocumentColumn(N_("序号"), lambda _document, at, _say: str(at), 7, 0.9, "number"),
    DocumentColumn(N_("文件标题"), _of_policy(lambda policy: policy.title), 44, 4.4),
    DocumentColumn(N_("发文字号"), _of_policy(lambda policy: policy.number), 20, 2.0),
    DocumentColumn(
        N_("发文机关"), _of_policy(lambda policy: "、".join(policy.organs)), 18, 1.8
    ),
    DocumentColumn(N_("成文日期"), _of_policy(lambda policy: policy.date), 12, 1.6, "date"),
    DocumentColumn(N_("层级"), _said(LEVEL_LABELS, lambda found: found.policy.level), 9, 1.0),
    DocumentColumn(
        N_("地区"),
        _of_policy(lambda policy: policy.region.full_name if policy.region else ""), 18, 1.6,
    ),
    DocumentColumn(
        N_("效力"), _said(VALIDITY_LABELS, lambda found: found.policy.validity), 10, 1.0
    ),
    DocumentColumn(N_("命中条目"), lambda found, _at, _say: str(found.records), 10, 1.0, "number"),
    DocumentColumn(N_("最佳摘录"), None, 64, 5.5),
    DocumentColumn(N_("匹配方式"), _said(MATCH_LABELS, lambda found: found.match), 9, 1.0),
    DocumentColumn(N_("文件编号"), _of_policy(lambda policy: policy.id), 24, 1.7),
)  # fmt: skip
BY_DOCUMENT_COLUMN: Mapping[str, DocumentColumn] = {column.name: column for column in _TABLE}
#: Every column of a table of documents, and what it has where none are chosen.
DOCUMENT_COLUMNS = tuple(BY_DOCUMENT_COLUMN)
#: What a table of documents in a report begins with.
DOCUMENT_REPORT_COLUMNS = (
    *("序号", "文件标题", "发文字号", "发文机关", "成文日期", "命中条目", "最佳摘录"),
)


def document_cells(
    document: GroupedDocument, at: int, layout: Layout
) -> tuple[tuple[Piece, ...], ...]:
    """The cells of a document that stands at place ``at`` of its table, counted from 1."""
    cells: list[tuple[Piece, ...]] = []
    for name in layout.columns or DOCUMENT_COLUMNS:
        text = BY_DOCUMENT_COLUMN[name].text
        if text is None:
            cells.append(pieces_of_html(document.snippet))
        else:
            value = text(document, at, layout.say)
            cells.append(((value, False),) if value else ())
    return tuple(cells)


def document_table(results: GroupedResults, provenance: Provenance, layout: Layout) -> Table:
    """All documents of ``results``, a row each."""

    def rows() -> Iterator[Row]:
        for at, document in enumerate(results.grouped, start=1):
            name = document.policy.id
            address = layout.address(name) if layout.address else ""
            yield Row(name, document_cells(document, at, layout), address)

    chosen = [BY_DOCUMENT_COLUMN[name] for name in layout.columns or DOCUMENT_COLUMNS]
    return Table(
        name=layout.say(DOCUMENTS_LABEL),
        subject=subject(results, layout.say),
        heads=tuple(Head(layout.say(c.name), c.sheet_width, c.paper_width, c.kind) for c in chosen),
        rows=rows,
        count=len(results.grouped),
        records=len(results.grouped),
        policies=tuple(document.policy for document in results.grouped),
        provenance=provenance,
        typed=bool(layout.columns),
        say=layout.say,
    )
