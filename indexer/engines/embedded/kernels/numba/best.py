"""The best of what was found."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.types import (
    FLOATS,
    INT,
    INTS,
    LONGS,
    SPANS,
    TUPLE,
    kernel,
    part,
)


@part
def _before(docs, keys, scores, orders, a, b):
    if keys[a] != keys[b]:
        return keys[a] > keys[b]
    if scores[a] != scores[b]:
        return scores[a] > scores[b]
    if orders[docs[a]] != orders[docs[b]]:
        return orders[docs[a]] < orders[docs[b]]
    return a < b


@part
def _sink(heap, held, docs, keys, scores, orders, j):
    at = 0
    while True:
        down = 2 * at + 1
        if down >= held:
            break
        if down + 1 < held and _before(docs, keys, scores, orders, heap[down], heap[down + 1]):
            down += 1
        if not _before(docs, keys, scores, orders, j, heap[down]):
            break
        heap[at] = heap[down]
        at = down
    if held:
        heap[at] = j


@kernel(LONGS, INTS, LONGS, FLOATS, LONGS, INT)
def top(docs, keys, scores, orders, size):
    heap = np.empty(min(size, len(keys)), dtype=np.int64)
    held = 0
    for j in range(len(keys)):
        if held < size:
            at = held
            held += 1
            while at > 0:
                up = (at - 1) >> 1
                if not _before(docs, keys, scores, orders, heap[up], j):
                    break
                heap[at] = heap[up]
                at = up
            heap[at] = j
        elif _before(docs, keys, scores, orders, j, heap[0]):
            _sink(heap, held, docs, keys, scores, orders, j)
    result = np.empty(held, dtype=np.int64)
    while held:
        held -= 1
        result[held] = heap[0]
        _sink(heap, held, docs, keys, scores, orders, heap[held])
    return result


@kernel(LONGS, INTS, LONGS, FLOATS, LONGS, SPANS, INT)
def top_of_runs(docs, keys, scores, orders, runs, size):
    found = np.full(len(runs) * size, -1, dtype=np.int64)
    for i in range(len(runs)):
        first, held = i * size, 0
        for j in range(runs[i, 0], runs[i, 1]):
            if held < size:
                at = first + held
                held += 1
            elif _before(docs, keys, scores, orders, j, found[first + size - 1]):
                at = first + size - 1
            else:
                continue
            while at > first and _before(docs, keys, scores, orders, j, found[at - 1]):
                found[at] = found[at - 1]
                at -= 1
            found[at] = j
    return found


@kernel(TUPLE((LONGS, FLOATS, FLOATS)), LONGS, FLOATS, LONGS)
def sum_runs(keys, scores, starts):
    many = len(starts) - 1
    highest, best = np.empty(many, dtype=np.int64), np.empty(many)
    total = np.zeros(many)
    for i in range(many):
        highest[i], best[i] = keys[starts[i]], scores[starts[i]]
        for j in range(starts[i], starts[i + 1]):
            highest[i] = max(highest[i], keys[j])
            best[i] = max(best[i], scores[j])
            total[i] += scores[j]
    return highest, best, total


@part
def _worse(scores, a, b):
    if scores[a] != scores[b]:
        return scores[a] < scores[b]
    return a > b


@part
def _sink_score(heap, held, scores, j):
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
            _sink_score(heap, held, scores, j)
    return np.sort(heap[:held])
