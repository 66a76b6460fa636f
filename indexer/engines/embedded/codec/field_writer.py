"""Postings of any Whoosh field, written through Whoosh's own interface.

Records go a shorter way (:mod:`indexer.engines.embedded.segments.buffer`); this one serves
every other index that somebody may want to write with the codec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from indexer.engines.embedded.segments.fields import FieldBuffer

if TYPE_CHECKING:
    from indexer.engines.embedded.codec.segment import ArraySegment


class ArrayFieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Takes postings in order; writes the segment's file when it is closed."""

    def __init__(self, storage: Any, segment: ArraySegment) -> None:
        self._storage = storage
        self._segment = segment
        self._fields: dict[str, FieldBuffer] = {}
        self._current: FieldBuffer | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._current = self._fields.setdefault(fieldname, FieldBuffer())

    def start_term(self, text: bytes) -> None:
        if self._current is None:
            raise ValueError("Called start_term before start_field")
        self._current.start_term(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        assert self._current is not None
        self._current.add(docnum, weight, vbytes)

    def finish_term(self) -> None:
        pass

    def finish_field(self) -> None:
        if self._current is None:
            raise ValueError("Called finish_field before start_field")
        self._current = None

    def close(self) -> None:
        arrays = dict(self._segment.pending)
        for name, field in self._fields.items():
            arrays |= field.arrays(name)
        if arrays:
            self._segment.write(self._storage, arrays.items())
        self._segment.pending = {}
        self.is_closed = True
