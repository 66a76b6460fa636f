"""Answering one request over an opened index: find, filter, order, count.

What a query means is decided by :mod:`indexer.engines.embedded.matching`, its order by
:mod:`indexer.engines.embedded.ranking`, its counts by :mod:`indexer.engines.embedded.facets`;
here they are brought together, and the page is cut out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload

import numpy as np

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import NO_FILTERS, Page, Question, Ranked, Search
from indexer.engines.embedded.documents.document_hits import NO_POLICIES, DocumentHits, Ints
from indexer.engines.embedded.documents.groups import Grouping
from indexer.engines.embedded.facets import RecordCounting
from indexer.engines.embedded.kernels.bits import Bits, Docs, has, no_bits
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.matching import Evaluator, Matches
from indexer.engines.embedded.opened import OpenedIndex
from indexer.engines.embedded.plan import Plan, plan_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.ranking import Ranker
from indexer.engines.fusion import DEPTH, fused
from indexer.errors import PageOutOfRange
from indexer.query.tree import Node, Phrase
from indexer.results.model import DocumentPart, Filters, Match

#: Records that are read together.
_BATCH = 256
#: Literal hits go before others, more texts in the title before fewer.
LITERAL = 1 << 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a search matches.

    ``matches`` and ``relaxed`` (partial ones) are before the filters, ``full``
    and ``partial`` after them; ``text`` tells whether any text was searched.
    ``masks`` has what passes each filter.
    """

    matches: Matches
    relaxed: Bits
    full: Bits
    partial: Bits
    total: int
    partial_total: int
    text: bool
    masks: Mapping[str, Bits]

    @property
    def counted(self) -> Bits:
        """What facets count, before the filters: full hits, partial ones where there are none."""
        return self.matches.full if self.total or not self.text else self.relaxed


class Executor:
    """One request."""

    def __init__(
        self,
        opened: OpenedIndex,
        analyzer: Analyzer,
        kernels: SearchKernels,
        grouping: Grouping,
    ) -> None:
        self._opened = opened
        self._grouping = grouping
        self._table = opened.table
        self._analyzer = analyzer
        self._kernels = kernels
        self._postings = PostingReader(opened, kernels)

    def search(self, search: Search) -> Page:
        """The page that was asked for; raises :class:`~indexer.errors.PageOutOfRange`."""
        plan = plan_of(search.tree, self._analyzer)
        evaluator = Evaluator(self._postings, self._analyzer)
        found = self._find(search, evaluator)
        documents = DocumentHits(self._postings, self._analyzer, evaluator.policies)
        standing = NO_POLICIES
        if found.text and search.documents:
            standing = documents.found(search.tree, found.matches.full, found.masks)
        sizes = (found.total, len(standing), found.partial_total)
        full, between, rest = windows_of(search, sizes)
        ranked = self._order(found, found.full, search, plan, full.start, full.stop)
        if rest.stop > rest.start:
            ranked += self._partial_order(found, search, plan, rest)
        hits = tuple(self._hits(found, ranked))
        shown = documents.page(standing, search, plan, between)
        counts = self._table.counts(
            found.counted, found.masks, search.filters, search.facets, search.values,
            RecordCounting(self._table, self._kernels),
        )  # fmt: skip
        documents_found = self._count(found, standing, search, evaluator)
        near = tuple(self._near(found, search))
        return Page(*sizes, hits, shown, counts, documents_found, near)

    def _partial_order(
        self, found: Found, search: Search, plan: Plan, window: slice
    ) -> list[tuple[int, float]]:
        """The partial hits of the page, ordered by an encoder as well where it says something."""
        if not search.nearest or search.sort != "relevance":
            return self._order(found, found.partial, search, plan, window.start, window.stop)
        theirs = [doc for doc in self._documents(search.nearest) if has(found.partial, doc)]
        last = max(window.stop, DEPTH)
        scores = dict(self._order(found, found.partial, search, plan, 0, last))
        page = fused(list(scores), theirs)[window]
        return [(doc, scores.get(doc, 0.0)) for doc in page]

    def _near(self, found: Found, search: Search) -> Iterator[Ranked]:
        """The nearest records that are no full hits and pass the filters."""
        if not search.near:
            return
        passing = self._filtered(self._table.live & ~found.matches.full, found.masks)
        docs = (doc for doc in self._documents(search.nearest) if has(passing, doc))
        chosen = list(islice(docs, search.near))
        for record in self._opened.records(chosen):
            yield Ranked(record, None, 0.0)

    def _documents(self, ids: Iterable[str]) -> Iterator[int]:
        """The documents of record ids that are there."""
        return (doc for each in ids if (doc := self._opened.find(each)) is not None)

    def _count(self, found: Found, standing: Ints, search: Search, evaluator: Evaluator) -> int:
        """How many documents were found; 0 where nobody asks for documents."""
        if not search.documents:
            return 0
        groups = self._grouping.of(search)
        return groups.count(evaluator.policies.of(found.full), standing)

    def parts(self, policy_id: str, tree: Node) -> Sequence[DocumentPart]:
        """Where the clauses of ``tree`` stand in a policy's text over lines and records."""
        evaluator = Evaluator(self._postings, self._analyzer)
        documents = DocumentHits(self._postings, self._analyzer, evaluator.policies)
        policy = self._opened.number_of(policy_id)
        return () if policy is None else tuple(documents.parts(policy, tree))

    def scan(self, tree: Node, filters: Filters, sort: str) -> Iterator[Ranked]:
        """All full hits in order, their records read in batches."""
        search = Search(tree, filters, (), sort, partial=False)
        found = self._find(search)
        ranked = self._order(found, found.full, search, plan_of(tree, self._analyzer), 0, None)
        for batch in (ranked[at : at + _BATCH] for at in range(0, len(ranked), _BATCH)):
            yield from self._hits(found, batch)

    def count(self, question: Question) -> int:
        """How many full hits a query has."""
        tree, filters = question
        full = Evaluator(self._postings, self._analyzer).matches(tree).full & self._table.live
        return int(self._kernels.count_bits(self._filtered(full, self._masks(filters))))

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        """Counts of pairs of facet values over what facets count."""
        found = self._find(Search(tree, filters))
        return self._table.cross(found.counted, found.masks, first, second)

    def explain(self, doc: int, tree: Node) -> Ranked:
        """One document, and how ``tree`` matches it."""
        search = Search(tree)
        found = self._find(search)
        only = no_bits(self._opened.size)
        only[doc >> 6] = 1 << (doc & 63)
        plan = plan_of(tree, self._analyzer)
        ((_, score),) = self._order(found, only, search, plan, 0, 1)
        (hit,) = self._hits(found, [(doc, score)])
        matched = has(found.matches.full, doc) or has(found.relaxed, doc)
        return hit if matched else hit._replace(match=None, score=0.0)

    def _masks(self, filters: Filters) -> Mapping[str, Bits]:
        return self._table.masks(filters) if filters != NO_FILTERS else {}

    @staticmethod
    def _filtered(bits: Bits, masks: Mapping[str, Bits]) -> Bits:
        for mask in masks.values():
            bits = bits & mask
        return bits

    def _find(self, search: Search, evaluator: Evaluator | None = None) -> Found:
        """What a search matches, fully and, if asked for, partially; before and after filters."""
        live = self._table.live
        masks = self._masks(search.filters)
        evaluator = evaluator or Evaluator(self._postings, self._analyzer)
        matches = evaluator.matches(search.tree)
        matches = Matches(matches.full & live, matches.literal & live)
        text = plan_of(search.tree, self._analyzer).text
        relaxed = no_bits(self._opened.size)
        # A quoted text is never relaxed.
        if text and search.partial and not isinstance(search.tree, Phrase):
            relaxed = evaluator.partial(search.tree) & live & ~matches.full
        full, part = self._filtered(matches.full, masks), self._filtered(relaxed, masks)
        count = self._kernels.count_bits
        totals = int(count(full)), int(count(part))
        return Found(matches, relaxed, full, part, *totals, text, masks)

    def _order(
        self, found: Found, bits: Bits, search: Search, plan: Plan, first: int, last: int | None
    ) -> list[tuple[int, float]]:
        """The documents of ``bits`` from the ``first`` to before the ``last`` with their scores.

        Without a ``last`` one, all.
        """
        docs = self._kernels.docs_of(bits)
        table = self._table
        last = len(docs) if last is None else last
        if not len(docs) or first >= last:
            return []
        scores = np.zeros(len(docs))
        keys = table.sort_key(search.sort, docs)
        by_score = np.zeros(len(docs))
        if found.text:
            ranker = Ranker(self._postings)
            scores = ranker.score(plan, docs)
            if search.sort == "relevance":
                by_score = scores
                literal = self._kernels.has_bits(docs, found.matches.literal)
                keys = literal * np.int64(LITERAL) + ranker.title_hits(plan, docs)
        if last * 4 < len(docs):
            order = self._kernels.top(docs, keys, by_score, table.order, last)
        else:
            order = np.lexsort((table.order[docs], -by_score, -keys))
        page = order[first:last]
        return list(zip(docs[page].tolist(), scores[page].tolist(), strict=True))

    def _hits(self, found: Found, ranked: Sequence[tuple[int, float]]) -> Iterator[Ranked]:
        """The hits of some documents with their scores, the records read together."""
        docs = [doc for doc, _ in ranked]
        records = self._opened.records(docs)
        matches = self._matches(found, np.array(docs, dtype=np.int32))
        for record, match, (_, score) in zip(records, matches, ranked, strict=True):
            yield Ranked(record, match, score)

    def _matches(self, found: Found, docs: Docs) -> list[Match | None]:
        """How each of some documents matches."""
        if not found.text:
            return [None] * len(docs)
        literal = self._kernels.has_bits(docs, found.matches.literal).tolist()
        full = self._kernels.has_bits(docs, found.matches.full).tolist()
        return [
            "literal" if exactly else "words" if wholly else "partial"
            for exactly, wholly in zip(literal, full, strict=True)
        ]


def windows_of(search: Search, sizes: Sequence[int]) -> tuple[slice, ...]:
    """Which hits of each tier are on the page; ``sizes`` says how many each tier has.

    Raises :class:`~indexer.errors.PageOutOfRange` for a page past the end.
    """
    start = (search.page - 1) * search.size
    total = sum(sizes)
    if start and start >= total:
        raise PageOutOfRange(search.page, max(1, -(-total // search.size)))
    windows = []
    for size in sizes:
        windows.append(slice(max(0, start), max(0, min(size, start + search.size))))
        start -= size
    return tuple(windows)


class LazyCounts(Sequence[int]):
    """The number of full hits of each question, counted when it is looked at."""

    def __init__(self, questions: Sequence[Question], count: Callable[[Question], int]) -> None:
        self._questions = questions
        self._count = count

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[int, ...]: ...
    def __getitem__(self, at: int | slice) -> int | tuple[int, ...]:
        if isinstance(at, slice):
            return tuple(self._count(question) for question in self._questions[at])
        return self._count(self._questions[at])

    def __len__(self) -> int:
        return len(self._questions)
