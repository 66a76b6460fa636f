"""Records and documents with what a query finds in them marked.

An engine says which records match; here the places in their texts are found, for the
hits of a search, for a single record, and for all records of one policy.  A query
arrives as its tree: what a text means is the searcher's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import FoundDocument, IndexReader, Ranked, RankedDocument
from indexer.errors import RecordNotFound
from indexer.query.tree import Everything, Node
from indexer.results.document_marks import marks_of, shown
from indexer.results.grouped import GroupedDocument
from indexer.results.highlight import Marks, highlights, snippets
from indexer.results.model import DocumentHit, Filters, Hit, Range
from indexer.results.spans import merge
from indexer.schema import DEFAULT_FIELDS

#: Records that are marked together.
_BATCH = 256


def _unmarked(ranked: Ranked) -> Hit:
    """A record in which nothing is marked: a long policy has thousands of them."""
    return Hit(ranked.record, _rounded(ranked.score), ranked.match, {}, {})


def _rounded(score: float) -> float:
    """A score as it is shown."""
    return round(score, 6)


class Marker:
    """Marks the records and documents of one opened index.  Threads may share it."""

    def __init__(self, reader: IndexReader, analyzer: Analyzer) -> None:
        self._reader = reader
        self._analyzer = analyzer

    def hits(self, ranked: Iterable[Ranked], tree: Node) -> Iterator[Hit]:
        """Records, marked and with their snippets."""
        waiting = iter(ranked)
        while batch := tuple(islice(waiting, _BATCH)):
            marked = highlights(tree, [each.record for each in batch], self._analyzer)
            for (entry, match, score), marks in zip(batch, marked, strict=True):
                yield Hit(entry, _rounded(score), match, marks, snippets(entry, marks))

    def documents(self, found: Iterable[RankedDocument], tree: Node) -> Iterator[DocumentHit]:
        """Documents that match as a whole, with the parts that hold something of the query."""
        ranked = tuple(found)
        parts = [part for each in ranked for part in each.parts]
        marked = shown(parts, tree, self._analyzer)
        for policy, score, own in ranked:
            yield DocumentHit(policy, _rounded(score), tuple(islice(marked, len(own))))

    def grouped(self, found: Sequence[FoundDocument], tree: Node) -> Iterator[GroupedDocument]:
        """Documents with their best records, or where none is a hit, with their parts."""
        marked = self.hits((hit for each in found for hit in each.hits), tree)
        whole = (each for each in found if each.match == "document")
        ranked = (RankedDocument(each.policy, each.score, each.parts) for each in whole)
        documents = self.documents(ranked, tree)
        for each in found:
            hits: tuple[Hit | DocumentHit, ...] = tuple(islice(marked, len(each.hits)))
            if each.match == "document":
                hits = (next(documents),)
            yield GroupedDocument(
                each.policy, each.match, _rounded(each.score), each.records, hits, each.versions
            )

    def record(self, record_id: str, tree: Node) -> Hit:
        """One record; raises :class:`~indexer.errors.RecordNotFound`."""
        (hit,) = self.hits([self._reader.record(record_id, tree)], tree)
        return hit

    def passages(self, policy_id: str, tree: Node) -> tuple[Hit, ...]:
        """All records of a policy in document order; those that ``tree`` finds are marked.

        Raises :class:`~indexer.errors.RecordNotFound` for an unknown policy.
        """
        within = Filters(policy=(policy_id,))
        entries = tuple(self._reader.scan(filters=within))
        if not entries:
            raise RecordNotFound(f"没有编号为“{policy_id}”的文件", "请从检索页重新查找")
        matched: dict[str, Ranked] = {}
        if not isinstance(tree, Everything):
            matched = {each.id: each for each in self._reader.scan(tree, within)}
        marked = self.hits((matched[each.id] for each in entries if each.id in matched), tree)
        return tuple(next(marked) if each.id in matched else _unmarked(each) for each in entries)

    def marks(self, policy_id: str, tree: Node) -> dict[str, dict[str, tuple[Range, ...]]]:
        """For the id of each record of a policy that ``tree`` finds, its ranges by field.

        A phrase that reaches over several records is marked in each of them.
        """
        if isinstance(tree, Everything):
            return {}
        within = Filters(policy=(policy_id,))
        found = (each.record for each in self._reader.scan(tree, within))
        marks: dict[str, Marks] = {}
        while batch := tuple(islice(found, _BATCH)):
            marked = highlights(tree, batch, self._analyzer)
            marks |= {entry.record.id: own for entry, own in zip(batch, marked, strict=True)}
        for record_id, over in marks_of(self._reader.parts(policy_id, tree)).items():
            held = marks.get(record_id, {})
            marks[record_id] = {
                field: merge((*held.get(field, ()), *over[field])) for field in DEFAULT_FIELDS
            }
        return marks
