"""Reading postings out of Whoosh, as NumPy arrays.

A :class:`PostingReader` wraps one Whoosh reader and is used by one thread,
for one request: a reader shared by threads gives silently wrong answers.  It
remembers what it has read, because the same term is asked for by matching,
ranking and counting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader, TermNotFound

from indexer.engines.facets import Docs

NO_DOCS: Docs = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Postings:
    """A term's documents (int64, ascending) and its frequency in each (float64)."""

    docs: Docs
    freqs: NDArray[np.float64]


class PostingReader:
    """Postings, phrases and term expansion over one Whoosh reader."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._postings: dict[tuple[str, str], Postings] = {}
        self._positions: dict[tuple[str, str], dict[int, list[int]]] = {}

    def postings(self, field: str, term: str) -> Postings:
        """A term's postings; empty where the field does not have it."""
        key = (field, term)
        if key not in self._postings:
            docs, freqs = [], []
            if term and (field, term) in self._reader:
                matcher = self._reader.postings(field, term)
                while matcher.is_active():
                    docs.append(matcher.id())
                    freqs.append(matcher.weight())
                    matcher.next()
            self._postings[key] = Postings(
                np.array(docs, dtype=np.int64), np.array(freqs, dtype=np.float64)
            )
        return self._postings[key]

    def docs(self, field: str, term: str) -> Docs:
        """The documents that have the term in the field."""
        return self.postings(field, term).docs

    def phrase(self, field: str, units: list[str], prefix: bool = False) -> Docs:
        """The documents in which ``units`` stand at consecutive positions.

        With ``prefix`` the last unit may be the beginning of a longer one.
        """
        if not units:
            return NO_DOCS
        slots = [[unit] for unit in units]
        if prefix:
            slots[-1] = list(self.expand(field, units[-1]))
        candidates: Docs | None = None
        for slot in slots:
            docs = self._any(field, slot)
            candidates = docs if candidates is None else np.intersect1d(candidates, docs, True)
            if not len(candidates):
                return NO_DOCS
        assert candidates is not None
        if len(slots) == 1:
            return candidates
        return self._in_sequence(field, slots, candidates)

    def _any(self, field: str, terms: list[str]) -> Docs:
        if not terms:
            return NO_DOCS
        docs = self.docs(field, terms[0])
        for term in terms[1:]:
            docs = np.union1d(docs, self.docs(field, term))
        return docs

    def _in_sequence(self, field: str, slots: list[list[str]], candidates: Docs) -> Docs:
        """Those of ``candidates`` in which the slots follow each other.

        Starts from the first slot's positions and keeps those that each next
        slot continues.
        """
        starts: dict[int, set[int]] = {}
        for offset, slot in enumerate(slots):
            found: dict[int, set[int]] = {}
            for term in slot:
                for doc, positions in self._positions_in(field, term, candidates):
                    begins = {position - offset for position in positions}
                    if offset:
                        begins &= starts[doc]
                    if begins:
                        found.setdefault(doc, set()).update(begins)
            starts = found
            candidates = np.array(sorted(starts), dtype=np.int64)
        return candidates

    def _positions_in(self, field: str, term: str, docs: Docs) -> Iterator[tuple[int, list[int]]]:
        """The term's positions in those of ``docs`` (ascending) that have it."""
        known = self._positions.setdefault((field, term), {})
        missing = [doc for doc in docs.tolist() if doc not in known]
        if missing and (field, term) in self._reader:
            matcher = self._reader.postings(field, term)
            for doc in missing:
                if matcher.is_active():
                    matcher.skip_to(doc)
                here = matcher.is_active() and matcher.id() == doc
                known[doc] = matcher.value_as("positions") if here else []
        for doc in docs.tolist():
            if known.get(doc):
                yield doc, known[doc]

    def expand(self, field: str, prefix: str) -> Iterator[str]:
        """The field's terms that begin so."""
        try:
            for term in self._reader.expand_prefix(field, prefix):
                yield term.decode("utf-8") if isinstance(term, bytes) else term
        except TermNotFound:
            return
