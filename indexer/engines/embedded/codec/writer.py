"""Writing records in bulk: a Whoosh writer with a shorter way for them.

Whoosh's own way makes an object, a tuple and a sort of every posting.  A
:class:`RecordWriter` takes the same lock and the same generation, and commits
the same table of contents; in between records go through a
:class:`~indexer.engines.embedded.segments.buffer.RecordBuffer`, whole segments at a time.

Segments are merged with every commit so that each is several times as large as
all that came after it: few of them to search, and no record is written again
more than a few times, however often something is added.  None is made larger than
what memory is enough for: a library that has outgrown that has some large segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from whoosh.writing import SegmentWriter

from indexer.analysis.analyzer import Analyzer
from indexer.engines.embedded.codec.segment import ArrayCodec, ArraySegment
from indexer.engines.embedded.segments.array_file import Array, ArrayFile
from indexer.engines.embedded.segments.buffer import RecordBuffer
from indexer.engines.embedded.segments.fields import Field
from indexer.engines.embedded.segments.merging import merged
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS
from indexer.results.model import IndexRecord

#: Characters of text in memory; about 40 bytes each while a segment is made of them.
FLUSH_SIZE = 40_000_000
#: Units of text in a segment that others are merged into; about 30 bytes each meanwhile.
MERGED_UNITS = 80_000_000
#: A segment stays as it is if it has more than so many times the records of all newer ones.
MERGE_RATIO = 4
#: … and if no larger part of it is deleted.
DELETED_PART = 0.25


class RecordWriter(SegmentWriter):  # type: ignore[misc]
    """One transaction.  Raises ``whoosh.index.LockError`` while there is another."""

    def __init__(self, index: Any, analyzer: Analyzer, flush_size: int = FLUSH_SIZE) -> None:
        super().__init__(index, codec=ArrayCodec(), compound=False)
        self._analyzer = analyzer
        self._flush_size = flush_size
        self._buffer = RecordBuffer(analyzer)
        self._files: dict[str, ArrayFile] = {}
        self._fields: dict[tuple[str, str], Field] = {}
        self._committed = list(self.segments)
        self._flushed: list[ArraySegment] = []
        self._deletions: dict[str, list[int]] = {}
        # Where this transaction's own records are: number of the flushed segment, and in it.
        self._by_id: dict[str, tuple[int, int]] = {}
        self._by_policy: dict[str, list[tuple[int, int]]] = {}
        self._dead: list[tuple[int, int]] = []

    @property
    def added(self) -> list[str]:
        """The ids of the records that this transaction has taken."""
        return list(self._by_id)

    def add_document(self, *, record: IndexRecord) -> None:
        """Takes a record; one with the same id is replaced."""
        identity = record.record.id
        if identity in self._by_id:
            self._dead.append(self._by_id[identity])
        elif self._committed:
            self._delete("id", identity)
        place = (len(self._flushed), self._buffer.add(record))
        self._by_id[identity] = place
        self._by_policy.setdefault(record.policy.id, []).append(place)
        if self._buffer.size >= self._flush_size:
            self._flush()

    def delete_policy(self, policy_id: str) -> None:
        """Removes a policy's records, committed or of this transaction."""
        self._delete("policy_id", policy_id)
        self._dead.extend(self._by_policy.pop(policy_id, ()))

    def _delete(self, field: str, term: str) -> None:
        for segment in self._committed:
            found = self._field(segment, field)
            number = found.terms.find(term)
            if number >= 0:
                docs = found.docs(number).tolist()
                self._deletions.setdefault(segment.segment_id(), []).extend(docs)

    def _field(self, segment: ArraySegment, field: str) -> Field:
        key = (segment.segment_id(), field)
        if key not in self._fields:
            self._fields[key] = Field(self._open(segment), field)
        return self._fields[key]

    def _open(self, segment: ArraySegment) -> ArrayFile:
        name = segment.segment_id()
        if name not in self._files:
            self._files[name] = segment.open(self.storage)
        return self._files[name]

    def _flush(self) -> None:
        """Writes what is in the buffer as a segment."""
        if not len(self._buffer):
            return
        self._flushed.append(self._written(len(self._buffer), self._buffer.arrays()))
        self._buffer = RecordBuffer(self._analyzer)

    def _written(self, count: int, arrays: Iterable[tuple[str, Array]]) -> ArraySegment:
        segment: ArraySegment = self.codec.new_segment(self.storage, self.indexname)
        segment.set_doc_count(count)
        segment.write(self.storage, arrays)
        return segment

    def commit(self, *args: Any, **kwargs: Any) -> None:
        """Makes everything durable and visible."""
        self._check_state()
        try:
            self._flush()
            for number, doc in self._dead:
                name = self._flushed[number].segment_id()
                self._deletions.setdefault(name, []).append(doc)
            segments = [*self._committed, *self._flushed]
            for segment in segments:
                if docs := self._deletions.get(segment.segment_id()):
                    segment.delete_documents(np.array(docs, dtype=np.int64))
            segments = self._merge(segments)
            self._close_segment()
            self._commit_toc(segments)
        except BaseException:
            self._cleanup_on_error()
            raise
        self._finish()

    def _merge(self, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
        """The segments to commit, some neighbours of them made into one, from the newest on."""
        kept = [segment for segment in segments if segment.doc_count()]
        done: list[ArraySegment] = []
        last = len(kept)
        while last:
            first = self._first_of(kept[:last])
            some = kept[first:last]
            done.append(self._made_one(some) if len(some) > 1 else self._purged(some[0]))
            last = first
        return done[::-1]

    def _first_of(self, segments: Sequence[ArraySegment]) -> int:
        """The first of the last segments that are to be one."""
        newer = units = 0
        for at in range(len(segments) - 1, -1, -1):
            units += self._units(segments[at])
            larger = segments[at].doc_count() > MERGE_RATIO * newer
            if newer and (larger or units > MERGED_UNITS):
                return at + 1
            newer += segments[at].doc_count()
        return 0

    def _units(self, segment: ArraySegment) -> int:
        """How many units of text a segment has."""
        file = self._open(segment)
        return sum(len(file[f"{group}/units"]) for group in FIELD_SLOTS)

    def _purged(self, segment: ArraySegment) -> ArraySegment:
        """The segment, written anew where much of it is deleted."""
        much = segment.deleted_count() > DELETED_PART * segment.doc_count_all()
        return self._made_one([segment]) if much else segment

    def _made_one(self, segments: Sequence[ArraySegment]) -> ArraySegment:
        live = [~segment.deleted() for segment in segments]
        arrays = merged([self._open(segment) for segment in segments], live)
        return self._written(sum(segment.doc_count() for segment in segments), arrays)
