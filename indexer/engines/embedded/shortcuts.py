"""The short way for simple queries: one phrase, or plain words of one field.

Where a query is that simple, no filter is chosen and the best come first, its
hits are few enough to be handled as a list from the beginning, or only the
best of them need be kept.  The answer is that of the long way
(:mod:`indexer.engines.embedded.executor`), which a test makes sure of.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Page, Search
from indexer.engines.embedded.bits import Docs
from indexer.engines.embedded.facets import MOST_NUMBERS
from indexer.engines.embedded.flat import FlatQuery, look_up, run
from indexer.engines.embedded.hits import Hits
from indexer.engines.embedded.plan import Plan, Text, plan_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.ranking import Longs, Ranker, Scores
from indexer.engines.embedded.snapshot import Snapshot
from indexer.engines.embedded.value_counts import LONGEST_HEAD, Pair
from indexer.errors import PageOutOfRange
from indexer.query.tree import Everything, Node
from indexer.results.model import Match

#: The filters of a search for which none were given.
NO_FILTERS = Search(Everything()).filters
#: Pages so far down are looked for the long way.
_DEEP = 1000


def window_of(search: Search, total: int, partial_total: int) -> slice:
    """Which of the ranked hits are on the page."""
    if search.size is None:
        return slice(0, total)
    start = (search.page - 1) * search.size
    if start and start >= total + partial_total:
        raise PageOutOfRange(search.page, max(1, -(-(total + partial_total) // search.size)))
    return slice(start, start + search.size)


def simple_page(
    search: Search, snapshot: Snapshot, analyzer: Analyzer, kernels: Any
) -> Page | None:
    """The answer to a simple query, ``None`` for one that is not."""
    tree, filters, facets, sort, page, size, _ = search
    if sort != "relevance" or size is None:
        return None
    if filters is not NO_FILTERS and filters != NO_FILTERS:
        return None
    last = page * size
    if not 0 < last <= _DEEP:
        return None
    way = snapshot.prepared.same(tree) or _way(tree, snapshot, analyzer)
    if isinstance(way, FlatQuery):
        if not way.all and facets:
            return None
        return _words(search, way, snapshot, kernels, last)
    return _phrase(search, way, PostingReader(snapshot, kernels)) if way.phrase else None


def _way(tree: Node, snapshot: Snapshot, analyzer: Analyzer) -> FlatQuery | Plan:
    """What is kept of a query: its words, looked up, or its plan."""

    def made() -> FlatQuery | Plan:
        plan = plan_of(tree, analyzer)
        return plan if plan.flat is None else look_up(snapshot, plan.flat)

    return snapshot.prepared.get_or_make_same(tree, made)


def _words(search: Search, query: FlatQuery, snapshot: Snapshot, kernels: Any, last: int) -> Page:
    one, values = search.page == len(query.parts) == len(snapshot.segments) == 1, search.values
    if one and search.facets and values is not None and 0 <= values <= LONGEST_HEAD:
        return _at_once(search, query.parts[0], snapshot, kernels)
    found = run(query, kernels, last, listing=bool(search.facets))
    docs, scores = found.docs, found.scores
    if search.page > 1:
        window = window_of(search, found.total, 0)
        docs, scores = docs[window], scores[window]
    counts = _counts(search, snapshot, kernels, found.every)
    return Page(found.total, 0, _hits(snapshot, docs, scores, "words", kernels), counts)


class _Room(threading.local):
    """Where a kernel puts an answer; each thread has its own."""

    def __init__(self) -> None:
        numbers: Longs = np.empty(MOST_NUMBERS + _DEEP + 1, dtype=np.int64)
        self.arrays = (np.empty(_DEEP), numbers)


_room = _Room()


def _at_once(search: Search, part: tuple[Any, ...], snapshot: Snapshot, kernels: Any) -> Page:
    """The best documents of all words and their facets' first values, from one kernel.

    Each call of a kernel costs as much as looking through the lists of rare words.
    """
    table, stored = snapshot.table, snapshot.segments[0].stored
    counting = table.counting(search.facets)
    columns = (*counting.columns, table.scratch, *stored.id_columns)
    room = _room.arrays
    joined, held, made = kernels.answer_all_words(
        *part, *columns, search.values, search.size, *room
    )
    scores, numbers = room[0][:held].tolist(), room[1][:made].tolist()
    total = numbers.pop()
    heads = len(numbers) - len(scores)
    docs = numbers[heads:]
    hits = Hits(stored.split_ids(joined, docs), "words", scores, docs, snapshot)
    return Page(total, 0, hits, table.first_values(counting, numbers[:heads]))


def _phrase(search: Search, plan: Plan, postings: PostingReader) -> Page:
    assert plan.phrase is not None
    docs = _documents(plan.phrase, postings)
    ranker = Ranker(postings)
    return _page(
        search, postings, docs, ranker.score(plan, docs), ranker.title_hits(plan, docs), "literal"
    )


def _documents(text: Text, postings: PostingReader) -> Docs:
    """The live documents in which a phrase stands."""
    kernels, snapshot = postings.kernels, postings.snapshot
    if text.prefix and len(text.units) == 1:
        # Several terms' lists, one after the other: not in order.
        docs: Docs = kernels.docs_of(
            postings.phrase(text.group, text.zones, text.units, True) & snapshot.table.live
        )
        return docs
    runs = postings.phrase_runs(text.group, text.zones, text.units, text.prefix)
    parts = [
        kernels.docs_in(run.keys, run.lo, run.hi, text.zones, run.segment.base) for run in runs
    ]
    found: Docs = parts[0] if len(parts) == 1 else np.concatenate([_NO_DOCS, *parts])
    if not snapshot.all_live:
        found = found[kernels.has_bits(found, snapshot.table.live)]
    return found


_NO_DOCS: Docs = np.zeros(0, dtype=np.int32)


def _page(
    search: Search,
    postings: PostingReader,
    docs: Docs,
    scores: Scores,
    keys: Longs,
    match: Match,
) -> Page:
    """The page of these documents; by ``keys`` and scores, highest first."""
    snapshot, kernels = postings.snapshot, postings.kernels
    window = window_of(search, len(docs), 0)
    best = kernels.top(docs, keys, scores, snapshot.table.order, window.stop)[window]
    hits = _hits(snapshot, docs[best], scores[best], match, kernels)
    return Page(len(docs), 0, hits, _counts(search, snapshot, kernels, docs))


def _counts(
    search: Search, snapshot: Snapshot, kernels: Any, docs: Docs
) -> Mapping[str, Sequence[Pair]]:
    if not search.facets:
        return {}
    return snapshot.table.counts_of(docs, search.facets, search.values, kernels)


def _hits(snapshot: Snapshot, docs: Docs, scores: Scores, match: Match, kernels: Any) -> Hits:
    ids = snapshot.ids(docs, kernels)
    return Hits(ids, match, scores.tolist(), docs.tolist(), snapshot)
