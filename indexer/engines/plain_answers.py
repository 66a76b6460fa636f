"""What an engine answers, by reading records: the contract of answers in plain words.

Full and partial hits, filters, facets, orders and what is similar; how a single
record matches is said in :mod:`indexer.engines.plain_matching`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from corpus.policy import Policy, first_day
from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Ranked, Search
from indexer.engines.plain_matching import Reading, asks_for_text, within
from indexer.errors import RecordNotFound
from indexer.query.tree import Node
from indexer.results.facets import BY_NAME, Filters
from indexer.results.model import Match
from indexer.results.record import IndexRecord

#: Full hits come first, literal ones before others.
TIERS: Mapping[Match | None, int] = {"literal": 0, "words": 1, "partial": 2, None: 0}
#: Sorts behind every region code.
NO_CODE = 1_000_000


def values(entry: IndexRecord, facet: str) -> tuple[str, ...]:
    """A record's values in a facet, each once."""
    return tuple(dict.fromkeys(BY_NAME[facet].values_of(entry)))


def passes(entry: IndexRecord, filters: Filters, but: Sequence[str] = ()) -> bool:
    """Whether a record passes all filters, those of the facets ``but`` left out."""
    dated = filters.date_from or filters.date_to
    if dated and not within(entry.policy, filters.date_from, filters.date_to):
        return False
    chosen = ((name, names) for name, names in filters.choices if names and name not in but)
    return all(not {*names}.isdisjoint(values(entry, name)) for name, names in chosen)


def counted_values(
    entries: Iterable[IndexRecord], facet: str, search: Search
) -> list[tuple[str, int]]:
    """The counts of a facet, its own choice apart; chosen values stand behind the first ones."""
    kept = (entry for entry in entries if passes(entry, search.filters, (facet,)))
    counts = Counter(value for entry in kept for value in values(entry, facet))
    first = sorted(counts.items(), key=most_first)[: search.values]
    known = {value for value, _ in first}
    behind = ((value, counts[value]) for value in {*search.filters.chosen(facet)} - known)
    return first + sorted(behind, key=most_first)


def most_first(pair: tuple[str, int]) -> tuple[int, str]:
    """The order of counted values: the most frequent first, of equals by value."""
    return -pair[1], pair[0]


def day(policy: Policy) -> int:
    """The first day of a policy's date as a number, yyyymmdd; 0 where it is not known."""
    return int(first_day(policy.date).replace("-", "")) if policy.date else 0


def sort_key(entry: IndexRecord, sort: str) -> int:
    """What a sort other than relevance goes by, least first."""
    if sort == "date":
        return -day(entry.policy)
    if sort == "region":
        region = entry.record.region
        return int(region.code) if region and region.code else NO_CODE
    return entry.order


class Readings:
    """Records that are read through for every question, in document order."""

    def __init__(self, entries: Iterable[IndexRecord], analyzer: Analyzer) -> None:
        ordered = sorted(entries, key=lambda entry: entry.order)
        self._readings = {entry.record.id: Reading(entry, analyzer) for entry in ordered}
        #: Full and partial hits of a query, before any filter.
        self.found = lru_cache(maxsize=16)(self._find)

    def of(self, record_id: str) -> Reading:
        """One record; raises :class:`~indexer.errors.RecordNotFound`."""
        if record_id not in self._readings:
            hint = "请核对记录编号，或从检索页重新查找"
            raise RecordNotFound(f"没有编号为“{record_id}”的记录", hint)
        return self._readings[record_id]

    def _find(self, tree: Node) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
        hits = [reading.ranked(tree) for reading in self._readings.values()]
        kinds = [hit.match for hit in hits]
        if not asks_for_text(tree):
            holding = (each.match(tree) for each in self._readings.values())
            return tuple(hit for hit, held in zip(hits, holding, strict=True) if held), ()
        full = (hit for hit, kind in zip(hits, kinds, strict=True) if kind in ("literal", "words"))
        return tuple(full), tuple(hit for hit in hits if hit.match == "partial")

    def counted(self, tree: Node, filters: Filters) -> tuple[Ranked, ...]:
        """What facets count: full hits, partial ones where there are none that pass."""
        full, partial = self.found(tree)
        some = any(passes(hit.record, filters) for hit in full) or not asks_for_text(tree)
        return full if some else partial

    def ordered(self, hits: Iterable[Ranked], search: Search) -> list[Ranked]:
        """The hits that pass the filters, in order."""
        kept = [hit for hit in hits if passes(hit.record, search.filters)]
        if search.sort == "relevance":
            titles = {hit.id: self.of(hit.id).in_title(search.tree) for hit in kept}
            return sorted(kept, key=lambda hit: (TIERS[hit.match], -titles[hit.id]))
        return sorted(kept, key=lambda hit: sort_key(hit.record, search.sort))

    def words(self) -> Counter[str]:
        """How many records have each word in their default fields."""
        readings = self._readings.values()
        return Counter(word for reading in readings for word in reading.texts[None][1])

    def similar(self, record_id: str) -> tuple[tuple[IndexRecord, float], ...]:
        """The other records that share themes or keywords, with the summed idf of these."""
        own = _marks(self.of(record_id).entry)
        marks = {i: _marks(each.entry) for i, each in self._readings.items()}
        having = Counter(mark for each in marks.values() for mark in each)
        idf = {m: math.log(1 + (len(marks) - n + 0.5) / (n + 0.5)) for m, n in having.items()}
        shared = {i: own & each for i, each in marks.items() if own & each and i != record_id}
        scores = {i: sum(idf[mark] for mark in each) for i, each in shared.items()}
        best = sorted(scores, key=lambda i: -round(scores[i], 9))
        return tuple((self._readings[i].entry, round(scores[i], 6)) for i in best)


def _marks(entry: IndexRecord) -> set[tuple[str, str]]:
    return {(name, value) for name in ("theme", "keyword") for value in values(entry, name)}
