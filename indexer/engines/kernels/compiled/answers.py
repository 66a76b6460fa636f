"""A whole answer at once."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.kernels.compiled.facets import count_all, room_for_heads, room_for_values
from indexer.engines.kernels.compiled.pages import join_pieces, room_for_pieces
from indexer.engines.kernels.compiled.words import find_all_words
from indexer.engines.kernels.numba_types import (
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


@kernel(
    TUPLE((FLOATS, BYTES, LONGS)),
    INTS, BYTES, LONGS, INTS, MAPS, TABLE, SPANS, FLOATS, FLOATS, INT, BITS, LONGS, FLOATS,
    TABLE, INT, LONGS, LONGS, INTS, LONGS, INTS, LONGS,
    BYTES, LONGS, INT, INT,
    INT, INT,
)  # fmt: skip
def answer_all_words(
    docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
    bounds,
    single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts,
    blob, offsets, pieces, piece,
    head, size,
):  # fmt: skip
    best = np.empty(size, dtype=np.int32)
    scores = np.empty(size, dtype=np.float64)
    every = np.empty(spans[0, 1] - spans[0, 0] + 1, dtype=np.int32)
    cursors = np.empty(len(spans), dtype=np.int64)
    held, made = find_all_words(
        docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
        bounds, every, every, cursors, best, scores,
    )  # fmt: skip
    every = every[:made]
    best = best[:held]
    many = single.shape[1]
    room = room_for_values(every, many, theme_starts, keyword_starts, counts)
    found = np.empty(room, dtype=np.int64)
    numbers = np.empty(room_for_heads(many + 2, head) + held + 1, dtype=np.int64)
    _, listed = count_all(
        every, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts,
        head, found, numbers,
    )  # fmt: skip
    joined = np.zeros(room_for_pieces(offsets, pieces, piece, best), dtype=np.uint8)
    join_pieces(blob, offsets, pieces, piece, best, joined)
    for i in range(held):
        numbers[listed + i] = best[i]
    numbers[listed + held] = made
    return scores[:held], joined, numbers[: listed + held + 1]
