"""Whoosh as it comes: its own postings, BM25F and collector, one segment.

Facets are counted over its columns; its own ``groupedby`` was slower and
miscounts fields with several values.  Snippets are its highlighter's over the
literal streams, which it splits at spaces.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index, query

from indexer.engines.embedded.segments.segment_format import MULTI_FACETS
from tests.bench.peers.base import Counts, Document, Found, Part, Peer, Question, Shape

_SEPARATOR = "\x1f"


def _schema(shape: Shape) -> fields.Schema:
    def stream(posting_format: formats.Format) -> fields.FieldType:
        # Splits at spaces; lists of tokens are taken as they are.
        field = fields.KEYWORD(scorable=True)
        field.format = posting_format
        return field

    schema: dict[str, Any] = {"number": fields.STORED(), "stored": fields.STORED()}
    for name in shape.words:
        schema[name] = stream(formats.Frequency())
    for name in shape.literal:
        schema[name] = stream(formats.Positions())
        schema[f"{name}_text"] = fields.STORED()
    for name in shape.facets:
        # A column of references is faster to read, but drops what is beyond 65,535 values.
        many = name in MULTI_FACETS
        column = columns.VarBytesColumn() if many else columns.RefBytesColumn()
        schema[f"facet_{name}"] = fields.COLUMN(column)
    return fields.Schema(**schema)


class StockWhoosh(Peer):
    name = "whoosh"

    @staticmethod
    def write(directory: Path, documents: Iterable[Document], shape: Shape, writer: str) -> None:
        made = index.create_in(str(directory), _schema(shape))
        out = made.writer(limitmb=1024)
        for number, document in enumerate(documents):
            row: dict[str, Any] = {"number": number, "stored": document.stored}
            for name in shape.streams:
                if tokens := document.streams.get(name):
                    row[name] = list(tokens)
            for name in shape.literal:
                row[f"{name}_text"] = " ".join(document.streams.get(name, ()))
            for name in shape.facets:
                if values := document.facets.get(name):
                    row[f"facet_{name}"] = _SEPARATOR.join(values).encode()
            out.add_document(**row)
        out.commit(optimize=True)
        made.close()

    @staticmethod
    def finish(directory: Path, shape: Shape) -> None:
        """Nothing: one index answers everything."""

    def __init__(self, directory: Path, shape: Shape) -> None:
        self._index = index.open_dir(str(directory))
        self._searcher = self._index.searcher()
        self._shape = shape
        reader = self._searcher.reader()
        self._columns = {
            name: reader.column_reader(f"facet_{name}", translate=False) for name in shape.facets
        }

    @staticmethod
    def _phrase(stream: str, units: Sequence[str]) -> query.Query:
        if len(units) == 1:
            return query.Term(stream, units[0])
        return query.Phrase(stream, list(units))

    def prepare(self, question: Question) -> query.Query:
        if question.kind == "phrase":
            return self._phrase(question.stream, question.tokens)
        terms = [query.Term(question.stream, t) for t in dict.fromkeys(question.tokens)]
        return query.And(terms) if question.kind == "and" else query.Or(terms)

    def find(self, query: query.Query, size: int, *, count: bool = True) -> Found:
        found = self._searcher.search(query, limit=size)
        hits = [(hit["number"], hit.score) for hit in found]
        return Found(len(found) if count else -1, hits)

    def _facets(self, docs: Iterable[int]) -> dict[str, Counter[bytes]]:
        found = list(docs)
        return {
            name: Counter(map(column.__getitem__, found)) for name, column in self._columns.items()
        }

    def find_and_count(
        self, query: query.Query, size: int, values: int | None = None
    ) -> tuple[Found, Any]:
        docs = list(self._searcher.docs_for_query(query))
        found = self._searcher.search(query, limit=size)
        hits = [(hit["number"], hit.score) for hit in found]
        return Found(len(docs), hits), self._values(self._facets(docs))

    @staticmethod
    def _values(cells: dict[str, Counter[bytes]]) -> Counts:
        """The cells of the columns, each with one or many values, as values."""
        counted: dict[str, dict[str, int]] = {}
        for name, counts in cells.items():
            values: dict[str, int] = {}
            for cell, number in counts.items():
                for value in cell.decode().split(_SEPARATOR) if cell else ():
                    values[value] = values.get(value, 0) + number
            counted[name] = values
        return counted

    def counts(self, raw: Any) -> Counts:
        counted: Counts = raw
        return counted

    def _part(self, part: Part, names: Sequence[str]) -> query.Query:
        literal = [self._phrase(f"{field}_literal", part.units) for field in names]
        if not part.words:
            return query.Or(literal)
        words = [
            query.Or([query.Term(f"{field}_words", word) for field in names])
            for word in dict.fromkeys(part.words)
        ]
        return query.Or([*literal, query.And(words)])

    def job(self, parts: Sequence[Part], fields: Sequence[str], size: int) -> dict[str, Any]:
        wanted = query.And([self._part(part, fields) for part in parts])
        docs = list(self._searcher.docs_for_query(wanted))
        found = self._searcher.search(wanted, limit=size)
        hits = []
        for each in found:
            hit = json.loads(each["stored"])
            hit["score"] = each.score
            hit["snippets"] = {
                field: each.highlights(f"{field}_literal", text=each[f"{field}_literal_text"])
                for field in fields
            }
            hits.append(hit)
        return {"total": len(docs), "hits": hits, "facets": self._values(self._facets(docs))}

    def close(self) -> None:
        self._searcher.close()
        self._index.close()
