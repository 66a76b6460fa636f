"""Whoosh as it comes: its own postings, BM25F and collector, one segment.

Facets are counted over its columns; its own ``groupedby`` was slower and
miscounts fields with several values.  Snippets are its highlighter's over the
literal streams, which it splits at spaces.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index, query

from tests.bench.peers.base import Asked, Counts, Document, Found, Part, Peer, Shape

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
        schema[f"facet_{name}"] = fields.COLUMN(columns.VarBytesColumn())
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

    def _part(self, part: Part) -> query.Query:
        ways = [self._phrase(name, part.units) for name in self._shape.literal if part.units]
        if part.words:
            every = [
                query.Or([query.Term(name, word) for name in self._shape.words])
                for word in dict.fromkeys(part.words)
            ]
            ways.append(query.And(every))
        return query.Or(ways)

    def _query(self, asked: Asked) -> query.Query:
        parts = [self._part(part) for part in asked.parts]
        return query.And(parts) if asked.kind == "and" else query.Or(parts)

    def find(self, asked: Asked, size: int) -> Found:
        found = self._searcher.search(self._query(asked), limit=size)
        return Found(len(found), [hit["number"] for hit in found])

    def _facets(self, docs: Iterable[int]) -> Counts:
        """Counts over the cells of the columns, each with one or many values."""
        found = list(docs)
        counted: dict[str, dict[str, int]] = {}
        for name, column in self._columns.items():
            values: dict[str, int] = {}
            for cell, number in Counter(map(column.__getitem__, found)).items():
                for value in cell.decode().split(_SEPARATOR) if cell else ():
                    values[value] = values.get(value, 0) + number
            counted[name] = values
        return counted

    def find_and_count(self, asked: Asked, size: int) -> tuple[Found, Any]:
        wanted = self._query(asked)
        docs = list(self._searcher.docs_for_query(wanted))
        found = self._searcher.search(wanted, limit=size)
        return Found(len(docs), [hit["number"] for hit in found]), self._facets(docs)

    def counts(self, raw: Any) -> Counts:
        counted: Counts = raw
        return counted

    def job(self, asked: Asked, size: int) -> dict[str, Any]:
        wanted = self._query(asked)
        docs = list(self._searcher.docs_for_query(wanted))
        found = self._searcher.search(wanted, limit=size)
        hits = []
        for each in found:
            hit = json.loads(each["stored"])
            hit["score"] = each.score
            hit["snippets"] = {
                field: each.highlights(f"{field}_literal", text=each[f"{field}_literal_text"])
                for field in self._shape.fields
            }
            hits.append(hit)
        return {"total": len(docs), "hits": hits, "facets": self._facets(docs)}

    def complete(self, prefix: str, size: int) -> Sequence[str]:
        reader = self._searcher.reader()
        words = takewhile(
            lambda word: word.startswith(prefix.encode()),
            reader.expand_prefix("body_words", prefix),
        )
        counted = [(reader.doc_frequency("body_words", word), word) for word in words]
        return [word.decode() for _, word in sorted(counted, reverse=True)[:size]]

    def close(self) -> None:
        self._searcher.close()
        self._index.close()
