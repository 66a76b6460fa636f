"""Scores of documents that were found."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engines.embedded.kernels.numpy.parts import frequencies
from indexer.engines.embedded.kernels.numpy.types import Bytes, Floats, Ints, Longs


def score_terms(
    docs: Ints,
    scores: Floats,
    first: int,
    last: int,
    word_keys: Ints,
    word_freqs: Bytes,
    word_over_at: Longs,
    word_over_freq: Ints,
    pair_keys: Ints,
    pair_freqs: Bytes,
    pair_over_at: Longs,
    pair_over_freq: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    weights: Floats,
    zones: int,
    base: int,
    word_norm: Floats,
    pair_norm: Floats,
    k1: float,
) -> None:
    """Adds the parts of terms to the ``scores`` of ``docs[first:last]``, those of one segment.

    Term ``i`` is a word where ``sources[i]`` is 0, else a pair, with the list
    ``[los[i], his[i])``.  Its part is ``weights[i] * tf / (k1 * norm[document]
    + tf)``; ``tf`` sums the frequencies in all ``zones``.
    """
    for source, lo, hi, weight in zip(
        sources.tolist(), los.tolist(), his.tolist(), weights.tolist(), strict=True
    ):
        if source == 0:
            lists = (word_keys, word_freqs, word_over_at, word_over_freq)
        else:
            lists = (pair_keys, pair_freqs, pair_over_at, pair_over_freq)
        held, sums = _sums(*lists, lo, hi, zones, base)
        _, mine, theirs = np.intersect1d(
            docs[first:last], held, assume_unique=True, return_indices=True
        )
        norm = (word_norm if source == 0 else pair_norm)[held[theirs]]
        scores[first + mine] += weight * sums[theirs] / (k1 * norm + sums[theirs])


def _sums(
    keys: Ints,
    freqs: Bytes,
    over_at: Longs,
    over_freq: Ints,
    lo: int,
    hi: int,
    zones: int,
    base: int,
) -> tuple[Longs, Floats]:
    """The documents of a list and their frequencies in all zones."""
    here = keys[lo:hi]
    inside = (zones >> (here & 3)) & 1 == 1
    owners = (here[inside] >> 2).astype(np.int64) + base
    tf = frequencies(freqs, over_at, over_freq, lo, hi)[inside]
    held, at = np.unique(owners, return_inverse=True)
    return held, np.bincount(at, weights=tf, minlength=len(held)).astype(np.float64)


def unit_scores(
    docs: Ints,
    scores: Floats,
    chosen: Longs,
    first: int,
    last: int,
    units: Ints,
    starts: Longs,
    base: int,
    ids: Ints,
    vocabulary: int,
    zones: int,
    norm: Floats,
    weights: Floats,
    k1: float,
) -> None:
    """Adds the parts of single units to those scores of ``docs[chosen[first:last]]`` above 0.

    ``ids`` are the units that are asked for, -1 for those of which there is
    none; ``vocabulary`` is the number of distinct units.
    """
    slots = np.full(vocabulary + 1, -1, dtype=np.int32)
    slots[ids] = np.arange(len(ids))
    slots = slots[:vocabulary]
    for j in chosen[first:last][scores[chosen[first:last]] > 0].tolist():
        doc = int(docs[j])
        counts = np.zeros(len(weights), dtype=np.int64)
        for zone in range(4):
            if (zones >> zone) & 1:
                key = (doc - base) * 4 + zone
                found = slots[units[starts[key] : starts[key + 1]]]
                counts += np.bincount(found[found >= 0], minlength=len(weights))
        for t in np.flatnonzero(counts).tolist():
            scores[j] += weights[t] * counts[t] / (k1 * norm[doc] + counts[t])


def best(scores: Floats, size: int) -> Longs:
    """The indices of the ``size`` best scores above 0, ascending; of equals the first."""
    held = np.flatnonzero(scores > 0)
    return np.sort(held[np.lexsort((held, -scores[held]))[:size]])


def in_context(docs: Ints, scores: Floats, policies: Ints, prior: Floats, weight: float) -> None:
    """Scores with the evidence and the size of the documents' policies.

    ``policies``: each document's policy, -1 for none; ``prior``: each
    policy's factor; ``weight``: of the sum of a policy's three best scores.
    """
    policy = policies[docs]
    held = np.flatnonzero((scores > 0) & (policy >= 0))
    if not len(held):
        return
    ordered = held[np.lexsort((-scores[held], policy[held]))]
    owners = policy[ordered]
    begins = np.searchsorted(owners, owners, side="left")
    three = np.arange(len(ordered)) - begins < 3
    evidence = np.bincount(owners[three], weights=scores[ordered[three]], minlength=len(prior))
    scores[held] = (scores[held] + weight * evidence[policy[held]]) * prior[policy[held]]


def rank(
    docs: Ints,
    scores: Floats,
    word_keys: Ints,
    word_freqs: Bytes,
    word_over_at: Longs,
    word_over_freq: Ints,
    pair_keys: Ints,
    pair_freqs: Bytes,
    pair_over_at: Longs,
    pair_over_freq: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    weights: Floats,
    zones: int,
    base: int,
    word_norm: Floats,
    pair_norm: Floats,
    k1: float,
    units: Ints,
    starts: Longs,
    ids: Ints,
    vocabulary: int,
    unit_norm: Floats,
    unit_weights: Floats,
    candidates: int,
    policies: Ints,
    prior: Floats,
    evidence: float,
) -> None:
    """All steps of ranking at once, for one segment and one group and zones.

    :func:`score_terms`, then :func:`unit_scores` for the ``candidates`` best,
    then :func:`in_context`.
    """
    words = (word_keys, word_freqs, word_over_at, word_over_freq)
    pairs = (pair_keys, pair_freqs, pair_over_at, pair_over_freq)
    terms: tuple[Any, ...] = (sources, los, his, weights, zones, base, word_norm, pair_norm, k1)
    score_terms(docs, scores, 0, len(docs), *words, *pairs, *terms)
    if len(ids):
        chosen = best(scores, candidates)
        texts = (units, starts, base, ids, vocabulary, zones, unit_norm, unit_weights, k1)
        unit_scores(docs, scores, chosen, 0, len(chosen), *texts)
    in_context(docs, scores, policies, prior, evidence)
