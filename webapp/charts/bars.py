"""Bars: lying ones for named values, standing ones for years."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from webapp.charts import palette
from webapp.charts.numbers import Item, Series
from webapp.charts.svg import Drawing, element, linked, shortened, text, text_width

_SIZE = 14.0
_LINE = 28.0
_LABEL_CHARS = 12
_BAR = 200.0
_GAP = 8.0
_WIDTH = 420.0
_PLOT = 150.0
#: Beside the columns: half a year's name, or the numbers of an axis.
_SIDE = 38.0
#: A year's name.
_TICK = 29.0
_BAR_STEP = 4
_YEAR_SLOT = 48.0
#: Years drawn at most: columns stay wide enough to be distinguished.
MAX_YEARS = 80


def lying(series: Series) -> Drawing:
    """A bar for each value, from the left, its count at the end."""
    most = max((item.count for item in series.items), default=0)
    labels = [shortened(item.label, _LABEL_CHARS) for item in series.items]
    left = max((text_width(label, _SIZE) for label in labels), default=0.0) + _GAP
    rows = []
    for i, (item, label) in enumerate(zip(series.items, labels, strict=True)):
        top = i * _LINE
        length = _BAR * item.count / most if most else 0.0
        rows.append(
            linked(
                item.url,
                f"{item.label} {item.count}",
                element("rect", x=0, y=top, width=left + _BAR + 60, height=_LINE, fill="none",
                        class_="hold"),
                text(label, left - _GAP, top + 19, font_size=_SIZE, text_anchor="end",
                     font_weight="bold" if item.selected else None),
                _bar(left, top + 5, max(length, 1.0), _LINE - 10, item),
                text(str(item.count), left + length + 6, top + 19, font_size=_SIZE),
                spoken=f"{label} {item.count}",
                current=item.selected,
            )
        )  # fmt: skip
    width, height = left + _BAR + 60, max(1.0, len(rows) * _LINE)
    axis = element(
        "rect", x=left - 1, y=0, width=1, height=height, fill=palette.SOFT, class_="base"
    )
    return Drawing(width, height, Markup("").join((*rows, axis)))


def _bar(x: float, y: float, width: float, height: float, item: Item) -> Markup:
    step = palette.STEPS[_BAR_STEP]
    return element(
        "rect", x=x, y=y, width=width, height=height,
        fill=palette.CHOSEN if item.selected else step.fill,
        class_="chosen" if item.selected else f"s{_BAR_STEP}",
    )  # fmt: skip


def standing(series: Series, shares: Mapping[str, float] | None = None) -> Drawing:
    """A column for each year from the first to the last, none left out between them.

    Every column has its count above it; where one is too narrow for its own, none
    has, and the axis says the counts.  ``shares`` (0–1, by year) are a line over the
    columns, from 0 at the axis to 100 % at the top.
    """
    known = {int(item.value): item for item in series.items if item.value.isdecimal()}
    years = range(max(min(known), max(known) - MAX_YEARS + 1), max(known) + 1) if known else ()
    most = max((known[year].count for year in years if year in known), default=0)
    slot = min(_YEAR_SLOT, (_WIDTH - 2 * _SIDE) / max(1, len(years)))
    labelled = all(text_width(str(item.count), 12) <= slot for item in known.values())
    every = math.ceil((_TICK + 6) / slot)
    bottom = _PLOT + 24
    marks = [_axis(bottom, _WIDTH - _SIDE)]
    if not labelled:
        marks += _counts(most, bottom)
    for i, year in enumerate(years):
        x = _SIDE + i * slot
        if year in known:
            marks.append(_column(known[year], x, slot, bottom, most, labelled))
        if i % every == 0:
            marks.append(
                text(str(year), x + slot / 2, bottom + 17, font_size=12, text_anchor="middle")
            )
    marks += _trend(years, slot, bottom, shares or {})
    return Drawing(_WIDTH, bottom + 24, Markup("").join(marks))


def _counts(most: int, bottom: float) -> Iterator[Markup]:
    """The axis of the counts: the middle and the top."""
    for count in sorted({max(1, most // 2), most}):
        y = bottom - _PLOT * count / most
        yield element("path", d=f"M{_SIDE:g} {y:g}H{_WIDTH - _SIDE:g}", stroke=palette.LINE,
                      class_="line", fill="none")  # fmt: skip
        yield text(str(count), _SIDE - 4, y + 4, font_size=12, text_anchor="end")


def _trend(
    years: Sequence[int], slot: float, bottom: float, shares: Mapping[str, float]
) -> Iterator[Markup]:
    """The shares as a line of points, and their axis; the table has them as numbers."""
    points = [
        (year, _SIDE + (i + 0.5) * slot, bottom - _PLOT * shares[str(year)])
        for i, year in enumerate(years)
        if str(year) in shares
    ]
    if not points:
        return
    for share in (0, 50, 100):
        y = bottom - _PLOT * share / 100
        yield text(f"{share}%", _WIDTH - _SIDE + 4, y + 4, font_size=11)
    if len(points) > 1:
        path = "M" + "L".join(f"{x:g} {y:g}" for _year, x, y in points)
        yield element("path", d=path, stroke=palette.CHOSEN, stroke_width=2, fill="none",
                      class_="trend")  # fmt: skip
    for _year, x, y in points:
        yield element("circle", cx=x, cy=y, r=3.5, fill=palette.CHOSEN, class_="point")


def _axis(y: float, width: float) -> Markup:
    return element("path", d=f"M0 {y:g}H{width:g}", stroke=palette.LINE, class_="line", fill="none")


def _column(item: Item, x: float, slot: float, bottom: float, most: int, labelled: bool) -> Markup:
    height = _PLOT * item.count / most if most else 0.0
    middle = x + slot / 2
    thick = max(2.0, min(28.0, slot * 0.7))
    count = str(item.count)
    parts = [
        element("rect", x=x, y=0, width=slot, height=bottom + 22, fill="none", class_="hold"),
        _bar(middle - thick / 2, bottom - max(height, 1.0), thick, max(height, 1.0), item),
    ]
    if labelled:
        parts.append(text(count, middle, bottom - height - 5, font_size=12, text_anchor="middle"))
    return linked(item.url, f"{item.label} {count}", *parts, current=item.selected)


def years_left_out(series: Series) -> int:
    """How many years with records are too early to be drawn by :func:`standing`."""
    years = [int(item.value) for item in series.items if item.value.isdecimal()]
    return sum(year <= max(years) - MAX_YEARS for year in years)
