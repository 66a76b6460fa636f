"""One request answered by document: records are found as ever, then taken by their policies.

The records of a policy lie together, so whatever is summed up by policy is summed over
runs.  A document's place goes by its own best evidence.  With records that score
``s_1 >= s_2 >= ...``, of which the policy has ``n``::

    score(D) = s_1 * (1 + 0.1 * ln((s_1 + ... + s_n) / s_1))

The quotient is the number of its hits, each weighed against the best one.  So of two
documents with equal best hits the one with more of them stands first, and no number of
weak hits makes up for a much better one.  Sorted by relevance, documents with a literal
hit stand before others; then, for short queries, those in whose title more of it stands,
then those with more of it in the title of a record.

Measured on 772 questions of laypeople whose answers are articles of law, asked for the
laws (nDCG@10): weight 0 0.715, 0.05 0.724, 0.1 and 0.2 0.725.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.base import (
    BEST_RECORDS,
    DocumentPage,
    FoundDocument,
    FoundVersion,
    Ranked,
    Search,
)
from indexer.engines.embedded.documents.document_hits import NO_POLICIES, DocumentHits
from indexer.engines.embedded.documents.group_counting import GroupCounting
from indexer.engines.embedded.documents.groups import Folded, Groups, bounds_of
from indexer.engines.embedded.executor import LITERAL, Executor, Found, windows_of
from indexer.engines.embedded.kernels.arguments import Longs
from indexer.engines.embedded.kernels.bits import Bits, Docs, Mask
from indexer.engines.embedded.matching import Evaluator
from indexer.engines.embedded.plan import Plan, plan_of
from indexer.engines.embedded.ranking import Ranker
from indexer.results.model import Match

Floats = NDArray[np.float64]
#: What the further hits of a document weigh beside its best one.
FURTHER_WEIGHT = 0.1
#: The number of texts in a policy's title stands between a literal hit and texts in a record's.
_BITS = LITERAL.bit_length() - 1


class _Runs(NamedTuple):
    """Records by their policies: ``policies[at]`` has ``docs[starts[at]:starts[at + 1]]``."""

    docs: Docs
    policies: Longs
    starts: Longs


class _Evidence(NamedTuple):
    """The keys and scores of records, and of their policies, the highest first."""

    keys: Longs
    scores: Floats
    policy_keys: Longs
    policy_scores: Floats


class _Request(NamedTuple):
    """What is found for a request, before it is put in order.

    ``records`` counts the full hits of every policy of the index.
    """

    search: Search
    plan: Plan
    found: Found
    hits: DocumentHits
    groups: Groups
    records: Longs


class DocumentExecutor(Executor):
    """One request whose answer is made of documents."""

    def documents(self, search: Search) -> DocumentPage:
        """The page that was asked for; raises :class:`~indexer.errors.PageOutOfRange`."""
        evaluator = Evaluator(self._postings, self._analyzer)
        found = self._find(search, evaluator)
        groups, sets = self._grouping.of(search), evaluator.policies
        hits = DocumentHits(self._postings, self._analyzer, sets)
        unfiltered = np.zeros(len(groups.numbers), dtype=np.bool_)
        if found.text and search.documents:
            unfiltered = hits.unfiltered(search.tree, found.matches.full)
        standing = np.flatnonzero(hits.passing(unfiltered, found.masks))

        full = self._runs(found.full)
        records = np.zeros(len(groups.numbers), dtype=np.int64)
        records[full.policies] = np.diff(full.starts)
        first = groups.fold(np.concatenate([full.policies, standing]))
        loose = np.flatnonzero(sets.of(found.partial)) if found.partial_total else NO_POLICIES
        rest = groups.fold(groups.outside(loose, first.policies))
        request = _Request(
            search, plan_of(search.tree, self._analyzer), found, hits, groups, records
        )

        held = records[first.leads] > 0
        sizes = (int(held.sum()), int((~held).sum()), len(rest.leads))
        windows = windows_of(search, sizes)
        shown = (
            *self._with_records(request, first, np.flatnonzero(held), full, windows[0]),
            *self._without(request, first, np.flatnonzero(~held), windows[1]),
            *self._partial(request, rest, windows[2]),
        )
        counts = self._counts(request, unfiltered, sizes[0] + sizes[1])
        totals = (found.total, len(standing), found.partial_total)
        return DocumentPage(*totals, sizes[0] + sizes[1], sizes[2], shown, counts)

    def _runs(self, bits: Bits) -> _Runs:
        """The records of a bitmap by their policies, whose records lie together."""
        docs = self._kernels.docs_of(bits)
        policies = self._table.policies[docs]
        starts = bounds_of(policies)
        return _Runs(docs, policies[starts[:-1]].astype(np.int64), starts)

    def _counts(
        self, request: _Request, unfiltered: Mask, total: int
    ) -> Mapping[str, Sequence[tuple[str, int]]]:
        """The facets' counts over the documents that are found, partial ones if none is.

        ``unfiltered``: the policies that are hits as a whole, before the filters.
        """
        search, found, groups = request.search, request.found, request.groups
        whole, counted = NO_POLICIES, found.matches.full
        if not total and found.text:
            counted = found.relaxed
        elif unfiltered.any():
            # Filters choose among the records of a policy, near-duplicates count as one.
            alone = np.zeros_like(unfiltered) if found.masks else groups.alone(unfiltered)
            whole = np.flatnonzero(alone)
            counted = counted | request.hits.records_of(unfiltered & ~alone)
        counting = GroupCounting(self._opened, self._kernels, self._grouping, groups, whole)
        return self._table.counts(
            counted, found.masks, search.filters, search.facets, search.values, counting
        )

    def _partial(self, request: _Request, rest: Folded, window: slice) -> Iterator[FoundDocument]:
        """The documents of a window among those that have nothing but partial hits."""
        if window.stop > window.start:
            loose = self._runs(request.found.partial)
            every = np.arange(len(rest.leads))
            yield from self._with_records(request, rest, every, loose, window)

    def _with_records(
        self, request: _Request, folded: Folded, leads: Longs, runs: _Runs, window: slice
    ) -> Iterator[FoundDocument]:
        """The documents of a window among some that have records, with the best of these."""
        if window.stop <= window.start:
            return
        evidence = self._evidence(request, runs)
        policies = folded.leads[leads]
        place = np.zeros(len(request.records), dtype=np.int64)
        place[runs.policies] = np.arange(len(runs.policies))
        scores = evidence.policy_scores[place[policies]]
        keys = evidence.policy_keys[place[policies]]
        order = self._in_order(request, policies, keys, scores, window.stop)[window]
        best = self._best(request, runs, evidence, place[policies[order]])
        shown = policies[order]
        columns = (scores[order], keys[order], request.records[shown], leads[order])
        for score, key, records, lead, hits in zip(
            *(column.tolist() for column in columns), best, strict=True
        ):
            match = self._document_match(request, records, key)
            versions = self._versions(request, folded.others(lead))
            yield FoundDocument(
                hits[0].record.policy, match, score, records, hits, versions=versions
            )

    @staticmethod
    def _document_match(request: _Request, records: int, key: int) -> Match | None:
        if not request.found.text:
            return None
        if not records:
            return "partial"
        return "literal" if key >> 2 * _BITS else "words"

    def _without(
        self, request: _Request, folded: Folded, leads: Longs, window: slice
    ) -> Iterator[FoundDocument]:
        """The documents of a window among those that are hits without a record being one."""
        if window.stop <= window.start:
            return
        search, policies = request.search, folded.leads[leads]
        scores = request.hits.scores(policies, search.tree, request.plan)
        keys = self._grouping.titles.hits(request.plan, policies, self._postings)
        order = self._in_order(request, policies, keys, scores, window.stop)
        chosen = order[window]
        hits = request.hits.hits(policies[chosen].tolist(), scores[chosen].tolist(), search.tree)
        for at, (policy, score, parts) in zip(leads[chosen].tolist(), hits, strict=True):
            versions = self._versions(request, folded.others(at))
            yield FoundDocument(policy, "document", score, 0, (), parts, versions)

    def _evidence(self, request: _Request, runs: _Runs) -> _Evidence:
        """What speaks for records and for their policies; nothing where no text is searched."""
        docs, begins = runs.docs, runs.starts[:-1]
        if not request.found.text:
            nothing, none = np.zeros(len(docs), np.int64), np.zeros(len(docs))
            return _Evidence(nothing, none, nothing[begins], none[begins])
        ranker = Ranker(self._postings)
        scores = ranker.score(request.plan, docs)
        literal = self._kernels.has_bits(docs, request.found.matches.literal)
        keys = literal * np.int64(LITERAL) + ranker.title_hits(request.plan, docs)
        highest, best, total = self._kernels.sum_runs(keys, scores, runs.starts)
        # Without a score there is nothing to weigh: the logarithm of 1 adds nothing.
        shares = np.divide(total, best, out=np.ones_like(best), where=best > 0)
        titles = self._grouping.titles.hits(request.plan, runs.policies, self._postings)
        policy_keys = (highest >> _BITS << 2 * _BITS) | (titles << _BITS) | (highest % LITERAL)
        return _Evidence(keys, scores, policy_keys, best * (1 + FURTHER_WEIGHT * np.log(shares)))

    def _in_order(
        self, request: _Request, policies: Longs, keys: Longs, scores: Floats, size: int
    ) -> Longs:
        """The places of some policies in the order that was asked for, at least ``size``."""
        orders, sort = self._opened.policy_orders, request.search.sort
        if sort != "relevance":
            keys = -self._grouping.keys.sort_key(sort, policies)
            scores = np.zeros(len(policies))
        if size * 4 < len(policies):
            numbers = policies.astype(np.int32)
            return self._kernels.top(numbers, keys, scores, orders, size)
        return np.lexsort((orders[policies], -scores, -keys))

    def _best(
        self, request: _Request, runs: _Runs, evidence: _Evidence, chosen: Longs
    ) -> Iterator[tuple[Ranked, ...]]:
        """The best records of the policies with the numbers ``chosen`` in ``runs``."""
        spans = np.stack([runs.starts[chosen], runs.starts[chosen + 1]], axis=1)
        docs, orders = runs.docs, self._table.order
        best = self._kernels.top_of_runs(
            docs, evidence.keys, evidence.scores, orders, spans, BEST_RECORDS
        )
        best = best[best >= 0]
        pairs = zip(docs[best].tolist(), evidence.scores[best].tolist(), strict=True)
        ranked = self._hits(request.found, list(pairs))
        for size in np.minimum(spans[:, 1] - spans[:, 0], BEST_RECORDS).tolist():
            yield tuple(islice(ranked, size))

    def _versions(self, request: _Request, policies: Longs) -> tuple[FoundVersion, ...]:
        """The near-duplicates under a document."""
        if not len(policies):
            return ()
        docs = self._grouping.keys.firsts[policies].tolist()
        counts = request.records[policies].tolist()
        found = zip(map(self._opened.policy, docs), counts, strict=True)
        return tuple(FoundVersion(*each) for each in found)
