"""What the benches ask of another engine.

Documents come as token streams made by our analysis, so that every engine
holds the same tokens: they are joined by spaces, and each peer splits there
and nowhere else.  A peer ranks by its own BM25 with its own defaults, and does
each job in the fastest way that its API allows; what was measured to be slower
is said where the choice is made.

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
Kind = Literal["and", "or", "phrase"]
#: Facet → value → number of documents.
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What documents have.

    ``words`` are streams without positions, ``literal`` ones with; a literal
    stream's text is kept, for snippets.
    """

    words: tuple[str, ...]
    literal: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()

    @property
    def streams(self) -> tuple[str, ...]:
        return self.words + self.literal


@dataclass(frozen=True, slots=True)
class Document:
    """``streams``: tokens by stream; ``facets``: values by facet; ``stored``: JSON to give back."""

    streams: Mapping[str, Tokens]
    facets: Mapping[str, tuple[str, ...]]
    stored: str = "{}"


@dataclass(frozen=True, slots=True)
class Question:
    """All, any, or the sequence of some tokens of one stream."""

    kind: Kind
    stream: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk of a query: literally (``units`` in sequence), or by all its ``words``."""

    words: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best documents, and how many there are (-1: not asked).

    ``hits``: numbers and scores in the form in which an engine gives them soonest.
    """

    total: int
    hits: Any


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

    @staticmethod
    @abstractmethod
    def finish(directory: Path, shape: Shape) -> None:
        """Makes what only the flat questions need, if anything; no part of a build's time."""

    @abstractmethod
    def __init__(self, directory: Path, shape: Shape) -> None:
        """Opens what :meth:`write` and :meth:`finish` made."""

    @abstractmethod
    def prepare(self, question: Question) -> Any:
        """A question as the peer's own query, which may be asked any number of times."""

    @abstractmethod
    def find(self, query: Any, size: int, *, count: bool = True) -> Found:
        """The ``size`` best documents, and with ``count`` exactly how many there are."""

    @abstractmethod
    def find_and_count(self, query: Any, size: int, values: int | None = None) -> tuple[Found, Any]:
        """The same, with the exact counts of all facets in the peer's own form.

        ``values``: the most frequent values of each facet that must be among
        the given ones, ``None`` for all.  Where an engine has no call for the most
        frequent of each facet, it gives all.
        """

    @abstractmethod
    def counts(self, raw: Any) -> Counts:
        """The facet counts of :meth:`find_and_count` in ours."""

    @abstractmethod
    def job(self, parts: Sequence[Part], fields: Sequence[str], size: int) -> dict[str, Any]:
        """Documents that have every part in any of ``fields``, ready to be shown.

        A part stands literally in ``<field>_literal`` of one field, or all of
        its words stand in ``<field>_words`` of whichever.  The keys are
        ``total``, ``facets`` (in the peer's own form) and ``hits``: what was
        stored, with ``score`` and ``snippets`` by field.
        """

    @abstractmethod
    def close(self) -> None:
        """Frees the files."""
