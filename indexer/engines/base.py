"""What every engine promises: the protocols, in our own terms.

An :class:`Engine` is a place where index versions are kept.  Each version is
filled once by an :class:`IndexWriter` and is then answered by
:class:`IndexReader` s, which see that version and nothing else: one search sees
one commit.  Query trees, filters and results are ours; nothing of an engine's
own (query syntax, documents, exceptions, where it stores what) comes through.
All engines get the same tokens from :mod:`indexer.analysis.analyzer`, so one
contract suite (``tests/indexer/engines/test_contract.py``) runs over each.

Tiers, totals and facets are the same in every engine.  The order of hits within
one tier may differ between engines, because their scores do.  Every method may
raise :class:`~indexer.errors.EngineError`, and
:class:`~indexer.errors.EngineUnavailable` where trying again may help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from numpy.typing import NDArray

from corpus.policy import Policy
from indexer.query.tree import Everything, Node
from indexer.results.facets import FACETS, Filters
from indexer.results.model import DocumentPart, IndexInfo, Match
from indexer.results.record import Evidence, IndexRecord

#: What is asked for where nothing is.
EVERYTHING, NO_FILTERS = Everything(), Filters()
#: The themes of a record with their evidence, the weightiest first.
Themes = Mapping[str, tuple[Evidence, ...]]
#: Arrays by name, as side data has them.
Arrays = Mapping[str, NDArray[Any]]
#: So many parts of a found document are shown.
MAX_PARTS = 3
#: So many records of a document are shown where hits are grouped by document.
BEST_RECORDS = 3
#: So many places of a clause are looked at in one document.
MAX_STRETCHES = 1000
#: A query tree and the filters beside it.
Question = tuple[Node, Filters]


@dataclass(frozen=True, slots=True)
class PolicyRecords:
    """A whole policy as an index takes it: its records in document order, and its text.

    ``text`` is what a reader of the file goes through.  The places of the records count
    from ``begins`` on, before which stands a title that only a field of the source gives.
    Without a text, only what stands in records is found.
    """

    policy: Policy
    records: tuple[IndexRecord, ...]
    text: str = ""
    begins: int = 0


class Search(NamedTuple):
    """One request.  ``page`` counts from 1.

    ``values``: no more than so many values of each facet, beside chosen ones; ``None``: all.
    ``partial`` and ``documents``: whether these hits are looked for as well.
    ``folded``: whether policies that the version knows as near-duplicates
    (:meth:`IndexWriter.fold`) count as one document.

    ``nearest`` are ids of records in the order of an encoder, the nearest first.  They
    change no total: partial hits by relevance are ordered by both
    (:mod:`indexer.engines.fusion`), and up to ``near`` of them, among those that pass the
    filters and are no full hits, are in :attr:`Page.near`.
    """

    tree: Node
    filters: Filters = NO_FILTERS
    facets: tuple[str, ...] = FACETS
    sort: str = "relevance"
    page: int = 1
    size: int = 20
    values: int | None = None
    partial: bool = True
    documents: bool = True
    folded: bool = True
    nearest: tuple[str, ...] = ()
    near: int = 0


class Ranked(NamedTuple):
    """A record that was found, how, and its score (higher is better)."""

    record: IndexRecord
    match: Match | None
    score: float

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.record.id


class RankedDocument(NamedTuple):
    """A policy that holds what was asked for though no record of it does.

    ``parts`` show up to :data:`MAX_PARTS` of the clauses, each once.
    """

    policy: Policy
    score: float
    parts: tuple[DocumentPart, ...]


class Page(NamedTuple):
    """An engine's answer: full hits first, then documents, then partial hits.

    ``hits`` are the full and the partial ones of the page, ``documents`` those that
    stand between them.  ``total_documents`` counts the documents that have full hits or
    are hits themselves, as :meth:`IndexReader.documents` does; without
    :attr:`Search.documents` only those with full hits.

    ``facets`` maps each facet to ``(value, count)`` pairs, most first, then
    by value; values that are chosen are there even at zero.  All are counted;
    an engine may put the strings beside the counts when they are looked at.

    ``near`` are the first of :attr:`Search.nearest`, without match and score.
    """

    total: int
    document_total: int
    partial_total: int
    hits: tuple[Ranked, ...]
    documents: tuple[RankedDocument, ...]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    total_documents: int = 0
    near: tuple[Ranked, ...] = ()


class FoundVersion(NamedTuple):
    """A policy that is folded under a newer near-duplicate, with its number of full hits."""

    policy: Policy
    records: int


class FoundDocument(NamedTuple):
    """A policy with what was found in it.

    ``match`` is that of its best record, ``document`` where it is a hit though no record of
    it is.  ``records`` counts its full hits, of which ``hits`` are the best, at most
    :data:`BEST_RECORDS`; where ``match`` is ``partial``, ``hits`` are partial ones.
    ``parts`` show why a match ``document`` was found.  ``versions`` are the near-duplicates
    that are folded under it, the newest first.
    """

    policy: Policy
    match: Match | None
    score: float
    records: int
    hits: tuple[Ranked, ...]
    parts: tuple[DocumentPart, ...] = ()
    versions: tuple[FoundVersion, ...] = ()


class DocumentPage(NamedTuple):
    """An engine's answer by document: those with full hits, document hits, partial ones.

    The first three totals count hits as in :class:`Page`.  ``total_documents`` counts the
    documents with full hits and the document hits, ``partial_documents`` the others that
    have partial hits.  Of near-duplicates that are found, fully or as documents, the newest
    stands for all, of equals the first in the library; so it is among partial ones.  A
    partial one of a family that is found is not listed.

    ``facets`` count documents: how many would be found if the value were chosen
    (partial ones where ``total_documents`` is 0).
    """

    total: int
    document_total: int
    partial_total: int
    total_documents: int
    partial_documents: int
    documents: tuple[FoundDocument, ...]
    facets: Mapping[str, Sequence[tuple[str, int]]]


class IndexReader(Protocol):
    """One version of an index, open.  Immutable; threads may share it.

    The records of a page are fetched together.  What concerns the whole index
    (:meth:`terms`, :meth:`scan`) may cost a call to another machine.
    """

    @property
    def info(self) -> IndexInfo:
        """Which index this is."""

    def search(self, search: Search) -> Page:
        """Answers one request.

        Raises :class:`~indexer.errors.PageOutOfRange` for a page past the end.
        """

    def documents(self, search: Search) -> DocumentPage:
        """The same request answered by document: ``page`` and ``size`` count documents.

        Sorted by relevance, documents with a literal hit come before others.  By date they
        stand with the newest first, by region in the order of the issuer's code, or, where
        the issuer has none, of the first record that has one, by source in library order.

        Raises :class:`~indexer.errors.PageOutOfRange` for a page past the end.
        """

    def scan(
        self, tree: Node = EVERYTHING, filters: Filters = NO_FILTERS, sort: str = "source"
    ) -> Iterator[Ranked]:
        """All full hits in order, read in batches: for exports and whole policies."""

    def ids(self, policy_id: str) -> Sequence[str]:
        """The ids of a policy's records in document order; none for an unknown policy."""

    def counts(self, questions: Sequence[Question]) -> Sequence[int]:
        """How many full hits each of several queries has, in one call.

        An engine to which a call costs little may count each when it is looked at.
        """

    def parts(self, policy_id: str, tree: Node) -> Sequence[DocumentPart]:
        """Where the clauses of ``tree`` stand in a policy's text over lines and records.

        At most :data:`MAX_STRETCHES` places of each clause; nothing for an unknown policy.
        """

    def record(self, record_id: str, tree: Node = EVERYTHING) -> Ranked:
        """One record, and how ``tree`` matches it (``None`` if it does not, or asks no text).

        Raises :class:`~indexer.errors.RecordNotFound`.
        """

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

    def read(self, name: str) -> bytes | None:
        """Side data of the version, ``None`` where there is none of that name."""

    def arrays(self, name: str) -> Arrays | None:
        """Side data that was written as arrays, ``None`` where there is none of that name."""

    def close(self) -> None:
        """Frees files and connections.  Closing twice is allowed."""


class IndexWriter(Protocol):
    """Fills one new version.  Used by one thread.

    The version begins as its base, or empty.  Side data of the base stays
    unless it is written again.  Nothing is visible to others before
    :meth:`commit`; a version that is not committed does not exist.
    """

    def add(self, policies: Iterable[PolicyRecords]) -> None:
        """Adds policies; one whose id is already there is replaced with all its records."""

    def delete(self, policy_id: str) -> None:
        """Removes a policy and its records; an id that is not there changes nothing."""

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        """Gives records other themes, by record id; ids that are not there change nothing.

        Cheaper than adding the records again, and nothing else of them changes.
        """

    def fold(self, families: Iterable[Sequence[str]]) -> None:
        """Says which policies are near-duplicates of each other, by their ids.

        Replaces what the base said.  A policy is in one family at most; ids that are not
        there change nothing.
        """

    def flush(self) -> IndexReader:
        """Writes what was added, and opens it before it is committed.

        Afterwards only side data may be written, and :meth:`fold` be called.
        """

    def write(self, name: str, data: bytes | Arrays) -> None:
        """Writes side data, which belongs to the version and travels with it."""

    def commit(self, info: IndexInfo, library: str = "", analysis: str = "") -> None:
        """Makes the version durable and complete.

        ``library`` and ``analysis`` say of which content and by which analysis
        it is made.
        """

    def abort(self) -> None:
        """Removes what was written.  Without effect after :meth:`commit`."""


class Engine(Protocol):
    """A place where index versions are kept, each under its name."""

    def create(self, name: str, base: str | None = None) -> IndexWriter:
        """A writer for a new version; with a ``base`` it goes on from that one."""

    def open(self, name: str) -> IndexReader:
        """Opens a committed version.

        Raises :class:`~indexer.errors.IndexDamaged` where it is not what was
        committed, :class:`~indexer.errors.EngineUnavailable` where it is gone.
        """
