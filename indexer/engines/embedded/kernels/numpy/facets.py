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
    at, _ = _entries(docs, starts)
    return _counted(codes[at])


def count_further(
    counted: Longs, rows: Longs, starts: Longs, codes: Ints, many: int, head: int
) -> Longs:
    counts = np.zeros(many, dtype=np.int64)
    counts[counted & (1 << 28) - 1] = (1 << 28) - (counted >> 28)
    at, _ = _entries(rows, starts)
    counts += np.bincount(codes[at], minlength=many)
    values = np.flatnonzero(counts)
    return np.sort(((1 << 28) - counts[values] << 28) | values)


def count_grouped_column(
    docs: Docs, groups: Ints, single: NDArray[Any], column: int, many: int, head: int
) -> Longs:
    codes = single[docs, column]
    return _once_a_group(groups[codes >= 0], codes[codes >= 0], many)


def count_grouped_list(
    docs: Docs, groups: Ints, starts: Longs, codes: Ints, many: int, head: int
) -> Longs:
    at, sizes = _entries(docs, starts)
    return _once_a_group(np.repeat(groups, sizes), codes[at], many)


def _entries(docs: NDArray[np.integer], starts: Longs) -> tuple[Longs, Longs]:
    """The places of the values of ``docs``, and how many each has."""
    first = starts[docs]
    sizes = starts[docs.astype(np.int64) + 1] - first
    at = np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return at, sizes


def _once_a_group(groups: Ints, codes: Ints, many: int) -> Longs:
    return _counted(np.unique(groups.astype(np.int64) * max(1, many) + codes) % max(1, many))


def _counted(codes: NDArray[Any]) -> Longs:
    values, times = np.unique(codes, return_counts=True)
    return np.sort(((1 << 28) - times.astype(np.int64) << 28) | values)
