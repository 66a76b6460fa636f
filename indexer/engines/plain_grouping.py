"""Hits grouped by document, by reading all of them: the contract in plain words.

A document stands for its near-duplicates: of those that are found, the newest does.
What decides its place is its own best evidence, so its match, its records and its
place always go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.engines.base import (
    BEST_RECORDS,
    DocumentPage,
    FoundDocument,
    FoundVersion,
    Ranked,
    Search,
)
from indexer.engines.plain_answers import (
    NO_CODE,
    TIERS,
    Readings,
    day,
    most_first,
    passes,
    values,
)
from indexer.engines.plain_documents import PlainDocument, document_hits
from indexer.engines.plain_matching import asks_for_text
from indexer.errors import PageOutOfRange
from indexer.results.record import IndexRecord


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document with its hits, the best first, and its older near-duplicates."""

    document: PlainDocument
    hits: Sequence[Ranked]
    versions: tuple[FoundVersion, ...] = ()


class PlainGroups:
    """The documents of a version and its families of near-duplicates."""

    def __init__(
        self, documents: Sequence[PlainDocument], families: Iterable[Sequence[str]]
    ) -> None:
        self._documents = {each.policy.policy.id: each for each in documents}
        self._family = {name: family[0] for family in families for name in family}

    def _group(self, policy_id: str, search: Search) -> str:
        return self._family.get(policy_id, policy_id) if search.folded else policy_id

    def count(
        self, full: Iterable[Ranked], between: Iterable[PlainDocument], search: Search
    ) -> int:
        """How many documents these hits are in."""
        ids = {hit.record.policy.id for hit in full} | {each.policy.policy.id for each in between}
        return len({self._group(each, search) for each in ids})

    def page(self, readings: Readings, search: Search) -> DocumentPage:
        """The documents of a page; raises :class:`~indexer.errors.PageOutOfRange`."""
        found, loose = readings.found(search.tree)
        # Of a document the best records are shown, whatever the documents are sorted by.
        by_relevance = search._replace(sort="relevance")
        full = readings.ordered(found, by_relevance)
        rest = readings.ordered(loose if search.partial else (), by_relevance)
        between = document_hits(self._documents.values() if search.documents else (), search)
        first = self._folded([*self._with_hits(full), *(_Entry(d, ()) for d in between)], search)
        known = {self._group(each.document.policy.policy.id, search) for each in first}
        partial = self._folded(
            (
                each
                for each in self._with_hits(rest)
                if self._group(each.document.policy.policy.id, search) not in known
            ),
            search,
        )
        entries = [*self._sorted(first, search), *self._sorted(partial, search)]
        start = (search.page - 1) * search.size
        if start and start >= len(entries):
            raise PageOutOfRange(search.page, max(1, -(-len(entries) // search.size)))
        shown = entries[start : start + search.size]
        return DocumentPage(
            total=len(full),
            document_total=len(between),
            partial_total=len(rest),
            total_documents=len(first),
            partial_documents=len(partial),
            documents=tuple(_found(each, search) for each in shown),
            facets=self._facets(readings, search, bool(first)),
        )

    def _with_hits(self, hits: Iterable[Ranked]) -> Iterator[_Entry]:
        """The documents that some hits are in, each with its own."""
        grouped: dict[str, list[Ranked]] = {}
        for hit in hits:
            grouped.setdefault(hit.record.policy.id, []).append(hit)
        return (_Entry(self._documents[name], some) for name, some in grouped.items())

    def _folded(self, entries: Iterable[_Entry], search: Search) -> list[_Entry]:
        """The newest of each family with the others under it."""
        families: dict[str, list[_Entry]] = {}
        for each in sorted(entries, key=_newest_first):
            name = self._group(each.document.policy.policy.id, search)
            families.setdefault(name, []).append(each)
        return [
            _Entry(newest.document, newest.hits, tuple(map(_version, others)))
            for newest, *others in families.values()
        ]

    def _sorted(self, entries: Iterable[_Entry], search: Search) -> list[_Entry]:
        """Documents with hits before those without, each part in its order."""
        return sorted(entries, key=lambda each: (not each.hits, *self._key(each, search)))

    def _key(self, each: _Entry, search: Search) -> tuple[int, ...]:
        document, first = each.document, _first(each.document)
        if search.sort == "date":
            return -day(document.policy.policy), first
        if search.sort == "region":
            return _code(document), first
        if search.sort == "source":
            return (first,)
        titles = [reading.in_title(search.tree, "policy") for reading in document.readings[:1]]
        held = {hit.id for hit in each.hits}
        inside = [r.in_title(search.tree) for r in document.readings if r.entry.record.id in held]
        tier = min((TIERS[hit.match] for hit in each.hits), default=0)
        return tier, -titles[0], -max(inside, default=0), first

    def _facets(
        self, readings: Readings, search: Search, some: bool
    ) -> dict[str, list[tuple[str, int]]]:
        """How many documents each value would leave."""
        full, partial = readings.found(search.tree)
        counted = [hit.record for hit in full]
        if search.documents:
            anywhere = search._replace(filters=type(search.filters)())
            for document in document_hits(self._documents.values(), anywhere):
                counted += [reading.entry for reading in document.readings]
        if not some and asks_for_text(search.tree):
            counted = [hit.record for hit in partial] if search.partial else []
        return {name: self._counted(counted, name, search) for name in search.facets}

    def _counted(
        self, entries: Sequence[IndexRecord], facet: str, search: Search
    ) -> list[tuple[str, int]]:
        pairs = {
            (value, self._group(entry.policy.id, search))
            for entry in entries
            if passes(entry, search.filters, (facet,))
            for value in values(entry, facet)
        }
        counts = Counter(value for value, _ in pairs)
        first = sorted(counts.items(), key=most_first)[: search.values]
        return first + sorted(_chosen(counts, first, search, facet), key=most_first)


def _chosen(
    counts: Counter[str], first: Collection[tuple[str, int]], search: Search, facet: str
) -> list[tuple[str, int]]:
    """The chosen values that are not among the first."""
    known = {value for value, _ in first}
    return [(value, counts[value]) for value in {*search.filters.chosen(facet)} - known]


def _found(each: _Entry, search: Search) -> FoundDocument:
    document = each.document
    policy = document.policy.policy
    if not each.hits:
        shown = document.ranked(search.tree)
        return FoundDocument(policy, "document", 0.0, 0, (), shown.parts, each.versions)
    best = each.hits[0]
    records = 0 if best.match == "partial" else len(each.hits)
    hits = tuple(each.hits[:BEST_RECORDS])
    return FoundDocument(policy, best.match, best.score, records, hits, (), each.versions)


def _version(each: _Entry) -> FoundVersion:
    full = sum(hit.match != "partial" for hit in each.hits)
    return FoundVersion(each.document.policy.policy, full)


def _newest_first(each: _Entry) -> tuple[int, int]:
    return -day(each.document.policy.policy), _first(each.document)


def _first(document: PlainDocument) -> int:
    """The place of a document in the library."""
    return min(reading.entry.order for reading in document.readings)


def _code(document: PlainDocument) -> int:
    """The code of the issuer's region, else that of the first record that has one."""
    entries = sorted((r.entry for r in document.readings), key=lambda entry: entry.order)
    regions = [document.policy.policy.region, *(entry.record.region for entry in entries)]
    return next((int(each.code) for each in regions if each and each.code), NO_CODE)
