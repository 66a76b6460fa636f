"""What every engine promises: the protocol, in our own terms.

An engine takes :class:`IndexRecord` s and answers :class:`Search` es with a
:class:`Page`.  Query trees, filters and results are ours; nothing of an
engine's own (query syntax, documents, exceptions) comes through.  All engines
get the same tokens from :mod:`indexer.analysis.analyzer`, so one contract suite
(``tests/indexer/engines/test_contract.py``) runs over each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from indexer.query.tree import Node
from indexer.results.model import FACETS, Evidence, Filters, IndexInfo, IndexRecord, Match


# Tuples, since making a dataclass costs as much as finding the hits of a rare word.
class Search(NamedTuple):
    """One request.  ``page`` counts from 1; ``size`` ``None`` means all full hits.

    ``values``: no more than so many values of each facet, beside chosen ones; ``None``: all.
    """

    tree: Node
    filters: Filters = Filters()
    facets: tuple[str, ...] = FACETS
    sort: str = "relevance"
    page: int = 1
    size: int | None = 20
    values: int | None = None


class Source(Protocol):
    """Where an engine's records are read from, by its own numbers."""

    def record(self, doc: int) -> IndexRecord:
        """A record."""


class Ranked(NamedTuple):
    """A record that was found: its id, how, and its score (higher is better).

    Light, since a page has many of which a caller may want no more than the
    ids: the :attr:`record` is made when it is asked for, from ``source``.
    """

    id: str
    match: Match | None
    score: float
    doc: int
    source: Source

    @property
    def record(self) -> IndexRecord:
        """The record, its parts read when they are looked at."""
        return self.source.record(self.doc)

    def __eq__(self, other: object) -> bool:
        """Whether another answer says the same; where it was read does not matter."""
        if not isinstance(other, Ranked):
            return NotImplemented
        return self[:3] == other[:3] and self.record == other.record

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:3])


class Page(NamedTuple):
    """An engine's answer: full hits first, then partial ones.

    ``facets`` maps each facet to ``(value, count)`` pairs, most first, then
    by value; values that are chosen are there even at zero.  All are counted;
    an engine may put the strings beside the counts when they are looked at, and
    make a hit then.
    """

    total: int
    partial_total: int
    hits: Sequence[Ranked]
    facets: Mapping[str, Sequence[tuple[str, int]]]


class Engine(Protocol):
    """An index that can be filled, searched and closed.

    Writes become visible, all at once, with :meth:`commit`.  Where an engine
    keeps files in a directory, it never writes into one of an earlier commit:
    it makes new ones and removes old ones, since other index versions may
    share them by hard link.
    """

    @property
    def info(self) -> IndexInfo:
        """Which index this is."""

    def add(self, records: Iterable[IndexRecord]) -> None:
        """Adds records; one whose id is already there replaces it."""

    def delete(self, policy_id: str) -> None:
        """Removes every record of a policy."""

    def reassign(self, themes: Mapping[str, Mapping[str, tuple[Evidence, ...]]]) -> None:
        """Gives records other themes, by record id; ids that are not there change nothing.

        Cheaper than adding the records anew, and nothing else of them changes.
        """

    def commit(self) -> None:
        """Makes what was added and deleted durable and visible."""

    def search(self, search: Search) -> Page:
        """Answers one request.

        Raises :class:`~indexer.errors.PageOutOfRange` for a page past the
        end, :class:`~indexer.errors.EngineError` if the index cannot answer.
        """

    def record(self, record_id: str, tree: Node | None = None) -> Ranked:
        """One record, and how ``tree`` matches it (``None`` if it does not, or asks no text).

        Raises :class:`~indexer.errors.RecordNotFound`.
        """

    def records(self) -> Iterator[IndexRecord]:
        """All records in document order."""

    def count(self, tree: Node, filters: Filters) -> int:
        """How many full hits a query has."""

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        """How many of the records that facets count have a value of both facets.

        Keys are ``(value of first, value of second)``, pairs that do not
        occur are left out.  The two facets' own choices do not apply, so a
        pair's count is that of a search for just those two values.
        """

    def similar(self, record_id: str, limit: int) -> tuple[tuple[IndexRecord, float], ...]:
        """The records that share most themes and keywords with one, best first.

        The score sums, over everything shared, ``ln(1 + (N - n + 0.5) / (n +
        0.5))`` for a value that ``n`` of ``N`` records have; equals stand in
        document order.  Raises :class:`~indexer.errors.RecordNotFound`.
        """

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Index words that begin so, with the number of records that have them."""

    def close(self) -> None:
        """Frees files and threads.  Closing twice is allowed."""
