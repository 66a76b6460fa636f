"""Tables whose columns stand in two or more sets side by side, put below one another.

    | 序号 | 村名称 | 序号 | 村名称 |          | 序号 | 村名称 |
    | 1   | 大木村 | 3   | 花茂村 |    ->    | 1   | 大木村 |
    | 2   | 板桥村 | 4   | 桃源村 |          | 2   | 板桥村 |
                                             | 3   | 花茂村 |
                                             | 4   | 桃源村 |

The head tells that columns repeat, or, without one, what stands in them: numbers,
provinces, units.  The numbers tell the order in which the sets are read: down and
then right, or right and then down.  Where there are none, it is the order in which
fewer provinces follow one another; down and then right where that says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.document import Cell, SourceTable
from corpus.parsing.tables.columns import PLACE_ROLES, fold_name, is_province, role_of
from corpus.places.regions import resolve
from corpus.text.normalize import parse_integer

_HEAD_WITHIN = 8  # rows
_MOST_COLUMNS = 1000
_SAMPLE = 40  # rows

Texts = dict[tuple[int, int], str]


def unfold(text: str, table: SourceTable, date: str | None = None) -> SourceTable | None:
    """``table`` with its sets of columns below one another; ``None`` where it has one set."""
    texts = {
        (cell.row, cell.column): content
        for cell in table.cells
        if (content := "".join(text[cell.span.start : cell.span.end].split()))
    }
    columns = sorted({column for _, column in texts})
    if len(columns) < 2 or len(columns) > _MOST_COLUMNS:
        return None
    place = {column: at for at, column in enumerate(columns)}
    cells = [
        replace(cell, column=place[cell.column], colspan=_width(cell, columns))
        for cell in table.cells
        if cell.column in place
    ]
    dense = {(row, place[column]): content for (row, column), content in texts.items()}
    found = _by_head(dense, len(columns)) or _by_content(dense, len(columns), date)
    if found is None:
        return None
    first, width = found
    if any(
        cell.column // width != (cell.column + cell.colspan - 1) // width
        for cell in cells
        if cell.row >= first
    ):
        return None
    return _stacked(cells, dense, first, width, date)


def _width(cell: Cell, columns: Sequence[int]) -> int:
    """How many of the columns that hold something a cell covers."""
    if cell.colspan == 1:
        return 1
    return sum(cell.column <= column < cell.column + cell.colspan for column in columns)


def _by_head(texts: Texts, width: int) -> tuple[int, int] | None:
    """The row of a head that repeats itself, and the width of one set."""
    last = max(row for row, _ in texts)
    for row in range(min(_HEAD_WITHIN, last + 1)):
        names = [fold_name(texts.get((row, column), "")) for column in range(width)]
        if not all(names):
            continue
        for size in range(1, width // 2 + 1):
            sets = width // size
            if names == names[:size] * sets and _names_units(names[:size]):
                return row, size
    return None


def _names_units(names: Sequence[str]) -> bool:
    return any((named := role_of(name)) and named.role in PLACE_ROLES for name in names)


def _by_content(texts: Texts, width: int, date: str | None) -> tuple[int, int] | None:
    """Row 0 and the width of a set, where what stands in the columns repeats itself."""
    if width < 4:
        return None
    kinds = [_kind(texts, column, date) for column in range(width)]
    for size in range(2, width // 2 + 1):
        one = kinds[:size]
        repeated = kinds == one * (width // size)
        if repeated and "unit" in one and ("number" in one or "province" in one):
            return 0, size
    return None


def _kind(texts: Texts, column: int, date: str | None) -> str:
    """What a column holds: number, province, unit or words."""
    cells = [texts[row, column] for row in range(_SAMPLE) if (row, column) in texts]
    tests: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("number", lambda cell: parse_integer(cell.strip("（）().．、")) is not None),
        ("province", lambda cell: is_province(cell, date)),
        ("unit", lambda cell: resolve(cell, date)),
    )
    for kind, test in tests:
        if cells and 5 * sum(bool(test(cell)) for cell in cells) >= 4 * len(cells):
            return kind
    return "words"


def _stacked(
    cells: Sequence[Cell], texts: Texts, first: int, width: int, date: str | None
) -> SourceTable:
    """The sets below one another; rows above the head and the heads come first."""
    height = max(cell.row + cell.rowspan for cell in cells)
    sets = max(cell.column for cell in cells) // width + 1
    has_head = _names_units([texts.get((first, column), "") for column in range(width)])
    body = first + has_head
    across = _reads_across(texts, range(body, height), sets, width, date)

    def row_of(row: int, at: int) -> int:
        if row < body:
            return row + at * body
        if across:
            return sets * body + (row - body) * sets + at
        return sets * body + at * (height - body) + row - body

    moved = [
        replace(
            cell,
            row=row_of(cell.row, cell.column // width if cell.row >= first else 0),
            column=cell.column % width if cell.row >= first else min(cell.column, width - 1),
            rowspan=1 if across else cell.rowspan,
            colspan=min(cell.colspan, width),
        )
        for cell in cells
    ]
    return SourceTable(tuple(sorted(moved, key=lambda cell: (cell.row, cell.column))))


def _reads_across(texts: Texts, rows: range, sets: int, width: int, date: str | None) -> bool:
    """Whether the sets are read right and then down."""
    number = next((c for c in range(width) if _kind(texts, c, date) == "number"), None)
    down = [(row, at) for at in range(sets) for row in rows]
    right = [(row, at) for row in rows for at in range(sets)]
    if number is not None:
        counts = [
            _steps(
                [
                    parse_integer(texts.get((row, at * width + number), "").strip("（）().．、"))
                    for row, at in order
                ]
            )
            for order in (down, right)
        ]
        return counts[1] > counts[0]
    provinces = [
        [_province(texts, row, at, width, date) for row, at in order[: 4 * _SAMPLE]]
        for order in (down, right)
    ]
    return _changes(provinces[1]) < _changes(provinces[0])


def _steps(numbers: Sequence[int | None]) -> int:
    """How often a number is followed by the next one."""
    printed = [number for number in numbers if number is not None]
    return sum(other == one + 1 for one, other in pairwise(printed))


def _province(texts: Texts, row: int, at: int, width: int, date: str | None) -> str | None:
    for column in range(at * width, (at + 1) * width):
        region = resolve(texts.get((row, column), "")[:30], date)
        if region:
            return region.province
    return None


def _changes(provinces: Sequence[str | None]) -> int:
    named = [province for province in provinces if province]
    return sum(one != other for one, other in pairwise(named))
