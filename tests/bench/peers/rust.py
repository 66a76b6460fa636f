"""tantivy, one segment.

Its Python binding merges segments only by its own policy, so one segment comes
of one writer thread with a heap that holds everything.  A build by its default
number of threads is timed as well.  Facets are terms aggregations over fast
text columns; columns of numbers were as fast, and would have to be named
afterwards.  The binding has no call that lists terms, so nothing is completed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from tests.bench.peers.base import VALUES, Asked, Counts, Document, Found, Part, Peer, Shape

_HEAP = 2_000_000_000


def _schema(shape: Shape) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", fast=True)
    builder.add_bytes_field("stored", stored=True)
    for name in shape.words:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in shape.literal:
        builder.add_text_field(name, stored=True, tokenizer_name="whitespace")
    for name in shape.facets:
        builder.add_text_field(
            f"facet_{name}", fast=True, tokenizer_name="raw", index_option="basic"
        )
    return builder.build()


@cache
def _aggregations(facets: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"terms": {"field": f"facet_{name}", "size": VALUES}} for name in facets}


class Tantivy(Peer):
    name = "tantivy"
    writers = ("one segment", "default threads")

    @staticmethod
    def write(directory: Path, documents: Iterable[Document], shape: Shape, writer: str) -> None:
        index = tantivy.Index(_schema(shape), path=str(directory))
        threads = 1 if writer == "one segment" else 0
        # The heap is shared out among the threads.
        out: Any = index.writer(heap_size=_HEAP, num_threads=threads)
        for number, document in enumerate(documents):
            row = tantivy.Document()
            row.add_unsigned("number", number)
            for name in shape.streams:
                if tokens := document.streams.get(name):
                    row.add_text(name, " ".join(tokens))
            for name in shape.facets:
                for value in document.facets.get(name, ()):
                    row.add_text(f"facet_{name}", value)
            row.add_bytes("stored", document.stored.encode())
            out.add_document(row)
        out.commit()
        out.wait_merging_threads()

    def __init__(self, directory: Path, shape: Shape) -> None:
        self._index = tantivy.Index.open(str(directory))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._shape = shape

    def _term(self, stream: str, token: str) -> Any:
        return tantivy.Query.term_query(self._schema, stream, token)

    def _all(self, clauses: Iterable[Any]) -> Any:
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])

    def _any(self, clauses: Iterable[Any]) -> Any:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])

    def _phrase(self, stream: str, units: Sequence[str]) -> Any:
        if len(units) == 1:
            return self._term(stream, units[0])
        return tantivy.Query.phrase_query(self._schema, stream, list(units))

    def _part(self, part: Part) -> Any:
        ways = [self._phrase(name, part.units) for name in self._shape.literal if part.units]
        if part.words:
            every = [
                self._any(self._term(name, word) for name in self._shape.words)
                for word in dict.fromkeys(part.words)
            ]
            ways.append(self._all(every))
        return self._any(ways)

    def _query(self, asked: Asked) -> Any:
        parts = map(self._part, asked.parts)
        return self._all(parts) if asked.kind == "and" else self._any(parts)

    def _find(self, query: Any, size: int) -> Found:
        found = self._searcher.search(query, size, count=True)
        addresses = [address for _, address in found.hits]
        return Found(found.count, self._searcher.fast_field_values("number", addresses))

    def _facets(self, query: Any) -> Any:
        return self._searcher.aggregate(query, _aggregations(self._shape.facets))

    def find(self, asked: Asked, size: int) -> Found:
        return self._find(self._query(asked), size)

    def find_and_count(self, asked: Asked, size: int) -> tuple[Found, Any]:
        query = self._query(asked)
        return self._find(query, size), self._facets(query)

    def counts(self, raw: Any) -> Counts:
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
            for name, answer in raw.items()
        }

    def job(self, asked: Asked, size: int) -> dict[str, Any]:
        query = self._query(asked)
        found = self._searcher.search(query, size, count=True)
        generators = {
            field: tantivy.SnippetGenerator.create(
                self._searcher, query, self._schema, f"{field}_literal"
            )
            for field in self._shape.fields
        }
        hits = []
        for score, address in found.hits:
            row = self._searcher.doc(address)
            hit = json.loads(row.get_first("stored"))
            hit["score"] = score
            hit["snippets"] = {
                field: generator.snippet_from_doc(row).to_html()
                for field, generator in generators.items()
            }
            hits.append(hit)
        return {"total": found.count, "hits": hits, "facets": self._facets(query)}

    def close(self) -> None:
        """Nothing to free: the files are mapped until the object goes."""
