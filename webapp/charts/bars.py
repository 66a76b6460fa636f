"""Bars: lying ones for named values, standing ones for years."""

from __future__ import annotations

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
    width = left + _BAR + 60
    return Drawing(width, max(1.0, len(rows) * _LINE), Markup("").join(rows))


def _bar(x: float, y: float, width: float, height: float, item: Item) -> Markup:
    step = palette.STEPS[_BAR_STEP]
    return element(
        "rect", x=x, y=y, width=width, height=height,
        fill=palette.CHOSEN if item.selected else step.fill,
        class_="chosen" if item.selected else f"s{_BAR_STEP}",
    )  # fmt: skip


def standing(series: Series) -> Drawing:
    """A column for each year from the first to the last, none left out between them."""
    known = {int(item.value): item for item in series.items if item.value.isdecimal()}
    years = range(max(min(known), max(known) - MAX_YEARS + 1), max(known) + 1) if known else ()
    most = max((known[year].count for year in years if year in known), default=0)
    slot = min(_YEAR_SLOT, (_WIDTH - 2) / max(1, len(years)))
    every = max(1, round(40 / slot))
    bottom = _PLOT + 24
    marks = [_axis(bottom, max(_WIDTH, slot * len(years)))]
    for i, year in enumerate(years):
        x = 1 + i * slot
        if year in known:
            marks.append(_column(known[year], x, slot, bottom, most))
        if i % every == 0:
            marks.append(
                text(str(year), x + slot / 2, bottom + 17, font_size=12, text_anchor="middle")
            )
    return Drawing(_WIDTH, bottom + 24, Markup("").join(marks))


def _axis(y: float, width: float) -> Markup:
    return element("path", d=f"M0 {y:g}H{width:g}", stroke=palette.LINE, class_="line", fill="none")


def _column(item: Item, x: float, slot: float, bottom: float, most: int) -> Markup:
    height = _PLOT * item.count / most if most else 0.0
    middle = x + slot / 2
    thick = max(2.0, min(28.0, slot * 0.7))
    count = str(item.count)
    parts = [
        element("rect", x=x, y=0, width=slot, height=bottom + 22, fill="none", class_="hold"),
        _bar(middle - thick / 2, bottom - max(height, 1.0), thick, max(height, 1.0), item),
    ]
    if text_width(count, 12) <= slot:
        parts.append(text(count, middle, bottom - height - 5, font_size=12, text_anchor="middle"))
    return linked(item.url, f"{item.label} {count}", *parts, current=item.selected)


def years_left_out(series: Series) -> int:
    """How many years with records are too early to be drawn by :func:`standing`."""
    years = [int(item.value) for item in series.items if item.value.isdecimal()]
    return sum(year <= max(years) - MAX_YEARS for year in years)
