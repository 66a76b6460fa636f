"""Ranking: BM25F over the words and the pairs of the searched text.

The score is BM25F as in Robertson & Zaragoza, *The Probabilistic Relevance
Framework: BM25 and Beyond* (2009), section 3.6: a term's frequencies in the
fields are normalised by field length, weighted and summed *before* the
saturation, so that a word in title and body is not paid twice.  The inverse
document frequency is Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``, which is
never negative.

Two streams are scored side by side, words and pairs of literal units: pairs
catch what the segmenter cuts differently in query and text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Analyzer, literal_texts
from indexer.engines.evaluate import pairs_of
from indexer.engines.postings import PostingReader
from indexer.query import Node, chunks_of, rewritten
from indexer.schema import DEFAULT_FIELDS

Scores = NDArray[np.float64]

K1 = 1.2
B = 0.75
FIELD_WEIGHTS = {
    "title": 2.0,
    "unit": 1.0,
    "body": 1.0,
    "policy": 1.0,
    "number": 1.0,
    "issuer": 1.0,
}
STREAM_WEIGHTS = {"words": 1.0, "pairs": 0.5}


@dataclass(frozen=True, slots=True)
class FieldLengths:
    """Lengths of one stream of one field: per document (float64), and their mean."""

    lengths: NDArray[np.float64]
    mean: float


class Lengths:
    """Field lengths of one index generation, by stream field name."""

    def __init__(self, fields: dict[str, FieldLengths], documents: int) -> None:
        self._fields = fields
        self.documents = documents

    def norm(self, name: str, docs: NDArray[np.int64]) -> NDArray[np.float64]:
        """``1 - b + b * length / mean length`` for each of ``docs``."""
        field = self._fields[name]
        if not field.mean:
            return np.ones(len(docs))
        norms: NDArray[np.float64] = 1 - B + B * field.lengths[docs] / field.mean
        return norms


def score(tree: Node, postings: PostingReader, lengths: Lengths, analyzer: Analyzer) -> Scores:
    """A score for every document number, 0 where nothing of the tree stands."""
    scores = np.zeros(lengths.documents)
    for (stream, fields, term), weight in _scored_terms(tree, analyzer).items():
        scores += weight * _term_score(f"_{stream}", fields, term, postings, lengths)
    return scores


def _scored_terms(tree: Node, analyzer: Analyzer) -> dict[tuple[str, tuple[str, ...], str], float]:
    """Each distinct term of the tree with its stream, fields and weight."""
    terms: dict[tuple[str, tuple[str, ...], str], float] = {}
    for chunk in (each for typed in chunks_of(tree) for each in (typed, *rewritten(typed))):
        fields = (chunk.field,) if chunk.field else DEFAULT_FIELDS
        for token in analyzer.leaf_words(chunk.text):
            terms["words", fields, token.text] = STREAM_WEIGHTS["words"]
        if not chunk.field:
            for pair in pairs_of(literal_texts(chunk.text)):
                terms["pairs", fields, pair] = STREAM_WEIGHTS["pairs"]
    return terms


def _term_score(
    stream: str, fields: tuple[str, ...], term: str, postings: PostingReader, lengths: Lengths
) -> Scores:
    weighted = np.zeros(lengths.documents)
    for field in fields:
        found = postings.postings(field + stream, term)
        if len(found.docs):
            norm = lengths.norm(field + stream, found.docs)
            weighted[found.docs] += FIELD_WEIGHTS[field] * found.freqs / norm
    holding = np.count_nonzero(weighted)
    idf = np.log(1 + (lengths.documents - holding + 0.5) / (holding + 0.5))
    scores: Scores = idf * weighted / (K1 + weighted)
    return scores
