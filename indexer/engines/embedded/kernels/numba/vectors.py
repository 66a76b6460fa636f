"""Products of vectors."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.types import (
    INT,
    INTS,
    SHORTS,
    SMALL_TABLE,
    VOID,
    kernel,
)


@kernel(VOID, SMALL_TABLE, SHORTS, INTS, INT, INT)
def products(rows, query, out, first, last):
    width = len(query)
    for i in range(first, last):
        row = rows[i]
        total = np.int32(0)
        for j in range(width):
            total += np.int32(row[j]) * np.int32(query[j])
        out[i] = total
