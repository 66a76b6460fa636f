"""What an answer gains from meaning: an order for partial hits, and a section of its own.

Nothing here touches a count.  A query is encoded where all that it asks of texts stands
unquoted, since a quotation asks for the very words.  The engine gets the ids of the nearest
records beside the query (:class:`indexer.engines.base.Search`), and gives back those of
them that are no full hits and pass the filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from indexer.engines.base import EVERYTHING, NO_FILTERS, IndexReader, Ranked, Search
from indexer.errors import RecordNotFound
from indexer.query.tree import Node, Phrase, asked_text, chunks_of
from indexer.results.highlight import snippets
from indexer.results.lazy import LazySequence
from indexer.results.model import Filters, Hit, NearHits
from indexer.results.record import IndexRecord
from indexer.results.spans import Range
from indexer.schema import DEFAULT_FIELDS, text_of
from indexer.semantic.encoder import SemanticError, Vectors
from indexer.semantic.listing import text_of_record
from indexer.semantic.meaning import Meaning, Vector
from indexer.semantic.nearest import Aligned, Near
from indexer.semantic.store import key_of

#: So many records are shown.
SHOWN = 5
#: So many take part in the order of partial hits.
RANKED = 200
#: With filters that leave more records than this, so many of the nearest are tried.
_FILTERED = 2_000
#: Filters that leave at most so many records are followed exactly.
_LISTED = 5_000
#: Filters whose records are remembered.
_REMEMBERED = 64
_FIELDS = (None, "title", "body")


def meant(tree: Node) -> str:
    """What of a query is looked for by meaning, empty: nothing is."""
    chunks = tuple(chunks_of(tree))
    if any(isinstance(each, Phrase) or each.prefix for each in chunks):
        return ""
    if any(each.field not in _FIELDS for each in chunks):
        return ""
    # A model understands a question better as a question.
    text = " ".join(asked_text(each).strip() for each in chunks)
    return text if len(text) > 1 else ""


class ByMeaning:
    """What is found by meaning in one opened index."""

    def __init__(self, reader: IndexReader, meaning: Meaning | SemanticError) -> None:
        self._reader = reader
        self._meaning = meaning
        self._passing = lru_cache(maxsize=_REMEMBERED)(self._ids)

    def asked(self, search: Search, *, shown: int = SHOWN) -> tuple[Search, NearHits | None]:
        """The search with what an encoder adds to it, and the section, still without hits.

        ``None`` for the section where the query is not one to be encoded, or no vector is made.
        """
        text = meant(search.tree)
        if not text:
            return search, None
        section = NearHits(total=self._reader.info.records)
        if isinstance(self._meaning, SemanticError):
            return search, _failed(section, self._meaning)
        section = replace(section, place=self._meaning.place)
        try:
            aligned = self._meaning.aligned()
            section = replace(section, model=self._meaning.model)
            if aligned is None:
                return search, None  # There is nothing to show yet.
            section = replace(section, made=min(aligned.made, section.total))
            near = self._nearest(aligned, self._meaning.query(text), search)
        except SemanticError as error:
            return search, _failed(section, error)
        # The first page alone has the section; every page has the order.
        many = shown if search.page == 1 else 0
        return search._replace(nearest=tuple(each.id for each in near), near=many), section

    def section(self, prepared: NearHits, search: Search, near: Sequence[Ranked]) -> NearHits:
        """The section with its hits, each with its nearest sentence marked."""
        meaning = self._meaning
        if isinstance(meaning, SemanticError) or not near:
            return prepared
        try:
            aligned, vector = meaning.aligned(), meaning.query(meant(search.tree))
        except SemanticError as error:
            return _failed(prepared, error)
        if aligned is None:
            return prepared
        entries = [each.record for each in near if self._is_encoded(aligned, each.record)]

        def hits(first: int, last: int) -> tuple[Hit, ...]:
            return tuple(self._hit(aligned, each, vector) for each in entries[first:last])

        # Sentences are encoded when somebody looks: programs ask for counts and ids alone.
        return replace(prepared, hits=LazySequence(len(entries), hits))

    def zones(self, record_id: str, limit: int = SHOWN) -> NearHits | None:
        """The zones nearest to a record, itself and equal texts left out.

        ``None`` where it has no vector, so that nothing can be said.
        """
        if isinstance(self._meaning, SemanticError):
            return None
        section = NearHits(total=self._reader.info.records, place=self._meaning.place)
        try:
            aligned = self._meaning.aligned()
            vector = aligned.vector(record_id) if aligned else None
            if aligned is None or vector is None:
                return None
            near = aligned.find(vector, limit + 1, aligned.listing.zones)
            others = [each for each in near if each.id != record_id][:limit]
            found = (self._record(aligned, each) for each in others)
            pairs = [(each, entry) for each, entry in zip(others, found, strict=True) if entry]
            hits = tuple(
                _hit(entry, each.similarity, self._sentence(vector, entry)) for each, entry in pairs
            )
        except SemanticError as error:
            return _failed(section, error)
        made = min(aligned.made, section.total)
        return replace(section, model=self._meaning.model, made=made, hits=hits)

    def vector(self, record_id: str) -> Vector | None:
        """The vector of a record, ``None`` where it has none; raises :class:`SemanticError`."""
        aligned = self._usable().aligned()
        return aligned.vector(record_id) if aligned else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts; raises :class:`SemanticError`."""
        return self._usable().encoder().passages(texts)

    def _usable(self) -> Meaning:
        if isinstance(self._meaning, SemanticError):
            raise self._meaning
        return self._meaning

    def _nearest(self, aligned: Aligned, vector: Vector, search: Search) -> Sequence[Near]:
        if search.filters == NO_FILTERS:
            return aligned.find(vector, RANKED)
        ids = self._passing(search.filters)
        if ids is None:
            return aligned.find(vector, _FILTERED)
        return aligned.find(vector, RANKED, aligned.among(ids))

    def _ids(self, filters: Filters) -> frozenset[str] | None:
        """The records that pass some filters, ``None`` where they are many."""
        if self._reader.counts([(EVERYTHING, filters)])[0] > _LISTED:
            return None
        return frozenset(each.id for each in self._reader.scan(EVERYTHING, filters))

    def _record(self, aligned: Aligned, near: Near) -> IndexRecord | None:
        """The record, if it is still there with the text that was encoded."""
        try:
            entry = self._reader.record(near.id).record
        except RecordNotFound:
            return None
        return entry if self._is_encoded(aligned, entry) else None

    @staticmethod
    def _is_encoded(aligned: Aligned, entry: IndexRecord) -> bool:
        """Whether the record still has the text that was encoded."""
        return aligned.has(entry.record.id, key_of(text_of_record(entry.record)))

    def _hit(self, aligned: Aligned, entry: IndexRecord, vector: Vector) -> Hit:
        own = aligned.vector(entry.record.id)
        return _hit(
            entry, float(own @ vector) if own is not None else 0.0, self._sentence(vector, entry)
        )

    def _sentence(self, vector: Vector, entry: IndexRecord) -> tuple[str, Range] | None:
        """The nearest sentence of a record's text, or where it has none, of its title.

        ``None`` where there is none, or it cannot be encoded just now.
        """
        assert isinstance(self._meaning, Meaning)
        field = "body" if text_of(entry, "body").strip() else "title"
        try:
            span = self._meaning.nearest_sentence(vector, text_of(entry, field))
        except SemanticError:
            return None  # The record was found all the same.
        return (field, span) if span else None


def _hit(entry: IndexRecord, similarity: float, sentence: tuple[str, Range] | None) -> Hit:
    marks: dict[str, tuple[Range, ...]] = dict.fromkeys(DEFAULT_FIELDS, ())
    if sentence:
        marks[sentence[0]] = (sentence[1],)
    return Hit(entry, round(similarity, 6), None, marks, snippets(entry, marks))


def _failed(section: NearHits, error: SemanticError) -> NearHits:
    return replace(section, hits=(), problem=error.message, hint=error.hint)
