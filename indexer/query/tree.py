"""The query tree: what a search means, free of any engine.

:mod:`indexer.query.parser` builds the tree from what the user typed; an engine
evaluates it; :mod:`indexer.results.highlight` walks it to mark what matched.  The
texts in it are as typed: folding and tokens are the business of
:mod:`indexer.analysis.analyzer`, so that every reader of the tree sees the same.

A :class:`Chunk` matches a record *literally* (it stands in one field) or *by
words* (all of its leaf words stand in the record); a :class:`Phrase` only
literally.  :class:`Metadata` and :class:`DateRange` are conditions: they
restrict, but do not count as text that was searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

TextField = Literal["title", "body", "unit", "policy", "number", "issuer"]
MetadataField = Literal["province", "city", "county", "theme", "keyword"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to write a chunk; ``fields`` empty: wherever the chunk is searched."""

    text: str
    fields: tuple[TextField, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Unquoted text.  ``field`` is ``None`` for the record's default fields.

    ``prefix`` lets the last unit be the beginning of an ASCII run.  What
    stands as one of the ``alternatives`` (synonyms) matches by words.

    ``typed`` is the whole question where ``text`` is only what it asks about
    (:mod:`indexer.query.questions`).  It never decides what is found.
    """

    text: str
    field: TextField | None = None
    prefix: bool = False
    alternatives: tuple[Alternative, ...] = ()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Quoted text: stands literally in one field (``None``: any default one).

    It is found by character, also inside a run of letters or digits; a chunk
    keeps the edges of runs.  :mod:`indexer.query.unit_row` says it in units.
    """

    text: str
    field: TextField | None = None
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """A condition on a name: regions begin so, themes and keywords are so.

    ``field`` ``province``, ``city``, ``county``: the folded name begins with
    the folded ``text``.  The name is that of the record's own region or, where it has
    none, of the region of the organ that issued its policy
    (:attr:`indexer.results.record.IndexRecord.region`); ``own`` leaves the latter out, as
    no query text can.  ``theme``: the theme's name, or one of its variants,
    equals it; ``keyword``: one of the record's keywords equals it.
    """

    text: str
    field: MetadataField
    own: bool = False


@dataclass(frozen=True, slots=True)
class DateRange:
    """A condition on the policy's date; ISO dates, both ends inclusive.

    ``None`` is an open end.  A record without a date is outside every range.
    """

    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class And:
    """All children.  Never empty."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child.  Never empty."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Leaves out what the child matches literally."""

    child: Node


@dataclass(frozen=True, slots=True)
class Sentence:
    """All of the child's parts within one sentence of one field."""

    child: Node


@dataclass(frozen=True, slots=True)
class Document:
    """All of the child's parts anywhere in one policy.

    A policy that has them gives those of its records that match at least one of the
    child's clauses; where none does, the policy itself is found.
    """

    child: Node


@dataclass(frozen=True, slots=True)
class Everything:
    """All records: an empty query."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No record: a query of nothing but punctuation."""


Node = (
    Chunk
    | Phrase
    | Metadata
    | DateRange
    | And
    | Or
    | Not
    | Sentence
    | Document
    | Everything
    | Nothing
)
#: What a record, or a document, holds or not.
Clause = Chunk | Phrase | Sentence


def asked_text(leaf: Chunk | Phrase) -> str:
    """A leaf's text, or the whole question where the text is only what it asks about."""
    return leaf.typed or leaf.text if isinstance(leaf, Chunk) else leaf.text


def chunks_of(node: Node) -> Iterator[Chunk | Phrase]:
    """The searched texts of a tree; exclusions and conditions have none."""
    match node:
        case Chunk() | Phrase():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from chunks_of(child)
        case Sentence(child) | Document(child):
            yield from chunks_of(child)


def clauses_of(node: Node) -> Iterator[Clause]:
    """The clauses of a tree; exclusions and conditions are none."""
    match node:
        case Chunk() | Phrase() | Sentence():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from clauses_of(child)
        case Document(child):
            yield from clauses_of(child)


def holds_documents(node: Node) -> bool:
    """Whether a part of the tree is looked for in whole documents."""
    match node:
        case Document():
            return True
        case And(children) | Or(children):
            return any(map(holds_documents, children))
        case Not(child):
            return holds_documents(child)
    return False


def rewritten(chunk: Chunk | Phrase) -> tuple[Chunk, ...]:
    """The alternatives of a chunk as chunks, each in the field where it is looked for."""
    if isinstance(chunk, Phrase):
        return ()
    chunks: list[Chunk] = []
    for other in chunk.alternatives:
        if not other.fields or chunk.field in other.fields:
            chunks.append(Chunk(other.text, chunk.field, chunk.prefix))
        elif chunk.field is None:
            chunks.extend(Chunk(other.text, field, chunk.prefix) for field in other.fields)
    return tuple(chunks)


def expanded(node: Node, alternatives: Callable[[str], tuple[Alternative, ...]]) -> Node:
    """The tree with the ``alternatives`` of each chunk's text hung on it.

    Exclusions take texts literally and stay as they are.
    """
    match node:
        case Chunk(text):
            return replace(node, alternatives=alternatives(text))
        case And(children):
            return And(tuple(expanded(child, alternatives) for child in children))
        case Or(children):
            return Or(tuple(expanded(child, alternatives) for child in children))
        case Sentence(child):
            return Sentence(expanded(child, alternatives))
        case Document(child):
            return Document(expanded(child, alternatives))
        case _:
            return node


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """What was cut, ignored or read differently, in words for the user.

    ``about`` holds the particulars of the message, for a face that says it in
    another language: what was typed, a name of a field, a number.
    """

    code: str
    message: str
    about: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, str]:
        """Code and message."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: the text as typed, its meaning, and what was odd."""

    text: str
    tree: Node
    warnings: tuple[QueryWarning, ...] = ()
