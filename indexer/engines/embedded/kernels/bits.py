"""Sets of documents as bitmaps: uint64, 64 documents a word, the first in the lowest bit.

Whatever a set is made of, uniting, intersecting and counting it costs the same
few microseconds: a bit for each document of the index.  A bitmap is never
changed once it is made, so it may be kept and shared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Docs = NDArray[np.int32]


def no_bits(size: int) -> Bits:
    """The empty set of ``size`` documents."""
    return np.zeros(-(-size // 64), dtype=np.uint64)


def pack(mask: Mask) -> Bits:
    """The set of the documents that are true in ``mask``."""
    packed = np.packbits(mask, bitorder="little")
    return np.pad(packed, (0, -len(packed) % 8)).view(np.uint64)


def unpack(bits: Bits, size: int) -> Mask:
    """A bool for each of ``size`` documents."""
    flags: Mask = np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_)
    return flags


def has(bits: Bits, doc: int) -> bool:
    """Whether a document is in the set."""
    return bool((int(bits[doc >> 6]) >> (doc & 63)) & 1)
