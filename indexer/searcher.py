"""The public search call: query text in, :class:`Results` out.

A :class:`Searcher` joins what the other modules do: it parses the query, lets
the engine find and rank, marks what matched, names facet values, and says in
words what was searched.  The pages, the API, the command line and the exports
all go through it, so all of them give the same answer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from corpus.policy import Policy
from indexer.engines.base import (
    EVERYTHING,
    NO_FILTERS,
    DocumentPage,
    FoundDocument,
    IndexReader,
    Page,
    Question,
    Ranked,
    RankedDocument,
    Search,
)
from indexer.errors import RecordNotFound, ThemeNotFound
from indexer.linguistics import Linguistics
from indexer.query.interpretation import interpret
from indexer.query.regions import place_counts
from indexer.query.tree import (
    Everything,
    Node,
    Query,
)
from indexer.request import Request
from indexer.results.document_marks import marks_of, shown
from indexer.results.facet_values import FacetValue, FacetValues
from indexer.results.facets import TABLE
from indexer.results.grouped import GroupedDocument, GroupedResults, grouped
from indexer.results.highlight import highlight, snippets
from indexer.results.holdings import Held, Holdings
from indexer.results.lazy import LazySequence
from indexer.results.model import (
    DEFAULT_SIZE,
    FACETS,
    DocumentHit,
    Filters,
    Hit,
    IndexInfo,
    Range,
    Results,
    Suggestion,
)
from indexer.results.overviews import Found, Stats, ThemeCount, ThemeRecord, ThemeRecords
from indexer.results.similar import Similar, shared
from indexer.results.spans import merge
from indexer.schema import DEFAULT_FIELDS
from indexer.suggest.advice import Adviser
from indexer.suggest.completion import DEFAULT_COMPLETIONS, Completer
from indexer.suggest.field_hints import outside_fields
from indexer.suggest.spelling import Speller
from indexer.suggest.term_book import TermBook
from indexer.understanding import Understood, understanding


def _unmarked(ranked: Ranked) -> Hit:
    """A record in which nothing is marked: a long policy has thousands of them."""
    return Hit(ranked.record, _rounded(ranked), ranked.match, {}, {})


def _rounded(ranked: Ranked) -> float:
    """Its score as it is shown."""
    return round(ranked.score, 6)


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
    ) -> None:
        """Without a ``book`` nothing is completed, and no spelling corrected.

        ``lease`` is released when the searcher is closed.
        """
        self._lease = lease
        self._reader = reader
        self._linguistics = linguistics
        self._analyzer = linguistics.analyzer
        self._lexicon = linguistics.themes
        self._policies = tuple(policies)
        self._labels = {facet.name: facet.labels(self._policies) for facet in TABLE}
        self._understand = understanding(linguistics)
        self._completer = Completer(book) if book else None
        self._adviser = Adviser(self._analyzer, Speller(book, self._analyzer) if book else None)

    @property
    def info(self) -> IndexInfo:
        """Which index answers."""
        return self._reader.info

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
        asked = request.search(query.tree)
        found = self._reader.search(asked)
        hits = tuple(self._hit(ranked, query.tree) for ranked in found.hits)
        advised = self._advise(query, request.filters, found.total, request.synonyms)
        return self._results(started, understood, asked, found, hits, advised)

    def documents(self, request: Request) -> GroupedResults:
        """One page of documents, each with its best records; raises as :meth:`records`."""
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        query = understood.query
        asked = request.search(query.tree)
        found = self._reader.documents(asked)
        documents = tuple(self._grouped(each, query.tree) for each in found.documents)
        advised = self._advise(query, request.filters, found.total, request.synonyms)
        results = self._results(started, understood, asked, _page_of(found), (), advised)
        return grouped(results, documents, found.partial_documents, asked.folded)

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
        hits = tuple(self._hit(each, tree) for each in self._reader.scan(tree, filters, sort))
        asked = asked._replace(size=max(1, len(hits)))
        return self._results(started, understood, asked, found._replace(documents=()), hits)

    def _all_documents(self, request: Request) -> GroupedResults:
        started = time.perf_counter()
        understood = self._understand(request.text, request.synonyms)
        tree = understood.query.tree
        # There are no more documents than policies.
        most = replace(request, page=1, size=max(1, len(self._policies)))
        asked = most.search(tree)._replace(partial=False)
        found = self._reader.documents(asked)
        documents = tuple(self._grouped(each, tree) for each in found.documents)
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
            documents=tuple(self._document(each, query.tree) for each in found.documents),
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

    def _hit(self, ranked: Ranked, tree: Node) -> Hit:
        entry = ranked.record
        marks = highlight(tree, entry, self._analyzer)
        return Hit(entry, _rounded(ranked), ranked.match, marks, snippets(entry, marks))

    def _document(self, ranked: RankedDocument, tree: Node) -> DocumentHit:
        parts = tuple(shown(part, tree, self._analyzer) for part in ranked.parts)
        return DocumentHit(ranked.policy, round(ranked.score, 6), parts)

    def _grouped(self, found: FoundDocument, tree: Node) -> GroupedDocument:
        hits: tuple[Hit | DocumentHit, ...] = tuple(self._hit(each, tree) for each in found.hits)
        if found.match == "document":
            hits = (self._document(RankedDocument(found.policy, found.score, found.parts), tree),)
        score = round(found.score, 6)
        return GroupedDocument(
            found.policy, found.match, score, found.records, hits, found.versions
        )

    def _facets(self, found: Page, filters: Filters) -> dict[str, Sequence[FacetValue]]:
        return {
            name: FacetValues(counts, self._labels[name], filters.chosen(name))
            for name, counts in found.facets.items()
        }

    def record(self, record_id: str, text: str = "") -> Hit:
        """One record, marked for the query ``text``.

        Raises :class:`~indexer.errors.RecordNotFound`.
        """
        tree = self._parse(text).tree
        return self._hit(self._reader.record(record_id, tree), tree)

    def passages(self, policy_id: str, text: str = "") -> tuple[Hit, ...]:
        """All records of a policy in document order; those that ``text`` finds are marked.

        The others have neither highlights nor snippets.

        Raises :class:`~indexer.errors.RecordNotFound` for an unknown policy.
        """
        within = Filters(policy=(policy_id,))
        entries = tuple(self._reader.scan(filters=within))
        if not entries:
            raise RecordNotFound(f"没有编号为“{policy_id}”的文件", "请从检索页重新查找")
        tree = self._parse(text).tree
        matched: dict[str, Ranked] = {}
        if not isinstance(tree, Everything):
            matched = {each.id: each for each in self._reader.scan(tree, within)}
        return tuple(
            self._hit(matched[each.id], tree) if each.id in matched else _unmarked(each)
            for each in entries
        )

    def marks(self, policy_id: str, text: str) -> dict[str, dict[str, tuple[Range, ...]]]:
        """What ``text`` finds in a policy: for the id of each such record, its ranges by field.

        A phrase that reaches over several records is marked in each of them.

        Nothing for a query without a condition, which finds every record.
        """
        tree = self._parse(text).tree
        if isinstance(tree, Everything):
            return {}
        within = Filters(policy=(policy_id,))
        found = (each.record for each in self._reader.scan(tree, within))
        marks = {entry.record.id: highlight(tree, entry, self._analyzer) for entry in found}
        for record_id, over in marks_of(self._reader.parts(policy_id, tree)).items():
            held = marks.get(record_id, {})
            marks[record_id] = {
                field: merge((*held.get(field, ()), *over[field])) for field in DEFAULT_FIELDS
            }
        return marks

    def policies(self) -> tuple[Policy, ...]:
        """All policies, in library order."""
        return self._policies

    @cached_property
    def holdings(self) -> Holdings:
        """Every policy with the number of its records; counted once."""
        counts = self._reader.cross(EVERYTHING, NO_FILTERS, "policy", "kind")
        return Holdings(
            Held(each, *(counts.get((each.id, kind), 0) for kind in ("zone", "passage")))
            for each in self._policies
        )

    def themes(self) -> tuple[ThemeCount, ...]:
        """Every theme of the lexicon, most records first, then in lexicon order."""
        found = self._reader.search(Search(Everything(), facets=("theme",), size=1))
        counts = dict(found.facets["theme"])
        themes = [
            ThemeCount(theme.name, counts.get(theme.name, 0), theme.variants, theme.automatic)
            for theme in self._lexicon.themes
        ]
        return tuple(sorted(themes, key=lambda theme: -theme.count))

    def theme(self, name: str) -> ThemeRecords:
        """A theme, by its name or a variant, with its records and evidence.

        Raises :class:`~indexer.errors.ThemeNotFound`.
        """
        theme = self._lexicon.resolve(name)
        if theme is None:
            raise ThemeNotFound(f"没有名为“{name}”的议题", "请在议题页查看全部议题")
        within = Filters(theme=(theme.name,))
        found = self._reader.scan(filters=within)
        records = tuple(self._theme_record(each, theme.name) for each in found)
        return ThemeRecords(theme.name, theme.variants, records)

    def _theme_record(self, ranked: Ranked, theme: str) -> ThemeRecord:
        entry = ranked.record
        evidence = entry.themes[theme]
        marks = {
            field: merge((e.start, e.end) for e in evidence if e.field == field)
            for field in DEFAULT_FIELDS
        }
        hit = Hit(entry, 0.0, None, marks, snippets(entry, marks))
        return ThemeRecord(hit, evidence)

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

    def stats(self, *, count_words: bool = True) -> Stats:
        """Counts over the whole index; counting its words reads all of it."""
        found = self._reader.search(Search(Everything(), size=1))
        kinds = dict(found.facets["kind"])
        return Stats(
            info=self.info,
            policies=len(self._policies),
            records=found.total,
            zones=kinds.get("zone", 0),
            passages=kinds.get("passage", 0),
            provinces=len(found.facets["province"]),
            themes=len(found.facets["theme"]),
            words=sum(1 for _ in self._reader.terms()) if count_words else None,
        )

    def close(self) -> None:
        """Closes the index.  Closing twice is allowed."""
        self._reader.close()
        if self._lease is not None:
            self._lease.release()
