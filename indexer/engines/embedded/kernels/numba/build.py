"""The kernels of building in machine code, compiled by numba.

What each of them does is said in :mod:`indexer.engines.embedded.kernels.protocol`.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.types import (
    BYTES,
    INT,
    INTS,
    LONGS,
    POINTS,
    SPANS,
    TABLE,
    TUPLE,
    kernel,
)


@kernel(TUPLE((INTS, LONGS)), INTS, LONGS, INT)
def group(terms, starts, many):
    sizes = np.zeros(many + 1, dtype=np.int64)
    for term in terms:
        if term >= 0:
            sizes[term + 1] += 1
    places = np.cumsum(sizes)
    cursors = places[:-1].copy()
    sorted_keys = np.empty(places[-1], dtype=np.int32)
    for key in range(len(starts) - 1):
        for at in range(starts[key], starts[key + 1]):
            term = terms[at]
            if term >= 0:
                sorted_keys[cursors[term]] = key
                cursors[term] += 1
    return sorted_keys, places


@kernel(TUPLE((INTS, INTS, LONGS, TABLE)), INTS, LONGS)
def run_lengths(sorted_keys, places):
    many = len(places) - 1
    offsets = np.zeros(many + 1, dtype=np.int64)
    dfs = np.zeros((many, 5), dtype=np.int32)
    freqs = np.empty(len(sorted_keys), dtype=np.int32)
    made = np.int64(0)
    for term in range(many):
        doc = np.int32(-1)
        begin = made
        for at in range(places[term], places[term + 1]):
            key = sorted_keys[at]
            if made > begin and sorted_keys[made - 1] == key:
                freqs[made - 1] += 1
                continue
            sorted_keys[made] = key
            freqs[made] = 1
            made += 1
            dfs[term, 1 + (key & 3)] += 1
            if key >> 2 != doc:
                doc = key >> 2
                dfs[term, 0] += 1
        offsets[term + 1] = made
    return sorted_keys[:made].copy(), freqs[:made].copy(), offsets, dfs


@kernel(TUPLE((LONGS, INTS, LONGS, INTS)), INTS, LONGS, INT, INT)
def group_pairs(units, starts, many, ender):
    lengths = np.zeros(len(starts) - 1, dtype=np.int32)
    second_sizes = np.zeros(many + 1, dtype=np.int64)
    first_sizes = np.zeros(many + 1, dtype=np.int64)
    for key in range(len(starts) - 1):
        for at in range(starts[key], starts[key + 1] - 1):
            if units[at] != ender and units[at + 1] != ender:
                lengths[key] += 1
                second_sizes[units[at + 1] + 1] += 1
                first_sizes[units[at] + 1] += 1
    # A radix sort of two digits: by the second unit, then, stably, by the first.
    second_places = np.cumsum(second_sizes)
    total = second_places[-1]
    by_second = np.empty(total, dtype=np.int32)
    cursors = second_places[:-1].copy()
    for key in range(len(starts) - 1):
        for at in range(starts[key], starts[key + 1] - 1):
            if units[at] != ender and units[at + 1] != ender:
                by_second[cursors[units[at + 1]]] = at
                cursors[units[at + 1]] += 1
    first_places = np.cumsum(first_sizes)
    positions = np.empty(total, dtype=np.int32)
    cursors = first_places[:-1].copy()
    for i in range(total):
        at = by_second[i]
        positions[cursors[units[at]]] = at
        cursors[units[at]] += 1
    distinct = np.int64(0)
    for first in range(many):
        for i in range(first_places[first], first_places[first + 1]):
            if i == first_places[first] or units[positions[i] + 1] != units[positions[i - 1] + 1]:
                distinct += 1
    codes = np.empty(distinct, dtype=np.int64)
    places = np.empty(distinct + 1, dtype=np.int64)
    made = 0
    for first in range(many):
        for i in range(first_places[first], first_places[first + 1]):
            second = units[positions[i] + 1]
            if i == first_places[first] or second != units[positions[i - 1] + 1]:
                codes[made] = (np.int64(first) << 32) | second
                places[made] = i
                made += 1
    places[distinct] = total
    return codes, positions, places, lengths


@kernel(TUPLE((INT, INT)), POINTS, LONGS, BYTES, INTS, LONGS, SPANS, INT)
def split_units(points, starts, classes, out, out_starts, runs, ender):
    made = np.int64(0)
    many_runs = np.int64(0)
    for key in range(len(starts) - 1):
        out_starts[key] = made
        begin = made
        at = starts[key]
        end = starts[key + 1]
        while at < end:
            point = points[at]
            kind = classes[point]
            if kind == 0:
                at += 1
            elif kind == 1:
                out[made] = point
                made += 1
                at += 1
            elif kind == 2 or kind == 4:
                stop = at + 1
                while stop < end and classes[points[stop]] == kind:
                    stop += 1
                runs[many_runs, 0] = made
                runs[many_runs, 1] = at
                runs[many_runs, 2] = stop
                many_runs += 1
                out[made] = 0
                made += 1
                at = stop
            else:
                if made == begin or out[made - 1] != ender:
                    out[made] = ender
                    made += 1
                at += 1
    out_starts[len(starts) - 1] = made
    return made, many_runs
