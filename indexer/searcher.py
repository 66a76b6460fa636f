"""The public search call: query text in, :class:`Results` out.

A :class:`Searcher` joins what the other modules do: it parses the query, lets
the engine find and rank, has what matched marked (:mod:`indexer.marking`), names
facet values, and says in words what was searched.  What the index holds apart from
any query is in :mod:`indexer.catalogue`.  The pages, the API, the command line and
the exports all go through the searcher, so all of them give the same answer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from corpus.policy import Policy
from indexer.catalogue import Catalogue
from indexer.engines.base import DocumentPage, IndexReader, Page, Question, Search
from indexer.linguistics import Linguistics
from indexer.marking import Marker
from indexer.query.interpretation import interpret
from indexer.query.regions import place_counts
from indexer.query.tree import Node, Query
from indexer.request import Request
from indexer.results.facet_values import FacetValue, FacetValues
from indexer.results.facets import TABLE
from indexer.results.grouped import GroupedResults, grouped
from indexer.results.holdings import Holdings
from indexer.results.lazy import LazySequence
from indexer.results.model import (
    DEFAULT_SIZE,
    FACETS,
    Filters,
    Hit,
    IndexInfo,
    NearHits,
    Range,
    Results,
    Suggestion,
)
from indexer.results.overviews import Found, Stats, ThemeCount, ThemeRecords
from indexer.results.similar import Similar, shared
from indexer.semantic.encoder import SemanticError
from indexer.semantic.meaning import Meaning
from indexer.semantic.section import ByMeaning
from indexer.suggest.advice import Adviser
from indexer.suggest.completion import DEFAULT_COMPLETIONS, Completer
from indexer.suggest.field_hints import outside_fields
from indexer.suggest.spelling import Speller
from indexer.suggest.term_book import TermBook
from indexer.understanding import Understood, understanding


def _page_of(found: DocumentPage) -> Page:
    """What an answer by document says beside its documents."""
    return Page(*found[:3], (), (), found.facets, found.total_documents)


class Lease(Protocol):
    """What keeps an index in place while it is read."""

    def release(self) -> None:
        """Lets the index go."""


class Searcher:
    """Answers searches over one opened index.  Threads may share it."""

    def __init__(
        self,
        reader: IndexReader,
        linguistics: Linguistics,
        policies: Sequence[Policy],
        book: TermBook | None = None,
        lease: Lease | None = None,
        meaning: Meaning | SemanticError | None = None,
    ) -> None:
        """Without a ``book`` nothing is completed, and no spelling corrected.

        ``lease`` is released when the searcher is closed.  ``meaning`` finds what is near in
        meaning, if anything does; an error says what is wrong with what is set.
        """
        self._lease = lease
        self._reader = reader
        self._linguistics = linguistics
        self._analyzer = linguistics.analyzer
        self._marker = Marker(reader, linguistics.analyzer)
        self._catalogue = Catalogue(reader, policies, linguistics.themes)
        self._labels = {facet.name: facet.labels(self._catalogue.policies) for facet in TABLE}
        self._by_meaning = None if meaning is None else ByMeaning(reader, meaning)
        self._understand = understanding(linguistics)
        self._completer = Completer(book) if book else None
        self._adviser = Adviser(self._analyzer, Speller(book, self._analyzer) if book else None)

    @property
    def info(self) -> IndexInfo:
        """Which index answers."""
        return self._reader.info

    @property
    def reader(self) -> IndexReader:
        """The opened index itself, for jobs that go through all of it."""
        return self._reader

    @property
    def by_meaning(self) -> ByMeaning | None:
        """What finds by meaning, ``None`` where nothing does."""
        return self._by_meaning

    @property
    def linguistics(self) -> Linguistics:
        """What queries and texts go through: analysis, synonyms, themes, keywords."""
        return self._linguistics

    def search(
        self,
        text: str,
        *,
        filters: Filters = Filters(),
        sort: str = "relevance",
        page: int = 1,
        size: int = DEFAULT_SIZE,
        synonyms: bool = True,
        facet_values: int | None = None,
    ) -> Results:
        """One page of records: :meth:`records`, as most callers ask for it."""
        return self.records(Request(text, filters, sort, page, size, synonyms, facet_values))

    def answer(self, request: Request) -> Results:
        """The page that is asked for, of records or of documents; raises as :meth:`records`."""
        return self.documents(request) if request.by == "document" else self.records(request)

    def records(self, request: Request) -> Results:
        """One page of records, and of documents that are hits though no record of theirs is.

        Raises :class:`~indexer.errors.PageOutOfRange` for a page past the
        end, :class:`~indexer.errors.EngineError` where the index fails.
        """
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        query = understood.query
        asked, prepared = self._asked(request.search(query.tree))
        found = self._reader.search(asked)
        hits = tuple(self._marker.hits(found.hits, query.tree))
        advised = self._advise(query, request.filters, found.total, request.synonyms)
        near = self._near(prepared, asked, found)
        results = self._results(started, understood, asked, found, hits, advised)
        return replace(results, near=near) if near else results

    def _asked(self, search: Search) -> tuple[Search, NearHits | None]:
        """A search with what an encoder adds to it, and the section that it gives."""
        return self._by_meaning.asked(search) if self._by_meaning else (search, None)

    def _near(self, prepared: NearHits | None, asked: Search, found: Page) -> NearHits | None:
        """The section of what is near in meaning, with its hits."""
        if self._by_meaning is None or prepared is None or asked.page > 1:
            return None
        return self._by_meaning.section(prepared, asked, found.near)

    def documents(self, request: Request) -> GroupedResults:
        """One page of documents, each with its best records; raises as :meth:`records`."""
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        query = understood.query
        asked = request.search(query.tree)
        found = self._reader.documents(asked)
        documents = tuple(self._marker.grouped(found.documents, query.tree))
        advised = self._advise(query, request.filters, found.total, request.synonyms)
        results = self._results(started, understood, asked, _page_of(found), (), advised)
        near = self._near_beside(asked)
        results = replace(results, near=near) if near else results
        return grouped(results, documents, found.partial_documents, asked.folded)

    def _near_beside(self, search: Search) -> NearHits | None:
        """The section of what is near in meaning, beside an answer by document."""
        if self._by_meaning is None or search.page > 1:
            return None
        asked, prepared = self._asked(search._replace(size=1, facets=(), documents=False))
        if not asked.nearest:
            return prepared
        return self._near(prepared, asked, self._reader.search(asked))

    def find(
        self,
        text: str,
        *,
        filters: Filters = Filters(),
        size: int = DEFAULT_SIZE,
        synonyms: bool = True,
        facet_values: int = 0,
    ) -> Found:
        """Exact total and ids of the ``size`` best full hits, for programs.

        ``facet_values``: so many values of each facet; 0: facets are not counted.
        """
        tree = self._understand(text, synonyms).query.tree
        facets = FACETS if facet_values else ()
        asked = Search(
            tree, filters, facets, size=size, values=facet_values, partial=False, documents=False
        )
        page = self._reader.search(asked)
        counts = {name: tuple(pairs) for name, pairs in page.facets.items()}
        return Found(page.total, tuple(hit.id for hit in page.hits), counts)

    def export(
        self,
        text: str,
        *,
        filters: Filters = Filters(),
        sort: str = "relevance",
        synonyms: bool = True,
    ) -> Results:
        """Every full hit: :meth:`all_of`, as most callers ask for it."""
        return self.all_of(Request(text, filters, sort, synonyms=synonyms))

    def all_of(self, request: Request) -> Results:
        """Every full hit on one page, or every document; partial ones are counted nowhere.

        Among records, documents are counted, and like partial hits not listed.
        """
        if request.by == "document":
            return self._all_documents(request)
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        tree, filters, sort = understood.query.tree, request.filters, request.sort
        asked = replace(request, page=1, size=1).search(tree)._replace(partial=False)
        found = self._reader.search(asked)
        hits = tuple(self._marker.hits(self._reader.scan(tree, filters, sort), tree))
        asked = asked._replace(size=max(1, len(hits)))
        return self._results(started, understood, asked, found._replace(documents=()), hits)

    def _all_documents(self, request: Request) -> GroupedResults:
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        tree = understood.query.tree
        # There are no more documents than policies.
        most = replace(request, page=1, size=max(1, len(self._catalogue.policies)))
        asked = most.search(tree)._replace(partial=False)
        found = self._reader.documents(asked)
        documents = tuple(self._marker.grouped(found.documents, tree))
        asked = asked._replace(size=max(1, len(documents)))
        results = self._results(started, understood, asked, _page_of(found), ())
        return grouped(results, documents, 0, asked.folded)

    def _results(
        self,
        started: float,
        understood: Understood,
        search: Search,
        found: Page,
        hits: tuple[Hit, ...],
        advised: tuple[Suggestion, ...] = (),
    ) -> Results:
        query, filters = understood.query, search.filters

        def counts(trees: Sequence[Node]) -> Sequence[int]:
            return self._reader.counts([(other, filters) for other in trees])

        places = place_counts(query.tree, found.total, counts)
        meant = understood.interpretation
        if places:
            meant = interpret(query.tree, self._analyzer, places=places)
        return Results(
            query=query.text,
            interpretation=meant,
            warnings=query.warnings + outside_fields(query.tree, found.total, counts),
            total=found.total,
            document_total=found.document_total,
            total_documents=found.total_documents,
            partial_total=found.partial_total,
            page=search.page,
            size=search.size,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            index=self.info,
            hits=hits,
            documents=tuple(self._marker.documents(found.documents, query.tree)),
            facets=self._facets(found, filters),
            suggestions=advised,
            filters=filters,
            sort=search.sort,
            expansions=understood.expansions,
            meaning=query.tree,
            places=places,
        )

    def _advise(
        self, query: Query, filters: Filters, total: int, synonyms: bool
    ) -> tuple[Suggestion, ...]:
        def counts(asked: Sequence[tuple[str, Filters]]) -> Sequence[int]:
            # A query that an engine does not come to count need not be understood.
            def understood(first: int, last: int) -> tuple[Question, ...]:
                some = asked[first:last]
                return tuple((self._parse(text, synonyms).tree, under) for text, under in some)

            return self._reader.counts(LazySequence(len(asked), understood))

        return self._adviser.advise(query.text, filters, total, counts)

    def complete(self, text: str, limit: int = DEFAULT_COMPLETIONS) -> tuple[Suggestion, ...]:
        """Ways to go on typing ``text``, best first; see :mod:`indexer.suggest.completion`."""
        return self._completer.complete(text, limit) if self._completer else ()

    def _parse(self, text: str, synonyms: bool = True) -> Query:
        return self._understand(text, synonyms).query

    def _facets(self, found: Page, filters: Filters) -> dict[str, Sequence[FacetValue]]:
        return {
            name: FacetValues(counts, self._labels[name], filters.chosen(name))
            for name, counts in found.facets.items()
        }

    def record(self, record_id: str, text: str = "") -> Hit:
        """One record, marked for the query ``text``.

        Raises :class:`~indexer.errors.RecordNotFound`.
        """
        return self._marker.record(record_id, self._parse(text).tree)

    def passages(self, policy_id: str, text: str = "") -> tuple[Hit, ...]:
        """All records of a policy in document order; those that ``text`` finds are marked.

        The others have neither highlights nor snippets.

        Raises :class:`~indexer.errors.RecordNotFound` for an unknown policy.
        """
        return self._marker.passages(policy_id, self._parse(text).tree)

    def record_ids(self, policy_id: str) -> Sequence[str]:
        """The ids of a policy's records in document order; none for an unknown policy."""
        return self._reader.ids(policy_id)

    def marks(self, policy_id: str, text: str) -> dict[str, dict[str, tuple[Range, ...]]]:
        """What ``text`` finds in a policy: for the id of each such record, its ranges by field.

        A phrase that reaches over several records is marked in each of them.

        Nothing for a query without a condition, which finds every record.
        """
        return self._marker.marks(policy_id, self._parse(text).tree)

    def policies(self) -> tuple[Policy, ...]:
        """All policies, in library order."""
        return self._catalogue.policies

    @property
    def holdings(self) -> Holdings:
        """Every policy with the number of its records; counted once."""
        return self._catalogue.holdings

    def themes(self) -> tuple[ThemeCount, ...]:
        """Every theme of the lexicon, most records first, then in lexicon order."""
        return self._catalogue.themes()

    def theme(self, name: str, most: int | None = None) -> ThemeRecords:
        """A theme, by its name or a variant, with its first ``most`` records and their evidence.

        Without ``most`` all are given; all are counted either way.
        Raises :class:`~indexer.errors.ThemeNotFound`.
        """
        return self._catalogue.theme(name, most)

    def cross(
        self,
        text: str,
        first: str,
        second: str,
        *,
        filters: Filters = Filters(),
        synonyms: bool = True,
    ) -> Mapping[tuple[str, str], int]:
        """How many hits have a value of the facet ``first`` and one of ``second``.

        Counted as facets are: exactly, the two facets' own choices aside, and
        without the pairs that do not occur.  ``first`` may be ``second``.
        """
        return self._reader.cross(self._parse(text, synonyms).tree, filters, first, second)

    def similar(self, record_id: str, limit: int = 5) -> tuple[Similar, ...]:
        """The records most like one, best first, each with what both share.

        Raises :class:`~indexer.errors.RecordNotFound`.
        """
        entry = self._reader.record(record_id).record
        found = self._reader.similar(record_id, limit)
        return tuple(shared(entry, other, score) for other, score in found)

    def near_zones(self, record_id: str) -> NearHits | None:
        """The zones nearest in meaning to a record; ``None`` where nothing can be said."""
        return self._by_meaning.zones(record_id) if self._by_meaning else None

    def stats(self, *, count_words: bool = True) -> Stats:
        """Counts over the whole index; counting its words reads all of it."""
        return self._catalogue.stats(count_words=count_words)

    def close(self) -> None:
        """Closes the index.  Closing twice is allowed."""
        self._reader.close()
        if self._lease is not None:
            self._lease.release()
