"""Posting lists as sets and lists of documents."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import lower_bound
from indexer.engines.embedded.kernels.numba.types import BITS, INT, INTS, LONGS, PLACE, VOID, kernel


@kernel(VOID, BITS, INTS, INT, INT, PLACE)
def set_docs(bits, keys, begin, end, place):
    word = np.int64(-1)
    gathered = np.uint64(0)
    for i in range(begin, end):
        key = keys[i]
        if (place.slots >> (key & 3)) & 1:
            doc = np.int64(key >> 2) + place.base
            if doc >> 6 != word:
                if word >= 0:
                    bits[word] |= gathered
                word = doc >> 6
                gathered = np.uint64(0)
            gathered |= np.uint64(1) << np.uint64(doc & 63)
    if word >= 0:
        bits[word] |= gathered


@kernel(INTS, INTS, INT, INT, PLACE)
def docs_in(keys, begin, end, place):
    found = np.empty(end - begin, dtype=np.int32)
    made = 0
    for i in range(begin, end):
        key = keys[i]
        if (place.slots >> (key & 3)) & 1:
            doc = (key >> 2) + place.base
            if not made or found[made - 1] != doc:
                found[made] = doc
                made += 1
    return found[:made].copy()


@kernel(VOID, INTS, LONGS, INTS, INT, INT, PLACE)
def mark_docs(docs, marks, keys, begin, end, place):
    j = np.int64(0)
    before = np.int64(-1)
    for i in range(begin, end):
        key = keys[i]
        doc = np.int64(key >> 2) + place.base
        if (place.slots >> (key & 3)) & 1 and doc != before:
            before = doc
            j = lower_bound(docs, j, len(docs), doc)
            if j < len(docs) and docs[j] == doc:
                marks[j] += 1
