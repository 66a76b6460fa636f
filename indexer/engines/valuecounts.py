"""Counts of facets' values as an answer has them: all counted, named when looked at.

A question with many hits has thousands of values, of which a page shows a few.
So the kernels count them all and find the most frequent ones; these are put
beside their names at once, the others when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from indexer.lazy import LazySequence

Pair = tuple[str, int]
Longs = NDArray[np.int64]
#: So many values of a facet are ready.
HEAD = 10
_PLACE = (1 << 28) - 1


def divided(
    names: Sequence[str], found: Longs, heads: Sequence[int], facets: int
) -> list[Sequence[Pair]]:
    """``(value, count)`` pairs of each facet, most first.

    ``found`` and ``heads`` are those of the kernel ``count_values``;
    ``names[place]`` is a value.
    """
    places, counts = heads[facets + 1 :: 2], heads[facets + 2 :: 2]
    named = tuple(zip(map(names.__getitem__, places), counts, strict=True))
    counted: list[Sequence[Pair]] = []
    first = at = 0
    for last in heads[1 : facets + 1]:
        size = last - first
        if size <= HEAD:
            counted.append(named[at : at + size])
            at += size
        else:
            head = named[at : at + HEAD]
            make = partial(_pairs, names, found[first:last])
            counted.append(LazySequence(size, make, head))
            at += HEAD
        first = last
    return counted


def _pairs(names: Sequence[str], found: Longs, first: int, last: int) -> tuple[Pair, ...]:
    """The pairs from ``first`` to ``last`` - 1 in order; ``found`` are those of one facet."""
    ordered = np.sort(found)[first:last]
    places, counts = ordered & _PLACE, _PLACE + 1 - (ordered >> 28)
    return tuple(zip(map(names.__getitem__, places.tolist()), counts.tolist(), strict=True))


def with_zeros(pairs: Sequence[Pair], values: Sequence[str]) -> tuple[Pair, ...]:
    """The same pairs, and behind them those of ``values`` that are not among them, at zero."""
    known = {value for value, _ in pairs}
    return (*pairs, *((value, 0) for value in sorted(set(values) - known)))
