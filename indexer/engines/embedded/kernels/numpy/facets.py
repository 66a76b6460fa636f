"""Counts of the values of facets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import Docs, Ints, Longs


def count_column(docs: Docs, single: NDArray[Any], column: int, many: int, head: int) -> Longs:
    codes = single[docs, column]
    return _counted(codes[codes >= 0])


def count_list(docs: Docs, starts: Longs, codes: Ints, many: int, head: int) -> Longs:
    first = starts[docs]
    sizes = starts[docs.astype(np.int64) + 1] - first
    at = np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return _counted(codes[at])


def _counted(codes: NDArray[Any]) -> Longs:
    values, times = np.unique(codes, return_counts=True)
    return np.sort(((1 << 28) - times.astype(np.int64) << 28) | values)
