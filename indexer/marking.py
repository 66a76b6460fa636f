"""Records and documents with what a query finds in them marked.

An engine says which records match; here the places in their texts are found, for the
hits of a search, for a single record, and for all records of one policy.  A query
arrives as its tree: what a text means is the searcher's to say.
"""

from __future__ import annotations

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import FoundDocument, IndexReader, Ranked, RankedDocument
from indexer.errors import RecordNotFound
from indexer.query.tree import Everything, Node
from indexer.results.document_marks import marks_of, shown
from indexer.results.grouped import GroupedDocument
from indexer.results.highlight import highlight, snippets
from indexer.results.model import DocumentHit, Filters, Hit, Range
from indexer.results.spans import merge
from indexer.schema import DEFAULT_FIELDS


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

    def hit(self, ranked: Ranked, tree: Node) -> Hit:
        """A record, marked and with its snippets."""
        entry = ranked.record
        marks = highlight(tree, entry, self._analyzer)
        return Hit(entry, _rounded(ranked.score), ranked.match, marks, snippets(entry, marks))

    def document(self, ranked: RankedDocument, tree: Node) -> DocumentHit:
        """A document that matches as a whole, with the parts that hold something of the query."""
        parts = tuple(shown(part, tree, self._analyzer) for part in ranked.parts)
        return DocumentHit(ranked.policy, _rounded(ranked.score), parts)

    def grouped(self, found: FoundDocument, tree: Node) -> GroupedDocument:
        """A document with its best records, or where none is a hit, with its parts."""
        hits: tuple[Hit | DocumentHit, ...] = tuple(self.hit(each, tree) for each in found.hits)
        if found.match == "document":
            hits = (self.document(RankedDocument(found.policy, found.score, found.parts), tree),)
        score = _rounded(found.score)
        return GroupedDocument(
            found.policy, found.match, score, found.records, hits, found.versions
        )

    def record(self, record_id: str, tree: Node) -> Hit:
        """One record; raises :class:`~indexer.errors.RecordNotFound`."""
        return self.hit(self._reader.record(record_id, tree), tree)

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
        return tuple(
            self.hit(matched[each.id], tree) if each.id in matched else _unmarked(each)
            for each in entries
        )

    def marks(self, policy_id: str, tree: Node) -> dict[str, dict[str, tuple[Range, ...]]]:
        """For the id of each record of a policy that ``tree`` finds, its ranges by field.

        A phrase that reaches over several records is marked in each of them.
        """
        if isinstance(tree, Everything):
            return {}
        within = Filters(policy=(policy_id,))
        found = (each.record for each in self._reader.scan(tree, within))
        marks = {entry.record.id: highlight(tree, entry, self._analyzer) for entry in found}
        for record_id, over in marks_of(self._reader.parts(policy_id, tree)).items():
            held = marks.get(record_id, {})
            marks[record_id] = {
                field: merge((*held.get(field, ()), *over[field])) for field in DEFAULT_FIELDS
            }
        return marks
