"""Sets of documents as bitmaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.numpy.types import Bits, Ints


def count_bits(bits: Bits) -> int:
    """The number of documents in a bitmap."""
    return int(np.unpackbits(bits.view(np.uint8)).sum(dtype=np.int64))


def docs_of(bits: Bits) -> Ints:
    """The documents of a bitmap, int32, ascending."""
    flags = np.unpackbits(bits.view(np.uint8), bitorder="little")
    return np.flatnonzero(flags).astype(np.int32)


def or_map(bits: Bits, map_: Bits, base: int) -> None:
    """Adds the documents of a segment's bitmap, the first of which is ``base``, to ``bits``."""
    mask = np.unpackbits(map_.view(np.uint8), bitorder="little")
    shifted = np.zeros(len(bits) * 64, dtype=np.uint8)
    room = min(len(mask), len(shifted) - base)
    shifted[base : base + room] = mask[:room]
    bits |= np.packbits(shifted, bitorder="little").view(np.uint64)


def has_bits(docs: Ints, bits: Bits) -> NDArray[np.bool_]:
    """Which of ``docs`` are in a bitmap."""
    shifts = (docs & 63).astype(np.uint64)
    found: NDArray[np.bool_] = ((bits[docs >> 6] >> shifts) & np.uint64(1)).astype(np.bool_)
    return found
