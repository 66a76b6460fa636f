"""Records that are read from the index when somebody looks into them.

A page has many hits of which a caller may want no more than the ids.  A
:func:`lazy_records` gives each as an :class:`~indexer.results.IndexRecord` like any
other, equal to one that was made in full; its parts are decoded at the first look.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from corpus.policy import Policy, Record
from indexer.results import IndexRecord

_new, _set = object.__new__, object.__setattr__


class Source(Protocol):
    """Where records are read from, by document."""

    def ids(self, docs: Iterable[int]) -> Iterable[tuple[int, str]]: ...
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


# The slots' own setters: frozen classes have no other, and a page makes many of these.
_set_record_place: Any = _LazyRecord.__dict__["_place"].__set__
_set_entry_place: Any = _LazyEntry.__dict__["_place"].__set__
_set_id: Any = Record.__dict__["id"].__set__
_set_record: Any = IndexRecord.__dict__["record"].__set__


def lazy_records(source: Source, docs: Iterable[int]) -> list[IndexRecord]:
    """The records of documents, nothing but their ids read yet."""
    made: list[IndexRecord] = []
    for doc, identity in source.ids(docs):
        place = (source, doc)
        record = _new(_LazyRecord)
        _set_record_place(record, place)
        _set_id(record, identity)
        entry = _new(_LazyEntry)
        _set_entry_place(entry, place)
        _set_record(entry, record)
        made.append(entry)
    return made
