"""Counts of facets' values as an answer has them: all counted, named when looked at.

A question with many hits has thousands of values, of which a page shows a few.
So the kernels count them all and find the most frequent ones; these are put
beside their names at once, the others when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from indexer.results.lazy import LazyPairs

Pair = tuple[str, int]
Longs = NDArray[np.int64]
#: So many values of a facet are ready.
HEAD = 10
#: More than so many are found sooner by sorting all.
LONGEST_HEAD = 64
_VALUE = (1 << 28) - 1


def first_pairs(names: Sequence[str], counted: Longs, head: int) -> tuple[Pair, ...]:
    """The first ``head`` values, which the kernels put in order."""
    # Too few for arrays to be worth while.
    first = counted[:head].tolist()
    return tuple([(names[each & _VALUE], _VALUE + 1 - (each >> 28)) for each in first])


def whole(names: Sequence[str], counted: Longs, head: Sequence[Pair]) -> Sequence[Pair]:
    """All values of one facet, whose first are ``head``.

    ``counted`` is what the kernels of facets give; ``names[value]`` a value's text.
    """
    if len(counted) == len(head):
        return head
    return LazyPairs(len(counted), partial(_columns, names, _Counted(counted)), tuple(head))


class _Counted:
    """The counted values of one facet, in order once somebody looks beyond the first."""

    def __init__(self, found: Longs) -> None:
        self._found = found

    @cached_property
    def ordered(self) -> Longs:
        """As the kernel packs them, ascending."""
        return np.sort(self._found)


def _columns(
    names: Sequence[str], counted: _Counted, first: int, last: int
) -> tuple[list[str], list[int]]:
    """The names and the counts of the values from ``first`` to ``last`` - 1."""
    some = counted.ordered[first:last]
    values, counts = (some & _VALUE).tolist(), (_VALUE + 1 - (some >> 28)).tolist()
    return list(map(names.__getitem__, values)), counts


def with_chosen(
    pairs: Sequence[Pair], chosen: Sequence[str], values: int | None
) -> tuple[Pair, ...]:
    """The first ``values`` pairs or all, and behind them those of ``chosen`` not among them."""
    kept = tuple(pairs[:values])
    known = {value for value, _ in kept}
    missing = sorted(set(chosen) - known)
    counts = dict(pairs) if missing else {}
    behind = [(value, counts.get(value, 0)) for value in missing]
    return (*kept, *sorted(behind, key=lambda pair: -pair[1]))
