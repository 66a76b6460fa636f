"""The pages of a PDF as one text: paragraphs and tables that go on are joined.

    pages  ->  without running heads, feet and page numbers  ->  lines joined to
    paragraphs  ->  tables joined over page breaks  ->  text

Running heads are lines at the edge of the page that come again on others; each
is kept once, at the end.  A line goes on in the next when it is as long as the
page allows and the next is neither indented nor set apart.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from corpus.formats.content import GridCell, TextBuilder
from corpus.formats.layout.columns import find_head, take_tables
from corpus.formats.layout.page import Line, PageTable, PageText, join, wraps
from corpus.parsing.headings import recognise
from corpus.text.normalize import joined

_EDGE = 0.12  # of the page's height, above and below
_SHORT = 4  # characters: the end of a cell (区) may well stand twice in one place
_PAGE_NUMBER = re.compile(
    r"[-—–―\s·•]*(?:第\s*)?(\d{1,4})\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–―\s·•]*"
)
#: One that says what it is: — 1 —, 第1页.
_MARKED = re.compile(r"\s*(?:[-—–―·•]+\s*\d{1,4}\s*[-—–―·•]+|第\s*\d{1,4}\s*页.*)\s*")
_SENTENCE_END = re.compile(r"[。；：！？;:!?][”’」』）)]*$")
_APART = 1.35  # times the usual distance of lines
_APART_FOR_SIZE = 2.2  # times the size of the characters, where they are not of the usual size
_SAME_SIZE = 0.15
_BESIDE = 0.3  # of a size, that two lines beside each other have in common
_INDENT = 2.5  # characters; a paragraph's first line is moved in by two
_CENTRED = 0.6
_SAME_COLUMNS = 6.0  # points


@dataclass(frozen=True, slots=True)
class Apart:
    """What did not go into the text: running heads and feet, each once, without numbers.

    ``undecided`` is how many heads of tables without ruling lines stayed mere text,
    ``starts`` at which offset of the text each page begins.
    """

    heads: list[str]
    undecided: int
    starts: tuple[int, ...] = ()


def write(pages: Sequence[PageText], builder: TextBuilder) -> Apart:
    """Writes the pages' text; returns what stands apart from it."""
    heads = _take_running(pages)
    _settle_single_rows(pages)
    bare = _bare_numbers(pages)
    undecided = take_tables(pages)
    for each in pages:  # those that no table took are the pages'
        each.items = [item for item in each.items if id(item) not in bare]
    paragraph = _Paragraph(builder)
    starts: dict[int, int] = {}
    for item, page in _joined_tables(pages):
        starts.setdefault(page.number, paragraph.offset)
        if isinstance(item, Line):
            paragraph.add(item, page)
        else:
            paragraph.end()
            builder.table(item.cells)
    paragraph.end()
    return Apart(heads, undecided, tuple(_page_starts(starts, len(pages), builder.length)))


def _page_starts(starts: Mapping[int, int], count: int, end: int) -> Iterator[int]:
    """Where each page begins; one without a beginning of its own where the next does."""
    found = []
    for number in reversed(range(count)):
        end = starts.get(number, end)
        found.append(end)
    yield from reversed(found)


class _Paragraph:
    """Lines of one paragraph in the making."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._text = ""
        self._last: tuple[Line, _Margins] | None = None

    def add(self, line: Line, margins: _Margins) -> None:
        if self._last and self._goes_on(*self._last, line, margins):
            self._text = join(self._text, line.text)
        else:
            self.end()
            self._text = line.text
        self._last = (line, margins)

    @property
    def offset(self) -> int:
        """Where in the text the next line will begin, if it goes on with the paragraph."""
        return self._builder.length + len(self._text)

    def end(self) -> None:
        if self._text:
            self._builder.line(self._text)
        self._text, self._last = "", None

    def _goes_on(self, last: Line, before: _Margins, line: Line, margins: _Margins) -> bool:
        if (
            not wraps(last, line, before.right)
            or abs(last.size - line.size) > _SAME_SIZE * line.size
        ):
            return False
        indent = (line.x0 - margins.left) / line.size
        off_centre = abs((line.x0 + line.x1) - (last.x0 + last.x1)) / 2
        centred = indent > _INDENT and off_centre < _CENTRED * line.size
        if indent > 1.2 and not centred:
            return False
        if before is margins and line.top - last.top > margins.step(line):
            return False
        return not (recognise(line.text) and _SENTENCE_END.search(self._text))


class _Margins:
    """Where the lines of a page begin and end, and how far they are from each other."""

    def __init__(self, page: PageText, number: int) -> None:
        self.number = number
        lines = [item for item in page.items if isinstance(item, Line)]
        self.left = min((line.x0 for line in lines), default=0.0)
        self.right = max((line.x1 for line in lines), default=0.0)
        steps = [
            below.top - above.top
            for above, below in itertools.pairwise(lines)
            if below.top > above.top
        ]
        self._size = median([line.size for line in lines]) if lines else 0.0
        self._pitch = median(steps) if len(steps) > 3 else min(steps, default=0.0) or 1e9

    def step(self, line: Line) -> float:
        """How far below the line before one of its paragraph may be at most."""
        usual = abs(line.size - self._size) <= _SAME_SIZE * line.size
        return _APART * self._pitch if usual else _APART_FOR_SIZE * line.size


def _take_running(pages: Sequence[PageText]) -> list[str]:
    """Takes running heads, feet and page numbers out of the pages."""
    edges = [_edge_lines(page) for page in pages]
    places = Counter(place for lines in edges for place in {_place(line) for line in lines})
    often = {False: max(2, len(pages) // 2), True: max(3, len(pages) - 1)}
    heads: dict[str, None] = {}
    for page, lines in zip(pages, edges, strict=True):
        running = [
            line
            for line in lines
            if not _PAGE_NUMBER.fullmatch(line.text)
            and places[_place(line)] >= often[len(line.text) < _SHORT]
        ]
        heads.update(dict.fromkeys(line.text for line in running))
        page.items = [item for item in page.items if item not in running]
        numbers = _numbers(page, lines)
        marked = [line for line in numbers if _MARKED.fullmatch(line.text)]
        page.items = [item for item in page.items if item not in marked]
        for at in (0, -1):  # a number that stands farther in may be a table's
            if page.items and page.items[at] in numbers:
                del page.items[at]
    kept: dict[str, str] = {}
    for head in heads:
        kept.setdefault(re.sub(r"\d+", "#", head), head)
    return list(kept.values())


def _bare_numbers(pages: Sequence[PageText]) -> set[int]:
    """Numbers (by ``id``) at the edges of pages that stand at one height and count the pages."""
    places: dict[tuple[int, int], set[int]] = {}  # height, distance to the number of the page
    for at, page in enumerate(pages):
        for line in _numbers(page, _edge_lines(page)):
            if found := _PAGE_NUMBER.fullmatch(line.text):
                place = (_place(line)[1], int(found[1]) - at)
                places.setdefault(place, set()).add(id(line))
    return {each for ids in places.values() if len(ids) > 1 for each in ids}


def _numbers(page: PageText, edge: Sequence[Line]) -> list[Line]:
    """The lines that may be a page's number; what stands beside others is a row's."""
    return [
        line
        for line in edge
        if _PAGE_NUMBER.fullmatch(line.text)
        and (_MARKED.fullmatch(line.text) or not any(_is_beside(line, o) for o in page.items))
    ]


def _is_beside(line: Line, other: Line | PageTable) -> bool:
    common = min(line.bottom, other.bottom) - max(line.top, other.top)
    return other is not line and common > _BESIDE * line.size


def _edge_lines(page: PageText) -> list[Line]:
    """The lines at the edges of a page, but for the head of a table that goes on."""
    above, below = _EDGE * page.height, (1 - _EDGE) * page.height
    found, at = [], 0
    while at < len(page.items):
        item = page.items[at]
        head = find_head(page.items, at)
        if head is None and isinstance(item, Line) and (item.bottom < above or item.top > below):
            found.append(item)
        at = head.stop if head else at + 1
    return found


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 4)


def _joined_tables(pages: Sequence[PageText]) -> Iterator[tuple[Line | PageTable, _Margins]]:
    """All items in order, a table that goes on over a page break as one."""
    waiting: tuple[PageTable, _Margins] | None = None
    for number, page in enumerate(pages):
        margins = _Margins(page, number)
        for at, item in enumerate(page.items):
            if isinstance(item, PageTable):
                if waiting and at == 0 and _same_columns(waiting[0], item):
                    _append(waiting[0], item)
                    continue
                if waiting:
                    yield waiting
                waiting = (item, margins)
            else:
                if waiting:
                    yield waiting
                    waiting = None
                yield item, margins
    if waiting:
        yield waiting


def _settle_single_rows(pages: Sequence[PageText]) -> None:
    """Turns tables of a single row into lines, unless they go on over a page break."""
    for number, page in enumerate(pages):
        settled: list[Line | PageTable] = []
        for at, item in enumerate(page.items):
            if isinstance(item, PageTable) and item.lines:
                before = pages[number - 1].items[-1:] if number and at == 0 else []
                behind = (
                    pages[number + 1].items[:1]
                    if at == len(page.items) - 1 and number + 1 < len(pages)
                    else []
                )
                if not any(_is_part(item, other) for other in (*before, *behind)):
                    settled.extend(item.lines)
                    continue
            settled.append(item)
        page.items = settled


def _is_part(table: PageTable, other: Line | PageTable) -> bool:
    return isinstance(other, PageTable) and _same_columns(table, other)


def _same_columns(above: PageTable, below: PageTable) -> bool:
    return len(above.columns) == len(below.columns) and all(
        abs(one - other) < _SAME_COLUMNS
        for one, other in zip(above.columns, below.columns, strict=True)
    )


def _append(table: PageTable, more: PageTable) -> None:
    """Adds the rows on the next page, a head that is repeated there left out."""
    rows = _by_row(more.cells)
    head = [cell.text for cell in table.cells if cell.row == 0]
    if rows and [cell.text for cell in rows[0]] == head and any(head):
        rows = rows[1:]
    key = _key_column([*table.cells, *more.cells])
    for number, row in enumerate(rows):
        last = max(cell.row + cell.rowspan for cell in table.cells) - 1
        above = {cell.column: at for at, cell in enumerate(table.cells) if cell.row == last}
        if number == 0 and _is_rest(row, table.cells, above, key):
            _add_texts(table.cells, above, row)
        else:
            shift = last + 1 - row[0].row
            for cell in row:
                _place_below(table.cells, replace(cell, row=cell.row + shift), key, number == 0)
    table.cells.sort(key=lambda cell: (cell.row, cell.column))


def _by_row(cells: Sequence[GridCell]) -> list[list[GridCell]]:
    rows: dict[int, list[GridCell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return [rows[row] for row in sorted(rows)]


def _key_column(cells: Sequence[GridCell]) -> int:
    """The first column in which no cell is merged: its cells tell one row from the next."""
    merged = {cell.column for cell in cells if cell.rowspan > 1}
    return next((c for c in sorted({cell.column for cell in cells}) if c not in merged), 0)


def _is_rest(
    row: Sequence[GridCell], cells: Sequence[GridCell], above: dict[int, int], key: int
) -> bool:
    """Whether a page's first row is the rest of the row above: one of the two lacks the key."""
    own = next((cell.text for cell in row if cell.column == key), "")
    before = cells[above[key]].text if key in above else ""
    return bool(above) and any(cell.text for cell in row) and not (own and before)


def _add_texts(cells: list[GridCell], above: dict[int, int], row: Sequence[GridCell]) -> None:
    for cell in row:
        at = above.get(cell.column)
        if at is None:
            continue
        parts = [part for part in (cells[at].text, cell.text) if part]
        cells[at] = replace(cells[at], text=joined(parts))


def _place_below(cells: list[GridCell], cell: GridCell, key: int, first: bool) -> None:
    """Adds a cell; an empty one beside the key goes on from a merged cell above the break."""
    if first and not cell.text and cell.column != key:
        for at in range(len(cells) - 1, -1, -1):
            above = cells[at]
            if above.column == cell.column:
                if above.row + above.rowspan == cell.row:
                    cells[at] = replace(above, rowspan=above.rowspan + cell.rowspan)
                    return
                break
    cells.append(cell)
