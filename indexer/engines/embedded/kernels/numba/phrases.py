"""Units in a row, and within one sentence."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import lower_bound
from indexer.engines.embedded.kernels.numba.types import (
    CANDIDATES,
    COVER,
    INT,
    INTS,
    LONGS,
    OPEN_PAIRS,
    OPEN_PAIRS_16,
    RANGES,
    UNITS,
    kernel,
    kernel_for,
    part,
)


@part
def _stands_at(units, at, wanted):
    many = len(wanted.opening)
    for i in range(1 if many else 0, len(wanted.first)):
        unit = units[at + i]
        if unit < wanted.first[i] or unit >= wanted.last[i]:
            return False
    if many:
        place = lower_bound(wanted.opening, 0, many, units[at])
        return place < many and wanted.opening[place] == units[at]
    return True


@part
def _stands_in(texts, key, wanted):
    """Whether the wanted units stand in the text of a key."""
    last = texts.starts[key + 1] - len(wanted.first)
    found = False
    for at in range(texts.starts[key], last + 1):
        if _stands_at(texts.units, at, wanted):
            found = True
            break
    return found


#: What is known of a key: it is not in all lists, it is, or no later key can be.
_NOT, _IN_ALL, _NO_MORE = 0, 1, 2


@part
def _in_all(candidates, cursors, key):
    """Whether a key is in all lists; cursors only go forward."""
    for c in range(1, len(cursors)):
        keys = candidates.pair_keys if candidates.sources[c] == 0 else candidates.unit_keys
        at = lower_bound(keys, cursors[c], candidates.ends[c], key)
        cursors[c] = at
        if at == candidates.ends[c]:
            return _NO_MORE
        if keys[at] != key:
            return _NOT
    return _IN_ALL


@kernel(INTS, CANDIDATES, UNITS, RANGES, INT)
def phrase(candidates, texts, wanted, slots):
    begin, end = candidates.begins[0], candidates.ends[0]
    found = np.empty(end - begin, dtype=np.int32)
    cursors = candidates.begins.copy()
    made = 0
    for i in range(begin, end):
        key = candidates.pair_keys[i] if candidates.sources[0] == 0 else candidates.unit_keys[i]
        if not (slots >> (key & 3)) & 1:
            continue
        known = _in_all(candidates, cursors, key)
        if known == _NO_MORE:
            break
        if known == _IN_ALL and _stands_in(texts, key, wanted):
            found[made] = key
            made += 1
    return found[:made].copy()


@part
def _all_begin(cover, cursors, begin):
    """Whether every pair stands where it must if the phrase begins there."""
    for c in range(1, len(cursors)):
        position = begin + cover.shifts[c]
        at = lower_bound(cover.positions, cursors[c], cover.ends[c], position)
        cursors[c] = at
        if at == cover.ends[c]:
            return _NO_MORE
        if cover.positions[at] != position:
            return _NOT
    return _IN_ALL


@kernel(INTS, COVER, INT, LONGS, INT)
def aligned(cover, size, starts, slots):
    found = np.empty(cover.ends[0] - cover.begins[0], dtype=np.int32)
    cursors = cover.begins.copy()
    made = 0
    key = np.int64(0)
    for i in range(cover.begins[0], cover.ends[0]):
        begin = np.int64(cover.positions[i]) - cover.shifts[0]
        if begin < 0:
            continue
        known = _all_begin(cover, cursors, begin)
        if known == _NO_MORE:
            break
        if known == _IN_ALL:
            key = lower_bound(starts, key, len(starts), begin + 1) - 1
            inside = starts[key + 1] >= begin + size and (slots >> (key & 3)) & 1
            if inside and (made == 0 or found[made - 1] != key):
                found[made] = key
                made += 1
    return found[:made].copy()


@part
def _pairs_of(pairs, wanted, at, unit):
    """The open pairs of a row that begin with its unit ``at``: from one to before another."""
    first = np.int64(unit) << 32
    if len(wanted.first) == 1:
        low, high = first, first + (np.int64(1) << 32)
    else:
        low, high = first | wanted.first[at + 1], first | wanted.last[at + 1]
    many = len(pairs.codes)
    begin = lower_bound(pairs.codes, 0, many, low)
    return begin, lower_bound(pairs.codes, begin, many, high)


@part
def _firsts(wanted, at):
    """How many units may begin the pair ``at``, and whether these are the opening ones."""
    opening = at == 0 and len(wanted.opening) > 0
    if opening:
        return len(wanted.opening), True
    # Only of a single unit are there several; all others that begin a pair are exact.
    return wanted.last[at] - wanted.first[at] if len(wanted.first) == 1 else 1, False


@kernel_for(LONGS(OPEN_PAIRS, RANGES), LONGS(OPEN_PAIRS_16, RANGES))
def open_rows(pairs, wanted):
    size = len(wanted.first)
    steps = max(1, size - 1)
    most = np.int64(0)
    for at in range(steps):
        many, opening = _firsts(wanted, at)
        for i in range(many):
            unit = wanted.opening[i] if opening else wanted.first[at] + i
            begin, end = _pairs_of(pairs, wanted, at, unit)
            most += pairs.places[end] - pairs.places[begin]
    found = np.empty(most, dtype=np.int64)
    made = 0
    for at in range(steps):
        many, opening = _firsts(wanted, at)
        for i in range(many):
            unit = wanted.opening[i] if opening else wanted.first[at] + i
            begin, end = _pairs_of(pairs, wanted, at, unit)
            for j in range(pairs.places[begin], pairs.places[end]):
                place = np.int64(pairs.positions[j]) - at
                if size > 2:
                    if place < 0 or place + size > len(pairs.units):
                        continue
                    if not _stands_at(pairs.units, place, wanted):
                        continue
                found[made] = place
                made += 1
    found = np.sort(found[:made])
    kept = 0
    for j in range(made):
        if j == 0 or found[j] != found[kept - 1]:
            found[kept] = found[j]
            kept += 1
    return found[:kept].copy()


@kernel(LONGS, UNITS, INTS, RANGES, INT)
def phrase_sentences(texts, keys, wanted, ender):
    units, starts, size = texts.units, texts.starts, len(wanted.first)
    most = 0
    for key in keys:
        most += max(0, starts[key + 1] - starts[key] - size + 1)
    found = np.empty(most, dtype=np.int64)
    made = 0
    for key in keys:
        sentence = np.int64(0)
        for at in range(starts[key], starts[key + 1] - size + 1):
            if _stands_at(units, at, wanted):
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
def word_sentences(words, starts, keys, first, last):
    most = 0
    for key in keys:
        most += starts[key + 1] - starts[key]
    found = np.empty(most, dtype=np.int64)
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
            if first <= word < last:
                place = (np.int64(key) << 32) | sentence
                if made == 0 or found[made - 1] != place:
                    found[made] = place
                    made += 1
    return found[:made].copy()
