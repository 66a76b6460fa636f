"""Counts of the values of facets."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.kernels.numba_types import INT, INTS, LONGS, TABLE, TUPLE, kernel, part


@part
def _count(counts, touched, made, place):
    if counts[place] == 0:
        touched[made] = place
        made += 1
    counts[place] += 1
    return made


@part
def _count_lists(docs, starts, codes, shift, counts, touched, made):
    for doc in docs:
        for at in range(starts[doc], starts[doc + 1]):
            made = _count(counts, touched, made, shift + codes[at])
    return made


@part
def _arrange(found, first, last, head):
    """Brings the ``head`` least of ``found[first:last]`` to its beginning, in order."""
    for i in range(first + 1, last if head else first):
        value = found[i]
        at = i
        if i >= first + head:
            at = first + head - 1
            if value > found[at]:
                continue
            found[i] = found[at]
        while at > first and found[at - 1] > value:
            found[at] = found[at - 1]
            at -= 1
        found[at] = value


@part
def _pack(found, first, last, counts):
    """Places become counted values; ``counts`` is zero afterwards."""
    for i in range(first, last):
        place = found[i]
        found[i] = (((np.int64(1) << 28) - counts[place]) << 28) | place
        counts[place] = 0


@kernel(
    TUPLE((LONGS, LONGS)), INTS, TABLE, INT, LONGS, LONGS, INTS, LONGS, INTS, LONGS, INT
)  # fmt: skip
def count_values(
    docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts, head
):
    many = single.shape[1]
    room = np.int64(len(docs)) * many
    for doc in docs:
        room += theme_starts[doc + 1] - theme_starts[doc]
        room += keyword_starts[doc + 1] - keyword_starts[doc]
    found = np.empty(min(room, len(counts)), dtype=np.int64)
    facets = many + 2
    heads = np.empty(2 * (facets + 1) + 2 * facets * head, dtype=np.int64)
    heads[0] = 0
    made = np.int64(0)
    for c in range(facets):
        if (wanted >> c) & 1:
            if c < many:
                for doc in docs:
                    code = single[doc, c]
                    if code >= 0:
                        made = _count(counts, found, made, shifts[c] + code)
            elif c == many:
                made = _count_lists(docs, theme_starts, themes, shifts[c], counts, found, made)
            else:
                made = _count_lists(docs, keyword_starts, keywords, shifts[c], counts, found, made)
            _pack(found, heads[c], made, counts)
            _arrange(found, heads[c], made, head)
        heads[c + 1] = made
    begin = 2 * (facets + 1)
    listed = np.int64(0)
    for c in range(facets):
        heads[facets + 1 + c] = listed
        for i in range(heads[c], min(heads[c] + head, heads[c + 1])):
            heads[begin + 2 * listed] = found[i] & ((np.int64(1) << 28) - 1)
            heads[begin + 2 * listed + 1] = (np.int64(1) << 28) - (found[i] >> 28)
            listed += 1
    heads[begin - 1] = listed
    return found[:made], heads[: begin + 2 * listed]
