"""The kernels of searching in machine code, compiled by numba.

Each function is the twin of the one of the same name in
:mod:`indexer.engines.kernels.plain`, whose docstring says what it does; a test
holds the two against each other.  All of them release the GIL, allocate little
beside what they return, and are compiled once, for fixed types: the machine code
lies in numba's cache (in the user's cache directory where the package's own
cannot be written to).

They stand in one file because that cache knows a function by its own file
alone: a part that another file had changed would go on in its old form.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.kernels.numba_types import (
    BITS,
    BYTES,
    FLOAT,
    FLOATS,
    INT,
    INTS,
    LONGS,
    MAPS,
    MASK,
    SPANS,
    TABLE,
    TUPLE,
    VOID,
    kernel,
    part,
)


@part
def _lower_bound(keys, lo, hi, key):
    """The first place in ``keys[lo:hi]`` that is not less than ``key``, galloping from ``lo``."""
    if lo >= hi or keys[lo] >= key:
        return lo
    step = 1
    at = lo
    while at + step < hi and keys[at + step] < key:
        at += step
        step <<= 1
    left = at + 1
    right = min(at + step, hi)
    while left < right:
        middle = (left + right) >> 1
        if keys[middle] < key:
            left = middle + 1
        else:
            right = middle
    return left


@kernel(VOID, BITS, INTS, INT, INT, INT, INT)
def set_docs(bits, keys, lo, hi, zones, base):
    word = np.int64(-1)
    gathered = np.uint64(0)
    for i in range(lo, hi):
        key = keys[i]
        if (zones >> (key & 3)) & 1:
            doc = np.int64(key >> 2) + base
            if doc >> 6 != word:
                if word >= 0:
                    bits[word] |= gathered
                word = doc >> 6
                gathered = np.uint64(0)
            gathered |= np.uint64(1) << np.uint64(doc & 63)
    if word >= 0:
        bits[word] |= gathered


@part
def _popcount(x):
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel(INT, BITS)
def count_bits(bits):
    total = np.int64(0)
    for i in range(len(bits)):
        total += _popcount(bits[i])
    return total


@kernel(INTS, BITS)
def docs_of(bits):
    found = np.empty(count_bits(bits), dtype=np.int32)
    at = 0
    for i in range(len(bits)):
        rest = bits[i]
        while rest:
            low = rest & (~rest + np.uint64(1))
            found[at] = i * 64 + _popcount(low - np.uint64(1))
            at += 1
            rest ^= low
    return found


@part
def _stands_at(units, at, wanted_lo, wanted_hi):
    for i in range(len(wanted_lo)):
        unit = units[at + i]
        if unit < wanted_lo[i] or unit >= wanted_hi[i]:
            return False
    return True


@kernel(TUPLE((INTS, INTS)), INTS, INTS, LONGS, LONGS, LONGS, INTS, LONGS, INTS, INTS, INT)
def phrase(pair_keys, unit_keys, sources, los, his, units, starts, wanted_lo, wanted_hi, zones):
    room = his[0] - los[0]
    found = np.empty(room, dtype=np.int32)
    counts = np.empty(room, dtype=np.int32)
    cursors = los.copy()
    size = len(wanted_lo)
    many = len(sources)
    made = 0
    for i in range(los[0], his[0]):
        key = pair_keys[i] if sources[0] == 0 else unit_keys[i]
        if not (zones >> (key & 3)) & 1:
            continue
        everywhere = True
        for c in range(1, many):
            keys = pair_keys if sources[c] == 0 else unit_keys
            at = _lower_bound(keys, cursors[c], his[c], key)
            cursors[c] = at
            if at == his[c]:
                return found[:made].copy(), counts[:made].copy()
            if keys[at] != key:
                everywhere = False
                break
        if everywhere:
            times = 0
            for at in range(starts[key], starts[key + 1] - size + 1):
                if _stands_at(units, at, wanted_lo, wanted_hi):
                    times += 1
            if times:
                found[made] = key
                counts[made] = times
                made += 1
    return found[:made].copy(), counts[:made].copy()


@kernel(TUPLE((INTS, INTS)), INTS, LONGS, LONGS, LONGS, INT, LONGS, INT)
def aligned(positions, los, his, shifts, size, starts, zones):
    room = his[0] - los[0]
    found = np.empty(room, dtype=np.int32)
    counts = np.empty(room, dtype=np.int32)
    cursors = los.copy()
    many = len(los)
    made = 0
    key = np.int64(0)
    for i in range(los[0], his[0]):
        begin = np.int64(positions[i]) - shifts[0]
        everywhere = begin >= 0
        for c in range(1, many):
            wanted = begin + shifts[c]
            at = _lower_bound(positions, cursors[c], his[c], wanted)
            cursors[c] = at
            if at == his[c]:
                return found[:made].copy(), counts[:made].copy()
            if positions[at] != wanted:
                everywhere = False
                break
        if everywhere:
            key = _lower_bound(starts, key, len(starts), begin + 1) - 1
            if starts[key + 1] < begin + size or not (zones >> (key & 3)) & 1:
                continue
            if made and found[made - 1] == key:
                counts[made - 1] += 1
            else:
                found[made] = key
                counts[made] = 1
                made += 1
    return found[:made].copy(), counts[:made].copy()


@kernel(LONGS, INTS, LONGS, INTS, INTS, INTS, INT)
def phrase_sentences(units, starts, keys, wanted_lo, wanted_hi, ender):
    size = len(wanted_lo)
    room = 0
    for key in keys:
        room += max(0, starts[key + 1] - starts[key] - size + 1)
    found = np.empty(room, dtype=np.int64)
    made = 0
    for key in keys:
        sentence = np.int64(0)
        for at in range(starts[key], starts[key + 1] - size + 1):
            if _stands_at(units, at, wanted_lo, wanted_hi):
                divided = False
                for i in range(size - 1):
                    divided |= units[at + i] == ender
                place = (np.int64(key) << 32) | sentence
                if not divided and (made == 0 or found[made - 1] != place):
                    found[made] = place
                    made += 1
            if units[at] == ender:
                sentence += 1
    return found[:made].copy()


@kernel(LONGS, INTS, LONGS, INTS, INT, INT)
def word_sentences(words, starts, keys, lo, hi):
    room = 0
    for key in keys:
        room += starts[key + 1] - starts[key]
    found = np.empty(room, dtype=np.int64)
    made = 0
    for key in keys:
        sentence = np.int64(0)
        after_ender = False
        for at in range(starts[key], starts[key + 1]):
            word = words[at]
            if word == -1:
                if not after_ender:
                    sentence += 1
                after_ender = True
                continue
            after_ender = False
            if lo <= word < hi:
                place = (np.int64(key) << 32) | sentence
                if made == 0 or found[made - 1] != place:
                    found[made] = place
                    made += 1
    return found[:made].copy()


@part
def _frequency(freqs, over_at, over_freq, at):
    freq = np.int64(freqs[at])
    if freq == 255:
        freq = np.int64(over_freq[np.searchsorted(over_at, at)])
    return freq


@part
def _add_scores(
    docs,
    scores,
    first,
    last,
    keys,
    freqs,
    over_at,
    over_freq,
    lo,
    hi,
    zones,
    base,
    norm,
    weight,
    k1,
):
    sparse = (hi - lo) > 8 * (last - first)
    at = np.int64(lo)
    j = np.int64(first)
    while j < last and at < hi:
        doc = np.int64(docs[j])
        if sparse:
            at = _lower_bound(keys, at, hi, (doc - base) << 2)
        else:
            while at < hi and np.int64(keys[at] >> 2) + base < doc:
                at += 1
        if at == hi:
            break
        here = np.int64(keys[at] >> 2) + base
        if here > doc:
            j = _lower_bound(docs, j + 1, last, here)
            continue
        tf = np.int64(0)
        while at < hi and np.int64(keys[at] >> 2) + base == doc:
            if (zones >> (keys[at] & 3)) & 1:
                tf += _frequency(freqs, over_at, over_freq, at)
            at += 1
        if tf:
            scores[j] += weight * tf / (k1 * norm[doc] + tf)
        j += 1


@kernel(
    VOID, INTS, FLOATS, INT, INT,
    INTS, BYTES, LONGS, INTS, INTS, BYTES, LONGS, INTS,
    LONGS, LONGS, LONGS, FLOATS, INT, INT, FLOATS, FLOATS, FLOAT,
)  # fmt: skip
def score_terms(
    docs, scores, first, last,
    word_keys, word_freqs, word_over_at, word_over_freq,
    pair_keys, pair_freqs, pair_over_at, pair_over_freq,
    sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
):  # fmt: skip
    for t in range(len(sources)):
        if sources[t] == 0:
            _add_scores(
                docs, scores, first, last,
                word_keys, word_freqs, word_over_at, word_over_freq,
                los[t], his[t], zones, base, word_norm, weights[t], k1,
            )  # fmt: skip
        else:
            _add_scores(
                docs, scores, first, last,
                pair_keys, pair_freqs, pair_over_at, pair_over_freq,
                los[t], his[t], zones, base, pair_norm, weights[t], k1,
            )  # fmt: skip


@kernel(INTS, INTS, INT, INT, INT, INT)
def docs_in(keys, lo, hi, zones, base):
    found = np.empty(hi - lo, dtype=np.int32)
    made = 0
    for i in range(lo, hi):
        key = keys[i]
        if (zones >> (key & 3)) & 1:
            doc = (key >> 2) + base
            if not made or found[made - 1] != doc:
                found[made] = doc
                made += 1
    return found[:made].copy()


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
        word = maps[row, local >> 6]
        bit = np.uint64(1) << np.uint64(local & 63)
        if not word & bit:
            return np.int64(-1)
        before = _popcount(word & (bit - np.uint64(1)))
        return spans[c, 0] + np.int64(ranks[row, local >> 6]) + before
    at = _lower_bound(docs, cursors[c], spans[c, 1], local)
    cursors[c] = at
    if at < spans[c, 1] and docs[at] == local:
        return np.int64(at)
    return np.int64(-1)


@part
def _part(freqs, over_at, over_freq, at, weight, norm):
    tf = np.int64(freqs[at])
    if tf == 255:
        tf = _frequency(freqs, over_at, over_freq, at)
    return weight * tf / (norm + tf)


@part
def _is_live(live, doc):
    return (live[doc >> 6] >> np.uint64(doc & 63)) & np.uint64(1)


@part
def _in_all_maps(maps, spans, found):
    """The documents that all bitmaps have; how many."""
    made = np.int64(0)
    first = spans[0, 2]
    for w in range(maps.shape[1]):
        rest = maps[first, w]
        for c in range(1, len(spans)):
            rest &= maps[spans[c, 2], w]
        while rest:
            low = rest & (~rest + np.uint64(1))
            rest ^= low
            found[made] = w * 64 + _popcount(low - np.uint64(1))
            made += 1
    return made


@part
def _in_all_lists(docs, maps, spans, cursors, found):
    """The documents of the first list that the others have too, bitmaps asked first; how many."""
    made = np.int64(0)
    for at in range(spans[0, 0], spans[0, 1]):
        local = np.int64(docs[at])
        everywhere = True
        for c in range(len(spans) - 1, 0, -1):
            row = spans[c, 2]
            if row >= 0:
                everywhere = (maps[row, local >> 6] >> np.uint64(local & 63)) & np.uint64(1) != 0
            else:
                place = _lower_bound(docs, cursors[c], spans[c, 1], local)
                cursors[c] = place
                if place == spans[c, 1]:
                    return made
                everywhere = docs[place] == local
            if not everywhere:
                break
        if everywhere:
            found[made] = local
            made += 1
    return made


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
    cursors = spans[:, 0].copy()
    # Lists are in the order of their lengths: where the first has a bitmap, all have.
    if len(spans) > 1 and spans[0, 2] >= 0:
        shared = _in_all_maps(maps, spans, found)
    else:
        shared = _in_all_lists(docs, maps, spans, cursors, found)
    cursors[:] = spans[:, 0]
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
            score += _part(freqs, over_at, over_freq, place, weights[c], norm[doc])
            if score + bounds[c + 1] < worst:
                break
        if score >= worst:
            held = _keep(best_docs, best_scores, held, doc, score, orders)
            worst = best_scores[size - 1] if held == size else 0.0
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
                local = docs[at]
                union[local >> 6] |= np.uint64(1) << np.uint64(local & 63)
    first = base >> 6
    shift = np.uint64(base & 63)
    count = np.int64(0)
    if not shift:
        for w in range(len(union)):
            count += _popcount(union[w] & live[first + w])
        return count
    for w in range(len(union)):
        here = live[first + w] >> shift
        if first + w + 1 < len(live):
            here |= live[first + w + 1] << (np.uint64(64) - shift)
        count += _popcount(union[w] & here)
    return count


@part
def _at_most(maps, spans, bounds, first, local):
    """What the lists from ``first`` on can add to a document, but for those without it."""
    most = bounds[len(spans)]
    for c in range(first, len(spans)):
        row = spans[c, 2]
        if row < 0 or (maps[row, local >> 6] >> np.uint64(local & 63)) & np.uint64(1):
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
            doc = np.int64(docs[at]) + base
            damp = norm[doc]
            tf = np.int64(freqs[at])
            if tf == 255:
                tf = _frequency(freqs, over_at, over_freq, at)
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


@kernel(
    VOID, INTS, FLOATS, LONGS, INT, INT, INTS, LONGS, INT, INTS, INT, INT, FLOATS, FLOATS, FLOAT
)  # fmt: skip
def unit_scores(
    docs, scores, chosen, first, last,
    units, starts, base, ids, vocabulary, zones, norm, weights, k1,
):  # fmt: skip
    slots = np.full(vocabulary, -1, dtype=np.int32)
    for t in range(len(ids)):
        if ids[t] >= 0:
            slots[ids[t]] = t
    counts = np.zeros(len(weights), dtype=np.int64)
    for i in range(first, last):
        j = chosen[i]
        if scores[j] <= 0:
            continue
        doc = np.int64(docs[j])
        counts[:] = 0
        for zone in range(4):
            if (zones >> zone) & 1:
                key = (doc - base) * 4 + zone
                for at in range(starts[key], starts[key + 1]):
                    slot = slots[units[at]]
                    if slot >= 0:
                        counts[slot] += 1
        for t in range(len(weights)):
            if counts[t]:
                scores[j] += weights[t] * counts[t] / (k1 * norm[doc] + counts[t])


@part
def _worse(scores, a, b):
    if scores[a] != scores[b]:
        return scores[a] < scores[b]
    return a > b


@kernel(LONGS, FLOATS, INT)
def best(scores, size):
    heap = np.empty(min(size, len(scores)), dtype=np.int64)
    held = 0
    for j in range(len(scores)):
        if scores[j] <= 0:
            continue
        if held < size:
            at = held
            held += 1
            while at > 0:
                up = (at - 1) >> 1
                if not _worse(scores, j, heap[up]):
                    break
                heap[at] = heap[up]
                at = up
            heap[at] = j
        elif scores[j] > scores[heap[0]]:
            at = 0
            while True:
                down = 2 * at + 1
                if down >= held:
                    break
                if down + 1 < held and _worse(scores, heap[down + 1], heap[down]):
                    down += 1
                if not _worse(scores, heap[down], j):
                    break
                heap[at] = heap[down]
                at = down
            heap[at] = j
    return np.sort(heap[:held])


@kernel(VOID, INTS, FLOATS, INTS, FLOATS, FLOAT)
def in_context(docs, scores, policies, prior, weight):
    best_three = np.zeros((len(prior), 3))
    for j in range(len(docs)):
        policy = policies[docs[j]]
        score = scores[j]
        if policy < 0 or score <= 0:
            continue
        if score > best_three[policy, 2]:
            if score > best_three[policy, 1]:
                best_three[policy, 2] = best_three[policy, 1]
                if score > best_three[policy, 0]:
                    best_three[policy, 1] = best_three[policy, 0]
                    best_three[policy, 0] = score
                else:
                    best_three[policy, 1] = score
            else:
                best_three[policy, 2] = score
    for j in range(len(docs)):
        policy = policies[docs[j]]
        if policy < 0 or scores[j] <= 0:
            continue
        evidence = best_three[policy, 0] + best_three[policy, 1] + best_three[policy, 2]
        scores[j] = (scores[j] + weight * evidence) * prior[policy]


@kernel(
    VOID, INTS, FLOATS,
    INTS, BYTES, LONGS, INTS, INTS, BYTES, LONGS, INTS,
    LONGS, LONGS, LONGS, FLOATS, INT, INT, FLOATS, FLOATS, FLOAT,
    INTS, LONGS, INTS, INT, FLOATS, FLOATS, INT, INTS, FLOATS, FLOAT,
)  # fmt: skip
def rank(
    docs, scores,
    word_keys, word_freqs, word_over_at, word_over_freq,
    pair_keys, pair_freqs, pair_over_at, pair_over_freq,
    sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
    units, starts, ids, vocabulary, unit_norm, unit_weights, candidates,
    policies, prior, evidence,
):  # fmt: skip
    many = len(docs)
    score_terms(
        docs, scores, 0, many,
        word_keys, word_freqs, word_over_at, word_over_freq,
        pair_keys, pair_freqs, pair_over_at, pair_over_freq,
        sources, los, his, weights, zones, base, word_norm, pair_norm, k1,
    )  # fmt: skip
    if len(ids):
        chosen = best(scores, candidates)
        unit_scores(
            docs, scores, chosen, 0, len(chosen), units, starts, base,
            ids, vocabulary, zones, unit_norm, unit_weights, k1,
        )  # fmt: skip
    in_context(docs, scores, policies, prior, evidence)


@kernel(VOID, BITS, BITS, INT)
def or_map(bits, map_, base):
    first = base >> 6
    shift = np.uint64(base & 63)
    for w in range(len(map_)):
        bits[first + w] |= map_[w] << shift
        if shift and first + w + 1 < len(bits):
            bits[first + w + 1] |= map_[w] >> (np.uint64(64) - shift)


@kernel(VOID, INTS, LONGS, INTS, INT, INT, INT, INT)
def mark_docs(docs, marks, keys, lo, hi, zones, base):
    j = np.int64(0)
    before = np.int64(-1)
    for i in range(lo, hi):
        key = keys[i]
        doc = np.int64(key >> 2) + base
        if (zones >> (key & 3)) & 1 and doc != before:
            before = doc
            j = _lower_bound(docs, j, len(docs), doc)
            if j < len(docs) and docs[j] == doc:
                marks[j] += 1


@kernel(MASK, INTS, BITS)
def has_bits(docs, bits):
    found = np.empty(len(docs), dtype=np.bool_)
    for j in range(len(docs)):
        found[j] = (bits[docs[j] >> 6] >> np.uint64(docs[j] & 63)) & np.uint64(1)
    return found


@part
def _before(docs, keys, scores, orders, a, b):
    if keys[a] != keys[b]:
        return keys[a] > keys[b]
    if scores[a] != scores[b]:
        return scores[a] > scores[b]
    if orders[docs[a]] != orders[docs[b]]:
        return orders[docs[a]] < orders[docs[b]]
    return a < b


@part
def _sink(heap, held, docs, keys, scores, orders, j):
    at = 0
    while True:
        down = 2 * at + 1
        if down >= held:
            break
        if down + 1 < held and _before(docs, keys, scores, orders, heap[down], heap[down + 1]):
            down += 1
        if not _before(docs, keys, scores, orders, j, heap[down]):
            break
        heap[at] = heap[down]
        at = down
    if held:
        heap[at] = j


@kernel(LONGS, INTS, LONGS, FLOATS, LONGS, INT)
def top(docs, keys, scores, orders, size):
    heap = np.empty(min(size, len(keys)), dtype=np.int64)
    held = 0
    for j in range(len(keys)):
        if held < size:
            at = held
            held += 1
            while at > 0:
                up = (at - 1) >> 1
                if not _before(docs, keys, scores, orders, heap[up], j):
                    break
                heap[at] = heap[up]
                at = up
            heap[at] = j
        elif _before(docs, keys, scores, orders, j, heap[0]):
            _sink(heap, held, docs, keys, scores, orders, j)
    result = np.empty(held, dtype=np.int64)
    while held:
        held -= 1
        result[held] = heap[0]
        _sink(heap, held, docs, keys, scores, orders, heap[held])
    return result


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
    for i in range(first + 1, last):
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
    heads = np.empty((many + 2) * (2 * head + 1) + 1, dtype=np.int64)
    made = np.int64(0)
    heads[0] = 0
    for c in range(many + 2):
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
    listed = many + 3
    for c in range(many + 2):
        for i in range(heads[c], min(heads[c] + head, heads[c + 1])):
            heads[listed] = found[i] & ((np.int64(1) << 28) - 1)
            heads[listed + 1] = (np.int64(1) << 28) - (found[i] >> 28)
            listed += 2
    return found[:made], heads[:listed]


@kernel(BYTES, BYTES, LONGS, INTS, INT, INT)
def joined_pieces(blob, offsets, docs, many, piece):
    room = np.int64(max(0, len(docs) - 1))
    for doc in docs:
        at = np.int64(doc) * many + piece
        room += offsets[at + 1] - offsets[at]
    joined = np.zeros(room, dtype=np.uint8)
    made = 0
    for doc in docs:
        at = np.int64(doc) * many + piece
        for i in range(offsets[at], offsets[at + 1]):
            joined[made] = blob[i]
            made += 1
        made += 1
    return joined
