"""The heat map: two facets crossed, a coloured square where records have both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from markupsafe import Markup

from webapp.charts import palette
from webapp.charts.numbers import Cell, Grid, Item
from webapp.charts.palette import STEPS, Scale
from webapp.charts.svg import Drawing, element, linked, shortened, stacked, text, text_width
from webapp.charts.tiles import legend
from webapp.web.languages import gettext as _

_CELL = 30.0
_SIZE = 14.0
_DOWN = 15.0
_CHARS = 12
#: The width of the column of totals.
_TOTAL = 52.0


def heat_map(grid: Grid) -> Drawing:
    """Rows downwards, columns across, their names on the left and set downwards on top.

    Where a facet is crossed with itself, the diagonal holds each value's own count,
    uncoloured: the colours are about what goes together.
    """
    rows = [shortened(item.label, _CHARS) for item in grid.rows.items]
    columns = [shortened(item.label, _CHARS) for item in grid.columns.items]
    left = max((text_width(label, _SIZE) for label in rows), default=0.0) + 8
    top = max(map(len, columns), default=0) * _DOWN + 8
    width, height = left + len(columns) * _CELL + 1, top + len(rows) * _CELL + 1
    parts = [_field(left, top, len(columns), len(rows))]
    for i, (item, label) in enumerate(zip(grid.columns.items, columns, strict=True)):
        x = left + (i + 0.5) * _CELL
        name = stacked(label, x, top - 8, _DOWN, font_size=_SIZE, font_weight=_weight(item))
        hold = _hold(x - _CELL / 2, 0, _CELL, top)
        parts.append(_named(item, label, hold, name))
    for i, (item, label) in enumerate(zip(grid.rows.items, rows, strict=True)):
        y = top + (i + 0.5) * _CELL + 5
        name = text(
            label, left - 8, y, font_size=_SIZE, text_anchor="end", font_weight=_weight(item)
        )
        parts.append(_named(item, label, _hold(0, top + i * _CELL, left, _CELL), name))
    scale = Scale(_most(grid))
    across = enumerate(grid.columns.items)
    for (r, row), (c, column) in product(enumerate(grid.rows.items), tuple(across)):
        cell = grid.cells.get((row.value, column.value))
        if cell:
            at = left + c * _CELL, top + r * _CELL
            parts.append(_square(grid, row, column, cell, at, scale))
    if not grid.symmetric:
        parts += _totals(grid, left, top)
        width, height = width + _TOTAL, height + _DOWN + 8
    parts.append(legend(scale, left, height + 10))
    return Drawing(max(width, left + 260), height + 36, Markup("").join(parts), wide=True)


def _totals(grid: Grid, left: float, top: float) -> Iterator[Markup]:
    """What each row and each column has by itself, at the right and below."""
    right = left + len(grid.columns.items) * _CELL
    below = top + len(grid.rows.items) * _CELL + _DOWN + 4
    yield text(_("合计"), right + 6, top - 8, font_size=_SIZE)
    for i, row in enumerate(grid.rows.items):
        yield text(str(row.count), right + _TOTAL - 6, top + (i + 0.5) * _CELL + 5, font_size=13,
                   text_anchor="end", font_weight="bold")  # fmt: skip
    yield text(_("合计"), left - 8, below, font_size=_SIZE, text_anchor="end")
    for i, column in enumerate(grid.columns.items):
        size = 13 if column.count < 1000 else 9
        yield text(str(column.count), left + (i + 0.5) * _CELL, below, font_size=size,
                   text_anchor="middle", font_weight="bold")  # fmt: skip


def _most(grid: Grid) -> int:
    counts = (
        cell.count
        for (row, column), cell in grid.cells.items()
        if not (grid.symmetric and row == column)
    )
    return max(counts, default=0)


def _field(x: float, y: float, columns: int, rows: int) -> Markup:
    """The empty squares: one pale field under a net of lines."""
    width, height = columns * _CELL, rows * _CELL
    across = "".join(f"M{x:g} {y + i * _CELL:g}h{width:g}" for i in range(rows + 1))
    down = "".join(f"M{x + i * _CELL:g} {y:g}v{height:g}" for i in range(columns + 1))
    return Markup("").join((
        element("rect", x=x, y=y, width=width, height=height, fill=STEPS[0].fill, class_="s0"),
        element("path", d=across + down, stroke=palette.LINE, fill="none", class_="line"),
    ))  # fmt: skip


def _hold(x: float, y: float, width: float, height: float) -> Markup:
    return element("rect", x=x, y=y, width=width, height=height, fill="none", class_="hold")


def _weight(item: Item) -> str | None:
    return "bold" if item.selected else None


def _named(item: Item, printed: str, *parts: Markup) -> Markup:
    label = f"{item.label} {item.count}"
    return linked(item.url, label, *parts, spoken=f"{printed} {item.count}", current=item.selected)


def _square(
    grid: Grid, row: Item, column: Item, cell: Cell, at: tuple[float, float], scale: Scale
) -> Markup:
    own = grid.symmetric and row.value == column.value
    number = 0 if own else scale.step(cell.count)
    step = STEPS[number]
    x, y = at
    label = f"{row.label} {cell.count}" if own else f"{row.label}，{column.label} {cell.count}"
    return linked(
        cell.url,
        label,
        element("rect", x=x + 0.5, y=y + 0.5, width=_CELL - 1, height=_CELL - 1, fill=step.fill,
                class_=f"s{number}"),
        text(str(cell.count), x + _CELL / 2, y + 20, font_size=13 if cell.count < 1000 else 10,
             text_anchor="middle", fill=step.ink, class_=f"t{number}"),
    )  # fmt: skip
