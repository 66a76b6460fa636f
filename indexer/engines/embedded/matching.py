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

from dataclasses import dataclass
from functools import reduce

import numpy as np

from indexer.analysis.analyzer import Analyzer
from indexer.engines.embedded.documents.policy_sets import PolicySets
from indexer.engines.embedded.kernels.bits import Bits, Docs, Mask, no_bits, pack
from indexer.engines.embedded.plan import pairs_of
from indexer.engines.embedded.postings import PostingReader
from indexer.engines.embedded.segments.segment_format import ALL_SLOTS, slots_of
from indexer.engines.embedded.sentences import SentenceSets
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Everything,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
    clauses_of,
    rewritten,
)
from indexer.query.unit_row import unit_row


@dataclass(frozen=True, slots=True)
class Matches:
    """What a node matches, as bitmaps.  Deleted documents may be among them."""

    full: Bits
    literal: Bits


def is_soft(node: Node) -> bool:
    """Whether nothing but unquoted chunks without a field is in the node."""
    if isinstance(node, And | Or):
        return all(is_soft(child) for child in node.children)
    return isinstance(node, Chunk) and node.field is None


class Evaluator:
    """Evaluates trees for one request."""

    def __init__(self, postings: PostingReader, analyzer: Analyzer) -> None:
        self._postings = postings
        self._opened = postings.opened
        self._table = postings.opened.table
        self._analyzer = analyzer
        self._clauses: dict[Node, Matches] = {}

    @property
    def policies(self) -> PolicySets:
        """The same for whole documents."""
        # Not held: a circle of references would keep an index open until the collector runs.
        return PolicySets(self._postings, self._sets)

    def _sets(self, node: Node) -> tuple[Bits, Bits]:
        found = self.matches(node)
        return found.full, found.literal

    def matches(self, node: Node) -> Matches:
        """Full and literal matches of a node."""
        if not isinstance(node, Chunk | Sentence):
            return self._matches(node)
        if node not in self._clauses:
            # Documents ask for the clauses of a record's query again.
            self._clauses[node] = self._matches(node)
        return self._clauses[node]

    def _matches(self, node: Node) -> Matches:
        match node:
            case And(children):
                return self._fold(np.bitwise_and, children)
            case Or(children):
                return self._fold(np.bitwise_or, children)
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
            case Sentence(child):
                return self._sentence(child)
            case Document(child):
                return self._document(child)
            case _:
                return self._same(self._condition(node))

    def partial(self, node: Node) -> Bits:
        """Documents that match when the unquoted chunks are relaxed."""
        if is_soft(node):
            return self._any_word(node)
        match node:
            case And(children):
                sets = [self.partial(child) for child in children if not is_soft(child)]
                soft = [self._any_word(child) for child in children if is_soft(child)]
                if soft:
                    sets.append(reduce(np.bitwise_or, soft))
                return reduce(np.bitwise_and, sets)
            case Or(children):
                return reduce(np.bitwise_or, [self.partial(child) for child in children])
            case _:
                return self.matches(node).full

    def _fold(self, operation: np.ufunc, children: tuple[Node, ...]) -> Matches:
        found = [self.matches(child) for child in children]
        return Matches(
            reduce(operation, [each.full for each in found]),
            reduce(operation, [each.literal for each in found]),
        )

    @staticmethod
    def _same(bits: Bits) -> Matches:
        return Matches(bits, bits)

    def _literal(self, node: Chunk | Phrase) -> Bits:
        return self._postings.phrase(*slots_of(node.field), unit_row(node))

    def _all_words(self, node: Chunk) -> Bits:
        words = self._analyzer.leaf_texts(node.text)
        if not words:
            return no_bits(self._opened.size)
        *others, last = words
        group, slots = slots_of(node.field)
        found = self._postings.word(group, slots, last, node.prefix)
        for word in dict.fromkeys(others):
            found = found & self._postings.word(group, slots, word)
        return found

    def _any_word(self, node: Node) -> Bits:
        """Any leaf word or pair of any chunk in a soft node."""
        if isinstance(node, And | Or):
            return reduce(np.bitwise_or, [self._any_word(child) for child in node.children])
        assert isinstance(node, Chunk)
        found = self._literal(node)
        for other in rewritten(node):
            found = found | self._literal(other) | self._all_words(other)
        for word in dict.fromkeys(self._analyzer.leaf_texts(node.text)):
            found = found | self._postings.word("text", ALL_SLOTS, word)
        for pair in pairs_of(node.text):
            found = found | self._postings.pair("text", ALL_SLOTS, *pair)
        return found

    def _condition(self, node: Node) -> Bits:
        match node:
            case Everything():
                return self._table.live
            case Nothing():
                return no_bits(self._opened.size)
        held = self._opened.cache.get(node)
        if held is not None:
            return held
        table = self._table
        match node:
            case Metadata(text, "theme" | "keyword" as field):
                found = pack(table.columns[field].folded_equal(text))
            case Metadata(text, field, own):
                mask = table.columns[field].beginning(text)
                found = pack(mask if own else mask | self._opened.issued_from(field, text))
            case DateRange(start, end):
                found = table.between(start, end)
            case _:
                raise AssertionError(f"no condition: {node}")
        return self._opened.cache.put(node, found)

    def _sentence(self, child: Node) -> Matches:
        """Documents with a sentence that has it all."""
        candidates = self.matches(child).full
        sets = SentenceSets(self._postings, self._analyzer, candidates)
        return Matches(
            pack(self._mask(sets.matching(child))) & candidates,
            pack(self._mask(sets.literal(child))),
        )

    def _document(self, child: Node) -> Matches:
        """Documents (records) that match a clause, of policies that hold it all."""
        policies = self.policies
        holding = (policies.holding(child), policies.literally(child))
        full, literal = (pack(policies.records_of(each)) for each in holding)
        clauses = [self.matches(clause) for clause in dict.fromkeys(clauses_of(child))]
        if clauses:
            full = full & reduce(np.bitwise_or, [each.full for each in clauses])
            literal = literal & reduce(np.bitwise_or, [each.literal for each in clauses])
        return Matches(full, literal)

    def _mask(self, docs: Docs) -> Mask:
        mask = np.zeros(self._opened.size, dtype=np.bool_)
        mask[docs] = True
        return mask
