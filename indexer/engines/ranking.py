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
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import ENDER, Analyzer, literal_texts
from indexer.engines.evaluate import pairs_of
from indexer.engines.facets import Docs, FacetTable, Mask
from indexer.engines.postings import PostingReader
from indexer.query import Chunk, Node, Phrase, chunks_of, rewritten, words_of
from indexer.schema import DEFAULT_FIELDS, TEXT_FIELDS

Scores = NDArray[np.float64]

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


class Lengths:
    """Field lengths of one index generation.

    ``fields`` maps ``<field>_<stream>`` to the number of tokens in each
    document (float64, by document number).
    """

    def __init__(self, fields: dict[str, NDArray[np.float64]], documents: int) -> None:
        self._fields = fields
        self._norms: dict[tuple[Stream, tuple[str, ...]], NDArray[np.float64]] = {}
        self.documents = documents

    def norm(self, stream: Stream, fields: tuple[str, ...]) -> NDArray[np.float64]:
        """``1 - b + b * length / mean length`` of each document, fields taken together."""
        key = (stream, fields)
        if key not in self._norms:
            length = sum(
                (self._fields[f"{field}_{stream.name}"] for field in fields),
                np.zeros(self.documents),
            )
            mean = float(length.mean()) if self.documents else 0.0
            self._norms[key] = 1 - stream.b + stream.b * length / (mean or 1.0)
        return self._norms[key]


def length_fields() -> tuple[str, ...]:
    """The names of all fields whose lengths ranking needs."""
    pairs = tuple(f"{field}_pairs" for field in DEFAULT_FIELDS)
    others = tuple(f"{field}_{stream}" for field in TEXT_FIELDS for stream in ("words", "literal"))
    return pairs + others


@dataclass(frozen=True, slots=True)
class Ranker:
    """Scores documents of one index generation for one request.

    ``read_texts`` gives the default fields' texts of a document by its number.
    """

    postings: PostingReader
    lengths: Lengths
    table: FacetTable
    analyzer: Analyzer
    read_texts: Callable[[int], Mapping[str, str]]

    def score(self, tree: Node, eligible: Mask) -> Scores:
        """A score for every document number; ``eligible`` are those that may be shown.

        0 where nothing of the tree stands, or where a document is not eligible.
        """
        scores = np.zeros(self.lengths.documents)
        terms = self._terms(tree)
        for stream, fields, term in terms:
            if stream is not UNITS:
                self._add(scores, stream, fields, term)
        scores[~eligible] = 0.0
        self._add_units(scores, terms, _best(scores, UNIT_CANDIDATES))
        # Plain words are scored as any engine would: no policy comes into it.
        return self._in_context(scores) if any(chunks_of(tree)) else scores

    def title_hits(self, tree: Node) -> NDArray[np.int64]:
        """How many of a short query's texts stand literally in each document's title."""
        hits = np.zeros(self.lengths.documents, dtype=np.int64)
        chunks = [chunk for chunk in chunks_of(tree) if chunk.field in (None, "title")]
        if len(chunks) <= TITLE_CHUNKS:
            for chunk in chunks:
                units = literal_texts(chunk.text)
                hits[self.postings.phrase("title_literal", units, chunk.prefix)] += 1
        return hits

    def _terms(self, tree: Node) -> list[tuple[Stream, tuple[str, ...], str]]:
        """Each distinct term of the tree with its stream and fields."""
        terms: dict[tuple[Stream, tuple[str, ...], str], None] = {}
        for typed in chunks_of(tree):
            for chunk in (typed, *rewritten(typed)):
                terms |= dict.fromkeys(self._terms_of(chunk))
        terms |= dict.fromkeys((WORDS, (word.field,), word.text) for word in words_of(tree))
        return list(terms)

    def _terms_of(self, chunk: Chunk | Phrase) -> list[tuple[Stream, tuple[str, ...], str]]:
        fields = (chunk.field,) if chunk.field else DEFAULT_FIELDS
        units = literal_texts(chunk.text)
        words = [token.text for token in self.analyzer.leaf_words(chunk.text)]
        pairs = pairs_of(units) if set(fields) <= set(DEFAULT_FIELDS) else []
        return [
            *((WORDS, fields, word) for word in words),
            *((PAIRS, fields, pair) for pair in pairs),
            *((UNITS, fields, unit) for unit in units if unit != ENDER),
        ]

    def _add(self, scores: Scores, stream: Stream, fields: tuple[str, ...], term: str) -> None:
        """Adds a term's part to ``scores``."""
        lists = [self.postings.postings(f"{field}_{stream.name}", term) for field in fields]
        lists = [each for each in lists if len(each.docs)]
        if not lists:
            return
        docs = np.concatenate([each.docs for each in lists])
        freqs = np.concatenate([each.freqs for each in lists])
        if len(lists) > 1:
            docs, at = np.unique(docs, return_inverse=True)
            freqs = np.bincount(at, weights=freqs)
        x = freqs / self.lengths.norm(stream, fields)[docs]
        scores[docs] += stream.weight * self._idf(len(docs)) * x / (K1 + x)

    def _add_units(
        self, scores: Scores, terms: list[tuple[Stream, tuple[str, ...], str]], docs: Docs
    ) -> None:
        """Adds the single units' part for ``docs``, counted in their texts.

        Lists of single units are as long as the index; the best few texts are
        read faster.
        """
        wanted = [(fields, unit) for stream, fields, unit in terms if stream is UNITS]
        if not wanted or not len(docs):
            return
        freqs = np.zeros((len(docs), len(wanted)))
        for row, doc in enumerate(docs.tolist()):
            texts = self.read_texts(doc)
            counts = {field: Counter(literal_texts(text)) for field, text in texts.items()}
            freqs[row] = [
                sum(counts[field][unit] for field in fields if field in counts)
                for fields, unit in wanted
            ]
        for column, (fields, unit) in enumerate(wanted):
            # The union over the fields is at least the largest of them.
            holding = max(self.postings.document_count(f"{f}_literal", unit) for f in fields)
            norm = self.lengths.norm(UNITS, fields)[docs]
            # A document without the field has no length and no unit there: 0, not 0 / 0.
            x = np.divide(freqs[:, column], norm, out=np.zeros(len(docs)), where=norm > 0)
            scores[docs] += UNITS.weight * self._idf(holding) * x / (K1 + x)

    def _idf(self, holding: int) -> float:
        total = self.lengths.documents
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def _in_context(self, scores: Scores) -> Scores:
        """Scores with the evidence and the size of the records' policies."""
        column = self.table.columns["policy"]
        policy = np.full(self.lengths.documents, -1, dtype=np.int64)
        policy[column.rows] = column.codes
        held = np.flatnonzero((scores > 0) & (policy >= 0))
        if not len(held):
            return scores
        # Each policy's records, best first; the first three make its evidence.
        ordered = held[np.lexsort((-scores[held], policy[held]))]
        owners = policy[ordered]
        begins = np.searchsorted(owners, owners, side="left")
        top = np.arange(len(ordered)) - begins < EVIDENCE_RECORDS
        evidence = np.bincount(
            owners[top], weights=scores[ordered[top]], minlength=len(column.values)
        )
        sizes = np.bincount(policy[self.table.live & (policy >= 0)], minlength=len(column.values))
        result = scores.copy()
        result[held] += EVIDENCE_WEIGHT / EVIDENCE_RECORDS * evidence[policy[held]]
        result[held] *= sizes[policy[held]] ** PRIOR_EXPONENT
        return result


def _best(scores: Scores, size: int) -> Docs:
    """The numbers of the ``size`` best documents with a score, ascending."""
    held = np.flatnonzero(scores > 0)
    if len(held) > size:
        held = held[np.argpartition(-scores[held], size - 1)[:size]]
    return np.sort(held)
