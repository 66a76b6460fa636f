"""Parts of several kernels."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Bytes, Ints, Longs


def frequencies(freqs: Bytes, over_at: Longs, over_freq: Ints, lo: int, hi: int) -> Longs:
    """The frequencies of the postings ``[lo, hi)``."""
    found = freqs[lo:hi].astype(np.int64)
    many = np.flatnonzero(found == 255)
    if len(many):
        found[many] = over_freq[np.searchsorted(over_at, many + lo)]
    return found
