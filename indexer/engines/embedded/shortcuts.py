"""The short way for a query that is one quoted text.

Where no filter is chosen and the best come first, the hits of one phrase are
few enough to be handled as a list from the beginning: no bitmap is made of
them.  The answer is that of the long way
(:mod:`indexer.engines.embedded.executor`), which a test makes sure of.
"""

from __future__ import annotations

import numpy as np

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Page, Ranked, Search
from indexer.engines.embedded.kernels.arguments import Docs, Place
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.plan import Text, plan_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.ranking import Ranker
from indexer.engines.embedded.snapshot import Snapshot
from indexer.errors import PageOutOfRange
from indexer.query.tree import Phrase
from indexer.results.model import Filters

NO_FILTERS = Filters()
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


def phrase_page(
    search: Search, snapshot: Snapshot, analyzer: Analyzer, kernels: SearchKernels
) -> Page | None:
    """The page of a search for one quoted text, ``None`` for any other search."""
    if not isinstance(search.tree, Phrase) or search.filters != NO_FILTERS:
        return None
    if search.sort != "relevance" or search.size is None:
        return None
    if not 0 < search.page * search.size <= _DEEP:
        return None
    plan = plan_of(search.tree, analyzer)
    assert plan.phrase is not None
    postings = PostingReader(snapshot, kernels)
    docs = _documents(plan.phrase, postings)
    ranker = Ranker(postings)
    scores, titles = ranker.score(plan, docs), ranker.title_hits(plan, docs)
    window = window_of(search, len(docs), 0)
    best = kernels.top(docs, titles, scores, snapshot.table.order, window.stop)[window]
    hits = tuple(
        Ranked(snapshot.id_of(doc), "literal", score, doc, snapshot)
        for doc, score in zip(docs[best].tolist(), scores[best].tolist(), strict=True)
    )
    counts = snapshot.table.counts_of(docs, search.facets, search.values, kernels)
    return Page(len(docs), 0, hits, counts)


def _documents(text: Text, postings: PostingReader) -> Docs:
    """The live documents in which a phrase stands, ascending."""
    kernels, snapshot = postings.kernels, postings.snapshot
    runs = postings.phrase_runs(text.group, text.slots, text.row)
    parts = [
        kernels.docs_in(run.keys, run.lo, run.hi, Place(text.slots, run.segment.base))
        for run in runs
    ]
    found: Docs = parts[0] if len(parts) == 1 else np.concatenate([_NO_DOCS, *parts])
    if not snapshot.all_live:
        found = found[kernels.has_bits(found, snapshot.table.live)]
    return found


_NO_DOCS: Docs = np.zeros(0, dtype=np.int32)
