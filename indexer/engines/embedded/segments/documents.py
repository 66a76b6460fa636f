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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import Ints, Longs, OpenPairs
from indexer.engines.embedded.segments.array_file import Array
from indexer.engines.embedded.segments.dictionary import Dictionary


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
        self.positions: Ints = arrays["documents/pairs/positions"]
        #: The open pairs, as the kernel takes them that looks for rows of units around them.
        self.pairs = OpenPairs(
            arrays["documents/pairs/codes"],
            arrays["documents/pairs/places"],
            self.positions,
            self.units,
        )
        self._lines: Ints = arrays["documents/lines"]
        self._line_docs: Ints = arrays["documents/line_docs"]
        self._line_starts: Longs = arrays["documents/line_starts"]
        self._texts: NDArray[np.uint8] = arrays["documents/texts"]
        self._text_offsets: Longs = arrays["documents/text_offsets"]

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
