"""Dictionaries: sorted terms of one stream or field, found by bisection.

A term's number is its place in the order of its UTF-8 bytes, which is the
order of code points; so the terms with a common beginning are neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

#: Look-ups whose result is remembered.
REMEMBERED = 100_000


class Dictionary:
    """Terms over ``blob`` (uint8) and ``offsets`` (int64, one more than terms).

    Threads may share it.
    """

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self._blob = blob.data
        self._offsets = offsets.data
        self._size = len(offsets) - 1
        self._known: dict[bytes, int] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._blob[self._offsets[number] : self._offsets[number + 1]])

    def text(self, number: int) -> str:
        """A term as text."""
        return self[number].decode("utf-8", "surrogatepass")

    def at_least(self, term: bytes) -> int:
        """The number of the first term that is not less than ``term``."""
        lo, hi = 0, self._size
        blob, offsets = self._blob, self._offsets
        while lo < hi:
            middle = (lo + hi) >> 1
            if bytes(blob[offsets[middle] : offsets[middle + 1]]) < term:
                lo = middle + 1
            else:
                hi = middle
        return lo

    def find(self, term: str | bytes) -> int:
        """The term's number, -1 where there is none."""
        key = term.encode("utf-8", "surrogatepass") if isinstance(term, str) else term
        number = self._known.get(key)
        if number is None:
            number = self.at_least(key)
            if number == self._size or self[number] != key:
                number = -1
            if len(self._known) < REMEMBERED:
                self._known[key] = number
        return number

    def beginning(self, prefix: str | bytes) -> tuple[int, int]:
        """The range of the numbers of the terms that begin so."""
        key = prefix.encode("utf-8", "surrogatepass") if isinstance(prefix, str) else prefix
        first = self.at_least(key)
        # No byte of UTF-8 is 0xff.
        return first, self.at_least(key + b"\xff") if key else self._size

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(self._size))


def pack(terms: Iterable[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """``blob`` and ``offsets`` of terms, in their order."""
    listed: Sequence[bytes] = list(terms)
    offsets = np.zeros(len(listed) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed)), out=offsets[1:])
    return np.frombuffer(b"".join(listed), dtype=np.uint8), offsets
