"""What to mark where a document was found, though no record of it holds what was asked for.

An engine says in which lines of the document a clause stands, and which records stand on
these lines.  Here the lines become a snippet, and what is marked in them is carried over
to the fields of the records: a phrase that begins in one record and ends in the next is
marked in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.analysis.analyzer import Analyzer
from indexer.query.tree import Chunk, Node, Phrase, Sentence
from indexer.results.highlight import Marks, clause_marks, highlights, snippet
from indexer.results.model import DocumentPart, Part
from indexer.results.record import IndexRecord
from indexer.results.spans import Range, merge
from indexer.schema import DEFAULT_FIELDS, text_of


def shown(parts: Sequence[DocumentPart], tree: Node, analyzer: Analyzer) -> Iterator[Part]:
    """Places in documents as snippets."""
    clauses = [_in_lines(part) for part in parts]
    pairs = list(zip(parts, clauses, strict=True))
    alone = [part.records[0] for part, clause in pairs if clause is None]
    marked = iter(highlights(tree, alone, analyzer))
    for part, clause in pairs:
        if clause is not None:
            yield Part(snippet(part.text, clause_marks(part.text, clause)), part.records)
            continue
        marks, (entry,) = next(marked), part.records
        field = next((name for name in ("body", "title", "unit") if marks[name]), "body")
        yield Part(snippet(text_of(entry, field), marks[field]), part.records)


def _in_lines(part: DocumentPart) -> Chunk | Phrase | None:
    """The clause that stands in the lines of a part; none where it stands in one record."""
    return part.clause if part.text and not isinstance(part.clause, Sentence) else None


def marks_of(parts: Iterable[DocumentPart]) -> dict[str, Marks]:
    """What to mark in the records that stand where clauses do, by record id."""
    found: dict[str, dict[str, list[Range]]] = {}
    for part in parts:
        if isinstance(part.clause, Sentence):
            continue
        ranges = clause_marks(part.text, part.clause)
        for entry in part.records:
            fields = found.setdefault(entry.record.id, {name: [] for name in DEFAULT_FIELDS})
            for field, own in _carried(part.text, ranges, entry):
                fields[field].append(own)
    return {
        name: {field: merge(own) for field, own in fields.items()}
        for name, fields in found.items()
        if any(fields.values())
    }


def _carried(
    text: str, ranges: tuple[Range, ...], entry: IndexRecord
) -> Iterator[tuple[str, Range]]:
    """Ranges of lines of a document as ranges of a record's fields."""
    for field in DEFAULT_FIELDS:
        for at, inside, size in _shared(text, text_of(entry, field)):
            for start, end in ranges:
                first, last = max(start, at), min(end, at + size)
                if first < last:
                    yield field, (first - at + inside, last - at + inside)


def _shared(text: str, field: str) -> Iterator[tuple[int, int, int]]:
    """Where lines hold a field, or a field holds a line: places in both, and the length."""
    at = text.find(field) if field else -1
    if at >= 0:
        yield at, 0, len(field)
        return
    start = 0
    for line in text.split("\n"):
        own = line.strip()
        inside = field.find(own) if own else -1
        if inside >= 0:
            yield start + line.index(own), inside, len(own)
        start += len(line) + 1
