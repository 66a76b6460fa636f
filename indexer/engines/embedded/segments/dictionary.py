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
        self._bytes, self._places = blob, offsets
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

    def ending(self, suffix: bytes, first: int, last: int) -> NDArray[np.int32]:
        """The numbers from ``first`` to ``last`` - 1 of the terms that end so, ascending."""
        begins, ends = self._bounds(first, last)
        found = np.flatnonzero(ends - begins >= len(suffix))
        for back, byte in enumerate(reversed(suffix), start=1):
            found = found[self._bytes[ends[found] - back] == byte]
        return (found + first).astype(np.int32)

    def containing(self, part: bytes, first: int, last: int) -> NDArray[np.int32]:
        """The numbers from ``first`` to ``last`` - 1 of the terms that hold ``part``, ascending."""
        begins, ends = self._bounds(first, last)
        if not len(ends):
            return np.zeros(0, dtype=np.int32)
        blob = self._bytes[begins[0] : ends[-1]]
        places = np.flatnonzero(blob[: max(0, len(blob) - len(part) + 1)] == part[0])
        for ahead, byte in enumerate(part[1:], start=1):
            places = places[blob[places + ahead] == byte]
        places += begins[0]
        owners = np.searchsorted(begins, places, side="right") - 1
        inside = ends[owners] >= places + len(part)
        return (np.unique(owners[inside]) + first).astype(np.int32)

    def _bounds(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where some terms begin in the blob, and where they end."""
        return self._places[first:last], self._places[first + 1 : last + 1]

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(self._size))


def pack(terms: Iterable[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """``blob`` and ``offsets`` of terms, in their order."""
    listed: Sequence[bytes] = list(terms)
    offsets = np.zeros(len(listed) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed)), out=offsets[1:])
    return np.frombuffer(b"".join(listed), dtype=np.uint8), offsets
