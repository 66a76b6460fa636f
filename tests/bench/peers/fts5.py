"""SQLite's FTS5, in one file, ``optimize``\\ d to one segment.

The ``ascii`` tokenizer takes everything beyond ASCII as part of a token, and is
told to do so with ASCII punctuation too, so tokens survive as they are.  A
table with one column answers the flat questions (another column would have to
be filtered out of every list), a table with all streams the whole job; both
have ``detail=full``.  Facets lie in one table clustered by document, and all
are counted by one GROUP BY; values are numbered, and their names kept in memory.
"""

from __future__ import annotations

import json
import sqlite3
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.peers.base import Counts, Document, Found, Part, Peer, Question, Shape

_FILE = "fts.sqlite"
# Quotes would have to be escaped twice; no token of ours has one.
_MARKS = "".join(set(string.punctuation) - set("\"'"))
_TOKENIZE = f"tokenize=\"ascii tokenchars '{_MARKS}'\""


def _connect(directory: Path) -> sqlite3.Connection:
    base = sqlite3.connect(directory / _FILE, check_same_thread=False)
    base.execute("pragma journal_mode=off")
    base.execute("pragma synchronous=off")
    base.execute("pragma mmap_size=8000000000")
    base.execute("pragma cache_size=-500000")
    return base


def _quoted(tokens: Iterable[str]) -> str:
    return '"' + " ".join(tokens).replace('"', '""') + '"'


class Fts5(Peer):
    name = "sqlite"

    @staticmethod
    def write(directory: Path, documents: Iterable[Document], shape: Shape, writer: str) -> None:
        base = _connect(directory)
        base.execute(f"create virtual table job using fts5({','.join(shape.streams)}, {_TOKENIZE})")
        base.execute("create table docs(number integer primary key, stored text)")
        base.execute(
            "create table facets(doc int, facet int, value int, primary key(doc, facet, value)) "
            "without rowid"
        )
        base.execute("create table names(facet, value, name)")
        numbers: dict[tuple[int, str], int] = {}
        marks = ",".join("?" * (len(shape.streams) + 1))

        def values(document: Document) -> Iterator[tuple[int, int]]:
            for facet, name in enumerate(shape.facets):
                for value in document.facets.get(name, ()):
                    yield facet, numbers.setdefault((facet, value), len(numbers))

        for number, document in enumerate(documents):
            texts = (" ".join(document.streams.get(name, ())) for name in shape.streams)
            base.execute(
                f"insert into job(rowid, {','.join(shape.streams)}) values ({marks})",
                (number, *texts),
            )
            base.execute("insert into docs values (?, ?)", (number, document.stored))
            rows = ((number, *pair) for pair in values(document))
            base.executemany("insert into facets values (?, ?, ?)", rows)
        named = ((facet, value, name) for (facet, name), value in numbers.items())
        base.executemany("insert into names values (?, ?, ?)", named)
        base.execute("insert into job(job) values ('optimize')")
        base.commit()
        base.close()

    @staticmethod
    def finish(directory: Path, shape: Shape) -> None:
        base = _connect(directory)
        for name in shape.streams:
            base.execute(
                f"create virtual table {name}_only using fts5({name}, content='', {_TOKENIZE})"
            )
            base.execute(f"insert into {name}_only(rowid, {name}) select rowid, {name} from job")
            base.execute(f"insert into {name}_only({name}_only) values ('optimize')")
        base.execute("analyze")
        base.commit()
        base.close()

    def __init__(self, directory: Path, shape: Shape) -> None:
        self._base = _connect(directory)
        self._shape = shape
        self._names = {
            (facet, value): name
            for facet, value, name in self._base.execute("select facet, value, name from names")
        }

    def prepare(self, question: Question) -> tuple[str, str]:
        match = _quoted(question.tokens)
        if question.kind != "phrase":
            joint = " AND " if question.kind == "and" else " OR "
            match = joint.join(_quoted((token,)) for token in dict.fromkeys(question.tokens))
        return f"{question.stream}_only", match

    def _total(self, table: str, match: str) -> int:
        row = self._base.execute(f"select count(*) from {table} where {table} match ?", (match,))
        return int(row.fetchone()[0])

    def _facets(self, table: str, match: str) -> list[tuple[int, int, int]]:
        return self._base.execute(
            f"with found(number) as materialized (select rowid from {table} where {table} match ?) "
            "select facet, value, count(*) from found cross join facets on doc = number "
            "group by facet, value",
            (match,),
        ).fetchall()

    def find(self, query: tuple[str, str], size: int, *, count: bool = True) -> Found:
        table, match = query
        rows = self._base.execute(
            f"select rowid, -rank from {table} where {table} match ? order by rank limit ?",
            (match, size),
        ).fetchall()
        return Found(self._total(table, match) if count else -1, rows)

    def find_and_count(
        self, query: tuple[str, str], size: int, values: int | None = None
    ) -> tuple[Found, Any]:
        return self.find(query, size), self._facets(*query)

    def counts(self, raw: Any) -> Counts:
        counted: dict[str, dict[str, int]] = {name: {} for name in self._shape.facets}
        for facet, value, number in raw:
            counted[self._shape.facets[facet]][self._names[facet, value]] = number
        return counted

    @staticmethod
    def _part(part: Part, fields: Sequence[str]) -> str:
        literal = "{" + " ".join(f"{field}_literal" for field in fields) + "} : "
        words = "{" + " ".join(f"{field}_words" for field in fields) + "} : "
        match = literal + _quoted(part.units)
        if part.words:
            every = " AND ".join(_quoted((word,)) for word in dict.fromkeys(part.words))
            match += f" OR {words}({every})"
        return f"({match})"

    def job(self, parts: Sequence[Part], fields: Sequence[str], size: int) -> dict[str, Any]:
        match = " AND ".join(self._part(part, fields) for part in parts)
        columns = [self._shape.streams.index(f"{field}_literal") for field in fields]
        snippets = ", ".join(f"snippet(job, {n}, '<b>', '</b>', '…', 64)" for n in columns)
        rows = self._base.execute(
            f"select rowid, -rank, {snippets} from job where job match ? order by rank limit ?",
            (match, size),
        ).fetchall()
        hits = []
        for number, score, *marked in rows:
            stored = self._base.execute("select stored from docs where number = ?", (number,))
            hit = json.loads(stored.fetchone()[0])
            hit["score"] = score
            hit["snippets"] = dict(zip(fields, marked, strict=True))
            hits.append(hit)
        facets = self._facets("job", match)
        return {"total": self._total("job", match), "hits": hits, "facets": facets}

    def close(self) -> None:
        self._base.close()
