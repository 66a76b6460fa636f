"""Hits of one policy shown together, without hiding how many there are.

The view changes the shown page only: its hits of one policy come together at
the place of the best, beyond :data:`KEPT` they are folded into a link that
narrows the search by that policy.  How many more there are is exact, because
the policy facet counts every hit of the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.results.model import Hit, Results
from webapp.web.urls import SearchParams, search_url

#: Hits of one policy that stay on the page.
KEPT = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit, and after the last of its policy the ``rest`` that ``url`` leads to."""

    hit: Hit
    rest: int = 0
    url: str = ""


def shown(results: Results, params: SearchParams) -> tuple[Shown, ...]:
    """The page's hits as they are listed."""
    if params.group != "policy":
        return tuple(Shown(hit) for hit in results.hits)
    return tuple(_grouped(results, params))


def _grouped(results: Results, params: SearchParams) -> Iterator[Shown]:
    counts = {value.value: value.count for value in results.facets.get("policy", ())}
    groups: dict[str, list[Hit]] = {}
    # Facets count partial hits only where there are no others.
    uncounted: list[Hit] = []
    for hit in results.hits:
        if hit.match == "partial" and results.total:
            uncounted.append(hit)
        else:
            groups.setdefault(hit.record.policy.id, []).append(hit)
    for policy_id, hits in groups.items():
        *before, last = hits[:KEPT]
        yield from map(Shown, before)
        rest = counts.get(policy_id, len(hits)) - len(before) - 1
        yield Shown(last, rest, _narrowed(params, policy_id)) if rest else Shown(last)
    yield from map(Shown, uncounted)


def _narrowed(params: SearchParams, policy_id: str) -> str:
    return search_url(params.without_facet("policy").with_value("policy", policy_id).with_group(""))
