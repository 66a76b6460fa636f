"""The nearest of many vectors, found exactly: every one of them is looked at.

A product of int8 rows with an int8 query is made by a kernel
(:mod:`indexer.engines.embedded.kernels`), half of the rows in each of two threads where
there are many.  :class:`Aligned` puts a store of vectors and a listing of records together.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.choice import Kernels
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.semantic.listing import Listing
from indexer.semantic.store import Held, quantised

#: Fewer rows than this are not worth a second thread.
_ROWS_IN_THREAD = 50_000
_pool = ThreadPoolExecutor(1, "nearest")


@dataclass(frozen=True, slots=True)
class Near:
    """A record and the cosine of its vector with the query's, from -1 to 1."""

    id: str
    similarity: float


def nearest_rows(
    held: Held,
    vector: NDArray[np.float32],
    limit: int,
    kernels: SearchKernels,
    allowed: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ``limit`` rows nearest to a vector of length 1, the nearest first, and how near.

    ``allowed`` says which rows take part.
    """
    small, scale = quantised(vector[None])
    query = small[0].astype(np.int16)
    products = np.empty(len(held.rows), np.int32)

    def part(first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        kernels.products(held.rows, query, products, first, last)
        near = products[first:last] * held.scales[first:last]
        if allowed is not None:
            near = np.where(allowed[first:last], near, np.float32(-np.inf))
        return _best(near, limit, first)

    many = len(held.rows)
    if many < 2 * _ROWS_IN_THREAD:
        rows, near = part(0, many)
    else:
        other = _pool.submit(part, many // 2, many)
        first, second = part(0, many // 2), other.result()
        rows = np.concatenate([first[0], second[0]])
        best, near = _best(np.concatenate([first[1], second[1]]), limit, 0)
        rows = rows[best]
    kept = near > -np.inf
    return rows[kept], near[kept] * scale[0]


def _best(
    near: NDArray[np.float32], limit: int, first: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places of the greatest values, greatest first, equals by place; and the values."""
    places = np.arange(len(near))
    if len(near) > limit:
        places = np.sort(np.argpartition(near, -limit)[-limit:])
    places = places[np.argsort(-near[places], kind="stable")]
    return places + first, near[places]


@dataclass(frozen=True)
class Aligned:
    """Vectors and the records that have them."""

    held: Held
    listing: Listing
    kernels: Kernels

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The row of each record, -1 where it has no vector yet."""
        return self.held.places(self.listing.keys)

    @cached_property
    def made(self) -> int:
        """How many records have a vector."""
        return int(np.count_nonzero(self._rows >= 0))

    @property
    def total(self) -> int:
        """How many records there are."""
        return len(self.listing.keys)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {each: at for at, each in enumerate(self.listing.all_ids())}

    def find(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[Near, ...]:
        """The records nearest to a vector of length 1; of equal texts the first record stands.

        ``among`` says which records of the listing take part.
        """
        rows = self._rows
        chosen = np.flatnonzero(rows >= 0 if among is None else (rows >= 0) & among)
        if not len(chosen) or self.held.rows.shape[1] != len(vector):
            return ()
        record_of = np.full(len(self.held.rows), -1, np.int64)
        record_of[rows[chosen[::-1]]] = chosen[::-1]
        kernels = self.kernels.used(len(self.held.rows))
        best, near = nearest_rows(self.held, vector, limit, kernels, record_of >= 0)
        pairs = zip(record_of[best].tolist(), near.tolist(), strict=True)
        return tuple(Near(self.listing.id(at), similarity) for at, similarity in pairs)

    def vector(self, record_id: str) -> NDArray[np.float32] | None:
        """The vector of a record; ``None`` where it has none."""
        at = self._places.get(record_id)
        if at is None or self._rows[at] < 0:
            return None
        found = self.held.vectors(self._rows[at : at + 1])[0]
        return np.asarray(found / np.linalg.norm(found), np.float32)

    def has(self, record_id: str, key: int) -> bool:
        """Whether the listing has a record with a text of this key."""
        at = self._places.get(record_id)
        return at is not None and int(self.listing.keys[at]) == key

    def among(self, ids: Collection[str]) -> NDArray[np.bool_]:
        """Which records of the listing these are."""
        chosen = np.zeros(self.total, np.bool_)
        chosen[[at for each in ids if (at := self._places.get(each)) is not None]] = True
        return chosen
