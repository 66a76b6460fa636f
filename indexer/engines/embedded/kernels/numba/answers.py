"""A whole answer at once."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.facets import count_all
from indexer.engines.embedded.kernels.numba.pages import join_pieces, room_for_pieces
from indexer.engines.embedded.kernels.numba.types import (
    BITS,
    BYTES,
    FLOATS,
    INT,
    INTS,
    LONGS,
    MAPS,
    SPANS,
    TABLE,
    TUPLE,
    kernel,
)
from indexer.engines.embedded.kernels.numba.words import find_all_words


@kernel(
    TUPLE((BYTES, INT, INT)),
    INTS, BYTES, LONGS, INTS, MAPS, TABLE, SPANS, FLOATS, FLOATS, INT, BITS, LONGS, FLOATS,
    TABLE, INT, LONGS, LONGS, INTS, LONGS, INTS, LONGS,
    BYTES, LONGS, INT, INT,
    INT, INT, FLOATS, LONGS,
)  # fmt: skip
def answer_all_words(
    docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
    bounds,
    single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch,
    blob, offsets, pieces, piece,
    head, size, scores, numbers,
):  # fmt: skip
    best = np.empty(size, dtype=np.int32)
    every = np.empty(spans[0, 1] - spans[0, 0] + 1, dtype=np.int32)
    cursors = np.empty(len(spans), dtype=np.int64)
    held, made = find_all_words(
        docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
        bounds, every, every, cursors, best, scores[:size],
    )  # fmt: skip
    every = every[:made]
    best = best[:held]
    _, listed = count_all(
        every, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch,
        head, numbers,
    )  # fmt: skip
    joined = np.zeros(room_for_pieces(offsets, pieces, piece, best), dtype=np.uint8)
    join_pieces(blob, offsets, pieces, piece, best, joined)
    for i in range(held):
        numbers[listed + i] = best[i]
    numbers[listed + held] = made
    return joined, held, listed + held + 1
