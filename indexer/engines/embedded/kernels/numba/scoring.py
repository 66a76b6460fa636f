"""Scores of documents that were found."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import frequency, index, lower_bound
from indexer.engines.embedded.kernels.numba.types import (
    BYTES,
    FLOAT,
    FLOATS,
    INT,
    INTS,
    LONGS,
    VOID,
    kernel,
    part,
)


@part
def _add_scores(
    docs,
    scores,
    first,
    last,
    keys,
    freqs,
    over_at,
    over_freq,
    lo,
    hi,
    zones,
    base,
    norm,
    weight,
    k1,
):
    sparse = (hi - lo) > 8 * (last - first)
    at = np.int64(lo)
    j = np.int64(first)
    while j < last and at < hi:
        local = np.int64(docs[index(j)]) - base
        if sparse:
            at = lower_bound(keys, at, hi, local << 2)
        else:
            while at < hi and keys[index(at)] < local << 2:
                at += 1
        if at == hi:
            break
        here = np.int64(keys[index(at)]) >> 2
        if here > local:
            j = lower_bound(docs, j + 1, last, here + base)
            continue
        tf = np.int64(0)
        while at < hi and np.int64(keys[index(at)]) >> 2 == local:
            if (zones >> (keys[index(at)] & 3)) & 1:
                tf += frequency(freqs, over_at, over_freq, at)
            at += 1
        if tf:
            scores[index(j)] += weight * tf / (k1 * norm[index(local + base)] + tf)
        j += 1


@kernel(
    VOID, INTS, FLOATS, INT, INT,
    INTS, BYTES, LONGS, INTS, INTS, BYTES, LONGS, INTS,
    LONGS, LONGS, LONGS, FLOATS, INT, INT, FLOATS, FLOATS, FLOAT,
)  # fmt: skip
def score_terms(
    docs, scores, first, last,
    word_keys, word_freqs, word_over_at, word_over_freq,
    pair_keys, pair_freqs, pair_over_at, pair_over_freq,
    sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
):  # fmt: skip
    for t in range(len(sources)):
        if sources[t] == 0:
            _add_scores(
                docs, scores, first, last,
                word_keys, word_freqs, word_over_at, word_over_freq,
                los[t], his[t], zones, base, word_norm, weights[t], k1,
            )  # fmt: skip
        else:
            _add_scores(
                docs, scores, first, last,
                pair_keys, pair_freqs, pair_over_at, pair_over_freq,
                los[t], his[t], zones, base, pair_norm, weights[t], k1,
            )  # fmt: skip


@kernel(
    VOID, INTS, FLOATS, LONGS, INT, INT, INTS, LONGS, INT, INTS, INT, INT, FLOATS, FLOATS, FLOAT
)  # fmt: skip
def unit_scores(
    docs, scores, chosen, first, last,
    units, starts, base, ids, vocabulary, zones, norm, weights, k1,
):  # fmt: skip
    slots = np.full(vocabulary, -1, dtype=np.int32)
    for t in range(len(ids)):
        if ids[t] >= 0:
            slots[ids[t]] = t
    counts = np.zeros(len(weights), dtype=np.int64)
    for i in range(first, last):
        j = chosen[i]
        if scores[j] <= 0:
            continue
        doc = np.int64(docs[j])
        counts[:] = 0
        for zone in range(4):
            if (zones >> zone) & 1:
                key = (doc - base) * 4 + zone
                for at in range(index(starts[key]), index(starts[key + 1])):
                    slot = slots[index(units[at])]
                    if slot >= 0:
                        counts[index(slot)] += 1
        for t in range(len(weights)):
            if counts[t]:
                scores[j] += weights[t] * counts[t] / (k1 * norm[doc] + counts[t])


@part
def _worse(scores, a, b):
    if scores[a] != scores[b]:
        return scores[a] < scores[b]
    return a > b


@kernel(LONGS, FLOATS, INT)
def best(scores, size):
    heap = np.empty(min(size, len(scores)), dtype=np.int64)
    held = 0
    for j in range(len(scores)):
        if scores[j] <= 0:
            continue
        if held < size:
            at = held
            held += 1
            while at > 0:
                up = (at - 1) >> 1
                if not _worse(scores, j, heap[up]):
                    break
                heap[at] = heap[up]
                at = up
            heap[at] = j
        elif scores[j] > scores[heap[0]]:
            at = 0
            while True:
                down = 2 * at + 1
                if down >= held:
                    break
                if down + 1 < held and _worse(scores, heap[down + 1], heap[down]):
                    down += 1
                if not _worse(scores, heap[down], j):
                    break
                heap[at] = heap[down]
                at = down
            heap[at] = j
    return np.sort(heap[:held])


@kernel(VOID, INTS, FLOATS, INTS, FLOATS, FLOAT)
def in_context(docs, scores, policies, prior, weight):
    best_three = np.zeros((len(prior), 3))
    for j in range(len(docs)):
        policy = policies[docs[j]]
        score = scores[j]
        if policy < 0 or score <= 0:
            continue
        if score > best_three[policy, 2]:
            if score > best_three[policy, 1]:
                best_three[policy, 2] = best_three[policy, 1]
                if score > best_three[policy, 0]:
                    best_three[policy, 1] = best_three[policy, 0]
                    best_three[policy, 0] = score
                else:
                    best_three[policy, 1] = score
            else:
                best_three[policy, 2] = score
    for j in range(len(docs)):
        policy = policies[docs[j]]
        if policy < 0 or scores[j] <= 0:
            continue
        evidence = best_three[policy, 0] + best_three[policy, 1] + best_three[policy, 2]
        scores[j] = (scores[j] + weight * evidence) * prior[policy]


@kernel(
    VOID, INTS, FLOATS,
    INTS, BYTES, LONGS, INTS, INTS, BYTES, LONGS, INTS,
    LONGS, LONGS, LONGS, FLOATS, INT, INT, FLOATS, FLOATS, FLOAT,
    INTS, LONGS, INTS, INT, FLOATS, FLOATS, INT, INTS, FLOATS, FLOAT,
)  # fmt: skip
def rank(
    docs, scores,
    word_keys, word_freqs, word_over_at, word_over_freq,
    pair_keys, pair_freqs, pair_over_at, pair_over_freq,
    sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
    units, starts, ids, vocabulary, unit_norm, unit_weights, candidates,
    policies, prior, evidence,
):  # fmt: skip
    many = len(docs)
    score_terms(
        docs, scores, 0, many,
        word_keys, word_freqs, word_over_at, word_over_freq,
        pair_keys, pair_freqs, pair_over_at, pair_over_freq,
        sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
    )  # fmt: skip
    if len(ids):
        chosen = best(scores, candidates)
        unit_scores(
            docs, scores, chosen, 0, len(chosen), units, starts, base,
            ids, vocabulary, zones, unit_norm, unit_weights, k1,
        )  # fmt: skip
    in_context(docs, scores, policies, prior, evidence)
