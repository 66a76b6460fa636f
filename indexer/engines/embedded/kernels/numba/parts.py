"""Parts of several kernels."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.types import part

#: A number as an index in an inner loop.  An index with a sign is looked at before every
#: access, whether it counts from the end.  Signed and unsigned numbers do not mix.
index = np.uint64
ONE = np.uint64(1)


@part
def lower_bound(keys, lo, hi, key):
    """The first place in ``keys[lo:hi]`` that is not less than ``key``, galloping from ``lo``."""
    if lo >= hi or keys[index(lo)] >= key:
        return np.int64(lo)
    step = ONE
    at, end = index(lo), index(hi)
    while at + step < end and keys[at + step] < key:
        at += step
        step <<= ONE
    left = at + ONE
    right = min(at + step, end)
    while left < right:
        middle = (left + right) >> ONE
        if keys[middle] < key:
            left = middle + ONE
        else:
            right = middle
    return np.int64(left)


@part
def popcount(x):
    """How many bits of a word are set."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@part
def frequency(lists, at):
    """The frequency of the posting at a place; see :class:`..arguments.PostingLists`."""
    freq = np.int64(lists.freqs[index(at)])
    if freq == 255:
        freq = np.int64(lists.over_freq[np.searchsorted(lists.over_at, at)])
    return freq
