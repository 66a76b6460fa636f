"""Appendix tables that were flattened to one cell a line.

When an official page is turned into plain text its tables fall apart: first the
head, a column's name a line, then row by row the number, the unit, the theme
and the content, each on a line of its own, or on several where the cell was
broken.  :func:`read_flattened` puts the rows together again:

    find the head  ->  cut at number lines  ->  cut where a second unit begins
    ->  assign the lines to the columns (:mod:`.assignment`)  ->  number the rows

What does not fit is never dropped: a row that lacks a cell is kept with what is
there, a line too many goes to the last column, a number without cells is left
to be a passage, and each leaves a warning that names the row.  Whether a line
is a unit, or the rest of one, is asked of :mod:`corpus.places.regions`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from corpus.parsing.tables.assignment import Dealer, Draft
from corpus.parsing.tables.columns import (
    PLACE_ROLES,
    USUAL_NAMES,
    is_province,
    is_zone_table,
    role_of,
)
from corpus.parsing.tables.numbering import assign_numbers
from corpus.parsing.tables.rows import Column, Row, Table
from corpus.parsing.tables.spread import Several, renumbered, several_in, shared_out
from corpus.places.regions import resolve_whole
from corpus.places.units import NOWHERE
from corpus.policy import ParseWarning
from corpus.text.normalize import Line, parse_integer

_NUMBER = re.compile(r"[(（]?([0-9０-９]{1,3})[)）]?[.．、]?")
_AFTER_TABLE = re.compile(
    r"附\s*[件表录]\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?|（此件.*）|[备附]?注[:：].*"
)
_LONGEST_NAME = 24
#: A numbered heading is no column's name, whatever it says: （二）县（市、区）.
_HEADING = re.compile(r"[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+\s*[、.．]")
_USUAL = tuple(Column(name, role_of(name)) for name in USUAL_NAMES.values())


def read_flattened(
    lines: Sequence[Line], date: str | None, apart: Container[int], highest: int
) -> Iterator[Table]:
    """The flattened tables among a text's lines, in order; units are read as of ``date``.

    ``apart`` are lines that belong to other tables, ``highest`` is the last
    number that a row has already.
    """
    at = 0
    fruitless: dict[tuple[str, ...], int] = {}  # heads of tables that are none, and their ends
    while at < len(lines):
        length = 0 if at in apart else _head_length(lines, at, apart)
        names = tuple(lines[here].text for here in range(at, at + length))
        if not length or at < fruitless.get(names, 0):
            at += max(length, 1)
            continue
        table, stop = _read_table(lines, at, length, date, apart, highest)
        if table:
            yield table
            highest = max((row.n for row in table.rows), default=highest)
            at = stop
        else:
            fruitless[names] = stop
            at += length


def _column(line: Line) -> Column | None:
    """The column that a line of a head names."""
    if len(line.text) > _LONGEST_NAME or _HEADING.match(line.text):
        return None
    named = role_of(line.text)
    return Column("".join(line.text.split()), named) if named else None


def _head_length(lines: Sequence[Line], at: int, apart: Container[int]) -> int:
    """How many lines from ``at`` are a table's head; 0 when none begins there."""
    columns: list[Column] = []
    stop = at
    while stop < len(lines) and stop not in apart and (column := _column(lines[stop])):
        columns.append(column)
        stop += 1
    if not columns or _is_caption(lines, at, columns):
        return 0
    roles = {column.role for column in columns} - {"other", "figures"}
    if len(roles) >= 2 and roles.intersection((*PLACE_ROLES, "title", "body")):
        return len(columns)
    sure = all(column.name in USUAL_NAMES.values() or column.role == "number" for column in columns)
    before_number = stop < len(lines) and _number(lines[stop]) is not None
    return len(columns) if sure and before_number else 0


def _is_caption(lines: Sequence[Line], at: int, columns: Sequence[Column]) -> bool:
    """Whether the first line is a caption (实验任务) above a head that says as much again."""
    first, *rest = (column.role for column in columns)
    if first not in ("unit", "title", "body") or len(set(rest)) < 2:
        return False
    return first in rest or (
        first != "unit" and at > 0 and _AFTER_TABLE.fullmatch(lines[at - 1].text) is not None
    )


def _repeated_length(lines: Sequence[Line], at: int, names: Container[str]) -> int:
    """How many lines from ``at`` are the head ``names`` again."""
    stop = at
    while stop < len(lines) and (column := _column(lines[stop])) and column.name in names:
        stop += 1
    return stop - at if stop - at > 1 else 0


def _begins_another(lines: Sequence[Line], at: int, apart: Container[int]) -> bool:
    """Whether another table's head begins on line ``at``: cells rarely say 序号."""
    column = _column(lines[at])
    if column is None or column.role != "number":
        return False
    return _head_length(lines, at, apart) > 1


def _number(line: Line) -> int | None:
    found = _NUMBER.fullmatch(line.text)
    return parse_integer(found[1]) if found else None


def _read_table(
    lines: Sequence[Line],
    start: int,
    length: int,
    date: str | None,
    apart: Container[int],
    highest: int,
) -> tuple[Table | None, int]:
    """The table whose head stands at ``start``, and the line where it ends.

    ``None`` where it is none of zones.
    """
    stop = start + length
    head = list(range(start, stop))
    names = {column.name: column for at in head if (column := _column(lines[at]))}
    if not any(c.role in PLACE_ROLES or c.name in USUAL_NAMES.values() for c in names.values()):
        return None, stop
    content: list[int] = []
    while stop < len(lines) and stop not in apart and not _AFTER_TABLE.fullmatch(lines[stop].text):
        again = _repeated_length(lines, stop, names)  # at a page break
        head.extend(range(stop, stop + again))
        if not again and _begins_another(lines, stop, apart):
            break
        if not again:
            content.append(stop)
        stop += again or 1
    printed = tuple(filter(None, (_column(lines[at]) for at in head)))
    columns = tuple({column.name: column for column in printed}.values())
    drafts = list(_drafts(lines, content, columns, date))
    warnings: list[ParseWarning] = []
    columns = _columns(columns, drafts, warnings)
    rows, claimed = _rows(lines, columns, drafts, date, highest, warnings)
    themes = [text for row in rows for text in (row.title, row.body) if text]
    known = [column.named for column in columns]
    if rows and not is_zone_table(known, [row.unit or "" for row in rows], themes, date):
        return None, stop
    if not rows and not {"unit", "title", "body"} <= {column.role for column in columns}:
        return None, stop
    table = Table(
        shape="flattened",
        columns=tuple(column.name for column in columns),
        head=tuple(lines[at].span for at in head),
        rows=tuple(rows),
        within=frozenset(range(start, stop)),
        claimed=frozenset((*head, *claimed)),
        warnings=tuple(warnings),
    )
    return table, stop


def _rows(
    lines: Sequence[Line],
    columns: Sequence[Column],
    drafts: Sequence[Draft],
    date: str | None,
    highest: int,
    warnings: list[ParseWarning],
) -> tuple[list[Row], list[int]]:
    """The drafts' rows, one for each unit, and the lines that they take up."""
    firsts: list[ParseWarning] = []
    numbers = assign_numbers([draft.own for draft in drafts], highest, firsts)
    warnings.extend(firsts)
    dealer = Dealer(columns, lines, drafts, date, warnings)
    rows: list[tuple[Row, Several | None]] = []
    claimed: list[int] = []
    for n, draft in zip(numbers, drafts, strict=True):
        last = draft is drafts[-1]
        if not draft.cells:
            dealer.warn_missing(n, None, {}, last)
            continue
        found = dealer.deal(n, draft, last)
        own = sorted((*draft.numbers, *draft.cells))
        claimed.extend(own)
        place = tuple(lines[at].span for at in own)
        units = several_in(found.get("unit", ""), NOWHERE, date)
        row = Row(n, found.get("unit"), found.get("title"), found.get("body"), place)
        rows.append((row, units))
    return list(_spread(rows, lines, highest, warnings)), claimed


def _spread(
    rows: Sequence[tuple[Row, Several | None]],
    lines: Sequence[Line],
    highest: int,
    warnings: list[ParseWarning],
) -> Iterator[Row]:
    """The rows, those that name several units as one for each."""
    counts = [len(units.names) if units else 1 for _, units in rows]
    if max(counts, default=1) == 1:
        yield from (row for row, _ in rows)
        return
    numbers = renumbered([row.n for row, _ in rows], counts, warnings)
    through = iter(n or highest + at for at, n in enumerate(numbers, 1))
    for row, units in rows:
        names = units.names if units else (row.unit,)
        shares = shared_out(row.place, lines, units.pieces) if units else [row.place]
        for name, place in zip(names, shares, strict=True):
            yield replace(row, n=next(through), unit=name, place=place)


def _drafts(
    lines: Sequence[Line], content: Sequence[int], columns: Sequence[Column], date: str | None
) -> Iterator[Draft]:
    """The rows in the making, cut at numbers and at units; group headings go to their row."""
    roles = [column.role for column in columns]
    before_number = roles[: roles.index("number")] if "number" in roles else []
    rest = [role for role in roles if role != "number"]
    lead = next((at for at, role in enumerate(rest) if role in PLACE_ROLES), 0)
    cut = [
        part
        for draft in _cut_at_numbers(lines, content, before_number, date)
        for part in _cut_at_units(lines, draft, lead, date)
    ]
    if len(cut) == 1:
        cut = list(_cut_by_columns(cut[0], len(rest)))
    waiting: list[int] = []
    province = ""
    for draft in cut:
        draft.cells[:0] = waiting
        draft.group = len(waiting)
        waiting = []
        texts = [lines[at].text for at in draft.cells]
        alone = len(texts) == 1 and draft.own is None and draft is not cut[-1]
        if alone and is_province(texts[0], date):
            waiting, province = draft.cells, texts[0]
            continue
        draft.province = province if draft.group else ""
        yield draft


def _cut_by_columns(draft: Draft, count: int) -> Iterator[Draft]:
    """Cuts a draft that neither numbers nor units cut: as many lines a row as columns."""
    cells = draft.cells
    if draft.numbers or count < 2 or len(cells) % count:
        yield draft
        return
    for start in range(0, len(cells), count):
        yield Draft(cells=cells[start : start + count])


def _cut_at_numbers(
    lines: Sequence[Line], content: Sequence[int], before: Sequence[str], date: str | None
) -> Iterator[Draft]:
    """A draft for each number line; a number repeated at once counts as one.

    ``before`` are the columns that stand before the number's: their lines are
    taken back from the row before.
    """
    draft = Draft()
    for at in content:
        number = _number(lines[at])
        if number is None:
            draft.cells.append(at)
            continue
        back = _taken_back(lines, draft.cells, before, date) if before else 0
        taken = draft.cells[len(draft.cells) - back :]
        del draft.cells[len(draft.cells) - back :]
        if draft.cells or (draft.numbers and draft.own != number):
            yield draft
            draft = Draft()
        draft.own = number
        draft.numbers.append(at)
        draft.cells.extend(taken)
    if draft.cells or draft.numbers:
        yield draft


def _taken_back(
    lines: Sequence[Line], cells: Sequence[int], before: Sequence[str], date: str | None
) -> int:
    """How many of the last lines belong before the number that follows them."""
    count = min(len(before), len(cells))
    if all(role in PLACE_ROLES for role in before):  # merged: may be missing, or be broken
        for more in range(min(count + 2, len(cells)), 0, -1):
            if resolve_whole("".join(lines[at].text for at in cells[-more:]), date):
                return more
        return 0 if "unit" not in before else count
    return count


def _cut_at_units(
    lines: Sequence[Line], draft: Draft, lead: int, date: str | None
) -> Iterator[Draft]:
    """Cuts a draft where another unit begins, which has lost its number line.

    ``lead`` is how many columns stand before that of the unit.
    """
    current = Draft(draft.own, draft.numbers)
    seen = False
    for at in draft.cells:
        cells = current.cells
        text = lines[at].text
        if resolve_whole(text, date):
            known = cells if not lead else cells[lead:]
            repeated = bool(cells) and text == lines[cells[-1]].text
            if (seen or (cells and not lead)) and not repeated:
                whole_unit = "".join(lines[cell].text for cell in (*known, at))
                if not resolve_whole(whole_unit, date):
                    taken = cells[len(cells) - lead :] if lead else []
                    del cells[len(cells) - len(taken) :]
                    yield current
                    current = Draft(cells=list(taken))
            seen = True
        current.cells.append(at)
    yield current


def _columns(
    named: Sequence[Column], drafts: Sequence[Draft], warnings: list[ParseWarning]
) -> tuple[Column, ...]:
    """The columns in order, without the number's; the usual three where the head lost one."""
    columns = tuple(column for column in named if column.role != "number")
    usual = Counter(len(draft.cells) for draft in drafts).most_common(1)
    ordinary = all(column.name in USUAL_NAMES.values() for column in columns)
    if ordinary and len(columns) < len(_USUAL) and usual and usual[0][0] >= len(_USUAL):
        names = {column.name for column in columns}
        lost = "、".join(column.name for column in _USUAL if column.name not in names)
        message = f"附件表格的表头缺“{lost}”，已按实验单位、实验主题、实验内容的次序读取"
        warnings.append(ParseWarning("head-incomplete", message))
        return _USUAL
    return columns
