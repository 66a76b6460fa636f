"""SQLite's FTS5, in one file, ``optimize``\\ d to one segment.

The ``ascii`` tokenizer takes everything beyond ASCII as part of a token, and is
told to do so with ASCII punctuation too, so tokens survive as they are.  One
table with all streams answers everything, with ``detail=full``.  Facets lie in
one table clustered by document, and all are counted by one GROUP BY; values are
numbered, and their names kept in memory.  Words are completed from ``fts5vocab``.
"""

from __future__ import annotations

import json
import sqlite3
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.peers.base import Asked, Counts, Document, Found, Part, Peer, Shape

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
        base.execute("create virtual table vocabulary using fts5vocab(job, col)")
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

    def _part(self, part: Part) -> str:
        ways = []
        if part.units:
            columns = "{" + " ".join(self._shape.literal) + "} : "
            ways.append(columns + _quoted(part.units))
        if part.words:
            columns = "{" + " ".join(self._shape.words) + "} : "
            every = " AND ".join(_quoted((word,)) for word in dict.fromkeys(part.words))
            ways.append(f"{columns}({every})")
        return f"({' OR '.join(ways)})"

    def _match(self, asked: Asked) -> str:
        joint = " AND " if asked.kind == "and" else " OR "
        return joint.join(map(self._part, asked.parts))

    def _total(self, match: str) -> int:
        row = self._base.execute("select count(*) from job where job match ?", (match,))
        return int(row.fetchone()[0])

    def _facets(self, match: str) -> list[tuple[int, int, int]]:
        return self._base.execute(
            "with found(number) as materialized (select rowid from job where job match ?) "
            "select facet, value, count(*) from found cross join facets on doc = number "
            "group by facet, value",
            (match,),
        ).fetchall()

    def _find(self, match: str, size: int) -> Found:
        rows = self._base.execute(
            "select rowid from job where job match ? order by rank limit ?", (match, size)
        ).fetchall()
        return Found(self._total(match), [number for (number,) in rows])

    def find(self, asked: Asked, size: int) -> Found:
        return self._find(self._match(asked), size)

    def find_and_count(self, asked: Asked, size: int) -> tuple[Found, Any]:
        match = self._match(asked)
        return self._find(match, size), self._facets(match)

    def counts(self, raw: Any) -> Counts:
        counted: dict[str, dict[str, int]] = {name: {} for name in self._shape.facets}
        for facet, value, number in raw:
            counted[self._shape.facets[facet]][self._names[facet, value]] = number
        return counted

    def job(self, asked: Asked, size: int) -> dict[str, Any]:
        match = self._match(asked)
        columns = [self._shape.streams.index(name) for name in self._shape.literal]
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
            hit["snippets"] = dict(zip(self._shape.fields, marked, strict=True))
            hits.append(hit)
        return {"total": self._total(match), "hits": hits, "facets": self._facets(match)}

    def complete(self, prefix: str, size: int) -> Sequence[str]:
        rows = self._base.execute(
            "select term from vocabulary where term >= ? and term < ? and col = 'body_words' "
            "order by doc desc limit ?",
            (prefix, prefix + "\U0010ffff", size),
        ).fetchall()
        return [term for (term,) in rows]

    def close(self) -> None:
        self._base.close()
