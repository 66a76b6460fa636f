"""Whole policies, read through: the contract of document hits in plain words.

A policy holds a clause where one of its records matches it, or where the clause stands
literally in the policy's text, over lines, cells and records.  A policy that holds all
that is asked for, while no record of it does, is a hit of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from indexer.analysis.analyzer import as_literal
from indexer.analysis.folding import Folded, fold
from indexer.engines.base import (
    MAX_PARTS,
    PolicyRecords,
    RankedDocument,
    Search,
)
from indexer.engines.plain_answers import passes, sort_key
from indexer.engines.plain_matching import (
    Reading,
    asks_for_text,
    best,
    joined_units,
    stands_in,
    worst,
)
from indexer.query.tree import (
    And,
    Chunk,
    Clause,
    Document,
    Node,
    Not,
    Or,
    Phrase,
    Sentence,
    clauses_of,
    rewritten,
)
from indexer.query.unit_row import unit_row
from indexer.results.highlight import literal_pattern
from indexer.results.model import DocumentPart, Match
from indexer.results.record import IndexRecord

#: So many answers are kept in a document.
_REMEMBERED = 16


class PlainDocument:
    """One policy with its records, read for queries."""

    def __init__(self, policy: PolicyRecords, readings: Sequence[Reading]) -> None:
        self.policy = policy
        self.readings = readings
        self._units = joined_units(policy.text)
        remembered = lru_cache(maxsize=_REMEMBERED)(self.match)  # each record asks for the same
        for reading in readings:
            reading.document = remembered

    def match(self, node: Node) -> Match | None:
        """How the whole policy matches; conditions hold where a record meets them."""
        match node:
            case And(children):
                return worst([self.match(child) for child in children])
            case Or(children):
                return best([self.match(child) for child in children])
            case Not(child):
                return None if self.match(child) == "literal" else "literal"
            case Document(child):
                return self.match(child)
        kinds = [reading.match(node) for reading in self.readings]
        if isinstance(node, Chunk | Phrase):
            if self._stands(node):
                return "literal"
            if any(map(self._stands, rewritten(node))):
                kinds.append("words")
        return best(kinds)

    def _stands(self, leaf: Chunk | Phrase) -> bool:
        return leaf.field is None and stands_in(self._units, leaf)

    def found(self, search: Search) -> bool:
        """Whether the policy is a hit though none of its records is, filters aside."""
        tree, filters = search.tree, search.filters
        if not asks_for_text(tree) or not self.match(tree):
            return False
        if any(reading.match(tree) for reading in self.readings):
            return False
        return any(passes(reading.entry, filters) for reading in self.readings)

    def key(self, sort: str) -> tuple[int, int]:
        """What it is sorted by, least first."""
        entries = [reading.entry for reading in self.readings]
        first = min(entry.order for entry in entries)
        if sort == "relevance":
            return 0, first
        return min(sort_key(entry, sort) for entry in entries), first

    def ranked(self, tree: Node) -> RankedDocument:
        """The policy as a hit, with the places that show why."""
        parts: list[DocumentPart] = []
        for clause in dict.fromkeys(clauses_of(tree)):
            part = self._in_a_record(clause) or next(self.parts(clause), None)
            shown = [(each.text, each.records) for each in parts]
            if part and (part.text, part.records) not in shown:
                parts.append(part)
        return RankedDocument(self.policy.policy, 0.0, tuple(parts[:MAX_PARTS]))

    def _in_a_record(self, clause: Clause) -> DocumentPart | None:
        kinds = [(reading.match(clause), reading.entry) for reading in self.readings]
        for wanted in ("literal", "words"):
            for kind, entry in kinds:
                if kind == wanted:
                    return DocumentPart(clause, "", (entry,))
        return None

    def parts(self, tree: Node) -> Iterator[DocumentPart]:
        """Every place where a clause of a tree stands in the text and in no record there."""
        for clause in dict.fromkeys(clauses_of(tree)):
            if not isinstance(clause, Sentence):
                for way in (clause, *rewritten(clause)):
                    yield from self._in_text(way)

    def _in_text(self, clause: Chunk | Phrase) -> Iterator[DocumentPart]:
        """The lines in which a clause stands, over records."""
        folded, literal = self._folded
        pattern = literal_pattern(unit_row(clause), clause.prefix)
        if clause.field is None:
            for found in pattern.finditer(literal):
                start, end = folded.starts[found.start()], folded.ends[found.end() - 1]
                text, records = self._lines(start, end)
                readings = (each for each in self.readings if each.entry in records)
                if not any(reading.match(clause) == "literal" for reading in readings):
                    yield DocumentPart(clause, text, records)

    @cached_property
    def _folded(self) -> tuple[Folded, str]:
        """The policy's text, folded, and as it is searched."""
        folded = fold(self.policy.text)
        return folded, as_literal(folded.text)

    def _lines(self, start: int, end: int) -> tuple[str, tuple[IndexRecord, ...]]:
        """The whole lines of a stretch of the text, and the records that stand there."""
        text, begins = self.policy.text, self.policy.begins
        start = text.rfind("\n", 0, start) + 1
        end = text.find("\n", end) if "\n" in text[end:] else len(text)
        records = (
            entry
            for entry in self.policy.records
            for span in entry.record.place
            if span.start + begins < end and span.end + begins > start
        )
        return text[start:end], tuple({entry.record.id: entry for entry in records}.values())


def document_hits(documents: Iterable[PlainDocument], search: Search) -> list[PlainDocument]:
    """The policies that are hits, in order."""
    found = (document for document in documents if document.found(search))
    return sorted(found, key=lambda document: document.key(search.sort))
