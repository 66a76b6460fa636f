"""Ranking: BM25F over words, pairs and single units, with the policy as context.

A record's fields are counted together and then saturated, as in BM25F
(Robertson & Zaragoza, *The Probabilistic Relevance Framework: BM25 and
Beyond*, 2009, section 3.6) with equal field weights.  Three streams add up:
words; pairs of literal units, which catch what the segmenter cuts differently
in query and text; and single units, a soft form of both.  For a term t of
stream s in record d, with N records of which n hold t::

    x    = tf / (1 - b_s + b_s * length / mean length)
    S(d) = sum of w_s * ln(1 + (N - n + 0.5) / (n + 0.5)) * x / (k1 + x)

The idf is Lucene's, which is never negative.  Two things about the policy p
of a record follow::

    score(d) = (S(d) + 0.5 * E(p)) * n(p) ** 0.06

E(p), the policy's evidence, is a third of the sum of its three best S: a
record gains where its neighbours are about the same question (passage and
document evidence combined, as in Callan, *Passage-Level Evidence in Document
Retrieval*, 1994).  n(p), the number of its records, is a weak length prior
(Kraaij, Westerveld & Hiemstra, *The Importance of Prior Probabilities*, 2002):
of two texts that say it equally, the comprehensive one is more often sought.
Within one policy neither changes the order.

Measured on 772 questions of laypeople against 57,820 articles of law
(nDCG@10 / recall@100 of the formula alone): words and pairs in separate fields
0.390 / 0.695; joint fields and single units 0.412 / 0.701; with evidence
0.419 / 0.729; with the prior 0.430 / 0.741.  Taken away from that: pairs
-0.018, units -0.015, prior -0.011, separate instead of joint fields -0.008,
evidence -0.006, words -0.006.  No gain gave BM25+ and BM25L, DFR models,
Dirichlet and Jelinek-Mercer smoothing, idf powers, lists of question words,
coverage factors, proximity in any form, longer n-grams, pseudo-relevance
feedback, expansion by co-occurrence; latent semantic indexing +0.002, not
worth its cost.  k1 from 0.9 to 1.5 and unit weights from 0.6 to 1 are equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import (
    Context,
    Docs,
    Place,
    QueryTerms,
    QueryUnits,
    SegmentTexts,
)
from indexer.engines.embedded.opened import SegmentReader
from indexer.engines.embedded.plan import Plan, Terms
from indexer.engines.embedded.postings import PostingReader, Run
from indexer.engines.embedded.segments.segment_format import STREAMS

Scores = NDArray[np.float64]
Longs = NDArray[np.int64]

K1 = 1.2
EVIDENCE_WEIGHT = 0.5
EVIDENCE_RECORDS = 3
PRIOR_EXPONENT = 0.06
#: Single units are common: they are counted for this many of the best by words and pairs.
UNIT_CANDIDATES = 500
_FIRST = np.arange(UNIT_CANDIDATES, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Stream:
    """A token stream's part in the score: weight, and b of the length norm."""

    name: str
    weight: float
    b: float


WORDS = Stream("words", 1.0, 0.75)
PAIRS = Stream("pairs", 1.0, 0.75)
UNITS = Stream("literal", 0.8, 1.0)
_TITLE = 1 << 1
#: A list: where it lies (0 words, 1 pairs), its span, and the weight of its term.
_Row = tuple[int, int, int, float]


def inverse_frequency(total: int, holding: int) -> float:
    """The idf of a term that ``holding`` of ``total`` documents have; never negative."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


class Ranker:
    """Scores documents of an opened index for one request."""

    def __init__(self, postings: PostingReader) -> None:
        self._postings = postings
        self._opened = postings.opened
        self._kernels = postings.kernels

    def score(self, plan: Plan, docs: Docs) -> Scores:
        """A score for each of ``docs``, int32, ascending: those that may be shown.

        0 where nothing of the query stands.
        """
        scores = np.zeros(len(docs))
        if len(plan.terms) == 1 and len(self._opened.segments) == 1:
            self._score_at_once(scores, docs, plan.terms[0])
            return scores
        bounds = self._bounds(docs)
        for terms in plan.terms:
            self._add_terms(scores, docs, bounds, terms)
        self._add_units(scores, docs, plan.terms)
        self._kernels.score_in_context(docs, scores, self._context())
        return scores

    def _context(self) -> Context:
        """What a policy's evidence weighs, and its prior."""
        policies, prior = self._opened.table.policies, self._opened.prior(PRIOR_EXPONENT)
        return Context(policies, prior, EVIDENCE_WEIGHT / EVIDENCE_RECORDS)

    def _score_at_once(self, scores: Scores, docs: Docs, terms: Terms) -> None:
        """The common case: one segment, and all texts looked for in the same fields."""
        arguments = self._opened.prepared.get_or_make(terms, lambda: self._prepare(terms))
        self._kernels.rank(docs, scores, *arguments)

    def _prepare(
        self, terms: Terms
    ) -> tuple[SegmentTexts, QueryTerms, QueryUnits, Place, int, Context]:
        """The arguments of ``rank`` for some terms."""
        segment = self._opened.segments[0]
        return (
            segment.groups[terms.group].arrays,
            self._query_terms(terms, self._rows(terms).get(0, ())),
            self._query_units(terms, segment, self._unit_weights(terms)),
            Place(terms.slots, segment.base),
            UNIT_CANDIDATES,
            self._context(),
        )

    def _query_terms(self, terms: Terms, rows: Sequence[_Row]) -> QueryTerms:
        """Some posting lists of one segment as the kernels take them."""
        sources, begins, ends, weights = zip(*rows, strict=True) if rows else ((), (), (), ())
        words = self._norm(WORDS, terms)
        has_pairs = "pairs" in STREAMS[terms.group]
        return QueryTerms(
            np.array(sources, np.int64),
            np.array(begins, np.int64),
            np.array(ends, np.int64),
            np.array(weights, np.float64),
            words,
            self._norm(PAIRS, terms) if has_pairs else words,
        )

    def _query_units(self, terms: Terms, segment: SegmentReader, weights: Scores) -> QueryUnits:
        """Some single units as the kernels take them."""
        units = segment.groups[terms.group].unit_terms
        numbers = np.array([units.find(unit) for unit in terms.units], np.int32)
        return QueryUnits(numbers, len(units), weights, self._norm(UNITS, terms))

    def _bounds(self, docs: Docs) -> list[int]:
        """Where the documents of each segment begin in ``docs``, and where they end."""
        segments = self._opened.segments
        if len(segments) == 1:
            return [0, len(docs)]
        found: list[int] = np.searchsorted(docs, [0, *(each.end for each in segments)]).tolist()
        return found

    def title_hits(self, plan: Plan, docs: Docs) -> Longs:
        """How many of a short query's texts stand literally in the title of each of ``docs``."""
        marks = np.zeros(len(docs), dtype=np.int64)
        for text in plan.titles:
            runs = self._postings.phrase_runs(text.group, text.slots, text.row)
            self._mark(docs, marks, runs, _TITLE)
        return marks

    def _mark(self, docs: Docs, marks: Longs, runs: Iterable[Run], slots: int) -> None:
        """Adds 1 to the mark of each of ``docs`` that has a key in some slots of some runs."""
        for run in runs:
            place = Place(slots, run.segment.base)
            self._kernels.mark_docs(docs, marks, run.keys, run.lo, run.hi, place)

    def _rows(self, terms: Terms) -> dict[int, list[_Row]]:
        """The lists of words and pairs by segment: source (0 words, 1 pairs), span, weight."""
        rows: dict[int, list[_Row]] = {}
        for source, stream, texts in ((0, WORDS, terms.words), (1, PAIRS, terms.pairs)):
            for text in texts:
                lists = self._postings.term(stream.name, terms.group, terms.slots, text)
                holding = sum([each.holding for each in lists])
                idf = stream.weight * inverse_frequency(self._opened.size, holding)
                for each in lists:
                    rows.setdefault(each.at, []).append((source, each.lo, each.hi, idf))
        return rows

    def _add_terms(self, scores: Scores, docs: Docs, bounds: Sequence[int], terms: Terms) -> None:
        """Adds the parts of words and pairs."""
        for at, rows in self._rows(terms).items():
            segment = self._opened.segments[at]
            texts, place = segment.groups[terms.group].arrays, Place(terms.slots, segment.base)
            asked = self._query_terms(terms, rows)
            first, last = bounds[at], bounds[at + 1]
            self._kernels.score_terms(docs, scores, first, last, texts, asked, place)

    def _add_units(self, scores: Scores, docs: Docs, places: Sequence[Terms]) -> None:
        """Adds the single units' part for the best documents, counted in their texts.

        Posting lists of single units are as long as the index; the best few texts
        are read faster.
        """
        if len(docs) > UNIT_CANDIDATES:
            chosen = self._kernels.best(scores, UNIT_CANDIDATES)
            bounds = self._bounds(docs[chosen])
        else:
            chosen, bounds = _FIRST[: len(docs)], self._bounds(docs)
        for terms in places:
            if not terms.units:
                continue
            weights = self._unit_weights(terms)
            for at, segment in enumerate(self._opened.segments):
                here = chosen[bounds[at] : bounds[at + 1]]
                if len(here):
                    texts, place = segment.groups[terms.group], Place(terms.slots, segment.base)
                    units = self._query_units(terms, segment, weights)
                    self._kernels.score_units(docs, scores, here, texts.arrays.units, units, place)

    def _unit_weights(self, terms: Terms) -> Scores:
        found = self._postings.holding(terms.group, terms.slots, terms.units)
        total = self._opened.size
        weights = [UNITS.weight * inverse_frequency(total, holding) for holding in found]
        return np.array(weights, np.float64)

    def _norm(self, stream: Stream, terms: Terms) -> Scores:
        lengths = self._opened.lengths
        return lengths.norm(stream.name, stream.b, terms.group, terms.slots, K1)
