"""Units in a row, and within one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import (
    Candidates,
    Flags,
    Ints,
    Longs,
    OpenPairs,
    PairCover,
    TextUnits,
    UnitRanges,
)
from indexer.engines.embedded.kernels.numpy.postings import in_slots


def phrase(candidates: Candidates, texts: TextUnits, wanted: UnitRanges, slots: int) -> Ints:
    rows = (candidates.sources, candidates.begins, candidates.ends)
    lists = [
        (candidates.unit_keys if source else candidates.pair_keys)[begin:end]
        for source, begin, end in zip(*(row.tolist() for row in rows), strict=True)
    ]
    keys = in_slots(lists[0], slots)
    for other in lists[1:]:
        keys = np.intersect1d(keys, other, assume_unique=True)
    _, owners = _places(texts, keys, wanted)
    return keys[np.unique(owners)].astype(np.int32)


def aligned(cover: PairCover, size: int, starts: Longs, slots: int) -> Ints:
    rows = (cover.begins, cover.ends, cover.shifts)
    begins = None
    for begin, end, shift in zip(*(row.tolist() for row in rows), strict=True):
        here = cover.positions[begin:end].astype(np.int64) - shift
        begins = here if begins is None else np.intersect1d(begins, here, True)
    assert begins is not None, "a phrase has at least one pair"
    begins = begins[begins >= 0]
    keys = np.searchsorted(starts, begins, side="right") - 1
    inside = (starts[keys + 1] >= begins + size) & ((slots >> (keys & 3)) & 1 == 1)
    return np.unique(keys[inside]).astype(np.int32)


def _places(texts: TextUnits, keys: NDArray[Any], wanted: UnitRanges) -> tuple[Longs, Longs]:
    """Every place where the wanted units stand, and the index in ``keys`` it belongs to."""
    starts, size = texts.starts, len(wanted.first)
    many = np.maximum(starts[keys.astype(np.int64) + 1] - starts[keys] - size + 1, 0)
    owners = np.repeat(np.arange(len(keys)), many)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(many) - many), many)
    for i in range(size):
        here = texts.units[places + i]
        if i == 0 and len(wanted.opening):
            fits = np.isin(here, wanted.opening)
        else:
            fits = (here >= wanted.first[i]) & (here < wanted.last[i])
        places, owners = places[fits], owners[fits]
    return places, owners


def open_rows(pairs: OpenPairs, wanted: UnitRanges) -> Longs:
    size = len(wanted.first)
    if size == 1:
        single = np.arange(wanted.first[0], wanted.last[0])
        firsts = wanted.opening if len(wanted.opening) else single
        found = [_beginning(pairs, firsts, 0, 1 << 32)]
    else:
        candidates = _candidates(pairs, wanted)
        # Of two units the pair is the whole row.
        found = [
            _compared(pairs, wanted, at, each) if size > 2 else each for at, each in candidates
        ]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))


def _candidates(pairs: OpenPairs, wanted: UnitRanges) -> Iterator[tuple[int, NDArray[Any]]]:
    """The open pairs of a row, each with its positions."""
    firsts = wanted.first[:-1].astype(np.int64) << 32
    begins = pairs.codes.searchsorted(firsts | wanted.first[1:])
    ends = pairs.codes.searchsorted(firsts | wanted.last[1:])
    if len(wanted.opening):
        yield 0, _beginning(pairs, wanted.opening, int(wanted.first[1]), int(wanted.last[1]))
        begins[0] = ends[0]
    for at in np.flatnonzero(begins < ends).tolist():
        yield at, pairs.positions[pairs.places[begins[at]] : pairs.places[ends[at]]]


def _beginning(pairs: OpenPairs, firsts: NDArray[Any], low: int, high: int) -> Longs:
    """The positions of open pairs: one of ``firsts``, then ``low`` to before ``high``."""
    ranges = firsts.astype(np.int64) << 32
    begins, ends = (pairs.codes.searchsorted(ranges + each) for each in (low, high))
    some = begins < ends
    los, his = pairs.places[begins[some]].tolist(), pairs.places[ends[some]].tolist()
    lists = [pairs.positions[lo:hi] for lo, hi in zip(los, his, strict=True)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *lists])


def _compared(pairs: OpenPairs, wanted: UnitRanges, at: int, places: NDArray[Any]) -> Longs:
    """Where the row stands with the unit ``at`` at one of some places."""
    begins = places.astype(np.int64) - at
    size = len(wanted.first)
    begins = begins[(begins >= 0) & (begins + size <= len(pairs.units))]
    # Neighbours of the pair first: they are as rare as anything.
    for step in sorted(range(size), key=lambda each: abs(each - at)):
        if not len(begins):
            break
        units = pairs.units[begins + step]
        if step == 0 and len(wanted.opening):
            fits = np.isin(units, wanted.opening)
        else:
            fits = (units >= wanted.first[step]) & (units < wanted.last[step])
        begins = begins[fits]
    return begins


def phrase_sentences(texts: TextUnits, keys: Ints, wanted: UnitRanges, ender: int) -> Longs:
    places, owners = _places(texts, keys, wanted)
    divided = np.zeros(len(places), dtype=np.bool_)
    for i in range(len(wanted.first) - 1):
        divided |= texts.units[places + i] == ender
    places, owners = places[~divided], owners[~divided]
    return np.unique(_sentences(texts.units == ender, texts.starts, keys, places, owners))


def _sentences(ends: Flags, starts: Longs, keys: Ints, places: Longs, owners: Longs) -> Longs:
    before = np.concatenate([[0], np.cumsum(ends)])
    number = before[places] - before[starts[keys[owners]]]
    sentences: Longs = (keys[owners].astype(np.int64) << 32) | number
    return sentences


def word_sentences(words: Ints, starts: Longs, keys: Ints, first: int, last: int) -> Longs:
    begins = np.zeros(len(words), dtype=np.bool_)
    begins[starts[:-1][starts[:-1] < len(words)]] = True
    again = np.concatenate([[False], (words[1:] == -1) & (words[:-1] == -1)]) & ~begins
    wanted = (words >= first) & (words < last)
    many = starts[keys.astype(np.int64) + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), many)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(many) - many), many)
    here = wanted[places]
    ends = (words == -1) & ~again
    return np.unique(_sentences(ends, starts, keys, places[here], owners[here]))
