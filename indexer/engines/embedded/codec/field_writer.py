"""Postings of any Whoosh field, written through Whoosh's own interface.

Records go a shorter way (:mod:`indexer.engines.embedded.segments.buffer`); this one serves
every other index that somebody may want to write with the codec.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whoosh.codec import base

from indexer.engines.embedded.segments.fields import Arrays, FieldBuffer


class ArrayFieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Takes postings in order; hands the arrays of all fields to ``write`` when it is closed."""

    def __init__(self, write: Callable[[Arrays], None]) -> None:
        self._write = write
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
        arrays: Arrays = {}
        for name, field in self._fields.items():
            arrays |= field.arrays(name)
        self._write(arrays)
        self.is_closed = True
