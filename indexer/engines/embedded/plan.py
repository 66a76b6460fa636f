"""What there is to do for a query tree, worked out once and remembered.

A tree means the same in every index of the same analysis: which words, pairs
and units it is scored by, what may stand in a title, whether it asks for text.
A :class:`Plan` has it ready, so that a request begins with looking things up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.analyzer import ENDER, Analyzer, literal_texts
from indexer.engines.embedded.segments.segment_format import slots_of
from indexer.query.tree import (
    And,
    Chunk,
    Document,
    Node,
    Nothing,
    Or,
    Phrase,
    Sentence,
    asked_text,
    chunks_of,
    rewritten,
)
from indexer.query.unit_row import UnitRow, unit_row

#: Queries of at most so many chunks are looked for in the title first.
TITLE_CHUNKS = 3
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Terms:
    """What the texts of one place (a group's slots) are scored by, each once."""

    group: str
    slots: int
    words: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A row of units, and where it is looked for."""

    group: str
    slots: int
    row: UnitRow


@dataclass(frozen=True, slots=True)
class Plan:
    """``text``: whether text is searched.  ``titles``: what may stand in a title.

    ``policy_titles``: what may stand in the title of a policy.
    ``phrase``: the whole tree, where it is one quoted text.
    """

    text: bool
    terms: tuple[Terms, ...]
    titles: tuple[Text, ...]
    policy_titles: tuple[Text, ...]
    phrase: Text | None


@lru_cache(maxsize=_REMEMBERED)
def plan_of(tree: Node, analyzer: Analyzer) -> Plan:
    """The plan of a tree."""
    chunks = tuple(chunks_of(tree))
    # A question is no title: its order is by evidence.
    asked = any(isinstance(chunk, Chunk) and chunk.typed for chunk in chunks)
    in_title = [chunk for chunk in chunks if chunk.field in (None, "title") and not asked]
    return Plan(
        text=searches_text(tree),
        terms=tuple(_terms(tree, analyzer)),
        titles=tuple(map(text_of_chunk, in_title)) if len(in_title) <= TITLE_CHUNKS else (),
        policy_titles=() if asked else tuple(_in_policy_title(chunks)),
        phrase=text_of_chunk(tree) if isinstance(tree, Phrase) else None,
    )


def _in_policy_title(chunks: Sequence[Chunk | Phrase]) -> Iterator[Text]:
    """The few texts of a short query that may stand in the title of a policy."""
    inside = [chunk for chunk in chunks if chunk.field in (None, "policy")]
    for chunk in inside if len(inside) <= TITLE_CHUNKS else ():
        yield Text(*slots_of("policy"), unit_row(chunk))


def searches_text(node: Node) -> bool:
    """Whether the node asks for text, exclusions and conditions aside."""
    if isinstance(node, And | Or):
        return any(searches_text(child) for child in node.children)
    if isinstance(node, Sentence | Document):
        return searches_text(node.child)
    return isinstance(node, Chunk | Phrase | Nothing)


def text_of_chunk(chunk: Chunk | Phrase) -> Text:
    """The row of a chunk, and where it is looked for."""
    return Text(*slots_of(chunk.field), unit_row(chunk))


@lru_cache(maxsize=_REMEMBERED)
def units_of(text: str) -> tuple[str, ...]:
    """The literal units of a text."""
    return tuple(literal_texts(text))


@lru_cache(maxsize=_REMEMBERED)
def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """Neighbouring units, each pair once; none reaches over the end of a sentence."""
    pairs = (pair for pair in itertools.pairwise(units_of(text)) if ENDER not in pair)
    return tuple(dict.fromkeys(pairs))


def _terms(tree: Node, analyzer: Analyzer) -> Iterator[Terms]:
    """What a tree is scored by, one for each place."""
    words: dict[tuple[str, int], dict[str, None]] = {}
    pairs: dict[tuple[str, int], dict[tuple[str, str], None]] = {}
    units: dict[tuple[str, int], dict[str, None]] = {}
    for typed in chunks_of(tree):
        for chunk in (typed, *rewritten(typed)):
            place, text = slots_of(chunk.field), asked_text(chunk)
            words.setdefault(place, {}).update(dict.fromkeys(analyzer.leaf_texts(text)))
            if place[0] == "text":
                pairs.setdefault(place, {}).update(dict.fromkeys(pairs_of(text)))
            plain = (unit for unit in units_of(text) if unit != ENDER)
            units.setdefault(place, {}).update(dict.fromkeys(plain))
    for place in words:
        yield Terms(
            *place,
            tuple(words[place]),
            tuple(pairs.get(place, ())),
            tuple(units.get(place, ())),
        )
