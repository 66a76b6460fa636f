"""A query text, understood: parsed, its themes by their names, with other ways to write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.linguistics import Linguistics
from indexer.query.interpretation import interpret
from indexer.query.parser import parse
from indexer.query.questions import without_question_words
from indexer.query.tree import (
    Alternative,
    And,
    Document,
    Metadata,
    Node,
    Not,
    Or,
    Query,
    Sentence,
    chunks_of,
    expanded,
    rewritten,
)
from indexer.themes.lexicon import ThemeLexicon

#: Query texts whose meaning is remembered.
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Understood:
    """A query text, parsed, and what is said of it."""

    query: Query
    interpretation: str
    expansions: tuple[str, ...]


def understanding(known: Linguistics) -> Callable[[str, bool], Understood]:
    """What understands query texts, with synonyms or without.

    What is known of words never changes, and queries come again: with the next page, a
    filter, from the next reader.  So their meaning is remembered.
    """

    def alternatives(text: str) -> tuple[Alternative, ...]:
        return known.synonyms.alternatives(text, known.analyzer)

    @lru_cache(maxsize=_REMEMBERED)
    def understand(text: str, synonyms: bool) -> Understood:
        query = without_question_words(parse(text))
        tree = _resolve(query.tree, known.themes)
        query = replace(query, tree=expanded(tree, alternatives) if synonyms else tree)
        meant = interpret(query.tree, known.analyzer)
        return Understood(query, meant, _expansions(query.tree))

    return understand


def _expansions(tree: Node) -> tuple[str, ...]:
    """The synonyms that were looked for beside what was typed."""
    found = (other.text for chunk in chunks_of(tree) for other in rewritten(chunk))
    return tuple(dict.fromkeys(found))


def _resolve(node: Node, lexicon: ThemeLexicon) -> Node:
    """Themes asked for by a variant become the theme's own name."""
    match node:
        case And(children):
            return And(tuple(_resolve(child, lexicon) for child in children))
        case Or(children):
            return Or(tuple(_resolve(child, lexicon) for child in children))
        case Not(child):
            return Not(_resolve(child, lexicon))
        case Sentence(child):
            return Sentence(_resolve(child, lexicon))
        case Document(child):
            return Document(_resolve(child, lexicon))
        case Metadata(text, "theme"):
            theme = lexicon.resolve(text)
            return replace(node, text=theme.name) if theme else node
        case _:
            return node
