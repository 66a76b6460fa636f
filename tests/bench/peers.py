"""Other engines under one roof: documents and queries as lists of tokens.

Each peer gets the same tokens.  They are numbered and written as ``w<number>``,
so that no peer's own tokeniser can cut or change them; each ranks by its own
BM25 with its own defaults.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

Tokens = Sequence[str]


class Peer(Protocol):
    """A plain ranked OR search over one field."""

    def search(self, tokens: Tokens, size: int) -> list[tuple[int, float]]:
        """The best documents, by their position in what was indexed, with scores."""


class _Numbers(dict[str, str]):
    """Tokens as words that every tokeniser leaves alone."""

    def __missing__(self, token: str) -> str:
        self[token] = f"w{len(self)}"
        return self[token]

    def text(self, tokens: Tokens) -> str:
        return " ".join(self[token] for token in tokens)


class StockWhoosh:
    """Whoosh as it comes: its own postings, BM25F and collector."""

    def __init__(self, documents: Iterable[Tokens], directory: Path) -> None:
        from whoosh import fields, formats, index

        field = fields.KEYWORD(scorable=True)
        field.format = formats.Frequency()
        schema = fields.Schema(number=fields.STORED(), text=field)
        self._index = index.create_in(str(directory), schema)
        writer = self._index.writer(limitmb=512)
        for number, tokens in enumerate(documents):
            writer.add_document(number=number, text=list(tokens))
        writer.commit()

    def search(self, tokens: Tokens, size: int) -> list[tuple[int, float]]:
        from whoosh import query

        terms = query.Or([query.Term("text", token) for token in dict.fromkeys(tokens)])
        with self._index.searcher() as searcher:
            found = searcher.search(terms, limit=size)
            return [(hit["number"], hit.score) for hit in found]


class Tantivy:
    """tantivy, one segment."""

    def __init__(self, documents: Iterable[Tokens], directory: Path) -> None:
        import tantivy

        self._numbers = _Numbers()
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True, fast=True)
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(directory))
        writer: Any = self._index.writer(heap_size=512_000_000, num_threads=1)
        for number, tokens in enumerate(documents):
            text = self._numbers.text(tokens)
            writer.add_document(tantivy.Document(number=number, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, tokens: Tokens, size: int) -> list[tuple[int, float]]:
        import tantivy

        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.term_query(self._schema, "text", self._numbers[token]),
            )
            for token in dict.fromkeys(tokens)
        ]
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(clauses), size, count=False)
        return [(searcher.doc(address)["number"][0], score) for score, address in found.hits]


class Sqlite:
    """SQLite's FTS5, in memory."""

    def __init__(self, documents: Iterable[Tokens], directory: Path) -> None:
        self._numbers = _Numbers()
        self._base = sqlite3.connect(directory / "fts.sqlite")
        self._base.execute("create virtual table t using fts5(text, content='', tokenize='ascii')")
        rows = ((n, self._numbers.text(tokens)) for n, tokens in enumerate(documents))
        self._base.executemany("insert into t(rowid, text) values (?, ?)", rows)
        self._base.execute("insert into t(t) values ('optimize')")
        self._base.commit()

    def search(self, tokens: Tokens, size: int) -> list[tuple[int, float]]:
        terms = " OR ".join(self._numbers[token] for token in dict.fromkeys(tokens))
        rows = self._base.execute(
            "select rowid, -bm25(t) from t where t match ? order by bm25(t) limit ?", (terms, size)
        )
        return list(rows) if terms else []


PEERS: dict[str, type[StockWhoosh] | type[Tantivy] | type[Sqlite]] = {
    "whoosh": StockWhoosh,
    "tantivy": Tantivy,
    "sqlite": Sqlite,
}
