"""The short way for simple queries: one phrase, or plain words of one field.

Where a query is that simple, no filter is chosen and the best come first, its
hits are few enough to be handled as a list from the beginning, or only the
best of them need be kept; no bitmap is made.  The answer is that of the long
way (:mod:`indexer.engines.executor`), which a test makes sure of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import repeat

import numpy as np

from indexer.engines.base import Page, Ranked, Search
from indexer.engines.bits import Docs
from indexer.engines.plan import Flat, Plan, Text
from indexer.engines.postings import PostingReader
from indexer.engines.ranking import Longs, Ranker, Scores
from indexer.errors import PageOutOfRange
from indexer.query import Everything
from indexer.results import IndexRecord, Match

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


def simple_page(search: Search, plan: Plan, postings: PostingReader) -> Page | None:
    """The answer to a simple query, ``None`` for one that is not."""
    if search.sort != "relevance" or search.size is None:
        return None
    if search.filters is not NO_FILTERS and search.filters != NO_FILTERS:
        return None
    last = search.page * search.size
    if last > _DEEP:
        return None
    if plan.flat is not None:
        if plan.flat.all:
            return _all_words(search, plan.flat, postings, last)
        return _any_words(search, plan.flat, postings, last) if not search.facets else None
    return _phrase(search, plan, plan.phrase, postings) if plan.phrase is not None else None


def _all_words(search: Search, flat: Flat, postings: PostingReader, last: int) -> Page:
    best, scores, docs = Ranker(postings).all_words(flat, last)
    window = window_of(search, len(docs), 0)
    hits = _hits(postings, best[window], scores[window], "words")
    return Page(len(docs), 0, hits, _counts(search, postings, docs))


def _any_words(search: Search, flat: Flat, postings: PostingReader, last: int) -> Page:
    docs, scores, total = Ranker(postings).any_words(flat, last)
    window = window_of(search, total, 0)
    return Page(total, 0, _hits(postings, docs[window], scores[window], "words"), {})


def _phrase(search: Search, plan: Plan, text: Text, postings: PostingReader) -> Page:
    docs = _documents(text, postings)
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
    table, kernels = postings.snapshot.table, postings.kernels
    window = window_of(search, len(docs), 0)
    best = kernels.top(docs, keys, scores, table.order, window.stop)[window]
    hits = _hits(postings, docs[best], scores[best], match)
    return Page(len(docs), 0, hits, _counts(search, postings, docs))


def _counts(
    search: Search, postings: PostingReader, docs: Docs
) -> Mapping[str, tuple[tuple[str, int], ...]]:
    if not search.facets:
        return {}
    table = postings.snapshot.table
    return table.counts_of(docs, search.filters, search.facets, postings.kernels)


#: A tuple as a hit, without a call in Python for each of them.
_ranked: Callable[[tuple[IndexRecord, Match, float]], Ranked] = partial(tuple.__new__, Ranked)


def _hits(postings: PostingReader, docs: Docs, scores: Scores, match: Match) -> tuple[Ranked, ...]:
    records = postings.snapshot.records(docs.tolist())
    return tuple(map(_ranked, zip(records, repeat(match), scores.round(6).tolist(), strict=False)))
