"""Whole documents on their way into a segment.

The text of a policy is cut into units line by line: no unit reaches over the end of
a line, and a run of sentence enders that does is made one again.  Then each record's
fields are looked for in the lines where the record stands.  A stretch of the text that
is, unit by unit, a field of a record is *covered*; what is searched there is found in
the record.  Where a field is not found so (a heading path, a cell put together out of
several), its text stays open, which costs postings and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.policy import Span
from indexer.analysis.analyzer import ENDER
from indexer.analysis.batch import RUNS, BulkAnalyzer
from indexer.engines.base import PolicyRecords
from indexer.engines.embedded.kernels.protocol import BuildKernels
from indexer.engines.embedded.segments.dictionary import Dictionary, pack
from indexer.engines.embedded.segments.documents import StoredDocuments, compressed
from indexer.engines.embedded.segments.inversion import Arrays, dictionary_arrays, renumbered
from indexer.schema import DEFAULT_FIELDS

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ENDER = ord(ENDER)
_SMALL = 0xFFFF
#: Field slots in the order in which they cover the text: longest first.
_COVERING = tuple(DEFAULT_FIELDS.index(name) for name in ("body", "title", "unit"))


@dataclass(frozen=True, slots=True)
class _Text:
    """A policy's text: its first document, the places of its records, its lines."""

    first: int
    places: tuple[tuple[Span, ...], ...]
    begins: int
    stored: bytes
    units: Ints
    #: The first unit of each line, and the number of all.
    lines: Longs
    #: The first character of each line, and one after the last.
    characters: Longs


class DocumentBuffer:
    """The texts of the policies of one segment."""

    def __init__(self, bulk: BulkAnalyzer) -> None:
        self._bulk = bulk
        self._texts: list[_Text] = []

    def add(self, policy: PolicyRecords, first: int, kernels: BuildKernels) -> None:
        """Takes a policy whose records are the documents from ``first`` on."""
        lines = policy.text.split("\n")
        units, starts = self._bulk.units(lines, kernels)
        units, starts = _enders_joined(units, starts)
        sizes = np.fromiter(map(len, lines), np.int64, len(lines)) + 1
        self._texts.append(
            _Text(
                first,
                tuple(entry.record.place for entry in policy.records),
                policy.begins,
                compressed(policy.text),
                units,
                starts,
                np.concatenate([[0], np.cumsum(sizes)]),
            )
        )

    def arrays(self, units: Ints, starts: Longs) -> Arrays:
        """The arrays of the documents; ``units`` and ``starts`` are those of the records."""
        texts, self._texts = self._texts, []
        parts = [_Part.of(each, units, starts) for each in texts]
        return _arrays(parts, [each.stored for each in texts], self._bulk.runs)


def merged_documents(files: Iterable[tuple[StoredDocuments, Mask]]) -> Arrays:
    """The documents of several segments as one, without those whose records are deleted."""
    runs: dict[str, int] = {}
    parts: list[_Part] = []
    stored: list[bytes] = []
    base = 0
    for documents, live in files:
        numbers = np.concatenate([[0], np.cumsum(live)]) + base
        base = int(numbers[-1])
        table = _table(documents.terms, runs)
        is_open = np.zeros(len(documents.units), dtype=np.bool_)
        is_open[documents.positions] = True
        for row, first in enumerate(documents.first.tolist()):
            if live[first]:
                parts.append(_Part.kept(documents, row, table, is_open, numbers))
                stored.append(documents.stored(row))
    return _arrays(parts, stored, list(runs))


def _table(terms: Dictionary, runs: dict[str, int]) -> Ints:
    """The provisional number of each term, as :class:`BulkAnalyzer` numbers units."""
    texts = (terms.text(at) for at in range(len(terms)))
    return np.array(
        [
            RUNS + runs.setdefault(text, len(runs))
            if text.isascii() and text.isalnum()
            else ord(text)
            for text in texts
        ],
        dtype=np.int32,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A policy's text as arrays: units by provisional numbers, and what is open of them."""

    first: int
    units: Ints
    is_open: Mask
    lines: Ints
    line_docs: Ints

    @classmethod
    def of(cls, text: _Text, units: Ints, starts: Longs) -> _Part:
        """A text, with what no record has at its place."""
        stream = text.units.astype(np.int32, copy=False)
        cover = _Cover(stream)
        line_docs = [-1] * (len(text.lines) - 1)
        fields = _Fields.of(text, units, starts)
        lines = text.lines.tolist()
        for at, ranges in enumerate(_line_ranges(text)):
            for lo, hi in ranges:
                for line in range(lo, hi):
                    if line_docs[line] < 0:
                        line_docs[line] = text.first + at
                for slot in _COVERING:
                    cover.add(fields.units(at, slot), lines[lo], lines[hi])
        docs = np.array(line_docs, dtype=np.int32)
        return cls(text.first, stream, cover.is_open(), text.lines[:-1].astype(np.int32), docs)

    @classmethod
    def kept(
        cls, documents: StoredDocuments, row: int, table: Ints, is_open: Mask, numbers: Longs
    ) -> _Part:
        """A text of a segment that is merged; ``numbers`` are the new ones of its documents."""
        begin, end = documents.starts[row], documents.starts[row + 1] - 1
        lines, docs = documents.lines_of(row)
        line_docs = np.where(docs >= 0, numbers[np.maximum(docs, 0)], -1).astype(np.int32)
        units = table[documents.units[begin:end]] if len(table) else np.zeros(0, np.int32)
        first = int(numbers[documents.first[row]])
        return cls(first, units, is_open[begin:end], lines, line_docs)


class _Fields(NamedTuple):
    """The units of the fields of a policy's records, as bytes, and where each begins."""

    held: bytes
    starts: list[int]

    @classmethod
    def of(cls, text: _Text, units: Ints, starts: Longs) -> _Fields:
        """Of ``text`` out of those of all records."""
        own = starts[text.first * 4 : (text.first + len(text.places)) * 4 + 1]
        return cls(units[own[0] : own[-1]].tobytes(), ((own - own[0]) * 4).tolist())

    def units(self, record: int, slot: int) -> bytes:
        """Those of one field."""
        key = record * 4 + slot
        return self.held[self.starts[key] : self.starts[key + 1]]


def _line_ranges(text: _Text) -> Iterator[list[tuple[int, int]]]:
    """The lines where each record stands, neighbours together: the first to before the last."""
    spans = [span for place in text.places for span in place]
    bounds = np.array([(span.start, span.end) for span in spans], dtype=np.int64).reshape(-1, 2)
    lines = text.characters.searchsorted(bounds + text.begins, side="right")
    lines[:, 0] -= 1
    np.minimum(lines[:, 1], len(text.characters) - 1, out=lines[:, 1])
    every = iter(lines.tolist())
    for place in text.places:
        yield _merged(
            [
                (lo, hi)
                for span, (lo, hi) in zip(place, every, strict=False)
                if span.end > span.start
            ]
        )


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, neighbours together."""
    if len(ranges) < 2:
        return ranges
    ranges.sort()
    merged = ranges[:1]
    for lo, hi in ranges[1:]:
        first, last = merged[-1]
        if lo <= last:
            merged[-1] = first, max(last, hi)
        else:
            merged.append((lo, hi))
    return merged


class _Cover:
    """Which stretch of a text each of its units belongs to, if any."""

    def __init__(self, units: Ints) -> None:
        self._haystack = units.tobytes()
        self._owners = np.zeros(len(units) + 1, dtype=np.int32)
        self._stretches = 0
        self._reached = 0

    def add(self, wanted: bytes, first: int, last: int) -> None:
        """Covers the units from ``first`` to before ``last`` where they are a field's."""
        size = len(wanted) // 4
        if not 0 < size <= last - first:
            return
        found = -1
        if first < self._reached < last:  # several records may stand on one line
            found = self._find(wanted, self._reached, last)
        if found < 0:
            found = self._find(wanted, first, last)
        if found < 0:
            return
        owners = self._owners[found : found + size]
        if not owners.any():
            self._stretches += 1
            owners[:] = self._stretches
            self._reached = found + size

    def _find(self, wanted: bytes, first: int, last: int) -> int:
        at = self._haystack.find(wanted, first * 4, last * 4)
        while at >= 0 and at % 4:
            at = self._haystack.find(wanted, at + 1, last * 4)
        return at // 4 if at >= 0 else -1

    def is_open(self) -> Mask:
        """Which units and their successors no single stretch covers."""
        owners = self._owners
        mask: Mask = (owners[:-1] == 0) | (owners[:-1] != owners[1:])
        return mask


def _enders_joined(units: Ints, starts: Longs) -> tuple[Ints, Longs]:
    """Lines strung together: a run of sentence enders that reaches over lines is one unit."""
    again = np.zeros(len(units), dtype=np.bool_)
    again[1:] = (units[1:] == _ENDER) & (units[:-1] == _ENDER)
    if not again.any():
        return units, starts
    removed = np.concatenate([[0], np.cumsum(again)])
    return units[~again], starts - removed[starts]


def _arrays(parts: Sequence[_Part], stored: Sequence[bytes], runs: Sequence[str]) -> Arrays:
    """Texts as the arrays of a segment."""
    sizes = np.array([len(part.units) + 1 for part in parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    ended = np.full(1, -1, dtype=np.int32)
    units = _strung([each for part in parts for each in (part.units, ended)], np.int32)
    closed = np.zeros(1, dtype=np.bool_)
    is_open = _strung([each for part in parts for each in (part.is_open, closed)], np.bool_)
    real = units[units >= 0]
    distinct = np.flatnonzero(np.bincount(real)) if len(real) else np.zeros(0, dtype=np.int64)
    texts = [chr(n) if n < RUNS else runs[n - RUNS] for n in distinct.tolist()]
    names, units = renumbered(units, distinct, texts)
    units[units < 0] = len(names)
    positions = np.flatnonzero(is_open).astype(np.int32)
    pairs = (units[positions].astype(np.int64) << 32) | units[positions + 1]
    order = np.argsort(pairs, kind="stable")
    codes, places = np.unique(pairs[order], return_index=True)
    blob, offsets = pack(stored)
    line_sizes = np.array([len(part.lines) for part in parts], dtype=np.int64)
    return {
        "documents/first": np.array([part.first for part in parts], dtype=np.int32),
        "documents/starts": starts,
        "documents/units": units.astype(np.uint16) if len(names) <= _SMALL else units,
        **dictionary_arrays("documents/literal", names),
        "documents/pairs/codes": codes,
        "documents/pairs/places": np.append(places, len(positions)).astype(np.int64),
        "documents/pairs/positions": positions[order],
        "documents/line_starts": np.concatenate([[0], np.cumsum(line_sizes)]).astype(np.int64),
        "documents/lines": _strung([part.lines for part in parts], np.int32),
        "documents/line_docs": _strung([part.line_docs for part in parts], np.int32),
        "documents/texts": blob,
        "documents/text_offsets": offsets,
    }


def _strung(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=dtype), *parts]).astype(dtype, copy=False)
