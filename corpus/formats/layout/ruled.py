"""A page's characters and ruling lines as lines of text and tables.

A table is where ruling lines make cells (pdfplumber), and a cell's characters
are its own.  What stands in no table is read as lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.table import TableFinder

from corpus.formats.content import GridCell
from corpus.formats.layout.page import (
    Char,
    Line,
    PageTable,
    PageText,
    cell_text,
    centre,
    lines_of,
    middle,
)
from corpus.text.script import unified

_MOST_EDGES = 20_000  # a map or a drawing, whose lines are no table's
_THINNEST = 5.0  # points
_SNAP = 3.0  # points by which rulings of one line may differ

#: A rectangle: left, top, right, bottom.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Print:
    """What is printed on a page, in points: its characters and its ruling lines.

    An edge is a straight line as pdfplumber describes it: ``x0``, ``x1``, ``top``,
    ``bottom``, ``width``, ``height``, ``orientation`` (``h`` or ``v``) and ``object_type``.
    """

    width: float
    height: float
    chars: list[Char]
    edges: list[dict[str, Any]]

    @property
    def bbox(self) -> Box:
        return 0.0, 0.0, self.width, self.height


def read_print(page: Print) -> PageText:
    """The lines and tables of a page."""
    found = PageText(page.height)
    chars = [char for char in page.chars if _is_on(char, page)]
    found.turned = unified("".join(char["text"] for char in chars if not char["upright"]))
    chars = [char for char in chars if char["upright"]]
    found.skipped_tables = len(page.edges) > _MOST_EDGES
    settings = {"explicit_horizontal_lines": _open_ends(page.edges)}
    # The finder asks a page for its box and its edges alone.
    finder = None if found.skipped_tables else TableFinder(page, settings)  # type: ignore[arg-type]
    for table in finder.tables if finder else []:
        boxes = [box for box in table.cells if box]
        inside = [char for char in chars if _in_box(char, table.bbox)]
        read = _read_table(boxes, inside)
        if read is not None:
            found.items.append(read)
            kept = [char for char in inside if read.top <= middle(char) < read.bottom]
            taken = {id(char) for char in kept}
            chars = [char for char in chars if id(char) not in taken]
    found.items.extend(lines_of(chars))
    found.items.sort(key=lambda item: item.top)
    return found


def _read_table(boxes: Sequence[Box], chars: list[Char]) -> PageTable | None:
    """The table with its cells' texts; ``None`` for a mere frame.

    Rows of a single cell above and below are no part of it: a title, a remark,
    or the frame of a page around the table.
    """
    boxes = _without_single([box for box in boxes if _is_cell(box)])
    columns = _edges([x for box in boxes for x in (box[0], box[2])])
    rows = _edges([y for box in boxes for y in (box[1], box[3])])
    if len(columns) < 3 or len(rows) < 2:
        return None
    texts = [lines_of(char for char in chars if _in_box(char, box)) for box in boxes]
    within = [char for char in chars if rows[0] <= middle(char) < rows[-1]]
    if sum(map(bool, texts)) < min(2, len(rows) - 1) or _chars_in(texts) < _solid(within):
        return None  # what stands outside the cells must not be lost
    spans = [(_span(columns, box[0], box[2]), _span(rows, box[1], box[3])) for box in boxes]
    rights: dict[int, float] = {}
    for (column, _), lines in zip(spans, texts, strict=True):
        for line in lines:
            rights[column[1]] = max(rights.get(column[1], 0.0), line.x1)
    cells = [
        GridCell(
            row[0],
            column[0],
            cell_text(lines, rights.get(column[1], 0.0)),
            row[1] - row[0],
            column[1] - column[0],
        )
        for (column, row), lines in zip(spans, texts, strict=True)
    ]
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    lines = lines_of(within) if len(rows) == 2 else []
    return PageTable(rows[0], rows[-1], ordered, columns, lines)


def _open_ends(edges: Sequence[dict[str, Any]]) -> list[float]:
    """Heights at which columns end without a rule across: a row broken over pages."""
    across = (
        edge for edge in edges if edge["orientation"] == "h" and edge["x1"] - edge["x0"] > _SNAP
    )
    rules = sorted(float(edge["top"]) for edge in across)
    ends = Counter(
        round(float(edge[side]))
        for edge in edges
        if edge["orientation"] == "v"
        for side in ("top", "bottom")
    )

    def is_ruled(y: float) -> bool:
        at = bisect_right(rules, y - _SNAP)
        return at < len(rules) and rules[at] <= y + _SNAP

    return [float(y) for y, count in sorted(ends.items()) if count > 1 and not is_ruled(y)]


def _is_cell(box: Box) -> bool:
    """Whether a box is wide and high enough for text: no white between two lines of a rule."""
    return box[2] - box[0] > _THINNEST and box[3] - box[1] > _THINNEST


def _without_single(boxes: Sequence[Box]) -> list[Box]:
    """The cells without those above and below that have no other beside them."""
    left = sorted(boxes, key=lambda box: (box[1], box[0]))
    for at in (0, -1):
        while len(left) > 1 and not any(
            other[1] < left[at][3] - _SNAP and other[3] > left[at][1] + _SNAP
            for other in left
            if other is not left[at]
        ):
            del left[at]
    return left


def _edges(values: Iterable[float]) -> list[float]:
    """The places of rulings, those that differ by less than a trifle as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _span(edges: Sequence[float], start: float, stop: float) -> tuple[int, int]:
    first = bisect_right(edges, start + _SNAP) - 1
    return first, max(first + 1, bisect_right(edges, stop + _SNAP) - 1)


def _chars_in(texts: Iterable[Sequence[Line]]) -> int:
    return sum(len("".join(line.text.split())) for lines in texts for line in lines)


def _solid(chars: Iterable[Char]) -> int:
    return sum(len(char["text"].strip()) for char in chars)


def _in_box(char: Char, box: Box) -> bool:
    return bool(box[0] <= centre(char) < box[2] and box[1] <= middle(char) < box[3])


def _is_on(char: Char, page: Print) -> bool:
    return bool(char["x1"] > 0 and char["x0"] < page.width and -1 < middle(char) < page.height + 1)
