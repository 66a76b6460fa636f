"""Province → city → county: the three region facets as one tree.

Each of them is exact by itself; under a single chosen province the city facet
counts the cities of that province and no others, and under a single chosen
city the county facet its counties.  So they can stand below them there, and
nothing else need be asked.  In a municipality, whose city is the province,
the counties follow at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.results.model import FacetValue, Results
from webapp.presentation.display import FacetGroup, FacetLink
from webapp.web.urls import SearchParams, search_url, toggle_urls

LEVELS = ("province", "city", "county")


def nested(
    groups: Sequence[FacetGroup], results: Results, params: SearchParams
) -> tuple[FacetGroup, ...]:
    """The facet groups, with the narrower regions below the one chosen province.

    A level that stands there is no group of its own any more.  To give up a
    region is to give up what was chosen inside of it.
    """
    path = _path(results, params)
    if not path:
        return tuple(groups)
    below = _links(path[1:], results, params)
    return tuple(
        _with_children(group, below, params) if group.name == path[0] else group
        for group in groups
        if group.name not in path[1:]
    )


def _path(results: Results, params: SearchParams) -> tuple[str, ...]:
    """The levels that can be nested, from the province down; empty if none can."""
    chosen = params.filters.chosen
    if len(chosen("province")) != 1:
        return ()
    (province,) = chosen("province")
    cities = _values(results, "city")
    if not cities or not all(value.count for value in cities):
        return ()
    counties = _values(results, "county")
    sound = bool(counties) and all(value.count for value in counties)
    if [value.value for value in cities] == [province] and not chosen("city"):
        return ("province", "county") if sound else ()
    if len(chosen("city")) == 1 and sound:
        return LEVELS
    return ("province", "city") if not chosen("county") else ()


def _values(results: Results, facet: str) -> Sequence[FacetValue]:
    return results.facets.get(facet, ())


def _links(path: Sequence[str], results: Results, params: SearchParams) -> tuple[FacetLink, ...]:
    """The links of the first level of ``path``, those of the next below the chosen one."""
    facet, *narrower = path
    address = toggle_urls(params, facet)
    return tuple(
        FacetLink(
            value.label,
            value.count,
            value.selected,
            _given_up(params, facet) if value.selected and narrower else address(value.value),
            _links(narrower, results, params) if value.selected and narrower else (),
        )
        for value in _values(results, facet)
    )


def _given_up(params: SearchParams, facet: str) -> str:
    for level in LEVELS[LEVELS.index(facet) :]:
        params = params.without_facet(level)
    return search_url(params)


def _with_children(
    group: FacetGroup, below: tuple[FacetLink, ...], params: SearchParams
) -> FacetGroup:
    first = tuple(
        replace(link, url=_given_up(params, "province"), children=below) if link.selected else link
        for link in group.first
    )
    return replace(group, first=first)
