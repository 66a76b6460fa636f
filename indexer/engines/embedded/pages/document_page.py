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

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.base import (
    BEST_RECORDS,
    DocumentPage,
    FoundDocument,
    FoundVersion,
    Search,
)
from indexer.engines.embedded.documents.document_hits import DocumentHits
from indexer.engines.embedded.documents.groups import Folded, GroupKernels, Groups, bounds_of
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
        hits = DocumentHits(self._postings, self._analyzer, evaluator.policies)
        masks, groups = self._masks(search.filters), self._grouping.of(search)
        unfiltered = np.zeros(len(groups.numbers), dtype=np.bool_)
        if found.text and search.documents:
            unfiltered = hits.unfiltered(search.tree, found.matches.full)
        standing = np.flatnonzero(hits.passing(unfiltered, masks))

        full, loose = self._runs(found.full), self._runs(found.partial)
        records = np.zeros(len(groups.numbers), dtype=np.int64)
        records[full.policies] = np.diff(full.starts)
        first = groups.fold(np.concatenate([full.policies, standing]))
        rest = groups.fold(groups.outside(loose.policies, first.policies))
        request = _Request(
            search, plan_of(search.tree, self._analyzer), found, hits, groups, records
        )

        held = records[first.leads] > 0
        sizes = (int(held.sum()), int((~held).sum()), len(rest.leads))
        windows = windows_of(search, sizes)
        shown = (
            *self._with_records(request, first, np.flatnonzero(held), full, windows[0]),
            *self._without(request, first, np.flatnonzero(~held), windows[1]),
            *self._with_records(request, rest, np.arange(sizes[2]), loose, windows[2]),
        )
        counted = self._counted(found, unfiltered, sizes[0] + sizes[1])
        counts = self._table.counts(
            counted, masks, search.filters, search.facets, search.values,
            GroupKernels(self._kernels, groups),
        )  # fmt: skip
        totals = (found.total, len(standing), found.partial_total)
        return DocumentPage(*totals, sizes[0] + sizes[1], sizes[2], shown, counts)

    def _runs(self, bits: Bits) -> _Runs:
        """The records of a bitmap by their policies, whose records lie together."""
        docs = self._kernels.docs_of(bits)
        policies = self._table.policies[docs]
        starts = bounds_of(policies)
        return _Runs(docs, policies[starts[:-1]].astype(np.int64), starts)

    def _counted(self, found: Found, unfiltered: Mask, total: int) -> Bits:
        """The records whose values facets count, before the filters."""
        if not total and found.text:
            return found.relaxed
        if not unfiltered.any():
            return found.matches.full
        return found.matches.full | self._grouping.keys.documents_of(unfiltered)

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
        order = self._in_order(request, policies, keys, scores)[window]
        best = [self._best(runs, evidence, int(at)) for at in place[policies[order]]]
        ranked = iter([*self._hits(request.found, [pair for pairs in best for pair in pairs])])
        for at, pairs in zip(order.tolist(), best, strict=True):
            policy = int(policies[at])
            hits = tuple(next(ranked) for _ in pairs)
            yield FoundDocument(
                hits[0].record.policy,
                self._document_match(request, policy, int(keys[at])),
                float(scores[at]),
                int(request.records[policy]),
                hits,
                versions=self._versions(request, folded.others(int(leads[at]))),
            )

    @staticmethod
    def _document_match(request: _Request, policy: int, key: int) -> Match | None:
        if not request.found.text:
            return None
        if not request.records[policy]:
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
        keys = self._title_hits(request.plan, self._grouping.keys.firsts[policies])
        for at in self._in_order(request, policies, keys, scores)[window].tolist():
            shown = request.hits.hit(int(policies[at]), float(scores[at]), search.tree)
            versions = self._versions(request, folded.others(int(leads[at])))
            yield FoundDocument(shown.policy, "document", shown.score, 0, (), shown.parts, versions)

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
        best, total = np.maximum.reduceat(scores, begins), np.add.reduceat(scores, begins)
        # Without a score there is nothing to weigh: the logarithm of 1 adds nothing.
        shares = np.divide(total, best, out=np.ones_like(best), where=best > 0)
        highest = np.maximum.reduceat(keys, begins)
        titles = self._title_hits(request.plan, docs[begins])
        policy_keys = (highest >> _BITS << 2 * _BITS) | (titles << _BITS) | (highest % LITERAL)
        return _Evidence(keys, scores, policy_keys, best * (1 + FURTHER_WEIGHT * np.log(shares)))

    def _title_hits(self, plan: Plan, docs: NDArray[np.integer]) -> Longs:
        """How many of a short query's texts stand in the title of the policy of each document."""
        order = np.argsort(docs)
        hits = np.empty(len(docs), dtype=np.int64)
        ascending = docs[order].astype(np.int32)
        hits[order] = Ranker(self._postings).policy_title_hits(plan, ascending)
        return hits

    def _in_order(self, request: _Request, policies: Longs, keys: Longs, scores: Floats) -> Longs:
        """The places of some policies in the order that was asked for."""
        orders, sort = self._opened.policy_orders[policies], request.search.sort
        if sort == "relevance":
            return np.lexsort((orders, -scores, -keys))
        return np.lexsort((orders, self._grouping.keys.sort_key(sort, policies)))

    def _best(self, runs: _Runs, evidence: _Evidence, at: int) -> list[tuple[int, float]]:
        """The best records of the policy numbered ``at`` in ``runs``, with their scores."""
        here = slice(int(runs.starts[at]), int(runs.starts[at + 1]))
        docs, keys, scores = runs.docs[here], evidence.keys[here], evidence.scores[here]
        best = self._kernels.top(docs, keys, scores, self._table.order, BEST_RECORDS)
        return list(zip(docs[best].tolist(), scores[best].tolist(), strict=True))

    def _versions(self, request: _Request, policies: Longs) -> tuple[FoundVersion, ...]:
        """The near-duplicates under a document."""
        docs = self._grouping.keys.firsts[policies].tolist()
        counts = request.records[policies].tolist()
        found = zip(map(self._opened.policy, docs), counts, strict=True)
        return tuple(FoundVersion(*each) for each in found)
