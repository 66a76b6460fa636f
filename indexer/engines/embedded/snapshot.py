"""One generation of an index, opened: what every search over it shares.

A :class:`Snapshot` belongs to one commit and never changes; threads share it,
and a search that has one keeps it whatever is committed meanwhile (the files
stay mapped).  Documents are numbered over all segments in their order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from indexer.engines.embedded.assigned import Assigned
from indexer.engines.embedded.codec.lazy import lazy_record
from indexer.engines.embedded.codec.segment import ArraySegment
from indexer.engines.embedded.facets import FacetColumn, FacetTable
from indexer.engines.embedded.kernels.bits import Bits, pack
from indexer.engines.embedded.segments.array_file import ArrayFile
from indexer.engines.embedded.segments.fields import Field
from indexer.engines.embedded.segments.merging import common_values, facet_names
from indexer.engines.embedded.segments.segment_format import (
    ALL_SLOTS,
    FIELD_SLOTS,
    MULTI_FACETS,
    SINGLE_FACETS,
)
from indexer.engines.embedded.segments.stored import StoredRecords
from indexer.engines.embedded.segments.streams import Group
from indexer.results.model import IndexRecord

Floats = NDArray[np.float64]
T = TypeVar("T")
#: Queries whose look-ups are remembered.
_PREPARED = 1024
_CACHE_BYTES = 64 * 2**20


class SegmentView:
    """A segment of a snapshot: its first document's number, its texts and stored records."""

    def __init__(self, file: ArrayFile, base: int) -> None:
        self.file = file
        self.base = base
        self.size = len(file["columns/order"])
        self.groups: Mapping[str, Group] = {name: Group(file, name) for name in FIELD_SLOTS}
        self.ids = Field(file, "id")
        self.stored = StoredRecords(file)
        #: The number after its last document's.
        self.end = base + self.size

    def id_of(self, doc: int) -> str:
        """The id of the record of a document, numbered over all segments."""
        return self.stored.id_of(doc - self.base)


class BitCache:
    """Sets of documents of one generation, the latest used first; shared by threads."""

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

    Which lists a query has, not what is in them.  Begins anew when it is full:
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
    """Lengths of one generation, as length norms of ranking."""

    def __init__(self, segments: Sequence[SegmentView], size: int) -> None:
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
class Snapshot:
    """What one generation holds, shared by all threads."""

    generation: int
    segments: tuple[SegmentView, ...]
    table: FacetTable
    assigned: Assigned
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
    def all_live(self) -> bool:
        """Whether no document is deleted."""
        return int(np.bitwise_count(self.table.live).sum()) == self.size

    def id_of(self, doc: int) -> str:
        """The id of a document's record."""
        return self._segment(doc).id_of(doc)

    def record(self, doc: int) -> IndexRecord:
        """A document's record, with the themes that it has now; read when it is looked at."""
        segment = self._segment(doc)
        found = lazy_record(segment.stored, doc - segment.base)
        return self.assigned.apply(found) if self.assigned.themes else found

    def _segment(self, doc: int) -> SegmentView:
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


def open_snapshot(
    generation: int,
    segments: Sequence[ArraySegment],
    storage: Any,
    assigned: Assigned,
    before: Snapshot | None,
) -> Snapshot:
    """Opens a commit; files that ``before`` has open already are not opened again.

    Raises ``OSError`` and :class:`~.codec.arrayfile.ArrayFileError`.
    """
    known = {view.file.name: view.file for view in before.segments} if before else {}
    views: list[SegmentView] = []
    base = 0
    live = []
    for segment in segments:
        if segment.doc_count_all():
            file = known.get(segment.file_name) or segment.open(storage)
            views.append(SegmentView(file, base))
            live.append(~segment.deleted())
            base = views[-1].end
    mask = np.concatenate(live) if live else np.zeros(0, dtype=np.bool_)
    table = _table(views, pack(mask))
    return Snapshot(generation, tuple(views), _with_assigned(table, views, assigned), assigned)


def _table(views: Sequence[SegmentView], live: Bits) -> FacetTable:
    files = [view.file for view in views]
    values: dict[str, Sequence[str]] = {}
    columns = []
    for at, name in enumerate(SINGLE_FACETS):
        names, tables = common_values(
            [facet_names(file[f"single/values/{name}"]) for file in files]
        )
        values[name] = names
        if len(files) != 1:
            parts = [t[f["single/codes"][:, at]] for f, t in zip(files, tables, strict=True)]
            columns.append(_strung(parts, np.int32))
    many = {}
    for name in MULTI_FACETS:
        names, tables = common_values([facet_names(file[f"many/{name}/values"]) for file in files])
        values[name] = names
        codes = [t[f[f"many/{name}/codes"]] for f, t in zip(files, tables, strict=True)]
        sizes = [np.diff(file[f"many/{name}/starts"]) for file in files]
        starts = np.concatenate([[0], np.cumsum(_strung(sizes, np.int64))]).astype(np.int64)
        many[name] = FacetColumn(names, starts, _strung(codes, np.int32))
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


def _strung(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=dtype), *parts]).astype(dtype, copy=False)


def _with_assigned(
    table: FacetTable, views: Sequence[SegmentView], assigned: Assigned
) -> FacetTable:
    """The table with the themes that records were given after they were written."""
    if not assigned.themes:
        return table
    column = table.many["theme"]
    bounds = zip(column.starts[:-1].tolist(), column.starts[1:].tolist(), strict=True)
    codes = column.codes.tolist()
    rows = [[column.values[code] for code in codes[first:last]] for first, last in bounds]
    for record, themes in assigned.themes.items():
        for view in views:
            number = view.ids.terms.find(record)
            for doc in view.ids.docs(number).tolist() if number >= 0 else ():
                rows[view.base + doc] = list(themes)
    names = sorted({name for row in rows for name in row})
    numbers = {name: i for i, name in enumerate(names)}
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    flat = np.array([numbers[name] for row in rows for name in row], dtype=np.int32)
    return FacetTable(
        {**table.values, "theme": names},
        table.single,
        {**table.many, "theme": FacetColumn(names, starts, flat)},
        table.order,
        table.dates,
        table.codes,
        table.live,
    )


@cache
def slots_of(field: str | None) -> tuple[str, int]:
    """The group and the mask of slots where a field is searched; ``None``: the default fields."""
    if field is None:
        return "text", ALL_SLOTS
    for group, fields in FIELD_SLOTS.items():
        if field in fields:
            return group, 1 << fields.index(field)
    raise KeyError(field)
