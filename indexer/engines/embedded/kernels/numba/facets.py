"""Counts of the values of facets."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import ONE, index
from indexer.engines.embedded.kernels.numba.types import (
    INT,
    INTS,
    LONGS,
    TABLE,
    TUPLE,
    kernel,
    part,
)


@part
def _count(counts, touched, made, place):
    # Written in any case, and kept if it is the first: a branch would often be guessed wrong.
    touched[made] = place
    before = counts[place]
    counts[place] = before + 1
    return made + index(before == 0)


@part
def _count_column(docs, single, column, shift, counts, touched, made):
    for doc in docs:
        code = single[index(doc), column]
        if code >= 0:
            made = _count(counts, touched, made, shift + index(code))
    return made


@part
def _count_lists(docs, starts, codes, shift, counts, touched, made):
    for each in docs:
        doc = index(each)
        for at in range(index(starts[doc]), index(starts[doc + ONE])):
            made = _count(counts, touched, made, shift + index(codes[at]))
    return made


@part
def _pack(found, first, last, counts, head):
    """Places become counted values, of which the ``head`` least come first, in order.

    ``counts`` is zero afterwards.
    """
    for i in range(first, last):
        place = index(found[index(i)])
        value = (((np.int64(1) << 28) - counts[place]) << 28) | np.int64(place)
        counts[place] = 0
        at = i
        if i >= first + head:
            if not head or value > found[index(first + head - 1)]:
                found[index(i)] = value
                continue
            at = first + head - 1
            found[index(i)] = found[index(at)]
        while at > first and found[index(at - 1)] > value:
            found[index(at)] = found[index(at - 1)]
            at -= 1
        found[index(at)] = value


@part
def room_for_heads(many, head):
    """How many numbers the heads of ``many`` facets are at most, with their bounds."""
    return 2 * (many + 1) + 2 * many * head


@part
def count_all(
    docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch, head,
    heads,
):  # fmt: skip
    """Fills ``heads`` and, behind the counts, the values found; how many numbers each has then."""
    many = single.shape[1]
    counts, found = scratch[: shifts[many + 2]], scratch[shifts[many + 2] :]
    made = index(0)
    heads[0] = 0
    for c in range(many + 2):
        if (wanted >> c) & 1:
            shift = index(shifts[c])
            if c < many:
                made = _count_column(docs, single, c, shift, counts, found, made)
            else:
                starts, codes = theme_starts, themes
                if c > many:
                    starts, codes = keyword_starts, keywords
                made = _count_lists(docs, starts, codes, shift, counts, found, made)
            _pack(found, heads[c], np.int64(made), counts, head)
        heads[c + 1] = made
    return np.int64(made), _list_heads(found, many + 2, head, heads)


@part
def _list_heads(found, facets, head, heads):
    at = 2 * (facets + 1)
    for c in range(facets):
        heads[facets + 1 + c] = (at >> 1) - (facets + 1)
        for i in range(heads[c], min(heads[c] + head, heads[c + 1])):
            heads[at] = found[i] & ((np.int64(1) << 28) - 1)
            heads[at + 1] = (np.int64(1) << 28) - (found[i] >> 28)
            at += 2
    heads[2 * facets + 1] = (at >> 1) - (facets + 1)
    return at


@kernel(
    TUPLE((LONGS, LONGS)), INTS, TABLE, INT, LONGS, LONGS, INTS, LONGS, INTS, LONGS, INT
)  # fmt: skip
def count_values(
    docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch, head
):
    many = single.shape[1] + 2
    heads = np.empty(room_for_heads(many, head), dtype=np.int64)
    made, listed = count_all(
        docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, scratch,
        head, heads,
    )  # fmt: skip
    return scratch[shifts[many] : shifts[many] + made].copy(), heads[:listed]
