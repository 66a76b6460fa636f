"""Records that are read from the index when somebody looks into them.

A :func:`lazy_record` is an :class:`~indexer.results.model.IndexRecord` like any other, equal
to one that was made in full; its parts are decoded at the first look.
"""

from __future__ import annotations

from typing import Any, Protocol

from corpus.policy import Policy, Record
from indexer.results.model import IndexRecord

_new, _set = object.__new__, object.__setattr__


class Source(Protocol):
    """Where records are read from, by document."""

    def id_of(self, doc: int) -> str: ...
    def policy(self, doc: int) -> Policy: ...
    def record(self, doc: int) -> IndexRecord: ...


class _LazyRecord(Record):
    __slots__ = ("_place",)
    _place: tuple[Source, int]

    def __getattr__(self, name: str) -> Any:
        """A part that is not there yet: slots that are empty come here."""
        if name not in Record.__slots__:
            raise AttributeError(name)
        source, doc = self._place
        record = source.record(doc).record
        for part in Record.__slots__:
            _set(self, part, getattr(record, part))
        return getattr(record, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return all(getattr(self, part) == getattr(other, part) for part in Record.__slots__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, part) for part in Record.__slots__))


class _LazyEntry(IndexRecord):
    __slots__ = ("_place",)
    _place: tuple[Source, int]

    def __getattr__(self, name: str) -> Any:
        if name not in IndexRecord.__slots__:
            raise AttributeError(name)
        source, doc = self._place
        entry = source.record(doc)
        for part in ("policy", "order", "themes", "keywords"):
            _set(self, part, getattr(entry, part))
        return getattr(entry, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndexRecord):
            return NotImplemented
        parts = IndexRecord.__slots__
        return all(getattr(self, part) == getattr(other, part) for part in parts)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, part) for part in IndexRecord.__slots__))


def lazy_record(source: Source, doc: int) -> IndexRecord:
    """The record of a document, nothing but its id read yet."""
    place = (source, doc)
    record = _new(_LazyRecord)
    _set(record, "_place", place)
    _set(record, "id", source.id_of(doc))
    entry = _new(_LazyEntry)
    _set(entry, "_place", place)
    _set(entry, "record", record)
    return entry
