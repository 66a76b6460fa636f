"""The tile map: one square a province, its colour and number the records found there."""

from __future__ import annotations

from markupsafe import Markup

from corpus.places.regions import resolve_whole
from webapp.charts import palette
from webapp.charts.numbers import Item, Series
from webapp.charts.palette import STEPS, Scale
from webapp.charts.svg import Drawing, element, linked, text
from webapp.charts.tilegrid import COLUMNS, PLACES, ROWS, Place

_TILE = 46.0
_PITCH = 49.0
_LEGEND = 34.0


def province_code(name: str) -> str | None:
    """The first two digits of a province's code; ``None`` if the name is no province's."""
    region = resolve_whole(name)
    if region is None or region.code is None or not region.code.endswith("0000"):
        return None
    return region.code[:2]


def tile_map(series: Series) -> Drawing:
    """All provinces; a name that is none of them (or has been given up) is not drawn."""
    by_code: dict[str, Item] = {}
    for item in series.items:
        code = province_code(item.value)
        if code:
            by_code.setdefault(code, item)
    scale = Scale(max((item.count for item in by_code.values()), default=0))
    drawn = [_tile(place, by_code.get(code), scale) for code, place in PLACES.items()]
    drawn.append(legend(scale, 0.0, ROWS * _PITCH + 6))
    width = COLUMNS * _PITCH - (_PITCH - _TILE) + 3
    return Drawing(width, ROWS * _PITCH + _LEGEND, Markup("").join(drawn))


def not_drawn(series: Series) -> tuple[Item, ...]:
    """The values that :func:`tile_map` has no square for."""
    seen: set[str] = set()
    left = []
    for item in series.items:
        code = province_code(item.value)
        if code is None or code in seen:
            left.append(item)
        else:
            seen.add(code)
    return tuple(left)


def _tile(place: Place, item: Item | None, scale: Scale) -> Markup:
    count = item.count if item else 0
    number = scale.step(count)
    step = STEPS[number]
    x, y = place.column * _PITCH + 1.5, place.row * _PITCH + 1.5
    chosen = bool(item and item.selected)
    return linked(
        item.url if item else None,
        f"{item.label if item else place.name} {count}",
        element("rect", x=x, y=y, width=_TILE, height=_TILE, rx=2, fill=step.fill,
                class_=f"s{number}{' ring' if chosen else ''}",
                stroke=palette.CHOSEN if chosen else None, stroke_width=3 if chosen else None),
        text(place.name, x + _TILE / 2, y + 19, font_size=13, text_anchor="middle",
             fill=step.ink, class_=f"t{number}"),
        text(str(count) if count else "0", x + _TILE / 2, y + 37, font_size=14,
             text_anchor="middle", fill=step.ink, class_=f"t{number}"),
        spoken=f"{place.name} {count}",
        current=chosen,
    )  # fmt: skip


def legend(scale: Scale, x: float, y: float) -> Markup:
    """The counts that each step of colour stands for, in one line."""
    parts = []
    for number, low, high in scale.legend():
        label = str(high) if low == high else f"{low}–{high}"
        parts.append(
            element("rect", x=x + 1, y=y, width=18, height=18, rx=2, fill=STEPS[number].fill,
                    class_=f"s{number}")
        )  # fmt: skip
        parts.append(text(label, x + 24, y + 14, font_size=12))
        x += 36 + 8 * len(label)
    return element("g", *parts, class_="legend")
