"""Tables of HTML pages: which ones hold data, and where their cells are (HTML, 4.9.12)."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from corpus.formats.content import GridCell
from corpus.formats.html.list import ListNumbers
from corpus.formats.html.text import is_hidden, text_of

_WIDEST = 1000  # as the standard has it for colspan
_HIGHEST = 65534


def is_data(table: LexborNode) -> bool:
    """Whether a table without tables inside holds data: two rows and columns or more."""
    rows = [list(_cells_of(row)) for row in rows_of(table)]
    return len(rows) > 1 and max(map(len, rows)) > 1


def rows_of(table: LexborNode) -> Iterator[LexborNode]:
    """The rows that are to be seen, of head, body and foot in that order."""
    groups: dict[str, list[LexborNode]] = {"thead": [], "tbody": [], "tfoot": []}
    for child in _children(table):
        if child.tag in groups:
            groups[child.tag].extend(row for row in _children(child) if row.tag == "tr")
        elif child.tag == "tr":
            groups["tbody"].append(child)
    for rows in groups.values():
        yield from (row for row in rows if not is_hidden(row))


def captions(table: LexborNode, numbers: ListNumbers) -> Iterator[str]:
    """The texts of the table's captions."""
    return (text_of(child, numbers) for child in _children(table) if child.tag == "caption")


def table_cells(table: LexborNode, numbers: ListNumbers) -> Iterator[GridCell]:
    """The cells row by row, each in the first free column."""
    taken: dict[int, int] = {}  # column -> rows it is still taken for
    rows = list(rows_of(table))
    for at, row in enumerate(rows):
        column = 0
        reach: dict[int, int] = {}
        for node in _cells_of(row):
            while taken.get(column, 0) > 0:
                column += 1
            width = _span(node, "colspan", _WIDEST)
            height = min(_span(node, "rowspan", _HIGHEST) or len(rows), len(rows) - at)
            yield GridCell(at, column, text_of(node, numbers), height, width or 1)
            if height > 1:
                reach.update(dict.fromkeys(range(column, column + (width or 1)), height))
            column += width or 1
        taken = {key: left - 1 for key, left in taken.items() if left > 1}
        for covered, height in reach.items():
            taken[covered] = max(taken.get(covered, 0), height - 1)


def _cells_of(row: LexborNode) -> Iterator[LexborNode]:
    return (node for node in _children(row) if node.tag in ("td", "th") and not is_hidden(node))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _span(node: LexborNode, name: str, most: int) -> int:
    """The value of ``colspan`` or ``rowspan``; 0, which means to the end, only for rows."""
    text = (node.attributes.get(name) or "").strip()
    if not text.isdecimal() or len(text) > 9:
        return 1
    return min(int(text), most)
