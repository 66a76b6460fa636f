"""Counts of the values of facets."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.kernels.compiled.parts import ONE, index
from indexer.engines.kernels.numba_types import INT, INTS, LONGS, TABLE, TUPLE, kernel, part


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
    for i in range(index(first), index(last)):
        place = found[i]
        found[i] = (((np.int64(1) << 28) - counts[index(place)]) << 28) | place
        counts[index(place)] = 0


@part
def room_for_values(docs, many, theme_starts, keyword_starts, counts):
    """How many values ``docs`` have at most, and one that is being looked at."""
    room = np.int64(len(docs)) * many
    for each in docs:
        doc = index(each)
        room += theme_starts[doc + ONE] - theme_starts[doc]
        room += keyword_starts[doc + ONE] - keyword_starts[doc]
    return min(room, len(counts)) + 1


@part
def room_for_heads(many, head):
    """How many numbers the heads of ``many`` facets are at most, with their bounds."""
    return 2 * (many + 1) + 2 * many * head


@part
def count_all(
    docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts, head,
    found, heads,
):  # fmt: skip
    """Fills ``found`` and ``heads``; how many numbers are in each then."""
    many = single.shape[1]
    made = index(0)
    heads[0] = 0
    for c in range(many + 2):
        if (wanted >> c) & 1:
            shift = index(shifts[c])
            if c < many:
                made = _count_column(docs, single, c, shift, counts, found, made)
            elif c == many:
                made = _count_lists(docs, theme_starts, themes, shift, counts, found, made)
            else:
                made = _count_lists(docs, keyword_starts, keywords, shift, counts, found, made)
            last = np.int64(made)
            _pack(found, heads[c], last, counts)
            _arrange(found, heads[c], last, head)
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
    docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts, head
):
    many = single.shape[1]
    room = room_for_values(docs, many, theme_starts, keyword_starts, counts)
    found = np.empty(room, dtype=np.int64)
    heads = np.empty(room_for_heads(many + 2, head), dtype=np.int64)
    made, listed = count_all(
        docs, single, wanted, shifts, theme_starts, themes, keyword_starts, keywords, counts,
        head, found, heads,
    )  # fmt: skip
    return found[:made], heads[:listed]
