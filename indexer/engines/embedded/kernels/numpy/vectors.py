"""Products of vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import Ints

#: Rows that are widened at once: so few stay in the processor's cache.
_BATCH = 512


def products(
    rows: NDArray[np.int8], query: NDArray[np.int16], out: Ints, first: int, last: int
) -> None:
    # float64 holds every sum exactly, and its product is the fast one.
    wide = query.astype(np.float64)
    for at in range(first, last, _BATCH):
        end = min(at + _BATCH, last)
        out[at:end] = rows[at:end].astype(np.float64) @ wide
