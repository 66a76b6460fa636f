"""One page of a PDF: its characters as lines, its ruled tables as cells.

A PDF knows no lines and no paragraphs, only characters at places.  Characters
at one height are a line; a gap as wide as a character is a space; a table is
where ruling lines make cells (pdfplumber), and a cell's characters are its own.
Heights are in points from the top of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.formats.content import GridCell
from corpus.formats.pdf.radicals import characters

_MOST_EDGES = 20_000  # a map or a drawing, whose lines are no table's
_UNBROKEN = re.compile(
    r"[（“‘《〈「『【〔(\[]*(?:[!-~]+|.)(?:[“‘].)?[，。、；：？！）”’》〉」』】〕…—·%％,.;:?!)\]]*"
)
_SNAP = 3.0  # points by which rulings of one line may differ
_APART = 0.6  # points between characters that need not belong together
#: Full-width marks fill half of their square; the other half may be the next column's.
_CLOSING = "，。、；：！？）”’》〉」』】〕"
_OPENING = "（“‘《〈「『【〔"


#: A rectangle: left, top, right, bottom.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters side by side, and where their ink may be at most.

    ``base`` is where most of them end below; fonts differ in how far they reach.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: where it begins and ends, and the size of its characters.

    ``runs`` are its characters where there is white space between them.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    runs: tuple[Run, ...] = ()


@dataclass(slots=True)
class PageTable:
    """A table on a page: its cells, and where its columns are divided.

    ``lines`` are those of a single row, which is a table only with others on the
    pages before or behind it.
    """

    top: float
    bottom: float
    cells: list[GridCell]
    columns: list[float]
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class PageText:
    """What is on a page, from top to bottom."""

    height: float
    items: list[Line | PageTable] = field(default_factory=list)
    turned: str = ""  # text that does not run from left to right
    unmapped: int = 0  # characters without a mapping to Unicode
    skipped_tables: bool = False


def read_page(page: Any) -> PageText:
    """The lines and tables of a page of pdfplumber."""
    found = PageText(float(page.height))
    chars = [char for char in page.dedupe_chars().chars if _is_on(char, page)]
    found.unmapped = sum(char["text"].startswith("(cid:") for char in chars)
    chars = [char for char in chars if not char["text"].startswith("(cid:")]
    found.turned = characters("".join(char["text"] for char in chars if not char["upright"]))
    chars = [char for char in chars if char["upright"]]
    found.skipped_tables = len(page.edges) > _MOST_EDGES
    settings = {"explicit_horizontal_lines": _open_ends(page)}
    for table in [] if found.skipped_tables else page.find_tables(settings):
        boxes = [box for box in table.cells if box]
        inside = [char for char in chars if _in_box(char, table.bbox)]
        read = _read_table(boxes, inside)
        if read is not None:
            found.items.append(read)
            kept = [char for char in inside if read.top <= _middle(char) < read.bottom]
            taken = {id(char) for char in kept}
            chars = [char for char in chars if id(char) not in taken]
    found.items.extend(lines_of(chars))
    found.items.sort(key=lambda item: item.top)
    return found


def lines_of(chars: Iterable[dict[str, Any]]) -> list[Line]:
    """The characters as lines, from top to bottom and left to right."""
    ordered = sorted(chars, key=_middle)
    groups: list[list[dict[str, Any]]] = []
    for char in ordered:
        group = groups[-1] if groups else None
        if group and _middle(char) - _middle(group[0]) <= 0.5 * min(char["size"], group[0]["size"]):
            group.append(char)
        else:
            groups.append([char])
    lines = (_line(sorted(group, key=_centre)) for group in groups)
    return [line for line in lines if line.text]


def wraps(line: Line, following: Line, right: float) -> bool:
    """Whether ``line`` ended only since ``following`` did not fit before the margin ``right``.

    What must fit is all up to the next place where a line may be broken: a Latin
    word, or a character with the marks that may not begin a line.  Some break no
    line before a quotation mark (Unicode Standard Annex 14, class QU).
    """
    text = following.text
    found = _UNBROKEN.match(text)
    unit = found.group() if found else text[:1]
    width = sum(0.55 if char.isascii() else 1.0 for char in unit)
    return right - line.x1 < (width + 0.5) * line.size


def join(left: str, right: str) -> str:
    """Two lines of one paragraph as one: a space only between Latin words."""
    spaced = left[-1:].isascii() and right[:1].isascii() and left[-1:] not in "-/"
    both = (left[-1:].isalnum() or left[-1:] in ",.;:)") and right[:1].isalnum()
    return f"{left} {right}" if spaced and both else left + right


def _line(chars: Sequence[dict[str, Any]]) -> Line:
    parts: list[str] = []
    end: float | None = None
    size = max(float(char["size"]) for char in chars)
    for char in chars:
        if end is not None and parts and not parts[-1].isspace():
            gap = float(char["x0"]) - end
            latin = parts[-1].isascii() and char["text"].isascii()
            if gap > (0.2 if latin else 0.9) * size:
                parts.append(" ")
        parts.append(char["text"])
        end = float(char["x1"])
    solid = [char for char in chars if char["text"].strip()] or chars
    return Line(
        text=characters("".join(parts)).strip(),
        x0=min(float(char["x0"]) for char in solid),
        x1=max(float(char["x1"]) for char in solid),
        top=min(float(char["top"]) for char in solid),
        bottom=max(float(char["bottom"]) for char in solid),
        size=size,
        runs=tuple(_runs([char for char in chars if char["text"].strip()])),
    )


def _runs(chars: Sequence[dict[str, Any]]) -> Iterator[Run]:
    """The characters of a line, cut where there is white space between them."""
    group: list[dict[str, Any]] = []
    end = 0.0
    for char in chars:
        if group and _ink(char)[0] - end > _APART:
            yield _run(group)
            group, end = [], 0.0
        group.append(char)
        end = max(end, _ink(char)[1])
    if group:
        yield _run(group)


def _run(chars: Sequence[dict[str, Any]]) -> Run:
    return Run(
        text=characters("".join(char["text"] for char in chars)).strip(),
        x0=min(_ink(char)[0] for char in chars),
        x1=max(_ink(char)[1] for char in chars),
        top=min(float(char["top"]) for char in chars),
        bottom=max(float(char["bottom"]) for char in chars),
        size=max(float(char["size"]) for char in chars),
        base=Counter(float(char["bottom"]) for char in chars).most_common(1)[0][0],
    )


def _ink(char: dict[str, Any]) -> tuple[float, float]:
    """Where a character's ink may begin and end."""
    x0, x1 = float(char["x0"]), float(char["x1"])
    if char["text"] in _CLOSING:
        return x0, min(x1, (x0 + x1) / 2)
    if char["text"] in _OPENING:
        return max(x0, (x0 + x1) / 2), x1
    return x0, x1


def line_of_runs(runs: Sequence[Run]) -> Line:
    """Runs side by side as a line, a wide gap between them as a space."""
    text, end = "", None
    size = max(run.size for run in runs)
    for run in runs:
        gap = 0.0 if end is None else run.x0 - end
        halves = (text[-1:] in _CLOSING) + (run.text[0] in _OPENING)  # that are the marks' own
        gap -= 0.5 * size * halves
        latin = text[-1:].isascii() and run.text[:1].isascii()
        text += (" " if end is not None and gap > (0.2 if latin else 0.9) * size else "") + run.text
        end = run.x1
    return Line(
        text=text,
        x0=min(run.x0 for run in runs),
        x1=max(run.x1 for run in runs),
        top=min(run.top for run in runs),
        bottom=max(run.bottom for run in runs),
        size=size,
        runs=tuple(runs),
    )


def _read_table(boxes: Sequence[Box], chars: list[dict[str, Any]]) -> PageTable | None:
    """The table with its cells' texts; ``None`` for a mere frame.

    Rows of a single cell above and below are no part of it: a title, a remark,
    or the frame of a page around the table.
    """
    boxes = _without_single(boxes)
    columns = _edges([x for box in boxes for x in (box[0], box[2])])
    rows = _edges([y for box in boxes for y in (box[1], box[3])])
    if len(columns) < 3 or len(rows) < 2:
        return None
    texts = [lines_of(char for char in chars if _in_box(char, box)) for box in boxes]
    within = [char for char in chars if rows[0] <= _middle(char) < rows[-1]]
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


def _open_ends(page: Any) -> list[float]:
    """Heights at which columns end without a rule across: a row broken over pages."""
    across = (edge for edge in page.horizontal_edges if edge["x1"] - edge["x0"] > _SNAP)
    rules = sorted(float(edge["top"]) for edge in across)
    ends = Counter(
        round(float(edge[side])) for edge in page.vertical_edges for side in ("top", "bottom")
    )

    def is_ruled(y: float) -> bool:
        at = bisect_right(rules, y - _SNAP)
        return at < len(rules) and rules[at] <= y + _SNAP

    return [float(y) for y, count in sorted(ends.items()) if count > 1 and not is_ruled(y)]


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


def cell_text(lines: Sequence[Line], right: float) -> str:
    """A cell's lines, those that were only wrapped put together."""
    text = ""
    for at, line in enumerate(lines):
        if at and wraps(lines[at - 1], line, right):
            text = join(text, line.text)
        else:
            text += ("\n" if at else "") + line.text
    return text


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


def _solid(chars: Iterable[dict[str, Any]]) -> int:
    return sum(len(char["text"].strip()) for char in chars)


def _centre(char: dict[str, Any]) -> float:
    """Across: glyphs of full-width marks begin within the ones before them."""
    return (float(char["x0"]) + float(char["x1"])) / 2


def _middle(char: dict[str, Any]) -> float:
    return (float(char["top"]) + float(char["bottom"])) / 2


def _in_box(char: dict[str, Any], box: Box) -> bool:
    return bool(box[0] <= _centre(char) < box[2] and box[1] <= _middle(char) < box[3])


def _is_on(char: dict[str, Any], page: Any) -> bool:
    return bool(char["x1"] > 0 and char["x0"] < page.width and -1 < _middle(char) < page.height + 1)
