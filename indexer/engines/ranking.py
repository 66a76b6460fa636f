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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import ENDER, Analyzer, literal_texts
from indexer.engines.bits import Docs
from indexer.engines.evaluate import pairs_of
from indexer.engines.postings import PostingReader
from indexer.engines.snapshot import zones_of
from indexer.query import Chunk, Node, Phrase, chunks_of, rewritten

Scores = NDArray[np.float64]
Longs = NDArray[np.int64]

K1 = 1.2
EVIDENCE_WEIGHT = 0.5
EVIDENCE_RECORDS = 3
PRIOR_EXPONENT = 0.06
#: Single units are common: they are counted for this many of the best by words and pairs.
UNIT_CANDIDATES = 500
#: Queries of at most so many chunks are looked for in the title first.
TITLE_CHUNKS = 3


@dataclass(frozen=True, slots=True)
class Stream:
    """A token stream's part in the score: weight, and b of the length norm."""

    name: str
    weight: float
    b: float


WORDS = Stream("words", 1.0, 0.75)
PAIRS = Stream("pairs", 1.0, 0.75)
UNITS = Stream("literal", 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a query: a word, a pair of units, or a unit, and where it counts."""

    stream: Stream
    group: str
    zones: int
    text: Any


class Ranker:
    """Scores documents of one snapshot for one request."""

    def __init__(self, postings: PostingReader, analyzer: Analyzer) -> None:
        self._postings = postings
        self._snapshot = postings.snapshot
        self._kernels = postings.kernels
        self._analyzer = analyzer

    def score(self, tree: Node, docs: Docs) -> Scores:
        """A score for each of ``docs``, int32, ascending: those that may be shown.

        0 where nothing of the tree stands.
        """
        scores = np.zeros(len(docs))
        ends = [segment.end for segment in self._snapshot.segments]
        bounds = np.searchsorted(docs, [0, *ends]).tolist()
        terms = self._terms(tree)
        for term in terms:
            if term.stream is not UNITS:
                self._add(scores, docs, bounds, term)
        self._add_units(scores, docs, [term for term in terms if term.stream is UNITS])
        self._kernels.in_context(
            docs,
            scores,
            self._snapshot.table.policies,
            self._snapshot.prior(PRIOR_EXPONENT),
            EVIDENCE_WEIGHT / EVIDENCE_RECORDS,
        )
        return scores

    def title_hits(self, tree: Node, docs: Docs) -> Longs:
        """How many of a short query's texts stand literally in the title of each of ``docs``."""
        marks = np.zeros(len(docs), dtype=np.int64)
        chunks = [chunk for chunk in chunks_of(tree) if chunk.field in (None, "title")]
        if len(chunks) <= TITLE_CHUNKS:
            _title, zones = zones_of("title")
            for chunk in chunks:
                units = literal_texts(chunk.text)
                everywhere = self._postings.phrase_runs(*zones_of(chunk.field), units, chunk.prefix)
                for run in everywhere:
                    # A chunk that is looked for everywhere has been; its runs know the zone.
                    found = np.sort(run.keys[run.lo : run.hi]) if chunk.prefix else run.keys
                    lo, hi = (0, len(found)) if chunk.prefix else (run.lo, run.hi)
                    self._kernels.mark_docs(docs, marks, found, lo, hi, zones, run.segment.base)
        return marks

    def _terms(self, tree: Node) -> list[_Term]:
        """Each distinct term of the tree."""
        terms: dict[_Term, None] = {}
        for typed in chunks_of(tree):
            for chunk in (typed, *rewritten(typed)):
                terms |= dict.fromkeys(self._terms_of(chunk))
        return list(terms)

    def _terms_of(self, chunk: Chunk | Phrase) -> list[_Term]:
        group, zones = zones_of(chunk.field)
        units = literal_texts(chunk.text)
        words = [token.text for token in self._analyzer.leaf_words(chunk.text)]
        pairs = pairs_of(units) if group == "text" else []
        return [
            *(_Term(WORDS, group, zones, word) for word in words),
            *(_Term(PAIRS, group, zones, pair) for pair in pairs),
            *(_Term(UNITS, group, zones, unit) for unit in units if unit != ENDER),
        ]

    def _add(self, scores: Scores, docs: Docs, bounds: Sequence[int], term: _Term) -> None:
        """Adds a term's part to ``scores``; ``bounds`` are those of the segments in ``docs``."""
        lists = self._postings.term(term.stream.name, term.group, term.zones, term.text)
        holding = sum(each.holding for each in lists)
        if not holding:
            return
        norm = self._norm(term)
        weight = term.stream.weight * self._idf(holding)
        first_of = {id(s): at for at, s in enumerate(self._snapshot.segments)}
        for each in lists:
            at = first_of[id(each.segment)]
            if bounds[at] < bounds[at + 1]:
                self._kernels.add_scores(
                    docs,
                    scores,
                    bounds[at],
                    bounds[at + 1],
                    each.lists.keys,
                    each.lists.freqs,
                    each.lists.over_at,
                    each.lists.over_freq,
                    each.lo,
                    each.hi,
                    term.zones,
                    each.segment.base,
                    norm,
                    weight,
                    K1,
                )

    def _add_units(self, scores: Scores, docs: Docs, terms: Sequence[_Term]) -> None:
        """Adds the single units' part for the best documents, counted in their sequences.

        Lists of single units are as long as the index; the best few sequences
        are read faster.
        """
        if not terms:
            return
        chosen = self._kernels.best(scores, UNIT_CANDIDATES)
        if not len(chosen):
            return
        places: dict[tuple[str, int], list[_Term]] = {}
        for term in terms:
            places.setdefault((term.group, term.zones), []).append(term)
        ends = [segment.end for segment in self._snapshot.segments]
        bounds = np.searchsorted(docs[chosen], [0, *ends]).tolist()
        for (group, zones), wanted in places.items():
            found = [self._postings.term("literal", group, zones, term.text) for term in wanted]
            weights = np.array(
                [UNITS.weight * self._idf(sum(e.holding for e in lists)) for lists in found]
            )
            for at, segment in enumerate(self._snapshot.segments):
                if bounds[at] == bounds[at + 1]:
                    continue
                texts = segment.groups[group]
                slots = np.full(len(texts.unit_terms), -1, dtype=np.int32)
                for slot, term in enumerate(wanted):
                    number = texts.unit_terms.find(term.text)
                    if number >= 0:
                        slots[number] = slot
                self._kernels.unit_scores(
                    docs,
                    scores,
                    chosen,
                    bounds[at],
                    bounds[at + 1],
                    texts.units,
                    texts.unit_starts,
                    segment.base,
                    slots,
                    zones,
                    self._norm(wanted[0]),
                    weights,
                    K1,
                )

    def _norm(self, term: _Term) -> Scores:
        return self._snapshot.lengths.norm(term.stream.name, term.stream.b, term.group, term.zones)

    def _idf(self, holding: int) -> float:
        total = self._snapshot.size
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
