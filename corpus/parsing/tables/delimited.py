"""Tables that a plain text writes with signs: pipes, tabs, or runs of spaces.

    | 序号 | 试点单位 | 任务 |          序号<TAB>试点单位<TAB>任务
    | --- | --- | --- |                1<TAB>北京市石景山区<TAB>……

Such a table is stated as well as one of HTML, so :func:`delimited_tables` makes a
:class:`~corpus.document.SourceTable` of it.  Pipes may do without those at the ends of
a line, and lines may be drawn between rows (``+---+---+``).  Spaces divide cells (two of
them, or a wide one) only below a head that names a unit's column, or behind a line's
number, where another number shows a second set of columns (``1  大庆市    4  徐州市``) or
a unit is followed by its task (``1  十堰市茅箭区  协商议事``).  Runs of fewer than
two rows, or of rows with one cell, are text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from corpus.document import Cell, SourceTable
from corpus.parsing.tables.columns import PLACE_ROLES, role_of
from corpus.places.regions import resolve, resolve_whole
from corpus.places.units import level_of
from corpus.policy import Span
from corpus.text.normalize import Line, parse_integer

_RULE = re.compile(r"[|｜│┃]?\s*:?[-─━]+:?\s*(?:[|｜│┃┼]\s*:?[-─━]+:?\s*)*[|｜│┃]?")
#: A line drawn between rows: its crossings stand where the columns end.
_DRAWN = re.compile(r"[|+│┃├┌└┏┗┣╔╚╠](?:[-=─━═]+[|+│┃┼┬┴┤┐┘┳┻╋┫┓┛╦╩╬╣╗╝])+")
_PIPES = "|｜│┃"
_SPACES = re.compile(r"[^\S\t]{2,}|\u3000+")
#: What a text with such tables has somewhere.
SIGNS = re.compile("[|｜│┃\\t\u3000]|  ")
_RULED = "+"
_FEWEST_ROWS = 2


def delimited_tables(
    text: str, lines: Sequence[Line], apart: Container[int]
) -> Iterator[tuple[SourceTable, frozenset[int]]]:
    """The tables written with signs, each with the rules (``|---|``) in it.

    ``apart`` are lines that belong to tables which the format states.
    """
    run: list[int] = []
    sign = ""
    for at in range(len(lines) + 1):
        found = _sign(lines[at].text, sign) if at < len(lines) and at not in apart else ""
        if found == _RULED:
            found = sign or _sign(lines[at + 1].text if at + 1 < len(lines) else "", "")
        if run and (found != sign or (sign in _PIPES and lines[at].blank_before)):
            if len(run) >= _FEWEST_ROWS:
                yield _table(text, lines, run, sign)
            run = []
        if found:
            run.append(at)
        sign = found


def _sign(text: str, before: str) -> str:
    """What divides the cells of a line below one divided by ``before``; empty: nothing does."""
    if _DRAWN.fullmatch(text):
        return _RULED
    for sign in _PIPES:
        count = text.count(sign)
        if count > 2 or (count and not text.startswith(sign)) or (count == 2 and before == sign):
            return sign
    if "\t" in text:
        return "\t"
    if not _SPACES.search(text):
        return ""
    parts = _SPACES.split(text)
    return "  " if before == "  " or _is_head(parts) or _is_numbered(parts) else ""


def _is_numbered(parts: Sequence[str]) -> bool:
    """Whether a line holds sets of cells, each of which begins with a number."""
    numbered = [at for at, part in enumerate(parts) if _is_ordinal(part)]
    if numbered == [0]:
        return len(parts) in (3, 4) and _is_tasked(parts[1], parts[2])
    if not numbered or numbered[0] != 0:
        return False
    width = numbered[1]
    return width > 1 and numbered == list(range(0, len(parts), width))


def _is_head(names: Sequence[str]) -> bool:
    """Whether these are the names of columns, one of them the units'."""
    named = [role_of(name) for name in names]
    return all(named) and any(one and one.role in PLACE_ROLES for one in named)


def _is_tasked(unit: str, task: str) -> bool:
    """Whether a unit below the province stands before words that name no place."""
    region = resolve_whole(unit)
    return level_of(region) in (1, 2) and resolve(task) is None


def _is_ordinal(part: str) -> bool:
    return parse_integer(part.strip("（）().．、")) is not None


def _table(
    text: str, lines: Sequence[Line], run: Sequence[int], sign: str
) -> tuple[SourceTable, frozenset[int]]:
    cells: list[Cell] = []
    rules: set[int] = set()
    row = 0
    for at in run:
        written = lines[at].text
        if sign in _PIPES and (_RULE.fullmatch(written) or _DRAWN.fullmatch(written)):
            rules.add(at)
            continue
        cells.extend(_cells(text, lines[at], row, sign))
        row += 1
    return SourceTable(tuple(cells)), frozenset(rules)


def _cells(text: str, line: Line, row: int, sign: str) -> Iterator[Cell]:
    start, stop = line.span.start, line.span.end
    if sign in _PIPES:
        start += text.startswith(sign, start)
        stop -= text.endswith(sign, start, stop)
    elif sign == "\t":  # tabs before the line's first word are empty cells
        start = max(text.rfind(end, 0, start) for end in "\n\r") + 1
    pattern = _SPACES if sign == "  " else re.compile(re.escape(sign))
    for column, part in enumerate(pattern.split(text[start:stop])):
        content = part.strip()
        at = text.index(content, start) if content else start
        yield Cell(row, column, Span(at, at + len(content)))
        divider = pattern.match(text, start + len(part))
        start = divider.end() if divider else stop
