"""A table before it is a file: columns, rows with their marks, and where they came from.

    results + layout  --table_of-->  Table  --a writer-->  CSV, XLSX, Markdown, DOCX

A writer knows cells and marks, nothing of hits; so a comparison of records, which is
a table of another shape, goes through the same writers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from corpus.policy import Policy
from indexer.exports.columns import BY_COLUMN, COLUMNS, Kind
from indexer.exports.rows import Provenance, subject
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.model import Hit, Results
from indexer.results.spans import Piece, pieces

#: The words of a file in the language of its reader: a marked message to its translation.
Say = Callable[[str], str]
#: Rows of a table in a report: a word processor takes long to lay out more.
MOST_IN_REPORT = 5_000
RESULTS_LABEL = N_("检索结果")
DOCUMENTS_LABEL = N_("检索到的文件")
#: A column whose values are words of the interface.
_SPOKEN = "匹配方式"


@dataclass(frozen=True, slots=True)
class Layout:
    """What a user may choose of a table.

    Without ``columns`` a table has :data:`~indexer.exports.columns.COLUMNS`, and a
    spreadsheet nothing but strings.  ``say`` translates the words of the table, the
    texts stay as published.  ``address`` gives the page of a record, or of a document in
    a table of documents, by its id.
    """

    columns: tuple[str, ...] = ()
    say: Say = str
    address: Callable[[str], str] | None = None


DEFAULT_LAYOUT = Layout()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, and what a writer must know of the cells under it."""

    label: str
    sheet_width: float
    paper_width: float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, each cut where a mark begins or ends.

    ``name`` says in an error which row it is; ``address`` is where it can be opened.
    """

    name: str
    cells: tuple[tuple[Piece, ...], ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` can be asked for more than once; there are ``count`` of them.

    ``typed``: in a spreadsheet, numbers and dates are values and not strings.
    ``policies`` are the sources, in the order of the rows.  ``records`` is what the
    caption counts.
    """

    name: str
    subject: str
    heads: tuple[Head, ...]
    rows: Callable[[], Iterator[Row]]
    count: int
    records: int
    policies: tuple[Policy, ...]
    provenance: Provenance
    typed: bool = False
    say: Say = str

    @property
    def labels(self) -> tuple[str, ...]:
        """The row of heads."""
        return tuple(head.label for head in self.heads)

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows without their marks."""
        for row in self.rows():
            yield tuple(text_of(cell) for cell in row.cells)


TableWriter = Callable[[Table, IO[bytes]], None]


def text_of(cell: tuple[Piece, ...]) -> str:
    """A cell without its marks."""
    return "".join(text for text, _marked in cell)


def cells_of(hit: Hit, at: int, layout: Layout = DEFAULT_LAYOUT) -> tuple[tuple[Piece, ...], ...]:
    """The cells of a hit that stands at place ``at`` of its table, counted from 1."""
    cells = []
    for name in layout.columns or COLUMNS:
        column = BY_COLUMN[name]
        text = column.text(hit, at)
        if name == _SPOKEN and text:
            text = layout.say(text)
        cells.append(tuple(pieces(text, hit.highlights.get(column.field, ()))))
    return tuple(cells)


def table_of(results: Results, provenance: Provenance, layout: Layout) -> Table:
    """All hits of ``results``, a row each."""

    def rows() -> Iterator[Row]:
        for at, hit in enumerate(results.hits, start=1):
            record_id = hit.record.record.id
            address = layout.address(record_id) if layout.address else ""
            yield Row(record_id, cells_of(hit, at, layout), address)

    chosen = [BY_COLUMN[name] for name in layout.columns or COLUMNS]
    return Table(
        name=layout.say(RESULTS_LABEL),
        subject=subject(results, layout.say),
        heads=tuple(Head(layout.say(c.name), c.sheet_width, c.paper_width, c.kind) for c in chosen),
        rows=rows,
        count=len(results.hits),
        records=len(results.hits),
        policies=tuple({hit.record.policy.id: hit.record.policy for hit in results.hits}.values()),
        provenance=provenance,
        typed=bool(layout.columns),
        say=layout.say,
    )
