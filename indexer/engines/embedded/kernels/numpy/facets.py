"""Counts of the values of facets."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Any_, Ints, Longs


def count_values(
    docs: Ints,
    single: Any_,
    wanted: int,
    shifts: Longs,
    theme_starts: Longs,
    themes: Ints,
    keyword_starts: Longs,
    keywords: Ints,
    scratch: Longs,
    head: int,
) -> tuple[Longs, Longs]:
    """The values of facets that ``docs`` have, each with how many have it.

    Facet ``f`` is column ``f`` of ``single`` (-1 where there is no value);
    the last two are multi-valued: a document has ``themes[theme_starts[doc]:
    theme_starts[doc + 1]]``, and keywords likewise.  Those with a bit in
    ``wanted`` are counted.  A value is ``(2 ** 28 - count) << 28 | place``, so
    that the most frequent come first in order.  Its place is its number and
    ``shifts[f]``, how many values the facets before have; the last of these says
    how many there are together.  Of so many, ``scratch`` begins with zeros, and
    does so again; as many and one more are behind them.

    Facet after facet, the ``head`` first of each in order, the others in any.  The
    second array has place and count of the ``head`` first of each facet; before
    them where the values of each facet begin, and those of the last end, among all
    and then among the first.
    """
    columns = [single[docs, c] for c in range(single.shape[1])]
    columns = [codes[codes >= 0] for codes in columns]
    columns += [_gathered(docs, theme_starts, themes), _gathered(docs, keyword_starts, keywords)]
    found = []
    for facet, codes in enumerate(columns):
        if not (wanted >> facet) & 1:
            codes = codes[:0]
        places, times = np.unique(codes + shifts[facet], return_counts=True)
        found.append(np.sort(((1 << 28) - times << 28) | places))
    first = [values[:head] for values in found]
    bounds = [np.cumsum([0, *map(len, each)]) for each in (found, first)]
    heads = np.concatenate(first)
    listed = np.stack([heads & ((1 << 28) - 1), (1 << 28) - (heads >> 28)], axis=1)
    return np.concatenate(found), np.concatenate([*bounds, listed.ravel()])


def _gathered(docs: Ints, starts: Longs, codes: Ints) -> Any_:
    first = starts[docs]
    sizes = starts[docs.astype(np.int64) + 1] - first
    at = np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return codes[at]
