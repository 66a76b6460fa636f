"""From results to what a template prints: marks, labels, links.

Templates decide how things look, this module what there is to show: which
facets with which links, which chosen values can be given up, which page
numbers.  Everything is a frozen value; every address comes from
:mod:`webapp.web.urls`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from markupsafe import Markup, escape

from indexer.labels import FIELD_LABELS, KIND_LABELS, MATCH_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.query.tree import QueryWarning
from indexer.results import spans
from indexer.results.facets import BY_NAME, FACETS, TABLE, Facet
from indexer.results.grouped import GroupedResults
from indexer.results.model import SORTS, FacetValue, Results, Suggestion
from indexer.results.spans import Range
from webapp.web.languages import chosen
from webapp.web.languages import gettext as _
from webapp.web.urls import SearchParams, search_url, toggle_urls

#: Values of a facet that stand open; the others are one click away.
SHORT_LIST = 8
#: Values of a facet that a page lists at all; a large library has thousands of keywords.
LONG_LIST = 60
PAGE_SIZES = (20, 50, 100, 200)
#: China has one time, and no summer time.
_CHINA = timezone(timedelta(hours=8))
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
#: Page numbers listed on either side of the current one.
_NEAR = 2


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet, and the address of the search with it toggled.

    ``children`` are the narrower values inside of it, where there are such.
    """

    label: str
    count: int
    selected: bool
    url: str
    children: tuple[FacetLink, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet: the values that stand open, and those folded away.

    ``unlisted`` counts the values beyond :data:`LONG_LIST`.  ``open`` is false
    where it cannot narrow the results, or is of second rank.
    """

    name: str
    label: str
    first: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    unlisted: int
    open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter, and the address of the search without it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class AdviceLink:
    """A suggestion: what it changes, the query, its full hits and its address."""

    kind: str
    what: str
    query: str
    count: int
    url: str


def facet_label(facet: str) -> str:
    """The name of a facet for the reader."""
    return _(BY_NAME[facet].label)


def value_label(facet: str, value: str, label: str) -> str:
    """The name of a facet's value for the reader: ``label``, or its translation."""
    closed = BY_NAME[facet].closed
    return _(closed[value]) if value in closed else label


def kind_label(kind: str) -> str:
    """The name of a kind of record for the reader."""
    return _(KIND_LABELS[kind])


def moment(timestamp: str) -> str:
    """An ISO 8601 time to the minute, with its distance from UTC: 2026-11-28 11:20 +08:00.

    The time zone is the server's; a server that keeps UTC without having been given a
    zone (``TZ``) is read in China, whose documents it serves.
    """
    at = datetime.fromisoformat(timestamp).astimezone()
    if not at.utcoffset() and not os.environ.get("TZ"):
        at = at.astimezone(_CHINA)
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in a text: a code of a source (DLC) has none."""
    return bool(_HAN.search(text))


def match_label(match: str) -> str:
    """The name of a way of matching for the reader."""
    return _(MATCH_LABELS[match])


def match_explanation(match: str) -> str:
    """What a way of matching means, in one sentence."""
    if match == "literal":
        return _("检索词原样出现")
    if match == "words":
        return _("检索词的每个词都出现，但不相连")
    if match == "document":
        return _("检索词都在这份文件里，但不在同一条记录里")
    return _("只出现一部分检索词")


_WARNINGS = {
    "too-long": N_("检索式太长，后面的部分已略去"),
    "too-many-clauses": N_("检索词太多，后面的部分已略去"),
    "nesting": N_("括号嵌套太深，更深的括号已忽略"),
    "punctuation": N_("检索式里没有可检索的文字"),
    "unreadable": N_("无法显示的字符已当作空格"),
    "cnki-and": N_("“A*B”读作“A AND B”"),
    "ignored-signs": N_("标点不参与检索，已忽略：%(a)s"),
    "question": N_("按问句理解，%(a)s不作为检索词"),
    "no-wildcard": N_("“?”不是通配符，检索词中间的“?”按句末标点检索"),
    "lone-star": N_("一个“*”不表示前缀，已忽略"),
    "stray-quote": N_("多出的引号“%(a)s”已忽略"),
    "unclosed-quote": N_("引号没有成对，已当作在末尾结束"),
    "stray-bracket": N_("多出的右括号已忽略"),
    "unclosed-bracket": N_("括号没有成对，已当作在末尾结束"),
    "empty-field": N_("“%(a)s:”后面没有内容，按普通文字检索"),
    "sentence-conditions": N_("“同句:”里的条件改为限定整条记录"),
    "bad-year": N_("“年:”后面应是年份，“%(a)s”按普通文字检索"),
    "year-order": N_("年份次序颠倒，已改为 %(a)s"),
    "dangling-operator": N_("运算符旁边没有检索词，已忽略"),
    "missing-records": N_("馆藏里没有其中 %(a)s 条记录"),
    "outside-field": N_("“%(a)s”只查了字段“%(b)s”；不限字段另有 %(c)s 条命中"),
}


def warning_text(warning: QueryWarning) -> str:
    """What was odd about a query, in the reader's language.

    The parser's own message is Chinese and precise; in another language its
    code stands for it, with what the warning is about.
    """
    if chosen() == "zh" or warning.code not in _WARNINGS:
        return warning.message
    about = (
        _(FIELD_LABELS[each]) if each in FIELD_LABELS else _official(each) for each in warning.about
    )
    return Markup(escape(_(_WARNINGS[warning.code]))) % dict(zip("abc", about, strict=False))


def _official(text: str) -> Markup:
    """What was typed, or stands in the texts, within a sentence of either language."""
    return Markup('<span lang="zh-Hans">{}</span>').format(text)


def sort_label(sort: str) -> str:
    """The name of an order for the reader."""
    return {
        "relevance": _("相关度"),
        "date": _("日期"),
        "region": _("地区"),
        "source": _("原文顺序"),
    }[sort]


def sort_links(params: SearchParams) -> tuple[tuple[str, str, bool], ...]:
    """Label, address and whether it is the current one, for every order."""
    return tuple(
        (sort_label(sort), search_url(params.with_sort(sort)), sort == params.sort)
        for sort in SORTS
    )


def facet_groups(results: Results, params: SearchParams) -> tuple[FacetGroup, ...]:
    """The facets of the results in reading order, without empty ones."""
    found = results.total or results.partial_total
    grouped = False
    if isinstance(results, GroupedResults):  # facets count what is listed
        grouped, found = True, results.total_documents or results.partial_documents
    groups = []
    for facet in sorted(TABLE, key=lambda facet: (grouped and not facet.of_document, facet.rank)):
        values = results.facets.get(facet.name, ())
        if values:
            opens = facet.opens or (grouped and facet.of_document and len(values) <= SHORT_LIST)
            groups.append(_group(facet, values, params, found, opens))
    return tuple(groups)


def _group(
    facet: Facet, values: Sequence[FacetValue], params: SearchParams, found: int, opens: bool
) -> FacetGroup:
    """One facet of ``found`` hits; chosen values are listed wherever they stand."""
    address = toggle_urls(params, facet.name)
    listed = list(values[:LONG_LIST])
    if params.filters.chosen(facet.name):
        listed += [value for value in values[LONG_LIST:] if value.selected]
    links = tuple(
        FacetLink(
            value_label(facet.name, value.value, value.label),
            value.count,
            value.selected,
            address(value.value),
        )
        for value in listed
    )
    last_chosen = max((i + 1 for i, link in enumerate(links) if link.selected), default=0)
    cut = max(SHORT_LIST, last_chosen)
    # Most come first: where the first and the last have them all, everyone has.
    narrows = opens and {values[0].count, values[-1].count} != {found}
    return FacetGroup(
        facet.name,
        facet_label(facet.name),
        links[:cut],
        links[cut:],
        len(values) - len(listed),
        narrows or last_chosen > 0,
    )


def chips(
    results: Results, params: SearchParams, address: Callable[[SearchParams], str] = search_url
) -> tuple[Chip, ...]:
    """The chosen filters, each with the way back: ``address`` of the state without it."""
    labels = {
        (facet, value.value): value.label
        for facet, values in results.facets.items()
        if params.filters.chosen(facet)
        for value in values
    }
    found = []
    for facet in FACETS:
        for value in params.filters.chosen(facet):
            label = value_label(facet, value, labels.get((facet, value), value))
            found.append(
                Chip(facet_label(facet), label, address(params.without_value(facet, value)))
            )
    start, end = params.filters.date_from, params.filters.date_to
    if start or end:
        label = f"{start or '…'} — {end or '…'}"
        found.append(Chip(_("日期"), label, address(params.without_dates())))
    return tuple(found)


def advice(results: Results, params: SearchParams) -> tuple[AdviceLink, ...]:
    """The suggestions of the results, with addresses that keep filters and order."""
    links = []
    for one in results.suggestions:
        target = params.without_filters() if one.kind == "filters" else params.with_query(one.query)
        links.append(AdviceLink(one.kind, _change(one), one.query, one.count, search_url(target)))
    return tuple(links)


def _change(one: Suggestion) -> str:
    """What a suggestion changes, in the reader's language."""
    if chosen() == "zh":
        return one.label.removesuffix(f"：{one.query}")
    if one.kind == "field" and one.about:
        return _("在字段“%(field)s”中查找", field=_(FIELD_LABELS[one.about]))
    if one.kind == "drop" and one.about:
        return Markup(escape(_("去掉“%(text)s”"))) % {"text": _official(one.about)}
    if one.kind == "operator":
        return Markup(escape(_("把“%(text)s”写成运算符"))) % {"text": _official(one.about)}
    return {
        "spelling": _("您是不是要找"),
        "words": _("不加引号"),
        "filters": _("不加筛选条件"),
        "field": _("不限字段"),
        "document": _("在同一份文件里查找"),
        "drop": _("不限于同一句"),
        "or": _("任一即可"),
    }[one.kind]


def page_numbers(current: int, last: int) -> tuple[int | None, ...]:
    """The pages to link: first, last and those near; ``None`` is a gap."""
    near = range(current - _NEAR, current + _NEAR + 1)
    shown = sorted({1, last, *(page for page in near if 1 <= page <= last)})
    numbers: list[int | None] = []
    for page in shown:
        if numbers and numbers[-1] is not None and page - numbers[-1] > 1:
            numbers.append(page - 1 if page - numbers[-1] == 2 else None)
        numbers.append(page)
    return tuple(numbers)


def mark(text: str, ranges: Sequence[Range] = ()) -> Markup:
    """The text as HTML with ``<mark>`` around the ranges (:func:`indexer.results.spans.mark`)."""
    return Markup(spans.mark(text, ranges))
