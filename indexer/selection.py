"""Records that a user chose one by one, as results: for baskets and their exports.

A basket is a list of record ids.  Some of them may be gone by now, or come
from another library: they are named, never dropped without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.errors import RecordNotFound
from indexer.query.tree import QueryWarning
from indexer.results.facet_values import FacetValue, FacetValues
from indexer.results.facets import TABLE
from indexer.results.model import Hit, Results
from indexer.searcher import Searcher


def select(searcher: Searcher, ids: Iterable[str]) -> Results:
    """Exactly these records, in this order, on one page; an id given twice counts once.

    ``chosen`` of the results are the ids as asked for, :func:`missing` tells
    which of them the index does not have.
    """
    chosen = tuple(dict.fromkeys(ids))
    hits = tuple(hit for hit in (_find(searcher, each) for each in chosen) if hit)
    results = Results(
        query="",
        interpretation=f"逐条选定的 {len(chosen)} 条记录",
        warnings=(),
        total=len(hits),
        partial_total=0,
        page=1,
        size=max(1, len(hits)),
        took_ms=0.0,
        index=searcher.info,
        hits=hits,
        facets=_facets(hits),
        sort="chosen",
        chosen=chosen,
    )
    return _with_warning(results)


def missing(results: Results) -> tuple[str, ...]:
    """The chosen ids for which there is no record."""
    found = {hit.record.record.id for hit in results.hits}
    return tuple(each for each in results.chosen if each not in found)


def _find(searcher: Searcher, record_id: str) -> Hit | None:
    try:
        return searcher.record(record_id)
    except RecordNotFound:
        return None


def _with_warning(results: Results) -> Results:
    gone = missing(results)
    if not gone:
        return results
    message = f"馆藏里没有这 {len(gone)} 条记录：{'、'.join(gone)}"
    return replace(results, warnings=(QueryWarning("missing-records", message, (str(len(gone)),)),))


def _facets(hits: Sequence[Hit]) -> dict[str, Sequence[FacetValue]]:
    policies = [hit.record.policy for hit in hits]
    facets: dict[str, Sequence[FacetValue]] = {}
    for facet in TABLE:
        counted = Counter(value for hit in hits for value in facet.values_of(hit.record))
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        facets[facet.name] = FacetValues(ordered, facet.labels(policies), ())
    return facets
