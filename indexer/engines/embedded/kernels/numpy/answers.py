"""A whole answer at once: several kernels as one.

A call from Python costs as much as looking through the lists of rare words.
"""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.facets import count_values
from indexer.engines.embedded.kernels.numpy.pages import joined_pieces
from indexer.engines.embedded.kernels.numpy.types import Any_, Bits, Bytes, Floats, Ints, Longs
from indexer.engines.embedded.kernels.numpy.words import all_words


def answer_all_words(
    docs: Ints,
    freqs: Bytes,
    over_at: Longs,
    over_freq: Ints,
    maps: Any_,
    ranks: Any_,
    spans: Any_,
    weights: Floats,
    norm: Floats,
    base: int,
    live: Bits,
    orders: Longs,
    bounds: Floats,
    single: Any_,
    wanted: int,
    shifts: Longs,
    theme_starts: Longs,
    themes: Ints,
    keyword_starts: Longs,
    keywords: Ints,
    scratch: Longs,
    blob: Bytes,
    offsets: Longs,
    pieces: int,
    piece: int,
    head: int,
    size: int,
    scores: Floats,
    numbers: Longs,
) -> tuple[Bytes, int, int]:
    """The best documents that have all words, and the first values of facets of all of them.

    ``scores`` gets those of :func:`all_words`; ``numbers`` the second array of
    :func:`count_values` for every document found, the numbers of the best documents,
    and how many there are in all.  Both have room for more.  Given back are what
    :func:`joined_pieces` gives for the best, documents being numbered as in the
    only segment, and how many scores and numbers there are.
    """
    terms = (docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base)
    every = np.empty(int(spans[0, 1] - spans[0, 0]) + 1, dtype=np.int32)
    best, best_scores, total = all_words(*terms, live, orders, bounds, every, size)
    columns = (single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch)
    heads = count_values(every[:total], *columns, head)[1]
    answer = np.concatenate([heads, best, [total]])
    scores[: len(best)] = best_scores
    numbers[: len(answer)] = answer
    return joined_pieces(blob, offsets, pieces, piece, best), len(best), len(answer)
