"""Posting lists as sets and lists of documents."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Any_, Bits, Ints, Longs


def set_docs(bits: Bits, keys: Ints, lo: int, hi: int, zones: int, base: int) -> None:
    """Adds the documents of a posting list to ``bits``."""
    mask = np.zeros(len(bits) * 64, dtype=np.bool_)
    mask[(_in_zones(keys[lo:hi], zones) >> 2) + base] = True
    bits |= np.packbits(mask, bitorder="little").view(np.uint64)


def _in_zones(keys: Any_, zones: int) -> Any_:
    found: Any_ = keys[(zones >> (keys & 3)) & 1 == 1]
    return found


def docs_in(keys: Ints, lo: int, hi: int, zones: int, base: int) -> Ints:
    """The documents of a posting list, int32, ascending."""
    return np.unique((_in_zones(keys[lo:hi], zones) >> 2) + base).astype(np.int32)


def mark_docs(
    docs: Ints, marks: Longs, keys: Ints, lo: int, hi: int, zones: int, base: int
) -> None:
    """Adds 1 to the mark of each of ``docs`` that has one of ``keys[lo:hi]``."""
    owners = np.unique(_in_zones(keys[lo:hi], zones) >> 2).astype(np.int64) + base
    _, mine, _ = np.intersect1d(docs, owners, assume_unique=True, return_indices=True)
    marks[mine] += 1
