"""Looking texts up in the streams of an opened index.

A :class:`PostingReader` serves one request.  It knows which posting lists a text leads
to in each segment; walking them is the kernels' business.  Sets of documents
that cost a walk are kept in its cache: what a query asks for is
asked again by its counts, its suggestions and the next page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from indexer.engines.embedded.kernels.arguments import (
    Candidates,
    Ints,
    Longs,
    PairCover,
    Place,
    TextUnits,
    UnitRanges,
)
from indexer.engines.embedded.kernels.bits import Bits, no_bits
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.opened import OpenedIndex, SegmentReader
from indexer.engines.embedded.segments.dictionary import Dictionary
from indexer.engines.embedded.segments.segment_format import ALL_SLOTS
from indexer.engines.embedded.segments.streams import Group, StreamLists
from indexer.query.unit_row import UnitRow

_PAIRS, UNITS = 0, 1
_NO_INTS: Ints = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Run:
    """Keys of one segment in which something stands: ``keys[lo:hi]``."""

    segment: SegmentReader
    keys: Ints
    lo: int
    hi: int


class PostingList(NamedTuple):
    """A term's postings in the segment numbered ``at``: ``lists`` from ``lo`` to ``hi``.

    ``holding`` documents have it in the slots that were asked for; ``map`` is
    the row of its bitmap, -1 if it has none.
    """

    at: int
    lists: StreamLists
    lo: int
    hi: int
    holding: int
    map: int


@dataclass(frozen=True, slots=True)
class _Covered:
    """A phrase in a segment, found by the positions of its pairs."""

    segment: SegmentReader
    cover: PairCover
    size: int
    starts: Longs


@dataclass(frozen=True, slots=True)
class _Read:
    """A phrase in a segment, found by reading the texts that have all its units."""

    segment: SegmentReader
    candidates: Candidates
    texts: TextUnits
    wanted: UnitRanges


#: How a phrase is found in a segment; a run is there already.
_Way = Run | _Covered | _Read


class PostingReader:
    """Words, pairs and phrases of an opened index, for one request."""

    def __init__(self, opened: OpenedIndex, kernels: SearchKernels) -> None:
        self.opened = opened
        self.kernels = kernels
        self._phrases: dict[tuple[str, int, UnitRow], list[Run]] = {}

    # Sets of documents

    def word(self, group: str, slots: int, word: str, prefix: bool = False) -> Bits:
        """The documents that have a word, or one that begins so."""
        key = ("word", group, slots, word, prefix)
        held = self.opened.cache.get(key)
        if held is not None:
            return held
        if prefix:
            bits = self._united(self.word_runs(group, word, prefix), slots)
        else:
            bits = self._holding(self.term("words", group, slots, word), slots)
        return self.opened.cache.put(key, bits)

    def pair(self, group: str, slots: int, first: str, second: str) -> Bits:
        """The documents in which two units stand side by side."""
        key = ("pair", group, slots, first, second)
        held = self.opened.cache.get(key)
        if held is not None:
            return held
        bits = self._holding(self.term("pairs", group, slots, (first, second)), slots)
        return self.opened.cache.put(key, bits)

    def phrase(self, group: str, slots: int, row: UnitRow) -> Bits:
        """The documents in which a row of units stands in one field."""
        key = ("phrase", group, slots, row)
        held = self.opened.cache.get(key)
        if held is not None:
            return held
        runs = self.phrase_runs(group, slots, row)
        return self.opened.cache.put(key, self._united(runs, slots))

    def _holding(self, lists: Sequence[PostingList], slots: int) -> Bits:
        """The documents of a term, from its bitmaps where it has some and any slot will do."""
        segments = self.opened.segments
        mapped = slots == ALL_SLOTS
        if mapped and len(lists) == len(segments) == 1 and lists[0].map >= 0:
            whole: Bits = lists[0].lists.maps[lists[0].map]
            return whole
        bits = no_bits(self.opened.size)
        for each in lists:
            base = segments[each.at].base
            if mapped and each.map >= 0:
                self.kernels.or_map(bits, each.lists.maps[each.map], base)
            else:
                place = Place(slots, base)
                self.kernels.set_docs(bits, each.lists.keys, each.lo, each.hi, place)
        return bits

    def _united(self, runs: Sequence[Run], slots: int) -> Bits:
        bits = no_bits(self.opened.size)
        for run in runs:
            place = Place(slots, run.segment.base)
            self.kernels.set_docs(bits, run.keys, run.lo, run.hi, place)
        return bits

    # StreamLists

    def term(self, stream: str, group: str, slots: int, term: Any) -> list[PostingList]:
        """The lists of a word, or of a pair of units, with the documents that hold it."""
        found = []
        for at, segment in enumerate(self.opened.segments):
            texts = segment.groups[group]
            if stream == "words":
                number, lists = texts.word_terms.find(term), texts.words
            else:
                number, lists = texts.pair(*term), texts.pairs
            if number >= 0:
                lo, hi = lists.bounds(number)
                holding = lists.holding(number, slots)
                found.append(PostingList(at, lists, lo, hi, holding, lists.map_of[number]))
        return found

    def holding(self, group: str, slots: int, units: Sequence[str]) -> list[int]:
        """How many documents, at least, hold each of some units.

        The documents of the one slot where most have it.
        """
        found = [[0, 0, 0, 0] for _ in units]
        for segment in self.opened.segments:
            texts = segment.groups[group]
            for counts, unit in zip(found, units, strict=True):
                number = texts.unit_terms.find(unit)
                if number >= 0:
                    for slot, count in enumerate(texts.literal.by_slot(number)):
                        counts[slot] += count
        wanted = [slot for slot in range(4) if (slots >> slot) & 1]
        return [max([counts[slot] for slot in wanted]) for counts in found]

    def word_runs(self, group: str, word: str, prefix: bool) -> list[Run]:
        """Where a word stands, or any that begins so."""
        runs = []
        for segment, first, last in self.word_range(group, word, prefix):
            lists = segment.groups[group].words
            runs.append(Run(segment, lists.keys, *lists.span(first, last)))
        return runs

    def word_range(
        self, group: str, word: str, prefix: bool
    ) -> Iterator[tuple[SegmentReader, int, int]]:
        """The numbers of a word, or of those that begin so, in each segment."""
        for segment in self.opened.segments:
            terms = segment.groups[group].word_terms
            if prefix:
                first, last = terms.beginning(word)
            else:
                first = terms.find(word)
                last = first + 1 if first >= 0 else first
            if first < last:
                yield segment, first, last

    def phrase_runs(self, group: str, slots: int, row: UnitRow) -> list[Run]:
        """The keys in whose slots a row of units stands, ascending.

        The runs may hold keys of other slots too.
        """
        key = (group, slots, row)
        if key not in self._phrases:
            prepared = self.opened.prepared.get_or_make(
                (group, row), lambda: self._prepare(group, row)
            )
            self._phrases[key] = [self._run(way, slots) for way in prepared]
        return self._phrases[key]

    def _run(self, way: _Way, slots: int) -> Run:
        if isinstance(way, Run):
            return way
        if isinstance(way, _Covered):
            keys = self.kernels.aligned(way.cover, way.size, way.starts, slots)
        else:
            keys = self.kernels.phrase(way.candidates, way.texts, way.wanted, slots)
        return Run(way.segment, keys, 0, len(keys))

    def _prepare(self, group: str, row: UnitRow) -> list[_Way]:
        """How a row is found in each segment that has all of its units."""
        ways: list[_Way] = []
        for segment in self.opened.segments:
            texts = segment.groups[group]
            if len(row.units) == 1 and (row.opens or row.closes):
                members = part_of_runs(texts.unit_terms, row)
                ways.append(Run(segment, *_whole(texts.literal.holding_any(members))))
                continue
            wanted = self.wanted(texts.unit_terms, row)
            if wanted is not None:
                ways.append(_way(segment, texts, wanted))
        return ways

    @staticmethod
    def wanted(terms: Dictionary, row: UnitRow) -> UnitRanges | None:
        """A row as numbers of ``terms``, ``None`` where a unit of it is not there at all."""
        if not row.units:
            return None
        last = len(row.units) - 1
        ranges = [
            terms.beginning(unit) if row.closes and at == last else _exactly(terms.find(unit))
            for at, unit in enumerate(row.units)
        ]
        opening = _NO_INTS
        if row.opens:
            opening = part_of_runs(terms, row)
            if len(opening) == 0:
                return None
            # A lone member is like any other unit; a list of them is looked for by itself.
            lone = len(opening) == 1
            ranges[0] = _exactly(int(opening[0])) if lone else (0, len(terms))
            opening = _NO_INTS if lone else opening
        if any(first < 0 or first >= end for first, end in ranges):
            return None
        firsts, ends = zip(*ranges, strict=True)
        return UnitRanges(np.array(firsts, np.int32), np.array(ends, np.int32), opening)


def part_of_runs(terms: Dictionary, row: UnitRow) -> Ints:
    """The runs that the first unit of a row may be a part of, ascending.

    One that ends so where others follow; any that holds it where it is alone.
    """
    unit = row.units[0].encode("ascii")
    # Runs of digits are neighbours, and so are runs of letters: no unit is of both.
    first, last = (
        (terms.at_least(b"0"), terms.at_least(b":"))
        if unit.isdigit()
        else (terms.at_least(b"a"), terms.at_least(b"{"))
    )
    if len(row.units) > 1:
        return terms.ending(unit, first, last)
    if row.opens:
        return terms.containing(unit, first, last)
    return np.arange(*terms.beginning(unit), dtype=np.int32)


def _exactly(number: int) -> tuple[int, int]:
    return number, number + 1


def _whole(keys: Ints) -> tuple[Ints, int, int]:
    return keys, 0, len(keys)


def _way(segment: SegmentReader, texts: Group, wanted: UnitRanges) -> _Way:
    """How a phrase is found in a segment: as one list, by positions of pairs, or by reading."""
    los, his = wanted.first.tolist(), wanted.last.tolist()
    if len(los) == 1:
        return Run(segment, texts.literal.keys, *texts.literal.bounds(los[0]))
    exact = all(hi == lo + 1 for lo, hi in zip(los, his, strict=True))
    bounds = _candidates(texts, los, his)
    if bounds is None:
        return Run(segment, texts.literal.keys, 0, 0)
    if len(los) == 2 and exact and bounds[0][2] == _PAIRS:
        return Run(segment, texts.pairs.keys, bounds[0][0], bounds[0][1])
    if exact and texts.has_pairs and texts.ender not in los:
        return _Covered(segment, _cover(texts, los), len(los), texts.unit_starts)
    unit_keys = texts.literal.keys
    if not bounds:  # two parts of runs, such as O9 of ISO9001
        unit_keys = texts.literal.holding_any(np.arange(los[-1], his[-1], dtype=np.int32))
        bounds = [(0, len(unit_keys), UNITS)]
    sources, begins, ends = (
        np.array([each[at] for each in bounds], dtype=np.int64) for at in (2, 0, 1)
    )
    candidates = Candidates(texts.pairs.keys, unit_keys, sources, begins, ends)
    return _Read(segment, candidates, texts.arrays.units, wanted)


def _candidates(
    texts: Group, los: Sequence[int], his: Sequence[int]
) -> list[tuple[int, int, int]] | None:
    """StreamLists that a phrase's keys must all be in, shortest first: ``(lo, hi, source)``.

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
            bounds[(*texts.literal.bounds(lo), UNITS)] = None
    return sorted(bounds, key=lambda each: each[1] - each[0])


def _cover(texts: Group, units: Sequence[int]) -> PairCover:
    """Pairs that between them hold every unit of a phrase; all pairs are known to be there."""
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
    _, begins, ends, shifts = np.array(chosen, dtype=np.int64).T.copy()
    return PairCover(pairs.positions, begins, ends, shifts)
