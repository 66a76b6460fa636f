"""Our side of the speed bench: the same questions through our public calls.

A question on one field goes to the engine (:meth:`Engine.search`) as a tree of
chunks or one phrase.  The whole job is what the pages and the API
do, :meth:`Searcher.search` with the query string, and the dictionary of section
"results" of it.  It also looks for synonyms, fills the page with partial hits and
gives advice, which no peer does.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from corpus.policy import Policy
from indexer.engines.base import Page, Search
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.linguistics import default_linguistics
from indexer.query.tree import And, Chunk, Node, Or, Phrase
from indexer.results.model import IndexInfo, IndexRecord
from indexer.searcher import Searcher
from indexer.suggest.completion import build_suggestions
from indexer.suggest.term_book import TERM_BOOK, TermBook
from tests.bench.peers.base import Counts, Question
from tests.support.engines import by_policy

#: The version that is timed while it is built, and the one with a term book.
NAME, WITH_BOOK = "built", "with-book"
INFO = IndexInfo("speed", "1970-01-01T00:00:00+00:00", 0, "")


def build(directory: Path, records: list[IndexRecord]) -> None:
    """Our public call that builds an index from records, tokenisation included."""
    writer = EmbeddedEngine(directory, default_linguistics().analyzer).create(NAME)
    writer.add(by_policy(records))
    writer.commit(INFO)


def finish(directory: Path) -> None:
    """The term book, which completions and corrections need; no peer has one."""
    known = default_linguistics()
    writer = EmbeddedEngine(directory, known.analyzer).create(WITH_BOOK, NAME)
    writer.write(TERM_BOOK, build_suggestions(writer.flush(), known))
    writer.commit(INFO)


def load_kernels(reader: EmbeddedReader | None = None) -> None:
    """Loads compiled kernels for building, or for a reader's searches, where there are any.

    A server has them soon after its first searches of a large index, in the background.
    """
    if reader is None:
        name = "indexer.engines.embedded.kernels.choice"
        if importlib.util.find_spec(name.rpartition(".")[0]):
            importlib.import_module(name).for_building(sys.maxsize)
    else:
        reader.kernels.load()


class Ours:
    """An index of ours, open for searching."""

    def __init__(self, directory: Path, policies: list[Policy]) -> None:
        known = default_linguistics()
        engine = EmbeddedEngine(directory, known.analyzer)
        name = WITH_BOOK if (directory / WITH_BOOK).exists() else NAME
        self._engine = engine.open(name)
        load_kernels(self._engine)
        book = self._engine.arrays(TERM_BOOK)
        self._searcher = Searcher(self._engine, known, policies, TermBook(book) if book else None)

    @staticmethod
    def prepare(question: Question) -> Node:
        """A question as our query tree."""
        field = "body"
        if question.kind == "phrase":
            return Phrase("".join(question.tokens), field)
        words = tuple(Chunk(token, field) for token in dict.fromkeys(question.tokens))
        if len(words) == 1:
            return words[0]
        return And(words) if question.kind == "and" else Or(words)

    def find(self, query: Node, size: int) -> Page:
        """The best hits, and how many there are."""
        return self._engine.search(Search(query, facets=(), size=size))

    def find_and_count(self, query: Node, size: int, values: int | None = None) -> Page:
        """The same with all facets, their ``values`` most frequent values (or all) read."""
        page = self._engine.search(Search(query, size=size, values=values))
        if values is None:
            for pairs in page.facets.values():
                pairs[:]
        return page

    @staticmethod
    def counts(page: Page) -> Counts:
        """The facet counts of an answer."""
        return {name: dict(pairs) for name, pairs in page.facets.items()}

    def job(self, query: str, size: int) -> dict[str, Any]:
        """The whole job: query string in, the dictionary that the API gives as JSON out."""
        return self._searcher.search(query, size=size).to_dict()

    def total(self, query: str) -> int:
        """The full hits of a query string, synonyms aside, as peers understand it."""
        return self._searcher.search(query, size=1, synonyms=False).total

    def forget(self) -> None:
        """Empties the cache of the sets of documents that words and phrases have.

        Look-ups of known queries (which lists, not what is in them) are kept.
        """
        self._engine.forget()

    def forget_all(self) -> None:
        """The same, and forgets the look-ups."""
        self._engine.forget(look_ups=True)

    def close(self) -> None:
        self._searcher.close()
