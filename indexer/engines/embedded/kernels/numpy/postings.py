"""Posting lists as sets and lists of documents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import (
    Docs,
    Floats,
    Ints,
    Longs,
    Place,
    PostingLists,
)
from indexer.engines.embedded.kernels.bits import Bits


def in_slots(keys: NDArray[Any], slots: int) -> NDArray[Any]:
    """The keys whose field slot counts."""
    found: NDArray[Any] = keys[(slots >> (keys & 3)) & 1 == 1]
    return found


def set_docs(bits: Bits, keys: Ints, begin: int, end: int, place: Place) -> None:
    mask = np.zeros(len(bits) * 64, dtype=np.bool_)
    mask[(in_slots(keys[begin:end], place.slots) >> 2) + place.base] = True
    bits |= np.packbits(mask, bitorder="little").view(np.uint64)


def docs_in(keys: Ints, begin: int, end: int, place: Place) -> Docs:
    return np.unique((in_slots(keys[begin:end], place.slots) >> 2) + place.base).astype(np.int32)


def mark_docs(docs: Docs, marks: Longs, keys: Ints, begin: int, end: int, place: Place) -> None:
    owners = np.unique(in_slots(keys[begin:end], place.slots) >> 2).astype(np.int64) + place.base
    _, mine, _ = np.intersect1d(docs, owners, assume_unique=True, return_indices=True)
    marks[mine] += 1


def frequencies(lists: PostingLists, begin: int, end: int) -> Longs:
    """The frequencies of the postings ``[begin, end)``."""
    found = lists.freqs[begin:end].astype(np.int64)
    many = np.flatnonzero(found == 255)
    if len(many):
        found[many] = lists.over_freq[np.searchsorted(lists.over_at, many + begin)]
    return found


def summed(lists: PostingLists, begin: int, end: int, place: Place) -> tuple[Longs, Floats]:
    """The documents of a posting list and their frequencies in all slots."""
    here = lists.keys[begin:end]
    inside = (place.slots >> (here & 3)) & 1 == 1
    owners = (here[inside] >> 2).astype(np.int64) + place.base
    tf = frequencies(lists, begin, end)[inside]
    held, at = np.unique(owners, return_inverse=True)
    return held, np.bincount(at, weights=tf, minlength=len(held)).astype(np.float64)
