"""Sets of documents as bitmaps."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import popcount
from indexer.engines.embedded.kernels.numba.types import (
    BITS,
    FLAGS,
    INT,
    INTS,
    RUNS,
    VOID,
    kernel,
    part,
)


@kernel(INT, BITS)
def count_bits(bits):
    total = np.int64(0)
    for i in range(len(bits)):
        total += popcount(bits[i])
    return total


@kernel(INTS, BITS)
def docs_of(bits):
    found = np.empty(count_bits(bits), dtype=np.int32)
    at = 0
    for i in range(len(bits)):
        rest = bits[i]
        while rest:
            low = rest & (~rest + np.uint64(1))
            found[at] = i * 64 + popcount(low - np.uint64(1))
            at += 1
            rest ^= low
    return found


@kernel(VOID, BITS, BITS, INT)
def or_map(bits, map_, base):
    first = base >> 6
    shift = np.uint64(base & 63)
    for w in range(len(map_)):
        bits[first + w] |= map_[w] << shift
        if shift and first + w + 1 < len(bits):
            bits[first + w + 1] |= map_[w] >> (np.uint64(64) - shift)


@kernel(FLAGS, INTS, BITS)
def has_bits(docs, bits):
    found = np.empty(len(docs), dtype=np.bool_)
    for j in range(len(docs)):
        found[j] = (bits[docs[j] >> 6] >> np.uint64(docs[j] & 63)) & np.uint64(1)
    return found


@part
def _has_any(bits, first, end):
    """Whether a bitmap has a document from ``first`` to before ``end``; there is one."""
    lo, hi = first >> 6, (end - 1) >> 6
    full = ~np.uint64(0)
    head = full << np.uint64(first & 63)
    tail = full >> np.uint64(63 - ((end - 1) & 63))
    if lo == hi:
        return bits[lo] & head & tail != 0
    held = (bits[lo] & head) | (bits[hi] & tail)
    for i in range(lo + 1, hi):
        held |= bits[i]
    return held != 0


@kernel(FLAGS, BITS, RUNS, INT)
def owners_of(bits, runs, many):
    found = np.zeros(many, dtype=np.bool_)
    for i in range(len(runs.owners)):
        owner = runs.owners[i]
        if owner >= 0 and not found[owner]:
            found[owner] = _has_any(bits, runs.starts[i], runs.starts[i + 1])
    return found
