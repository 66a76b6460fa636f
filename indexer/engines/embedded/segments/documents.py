"""Whole documents in a segment: each policy's text as a reader goes through it.

What stands in one record is found in the record.  Here lies what is needed for the
rest: phrases that reach over lines, cells and records, and text that no record has,
such as the head of a table.  Such a phrase holds, wherever it stands, a pair of
neighbouring units that no record has side side by side at that place.  So only these
*open* pairs have posting lists, and a phrase found by one of them is compared with
the units around it.

    documents/first          int32 [policies]      a document (record) of each policy
    documents/starts         int64 [policies + 1]  where its text begins in units
    documents/units          uint16 or int32       numbers in documents/literal; one more
                                                   than the last ends each text
    documents/literal/blob, blob_offsets           the units, as in a stream
    documents/pairs/codes    int64 [pairs]         first unit << 32 | second, sorted
    documents/pairs/places   int64 [pairs + 1]     each open pair's positions:
    documents/pairs/positions  int32               places in documents/units
    documents/line_starts    int64 [policies + 1]  the lines of each text:
    documents/lines          int32 [lines]         first unit, counted from the text's start
    documents/line_docs      int32 [lines]         a document that stands there, -1 for none
    documents/texts          uint8 [bytes]         each text, compressed
    documents/text_offsets   int64 [policies + 1]
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import Ints, Longs, UnitRanges
from indexer.engines.embedded.segments.array_file import Array
from indexer.engines.embedded.segments.dictionary import Dictionary

_NONE: Longs = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of a policy's text: what they hold, and the documents that stand there."""

    text: str
    docs: tuple[int, ...]


def compressed(text: str) -> bytes:
    """A policy's text as it is stored."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


class StoredDocuments:
    """The documents of one segment.  Threads may share it."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.first: Ints = arrays["documents/first"]
        self.starts: Longs = arrays["documents/starts"]
        self.units: NDArray[Any] = arrays["documents/units"]
        self.terms = Dictionary(
            arrays["documents/literal/blob"], arrays["documents/literal/blob_offsets"]
        )
        self.codes: Longs = arrays["documents/pairs/codes"]
        self.places: Longs = arrays["documents/pairs/places"]
        self.positions: Ints = arrays["documents/pairs/positions"]
        self._lines: Ints = arrays["documents/lines"]
        self._line_docs: Ints = arrays["documents/line_docs"]
        self._line_starts: Longs = arrays["documents/line_starts"]
        self._texts: NDArray[np.uint8] = arrays["documents/texts"]
        self._text_offsets: Longs = arrays["documents/text_offsets"]

    def find(self, wanted: UnitRanges) -> Longs:
        """Where units stand in a row that no record has there: places in ``units``, ascending."""
        if len(wanted.first) == 1:
            firsts = wanted.opening if len(wanted.opening) else np.arange(*_span(wanted, 0))
            return _ascending([self._open(firsts, 0, len(self.terms) + 1)])
        candidates = self._candidates(wanted)
        if len(wanted.first) == 2:
            # The open pair is the whole row.
            return _ascending([places.astype(np.int64) for _, places in candidates])
        return _ascending([self._compared(wanted, at, places) for at, places in candidates])

    def _candidates(self, wanted: UnitRanges) -> Iterator[tuple[int, NDArray[Any]]]:
        """The open pairs of a row, each with its positions."""
        firsts = wanted.first[:-1].astype(np.int64) << 32
        begins = self.codes.searchsorted(firsts | wanted.first[1:])
        ends = self.codes.searchsorted(firsts | wanted.last[1:])
        if len(wanted.opening):
            yield 0, self._open(wanted.opening, *_span(wanted, 1))
            begins[0] = ends[0]
        for at in np.flatnonzero(begins < ends).tolist():
            yield at, self.positions[self.places[begins[at]] : self.places[ends[at]]]

    def _compared(self, wanted: UnitRanges, at: int, places: NDArray[Any]) -> Longs:
        """Where the row stands with the unit ``at`` at one of some places."""
        begins = places.astype(np.int64) - at
        size = len(wanted.first)
        begins = begins[(begins >= 0) & (begins + size <= len(self.units))]
        # Neighbours of the pair first: they are as rare as anything.
        for step in sorted(range(size), key=lambda each: abs(each - at)):
            if not len(begins):
                break
            units = self.units[begins + step]
            fits = (units >= wanted.first[step]) & (units < wanted.last[step])
            if step == 0 and len(wanted.opening):
                fits &= np.isin(units, wanted.opening)
            begins = begins[fits]
        return begins

    def _open(self, firsts: NDArray[Any], low: int, high: int) -> Longs:
        """The positions of open pairs: one of ``firsts``, then ``low`` to before ``high``."""
        ranges = firsts.astype(np.int64) << 32
        begins, ends = (self.codes.searchsorted(ranges | each) for each in (low, high))
        some = begins < ends
        los, his = self.places[begins[some]].tolist(), self.places[ends[some]].tolist()
        lists = [self.positions[lo:hi] for lo, hi in zip(los, his, strict=True)]
        return np.concatenate([_NONE, *lists])

    def rows_of(self, positions: Longs) -> Longs:
        """The policy at each of some places in ``units``, by its row."""
        found: Longs = self.starts.searchsorted(positions, side="right") - 1
        return found

    def stored(self, row: int) -> bytes:
        """A policy's text as it is stored."""
        return self._texts[self._text_offsets[row] : self._text_offsets[row + 1]].tobytes()

    def text(self, row: int) -> str:
        """A policy's text."""
        return zlib.decompress(self.stored(row)).decode("utf-8", "surrogatepass")

    def lines_of(self, row: int) -> tuple[Ints, Ints]:
        """The first unit of each line of a policy, and a document that stands there."""
        begin, end = self._line_starts[row], self._line_starts[row + 1]
        return self._lines[begin:end], self._line_docs[begin:end]

    def stretch(self, row: int, position: int, size: int) -> Stretch:
        """The lines in which ``size`` units from a place in ``units`` stand."""
        lines, line_docs = self.lines_of(row)
        first = position - self.starts[row]
        spans = np.searchsorted(lines, [first, first + size - 1], side="right") - 1
        lo, hi = int(spans[0]), int(spans[1]) + 1
        text = "\n".join(self.text(row).split("\n")[lo:hi])
        docs = dict.fromkeys(line_docs[lo:hi].tolist())
        return Stretch(text, tuple(doc for doc in docs if doc >= 0))


def _ascending(found: Sequence[Longs]) -> Longs:
    """All places of some lists, each once."""
    places: Longs = np.sort(np.concatenate([_NONE, *found]))
    return places[np.diff(places, prepend=-1) > 0]


def _span(wanted: UnitRanges, at: int) -> tuple[int, int]:
    """The units that may stand ``at`` a place of a row: from the first to before the last."""
    return int(wanted.first[at]), int(wanted.last[at])
