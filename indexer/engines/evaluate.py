"""Which documents a query tree matches, and how.

One walk over the tree gives, for each node, two sets of documents: those it
matches at all (``full``) and those it matches *literally*.  A record's match
is its worst clause under AND and its best under OR, and that is just what
intersecting and uniting both sets by themselves yields.  Conditions (regions,
themes, dates) and exclusions are the same in both, so they do not count.

:meth:`Evaluator.partial` relaxes: unquoted chunks ask for any of their words
or pairs instead of all words, everything else stays required.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from indexer.analysis import ENDER, Analyzer, literal_texts
from indexer.engines.facets import FacetTable, Mask
from indexer.engines.postings import PostingReader
from indexer.engines.sentence_sets import SentenceSets
from indexer.query import (
    And,
    Chunk,
    DateRange,
    Everything,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
    Word,
    rewritten,
)
from indexer.schema import DEFAULT_FIELDS


@dataclass(frozen=True, slots=True)
class Matches:
    """What a node matches: one bool per document number, live ones only."""

    full: Mask
    literal: Mask


def pairs_of(units: list[str]) -> list[str]:
    """Adjacent units joined; no pair reaches over the end of a sentence."""
    return [a + b for a, b in itertools.pairwise(units) if ENDER not in (a, b)]


def is_soft(node: Node) -> bool:
    """Whether nothing but unquoted chunks without a field is in the node."""
    if isinstance(node, And | Or):
        return all(is_soft(child) for child in node.children)
    return isinstance(node, Chunk) and node.field is None


def searches_text(node: Node) -> bool:
    """Whether the node asks for text, exclusions and conditions aside."""
    if isinstance(node, And | Or):
        return any(searches_text(child) for child in node.children)
    if isinstance(node, Sentence):
        return searches_text(node.child)
    return isinstance(node, Chunk | Phrase | Word | Nothing)


class Evaluator:
    """Evaluates trees for one request.

    ``within_sentence`` decides, for one document, whether the parts of a
    :class:`~indexer.query.Sentence` stand in one sentence, literally or by
    words: ``(child, doc) -> bool``.
    """

    def __init__(
        self,
        postings: PostingReader,
        table: FacetTable,
        analyzer: Analyzer,
        within_sentence: Callable[[Node, int], bool],
    ) -> None:
        self._postings = postings
        self._table = table
        self._analyzer = analyzer
        self._within_sentence = within_sentence

    def matches(self, node: Node) -> Matches:
        """Full and literal matches of a node."""
        match node:
            case And(children):
                return self._fold(np.logical_and, children)
            case Or(children):
                return self._fold(np.logical_or, children)
            case Not(child):
                return self._same(self._table.live & ~self.matches(child).literal)
            case Chunk():
                literal = self._literal(node)
                full = literal | self._all_words(node)
                for other in rewritten(node):
                    full = full | self._literal(other) | self._all_words(other)
                return Matches(full, literal)
            case Phrase():
                return self._same(self._literal(node))
            case Word(text, field):
                return Matches(self._word(text, (field,)), self._none())
            case Sentence(child):
                return self._sentence(child)
            case _:
                return self._same(self._condition(node))

    def partial(self, node: Node) -> Mask:
        """Documents that match when the unquoted chunks are relaxed."""
        if is_soft(node):
            return self._any_word(node)
        match node:
            case And(children):
                masks = [self.partial(child) for child in children if not is_soft(child)]
                soft = [self._any_word(child) for child in children if is_soft(child)]
                if soft:
                    masks.append(reduce(np.logical_or, soft))
                return reduce(np.logical_and, masks)
            case Or(children):
                return reduce(np.logical_or, [self.partial(child) for child in children])
            case _:
                return self.matches(node).full

    def _fold(self, operation: np.ufunc, children: tuple[Node, ...]) -> Matches:
        found = [self.matches(child) for child in children]
        return Matches(
            reduce(operation, [each.full for each in found]),
            reduce(operation, [each.literal for each in found]),
        )

    @staticmethod
    def _same(mask: Mask) -> Matches:
        return Matches(mask, mask)

    def _none(self) -> Mask:
        return np.zeros(self._table.size, dtype=np.bool_)

    def _fields(self, node: Chunk | Phrase) -> tuple[str, ...]:
        return (node.field,) if node.field else DEFAULT_FIELDS

    def _literal(self, node: Chunk | Phrase) -> Mask:
        units = literal_texts(node.text)
        mask = self._none()
        for field in self._fields(node):
            mask[self._postings.phrase(f"{field}_literal", units, node.prefix)] = True
        return mask

    def _all_words(self, node: Chunk) -> Mask:
        words = [token.text for token in self._analyzer.leaf_words(node.text)]
        if not words:
            return self._none()
        *others, last = words
        mask = self._word(last, self._fields(node), node.prefix)
        for word in dict.fromkeys(others):
            mask = mask & self._word(word, self._fields(node))
        return mask

    def _word(self, word: str, fields: tuple[str, ...], prefix: bool = False) -> Mask:
        mask = self._none()
        for field in fields:
            name = f"{field}_words"
            for term in self._postings.expand(name, word) if prefix else (word,):
                mask[self._postings.docs(name, term)] = True
        return mask

    def _any_word(self, node: Node) -> Mask:
        """Any leaf word or pair of any chunk in a soft node."""
        if isinstance(node, And | Or):
            return reduce(np.logical_or, [self._any_word(child) for child in node.children])
        assert isinstance(node, Chunk)
        mask = self._literal(node)
        for other in rewritten(node):
            mask |= self._literal(other) | self._all_words(other)
        for token in self._analyzer.leaf_words(node.text):
            mask |= self._word(token.text, DEFAULT_FIELDS)
        for pair in dict.fromkeys(pairs_of(literal_texts(node.text))):
            for field in DEFAULT_FIELDS:
                mask[self._postings.docs(f"{field}_pairs", pair)] = True
        return mask

    def _condition(self, node: Node) -> Mask:
        table = self._table
        match node:
            case Metadata(text, "theme" | "keyword" as field):
                return table.columns[field].folded_equal(text, table.size)
            case Metadata(text, field):
                return table.columns[field].beginning(text, table.size)
            case DateRange(start, end):
                return table.between(start, end) & table.live
            case Everything():
                return table.live.copy()
            case _:
                return self._none()

    def _sentence(self, child: Node) -> Matches:
        """Literal matches by positions; of the others those that may match are looked at."""
        candidates = self.matches(child)
        sets = SentenceSets(self._postings, self._analyzer, np.flatnonzero(candidates.full))
        literal, full = self._none(), self._none()
        literal[sets.literal(child)] = True
        full[sets.possible(child)] = True
        full &= candidates.full
        for doc in np.flatnonzero(full & ~literal).tolist():
            full[doc] = self._within_sentence(child, doc)
        return Matches(full, literal)
