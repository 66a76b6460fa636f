"""The terms of a segment as Whoosh sees them.

An ordinary field lies there as it is (:mod:`~.fields`).  A text field of a
record, such as ``body_words``, is a view of its group's stream: the terms that
stand in its slot, and their postings there.  A pair is written with a blank
between its units, which stands in no unit and sorts before all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from indexer.engines.embedded.codec.matcher import ArrayMatcher
from indexer.engines.embedded.segments.array_file import ArrayFile
from indexer.engines.embedded.segments.fields import Field, field_names
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS, STREAMS, stream_of
from indexer.engines.embedded.segments.streams import Group

Ints = NDArray[np.int32]
_Postings = tuple[Ints, "NDArray[np.float32] | None", Callable[[int, Any], bytes]]


class _View(Protocol):
    """The terms of one field, by number in the order of their bytes."""

    def size(self) -> int: ...
    def term(self, number: int) -> bytes: ...
    def at_least(self, term: bytes) -> int: ...
    def present(self, number: int) -> bool: ...
    def postings(self, number: int) -> _Postings: ...


class _FieldView:
    """An ordinary field."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def size(self) -> int:
        return len(self._field.terms)

    def term(self, number: int) -> bytes:
        return self._field.terms[number]

    def at_least(self, term: bytes) -> int:
        return self._field.terms.at_least(term)

    def present(self, number: int) -> bool:
        return True

    def postings(self, number: int) -> _Postings:
        def value(posting: int, format_: Any) -> bytes:
            return self._field.value(number, posting)

        return self._field.docs(number), self._field.weights(number), value


class _StreamView:
    """A text field's stream: one slot of a group."""

    def __init__(self, group: Group, stream: str, slot: int) -> None:
        self._group = group
        self._stream = stream
        self._slot = slot
        self._lists = {"words": group.words, "literal": group.literal, "pairs": group.pairs}[stream]

    def size(self) -> int:
        return len(self._lists.offsets) - 1

    def term(self, number: int) -> bytes:
        if self._stream == "pairs":
            code = int(self._group.pair_terms.codes[number])
            units = self._group.unit_terms
            return units[code >> 32] + b" " + units[code & 0xFFFFFFFF]
        terms = self._group.word_terms if self._stream == "words" else self._group.unit_terms
        return terms[number]

    def at_least(self, term: bytes) -> int:
        lo, hi = 0, self.size()
        while lo < hi:
            middle = (lo + hi) >> 1
            if self.term(middle) < term:
                lo = middle + 1
            else:
                hi = middle
        return lo

    def present(self, number: int) -> bool:
        return bool(self._lists.dfs[number, 1 + self._slot])

    def postings(self, number: int) -> _Postings:
        lo, hi = self._lists.bounds(number)
        keys = self._lists.keys[lo:hi]
        here = (keys & 3) == self._slot
        keys = keys[here]
        if self._stream != "literal":
            weights = self._lists.frequencies(lo, hi)[here]
        else:
            weights = np.array([len(self._positions(key, number)) for key in keys.tolist()])

        def value(posting: int, format_: Any) -> bytes:
            if self._stream != "literal":
                return b""
            encoded: bytes = format_.encode(self._positions(int(keys[posting]), number))
            return encoded

        return keys >> 2, weights.astype(np.float32), value

    def _positions(self, key: int, number: int) -> list[int]:
        starts = self._group.unit_starts
        found: list[int] = np.flatnonzero(
            self._group.units[starts[key] : starts[key + 1]] == number
        ).tolist()
        return found


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """All terms of a segment."""

    def __init__(self, arrays: ArrayFile) -> None:
        self._arrays = arrays
        self._names = set(field_names(arrays))
        for group, fields in FIELD_SLOTS.items():
            if f"{group}/units" in arrays:
                self._names |= {f"{f}_{stream}" for f in fields for stream in STREAMS[group]}
        self._views: dict[str, _View] = {}

    def _view(self, fieldname: str) -> _View | None:
        if fieldname not in self._names:
            return None
        if fieldname not in self._views:
            self._views[fieldname] = self._make_view(fieldname)
        return self._views[fieldname]

    def _make_view(self, fieldname: str) -> _View:
        stream = stream_of(fieldname)
        if stream is None or f"field/{fieldname}/offsets" in self._arrays:
            return _FieldView(Field(self._arrays, fieldname))
        group, name, slot = stream
        return _StreamView(Group(self._arrays, group), name, slot)

    def _find(self, fieldname: str, text: bytes) -> tuple[_View, int]:
        view = self._view(fieldname)
        number = view.at_least(text) if view else 0
        found = view is not None and number < view.size() and view.term(number) == text
        if view is None or not found or not view.present(number):
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return view, number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._find(*term)
        except TermNotFound:
            return False
        return True

    def indexed_field_names(self) -> list[str]:
        return sorted(self._names)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for fieldname in sorted(self._names):
            yield from self._from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        yield from self._from(fieldname, prefix)
        for name in sorted(self._names):
            if name > fieldname:
                yield from self._from(name, b"")

    def _from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        view = self._view(fieldname)
        if view is not None:
            for number in range(view.at_least(prefix), view.size()):
                if view.present(number):
                    yield fieldname, view.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        view, number = self._find(fieldname, text)
        docs, weights, _ = view.postings(number)
        return self._info(fieldname, docs, weights)

    def _info(self, fieldname: str, docs: Ints, weights: NDArray[np.float32] | None) -> TermInfo:
        lengths = self._arrays.get(f"field/{fieldname}/lengths")
        held = lengths[docs] if lengths is not None else np.zeros(0, dtype=np.int32)
        return TermInfo(
            weight=float(len(docs) if weights is None else weights.sum(dtype=np.float64)),
            df=len(docs),
            minlength=int(held.min()) if len(held) else 0,
            maxlength=int(held.max()) if len(held) else 0,
            maxweight=1.0 if weights is None else float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        try:
            return float(self.term_info(fieldname, text).weight())
        except TermNotFound:
            return 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        try:
            view, number = self._find(fieldname, text)
        except TermNotFound:
            return 0
        return len(view.postings(number)[0])

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ArrayMatcher:
        view, number = self._find(fieldname, text)
        docs, weights, value = view.postings(number)
        return ArrayMatcher(
            docs,
            weights,
            lambda posting: value(posting, format_),
            format_,
            (fieldname, text),
            self._info(fieldname, docs, weights),
            scorer,
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> base.FieldCursor:
        view = self._view(fieldname)
        return base.EmptyCursor() if view is None else ArrayCursor(self, view, fieldname, fieldobj)


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]
    """Steps through the terms of a field."""

    def __init__(self, reader: ArrayTermsReader, view: _View, fieldname: str, field: Any) -> None:
        self._reader = reader
        self._view = view
        self._fieldname = fieldname
        self._field = field
        self._at = -1
        self.next()

    def is_valid(self) -> bool:
        return self._at < self._view.size()

    def text(self) -> Any:
        return self._field.from_bytes(self._view.term(self._at)) if self.is_valid() else None

    def first(self) -> Any:
        self._at = -1
        return self.next()

    def find(self, term: Any) -> Any:
        key = term if isinstance(term, bytes) else self._field.to_bytes(term)
        self._at = self._view.at_least(key) - 1
        return self.next()

    def next(self) -> Any:
        self._at += 1
        while self.is_valid() and not self._view.present(self._at):
            self._at += 1
        return self.text()

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._reader.term_info(self._fieldname, self._view.term(self._at))
