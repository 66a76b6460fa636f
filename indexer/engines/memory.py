"""The memory engine: the contract's plain reference, a list of records that is read through.

It is what the protocols mean, without any index: every record is read for every
query (:mod:`indexer.engines.plain_answers`).  It is kept as long as the process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import (
    EVERYTHING,
    NO_FILTERS,
    Arrays,
    DocumentPage,
    Page,
    PolicyRecords,
    Question,
    Ranked,
    Search,
    Themes,
)
from indexer.engines.fusion import fused
from indexer.engines.plain_answers import Readings, counted_values, passes, values
from indexer.engines.plain_documents import PlainDocument, document_hits
from indexer.engines.plain_grouping import PlainGroups
from indexer.errors import EngineUnavailable, PageOutOfRange
from indexer.query.tree import Node
from indexer.results.facets import Filters
from indexer.results.model import DocumentPart, IndexInfo
from indexer.results.record import IndexRecord


@dataclass(slots=True)
class _Version:
    """Policies by id, side data by name, and families of near-duplicates."""

    policies: dict[str, PolicyRecords] = field(default_factory=dict)
    data: dict[str, bytes | Arrays] = field(default_factory=dict)
    families: tuple[tuple[str, ...], ...] = ()
    info: IndexInfo = field(default_factory=lambda: IndexInfo("", "", 0, ""))


class MemoryReader:
    """Reads a version through for every question."""

    def __init__(self, version: _Version, analyzer: Analyzer) -> None:
        policies = [each for each in version.policies.values() if each.records]
        self._readings = Readings((e for each in policies for e in each.records), analyzer)
        self._documents = {
            each.policy.id: PlainDocument(
                each, [self._readings.of(entry.record.id) for entry in each.records]
            )
            for each in policies
        }
        self._groups = PlainGroups(tuple(self._documents.values()), version.families)
        self._data = version.data
        self.info = version.info

    def search(self, search: Search) -> Page:
        readings, filters = self._readings, search.filters
        full, partial = readings.found(search.tree)
        counted = readings.counted(search.tree, filters) if search.partial else full
        first = readings.ordered(full, search)
        rest = readings.ordered(partial if search.partial else (), search)
        if search.sort == "relevance":
            rest = _fused(rest, search.nearest)
        held = self._documents.values() if search.documents else ()
        between = document_hits(held, search)
        hits = [*first, *between, *rest]
        start = (search.page - 1) * search.size
        if start and start >= len(hits):
            raise PageOutOfRange(search.page, max(1, -(-len(hits) // search.size)))
        shown = hits[start : start + search.size]
        documents = (each for each in shown if isinstance(each, PlainDocument))
        records = [hit.record for hit in counted]
        facets = {name: counted_values(records, name, search) for name in search.facets}
        return Page(
            len(first),
            len(between),
            len(rest),
            tuple(each for each in shown if isinstance(each, Ranked)),
            tuple(each.ranked(search.tree) for each in documents),
            facets,
            self._groups.count(first, between, search),
            tuple(self._near({hit.id for hit in full}, search)),
        )

    def _near(self, full: set[str], search: Search) -> Iterator[Ranked]:
        """The nearest records that are no full hits and pass the filters."""
        others = {hit.id: hit for hit in self.scan(EVERYTHING, search.filters)}
        near = (others[each] for each in search.nearest if each in others and each not in full)
        return islice((hit._replace(match=None, score=0.0) for hit in near), search.near)

    def documents(self, search: Search) -> DocumentPage:
        return self._groups.page(self._readings, search)

    def scan(
        self, tree: Node = EVERYTHING, filters: Filters = NO_FILTERS, sort: str = "source"
    ) -> Iterator[Ranked]:
        full, _ = self._readings.found(tree)
        return iter(self._readings.ordered(full, Search(tree, filters, sort=sort)))

    def ids(self, policy_id: str) -> Sequence[str]:
        return [each.id for each in self.scan(filters=Filters(policy=(policy_id,)))]

    def counts(self, questions: Sequence[Question]) -> Sequence[int]:
        return [sum(1 for _ in self.scan(*question)) for question in questions]

    def parts(self, policy_id: str, tree: Node) -> Sequence[DocumentPart]:
        document = self._documents.get(policy_id)
        return tuple(document.parts(tree)) if document else ()

    def record(self, record_id: str, tree: Node = EVERYTHING) -> Ranked:
        return self._readings.of(record_id).ranked(tree)

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        counted = self._readings.counted(tree, filters)
        kept = [h.record for h in counted if passes(h.record, filters, (first, second))]
        return Counter((a, b) for e in kept for a in values(e, first) for b in values(e, second))

    def similar(self, record_id: str, limit: int) -> tuple[tuple[IndexRecord, float], ...]:
        return self._readings.similar(record_id)[:limit]

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        found = self._readings.words().items()
        return iter(sorted(pair for pair in found if pair[0].startswith(prefix)))

    def read(self, name: str) -> bytes | None:
        data = self._data.get(name)
        return data if isinstance(data, bytes) else None

    def arrays(self, name: str) -> Arrays | None:
        data = self._data.get(name)
        return None if isinstance(data, bytes) else data

    def close(self) -> None:
        """There is nothing to free."""


def _fused(hits: Sequence[Ranked], nearest: Sequence[str]) -> list[Ranked]:
    """Partial hits, ordered by an encoder as well."""
    held = {hit.id: hit for hit in hits}
    return [held[each] for each in fused(list(held), [each for each in nearest if each in held])]


class MemoryWriter:
    """Fills a version, which the engine gets with the commit."""

    def __init__(self, engine: MemoryEngine, name: str, version: _Version) -> None:
        self._engine, self._name, self._version = engine, name, version

    def add(self, policies: Iterable[PolicyRecords]) -> None:
        self._version.policies |= {each.policy.id: each for each in policies}

    def delete(self, policy_id: str) -> None:
        self._version.policies.pop(policy_id, None)

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        for policy_id, each in self._version.policies.items():
            records = tuple(
                replace(e, themes=themes.get(e.record.id, e.themes)) for e in each.records
            )
            self._version.policies[policy_id] = replace(each, records=records)

    def fold(self, families: Iterable[Sequence[str]]) -> None:
        self._version.families = tuple(map(tuple, families))

    def flush(self) -> MemoryReader:
        return MemoryReader(self._version, self._engine.analyzer)

    def write(self, name: str, data: bytes | Arrays) -> None:
        self._version.data[name] = data

    def commit(self, info: IndexInfo, library: str = "", analysis: str = "") -> None:
        self._version.info = info
        self._engine.versions[self._name] = self._version

    def abort(self) -> None:
        """What was not committed is in no version."""


class MemoryEngine:
    """Keeps versions in memory."""

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        self.versions: dict[str, _Version] = {}

    def create(self, name: str, base: str | None = None) -> MemoryWriter:
        held = self.versions[base] if base else _Version()
        version = _Version({**held.policies}, {**held.data}, held.families)
        return MemoryWriter(self, name, version)

    def open(self, name: str) -> MemoryReader:
        if name not in self.versions:
            raise EngineUnavailable(f"没有名为“{name}”的索引版本", "请稍后再试")
        return MemoryReader(self.versions[name], self.analyzer)
