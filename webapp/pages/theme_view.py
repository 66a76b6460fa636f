"""The theme pages: a list that can be sorted and searched, and what goes with a theme.

Everything is a frozen value for a template; the pictures beside it come from
:mod:`webapp.charts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from indexer.analysis.folding import fold_text
from indexer.results.holdings import name_order
from indexer.results.model import Hit
from indexer.results.overviews import ThemeCount, ThemeRecords
from indexer.searcher import Searcher
from indexer.themes.lexicon import ThemeLexicon
from indexer.themes.theme_file import RecordDecision
from webapp.charts.numbers import Cell, Item, Numbers, Series, companions
from webapp.charts.pictures import Picture, make
from webapp.errors import BadParameter
from webapp.pages import reading
from webapp.presentation import evidence
from webapp.web.languages import gettext as _
from webapp.web.urls import SearchParams, search_url

SORTS = ("count", "name")
#: So many records stand on a theme's page; the search leads through all of them.
MOST_RECORDS = 500
#: The co-occurrences of two themes or more make a picture.
_FEWEST = 2


def listed(themes: Iterable[ThemeCount], q: str, sort: str) -> tuple[ThemeCount, ...]:
    """The themes whose name or a variant holds ``q``, in the order ``sort``.

    ``count``: as they come, most records first.  ``name``: by
    :func:`~indexer.results.holdings.name_order`.
    """
    wanted = fold_text(q.strip())
    found = [
        theme
        for theme in themes
        if any(wanted in fold_text(said) for said in (theme.name, *theme.variants))
    ]
    if sort == "name":
        found.sort(key=lambda theme: name_order(theme.name))
    return tuple(found)


def check_sort(sort: str) -> str:
    """Raises :class:`~webapp.errors.BadParameter` for an order that is none."""
    if sort not in SORTS:
        raise BadParameter(
            "sort",
            _("不认识排序 sort=%(value)s", value=sort[:80]),
            _("可用的排序：%(known)s", known=" ".join(SORTS)),
        )
    return sort


def together(searcher: Searcher, themes: Iterable[ThemeCount]) -> Picture | None:
    """Which of the themes occur together, over the whole library."""
    names = {theme.name for theme in themes if theme.count}
    if len(names) < _FEWEST:
        return None
    return make("theme-theme", Numbers(searcher, SearchParams(), search_url, themes=names))


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme's records by province, the themes beside it, and the map of its provinces.

    ``description`` says in one sentence what it is about.
    ``relations``: broader, narrower and related themes, each under its label.
    ``excluded``: the decisions that keep a record out, with their reasons.
    ``groups`` hold the first :data:`MOST_RECORDS`, ``counts`` all of them by province,
    ``addresses`` leads to each province, on the page or in the search.
    A record's marks hold ``reason``: field, phrase and rule of all evidence.
    """

    relations: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: tuple[RecordDecision, ...]
    groups: dict[str, list[tuple[Hit, dict[str, Markup]]]]
    counts: dict[str, int]
    addresses: dict[str, str]
    companions: tuple[tuple[Item, Cell], ...]
    map: Picture | None
    description: str = ""


def view(searcher: Searcher, theme: ThemeRecords) -> ThemeView:
    """What the page of a theme shows beside its name and variants."""
    groups: dict[str, list[tuple[Hit, dict[str, Markup]]]] = {}
    for found in theme.records:
        hit = found.hit
        marked = reading.evidence_marks(hit.record.record, found.evidence)
        marked["reason"] = Markup(_("；")).join(evidence.sentences(found.evidence, Markup))
        groups.setdefault(_province(hit), []).append((hit, marked))
    counts = _counts(theme, groups)
    params = SearchParams().with_value("theme", theme.name)
    addresses = {
        each: search_url(params.with_value("province", each) if each else params) for each in counts
    }
    addresses |= {each: f"#g{at}" for at, each in enumerate(groups, start=1)}
    lexicon = searcher.linguistics.themes
    around = (_relations(lexicon, theme.name), lexicon.theme(theme.name).excluded)
    described = lexicon.theme(theme.name).description
    if not theme.records:
        return ThemeView(*around, groups, counts, addresses, (), None, described)
    numbers = Numbers(searcher, params, search_url)
    every = numbers.series("theme")
    own = Series("theme", tuple(item for item in every.items if item.value == theme.name))
    beside = companions(numbers.grid(own, every), theme.name)
    picture = make("province", numbers) if any(counts) else None
    return ThemeView(*around, groups, counts, addresses, tuple(beside), picture, described)


def _counts(theme: ThemeRecords, groups: Iterable[str]) -> dict[str, int]:
    """The records of each province, those on the page first; under no name those of none."""
    known = dict(theme.provinces)
    rest = theme.total - sum(known.values())
    counted = {**known, "": rest} if rest else known
    return {each: counted[each] for each in dict.fromkeys((*groups, *counted))}


def _province(hit: Hit) -> str:
    region = hit.record.record.region
    return (region.province if region else None) or ""


def marked_hits(theme: ThemeRecords) -> tuple[Hit, ...]:
    """The theme's records that its page shows, with its evidence for highlights."""
    return tuple(
        replace(found.hit, highlights=reading.evidence_ranges(found.evidence))
        for found in theme.records
    )


def _relations(lexicon: ThemeLexicon, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kinds = (
        (_("上位议题："), lexicon.broader(name)),
        (_("下位议题："), lexicon.narrower(name)),
        (_("相关议题："), lexicon.related(name)),
    )
    return tuple((label, tuple(each.name for each in found)) for label, found in kinds if found)
