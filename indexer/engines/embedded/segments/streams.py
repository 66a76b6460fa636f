"""The streams of a segment, read: where each term's postings lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import ENDER
from indexer.engines.embedded.kernels.arguments import PostingLists, SegmentTexts, TextUnits
from indexer.engines.embedded.kernels.numpy.postings import frequencies
from indexer.engines.embedded.segments.array_file import Array
from indexer.engines.embedded.segments.dictionary import REMEMBERED, Dictionary
from indexer.engines.embedded.segments.segment_format import ALL_SLOTS, FIELD_SLOTS, STREAMS

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
_NO_BYTES = np.zeros(0, dtype=np.uint8)
_NO_INTS = np.zeros(0, dtype=np.int32)
_NO_LONGS = np.zeros(0, dtype=np.int64)
_NO_MAPS = np.zeros((0, 0), dtype=np.uint64)


class StreamLists:
    """The posting lists of a stream; the types are those of :mod:`~.segment_format`."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        self.keys: Ints = arrays[f"{prefix}/keys"]
        self.dfs: Ints = arrays[f"{prefix}/dfs"]
        self.freqs: NDArray[np.uint8] = arrays.get(f"{prefix}/freqs", _NO_BYTES)
        self.over_at: Longs = arrays.get(f"{prefix}/over_at", _NO_LONGS)
        self.over_freq: Ints = arrays.get(f"{prefix}/over_freq", _NO_INTS)
        self.lengths: Ints = arrays.get(f"{prefix}/lengths", _NO_INTS)
        self.maps: NDArray[np.uint64] = arrays.get(f"{prefix}/maps", _NO_MAPS)
        self.map_of = arrays.get(f"{prefix}/map_of", _NO_INTS).data
        self.offsets: Longs = arrays[f"{prefix}/offsets"]
        #: What kernels take of it.
        self.arrays = PostingLists(self.keys, self.freqs, self.over_at, self.over_freq)
        self._bounds = self.offsets.data
        self._holding = np.ascontiguousarray(self.dfs.reshape(-1)).data

    def bounds(self, term: int) -> tuple[int, int]:
        """Where the list of a term begins and ends."""
        return self._bounds[term], self._bounds[term + 1]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the lists of the terms ``first`` to ``last`` - 1 begin and end."""
        return self._bounds[first], self._bounds[last]

    def holding_any(self, terms: Ints) -> Ints:
        """The keys that have one of some terms, each once, ascending."""
        if len(terms) == 0:
            return _NO_INTS
        begins, ends = self.offsets[terms], self.offsets[terms + 1]
        sizes = ends - begins
        places = np.arange(int(sizes.sum())) + np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
        found: Ints = np.unique(self.keys[places])
        return found

    def holding(self, term: int, slots: int) -> int:
        """How many documents have the term, in all slots or in one."""
        column = 0 if slots == ALL_SLOTS else slots.bit_length()
        return self._holding[term * 5 + column]

    def by_slot(self, term: int) -> list[int]:
        """How many documents have the term in each slot."""
        counts: list[int] = self._holding[term * 5 + 1 : term * 5 + 5].tolist()
        return counts

    def frequencies(self, lo: int, hi: int) -> Longs:
        """The frequencies of some postings."""
        return frequencies(self.arrays, lo, hi)


class PairDictionary:
    """The pairs of units that stand side by side somewhere, by their codes."""

    def __init__(self, codes: Longs, positions: Ints, places: Longs) -> None:
        self.codes = codes
        self.positions = positions
        self._places = places.data
        self._known: dict[int, int] = {}

    def bounds(self, pair: int) -> tuple[int, int]:
        """Where the positions of a pair begin and end."""
        return self._places[pair], self._places[pair + 1]

    def find(self, first: int, second: int) -> int:
        """The number of a pair of units, -1 where there is none."""
        code = (first << 32) | second
        number = self._known.get(code)
        if number is None:
            at = int(self.codes.searchsorted(code))
            number = at if at < len(self.codes) and self.codes[at] == code else -1
            if len(self._known) < REMEMBERED:
                self._known[code] = number
        return number


class Group:
    """The texts of one group of fields in a segment."""

    def __init__(self, arrays: Mapping[str, Array], name: str) -> None:
        self.slots = FIELD_SLOTS[name]
        self.units: Ints = arrays[f"{name}/units"]
        self.unit_starts: Longs = arrays[f"{name}/unit_starts"]
        self.sequence: Ints = arrays[f"{name}/sequence"]
        self.sequence_starts: Longs = arrays[f"{name}/sequence_starts"]
        self.unit_terms = _terms(arrays, f"{name}/literal")
        self.word_terms = _terms(arrays, f"{name}/words")
        self.literal = StreamLists(arrays, f"{name}/literal")
        self.words = StreamLists(arrays, f"{name}/words")
        self.ender = self.unit_terms.find(ENDER)
        self.has_pairs = "pairs" in STREAMS[name]
        # Where there are no pairs, lists without any keep the kernels' types.
        self.pairs = StreamLists(arrays, f"{name}/pairs") if self.has_pairs else self.literal
        self.pair_terms = PairDictionary(
            arrays.get(f"{name}/pairs/codes", _NO_LONGS),
            arrays.get(f"{name}/pairs/positions", _NO_INTS),
            arrays.get(f"{name}/pairs/places", _NO_LONGS),
        )
        #: What kernels take of it.
        self.arrays = SegmentTexts(
            self.words.arrays, self.pairs.arrays, TextUnits(self.units, self.unit_starts)
        )

    def pair(self, first: str, second: str) -> int:
        """The number of a pair of units, -1 where there is none."""
        a, b = self.unit_terms.find(first), self.unit_terms.find(second)
        return self.pair_terms.find(a, b) if a >= 0 and b >= 0 else -1

    def lengths(self, stream: str) -> Longs:
        """The number of tokens of each key: int64 [documents, 4]."""
        if stream == "literal":
            return np.diff(self.unit_starts).reshape(-1, 4)
        lists = self.words if stream == "words" else self.pairs
        return lists.lengths.astype(np.int64).reshape(-1, 4)


def _terms(arrays: Mapping[str, Array], prefix: str) -> Dictionary:
    return Dictionary(arrays[f"{prefix}/blob"], arrays[f"{prefix}/blob_offsets"])
