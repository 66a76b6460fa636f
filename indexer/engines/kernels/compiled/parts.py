"""Parts of several kernels."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.kernels.numba_types import part


@part
def lower_bound(keys, lo, hi, key):
    """The first place in ``keys[lo:hi]`` that is not less than ``key``, galloping from ``lo``."""
    if lo >= hi or keys[lo] >= key:
        return lo
    step = 1
    at = lo
    while at + step < hi and keys[at + step] < key:
        at += step
        step <<= 1
    left = at + 1
    right = min(at + step, hi)
    while left < right:
        middle = (left + right) >> 1
        if keys[middle] < key:
            left = middle + 1
        else:
            right = middle
    return left


@part
def popcount(x):
    """How many bits of a word are set."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@part
def frequency(freqs, over_at, over_freq, at):
    """The frequency of the posting at a place; see :mod:`indexer.engines.kernels.plain`."""
    freq = np.int64(freqs[at])
    if freq == 255:
        freq = np.int64(over_freq[np.searchsorted(over_at, at)])
    return freq
