"""All the tables of a document: stated ones first, then flattened ones, then lists.

What a format calls a table may be but the layout of a page; a :class:`Layout`
tells them apart.  Tables that are none of zones are handed back row by row, to be
passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from corpus.document import SourceTable
from corpus.parsing.tables.delimited import SIGNS, delimited_tables
from corpus.parsing.tables.flattened import read_flattened
from corpus.parsing.tables.grid import read_grids
from corpus.parsing.tables.listing import read_listings
from corpus.parsing.tables.matrix import Matrix, matrices
from corpus.parsing.tables.rows import Table
from corpus.parsing.tables.side_by_side import unfold
from corpus.places.regions import is_name
from corpus.places.units import read_units
from corpus.text.normalize import Line

_LINES_OF_LAYOUT = 10
_LONGEST_CELL = 400


@dataclass(frozen=True, slots=True)
class Layout:
    """The stated tables of a document over its lines.

    ``tabular`` are the lines that stand in them, ``rules`` those that only draw
    a line between rows, ``written`` those whose cells only signs in the text divide.
    """

    tables: tuple[Matrix, ...]
    tabular: frozenset[int]
    rules: tuple[int, ...]
    written: frozenset[int]


def read_layout(text: str, lines: Sequence[Line], stated: Sequence[SourceTable]) -> Layout:
    """The tables that the format states or the text writes with signs, but for mere layout."""
    one_set = partial(unfold, text)
    tables = [table for table in matrices(text, lines, stated, one_set) if not _is_layout(table)]
    tabular = {at for table in tables for at in table.lines}
    rules: list[int] = []
    written: set[int] = set()
    if SIGNS.search(text):
        found = list(delimited_tables(text, lines, tabular))
        rules.extend(at for _, ruled in found for at in ruled)
        drawn = matrices(text, lines, [table for table, _ in found], one_set)
        written = {at for table in drawn for at in table.lines}
        tables = sorted([*tables, *drawn], key=lambda table: min(table.lines, default=0))
        tabular = {at for table in tables for at in table.lines}.union(rules)
    return Layout(tuple(tables), frozenset(tabular), tuple(sorted(rules)), frozenset(written))


def read_tables(
    lines: Sequence[Line], layout: Layout, date: str | None
) -> tuple[tuple[Table, ...], tuple[tuple[int, ...], ...]]:
    """The tables of zones, in order, and the rows of the others as groups of lines.

    Units are read as of ``date``.
    """
    tables, others = read_grids(lines, layout.tables, date)
    apart = set(layout.tabular)
    for other in others:  # no table of zones: perhaps a list of them
        if other.lines <= layout.written or _names_places_only(other, date):
            apart -= other.lines
    for found in (read_flattened, read_listings):
        highest = max((row.n for table in tables for row in table.rows), default=0)
        for table in found(lines, date, apart, highest):
            tables.append(table)
            apart |= table.within
    tables.sort(key=lambda table: min(table.within, default=0))
    claimed = {at for table in tables for at in table.claimed}
    groups = [
        tuple(own)
        for other in others
        for own in other.own
        if _is_row(own, other) and not claimed.intersection(own)
    ]
    return tuple(tables), tuple(groups)


def _is_layout(table: Matrix) -> bool:
    """Whether a stated table only arranges a page: few cells, or whole pages in a cell."""
    full = [text for row in table.texts for text in row if text]
    if table.width < 2 and len(full) < 3:
        return True
    return any(text.count("\n") + 1 >= _LINES_OF_LAYOUT for text in full)


def _names_places_only(table: Matrix, date: str | None) -> bool:
    """Whether every cell of a table without a head names units: 北京市 | 朝阳区、海淀区."""
    cells = [text for row in table.texts for text in row if text]
    return len(cells) > 2 and all(
        len(text) < _LONGEST_CELL and (is_name(text) or read_units(text, date=date))
        for text in cells
    )


def _is_row(own: Sequence[int], table: Matrix) -> bool:
    """Whether a row's lines are its cells, one each, so that together they are a row."""
    return 1 < len(own) <= table.width
