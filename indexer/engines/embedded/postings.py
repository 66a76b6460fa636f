"""Looking texts up in the streams of a snapshot.

A :class:`PostingReader` serves one request.  It knows which lists a text leads
to in each segment; walking them is the kernels' business.  Sets of documents
that cost a walk are kept in the snapshot's cache: what a query asks for is
asked again by its counts, its suggestions and the next page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.bits import Bits, no_bits
from indexer.engines.embedded.codec.layout import ALL_ZONES
from indexer.engines.embedded.codec.streams import Group, Lists
from indexer.engines.embedded.snapshot import SegmentView, Snapshot

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_PAIRS, _UNITS = 0, 1


@dataclass(frozen=True, slots=True)
class Run:
    """Keys of one segment in which something stands: ``keys[lo:hi]``."""

    segment: SegmentView
    keys: Ints
    lo: int
    hi: int


class TermList(NamedTuple):
    """A term's postings in the segment numbered ``at``: ``lists`` from ``lo`` to ``hi``.

    ``holding`` documents have it in the zones that were asked for; ``map`` is
    the row of its bitmap, -1 if it has none.
    """

    at: int
    lists: Lists
    lo: int
    hi: int
    holding: int
    map: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Units in a row, by their numbers in one segment: the half-open range of each."""

    los: Ints
    his: Ints
    exact: bool


class _Way(NamedTuple):
    """How a phrase is found in a segment: the kernel (none: a run) and its arguments."""

    segment: SegmentView
    kernel: str
    arguments: tuple[Any, ...]


class PostingReader:
    """Words, pairs and phrases over one snapshot, for one request."""

    def __init__(self, snapshot: Snapshot, kernels: Any) -> None:
        self.snapshot = snapshot
        self.kernels = kernels
        self._phrases: dict[tuple[str, int, tuple[str, ...], bool], list[Run]] = {}

    # Sets of documents

    def word(self, group: str, zones: int, word: str, prefix: bool = False) -> Bits:
        """The documents that have a word, or one that begins so."""
        key = ("word", group, zones, word, prefix)
        held = self.snapshot.cache.get(key)
        if held is not None:
            return held
        if prefix:
            bits = self._united(self.word_runs(group, word, prefix), zones)
        else:
            bits = self._holding(self.term("words", group, zones, word), zones)
        return self.snapshot.cache.put(key, bits)

    def pair(self, group: str, zones: int, first: str, second: str) -> Bits:
        """The documents in which two units stand side by side."""
        key = ("pair", group, zones, first, second)
        held = self.snapshot.cache.get(key)
        if held is not None:
            return held
        bits = self._holding(self.term("pairs", group, zones, (first, second)), zones)
        return self.snapshot.cache.put(key, bits)

    def phrase(self, group: str, zones: int, units: tuple[str, ...], prefix: bool) -> Bits:
        """The documents in which ``units`` stand one after the other in one field."""
        key = ("phrase", group, zones, units, prefix)
        held = self.snapshot.cache.get(key)
        if held is not None:
            return held
        runs = self.phrase_runs(group, zones, units, prefix)
        return self.snapshot.cache.put(key, self._united(runs, zones))

    def _holding(self, lists: Sequence[TermList], zones: int) -> Bits:
        """The documents of a term, from its bitmaps where it has some and any zone will do."""
        segments = self.snapshot.segments
        mapped = zones == ALL_ZONES
        if mapped and len(lists) == len(segments) == 1 and lists[0].map >= 0:
            whole: Bits = lists[0].lists.maps[lists[0].map]
            return whole
        bits = no_bits(self.snapshot.size)
        for each in lists:
            base = segments[each.at].base
            if mapped and each.map >= 0:
                self.kernels.or_map(bits, each.lists.maps[each.map], base)
            else:
                self.kernels.set_docs(bits, each.lists.keys, each.lo, each.hi, zones, base)
        return bits

    def _united(self, runs: Sequence[Run], zones: int) -> Bits:
        bits = no_bits(self.snapshot.size)
        for run in runs:
            self.kernels.set_docs(bits, run.keys, run.lo, run.hi, zones, run.segment.base)
        return bits

    # Lists

    def term(self, stream: str, group: str, zones: int, term: Any) -> list[TermList]:
        """The lists of a word, or of a pair of units, with the documents that hold it."""
        found = []
        for at, segment in enumerate(self.snapshot.segments):
            texts = segment.groups[group]
            if stream == "words":
                number, lists = texts.word_terms.find(term), texts.words
            else:
                number, lists = texts.pair(*term), texts.pairs
            if number >= 0:
                lo, hi = lists.bounds(number)
                holding = lists.holding(number, zones)
                found.append(TermList(at, lists, lo, hi, holding, lists.map_of[number]))
        return found

    def holding(self, group: str, zones: int, units: Sequence[str]) -> list[int]:
        """How many documents, at least, hold each of some units.

        The documents of the one zone where most have it.
        """
        found = [[0, 0, 0, 0] for _ in units]
        for segment in self.snapshot.segments:
            texts = segment.groups[group]
            for counts, unit in zip(found, units, strict=True):
                number = texts.unit_terms.find(unit)
                if number >= 0:
                    for zone, count in enumerate(texts.literal.by_zone(number)):
                        counts[zone] += count
        wanted = [zone for zone in range(4) if (zones >> zone) & 1]
        return [max([counts[zone] for zone in wanted]) for counts in found]

    def word_runs(self, group: str, word: str, prefix: bool) -> list[Run]:
        """Where a word stands, or any that begins so."""
        runs = []
        for segment, first, last in self.word_range(group, word, prefix):
            lists = segment.groups[group].words
            runs.append(Run(segment, lists.keys, *lists.span(first, last)))
        return runs

    def word_range(
        self, group: str, word: str, prefix: bool
    ) -> Iterator[tuple[SegmentView, int, int]]:
        """The numbers of a word, or of those that begin so, in each segment."""
        for segment in self.snapshot.segments:
            terms = segment.groups[group].word_terms
            if prefix:
                first, last = terms.beginning(word)
            else:
                first = terms.find(word)
                last = first + 1 if first >= 0 else first
            if first < last:
                yield segment, first, last

    def phrase_runs(
        self, group: str, zones: int, units: tuple[str, ...], prefix: bool
    ) -> list[Run]:
        """The keys in whose zones ``units`` stand one after the other.

        With ``prefix`` the last unit may be the beginning of a longer one.  The
        runs may hold keys of other zones too.
        """
        key = (group, zones, units, prefix)
        if key not in self._phrases:
            prepared = self.snapshot.prepared.get_or_make(
                (group, units, prefix), lambda: self._prepare(group, units, prefix)
            )
            self._phrases[key] = [self._run(way, zones) for way in prepared]
        return self._phrases[key]

    def _run(self, way: _Way, zones: int) -> Run:
        if way.kernel == "":
            return Run(way.segment, *way.arguments)
        kernel = self.kernels.aligned if way.kernel == "aligned" else self.kernels.phrase
        keys, _ = kernel(*way.arguments, zones)
        return Run(way.segment, keys, 0, len(keys))

    def _prepare(self, group: str, units: tuple[str, ...], prefix: bool) -> list[_Way]:
        """How a phrase is found in each segment that has all of its units."""
        ways = []
        for segment in self.snapshot.segments:
            texts = segment.groups[group]
            wanted = self.wanted(texts, units, prefix)
            if wanted is not None:
                ways.append(_way(segment, texts, wanted))
        return ways

    @staticmethod
    def wanted(texts: Group, units: Sequence[str], prefix: bool) -> _Wanted | None:
        """The units as numbers of a segment, ``None`` where one is not there at all."""
        if not units:
            return None
        los, his = [], []
        for at, unit in enumerate(units):
            if prefix and at == len(units) - 1:
                lo, hi = texts.unit_terms.beginning(unit)
            else:
                lo = texts.unit_terms.find(unit)
                hi = lo + 1
            if lo < 0 or lo >= hi:
                return None
            los.append(lo)
            his.append(hi)
        return _Wanted(np.array(los, np.int32), np.array(his, np.int32), not prefix)


def _way(segment: SegmentView, texts: Group, wanted: _Wanted) -> _Way:
    """How a phrase is found in a segment: as one list, by positions of pairs, or by reading."""
    los, his = wanted.los.tolist(), wanted.his.tolist()
    if len(los) == 1:
        return _Way(segment, "", (texts.literal.keys, *texts.literal.span(los[0], his[0])))
    bounds = _candidates(texts, los, his)
    if bounds is None:
        return _Way(segment, "", (texts.literal.keys, 0, 0))
    if len(los) == 2 and wanted.exact and bounds[0][2] == _PAIRS:
        return _Way(segment, "", (texts.pairs.keys, bounds[0][0], bounds[0][1]))
    if wanted.exact and texts.has_pairs and texts.ender not in los:
        return _Way(segment, "aligned", (*_cover(texts, los), texts.unit_starts))
    sources, begins, ends = (
        np.array([each[at] for each in bounds], dtype=np.int64) for at in (2, 0, 1)
    )
    lists = (texts.pairs.keys, texts.literal.keys, sources, begins, ends)
    return _Way(segment, "phrase", (*lists, texts.units, texts.unit_starts, wanted.los, wanted.his))


def _candidates(
    texts: Group, los: Sequence[int], his: Sequence[int]
) -> list[tuple[int, int, int]] | None:
    """Lists that a phrase's keys must all be in, shortest first: ``(lo, hi, source)``.

    Pairs where two exact units stand side by side, else the units themselves;
    ``None`` where one of the lists is empty.
    """
    exact = [hi == lo + 1 for lo, hi in zip(los, his, strict=True)]
    covered = [False] * len(los)
    bounds: dict[tuple[int, int, int], None] = {}
    if texts.has_pairs:
        for at in range(len(los) - 1):
            a, b = los[at], los[at + 1]
            if exact[at] and exact[at + 1] and texts.ender not in (a, b):
                number = texts.pair_terms.find(a, b)
                if number < 0:
                    return None
                bounds[(*texts.pairs.bounds(number), _PAIRS)] = None
                covered[at] = covered[at + 1] = True
    for at, lo in enumerate(los):
        if exact[at] and not covered[at]:
            bounds[(*texts.literal.bounds(lo), _UNITS)] = None
    return sorted(bounds, key=lambda each: each[1] - each[0])


def _cover(texts: Group, units: Sequence[int]) -> tuple[Ints, Longs, Longs, Longs, int]:
    """Pairs that between them hold every unit of a phrase, the rarest first.

    The arguments of ``aligned``; all pairs are known to be there.
    """
    pairs = texts.pair_terms
    ranked = []
    for at, (a, b) in enumerate(itertools.pairwise(units)):
        lo, hi = pairs.bounds(pairs.find(a, b))
        ranked.append((hi - lo, lo, hi, at))
    ranked.sort()
    chosen, held = [], set[int]()
    for each in ranked:
        if not {each[3], each[3] + 1} <= held:
            chosen.append(each)
            held |= {each[3], each[3] + 1}
    _, los, his, shifts = np.array(chosen, dtype=np.int64).T.copy()
    return pairs.positions, los, his, shifts, len(units)
