"""Plain words of one field: the best documents, their scores and number."""

from __future__ import annotations

from functools import reduce

import numpy as np

from indexer.engines.embedded.kernels.numpy.bitmaps import has_bits
from indexer.engines.embedded.kernels.numpy.parts import frequencies
from indexer.engines.embedded.kernels.numpy.types import Any_, Bits, Bytes, Floats, Ints, Longs


def all_words(
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
    every: Ints,
    size: int,
) -> tuple[Ints, Floats, int]:
    """The live documents that have all words in a zone.

    The ``size`` best (at least 1), best first, equals by ``orders[document]``;
    their scores; and how many there are.  ``every`` gets all of them, ascending, if
    it has any room; then it must have room for them.  Word ``i`` has the
    segment's documents ``docs[lo:hi]``, with ``lo, hi, row = spans[i]``, the
    shortest list first; ``row`` is that of its bitmap in ``maps``, if it is
    not -1, and ``ranks[row, w]`` how many documents are before word ``w`` of
    the bitmap.  Its part of a score is ``weights[i] * tf / (norm[document] +
    tf)``.  ``bounds[i]`` is more than what the words from ``i`` on can add to
    a score: what cannot be among the best need not be scored (MaxScore:
    Turtle & Flood, *Query Evaluation: Strategies and Optimizations*, 1995).
    """
    lists = _zone_lists(docs, freqs, over_at, over_freq, spans, base)
    found = lists[0][0]
    for held, _ in lists[1:]:
        found = np.intersect1d(found, held, assume_unique=True)
    found = found[has_bits(found, live)]
    scores = np.zeros(len(found))
    for weight, (held, freq) in zip(weights.tolist(), lists, strict=True):
        tf = freq[np.searchsorted(held, found)]
        scores += weight * tf / (norm[found] + tf)
    if len(every):
        every[: len(found)] = found
    best_first = np.lexsort((orders[found], -scores))[:size]
    return found[best_first], scores[best_first], len(found)


def _zone_lists(
    docs: Ints, freqs: Bytes, over_at: Longs, over_freq: Ints, spans: Any_, base: int
) -> list[tuple[Ints, Longs]]:
    return [
        ((docs[lo:hi] + base).astype(np.int32), frequencies(freqs, over_at, over_freq, lo, hi))
        for lo, hi, _ in spans.tolist()
    ]


def any_words(
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
    size: int,
) -> tuple[Ints, Floats, int]:
    """The ``size`` best live documents that have any of the words in a zone, and how many have.

    Best first, equals by ``orders[document]``; the rest as in
    :func:`all_words`.
    """
    lists = _zone_lists(docs, freqs, over_at, over_freq, spans, base)
    found = reduce(np.union1d, [held for held, _ in lists])
    found = found[has_bits(found, live)]
    scores = np.zeros(len(found))
    for weight, (held, freq) in zip(weights.tolist(), lists, strict=True):
        mine, theirs = np.intersect1d(found, held, assume_unique=True, return_indices=True)[1:]
        tf = freq[theirs]
        scores[mine] += weight * tf / (norm[held[theirs]] + tf)
    best_first = np.lexsort((orders[found], -scores))[:size]
    return found[best_first].astype(np.int32), scores[best_first], len(found)
