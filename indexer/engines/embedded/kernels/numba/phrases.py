"""Units in a row, and within one sentence."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.parts import lower_bound
from indexer.engines.embedded.kernels.numba.types import INT, INTS, LONGS, TUPLE, kernel, part


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
            at = lower_bound(keys, cursors[c], his[c], key)
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
            at = lower_bound(positions, cursors[c], his[c], wanted)
            cursors[c] = at
            if at == his[c]:
                return found[:made].copy(), counts[:made].copy()
            if positions[at] != wanted:
                everywhere = False
                break
        if everywhere:
            key = lower_bound(starts, key, len(starts), begin + 1) - 1
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
