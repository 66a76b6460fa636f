"""Records on their way into a segment: collected, analysed in batches, then inverted.

What is kept of a record while more come is its tokens as numbers (four bytes
each) and what is stored of it; so memory grows with the texts, and
:attr:`RecordBuffer.size` tells when it is time to write a segment.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.policy import Policy, first_day
from indexer.analysis.analyzer import Analyzer
from indexer.analysis.batch import BulkAnalyzer
from indexer.engines.base import PolicyRecords, Themes
from indexer.engines.embedded.kernels import choice
from indexer.engines.embedded.segments.dictionary import pack
from indexer.engines.embedded.segments.document_buffer import DocumentBuffer
from indexer.engines.embedded.segments.fields import plain_field
from indexer.engines.embedded.segments.inversion import Arrays, invert_units, invert_words
from indexer.engines.embedded.segments.segment_format import (
    FIELD_SLOTS,
    LISTED_FACETS,
    NO_CODE,
    STREAMS,
)
from indexer.engines.embedded.segments.stored import encode_id, encode_policy, encode_rest
from indexer.engines.embedded.segments.themes import theme_arrays
from indexer.engines.embedded.segments.values import joined_values
from indexer.results.facets import SINGLE_FACETS, TABLE, Facet
from indexer.results.model import IndexRecord
from indexer.schema import DEFAULT_FIELDS, text_of

_BATCH = 8192
#: A character of a whole document takes so much less memory here than one of a record.
DOCUMENT_PART = 2
#: The facets whose values are the same for all records of a policy, and the others.
POLICY_FACETS = tuple(facet for facet in TABLE if facet.of_document)
RECORD_FACETS = tuple(facet for facet in TABLE if not facet.of_document)
#: Tokens, and where those of each text begin.
Sequence_ = tuple[NDArray[np.int32], NDArray[np.int64]]
_NONE: Any = None
#: Texts of policies are analysed once each: what is remembered of them, for a batch.
_EMPTY = ""


class RecordBuffer:
    """Records of one segment."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._bulk = BulkAnalyzer(analyzer)
        self._documents = DocumentBuffer(self._bulk)
        self._waiting: list[IndexRecord] = []
        self._units: dict[str, list[Sequence_]] = {group: [] for group in FIELD_SLOTS}
        self._words: dict[str, list[Sequence_]] = {group: [] for group in FIELD_SLOTS}
        self._ids: list[str] = []
        self._policy_ids: list[str] = []
        self._columns = {"order": array("q"), "dates": array("q"), "codes": array("q")}
        self._single = {name: _Values() for name in SINGLE_FACETS}
        self._many = {name: _ManyValues() for name in LISTED_FACETS}
        self._themes: list[Themes] = []
        self._pieces: list[bytes] = []
        self._policies: dict[Policy, int] = {}
        self._rows = array("i")
        self.size = 0

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, policy: PolicyRecords) -> list[int]:
        """Takes a policy; the document numbers of its records in the segment."""
        first = len(self)
        numbers = [self._add(entry) for entry in policy.records]
        if numbers:
            self._add_values(policy.records[0], POLICY_FACETS, len(numbers))
            self._documents.add(policy, first, choice.for_building(first))
            self.size += len(policy.text) // DOCUMENT_PART
        return numbers

    def _add_values(self, entry: IndexRecord, facets: Sequence[Facet], times: int = 1) -> None:
        """The values of a record, and of those that follow with the same."""
        for facet in facets:
            values = facet.values_of(entry)
            if facet.multi_valued:
                if facet.name in self._many:
                    self._many[facet.name].add(values, times)
            else:
                self._single[facet.name].add(values[0] if values else None, times)

    def _add(self, entry: IndexRecord) -> int:
        record, policy = entry.record, entry.policy
        number = len(self._ids)
        self._ids.append(record.id)
        self._policy_ids.append(policy.id)
        self._columns["order"].append(entry.order)
        self._columns["dates"].append(_day(policy.date))
        code = record.region.code if record.region else None
        self._columns["codes"].append(int(code) if code else NO_CODE)
        self._add_values(entry, RECORD_FACETS)
        self._themes.append(entry.themes)
        self._rows.append(self._policies.setdefault(policy, len(self._policies)))
        for field in DEFAULT_FIELDS:
            text = text_of(entry, field)
            self.size += len(text)
            self._pieces.append(text.encode("utf-8", "surrogatepass"))
        self._pieces += (encode_id(entry), encode_rest(entry))
        self._waiting.append(entry)
        if len(self._waiting) == _BATCH:
            self._analyze()
        return number

    def _analyze(self) -> None:
        """Tokens of the records that wait, each distinct text analysed once."""
        waiting, self._waiting = self._waiting, []
        numbers: dict[str, int] = {_EMPTY: 0}
        keys = {group: np.zeros(len(waiting) * 4, dtype=np.int64) for group in FIELD_SLOTS}
        for at, entry in enumerate(waiting):
            for group, fields in FIELD_SLOTS.items():
                for slot, field in enumerate(fields):
                    text = text_of(entry, field)
                    keys[group][at * 4 + slot] = numbers.setdefault(text, len(numbers))
        batch = self._bulk.analyze(list(numbers), choice.for_building(len(self)))
        for group in FIELD_SLOTS:
            self._units[group].append(_picked(batch.units, batch.unit_starts, keys[group]))
            self._words[group].append(_picked(batch.words, batch.word_starts, keys[group]))

    def themes(self) -> Arrays:
        """The themes of the records as arrays."""
        return theme_arrays(self._themes)

    def arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Everything as the arrays of a segment; what has been given out is forgotten."""
        if self._waiting:
            self._analyze()
        kernels = choice.for_building(len(self))
        yield from self._stored_arrays().items()
        self._pieces.clear()
        for group in FIELD_SLOTS:
            pairs = "pairs" in STREAMS[group]
            units, starts = self._tokens(self._units[group])
            if group == "text":
                yield from self._documents.arrays(units, starts).items()
            yield from invert_units(group, units, starts, self._bulk.runs, pairs, kernels)
            units = starts = _NONE
            words, starts = self._tokens(self._words[group])
            yield from invert_words(group, words, starts, self._bulk.words, kernels)

    @staticmethod
    def _tokens(parts: list[Sequence_]) -> Sequence_:
        tokens, starts = _joined(parts)
        parts.clear()
        return tokens, starts

    def _stored_arrays(self) -> Arrays:
        arrays: Arrays = {
            f"columns/{name}": np.array(values, dtype=np.int64)
            for name, values in self._columns.items()
        }
        codes = np.empty((len(self), len(SINGLE_FACETS)), dtype=np.int32)
        for at, (name, values) in enumerate(self._single.items()):
            arrays[f"single/values/{name}"], codes[:, at] = values.sorted()
        arrays["single/codes"] = codes
        for name, many in self._many.items():
            values_of, codes_of = many.sorted()
            arrays[f"many/{name}/values"] = values_of
            arrays[f"many/{name}/codes"] = codes_of
            arrays[f"many/{name}/starts"] = np.array(many.starts, dtype=np.int64)
        arrays["stored/blob"], arrays["stored/offsets"] = pack(self._pieces)
        arrays["stored/policy"] = np.array(self._rows, dtype=np.int32)
        policies = pack(map(encode_policy, self._policies))
        arrays["policies/blob"], arrays["policies/offsets"] = policies
        arrays |= plain_field("id", self._ids)
        return arrays | plain_field("policy_id", self._policy_ids)


class _Values:
    """The values of a single-valued facet as provisional numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._codes = array("i")

    def number(self, value: str) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def add(self, value: str | None, times: int = 1) -> None:
        number = -1 if value is None else self.number(value)
        if times == 1:
            self._codes.append(number)
        else:
            self._codes.extend([number] * times)

    def sorted(self) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """The values, sorted, and the codes as numbers in them."""
        names = list(self._numbers)
        order = sorted(range(len(names)), key=names.__getitem__)
        table = np.full(len(names) + 1, -1, dtype=np.int32)
        table[order] = np.arange(len(order), dtype=np.int32)
        # -1 takes the last entry of the table, which is -1.
        codes = table[np.array(self._codes, dtype=np.int32)]
        return joined_values([names[i] for i in order]), codes


class _ManyValues(_Values):
    """The same of a multi-valued facet."""

    def __init__(self) -> None:
        super().__init__()
        self.starts = array("q", [0])

    def add(self, value: Any, times: int = 1) -> None:
        numbers = list(map(self.number, value))
        for _ in range(times):
            self._codes.extend(numbers)
            self.starts.append(len(self._codes))


def _picked(
    tokens: NDArray[np.int32], starts: NDArray[np.int64], texts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    sizes = np.diff(starts)[texts]
    after = np.concatenate([[0], np.cumsum(sizes)])
    at = np.arange(int(after[-1])) + np.repeat(starts[texts] - after[:-1], sizes)
    return tokens[at], after


def _joined(
    parts: list[tuple[NDArray[np.int32], NDArray[np.int64]]],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Sequences one after the other, with the starts of all."""
    if not parts:
        return np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
    tokens = np.concatenate([tokens for tokens, _ in parts])
    sizes = np.concatenate([np.diff(starts) for _, starts in parts])
    return tokens, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _day(date: str | None) -> int:
    """The first day of a policy's date as a number, 0 where it is not known."""
    return int(first_day(date).replace("-", "")) if date else 0
