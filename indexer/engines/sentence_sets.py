"""Which sentences may hold the parts of a query, told from positions alone.

The literal stream has a unit for every end of a sentence, so the position of
a phrase tells in which sentence it stands.  A set of sentences is an array of
keys; under AND the sets of the parts are intersected, under OR united, and no
text has to be read.

Words have no positions.  A word stands only where its units stand, though, so
a chunk *may* match by words in the sentences that hold the units of all its
words; :func:`indexer.sentences.in_one_sentence` has the last word there.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from indexer.analysis import ENDER, Analyzer, literal_texts
from indexer.engines.facets import Docs
from indexer.engines.postings import NO_DOCS, PostingReader
from indexer.query import And, Chunk, Node, Or, Phrase, rewritten
from indexer.schema import DEFAULT_FIELDS, TEXT_FIELDS

# A key is a document, a field and a sentence of it, in this many bits each.
_FIELD_BITS = 3
_SENTENCE_BITS = 28
_POSITION_BITS = 32


class SentenceSets:
    """Sets of sentences for one request, over the documents ``within``."""

    def __init__(self, postings: PostingReader, analyzer: Analyzer, within: Docs) -> None:
        self._postings = postings
        self._analyzer = analyzer
        self._within = within
        self._enders: dict[str, Docs] = {}

    def literal(self, node: Node) -> Docs:
        """The documents with a sentence in which all of ``node`` stands literally."""
        return _documents(self._sentences(node, by_words=False))

    def possible(self, node: Node) -> Docs:
        """The documents with a sentence that may match, literally or by words."""
        return _documents(self._sentences(node, by_words=True))

    def _sentences(self, node: Node, by_words: bool) -> Docs:
        match node:
            case And(children):
                parts = [self._sentences(child, by_words) for child in children]
                return reduce(_both, parts)
            case Or(children):
                return reduce(np.union1d, [self._sentences(child, by_words) for child in children])
            case Chunk() if by_words:
                ways = (node, *rewritten(node))
                literal = [self._phrase(each, each.text, each.prefix) for each in ways]
                return reduce(np.union1d, [*literal, *map(self._words, ways)])
            case Chunk() | Phrase():
                return self._phrase(node, node.text, node.prefix)
            case _:
                raise AssertionError(f"no text within a sentence: {node}")

    def _words(self, node: Chunk) -> Docs:
        """The sentences that hold the units of each of the chunk's words."""
        words = [leaf.text for leaf in self._analyzer.leaf_words(node.text)]
        last = len(words) - 1
        parts = [self._phrase(node, w, node.prefix and i == last) for i, w in enumerate(words)]
        return reduce(_both, parts) if parts else NO_DOCS

    def _phrase(self, node: Chunk | Phrase, text: str, prefix: bool) -> Docs:
        """The sentences in which the units of ``text`` stand one after the other."""
        units = literal_texts(text)
        fields = (node.field,) if node.field else DEFAULT_FIELDS
        found = [self._in_field(field, units, prefix) for field in fields]
        return reduce(np.union1d, found, NO_DOCS)

    def _in_field(self, field: str, units: list[str], prefix: bool) -> Docs:
        docs, first = self._postings.places(f"{field}_literal", units, prefix, self._within)
        if not len(docs):
            return NO_DOCS
        enders = self._enders_of(field)
        base = docs << _POSITION_BITS
        begins = np.searchsorted(enders, base)
        sentence = np.searchsorted(enders, base + first)
        # The ender that a phrase ends in belongs to its sentence; one before that divides it.
        whole = np.searchsorted(enders, base + first + len(units) - 1) == sentence
        keys = (docs << _FIELD_BITS) + TEXT_FIELDS.index(field)
        return np.unique(((keys << _SENTENCE_BITS) + sentence - begins)[whole])

    def _enders_of(self, field: str) -> Docs:
        """The places of all sentence enders of a field, as sorted keys."""
        if field not in self._enders:
            places = self._postings.places(f"{field}_literal", [ENDER], False, self._within)
            self._enders[field] = (places[0] << _POSITION_BITS) + places[1]
        return self._enders[field]


def _both(one: Docs, other: Docs) -> Docs:
    return np.intersect1d(one, other, assume_unique=True)


def _documents(keys: Docs) -> Docs:
    return np.unique(keys >> (_FIELD_BITS + _SENTENCE_BITS))
