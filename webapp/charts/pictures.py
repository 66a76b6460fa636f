"""Which pictures there are, and how each is drawn from a search's numbers.

To add one: a line in :data:`PICTURES` and a function that makes a
:class:`Picture` of :class:`~webapp.charts.numbers.Numbers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from webapp.charts.bars import lying, standing, years_left_out
from webapp.charts.captions import caption
from webapp.charts.heat import heat_map
from webapp.charts.numbers import Grid, Numbers, Series
from webapp.charts.palette import INK
from webapp.charts.svg import Drawing, element, text
from webapp.charts.tiles import not_drawn, tile_map
from webapp.web.languages import gettext as _

#: Bars, and rows or columns of a matrix, at most; a file of numbers has all.
MOST_BARS = 24
MOST_ROWS = 24
MOST_COMPANIONS = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with the very numbers that are drawn, and what it leaves out.

    ``drawn`` is ``None`` where there is nothing to draw.  ``shares`` (0–1, by value)
    are drawn beside the numbers, where a picture has them.  ``title`` says what the
    picture is by, ``caption`` also of what, in which unit, and how many.
    """

    name: str
    title: str
    numbers: Series | Grid
    drawn: Drawing | None
    notes: tuple[str, ...]
    shares: Mapping[str, float] = field(default_factory=dict)
    caption: Markup = field(default_factory=Markup)

    @property
    def crossed(self) -> bool:
        """Whether two facets are drawn, not one."""
        return isinstance(self.numbers, Grid)

    def inline(self, labelled_by: str) -> Markup:
        """The SVG for a page, whose style sheet colours it; named by another element."""
        drawing = self.drawing
        return element(
            "svg", drawing.body, class_="chart wide" if drawing.wide else "chart",
            viewBox=f"0 0 {drawing.width:g} {drawing.height:g}",
            width=drawing.width, height=drawing.height, role="group",
            aria_labelledby=labelled_by, lang="zh-Hans", color=INK,
        )  # fmt: skip

    @property
    def drawing(self) -> Drawing:
        """What is drawn; where there is nothing, a line that says so."""
        return self.drawn or Drawing(320, 32, text(_("没有可画的数据"), 0, 20, font_size=14))


def make(name: str, numbers: Numbers) -> Picture:
    """The picture called ``name``, one of :data:`PICTURES`, with its caption."""
    picture = PICTURES[name](numbers)
    return replace(picture, caption=caption(numbers, picture.title))


def data_of(name: str, numbers: Numbers) -> Series | Grid:
    """All numbers of a picture, also those that are not drawn."""
    return _DATA[name](numbers)


def _by_province(numbers: Numbers) -> Picture:
    series = numbers.series("province")
    notes = _without_value(
        numbers,
        series,
        _("没有省级地区的文件") if numbers.documents else _("没有省级地区的记录"),
    )
    names = "、".join(f"{item.label} {item.count}" for item in not_drawn(series))
    if names:
        notes.append(_("图上没有的地区：%(names)s", names=names))
    return Picture("province", _("按省级"), series, tile_map(series), tuple(notes))


def _by_year(numbers: Numbers) -> Picture:
    series = numbers.series("year")
    notes = _without_value(
        numbers,
        series,
        _("没有成文日期的文件") if numbers.documents else _("没有成文日期的记录"),
    )
    early = years_left_out(series)
    if early:
        notes.append(_("更早而未画出的年份：%(n)s", n=early))
    shares = numbers.shares()
    if shares:
        notes.append(_("折线是有命中的文件占当年馆藏全部文件的比例。"))
    drawn = standing(series, shares) if series.items else None
    return Picture("year", _("按年份"), series, drawn, tuple(notes), shares)


def _by_theme(numbers: Numbers) -> Picture:
    whole = numbers.series("theme")
    series = whole.first(MOST_BARS)
    several = _("一份文件可以有几个议题。") if numbers.documents else _("一条记录可以有几个议题。")
    notes = [several, *_beyond(whole, series)]
    drawn = lying(series) if series.items else None
    return Picture("theme", _("按议题"), series, drawn, tuple(notes))


def _theme_by_province(numbers: Numbers) -> Picture:
    whole = numbers.series("theme")
    grid = numbers.grid(whole.first(MOST_ROWS), numbers.series("province"))
    notes = [
        _("合计是各自的记录数；一条记录可以有几个议题，所以不等于一列之和。"),
        *_beyond(whole, grid.rows),
    ]
    return Picture("theme-province", _("议题 × 省级"), grid, _heat(grid), tuple(notes))


def _theme_by_theme(numbers: Numbers) -> Picture:
    whole = numbers.series("theme")
    series = whole.first(MOST_COMPANIONS)
    grid = numbers.grid(series, series)
    notes = [_("对角线上是议题自己的记录数。"), *_beyond(whole, series)]
    return Picture("theme-theme", _("议题共现"), grid, _heat(grid), tuple(notes))


def _heat(grid: Grid) -> Drawing | None:
    return heat_map(grid) if grid.cells else None


def _beyond(whole: Series, drawn: Series) -> list[str]:
    left = len(whole.items) - len(drawn.items)
    return [_("未画出的议题：%(n)s（CSV 里有全部）", n=left)] if left else []


def _without_value(numbers: Numbers, series: Series, label: str) -> list[str]:
    """How many records, or documents, a facet of single values has nothing to say of.

    Left out where something is chosen in the facet: its counts are then of more records.
    """
    left = numbers.without(series)
    chosen = numbers.params.filters.chosen(series.facet)
    return [_("%(label)s：%(n)s", label=label, n=left)] if left and not chosen else []


def _whole(facet: str) -> Callable[[Numbers], Series]:
    return lambda numbers: numbers.series(facet)


def _crossed(rows: str, columns: str) -> Callable[[Numbers], Grid]:
    return lambda numbers: numbers.grid(numbers.series(rows), numbers.series(columns))


PICTURES: Mapping[str, Callable[[Numbers], Picture]] = {
    "province": _by_province,
    "year": _by_year,
    "theme": _by_theme,
    "theme-province": _theme_by_province,
    "theme-theme": _theme_by_theme,
}
_DATA: Mapping[str, Callable[[Numbers], Series | Grid]] = {
    "province": _whole("province"),
    "year": _whole("year"),
    "theme": _whole("theme"),
    "theme-province": _crossed("theme", "province"),
    "theme-theme": _crossed("theme", "theme"),
}
