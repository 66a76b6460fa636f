"""Our side of the speed bench: query strings through the calls that users' faces make.

:meth:`~indexer.searcher.Searcher.find` is what ``/api/ids`` gives,
:meth:`~indexer.searcher.Searcher.search` with its dictionary what ``/api/search`` and the pages
give, :meth:`~indexer.searcher.Searcher.complete` what ``/api/suggest`` gives.  A search also
looks for synonyms, fills the page with partial hits and gives advice, which no peer does.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.policy import Policy
from indexer.engines.base import PolicyRecords
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.linguistics import default_linguistics
from indexer.results.model import IndexInfo
from indexer.results.overviews import Found
from indexer.searcher import Searcher
from indexer.suggest.completion import build_suggestions
from indexer.suggest.term_book import TERM_BOOK, TermBook
from tests.bench.peers.base import VALUES, Counts

#: The version that is timed while it is built, and the one with a term book.
NAME, WITH_BOOK = "built", "with-book"
INFO = IndexInfo("speed", "1970-01-01T00:00:00+00:00", 0, "")


def build(directory: Path, policies: list[PolicyRecords]) -> None:
    """Our public call that builds an index, tokenisation included."""
    writer = EmbeddedEngine(directory, default_linguistics().analyzer).create(NAME)
    writer.add(policies)
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
        self._reader = engine.open(WITH_BOOK if (directory / WITH_BOOK).exists() else NAME)
        load_kernels(self._reader)
        book = self._reader.arrays(TERM_BOOK)
        self._searcher = Searcher(self._reader, known, policies, TermBook(book) if book else None)

    def find(self, query: str, size: int) -> Found:
        """Exact total and the ids of the best."""
        return self._searcher.find(query, size=size, synonyms=False)

    def find_and_count(self, query: str, size: int) -> Found:
        """The same with exact counts of all facets, their first values read."""
        return self._searcher.find(query, size=size, synonyms=False, facet_values=VALUES)

    def counts(self, query: str) -> Counts:
        """The facet counts of :meth:`find_and_count`."""
        found = self.find_and_count(query, 1)
        return {name: dict(pairs) for name, pairs in found.facets.items()}

    def job(self, query: str, size: int) -> dict[str, Any]:
        """The whole job: query string in, the dictionary that the API gives as JSON out."""
        return self._searcher.search(query, size=size).to_dict()

    def complete(self, prefix: str, size: int) -> Sequence[Any]:
        """Ways to go on typing."""
        return self._searcher.complete(prefix, size)

    def total(self, query: str) -> int:
        """The full hits of a query string, synonyms aside, as peers understand it."""
        return self.find(query, 1).total

    def forget(self) -> None:
        """Empties the cache of the sets of documents that words and phrases have.

        Look-ups of known queries (which lists, not what is in them) are kept, as parsed
        queries are.
        """
        self._reader.forget()

    def close(self) -> None:
        self._searcher.close()
