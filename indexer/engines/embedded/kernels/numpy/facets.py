"""Counts of the values of facets.

A counted value is ``(2 ** 28 - count) << 28 | value``, so that the most
frequent come first in order, and of equals the one with the least number.
"""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Any_, Ints, Longs


def count_column(docs: Ints, single: Any_, column: int, many: int, head: int) -> Longs:
    """The counted values of a single-valued facet that ``docs`` have.

    Document ``doc`` has the value ``single[doc, column]``, -1 for none, of
    ``many`` values.  The ``head`` first come in order, the others in any.
    """
    codes = single[docs, column]
    return _counted(codes[codes >= 0])


def count_list(docs: Ints, starts: Longs, codes: Ints, many: int, head: int) -> Longs:
    """The counted values of a multi-valued facet, as above.

    Document ``doc`` has the values ``codes[starts[doc]:starts[doc + 1]]``.
    """
    first = starts[docs]
    sizes = starts[docs.astype(np.int64) + 1] - first
    at = np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return _counted(codes[at])


def _counted(codes: Any_) -> Longs:
    values, times = np.unique(codes, return_counts=True)
    return np.sort(((1 << 28) - times.astype(np.int64) << 28) | values)
