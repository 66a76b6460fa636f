"""The columns of a table by what stands in them, where its head is missing or says too little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.parsing.tables.columns import Named, Role, is_figures, is_province
from corpus.parsing.tables.matrix import Matrix
from corpus.parsing.tables.rows import Column
from corpus.places.regions import is_name, resolve
from corpus.text.normalize import parse_integer

_FEWEST_ROWS = 3
_SHORT_THEME = 40


def guessed_columns(matrix: Matrix, date: str | None) -> tuple[Column, ...] | None:
    """Columns by their cells: 1, 北京市, 石景山区, theme, content; ``None``: they tell nothing.

    Numbers, places from the widest to the narrowest, and up to two of words.  Without
    words there must be a number or a province, or else every cell may be a unit.
    """
    rows = [row for at, row in enumerate(matrix.texts) if not matrix.band(at)]
    if len(rows) < _FEWEST_ROWS:
        return None
    roles = [_guess([row[at] for row in rows if row[at]], date) for at in range(matrix.width)]
    words = [at for at, named in enumerate(roles) if named and named.role == "body"]
    places = [named.role for named in roles if named and named.role in ("province", "unit")]
    if None in roles or len(words) > 2 or places not in (["unit"], ["province", "unit"]):
        return None
    numbered = any(named and named.role == "number" for named in roles)
    if not words and not numbered and len(places) < 2:
        return None
    if words:
        themes = [row[words[0]] for row in rows]
        if len(words) == 2 or sum(map(len, themes)) <= _SHORT_THEME * len(themes):
            roles[words[0]] = Named("title", 0.6)
    return tuple(Column("", named) for named in roles)


def provinces_apart(
    columns: tuple[Column, ...], matrix: Matrix, start: int, date: str | None
) -> tuple[Column, ...]:
    """The columns, the first of two for units (地区, 单位) as the province's if it has those."""
    units = [at for at, column in enumerate(columns) if column.role == "unit"]
    if len(units) < 2:
        return columns
    first = units[0]
    cells = [row[first] for row in matrix.texts[start:] if row[first]]
    if not cells or not all(is_province(cell, date) for cell in cells):
        return columns
    named = replace(columns[first], named=Named("province", 0.6))
    return (*columns[:first], named, *columns[first + 1 :])


def _guess(cells: Sequence[str], date: str | None) -> Named | None:
    if not cells:
        return Named("other", 0.6)
    if all(parse_integer(cell.strip("（）().．、")) is not None for cell in cells):
        return Named("number", 0.6)
    if all(is_province(cell, date) for cell in cells):
        return Named("province", 0.6)
    if 5 * sum(is_name(cell) or resolve(cell, date) is not None for cell in cells) >= 4 * len(
        cells
    ):
        return Named("unit", 0.6)
    if 2 * sum(is_figures(cell) for cell in cells) > len(cells):
        return None
    role: Role = "body"
    return Named(role, 0.6)
