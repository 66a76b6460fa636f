"""Appendix tables that were flattened to one cell a line.

When an official page is turned into plain text its tables fall apart: first the
head, a column's name a line, then row by row the number, the unit, the theme
and the content, each on a line of its own, or on several where the cell was
broken.  :func:`read_tables` puts the rows together again:

    find the head  ->  cut at number lines  ->  cut where a second unit begins
    ->  deal the lines out to the columns  ->  number the rows

What does not fit is never dropped: a row that lacks a cell is kept with what is
there, a line too many goes to the last column, a number without cells is handed
back as a leftover, and each leaves a warning that names the row.  Whether a
line is a unit, or the rest of one, is asked of :mod:`corpus.regions`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.normalize import Line, joined, parse_integer
from corpus.policy import ParseWarning
from corpus.regions import resolve, resolve_whole

#: What a column's head says -> what the column holds.
COLUMNS = {
    "序号": "number",
    "编号": "number",
    "实验单位": "unit",
    "实验主题": "title",
    "实验内容": "body",
}
_NAMES = {"unit": "实验单位", "title": "实验主题", "body": "实验内容"}
_ROLES = ("unit", "title", "body")
_NUMBER = re.compile(r"[(（]?([0-9０-９]{1,3})[)）]?[.．、]?")
_AFTER_TABLE = re.compile(
    r"附\s*[件表录]\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?|（此件.*）|[备附]?注[:：].*"
)
_OPEN_END = re.compile(r"[，、；：（“‘《—-]$")
_LONGEST_UNIT = 4  # lines


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``n`` is unique in the text; a cell that is not there is ``None``.

    ``lines`` are all its lines in the source, the number's included.
    """

    n: int
    unit: str | None
    title: str | None
    body: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table on the text's lines ``[start, stop)``: its head, rows and leftover lines."""

    start: int
    stop: int
    head: tuple[Line, ...]
    rows: tuple[Row, ...]
    leftovers: tuple[Line, ...]
    warnings: tuple[ParseWarning, ...]


@dataclass(slots=True)
class _Draft:
    """A row in the making: its number as printed, number lines and cell lines."""

    own: int | None = None
    numbers: list[Line] = field(default_factory=list)
    cells: list[Line] = field(default_factory=list)


def read_tables(lines: Sequence[Line], date: str | None) -> tuple[Table, ...]:
    """The tables among a text's lines, in order; units are read as of ``date``."""
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        if _head_length(lines, at):
            highest = max((row.n for table in tables for row in table.rows), default=0)
            tables.append(_read_table(lines, at, date, highest))
            at = tables[-1].stop
        else:
            at += 1
    return tuple(tables)


def _head_length(lines: Sequence[Line], at: int) -> int:
    """How many lines from ``at`` are a table's head; 0 when none begins there."""
    roles: list[str] = []
    stop = at
    while stop < len(lines) and (role := _role(lines[stop])):
        roles.append(role)
        stop += 1
    if len(set(roles)) >= 2:
        return len(roles)
    before_number = stop < len(lines) and _number(lines[stop]) is not None
    return len(roles) if before_number else 0


def _role(line: Line) -> str | None:
    return COLUMNS.get("".join(line.text.split()))


def _number(line: Line) -> int | None:
    found = _NUMBER.fullmatch(line.text)
    return parse_integer(found[1]) if found else None


def _read_table(lines: Sequence[Line], start: int, date: str | None, highest: int) -> Table:
    stop = start + _head_length(lines, start)
    head = list(lines[start:stop])
    content: list[Line] = []
    while stop < len(lines) and not _AFTER_TABLE.fullmatch(lines[stop].text):
        again = _head_length(lines, stop)  # a head repeated at a page break
        head.extend(lines[stop : stop + again])
        if not again:
            content.append(lines[stop])
        stop += again or 1
    drafts = [part for draft in _cut_at_numbers(content) for part in _cut_at_units(draft, date)]
    warnings: list[ParseWarning] = []
    columns = _columns(head, drafts, warnings)
    leftovers = [line for draft in drafts if not draft.cells for line in draft.numbers]
    dealer = _Dealer(columns, drafts, date, warnings)
    rows: list[Row] = []
    for n, draft in zip(_assign_numbers(drafts, highest, warnings), drafts, strict=True):
        last = draft is drafts[-1]
        if draft.cells:
            rows.append(dealer.deal(n, draft, last))
        else:
            dealer.warn_missing(n, None, columns, last)
    return Table(start, stop, tuple(head), tuple(rows), tuple(leftovers), tuple(warnings))


def _cut_at_numbers(lines: Sequence[Line]) -> Iterator[_Draft]:
    """A draft for each number line; a number repeated at once counts as one."""
    draft = _Draft()
    for line in lines:
        number = _number(line)
        if number is None:
            draft.cells.append(line)
            continue
        if draft.cells or (draft.numbers and draft.own != number):
            yield draft
            draft = _Draft()
        draft.own = number
        draft.numbers.append(line)
    if draft.cells or draft.numbers:
        yield draft


def _cut_at_units(draft: _Draft, date: str | None) -> Iterator[_Draft]:
    """Cuts a draft where another unit begins, which has lost its number line."""
    current = _Draft(draft.own, draft.numbers)
    for line in draft.cells:
        cells = current.cells
        if cells and resolve_whole(line.text, date) and line.text != cells[-1].text:
            whole_unit = "".join(cell.text for cell in (*cells, line))
            if not resolve_whole(whole_unit, date):
                yield current
                current = _Draft()
        current.cells.append(line)
    yield current


def _columns(
    head: Sequence[Line], drafts: Sequence[_Draft], warnings: list[ParseWarning]
) -> tuple[str, ...]:
    """The columns' roles in order; the usual three where the head has lost one."""
    named = tuple(dict.fromkeys(role for role in map(_role, head) if role and role != "number"))
    usual = Counter(len(draft.cells) for draft in drafts).most_common(1)
    if len(named) < len(_ROLES) and usual and usual[0][0] >= len(_ROLES):
        lost = "、".join(_NAMES[role] for role in _ROLES if role not in named)
        message = f"附件表格的表头缺“{lost}”，已按实验单位、实验主题、实验内容的次序读取"
        warnings.append(ParseWarning("head-incomplete", message))
        return _ROLES
    return named


def _assign_numbers(
    drafts: Sequence[_Draft], highest: int, warnings: list[ParseWarning]
) -> list[int]:
    """A number for each draft: its own where it can be, else a free one.

    ``highest`` is the last number of the tables before, which this one's go on from.
    """
    owned = {draft.own for draft in drafts}
    if owned <= {None}:
        if drafts:
            warnings.append(ParseWarning("number-missing", "附件表格各行都没有序号，已依次编号"))
        return [highest + n for n in range(1, len(drafts) + 1)]
    beyond = max(own for own in owned if own is not None)
    numbers: dict[int, None] = {}  # in order, and quick to look up
    previous = 0
    for draft in drafts:
        n, warning = _own_or_free(draft.own, previous, owned, numbers, beyond)
        if warning:
            warnings.append(warning)
        beyond = max(beyond, n)
        numbers[n] = None
        previous = n if draft.own is None else draft.own
    return [highest + n for n in numbers]


def _own_or_free(
    own: int | None, previous: int, owned: set[int | None], taken: Container[int], beyond: int
) -> tuple[int, ParseWarning | None]:
    """A row's number, and what to say about it."""
    expected = previous + 1
    if own is None:
        n = expected if expected not in owned and expected not in taken else beyond + 1
        message = f"附件表格第{previous}行之后有一行没有序号，已编为第{n}行"
        return n, ParseWarning("number-missing", message)
    if own in taken:
        message = f"附件表格的序号{own}重复，后一行已编为第{beyond + 1}行"
        return beyond + 1, ParseWarning("number-duplicate", message)
    if own != expected:
        before = f"第{previous}行之后是第{own}行" if previous else f"从第{own}行开始"
        return own, ParseWarning("number-sequence", f"附件表格的序号不连续：{before}")
    return own, None


class _Dealer:
    """Deals a draft's lines out to the columns."""

    def __init__(
        self,
        columns: tuple[str, ...],
        drafts: Sequence[_Draft],
        date: str | None,
        warnings: list[ParseWarning],
    ) -> None:
        self._columns = columns
        self._date = date
        self._warnings = warnings
        firsts = [draft.cells[0].text for draft in drafts if draft.cells]
        named = sum(resolve(text, date) is not None for text in firsts)
        self._regional = 2 * named > len(firsts)

    def deal(self, n: int, draft: _Draft, last: bool) -> Row:
        """The row of ``draft``; warns of cells that are missing and lines too many."""
        texts = [line.text for line in draft.cells]
        cells: dict[str, str] = {}
        columns = self._columns
        if columns[0] == "unit":
            count = self._unit_lines(texts)
            if count:
                cells["unit"] = "".join(texts[:count])
            texts, columns = texts[count:], columns[1:]
        texts = self._without_repeats(n, texts, len(columns), after=cells.get("unit"))
        if len(texts) > len(columns):
            message = f"附件表格第{n}行的行数比列数多，多出的行已并入前一单元格"
            self._warnings.append(ParseWarning("row-lines", message))
        for at, column in enumerate(columns):
            left = len(columns) - at - 1
            taken = self._cell_lines(texts, left)
            if taken:
                cells[column] = joined(texts[:taken])
            texts = texts[taken:]
        missing = [column for column in self._columns if column not in cells]
        if missing:
            self.warn_missing(n, cells.get("unit"), missing, last)
        lines = tuple(draft.numbers + draft.cells)
        return Row(n, cells.get("unit"), cells.get("title"), cells.get("body"), lines)

    def warn_missing(self, n: int, unit: str | None, missing: Sequence[str], last: bool) -> None:
        """Says which cells row ``n`` lacks."""
        names = "、".join(_NAMES[column] for column in missing)
        whose = f"（{unit}）" if unit else ""
        cut = "，文件可能在此处被截断" if last else ""
        message = f"附件表格第{n}行{whose}不完整：缺{names}{cut}"
        self._warnings.append(ParseWarning("row-incomplete", message))

    def _unit_lines(self, texts: Sequence[str]) -> int:
        """How many of the first lines make up the unit: as many as name one division."""
        for count in range(min(_LONGEST_UNIT, len(texts)), 0, -1):
            if resolve_whole("".join(texts[:count]), self._date):
                return count
        enough = len(texts) >= len(self._columns)
        return 1 if enough or not self._regional or resolve(texts[0], self._date) else 0

    def _without_repeats(
        self, n: int, texts: list[str], columns: int, after: str | None
    ) -> list[str]:
        """Leaves out lines that only repeat the one before, while there are too many."""
        kept: list[str] = []
        for at, text in enumerate(texts):
            if text == (kept[-1] if kept else after) and len(kept) + len(texts) - at > columns:
                message = f"附件表格第{n}行有重复的一行“{text}”，只取一次"
                self._warnings.append(ParseWarning("line-repeated", message))
            else:
                kept.append(text)
        return kept

    @staticmethod
    def _cell_lines(texts: Sequence[str], left: int) -> int:
        """How many lines the next cell takes when ``left`` more columns follow."""
        if not left:
            return len(texts)
        taken = min(1, len(texts))
        while taken and len(texts) - taken > left and _OPEN_END.search(texts[taken - 1]):
            taken += 1
        return taken
