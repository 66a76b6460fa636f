"""Rows that name several units: a zone for each, which shares the row's other cells.

    湖南省 | 南县⏎平江县⏎攸县 | 任务        湖南省南县, 湖南省平江县, 湖南省攸县
    四川省 | 射洪县、珙县    | 任务        四川省射洪县, 四川省珙县

A line break divides units only where it does not stand within one: 黑龙江省双鸭山市⏎
岭东区 is one unit.  The source's characters are shared out, so that each stands in
one zone's place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.parsing.tables.columns import PLACE_ROLES, compose_unit
from corpus.parsing.tables.rows import Column
from corpus.places.regions import resolve_whole
from corpus.places.units import NOWHERE, Context, Unit, read_units, within
from corpus.policy import ParseWarning, Span, WarningPlace
from corpus.text.normalize import Line

_LINE_BREAK = re.compile(r"\n|<br\s*/?>", re.IGNORECASE)  # Markdown has no other in a cell
_ENDS = tuple("、，,；;")


@dataclass(frozen=True, slots=True)
class Several:
    """The units of one cell: completed, and as they stand there."""

    names: tuple[str, ...]
    pieces: tuple[str, ...]


def several_units(
    columns: Sequence[Column], cells: Sequence[str], date: str | None, known: str = ""
) -> Several | None:
    """The units of a row whose narrowest place cell names more than one; else ``None``.

    ``cells`` have their line breaks, ``known`` is a division that stands above the row.
    """
    filled = [
        (PLACE_ROLES.index(column.role), text)
        for column, text in zip(columns, cells, strict=True)
        if text and column.role in PLACE_ROLES
    ]
    if not filled:
        return None
    filled.sort(key=lambda pair: pair[0])
    *wider, (_, narrowest) = filled
    above = compose_unit([known, *("".join(text.split()) for _, text in wider)])
    region = resolve_whole(above, date) if above else None
    context = Context(above, region) if region else NOWHERE
    return several_in(narrowest, context, date)


def several_in(cell: str, context: Context, date: str | None) -> Several | None:
    """The units that a cell names, if they are more than one and known for the most part."""
    text = _on_one_line(cell, context, date)
    units = read_units(text, 0, context, date)
    known = sum(unit.region is not None for unit in units)
    if len(units) < 2 or 2 * known <= len(units):
        return None
    pieces = tuple(text[unit.start : unit.end] for unit in units)
    return Several(tuple(unit.name for unit in units), pieces)


def _on_one_line(cell: str, context: Context, date: str | None) -> str:
    """The cell's lines as one: joined within a unit, divided between units."""
    lines = [line.strip() for line in _LINE_BREAK.split(cell) if line.strip()]
    text = lines[0] if lines else ""
    for line in lines[1:]:
        text += line if _goes_on(text, line, context, date) else f"、{line}"
    return text


def _goes_on(text: str, line: str, context: Context, date: str | None) -> bool:
    """Whether a line goes on with the unit that the text before it ends with."""
    if text.endswith(_ENDS) or line.startswith(_ENDS):
        return True
    before = read_units(text, 0, context, date)
    if not before or not read_units(line, 0, Context(before[-1].name, before[-1].region), date):
        return True
    together = read_units(text + line, 0, context, date)
    return len(together) == len(before) and _is_narrower(before[-1], together[-1])


def _is_narrower(before: Unit, after: Unit) -> bool:
    return before.region is None or within(before.region, after.region)


def shared_out(
    places: Sequence[Span], lines: Sequence[Line], pieces: Sequence[str]
) -> list[tuple[Span, ...]]:
    """A row's places, cut where each of its units begins; the first has what is before it."""
    starts = [line.span.start for line in lines]
    parts = []
    for span in places:
        line = lines[bisect_right(starts, span.start) - 1]
        parts.append(line.text[span.start - line.span.start : span.end - line.span.start])
    whole = "".join(parts)
    cuts, at = [], 0
    for n, piece in enumerate(pieces):
        found = whole.find(piece[:2], at)
        if n:
            cuts.append(found if found >= at else at)
        at = max(found, at) + 1
    return _cut(places, cuts)


def _cut(places: Sequence[Span], cuts: Sequence[int]) -> list[tuple[Span, ...]]:
    """``places`` as consecutive groups, divided at offsets into their joined text."""
    groups: list[list[Span]] = [[]]
    waiting = list(cuts)
    passed = 0
    for span in places:
        start, length = span.start, span.end - span.start
        while waiting and waiting[0] < passed + length:
            cut = span.start + waiting.pop(0) - passed
            if cut > start:
                groups[-1].append(Span(start, cut))
            groups.append([])
            start = max(start, cut)
        groups[-1].append(Span(start, span.end))
        passed += length
    groups += [[] for _ in waiting]
    last = places[-1]
    return [tuple(group) or (Span(last.end, last.end),) for group in groups]


def renumbered(
    owns: Sequence[int | None], counts: Sequence[int], warnings: list[ParseWarning]
) -> list[int | None]:
    """The printed numbers of rows that name ``counts`` units each, one for each unit.

    A row's first unit keeps its number and the others get free ones, which is said.
    Where more rows than one in three name several, the numbers are those of rows, not
    of units, and all are counted through.
    """
    several = sum(count > 1 for count in counts)
    if not any(owns) or 3 * several > len(counts):
        return [None] * sum(counts)
    beyond = max(own for own in owns if own is not None)
    numbers: list[int | None] = []
    for own, count in zip(owns, counts, strict=True):
        further = list(range(beyond + 1, beyond + count))
        beyond += count - 1
        numbers += [own, *further]
        if further:
            message = (
                f"附件表格第{own}行列出{count}个单位，其余已编为第{'、'.join(map(str, further))}行"
            )
            warnings.append(ParseWarning("units-several", message, WarningPlace(row=own)))
    return numbers
