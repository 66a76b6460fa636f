"""Scores of documents that were found."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.arguments import (
    Context,
    Docs,
    Floats,
    Longs,
    Place,
    QueryTerms,
    QueryUnits,
    SegmentTexts,
    TextUnits,
)
from indexer.engines.embedded.kernels.numpy.best import best
from indexer.engines.embedded.kernels.numpy.postings import summed


def score_terms(
    docs: Docs,
    scores: Floats,
    first: int,
    last: int,
    texts: SegmentTexts,
    terms: QueryTerms,
    place: Place,
) -> None:
    rows = (terms.sources, terms.begins, terms.ends, terms.weights)
    for source, begin, end, weight in zip(*(row.tolist() for row in rows), strict=True):
        held, sums = summed(texts.pairs if source else texts.words, begin, end, place)
        _, mine, theirs = np.intersect1d(
            docs[first:last], held, assume_unique=True, return_indices=True
        )
        norm = (terms.pair_norm if source else terms.word_norm)[held[theirs]]
        scores[first + mine] += weight * sums[theirs] / (norm + sums[theirs])


def score_units(
    docs: Docs, scores: Floats, chosen: Longs, texts: TextUnits, units: QueryUnits, place: Place
) -> None:
    many = len(units.weights)
    wanted = np.full(units.vocabulary + 1, -1, dtype=np.int32)
    wanted[units.numbers] = np.arange(many)
    wanted = wanted[: units.vocabulary]
    for j in chosen[scores[chosen] > 0].tolist():
        doc = int(docs[j])
        counts = np.zeros(many, dtype=np.int64)
        for slot in range(4):
            if (place.slots >> slot) & 1:
                key = (doc - place.base) * 4 + slot
                found = wanted[texts.units[texts.starts[key] : texts.starts[key + 1]]]
                counts += np.bincount(found[found >= 0], minlength=many)
        for t in np.flatnonzero(counts).tolist():
            scores[j] += units.weights[t] * counts[t] / (units.norm[doc] + counts[t])


def score_in_context(docs: Docs, scores: Floats, context: Context) -> None:
    policy, prior = context.policies[docs], context.prior
    held = np.flatnonzero((scores > 0) & (policy >= 0))
    if not len(held):
        return
    ordered = held[np.lexsort((-scores[held], policy[held]))]
    owners = policy[ordered]
    begins = np.searchsorted(owners, owners, side="left")
    three = np.arange(len(ordered)) - begins < 3
    evidence = np.bincount(owners[three], weights=scores[ordered[three]], minlength=len(prior))
    mine = policy[held]
    scores[held] = (scores[held] + context.weight * evidence[mine]) * prior[mine]


def rank(
    docs: Docs,
    scores: Floats,
    texts: SegmentTexts,
    terms: QueryTerms,
    units: QueryUnits,
    place: Place,
    candidates: int,
    context: Context,
) -> None:
    score_terms(docs, scores, 0, len(docs), texts, terms, place)
    if len(units.numbers):
        score_units(docs, scores, best(scores, candidates), texts.units, units, place)
    score_in_context(docs, scores, context)
