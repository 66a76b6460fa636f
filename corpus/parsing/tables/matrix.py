"""A stated table as a matrix over the lines of its text, merged cells filled in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.document import SourceTable
from corpus.policy import Span
from corpus.text.normalize import Line, joined


@dataclass(slots=True)
class Matrix:
    """A table's texts by row and column, merged cells filled in, and its lines.

    ``own[r]`` are the indices of the lines that row ``r``'s cells stand on and
    ``places[r]`` their spans; rows that stood side by side on a line share it, and
    the first of them has it.  ``filled[r][c]`` says that a cell covers it from another
    place, ``broken[r][c]`` is the cell's text with its line breaks.
    """

    texts: list[list[str]]
    broken: list[list[str]]
    filled: list[list[bool]]
    own: list[list[int]]
    places: list[list[Span]]
    lines: frozenset[int]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.texts[0]) if self.texts else 0

    def band(self, row: int) -> str:
        """The text of a row whose one cell covers several columns and leaves none a text."""
        texts, filled = self.texts[row], self.filled[row]
        covered = [at for at, text in enumerate(texts) if text]
        own = [at for at in covered if not filled[at]]
        alone = len(own) == 1 < len(covered) and covered[0] == own[0]
        return texts[own[0]] if alone and len({texts[at] for at in covered}) == 1 else ""


def matrices(
    text: str,
    lines: Sequence[Line],
    tables: Sequence[SourceTable],
    unfolded: Callable[[SourceTable], SourceTable | None] = lambda table: None,
) -> list[Matrix]:
    """The stated tables as matrices over the text's lines, in the order of the text.

    ``unfolded`` gives a table whose sets of columns stand below one another, where
    they stand side by side.
    """
    starts = [line.span.start for line in lines]
    ends = [line.span.end for line in lines]
    taken: set[int] = set()
    found: list[Matrix] = []
    for table in sorted(filter(_extent, tables), key=_extent):  # inner tables before outer ones
        stacked = unfolded(table)
        owners = _owners(stacked or table, starts, ends, taken, shared=stacked is not None)
        matrix = _matrix(text, lines, stacked or table, owners)
        taken |= matrix.lines
        found.append(matrix)
    return sorted(found, key=lambda matrix: min(matrix.lines, default=0))


def _extent(table: SourceTable) -> int:
    """How much of the text a table covers."""
    spans = [cell.span for cell in table.cells if cell.span.end > cell.span.start]
    return max(s.end for s in spans) - min(s.start for s in spans) if spans else 0


#: For each line the rows whose cells stand on it, and where the first cell of each begins.
_Owners = dict[int, list[tuple[int, int]]]


def _owners(
    table: SourceTable, starts: Sequence[int], ends: Sequence[int], taken: set[int], *, shared: bool
) -> _Owners:
    """The rows of each line; one only, unless lines are ``shared``."""
    owners: _Owners = {}
    for cell in table.cells:
        span = cell.span
        if span.end == span.start:
            continue
        first, stop = bisect_right(ends, span.start), bisect_left(starts, span.end)
        for at in range(first, stop):
            if at in taken:  # a table within a table keeps its lines
                continue
            rows = owners.setdefault(at, [])
            if not rows or (shared and all(row != cell.row for _, row in rows)):
                rows.append((span.start, cell.row))
    return owners


def _matrix(text: str, lines: Sequence[Line], table: SourceTable, owners: _Owners) -> Matrix:
    height = max(cell.row + cell.rowspan for cell in table.cells)
    width = max(cell.column + cell.colspan for cell in table.cells)
    texts = [[""] * width for _ in range(height)]
    broken = [[""] * width for _ in range(height)]
    filled = [[False] * width for _ in range(height)]
    for cell in table.cells:
        parts = [line.strip() for line in text[cell.span.start : cell.span.end].splitlines()]
        content, raw = joined(parts), "\n".join(parts)
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                texts[row][column], broken[row][column] = content, raw
                filled[row][column] = (row, column) != (cell.row, cell.column)
    own: list[list[int]] = [[] for _ in range(height)]
    places: list[list[Span]] = [[] for _ in range(height)]
    for at, rows in sorted(owners.items()):
        rows.sort()
        own[rows[0][1]].append(at)
        cuts = [lines[at].span.start, *(start for start, _ in rows[1:]), lines[at].span.end]
        for (_, row), start, end in zip(rows, cuts, cuts[1:], strict=False):
            places[row].append(Span(start, end))
    return Matrix(texts, broken, filled, own, places, frozenset(owners))
