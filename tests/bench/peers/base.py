"""What the benches ask of another engine.

Documents come as token streams made by our analysis, so that every engine
holds the same tokens: they are joined by spaces, and each peer splits there
and nowhere else.  A peer ranks by its own BM25 with its own defaults, and does
each job in the fastest way that its API allows; what was measured to be slower
is said where the choice is made.

Queries come as what a query string means (:class:`Asked`): chunks, each literally
or by all its words, in any of the default fields.

Writing and searching are apart, because they are timed apart and, for the
memory that each takes, done in different processes: :meth:`Peer.write` makes
an index of one segment in a directory, a :class:`Peer` opens it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

Tokens = Sequence[str]
#: Facet → value → number of documents.
Counts = Mapping[str, Mapping[str, int]]
#: The values of a facet that a page of results shows.
VALUES = 10


class PeerMissing(Exception):
    """A peer cannot run on this machine; the text says how to get it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What documents have.

    ``fields`` are the default fields: each has a stream ``<field>_words``
    without positions and a stream ``<field>_literal`` with positions, whose
    text is kept for snippets.
    """

    fields: tuple[str, ...]
    facets: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The names of the streams without positions."""
        return tuple(f"{field}_words" for field in self.fields)

    @property
    def literal(self) -> tuple[str, ...]:
        """The names of the streams with positions."""
        return tuple(f"{field}_literal" for field in self.fields)

    @property
    def streams(self) -> tuple[str, ...]:
        """The names of all streams."""
        return self.words + self.literal


@dataclass(frozen=True, slots=True)
class Document:
    """``streams``: tokens by stream; ``facets``: values by facet; ``stored``: JSON to give back."""

    streams: Mapping[str, Tokens]
    facets: Mapping[str, tuple[str, ...]]
    stored: str = "{}"


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk: its ``units`` in sequence in one field, or all its ``words`` in any fields.

    Quoted text has no words; a word of a question has no units.
    """

    words: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query string asks for: all (``and``) or any (``or``) of its parts."""

    kind: Literal["and", "or"]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """How many documents there are, and the numbers of the best, best first."""

    total: int
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer and the seconds that the peer measured itself, without the way to it."""

    seconds: float
    answer: Any


class Peer(ABC):
    """An index of another engine, open for searching.

    A document's number is its place among those written, from 0.
    """

    name: ClassVar[str]
    #: Ways to write: the fastest counts as the peer's build, the first is what is searched.
    writers: ClassVar[tuple[str, ...]] = ("one segment",)

    @staticmethod
    @abstractmethod
    def write(directory: Path, documents: Iterable[Document], shape: Shape, writer: str) -> None:
        """Makes an index in an empty directory, in one of the ``writers``' ways."""

    @abstractmethod
    def __init__(self, directory: Path, shape: Shape) -> None:
        """Opens what :meth:`write` made.  Raises :class:`PeerMissing`."""

    @abstractmethod
    def find(self, asked: Asked, size: int) -> Found | Timed:
        """The ``size`` best documents, and exactly how many there are."""

    @abstractmethod
    def find_and_count(self, asked: Asked, size: int) -> tuple[Found, Any] | Timed:
        """The same, with exact counts of all facets in the peer's own form.

        The :data:`VALUES` most frequent values of each are given; all of them where an
        engine has no call for the most frequent.
        """

    @abstractmethod
    def counts(self, raw: Any) -> Counts:
        """The facet counts of :meth:`find_and_count` by name."""

    @abstractmethod
    def job(self, asked: Asked, size: int) -> dict[str, Any] | Timed:
        """The best documents, ready to be shown.

        The keys are ``total``, ``facets`` (in the peer's own form) and ``hits``: what was
        stored, with ``score`` and ``snippets`` by field.
        """

    def complete(self, prefix: str, size: int) -> Sequence[str] | Timed | None:
        """The most frequent words that begin so; ``None``: the engine has no call for it."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Frees the files."""
