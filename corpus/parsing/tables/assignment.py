"""Dealing the lines of a flattened row out to the columns of its table.

A row knows how many columns there are and how many lines it has.  The lines that
name a place are the easiest to tell, wherever the unit's column stands: as many
as make up one division's full name.  The columns before and after share the
others, a line each; a line that breaks off takes the next one, and the last
column what is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.parsing.tables.columns import PLACE_ROLES, USUAL_NAMES, compose_unit, is_province
from corpus.parsing.tables.rows import Column, compose
from corpus.parsing.tables.spread import several_in
from corpus.places.regions import resolve, resolve_whole
from corpus.places.units import NOWHERE
from corpus.policy import ParseWarning, WarningPlace
from corpus.text.normalize import Line, joined

_OPEN_END = re.compile(r"[，、；：（“‘《—-]$")
_LONGEST_UNIT = 4  # lines


@dataclass(slots=True)
class Draft:
    """A row in the making: its number as printed, and the indices of its lines.

    ``group`` of the first ``cells`` are a heading above the row, ``province`` is
    the one in force there.
    """

    own: int | None = None
    numbers: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    group: int = 0
    province: str = ""


class Dealer:
    """Deals a draft's lines out to the columns."""

    def __init__(
        self,
        columns: Sequence[Column],
        lines: Sequence[Line],
        drafts: Sequence[Draft],
        date: str | None,
        warnings: list[ParseWarning],
    ) -> None:
        self._lines = lines
        self._date = date
        self._warnings = warnings
        places = [at for at, column in enumerate(columns) if column.role in PLACE_ROLES]
        first = places[0] if places else 0
        self._before = tuple(columns[:first]) if places else ()
        self._unit = bool(places)
        self._levels = len(places)
        self._province = ""
        self._after = tuple(c for c in columns[first:] if c.role not in PLACE_ROLES)
        self._count = len(self._before) + len(self._after) + self._unit
        name = next((c.name for c in columns if c.role == "unit"), USUAL_NAMES["unit"])
        self._names = {"unit": name} if places else {}
        for column in (*self._before, *self._after):
            self._names.setdefault(column.role, column.name)
        firsts = [lines[draft.cells[0]].text for draft in drafts if draft.cells]
        named = sum(resolve(text, date) is not None for text in firsts)
        self._regional = 2 * named > len(firsts)

    def deal(self, n: int, draft: Draft, last: bool) -> dict[str, str]:
        """The fields of ``draft``; warns of cells that are missing and lines too many."""
        texts = [self._lines[at].text for at in draft.cells[draft.group :]]
        unit = ""
        cells: list[tuple[Column, str]] = []
        if self._before:
            stop = self._unit_start(texts)
            cells += self._share(n, texts[:stop], self._before, None)
            texts = texts[stop:]
        if self._unit:
            count = self._unit_lines(texts)
            unit = compose_unit(texts[:count]) if count else ""
            self._note_province(draft, texts[:count])
            texts = texts[count:]
        cells += self._share(n, texts, self._after, unit or None)
        known = {"unit": self._full(unit)} if unit else {}
        found = compose([column for column, _ in cells], [text for _, text in cells], known)
        self.warn_missing(n, found.get("unit"), found, last)
        return found

    def warn_missing(self, n: int, unit: str | None, found: Mapping[str, str], last: bool) -> None:
        """Says which cells row ``n`` lacks, if any."""
        wanted = (role for role in ("unit", "title", "body") if role in self._names)
        missing = [self._names[role] for role in wanted if role not in found]
        if missing:
            whose = f"（{unit}）" if unit else ""
            cut = "，文件可能在此处被截断" if last else ""
            message = f"附件表格第{n}行{whose}不完整：缺{'、'.join(missing)}{cut}"
            self._warnings.append(
                ParseWarning("row-incomplete", message, WarningPlace(row=n, words=unit))
            )

    def _note_province(self, draft: Draft, texts: Sequence[str]) -> None:
        """Keeps the province of a heading or of a merged cell for the rows below it."""
        if draft.province:
            self._province = draft.province
        elif self._levels > 1 and texts and is_province(texts[0], self._date):
            self._province = texts[0]

    def _full(self, unit: str) -> str:
        """The unit with the province that stands above it, where it does not name one."""
        if not self._province or unit == self._province:
            return unit
        return compose_unit([unit], known=self._province) if self._is_partial(unit) else unit

    def _is_partial(self, unit: str) -> bool:
        region = resolve(unit, self._date)
        province = region.province if region else None
        return province is None or not unit.startswith(province[:2])

    def _unit_start(self, texts: Sequence[str]) -> int:
        """Where the unit begins behind other columns."""
        for at in range(1, len(texts)):
            if resolve_whole(texts[at], self._date):
                return at
        return min(len(self._before), len(texts))

    def _unit_lines(self, texts: Sequence[str]) -> int:
        """How many of the first lines make up the unit: as many as name one division.

        Or as many as the place columns, where the last names several: 湖南省, 南县、平江县.
        """
        levels = min(self._levels, len(texts))
        if levels > 1 and several_in(compose_unit(texts[:levels]), NOWHERE, self._date):
            return levels
        for count in range(min(_LONGEST_UNIT, len(texts)), 0, -1):
            repeated = len(set(texts[:count])) < count
            if repeated and self._levels < 2:  # 北京市, 北京市, 石景山区 are three columns
                continue
            if resolve_whole(compose_unit(texts[:count]), self._date):
                return count
        if not texts:
            return 0
        enough = len(texts) >= self._count - len(self._before)
        return 1 if enough or not self._regional or resolve(texts[0], self._date) else 0

    def _share(
        self, n: int, texts: Sequence[str], columns: Sequence[Column], after: str | None
    ) -> list[tuple[Column, str]]:
        """Gives each column its lines; the last takes what is left."""
        left = self._without_repeats(n, list(texts), len(columns), after)
        cells: list[tuple[Column, str]] = []
        for at, column in enumerate(columns):
            taken = _cell_lines(left, len(columns) - at - 1)
            if at == len(columns) - 1 and taken > 1:
                message = f"附件表格第{n}行的行数比列数多，多出的行已并入前一单元格"
                self._warnings.append(ParseWarning("row-lines", message, WarningPlace(row=n)))
            if taken:
                cells.append((column, joined(left[:taken])))
            left = left[taken:]
        if left:  # no column at all: nothing may be lost
            cells.append((Column("", None), joined(left)))
        return cells

    def _without_repeats(
        self, n: int, texts: list[str], columns: int, after: str | None
    ) -> list[str]:
        """Leaves out lines that only repeat the one before, while there are too many."""
        kept: list[str] = []
        for at, text in enumerate(texts):
            if text == (kept[-1] if kept else after) and len(kept) + len(texts) - at > columns:
                message = f"附件表格第{n}行有重复的一行“{text}”，只取一次"
                place = WarningPlace(row=n, words=text)
                self._warnings.append(ParseWarning("line-repeated", message, place))
            else:
                kept.append(text)
        return kept


def _cell_lines(texts: Sequence[str], left: int) -> int:
    """How many lines the next cell takes when ``left`` more columns follow."""
    if not left:
        return len(texts)
    taken = min(1, len(texts))
    while taken and len(texts) - taken > left and _OPEN_END.search(texts[taken - 1]):
        taken += 1
    return taken
