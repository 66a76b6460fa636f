"""An opened index: what every search over one version shares.

An :class:`OpenedIndex` belongs to one version and never changes; threads share
it.  Documents are numbered over all segments in their order.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from corpus.policy import Policy, Region
from indexer.analysis.folding import fold_text
from indexer.engines.embedded.facets import FacetColumn, FacetTable
from indexer.engines.embedded.kernels.arguments import Runs
from indexer.engines.embedded.kernels.bits import Bits, pack, unpack
from indexer.engines.embedded.segments.array_file import ArrayFile
from indexer.engines.embedded.segments.documents import StoredDocuments
from indexer.engines.embedded.segments.fields import Field
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS, THEME
from indexer.engines.embedded.segments.stored import StoredRecords
from indexer.engines.embedded.segments.streams import Group
from indexer.engines.embedded.segments.themes import StoredThemes
from indexer.engines.embedded.segments.values import common_values, split_values
from indexer.results.facets import MULTI_FACETS, SINGLE_FACETS
from indexer.results.record import IndexRecord

Floats = NDArray[np.float64]
T = TypeVar("T")
#: Queries whose look-ups are remembered.
_PREPARED = 1024
_CACHE_BYTES = 64 * 2**20


class SegmentReader:
    """A segment of an opened index: its first document's number, its texts and records."""

    def __init__(self, file: ArrayFile, themes: StoredThemes, base: int) -> None:
        self.file = file
        self.base = base
        self.size = len(file["columns/order"])
        self.groups: Mapping[str, Group] = {name: Group(file, name) for name in FIELD_SLOTS}
        self.documents = StoredDocuments(file)
        self.ids = Field(file, "id")
        self._themes = themes
        self._stored = StoredRecords(file)
        #: The number after its last document's.
        self.end = base + self.size

    def record(self, doc: int) -> IndexRecord:
        """A document's record; documents are numbered over all segments."""
        here = doc - self.base
        return self._stored.record(here, self._themes.of(here))

    def policy(self, doc: int) -> Policy:
        """The policy of a document."""
        return self._stored.policy(doc - self.base)

    def id_of(self, doc: int) -> str:
        """The id of a document's record."""
        return self._stored.id_of(doc - self.base)

    def listed(self, name: str) -> FacetColumn:
        """The values of one of :data:`~indexer.results.facets.MULTI_FACETS`."""
        if name == THEME:
            return FacetColumn(self._themes.names, self._themes.starts, self._themes.codes)
        values, starts, codes = (
            self.file[f"many/{name}/{part}"] for part in ("values", "starts", "codes")
        )
        return FacetColumn(split_values(values), starts, codes)


class BitCache:
    """Sets of documents of one index, the latest used first; shared by threads."""

    def __init__(self, size: int = _CACHE_BYTES) -> None:
        self._sets: LRUCache[Hashable, Bits] = LRUCache(size, lambda bits: bits.nbytes + 512)
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Bits | None:
        """The set under a key, if it is held."""
        with self._lock:
            return self._sets.get(key)

    def clear(self) -> None:
        """Forgets all sets."""
        with self._lock:
            self._sets.clear()

    def put(self, key: Hashable, bits: Bits) -> Bits:
        """Holds a set, at the cost of those not used for longest; gives it back."""
        if bits.nbytes + 512 <= self._sets.maxsize:
            with self._lock:
                self._sets[key] = bits
        return bits


class Prepared:
    """What queries look up in the dictionaries, ready for the kernels; shared by threads.

    Which lists a query has, not what is in them.  It is emptied when it is full:
    looking up again costs little, keeping account of every use would cost more.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: dict[Hashable, Any] = {}

    def clear(self) -> None:
        """Forgets all."""
        self._made.clear()

    def get_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is prepared under a key, made if it is not there."""
        made: T | None = self._made.get(key)
        if made is None:
            made = make()
            if len(self._made) >= self._size:
                self._made.clear()
            self._made[key] = made
        return made


class Lengths:
    """Lengths of one index, as length norms of ranking."""

    def __init__(self, segments: Sequence[SegmentReader], size: int) -> None:
        self._segments = segments
        self._norms: dict[tuple[str, float, str, int, float], Floats] = {}
        self._lengths: dict[tuple[str, str, int], tuple[Floats, float]] = {}
        self.documents = size

    def norm(self, stream: str, b: float, group: str, slots: int, times: float = 1.0) -> Floats:
        """``1 - b + b * length / mean length`` of each document, slots taken together.

        All ``times`` a factor.
        """
        key = (stream, b, group, slots, times)
        if key not in self._norms:
            length, mean = self._of(stream, group, slots)
            self._norms[key] = times * (1 - b + b * length / mean)
        return self._norms[key]

    def mean(self, stream: str, group: str, slots: int) -> float:
        """The mean length, never 0."""
        return self._of(stream, group, slots)[1]

    def _of(self, stream: str, group: str, slots: int) -> tuple[Floats, float]:
        """Lengths and their mean."""
        key = (stream, group, slots)
        if key not in self._lengths:
            wanted = [slot for slot in range(4) if (slots >> slot) & 1]
            parts = [s.groups[group].lengths(stream)[:, wanted].sum(axis=1) for s in self._segments]
            length = np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)
            mean = float(length.mean()) if self.documents else 0.0
            # A document without the field holds no term of it either: any norm will do.
            self._lengths[key] = length, mean or 1.0
        return self._lengths[key]


@dataclass(frozen=True)
class OpenedIndex:
    """What one version of an index holds, shared by all threads."""

    segments: tuple[SegmentReader, ...]
    table: FacetTable
    cache: BitCache = field(default_factory=BitCache)
    prepared: Prepared = field(default_factory=lambda: Prepared(_PREPARED))
    _priors: dict[float, Floats] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """Document numbers run from 0 to ``size`` - 1."""
        return self.table.size

    @cached_property
    def lengths(self) -> Lengths:
        return Lengths(self.segments, self.size)

    def prior(self, exponent: float) -> Floats:
        """Each policy's number of live records to the power of ``exponent``."""
        if exponent not in self._priors:
            self._priors[exponent] = self.table.policy_sizes.astype(np.float64) ** exponent
        return self._priors[exponent]

    @cached_property
    def policy_orders(self) -> NDArray[np.int64]:
        """The place in the library of each policy's first live record; -1 where none is live."""
        table, live = self.table, unpack(self.table.live, self.size)
        orders = np.full(len(table.values["policy"]), np.iinfo(np.int64).max)
        np.minimum.at(orders, table.policies[live], table.order[live])
        orders[orders == np.iinfo(np.int64).max] = -1
        return orders

    @cached_property
    def live_policies(self) -> NDArray[np.bool_]:
        """Which policies have a live record, by their numbers."""
        mask: NDArray[np.bool_] = self.policy_orders >= 0
        return mask

    @cached_property
    def _text_policies(self) -> dict[int, NDArray[np.int32]]:
        """By a segment's base: the policy of each of its texts, -1 where it is deleted."""
        live = unpack(self.table.live, self.size)
        found = {}
        for segment in self.segments:
            docs = segment.documents.first + segment.base
            numbers = np.where(live[docs], self.table.policies[docs], -1)
            found[segment.base] = numbers.astype(np.int32)
        return found

    def text_policies(self, segment: SegmentReader) -> NDArray[np.int32]:
        """The policy of each text of a segment, by its number; -1 where it is deleted."""
        return self._text_policies[segment.base]

    @cached_property
    def text_rows(self) -> Mapping[int, tuple[SegmentReader, int]]:
        """The segment and the row of each policy's text."""
        return {
            policy: (segment, row)
            for segment in self.segments
            for row, policy in enumerate(self.text_policies(segment).tolist())
            if policy >= 0
        }

    @cached_property
    def policy_runs(self) -> Runs:
        """The documents of each policy, which lie together within a segment."""
        policies = self.table.policies
        begins = np.flatnonzero(np.diff(policies, prepend=-2))
        return Runs(np.append(begins, len(policies)).astype(np.int64), policies[begins])

    def policies_of(self, docs: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which policies some documents are of, by their numbers."""
        mask = np.zeros(len(self.table.values["policy"]), dtype=np.bool_)
        mask[self.table.policies[docs]] = True
        return mask

    def documents_of(self, policy: int) -> NDArray[np.int32]:
        """The live documents of a policy, ascending."""
        starts, owners = self.policy_runs
        runs = np.flatnonzero(owners == policy)
        held = [np.arange(starts[run], starts[run + 1], dtype=np.int32) for run in runs]
        docs = np.concatenate([np.zeros(0, dtype=np.int32), *held])
        return docs if self.all_live else docs[unpack(self.table.live, self.size)[docs]]

    def policy(self, doc: int) -> Policy:
        """The policy of a document."""
        return self._segment(doc).policy(doc)

    @cached_property
    def _issuers(self) -> tuple[Region | None, ...]:
        """The region of the organ that issued each policy."""
        regions: list[Region | None] = [None] * len(self.table.values["policy"])
        area = self.table.columns["area"]
        # The policies of central organs have no area: theirs need not be decoded.
        docs = np.flatnonzero(np.diff(area.starts))
        numbers, first = np.unique(self.table.policies[docs], return_index=True)
        for number, doc in zip(numbers.tolist(), docs[first].tolist(), strict=True):
            regions[number] = self.policy(doc).region
        return tuple(regions)

    @cached_property
    def _without_region(self) -> NDArray[np.bool_]:
        """Which documents have no region of their own."""
        levels = [SINGLE_FACETS.index(name) for name in ("province", "city", "county")]
        return np.asarray((self.table.single[:, levels] < 0).all(axis=1), dtype=np.bool_)

    def issued_from(self, level: str, name: str) -> NDArray[np.bool_]:
        """Documents without a region, of policies by an organ of a place whose name begins so.

        ``level`` is ``province``, ``city`` or ``county``.
        """
        key = fold_text(name)
        names = ((getattr(region, level) or "") if region else "" for region in self._issuers)
        issued = np.array([bool(n) and fold_text(n).startswith(key) for n in names], np.bool_)
        return issued[self.table.policies] & self._without_region

    def number_of(self, policy_id: str) -> int | None:
        """The number of a live policy."""
        names = self.table.values["policy"]
        at = bisect_left(names, policy_id)
        known = at < len(names) and names[at] == policy_id and self.live_policies[at]
        return at if known else None

    @cached_property
    def live_records(self) -> int:
        """How many documents are not deleted."""
        return int(np.bitwise_count(self.table.live).sum())

    @property
    def all_live(self) -> bool:
        """Whether no document is deleted."""
        return self.live_records == self.size

    def records(self, docs: Sequence[int]) -> list[IndexRecord]:
        """The records of documents, read together."""
        return [self._segment(doc).record(doc) for doc in docs]

    def ids(self, docs: Sequence[int]) -> list[str]:
        """The ids of documents' records, without anything else of them."""
        return [self._segment(doc).id_of(doc) for doc in docs]

    def _segment(self, doc: int) -> SegmentReader:
        # Most indexes are of one segment, and every record that is shown asks for its own.
        if len(self.segments) == 1:
            return self.segments[0]
        return next(each for each in self.segments if doc < each.end)

    def find(self, record_id: str) -> int | None:
        """The number of the live document of a record."""
        for segment in self.segments:
            number = segment.ids.terms.find(record_id)
            docs = segment.ids.docs(number).tolist() if number >= 0 else []
            for doc in docs:
                if self.is_live(segment.base + doc):
                    return int(segment.base + doc)
        return None

    def is_live(self, doc: int) -> bool:
        """Whether a document is not deleted."""
        return bool((int(self.table.live[doc >> 6]) >> (doc & 63)) & 1)


def open_segments(
    parts: Sequence[tuple[ArrayFile, StoredThemes, NDArray[np.bool_]]],
) -> OpenedIndex:
    """Opens an index of segments: the file of each, its themes, and which documents are live."""
    segments: list[SegmentReader] = []
    live: list[NDArray[np.bool_]] = []
    for file, themes, mask in parts:
        segments.append(SegmentReader(file, themes, segments[-1].end if segments else 0))
        live.append(mask)
    mask = np.concatenate(live) if live else np.zeros(0, dtype=np.bool_)
    return OpenedIndex(tuple(segments), _table(segments, pack(mask)))


def _table(segments: Sequence[SegmentReader], live: Bits) -> FacetTable:
    files = [segment.file for segment in segments]
    values: dict[str, Sequence[str]] = {}
    columns = []
    for at, name in enumerate(SINGLE_FACETS):
        names, tables = common_values(
            [split_values(file[f"single/values/{name}"]) for file in files]
        )
        values[name] = names
        if len(files) != 1:
            parts = [t[f["single/codes"][:, at]] for f, t in zip(files, tables, strict=True)]
            columns.append(_strung(parts, np.int32))
    many = {name: _column([s.listed(name) for s in segments]) for name in MULTI_FACETS}
    values |= {name: column.values for name, column in many.items()}
    single = (
        files[0]["single/codes"]
        if len(files) == 1
        else np.ascontiguousarray(np.stack(columns, axis=1))
    )
    order, dates, codes_of = (
        files[0][f"columns/{name}"]
        if len(files) == 1
        else _strung([file[f"columns/{name}"] for file in files], np.int64)
        for name in ("order", "dates", "codes")
    )
    return FacetTable(values, single, many, order, dates, codes_of, live)


def _column(parts: Sequence[FacetColumn]) -> FacetColumn:
    """The columns of all segments as one."""
    if len(parts) == 1:
        return parts[0]
    names, tables = common_values([list(part.values) for part in parts])
    codes = [table[part.codes] for part, table in zip(parts, tables, strict=True)]
    sizes = [np.diff(part.starts) for part in parts]
    starts = np.concatenate([[0], np.cumsum(_strung(sizes, np.int64))]).astype(np.int64)
    return FacetColumn(names, starts, _strung(codes, np.int32))


def _strung(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=dtype), *parts]).astype(dtype, copy=False)
