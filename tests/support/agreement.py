"""Whether an engine's answer is the one that reading every text gives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.engines.base import IndexReader, Page, Search
from indexer.query.tree import Node
from indexer.results.model import FACETS, Filters, IndexRecord, Match
from tests.support import oracle
from tests.support.engines import wholes

ORDER: tuple[Match | None, ...] = ("literal", "words", "partial", None)
PAIRS = (("theme", "province"), ("theme", "theme"), ("year", "keyword"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """An engine's answer and what is wrong with it; nothing: it is right."""

    page: Page
    disagreements: tuple[str, ...]


def compare(
    reader: IndexReader, records: Sequence[IndexRecord], tree: Node, filters: Filters
) -> Comparison:
    """Searches ``records`` in an index that holds them, and by reading them.

    Compares full hits with their match kinds, document hits, partial hits, all totals, the
    count, the order of the kinds, every facet, and :data:`PAIRS` of facets.
    """
    size = max(1, 2 * len(records))  # documents stand beside all records
    page = reader.search(Search(tree, filters, size=size))
    return Comparison(page, tuple(_disagreements(page, reader, records, tree, filters)))


def _disagreements(
    page: Page, reader: IndexReader, records: Sequence[IndexRecord], tree: Node, filters: Filters
) -> Iterator[str]:
    policies = wholes(records)
    kinds = {
        entry.record.id: oracle.match(tree, entry, policies[entry.policy.id]) for entry in records
    }
    full = [entry for entry in records if kinds[entry.record.id]]
    rest = [entry for entry in records if not kinds[entry.record.id]]
    partial = [entry for entry in rest if oracle.relaxed(tree, entry, policies[entry.policy.id])]
    yield from _hits(page, kinds, full, partial, filters, oracle.asks_for_text(tree))
    yield from _documents(page, tree, policies, filters)
    total = sum(oracle.passes(entry, filters) for entry in full)
    if (count := reader.counts([(tree, filters)])[0]) != total:
        yield f"count() is {count}, not {total}"
    counted = full if total or not oracle.asks_for_text(tree) else partial
    for facet in FACETS:
        expected = oracle.count_facet(counted, facet, filters)
        if list(page.facets[facet]) != expected:
            yield f"facet {facet} is {page.facets[facet]}, not {expected}"
    for first, second in PAIRS:
        pairs = oracle.cross(counted, filters, first, second)
        if reader.cross(tree, filters, first, second) != pairs:
            yield f"the pairs of {first} and {second} are not {pairs}"


def _documents(
    page: Page, tree: Node, policies: Mapping[str, oracle.Whole], filters: Filters
) -> Iterator[str]:
    expected = {name for name, each in policies.items() if oracle.is_document(tree, each, filters)}
    got = [each.policy.id for each in page.documents]
    if page.document_total != len(expected) or len(set(got)) != len(got):
        yield f"{page.document_total} documents, not {len(expected)}"
    if len(page.documents) == page.document_total and {*got} != expected:
        yield f"the documents are {got}, not {expected}"
    if not all(map(math.isfinite, (each.score for each in page.documents))):
        yield "the score of a document is no number"


def _hits(
    page: Page,
    kinds: dict[str, str | None],
    full: Sequence[IndexRecord],
    partial: Sequence[IndexRecord],
    filters: Filters,
    text: bool,
) -> Iterator[str]:
    got = {hit.record.record.id: hit.match for hit in page.hits}
    expected = {e.record.id: kinds[e.record.id] for e in full if oracle.passes(e, filters)}
    loose = {e.record.id: "partial" for e in partial if oracle.passes(e, filters)}
    if (page.total, page.partial_total) != (len(expected), len(loose)):
        yield f"totals are {page.total} and {page.partial_total}, "
        yield f"not {len(expected)} and {len(loose)}"
    wanted = {**expected, **loose} if text else dict.fromkeys(expected)
    for identity in got.keys() | wanted.keys():
        if got.get(identity, "absent") != wanted.get(identity, "absent"):
            yield f"{identity} is {got.get(identity, 'absent')}, "
            yield f"not {wanted.get(identity, 'absent')}"
    if not all(math.isfinite(hit.score) for hit in page.hits):
        yield "a score is no number"
    order = [hit.match for hit in page.hits]
    if text and order != sorted(order, key=ORDER.index):
        yield f"kinds are out of order: {order}"
