"""The best of what was found, and what is stored of it."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Bytes, Floats, Ints, Longs


def top(docs: Ints, keys: Longs, scores: Floats, orders: Longs, size: int) -> Longs:
    """The indices of the ``size`` first: by key and score, highest first, then ``orders[doc]``."""
    return np.lexsort((np.arange(len(keys)), orders[docs], -scores, -keys))[:size]


def joined_pieces(blob: Bytes, offsets: Longs, many: int, piece: int, docs: Ints) -> Bytes:
    """One of the ``many`` pieces of each document in ``blob``, a zero between them.

    Piece ``p`` of a document lies at ``offsets[doc * many + p]``, up to the next offset.
    """
    at = docs.astype(np.int64) * many + piece
    spans = zip(offsets[at].tolist(), offsets[at + 1].tolist(), strict=True)
    return np.frombuffer(b"\0".join(bytes(blob[lo:hi].data) for lo, hi in spans), dtype=np.uint8)
