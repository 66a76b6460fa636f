"""A term's postings as a Whoosh matcher, over arrays.

For ordinary Whoosh programs: the engine evaluates its own trees in
kernels.  The whole list is one block to Whoosh's quality optimisations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks ``ids`` (int32, ascending) with their ``weights`` (``None``: all 1).

    ``value_of`` gives the encoded value of a posting by its place in the list.
    """

    def __init__(
        self,
        ids: NDArray[np.int32],
        weights: NDArray[np.float32] | None,
        value_of: Callable[[int], bytes],
        format_: Any,
        term: tuple[str, bytes],
        info: TermInfo,
        scorer: Any = None,
    ) -> None:
        self._ids = ids
        self._weights = weights
        self._value_of = value_of
        self.format = format_
        self._term = term
        self._info = info
        self.scorer = scorer
        self._at = 0

    def copy(self) -> ArrayMatcher:
        other = type(self)(
            self._ids,
            self._weights,
            self._value_of,
            self.format,
            self._term,
            self._info,
            self.scorer,
        )
        other._at = self._at
        return other

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def id(self) -> int:
        return int(self._ids[self._at])

    def next(self) -> bool:
        self._at += 1
        return self._at >= len(self._ids)

    def skip_to(self, targetid: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self._ids[self._at :], targetid))

    def weight(self) -> float:
        return 1.0 if self._weights is None else float(self._weights[self._at])

    def value(self) -> bytes:
        return self._value_of(self._at)

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :].tolist())

    # Quality: one block

    def block_min_length(self) -> int:
        return self._info.min_length() or 0

    def block_max_length(self) -> int:
        return int(self._info.max_length())

    def block_max_weight(self) -> float:
        return float(self._info.max_weight())

    def block_min_id(self) -> int:
        return int(self._ids[0])

    def block_max_id(self) -> int:
        return int(self._ids[-1])

    def skip_to_quality(self, minquality: float) -> int:
        if self.is_active() and self.block_quality() <= minquality:
            self._at = len(self._ids)
            return 1
        return 0
