"""Whether an engine's answer by document is the one that reading every text gives."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from corpus.policy import first_day
from indexer.engines.base import DocumentPage, FoundDocument, IndexReader, Search
from indexer.query.tree import Node
from indexer.results.model import FACETS, Filters, IndexRecord
from tests.support import oracle
from tests.support.engines import wholes

#: The kinds of documents in their order, sorted by relevance.
KINDS = ("literal", "words", "document", "partial")
Families = Sequence[Sequence[str]]


@dataclass
class Expected:
    """What must be found, by policy: full and partial hits, and policies that are hits."""

    tree: Node
    filters: Filters
    families: Families
    policies: Mapping[str, oracle.Whole]
    full: dict[str, list[IndexRecord]] = field(default_factory=lambda: defaultdict(list))
    partial: dict[str, list[IndexRecord]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, whole in self.policies.items():
            for entry in whole.records:
                kind = oracle.match(self.tree, entry, whole)
                self.kinds[entry.record.id] = kind
                if kind:
                    self.full[name].append(entry)
                elif oracle.relaxed(self.tree, entry, whole):
                    self.partial[name].append(entry)

    def passing(self, entries: Mapping[str, list[IndexRecord]]) -> dict[str, list[IndexRecord]]:
        """Those that pass the filters, by policy; no policy without any."""
        kept = {
            name: [entry for entry in some if oracle.passes(entry, self.filters)]
            for name, some in entries.items()
        }
        return {name: some for name, some in kept.items() if some}

    @cached_property
    def unfiltered(self) -> set[str]:
        """The policies that are hits before any filter though no record of theirs is."""
        policies = self.policies.items()
        return {name for name, whole in policies if oracle.is_document(self.tree, whole, Filters())}

    @cached_property
    def documents(self) -> set[str]:
        """Those with a record that passes the filters."""
        return {
            name
            for name in self.unfiltered
            if any(oracle.passes(entry, self.filters) for entry in self.policies[name].records)
        }

    def group(self, name: str) -> str:
        """The first of a policy's family, or the policy."""
        return next((family[0] for family in self.families if name in family), name)

    def leads(self, names: set[str]) -> dict[str, list[str]]:
        """The newest of each group, with the others in the order in which they are listed."""

        def newest(name: str) -> tuple[int, int]:
            entries = self.policies[name].records
            date = entries[0].policy.date
            day = int(first_day(date).replace("-", "")) if date else 0
            return -day, min(entry.order for entry in entries)

        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names, key=newest):
            groups[self.group(name)].append(name)
        return {first: others for first, *others in groups.values()}

    def facet(self, facet: str, some: bool) -> list[tuple[str, int]]:
        """How many documents each value is in; ``some``: whether any was found."""
        counted = {name: list(entries) for name, entries in self.full.items()}
        for name in self.unfiltered:
            counted[name] = list(self.policies[name].records)
        if not some and oracle.asks_for_text(self.tree):
            counted = self.partial
        pairs = {
            (value, self.group(name))
            for name, entries in counted.items()
            for entry in entries
            if oracle.passes(entry, self.filters, but=facet)
            for value in oracle.values(entry, facet)
        }
        counts = Counter(dict.fromkeys(self.filters.chosen(facet), 0))
        counts.update(value for value, _ in pairs)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def disagreements(
    reader: IndexReader,
    records: Sequence[IndexRecord],
    families: Families,
    tree: Node,
    filters: Filters,
) -> list[str]:
    """What is wrong with an answer by document, and with its pages; nothing: it is right.

    ``families`` are those that the engine was given; none: near-duplicates are not folded.
    """
    expected = Expected(tree, filters, families, wholes(records))
    search = Search(tree, filters, size=max(1, len(expected.policies)), folded=bool(families))
    page = reader.documents(search)
    found = [*_totals(page, expected), *_documents(page, expected)]
    total = page.total_documents + page.partial_documents
    pages = (search._replace(page=n + 1, size=2) for n in range(max(1, -(-total // 2))))
    if [each for one in pages for each in reader.documents(one).documents] != [*page.documents]:
        found.append("pages are not the whole")
    if reader.search(search).total_documents != page.total_documents:
        found.append("a search for records counts other documents")
    for facet in FACETS:
        counts = expected.facet(facet, page.total_documents > 0)
        if list(page.facets[facet]) != counts:
            found.append(f"facet {facet} is {list(page.facets[facet])}, not {counts}")
    return found


def _totals(page: DocumentPage, expected: Expected) -> Iterator[str]:
    full, partial = expected.passing(expected.full), expected.passing(expected.partial)
    documents = expected.documents
    leads = expected.leads({*full} | documents)
    known = {expected.group(name) for name in {*full} | documents}
    loose = expected.leads({name for name in partial if expected.group(name) not in known})
    got = page[:5]
    right = (
        sum(map(len, full.values())),
        len(documents),
        sum(map(len, partial.values())),
        len(leads),
        len(loose),
    )
    if got != right:
        yield f"totals are {got}, not {right}"
    if {each.policy.id for each in page.documents} != {*leads, *loose}:
        yield f"documents are {[each.policy.id for each in page.documents]}"
    others = leads | loose
    for each in page.documents:
        if [other.policy.id for other in each.versions] != others.get(each.policy.id):
            yield f"under {each.policy.id} are {each.versions}"
        for other in each.versions:
            if other.records != len(full.get(other.policy.id, ())):
                yield f"{other.policy.id} has {other.records} hits"


def _documents(page: DocumentPage, expected: Expected) -> Iterator[str]:
    full, partial = expected.passing(expected.full), expected.passing(expected.partial)
    text = oracle.asks_for_text(expected.tree)
    for each in page.documents:
        own = full.get(each.policy.id, [])
        kinds = {expected.kinds[entry.record.id] for entry in own}
        kind = "literal" if "literal" in kinds else "words" if kinds else None
        if not own:
            kind = "partial" if each.policy.id in partial else None
            kind = "document" if each.policy.id in expected.documents else kind
        if each.match != (kind if text else None):
            yield f"{each.policy.id} is {each.match}, not {kind}"
        if each.records != len(own):
            yield f"{each.policy.id} has {each.records} hits, not {len(own)}"
        yield from _shown(each, own or partial.get(each.policy.id, []))
    order = [KINDS.index(each.match) for each in page.documents if each.match]
    if order != sorted(order):
        yield f"kinds are out of order: {[each.match for each in page.documents]}"


def _shown(document: FoundDocument, entries: Sequence[IndexRecord]) -> Iterator[str]:
    """What is wrong with the hits that a document shows."""
    ids = {entry.record.id for entry in entries}
    shown = [hit.id for hit in document.hits]
    expected = 0 if document.match == "document" else min(3, len(ids))
    if len({*shown}) != expected or not {*shown} <= ids:
        yield f"{document.policy.id} shows {shown} of {len(ids)}"
    if document.parts and document.match != "document":
        yield f"{document.policy.id} has {len(document.parts)} parts"
    if not math.isfinite(document.score):
        yield f"the score of {document.policy.id} is no number"
