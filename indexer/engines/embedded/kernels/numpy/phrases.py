"""Units in a row, and within one sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.numpy.postings import _in_zones
from indexer.engines.embedded.kernels.numpy.types import Any_, Ints, Longs


def phrase(
    pair_keys: Ints,
    unit_keys: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    units: Ints,
    starts: Longs,
    wanted_lo: Ints,
    wanted_hi: Ints,
    zones: int,
) -> tuple[Ints, Ints]:
    """Where units stand one after the other: keys, ascending, and how often in each.

    Candidates are in all lists ``[los[i], his[i])`` of ``pair_keys`` (where
    ``sources[i]`` is 0) or ``unit_keys`` (1), the shortest first.  In
    ``units[starts[key]:starts[key + 1]]`` unit number ``u`` stands for the
    wanted one at ``i`` if ``wanted_lo[i] <= u < wanted_hi[i]``.
    """
    lists = [
        (pair_keys if source == 0 else unit_keys)[lo:hi]
        for source, lo, hi in zip(sources.tolist(), los.tolist(), his.tolist(), strict=True)
    ]
    keys = _in_zones(lists[0], zones)
    for other in lists[1:]:
        keys = np.intersect1d(keys, other, assume_unique=True)
    _, owners = _places(units, starts, keys, wanted_lo, wanted_hi)
    counts = np.bincount(owners, minlength=len(keys))
    return keys[counts > 0].astype(np.int32), counts[counts > 0].astype(np.int32)


def aligned(
    positions: Ints,
    los: Longs,
    his: Longs,
    shifts: Longs,
    size: int,
    starts: Longs,
    zones: int,
) -> tuple[Ints, Ints]:
    """Where pairs stand so that they make a phrase of ``size`` units: keys and counts as above.

    Pair ``i`` has the positions ``[los[i], his[i])`` and begins ``shifts[i]``
    units after the phrase does; the shortest list first.
    """
    begins = np.unique(positions[los[0] : his[0]].astype(np.int64) - shifts[0])
    for lo, hi, shift in zip(los[1:].tolist(), his[1:].tolist(), shifts[1:].tolist(), strict=True):
        begins = np.intersect1d(begins, positions[lo:hi].astype(np.int64) - shift, True)
    begins = begins[begins >= 0]
    keys = np.searchsorted(starts, begins, side="right") - 1
    inside = (starts[keys + 1] >= begins + size) & ((zones >> (keys & 3)) & 1 == 1)
    found, counts = np.unique(keys[inside], return_counts=True)
    return found.astype(np.int32), counts.astype(np.int32)


def _places(
    units: Ints, starts: Longs, keys: Any_, wanted_lo: Ints, wanted_hi: Ints
) -> tuple[Longs, Longs]:
    """Every place where the wanted units stand, and the index in ``keys`` it belongs to."""
    size = len(wanted_lo)
    room = np.maximum(starts[keys.astype(np.int64) + 1] - starts[keys] - size + 1, 0)
    owners = np.repeat(np.arange(len(keys)), room)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(room) - room), room)
    for i in range(size):
        here = units[places + i]
        fits = (here >= wanted_lo[i]) & (here < wanted_hi[i])
        places, owners = places[fits], owners[fits]
    return places, owners


def phrase_sentences(
    units: Ints, starts: Longs, keys: Ints, wanted_lo: Ints, wanted_hi: Ints, ender: int
) -> Longs:
    """The sentences in which units stand one after the other, of the fields ``keys``.

    A sentence is ``key << 32 | number``, int64, ascending: the number of units
    ``ender`` before it.  What an ender divides stands in no one sentence; one
    that it ends in belongs to it.
    """
    places, owners = _places(units, starts, keys, wanted_lo, wanted_hi)
    divided = np.zeros(len(places), dtype=np.bool_)
    for i in range(len(wanted_lo) - 1):
        divided |= units[places + i] == ender
    places, owners = places[~divided], owners[~divided]
    return np.unique(_sentences(units == ender, starts, keys, places, owners))


def _sentences(
    ends: NDArray[np.bool_], starts: Longs, keys: Ints, places: Longs, owners: Longs
) -> Longs:
    before = np.concatenate([[0], np.cumsum(ends)])
    number = before[places] - before[starts[keys[owners]]]
    sentences: Longs = (keys[owners].astype(np.int64) << 32) | number
    return sentences


def word_sentences(words: Ints, starts: Longs, keys: Ints, lo: int, hi: int) -> Longs:
    """The sentences that hold a word numbered from ``lo`` to ``hi`` - 1, as above.

    In ``words`` a run of -1 is the end of a sentence; -2 is anything else
    that is no word.
    """
    first = np.zeros(len(words), dtype=np.bool_)
    first[starts[:-1][starts[:-1] < len(words)]] = True
    again = np.concatenate([[False], (words[1:] == -1) & (words[:-1] == -1)]) & ~first
    flat = (words >= lo) & (words < hi)
    room = starts[keys.astype(np.int64) + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), room)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(room) - room), room)
    here = flat[places]
    ends = (words == -1) & ~again
    return np.unique(_sentences(ends, starts, keys, places[here], owners[here]))
