"""Reading postings out of Whoosh, as NumPy arrays.

A :class:`PostingReader` wraps one Whoosh reader and is used by one thread,
for one request: a reader shared by threads gives silently wrong answers.  What
it has decoded is kept in a :class:`PostingCache` that belongs to the index
generation, and is never changed.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from whoosh.reading import IndexReader, TermNotFound

from indexer.analysis import ENDER
from indexer.engines.facets import Docs

NO_DOCS: Docs = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Postings:
    """A term's documents (int64, ascending) and its frequency in each (float64)."""

    docs: Docs
    freqs: NDArray[np.float64]

    def nbytes(self) -> int:
        """The memory that it takes, with what holds it, in bytes."""
        return self.docs.nbytes + self.freqs.nbytes + 512


class PostingCache:
    """Postings of one index generation, the latest used first; shared by threads.

    Decoding a list costs far more than anything done with it, and what a
    query asks for is asked again by its facets, its suggestions and the next
    page.  Holds about ``size`` bytes.
    """

    def __init__(self, size: int = 128 * 2**20) -> None:
        self._lists: LRUCache[tuple[str, str], Postings] = LRUCache(size, Postings.nbytes)
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Postings | None:
        """The list of a field and term, if it is held."""
        with self._lock:
            return self._lists.get(key)

    def put(self, key: tuple[str, str], postings: Postings) -> None:
        """Holds a list, at the cost of those not used for longest."""
        if postings.nbytes() < self._lists.maxsize:
            with self._lock:
                self._lists[key] = postings


class PostingReader:
    """Postings, phrases and term expansion over one Whoosh reader."""

    def __init__(self, reader: IndexReader, cache: PostingCache | None = None) -> None:
        self._reader = reader
        self._cache = cache or PostingCache()
        self._positions: dict[tuple[str, str], dict[int, list[int]]] = {}

    def postings(self, field: str, term: str) -> Postings:
        """A term's postings; empty where the field does not have it."""
        held = self._cache.get((field, term))
        if held is not None:
            return held
        docs, freqs = [], []
        if term and (field, term) in self._reader:
            matcher = self._reader.postings(field, term)
            while matcher.is_active():
                docs.append(matcher.id())
                freqs.append(matcher.weight())
                matcher.next()
        found = Postings(np.array(docs, dtype=np.int64), np.array(freqs, dtype=np.float64))
        self._cache.put((field, term), found)
        return found

    def document_count(self, field: str, term: str) -> int:
        """How many documents have the term in the field, deleted ones not yet merged included."""
        count: int = self._reader.doc_frequency(field, term) if term else 0
        return count

    def docs(self, field: str, term: str) -> Docs:
        """The documents that have the term in the field."""
        return self.postings(field, term).docs

    def phrase(self, field: str, units: list[str], prefix: bool = False) -> Docs:
        """The documents in which ``units`` stand at consecutive positions.

        With ``prefix`` the last unit may be the beginning of a longer one.
        """
        slots = self._slots(field, units, prefix)
        if len(units) == 2 and not prefix and self._is_a_pair(field, units):
            return self.docs(_pairs_field(field), units[0] + units[1])
        candidates = self._candidates(field, slots)
        if len(slots) < 2 or not len(candidates):
            return candidates
        return np.array(sorted(self._in_sequence(field, slots, candidates)), dtype=np.int64)

    def _is_a_pair(self, field: str, units: list[str]) -> bool:
        """Whether the pairs stream tells of these two units, and of no other two.

        Two ASCII runs written together could be another two.
        """
        if ENDER in units or all(unit.isascii() for unit in units):
            return False
        return _pairs_field(field) in self._reader.schema

    def places(self, field: str, units: list[str], prefix: bool, within: Docs) -> tuple[Docs, Docs]:
        """Where ``units`` stand in the documents of ``within``.

        Two arrays of the same length: documents, ascending, and the position
        of the first unit, ascending in each document.
        """
        slots = self._slots(field, units, prefix)
        candidates = np.intersect1d(self._candidates(field, slots), within, True)
        starts = self._in_sequence(field, slots, candidates) if len(candidates) else {}
        docs = np.array(sorted(starts), dtype=np.int64)
        places = [sorted(starts[doc]) for doc in docs.tolist()]
        sizes = [len(each) for each in places]
        positions = np.array([at for each in places for at in each], dtype=np.int64)
        return np.repeat(docs, sizes), positions

    def _slots(self, field: str, units: list[str], prefix: bool) -> list[list[str]]:
        """The terms that may stand at each position."""
        slots = [[unit] for unit in units]
        if prefix and units:
            slots[-1] = list(self.expand(field, units[-1]))
        return slots

    def _candidates(self, field: str, slots: list[list[str]]) -> Docs:
        """The documents that have a term of each slot, wherever.

        Where pairs of them are known, the pairs' lists do: they are shorter.
        """
        candidates: Docs | None = None
        pairs = _pairs_field(field)
        if len(slots) > 1 and pairs in self._reader.schema:
            for a, b in itertools.pairwise(slots):
                if len(a) == len(b) == 1 and ENDER not in (*a, *b):
                    docs = self.docs(pairs, a[0] + b[0])
                    candidates = docs if candidates is None else _both(candidates, docs)
        if candidates is not None:
            return candidates
        for slot in slots:
            docs = self._any(field, slot)
            candidates = docs if candidates is None else _both(candidates, docs)
            if not len(candidates):
                break
        return NO_DOCS if candidates is None else candidates

    def _any(self, field: str, terms: list[str]) -> Docs:
        if not terms:
            return NO_DOCS
        docs = self.docs(field, terms[0])
        for term in terms[1:]:
            docs = np.union1d(docs, self.docs(field, term))
        return docs

    def _in_sequence(
        self, field: str, slots: list[list[str]], candidates: Docs
    ) -> dict[int, set[int]]:
        """Those of ``candidates`` in which the slots follow each other, with the places.

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
        return starts

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


def _pairs_field(field: str) -> str:
    """The pairs stream beside a literal stream."""
    return field.removesuffix("_literal") + "_pairs"


def _both(a: Docs, b: Docs) -> Docs:
    return np.intersect1d(a, b, assume_unique=True)
