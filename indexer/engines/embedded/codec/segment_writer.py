"""Writing the segments of an index version: records in bulk, then one table of contents.

Whoosh's own way makes an object, a tuple and a sort of every posting.  A
:class:`SegmentWriter` collects records in a
:class:`~indexer.engines.embedded.segments.buffer.RecordBuffer` and writes whole
segments at a time.  It begins with the segments of the version that the new one
goes on from; files are only ever added, so the former version stays as it is.

Segments are merged so that each is several times as large as all that came
after it: few of them to search, and no record is written again more than a few
times, however often something is added.  None is made larger than what memory
is enough for: a library that has outgrown that has some large segments.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import PolicyRecords, Themes
from indexer.engines.embedded.codec.schema import make_schema
from indexer.engines.embedded.codec.segment import ArraySegment
from indexer.engines.embedded.segments.array_file import Array, ArrayFile, write_arrays
from indexer.engines.embedded.segments.buffer import RecordBuffer
from indexer.engines.embedded.segments.fields import Field
from indexer.engines.embedded.segments.merging import merged, merged_themes
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS
from indexer.engines.embedded.segments.themes import StoredThemes, theme_arrays

#: The name that Whoosh gives an index if none is given.
INDEX_NAME = "MAIN"
#: Characters of text in memory; about 40 bytes each while a segment is made of them.
FLUSH_SIZE = 40_000_000
#: Units of text in a segment that others are merged into; about 30 bytes each meanwhile.
MERGED_UNITS = 80_000_000
#: A segment stays as it is if it has more than so many times the records of all newer ones.
MERGE_RATIO = 4
#: … and if no larger part of it is deleted.
DELETED_PART = 0.25


class SegmentWriter:
    """The segments of one new version, in the directory ``storage``.

    ``base``: the segments to go on from, and ``base_storage`` where their files
    are.  The segments are this writer's own: what it deletes, it notes in them.
    """

    def __init__(
        self,
        storage: FileStorage,
        analyzer: Analyzer,
        base: Sequence[ArraySegment] = (),
        base_storage: FileStorage | None = None,
    ) -> None:
        self._storage = storage
        self._analyzer = analyzer
        self._places = {segment.segment_id(): base_storage or storage for segment in base}
        self._segments = list(base)
        self._buffer = RecordBuffer(analyzer)
        #: Documents in the buffer that were deleted again.
        self._dead: set[int] = set()
        self._by_policy: dict[str, list[int]] = {}
        self._files: dict[str, ArrayFile] = {}
        self._fields: dict[tuple[str, str], Field] = {}
        self._themes: dict[str, Themes] = {}
        #: The segments whose themes were rewritten.
        self._rethemed: set[str] = set()

    def add(self, policy: PolicyRecords) -> None:
        """Takes a policy; one of its id that is there is replaced."""
        self.delete(policy.policy.id)
        self._by_policy[policy.policy.id] = self._buffer.add(policy)
        for entry in policy.records:
            self._themes.pop(entry.record.id, None)
        if self._buffer.size >= FLUSH_SIZE:
            self._flush()

    def delete(self, policy_id: str) -> None:
        """Removes a policy's records."""
        self._dead.update(self._by_policy.pop(policy_id, ()))
        for segment in self._segments:
            field = self._field(segment, "policy_id")
            number = field.terms.find(policy_id)
            if number >= 0:
                segment.delete_documents(field.docs(number))

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        """Gives records other themes, by record id."""
        self._themes.update(themes)

    def finish(self) -> list[ArraySegment]:
        """Writes what is left in memory; the segments of the version, in order."""
        self._flush()
        self._segments = self._merge([each for each in self._segments if each.doc_count()])
        for segment in self._segments:
            self._retheme(segment)
        return self._segments

    def shared_files(self) -> Iterable[str]:
        """The names of the files that the version shares with its base."""
        for segment in self._segments:
            if self._places[segment.segment_id()] is not self._storage:
                yield segment.file_name
                if segment.segment_id() not in self._rethemed:
                    yield segment.themes_name

    def write_toc(self) -> None:
        """Writes Whoosh's table of contents, once."""
        TOC(make_schema(), self._segments, 1).write(self._storage, INDEX_NAME)

    def open(self, segment: ArraySegment) -> ArrayFile:
        """A segment's file, wherever it lies until the version is complete."""
        name = segment.segment_id()
        if name not in self._files:
            self._files[name] = segment.open(self._places[name])
        return self._files[name]

    def open_themes(self, segment: ArraySegment) -> StoredThemes:
        """The themes of a segment's records."""
        name = segment.segment_id()
        place = self._storage if name in self._rethemed else self._places[name]
        return segment.open_themes(place)

    def _field(self, segment: ArraySegment, field: str) -> Field:
        key = (segment.segment_id(), field)
        if key not in self._fields:
            self._fields[key] = Field(self.open(segment), field)
        return self._fields[key]

    def _flush(self) -> None:
        """Writes what is in the buffer as a segment."""
        buffer, dead = self._buffer, np.array(sorted(self._dead), dtype=np.int64)
        if len(buffer) > len(dead):
            segment = self._written(len(buffer), buffer.arrays(), buffer.themes())
            if len(dead):
                segment.delete_documents(dead)
            self._segments.append(segment)
        self._buffer = RecordBuffer(self._analyzer)
        self._dead, self._by_policy = set(), {}

    def _written(
        self, count: int, arrays: Iterable[tuple[str, Array]], themes: Mapping[str, Array]
    ) -> ArraySegment:
        segment = ArraySegment(INDEX_NAME)
        segment.set_doc_count(count)
        segment.write(self._storage, arrays)
        self._write_themes(segment, themes)
        self._places[segment.segment_id()] = self._storage
        return segment

    def _write_themes(self, segment: ArraySegment, themes: Mapping[str, Array]) -> None:
        with self._storage.create_file(segment.themes_name) as file:
            write_arrays(file, themes.items())

    def _retheme(self, segment: ArraySegment) -> None:
        """Rewrites the themes of a segment in which records were given others."""
        ids = self._field(segment, "id")
        changed: dict[int, Themes] = {}
        for record_id, themes in self._themes.items():
            number = ids.terms.find(record_id)
            for doc in ids.docs(number).tolist() if number >= 0 else ():
                changed[doc] = themes
        if changed:
            held = self.open_themes(segment)
            rows: list[Any] = [held.of(doc) for doc in range(segment.doc_count_all())]
            for doc, themes in changed.items():
                rows[doc] = themes
            self._write_themes(segment, theme_arrays(rows))
            self._rethemed.add(segment.segment_id())

    def _merge(self, kept: Sequence[ArraySegment]) -> list[ArraySegment]:
        """The segments to keep, some neighbours of them made into one, from the newest on."""
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
        file = self.open(segment)
        return sum(len(file[f"{group}/units"]) for group in FIELD_SLOTS)

    def _purged(self, segment: ArraySegment) -> ArraySegment:
        """The segment, written again where much of it is deleted."""
        much = segment.deleted_count() > DELETED_PART * segment.doc_count_all()
        return self._made_one([segment]) if much else segment

    def _made_one(self, segments: Sequence[ArraySegment]) -> ArraySegment:
        live = [~segment.deleted() for segment in segments]
        arrays = merged([self.open(segment) for segment in segments], live)
        themes = merged_themes([self.open_themes(segment) for segment in segments], live)
        made = self._written(sum(each.doc_count() for each in segments), arrays, themes)
        for segment in segments:
            self._discard(segment)
        return made

    def _discard(self, segment: ArraySegment) -> None:
        """Removes the files of a segment of this version that was merged into another."""
        name = segment.segment_id()
        file = self._files.pop(name, None)
        if self._places[name] is self._storage:
            del file
            for field in ("id", "policy_id"):
                self._fields.pop((name, field), None)
            for file_name in (segment.file_name, segment.themes_name):
                # Where an open file cannot be removed, it stays until the version goes.
                with contextlib.suppress(OSError):
                    self._storage.delete_file(file_name)
