"""The rows of a table without ruling lines, once its columns are known.

One column is the key: the numbers, or else the units.  A cell's lines are as far
from each other as lines of text are, cells of one column a little farther; what
stands at the height of one key alone is that key's row, wherever in the row its
cells are aligned.  Where cells follow as closely as lines (a text processor's
way), all of them must begin at the height of their key, and their lines be full.

A row goes on over a page break only where another begins on the next page, and
with no heading and no date: a signature follows a table as closely.

Anything else is undecided, and the caller keeps the text: no row is made up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.formats.layout.page import Line, wraps
from corpus.parsing.headings import recognise
from corpus.places.regions import resolve, resolve_whole
from corpus.text.normalize import is_date, parse_integer

_TRIFLE = 0.3  # of a size; by which heights of one line may differ
_SPREAD = 1.04  # times, and
_SPREADS = (0.3, 0.9)  # points, by which lines of one cell may be farther apart than others
_ODD = 20  # one step in so many may be shorter: characters of another font
_MOSTLY = 0.8
_FEWEST_TALL = 2  # cells of several lines that show how cells are aligned
_MONTH = re.compile(r"[0-9〇○零一二三四五六七八九]{4}年[0-9一二三四五六七八九十]{1,2}月")

#: The lines of a row by column.
Cells = list[list[Line]]


@dataclass(frozen=True, slots=True)
class Part:
    """What stands on one page: the lines of each column, and whether the table begins here."""

    columns: tuple[list[Line], ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """The key column, whether it holds numbers, and the columns whose cells may be merged."""

    column: int
    numbered: bool
    merged: tuple[int, ...]


def read_rows(parts: Sequence[Part], keys: Keys) -> list[Cells] | None:
    """The rows, those broken over pages put together; ``None`` where they cannot be recognised."""
    pages = _pages(parts, keys)
    if pages is None:
        return None
    rows: list[Cells] = []
    for page in pages:
        first, *others = page or [[]]
        if rows and first and _is_rest(first[keys.column], rows[-1][keys.column], keys):
            if not others or any(_stands_alone(line) for cell in first for line in cell):
                return None
            for cell, rest in zip(rows[-1], first, strict=True):
                cell.extend(rest)
        elif first:
            rows.append(first)
        rows.extend(others)
    return rows if all(sum(map(bool, row)) > 1 for row in rows) else None


def _is_rest(key: Sequence[Line], above: Sequence[Line], keys: Keys) -> bool:
    """Whether a page's first row goes on with the row above: no number, no unit of its own."""
    if not key or keys.numbered:
        return not key
    before, whole = _text(above), _text([*above, *key])
    return resolve_whole(whole, None) is not None and resolve(whole) != resolve(before)


def has_key(part: Part, keys: Keys) -> bool:
    """Whether a row begins on the page: a number where the keys are numbers, or a unit."""
    column = part.columns[keys.column]
    return any(not keys.numbered or _number([line]) is not None for line in column)


def may_go_on(row: Cells, part: Part, rows: Sequence[Cells]) -> bool:
    """Whether a page without a key may be the rest of the row above.

    The first line of a column there would not have fitted into the line above; where
    a column's lines end is shown by its cells of several lines.
    """
    for at, below in enumerate(part.columns):
        right = max((line.x1 for each in rows for line in each[at][:-1]), default=None)
        if right is None or not below or not row[at] or _stands_alone(below[0]):
            continue
        if wraps(row[at][-1], below[0], right):
            return True
    return False


def _stands_alone(line: Line) -> bool:
    """Whether a line is a heading or a date: no rest of a cell."""
    text = _text([line])
    return recognise(line.text) is not None or is_date(text) or bool(_MONTH.fullmatch(text))


def _number(lines: Sequence[Line]) -> int | None:
    return parse_integer(_text(lines).strip("（()）.．、"))


def _pages(parts: Sequence[Part], keys: Keys) -> list[list[Cells]] | None:
    """The rows on each page; the first on one that goes on may lack its key."""
    usual = _usual_step(parts, keys)
    for spread in _SPREADS:
        limit = usual * _SPREAD + spread
        found = [_by_height(part, keys, limit) for part in parts]
        pages = [page for page in found if page is not None]
        if len(pages) == len(found) and _is_sound(pages, keys):
            return pages
    pages = [_by_tops(part, keys) for part in parts]
    if not (_is_aligned(pages, keys) and _is_filled(pages) and _is_sound(pages, keys)):
        return None
    last = pages[-1][-1] if pages[-1] else []
    limit = usual * _SPREAD + _SPREADS[-1]
    ends = all(_step(above, below) <= limit for cell in last for above, below in pairwise(cell))
    return pages if ends else None


def _usual_step(parts: Sequence[Part], keys: Keys) -> float:
    """How far two lines of one cell are from each other, but for rounding."""
    steps = sorted(
        _step(above, below)
        for part in parts
        for at, column in enumerate(part.columns)
        if at != keys.column or not keys.numbered
        for above, below in pairwise(column)
    )
    return steps[len(steps) // _ODD] if steps else 0.0


def _step(above: Line, below: Line) -> float:
    return _base(below) - _base(above)


def _base(line: Line) -> float:
    """Where most of a line's characters end below."""
    bases: Counter[float] = Counter()
    for run in line.runs:
        bases[run.base] += len(run.text)
    return bases.most_common(1)[0][0]


def _blocks(column: Sequence[Line], limit: float) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in column:
        if block and _step(block[-1], line) > limit:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _by_height(part: Part, keys: Keys, limit: float) -> list[Cells] | None:
    """The rows where every block stands at the height of one key."""
    column = part.columns[keys.column]
    anchors = [[line] for line in column] if keys.numbered else [*_blocks(column, limit)]
    rows: list[Cells] = [[[] for _ in part.columns] for _ in anchors]
    rest: Cells = [[] for _ in part.columns]
    for row, anchor in zip(rows, anchors, strict=True):
        row[keys.column] = anchor
    for at, lines in enumerate(part.columns):
        if at == keys.column:
            continue
        for block in _cut(lines, anchors, limit):
            beside = [row for row, anchor in enumerate(anchors) if _overlap(anchor, block)]
            if len(beside) == 1:
                rows[beside[0]][at].extend(block)
            elif not beside and not part.first and _is_above(block, anchors):
                rest[at].extend(block)
            else:
                return None
    return [rest, *rows] if any(rest) else rows


def _cut(
    lines: Sequence[Line], anchors: Sequence[Sequence[Line]], limit: float
) -> list[list[Line]]:
    """The blocks of a column; each line one where every line has a key of its own."""
    beside = [
        [at for at, anchor in enumerate(anchors) if _overlap(anchor, [line])] for line in lines
    ]
    single = all(len(own) == 1 for own in beside)
    if single and len({own[0] for own in beside}) == len(lines):
        return [[line] for line in lines]
    return list(_blocks(lines, limit))


def _overlap(one: Sequence[Line], other: Sequence[Line]) -> bool:
    common = min(one[-1].bottom, other[-1].bottom) - max(one[0].top, other[0].top)
    return common > _TRIFLE * min(one[0].size, other[0].size)


def _is_above(block: Sequence[Line], anchors: Sequence[Sequence[Line]]) -> bool:
    return not anchors or block[-1].bottom <= anchors[0][0].top + _TRIFLE * block[-1].size


def _by_tops(part: Part, keys: Keys) -> list[Cells]:
    """The rows where a row's cells all begin at the height of its key."""
    anchors = part.columns[keys.column]
    rows: list[Cells] = [[[] for _ in part.columns] for _ in range(len(anchors) + 1)]
    for at, lines in enumerate(part.columns):
        for line in lines:
            row = sum(anchor.top <= line.top + _TRIFLE * line.size for anchor in anchors)
            rows[row][at].append(line)
    return rows if any(rows[0]) else rows[1:]


def _is_aligned(pages: Sequence[Sequence[Cells]], keys: Keys) -> bool:
    """Whether all cells begin at the height of their key, tall ones among them."""
    if not keys.numbered:
        return False  # a unit on two lines would be two
    tall = 0
    for number, rows in enumerate(pages):
        for row in rows:
            anchor = row[keys.column]
            if not anchor:
                if number == 0:
                    return False
                continue
            for cell in filter(None, row):
                if abs(cell[0].top - anchor[0].top) > _TRIFLE * cell[0].size:
                    return False
                tall += len(cell) > 1
    return tall >= _FEWEST_TALL


def _is_filled(pages: Sequence[Sequence[Cells]]) -> bool:
    """Whether a cell's lines but the last reach its end, as lines that were wrapped do."""
    rows = [row for page in pages for row in page]
    full = broken = 0
    for column in zip(*rows, strict=True):
        right = max((line.x1 for cell in column for line in cell), default=0.0)
        for cell in column:
            full += sum(wraps(line, below, right) for line, below in pairwise(cell))
            broken += max(len(cell) - 1, 0)
    return full >= _MOSTLY * broken


def _is_sound(pages: Sequence[Sequence[Cells]], keys: Keys) -> bool:
    """Whether the rows do not overlap, and their numbers follow."""
    if any(not _is_below(row, above) for page in pages for above, row in pairwise(page)):
        return False
    rows = [row for page in pages for row in page if row[keys.column]]
    if len(rows) < 2:
        return False
    if keys.numbered:
        numbers = [_number(row[keys.column]) for row in rows]
        if None in numbers or any(b != a + 1 for a, b in pairwise(numbers)):  # type: ignore[operator]
            return False
    return all(_is_whole(rows, at, keys.column) for at in keys.merged)


def _is_below(row: Cells, above: Cells) -> bool:
    """Whether a row begins where the one above it has ended."""
    end = max((line.bottom for cell in above for line in cell), default=0.0)
    lines = [line for cell in row for line in cell]
    return all(line.top >= end - _TRIFLE * line.size for line in lines)


def _is_whole(rows: Sequence[Cells], column: int, key: int) -> bool:
    """Whether a column has all its cells, or merged ones that stand at the first of their rows."""
    if all(row[column] for row in rows):
        return True
    tall = [row for row in rows if max(map(len, row)) > 1]
    cells = [cell for row in [*tall, rows[0]] for cell in row if cell]
    tops = all(abs(cell[0].top - row[key][0].top) < _TRIFLE * cell[0].size
               for row in rows for cell in row if cell)  # fmt: skip
    return bool(rows[0][column]) and len(tall) >= _FEWEST_TALL and bool(cells) and tops


def _text(lines: Sequence[Line]) -> str:
    return "".join("".join(line.text.split()) for line in lines)
