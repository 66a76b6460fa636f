"""Plain words of one field: the best documents, their scores and number."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import (
    ONE,
    bit_of,
    frequency,
    index,
    lower_bound,
    popcount,
    word_of,
)
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
    part,
)


@part
def _keep(best_docs, best_scores, held, doc, score, orders):
    """Puts a document in its place among the best, if it is one; how many are held then."""
    size = len(best_docs)
    if held == size:
        if not size:
            return held
        worst = best_scores[size - 1]
        if score < worst or (score == worst and orders[doc] > orders[best_docs[size - 1]]):
            return held
        held -= 1
    at = held
    while at > 0 and (
        best_scores[at - 1] < score
        or (best_scores[at - 1] == score and orders[best_docs[at - 1]] > orders[doc])
    ):
        best_scores[at] = best_scores[at - 1]
        best_docs[at] = best_docs[at - 1]
        at -= 1
    best_scores[at] = score
    best_docs[at] = doc
    return held + 1


@part
def _place(docs, maps, ranks, spans, cursors, c, local):
    """Where a document stands in the list ``c``, -1 if it does not; cursors only go forward."""
    row = spans[c, 2]
    if row >= 0:
        at = word_of(local)
        word, bit = maps[index(row), at], bit_of(local)
        if not word & bit:
            return np.int64(-1)
        return spans[c, 0] + np.int64(ranks[index(row), at]) + popcount(word & (bit - ONE))
    place = lower_bound(docs, cursors[c], spans[c, 1], local)
    cursors[c] = place
    if place < spans[c, 1] and docs[index(place)] == local:
        return np.int64(place)
    return np.int64(-1)


@part
def _part(freqs, over_at, over_freq, at, weight, norm):
    tf = np.int64(freqs[index(at)])
    if tf == 255:
        tf = frequency(freqs, over_at, over_freq, at)
    return weight * tf / (norm + tf)


@part
def _is_live(live, doc):
    return live[word_of(doc)] & bit_of(doc) != 0


@part
def _in_all_maps(maps, spans, found):
    """The documents that all bitmaps have; how many."""
    made = index(0)
    first = index(spans[0, 2])
    for w in range(index(maps.shape[1])):
        rest = maps[first, w]
        for c in range(1, len(spans)):
            rest &= maps[index(spans[c, 2]), w]
        while rest:
            low = rest & (~rest + ONE)
            rest ^= low
            found[made] = np.int64(w) * 64 + popcount(low - ONE)
            made += ONE
    return np.int64(made)


@part
def _also_in_map(map_, found, many):
    """Keeps the first ``many`` of ``found`` that a bitmap has; how many."""
    made = index(0)
    for i in range(index(many)):
        local = found[i]
        # Written in any case, and kept if it is there: a branch would often be guessed wrong.
        found[made] = local
        made += index(map_[word_of(local)] & bit_of(local) != 0)
    return np.int64(made)


@part
def _also_in_list(docs, lo, hi, found, many):
    """Keeps the first ``many`` of ``found`` that a list has; how many."""
    made = np.int64(0)
    for i in range(many):
        local = found[index(i)]
        lo = lower_bound(docs, lo, hi, local)
        if lo == hi:
            break
        if docs[index(lo)] == local:
            found[index(made)] = local
            made += 1
    return made


@part
def _in_all_lists(docs, maps, spans, found):
    """The documents that all lists have, bitmaps asked first; how many."""
    first = index(spans[0, 0])
    made = spans[0, 1] - spans[0, 0]
    for i in range(index(made)):
        found[i] = docs[first + i]
    for c in range(1, len(spans)):
        if spans[c, 2] >= 0:
            made = _also_in_map(maps[spans[c, 2]], found, made)
    for c in range(1, len(spans)):
        if spans[c, 2] < 0:
            made = _also_in_list(docs, spans[c, 0], spans[c, 1], found, made)
    return made


@part
def _to_begins(cursors, spans):
    for c in range(len(spans)):
        cursors[c] = spans[c, 0]


@part
def find_all_words(
    docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
    bounds, every, found, cursors, best_docs, best_scores,
):  # fmt: skip
    """How many of the best there are, and how many in all; ``every`` may be ``found``."""
    size = len(best_docs)
    # Lists are in the order of their lengths: where the first has a bitmap, all have.
    if len(spans) > 1 and spans[0, 2] >= 0:
        shared = _in_all_maps(maps, spans, found)
    else:
        shared = _in_all_lists(docs, maps, spans, found)
    _to_begins(cursors, spans)
    made = np.int64(0)
    held = 0
    worst = 0.0
    for i in range(shared):
        local = np.int64(found[i])
        doc = local + base
        if not _is_live(live, doc):
            continue
        if len(every):
            every[made] = doc
        made += 1
        score = 0.0
        for c in range(len(spans)):
            place = _place(docs, maps, ranks, spans, cursors, c, local)
            score += _part(freqs, over_at, over_freq, place, weights[c], norm[index(doc)])
            if score + bounds[c + 1] < worst:
                break
        if score >= worst:
            held = _keep(best_docs, best_scores, held, doc, score, orders)
            worst = best_scores[size - 1] if held == size else 0.0
    return held, made


@kernel(
    TUPLE((INTS, FLOATS, INT)),
    INTS, BYTES, LONGS, INTS, MAPS, TABLE, SPANS, FLOATS, FLOATS, INT, BITS, LONGS, FLOATS,
    INTS, INT,
)  # fmt: skip
def all_words(
    docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
    bounds, every, size,
):  # fmt: skip
    best_docs = np.empty(size, dtype=np.int32)
    best_scores = np.empty(size, dtype=np.float64)
    found = np.empty(spans[0, 1] - spans[0, 0], dtype=np.int32)
    cursors = np.empty(len(spans), dtype=np.int64)
    held, made = find_all_words(
        docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
        bounds, every, found, cursors, best_docs, best_scores,
    )  # fmt: skip
    return best_docs[:held], best_scores[:held], made


@part
def _united(union, docs, maps, spans, base, live):
    """How many live documents are in any of the lists; ``union`` is an empty bitmap."""
    for c in range(len(spans)):
        row = spans[c, 2]
        if row >= 0:
            for w in range(len(union)):
                union[w] |= maps[row, w]
        else:
            for at in range(spans[c, 0], spans[c, 1]):
                local = docs[index(at)]
                union[word_of(local)] |= bit_of(local)
    first = base >> 6
    shift = np.uint64(base & 63)
    count = np.int64(0)
    if not shift:
        for w in range(len(union)):
            count += popcount(union[w] & live[first + w])
        return count
    for w in range(len(union)):
        here = live[first + w] >> shift
        if first + w + 1 < len(live):
            here |= live[first + w + 1] << (np.uint64(64) - shift)
        count += popcount(union[w] & here)
    return count


@part
def _at_most(maps, spans, bounds, first, local):
    """What the lists from ``first`` on can add to a document, but for those without it."""
    most = bounds[len(spans)]
    for c in range(first, len(spans)):
        row = spans[c, 2]
        if row < 0 or maps[index(row), word_of(local)] & bit_of(local):
            most += bounds[c] - bounds[c + 1]
    return most


@kernel(
    TUPLE((INTS, FLOATS, INT)),
    INTS, BYTES, LONGS, INTS, MAPS, TABLE, SPANS, FLOATS, FLOATS, INT, BITS, LONGS, FLOATS, INT,
)  # fmt: skip
def any_words(
    docs, freqs, over_at, over_freq, maps, ranks, spans, weights, norm, base, live, orders,
    bounds, size,
):  # fmt: skip
    best_docs = np.empty(size, dtype=np.int32)
    best_scores = np.empty(size, dtype=np.float64)
    held = 0
    many = len(weights)
    cursors = np.empty(many, dtype=np.int64)
    for c in range(many):
        worst = best_scores[size - 1] if held == size else 0.0
        # What the lists from here on may add, and those behind this one.
        if held == size and bounds[c] < worst:
            break
        behind = bounds[c + 1]
        weight = weights[c]
        cursors[:] = spans[:, 0]
        for at in range(spans[c, 0], spans[c, 1]):
            doc = np.int64(docs[index(at)]) + base
            damp = norm[index(doc)]
            tf = np.int64(freqs[index(at)])
            if tf == 255:
                tf = frequency(freqs, over_at, over_freq, at)
            # Less than the worst of the best, whatever the lists behind have …
            if weight * tf < (worst - behind) * (damp + tf):
                continue
            local = doc - base
            score = weight * tf / (damp + tf)
            # … and whatever those have that it is in, as far as bitmaps tell.
            if score + _at_most(maps, spans, bounds, c + 1, local) < worst:
                continue
            before = False
            for earlier in range(c):
                before |= _place(docs, maps, ranks, spans, cursors, earlier, local) >= 0
            if before or not _is_live(live, doc):
                continue
            for later in range(c + 1, many):
                place = _place(docs, maps, ranks, spans, cursors, later, local)
                if place >= 0:
                    score += _part(freqs, over_at, over_freq, place, weights[later], damp)
            if held < size or score >= best_scores[size - 1]:
                held = _keep(best_docs, best_scores, held, doc, score, orders)
                if held == size:
                    worst = best_scores[size - 1]
    union = np.zeros(maps.shape[1], dtype=np.uint64)
    count = _united(union, docs, maps, spans, base, live)
    return best_docs[:held], best_scores[:held], count
