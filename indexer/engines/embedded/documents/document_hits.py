"""Documents as hits: policies that hold what was asked for though no record of them does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import MAX_PARTS, MAX_STRETCHES, RankedDocument, Search
from indexer.engines.embedded.documents.policy_sets import PolicySets
from indexer.engines.embedded.kernels.bits import Bits, Docs, Mask, no_bits, pack, unpack
from indexer.engines.embedded.plan import Plan, plan_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.ranking import UNIT_CANDIDATES, Ranker
from indexer.query.tree import Chunk, Clause, Node, Phrase, Sentence, clauses_of, rewritten
from indexer.query.unit_row import unit_row
from indexer.results.model import DocumentPart

Ints = NDArray[np.int64]
NO_POLICIES: Ints = np.zeros(0, dtype=np.int64)
_NO_DOCS: Docs = np.zeros(0, dtype=np.int32)


class DocumentHits:
    """The documents that one request finds."""

    def __init__(self, postings: PostingReader, analyzer: Analyzer, sets: PolicySets) -> None:
        self._opened = postings.opened
        self._table = postings.opened.table
        self._kernels = postings.kernels
        self._analyzer = analyzer
        self._sets = sets
        self._ranker = Ranker(postings)

    def found(self, tree: Node, full: Bits, masks: Mapping[str, Bits]) -> Ints:
        """The numbers of the policies that are hits.

        ``full`` are the full hits before any filter; with filters (``masks``) a policy
        must have a record that passes all of them.
        """
        return np.flatnonzero(self.passing(self.unfiltered(tree, full), masks))

    def unfiltered(self, tree: Node, full: Bits) -> Mask:
        """The policies that are hits before any filter."""
        if isinstance(tree, Chunk | Phrase):
            # What a record matches is no hit here, so only the text is asked.
            mask = self._sets.in_text(tree)
        else:
            mask = self._sets.holding(tree)
        if mask.any():
            mask = mask & ~self._sets.of(full)
        return mask

    def passing(self, policies: Mask, masks: Mapping[str, Bits]) -> Mask:
        """Those of some policies that have a record that passes all filters."""
        if not masks or not policies.any():
            return policies
        passing = self._table.live
        for each in masks.values():
            passing = passing & each
        return policies & self._sets.of(passing)

    def records_of(self, policies: Mask) -> Bits:
        """The live documents of the index of some policies."""
        if not policies.any():
            return no_bits(self._opened.size)
        return pack(self._sets.records_of(policies)) & self._table.live

    def beyond(self, leaf: Chunk | Phrase, docs: Docs) -> Ints:
        """The same for one clause, which ``docs`` hold in a record, without filters."""
        mask = self._sets.in_text(leaf)
        if mask.any():
            mask = mask & ~self._opened.policies_of(docs)
        return np.flatnonzero(mask)

    def page(
        self, found: Ints, search: Search, plan: Plan, window: slice
    ) -> tuple[RankedDocument, ...]:
        """The found policies of a page in order: by the best of their records that match a clause.

        Nothing is ranked where no document is on the page.
        """
        if window.stop <= window.start:
            return ()
        scores = self.scores(found, search.tree, plan)
        keys = -scores if search.sort == "relevance" else -self._keys(found, search.sort)
        order = np.lexsort((self._opened.policy_orders[found], keys))[window]
        return self.hits(found[order].tolist(), scores[order].tolist(), search.tree)

    def scores(self, found: Ints, tree: Node, plan: Plan) -> NDArray[np.float64]:
        """The score of each of some policies: the best of its records that match a clause."""
        bits = no_bits(self._opened.size)
        for clause in clauses_of(tree):
            bits = bits | self._sets.records(clause)[0]
        inside = pack(self._sets.records_of(self._mask(found)))
        docs = self._kernels.docs_of(bits & inside & self._table.live)
        best = np.zeros(len(self._table.values["policy"]))
        if len(docs):
            np.maximum.at(best, self._table.policies[docs], self._ranker.score(plan, docs))
        return best[found]

    def _keys(self, found: Ints, sort: str) -> Ints:
        inside = self._sets.records_of(self._mask(found))
        live = unpack(self._table.live, self._opened.size)
        docs = np.flatnonzero(inside & live).astype(np.int32)
        keys = np.full(len(self._table.values["policy"]), np.iinfo(np.int64).min)
        np.maximum.at(keys, self._table.policies[docs], self._table.sort_key(sort, docs))
        return keys[found]

    def _mask(self, found: Ints) -> Mask:
        mask = np.zeros(len(self._table.values["policy"]), dtype=np.bool_)
        mask[found] = True
        return mask

    def hits(
        self, policies: Sequence[int], scores: Sequence[float], tree: Node
    ) -> tuple[RankedDocument, ...]:
        """Found policies with the places that show why."""
        docs = [self._opened.documents_of(policy) for policy in policies]
        parts: list[list[DocumentPart]] = [[] for _ in policies]
        for clause in dict.fromkeys(clauses_of(tree)):
            wanting = [at for at, own in enumerate(parts) if len(own) < MAX_PARTS]
            best = self._best(clause, [docs[at] for at in wanting])
            for at, doc in zip(wanting, best, strict=True):
                part = self._part(clause, policies[at], doc)
                if part and not any(_same(part, other) for other in parts[at]):
                    parts[at].append(part)
        return tuple(
            RankedDocument(self._opened.policy(int(own[0])), score, tuple(shown))
            for own, score, shown in zip(docs, scores, parts, strict=True)
        )

    def _part(self, clause: Clause, policy: int, doc: int | None) -> DocumentPart | None:
        """Where a document holds a clause: in the record ``doc``, else over several places."""
        if doc is not None:
            return DocumentPart(clause, "", tuple(self._opened.records([doc])))
        ways = () if isinstance(clause, Sentence) else (clause, *rewritten(clause))
        parts = (part for way in ways for part in self._in_text(way, policy))
        return next(parts, None)

    def parts(self, policy: int, tree: Node) -> Iterator[DocumentPart]:
        """Every place where a clause of a tree stands in a policy's text over records."""
        for clause in dict.fromkeys(clauses_of(tree)):
            if not isinstance(clause, Sentence):
                for way in (clause, *rewritten(clause)):
                    yield from self._in_text(way, policy)

    def _best(self, clause: Clause, policies: Sequence[Docs]) -> list[int | None]:
        """The best record of each policy that matches a clause; ``policies`` are their records."""
        holding = [self._matching(clause, docs) for docs in policies]
        compared = [docs for docs in holding if len(docs) > 1]
        together = np.sort(np.concatenate([_NO_DOCS, *compared]))
        # Beyond so many, what a record is compared with would decide whether its units count.
        scores = self._scores(clause, together) if len(together) <= UNIT_CANDIDATES else None

        def best(docs: Docs) -> int | None:
            if len(docs) < 2:
                return int(docs[0]) if len(docs) else None
            if scores is None:
                return int(docs[self._scores(clause, docs).argmax()])
            return int(docs[scores[together.searchsorted(docs)].argmax()])

        return [best(docs) for docs in holding]

    def _matching(self, clause: Clause, docs: Docs) -> Docs:
        """Those of a policy's records that hold a clause literally, else those that match it."""
        full, literal = self._sets.records(clause)
        holding = docs[self._kernels.has_bits(docs, literal)]
        return holding if len(holding) else docs[self._kernels.has_bits(docs, full)]

    def _scores(self, clause: Clause, docs: Docs) -> NDArray[np.float64]:
        return self._ranker.score(plan_of(clause, self._analyzer), docs)

    def _in_text(self, clause: Chunk | Phrase, policy: int) -> Iterator[DocumentPart]:
        """Where a clause stands in a document's text, over lines and records."""
        held = self._opened.text_rows.get(policy)
        for segment, positions in self._sets.places(clause):
            if held is None or held[0] is not segment:
                continue
            documents, row = segment.documents, held[1]
            here = positions[documents.rows_of(positions) == row]
            size = len(unit_row(clause).units)
            for position in here[:MAX_STRETCHES].tolist():
                stretch = documents.stretch(row, position, size)
                records = self._opened.records([segment.base + doc for doc in stretch.docs])
                yield DocumentPart(clause, stretch.text, tuple(records))


def _same(part: DocumentPart, other: DocumentPart) -> bool:
    """Whether two parts show the same place; all clauses are marked in it."""
    ids = [tuple(record.record.id for record in each.records) for each in (part, other)]
    return ids[0] == ids[1] and part.text == other.text
