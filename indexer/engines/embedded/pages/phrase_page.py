"""The short way for a query that is one quoted text.

Where no filter is chosen and the best come first, the hits of one phrase are
few enough to be handled as a list from the beginning: no bitmap is made of
them.  The answer is that of the long way
(:mod:`indexer.engines.embedded.executor`), which a test makes sure of.
"""

from __future__ import annotations

import numpy as np

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import NO_FILTERS, Page, Ranked, Search
from indexer.engines.embedded.documents.document_hits import NO_POLICIES, DocumentHits
from indexer.engines.embedded.documents.groups import Grouping
from indexer.engines.embedded.executor import windows_of
from indexer.engines.embedded.facets import RecordCounting
from indexer.engines.embedded.kernels.arguments import Docs, Place
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.matching import Evaluator
from indexer.engines.embedded.opened import OpenedIndex
from indexer.engines.embedded.plan import Text, plan_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.ranking import Ranker
from indexer.query.tree import Phrase

#: Pages so far down are looked for the long way.
_DEEP = 1000


def phrase_page(
    search: Search,
    opened: OpenedIndex,
    analyzer: Analyzer,
    kernels: SearchKernels,
    grouping: Grouping,
) -> Page | None:
    """The page of a search for one quoted text, ``None`` for any other search."""
    if not isinstance(search.tree, Phrase) or search.filters != NO_FILTERS:
        return None
    if search.sort != "relevance" or not 0 < search.page * search.size <= _DEEP:
        return None
    plan = plan_of(search.tree, analyzer)
    assert plan.phrase is not None
    postings = PostingReader(opened, kernels)
    docs = _documents(plan.phrase, postings)
    ranker = Ranker(postings)
    scores, titles = ranker.score(plan, docs), ranker.title_hits(plan, docs)
    evaluator = Evaluator(postings, analyzer)
    documents = DocumentHits(postings, analyzer, evaluator.policies)
    found = documents.beyond(search.tree, docs) if search.documents else NO_POLICIES
    sizes = (len(docs), len(found), 0)
    window, between, _ = windows_of(search, sizes)
    best = kernels.top(docs, titles, scores, opened.table.order, window.stop)[window]
    hits = tuple(
        Ranked(record, "literal", score)
        for record, score in zip(
            opened.records(docs[best].tolist()), scores[best].tolist(), strict=True
        )
    )
    counting = RecordCounting(opened.table, kernels)
    counts = opened.table.counts_of(docs, search.facets, search.values, counting)
    shown = documents.page(found, search, plan, between)
    files = grouping.of(search).count(opened.policies_of(docs), found) if search.documents else 0
    return Page(*sizes, hits, shown, counts, files)


def _documents(text: Text, postings: PostingReader) -> Docs:
    """The live documents in which a phrase stands, ascending."""
    kernels, opened = postings.kernels, postings.opened
    runs = postings.phrase_runs(text.group, text.slots, text.row)
    parts = [
        kernels.docs_in(run.keys, run.lo, run.hi, Place(text.slots, run.segment.base))
        for run in runs
    ]
    found: Docs = parts[0] if len(parts) == 1 else np.concatenate([_NO_DOCS, *parts])
    if not opened.all_live:
        found = found[kernels.has_bits(found, opened.table.live)]
    return found


_NO_DOCS: Docs = np.zeros(0, dtype=np.int32)
