"""A stated table as a matrix over the lines of its text, merged cells filled in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import SourceTable
from corpus.text.normalize import Line, joined


@dataclass(slots=True)
class Matrix:
    """A table's texts by row and column, merged cells filled in, and its lines.

    ``own[r]`` are the indices of the lines that row ``r``'s cells stand on,
    ``filled[r][c]`` says that a cell covers it from another place.
    """

    texts: list[list[str]]
    filled: list[list[bool]]
    own: list[list[int]]
    lines: frozenset[int]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.texts[0]) if self.texts else 0


def matrices(text: str, lines: Sequence[Line], tables: Sequence[SourceTable]) -> list[Matrix]:
    """The stated tables as matrices over the text's lines, in the order of the text."""
    starts = [line.span.start for line in lines]
    ends = [line.span.end for line in lines]
    taken: set[int] = set()
    found: list[Matrix] = []
    for table in sorted(filter(_extent, tables), key=_extent):  # inner tables before outer ones
        matrix = _matrix(text, starts, ends, table, taken)
        taken |= matrix.lines
        found.append(matrix)
    return sorted(found, key=lambda matrix: min(matrix.lines, default=0))


def _extent(table: SourceTable) -> int:
    """How much of the text a table covers."""
    spans = [cell.span for cell in table.cells if cell.span.end > cell.span.start]
    return max(s.end for s in spans) - min(s.start for s in spans) if spans else 0


def _matrix(
    text: str, starts: Sequence[int], ends: Sequence[int], table: SourceTable, taken: set[int]
) -> Matrix:
    height = max(cell.row + cell.rowspan for cell in table.cells)
    width = max(cell.column + cell.colspan for cell in table.cells)
    texts = [[""] * width for _ in range(height)]
    filled = [[False] * width for _ in range(height)]
    owners: dict[int, int] = {}
    for cell in table.cells:
        span = cell.span
        content = joined([line.strip() for line in text[span.start : span.end].splitlines()])
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                texts[row][column] = content
                filled[row][column] = (row, column) != (cell.row, cell.column)
        if span.end > span.start:
            first, stop = bisect_right(ends, span.start), bisect_left(starts, span.end)
            for at in range(first, stop):
                if at not in taken:  # a table within a table keeps its lines
                    owners.setdefault(at, cell.row)
    own: list[list[int]] = [[] for _ in range(height)]
    for at, row in sorted(owners.items()):
        own[row].append(at)
    return Matrix(texts, filled, own, frozenset(owners))
