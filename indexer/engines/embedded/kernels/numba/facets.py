"""Counts of the values of facets."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import ONE, index
from indexer.engines.embedded.kernels.numba.types import INT, INTS, LONGS, TABLE, kernel, part

_VALUE = (1 << 28) - 1


@part
def _count(counts, found, made, value):
    # Written in any case, and kept if it is the first: a branch would often be guessed wrong.
    found[made] = value
    before = counts[value]
    counts[value] = before + 1
    return made + index(before == 0)


@part
def _pack(found, made, counts, head):
    """Values become counted values, of which the ``head`` least come first, in order."""
    for i in range(made):
        value = index(found[index(i)])
        packed = (((np.int64(1) << 28) - counts[value]) << 28) | np.int64(value)
        at = i
        if i >= head:
            if not head or packed > found[index(head - 1)]:
                found[index(i)] = packed
                continue
            at = head - 1
            found[index(i)] = found[index(at)]
        while at > 0 and found[index(at - 1)] > packed:
            found[index(at)] = found[index(at - 1)]
            at -= 1
        found[index(at)] = packed


@kernel(LONGS, INTS, TABLE, INT, INT, INT)
def count_column(docs, single, column, many, head):
    counts = np.zeros(many, dtype=np.int32)
    found = np.empty(min(many, len(docs)) + 1, dtype=np.int64)
    made = index(0)
    for doc in docs:
        code = single[index(doc), column]
        if code >= 0:
            made = _count(counts, found, made, index(code))
    _pack(found, np.int64(made), counts, head)
    return found[: np.int64(made)].copy()


@kernel(LONGS, INTS, LONGS, INTS, INT, INT)
def count_list(docs, starts, codes, many, head):
    counts = np.zeros(many, dtype=np.int32)
    found = np.empty(many + 1, dtype=np.int64)
    made = index(0)
    for each in docs:
        doc = index(each)
        for at in range(index(starts[doc]), index(starts[doc + ONE])):
            made = _count(counts, found, made, index(codes[at]))
    _pack(found, np.int64(made), counts, head)
    return found[: np.int64(made)].copy()


@kernel(LONGS, LONGS, LONGS, LONGS, INTS, INT, INT)
def count_further(counted, rows, starts, codes, many, head):
    counts = np.zeros(many, dtype=np.int32)
    found = np.empty(many + 1, dtype=np.int64)
    made = index(0)
    for each in counted:
        value = index(each & _VALUE)
        found[made], counts[value] = value, (np.int64(1) << 28) - (each >> 28)
        made += ONE
    for each in rows:
        row = index(each)
        for at in range(index(starts[row]), index(starts[row + ONE])):
            made = _count(counts, found, made, index(codes[at]))
    _pack(found, np.int64(made), counts, head)
    return found[: np.int64(made)].copy()


@kernel(LONGS, INTS, INTS, TABLE, INT, INT, INT)
def count_grouped_column(docs, groups, single, column, many, head):
    counts, last = np.zeros(many, dtype=np.int32), np.full(many, -1, dtype=np.int32)
    found = np.empty(many + 1, dtype=np.int64)
    made = index(0)
    for at in range(len(docs)):
        code = single[index(docs[index(at)]), column]
        if code >= 0 and last[index(code)] != groups[index(at)]:
            last[index(code)] = groups[index(at)]
            made = _count(counts, found, made, index(code))
    _pack(found, np.int64(made), counts, head)
    return found[: np.int64(made)].copy()


@kernel(LONGS, INTS, INTS, LONGS, INTS, INT, INT)
def count_grouped_list(docs, groups, starts, codes, many, head):
    counts, last = np.zeros(many, dtype=np.int32), np.full(many, -1, dtype=np.int32)
    found = np.empty(many + 1, dtype=np.int64)
    made = index(0)
    for each in range(len(docs)):
        doc, group = index(docs[index(each)]), groups[index(each)]
        for at in range(index(starts[doc]), index(starts[doc + ONE])):
            code = index(codes[at])
            if last[code] != group:
                last[code] = group
                made = _count(counts, found, made, code)
    _pack(found, np.int64(made), counts, head)
    return found[: np.int64(made)].copy()
