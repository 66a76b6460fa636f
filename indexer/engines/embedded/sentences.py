"""Which sentences hold the parts of a query.

The sequences of units and of words both know where a sentence ends, so the
place of a phrase or a word tells in which sentence it stands.  A set of
sentences is a sorted array of numbers; under AND the sets of the parts are
intersected, under OR united, and no text has to be read.

A sentence's number is its document, its field and its place in the field, in
this many bits from the highest: document 28, group 1, slot 2, sentence 32.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Analyzer
from indexer.engines.embedded.kernels.bits import Bits, Docs
from indexer.engines.embedded.opened import SegmentReader
from indexer.engines.embedded.postings import PostingReader, Run
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS, slots_of
from indexer.query.tree import And, Chunk, Node, Or, Phrase, rewritten
from indexer.query.unit_row import unit_row

Sentences = NDArray[np.int64]
_NONE: Sentences = np.zeros(0, dtype=np.int64)
_DOC_SHIFT = 35


class SentenceSets:
    """Sets of sentences for one request, over the documents ``within``."""

    def __init__(self, postings: PostingReader, analyzer: Analyzer, within: Bits) -> None:
        self._postings = postings
        self._kernels = postings.kernels
        self._analyzer = analyzer
        self._within = within

    def literal(self, node: Node) -> Docs:
        """The documents with a sentence in which all of ``node`` stands literally."""
        return _documents(self._sentences(node, by_words=False))

    def matching(self, node: Node) -> Docs:
        """The documents with a sentence that matches, literally or by words."""
        return _documents(self._sentences(node, by_words=True))

    def _sentences(self, node: Node, by_words: bool) -> Sentences:
        match node:
            case And(children):
                return reduce(_both, [self._sentences(child, by_words) for child in children])
            case Or(children):
                return reduce(np.union1d, [self._sentences(child, by_words) for child in children])
            case Chunk() if by_words:
                ways = (node, *rewritten(node))
                return reduce(
                    np.union1d, [*map(self._phrase, ways), *map(self._all_words, ways)], _NONE
                )
            case Chunk() | Phrase():
                return self._phrase(node)
            case _:
                raise AssertionError(f"no text within a sentence: {node}")

    def _all_words(self, node: Chunk) -> Sentences:
        """The sentences that hold all of the chunk's words."""
        words = self._analyzer.leaf_texts(node.text)
        last = len(words) - 1
        parts = [self._word(node, word, node.prefix and i == last) for i, word in enumerate(words)]
        return reduce(_both, parts) if parts else _NONE

    def _word(self, node: Chunk, word: str, prefix: bool) -> Sentences:
        name, slots = slots_of(node.field)
        found = []
        for segment, first, last in self._postings.word_range(name, word, prefix):
            group = segment.groups[name]
            lists = group.words
            keys = self._keys(Run(segment, lists.keys, *lists.span(first, last)), slots)
            places = self._kernels.word_sentences(
                group.sequence, group.sequence_starts, keys, first, last
            )
            found.append(_numbered(places, segment, name))
        return np.concatenate([_NONE, *found])

    def _phrase(self, node: Chunk | Phrase) -> Sentences:
        """The sentences in which the units of the text stand one after the other."""
        name, slots = slots_of(node.field)
        row = unit_row(node)
        found = []
        for run in self._postings.phrase_runs(name, slots, row):
            group = run.segment.groups[name]
            wanted = self._postings.wanted(group.unit_terms, row)
            if wanted is not None:
                places = self._kernels.phrase_sentences(
                    group.arrays.units, self._keys(run, slots), wanted, group.ender
                )
                found.append(_numbered(places, run.segment, name))
        return np.concatenate([_NONE, *found])

    def _keys(self, run: Run, slots: int) -> NDArray[np.int32]:
        """A run's keys in the slots and in documents that come into question, ascending."""
        keys = np.unique(run.keys[run.lo : run.hi])
        keys = keys[(slots >> (keys & 3)) & 1 == 1]
        docs = (keys >> 2) + run.segment.base
        inside: Any = self._kernels.has_bits(docs.astype(np.int32), self._within)
        held: NDArray[np.int32] = keys[inside].astype(np.int32)
        return held


def _numbered(places: Sentences, segment: SegmentReader, group: str) -> Sentences:
    """``key << 32 | sentence`` of a segment as numbers over all segments and groups."""
    keys, sentences = places >> 32, places & 0xFFFFFFFF
    which = list(FIELD_SLOTS).index(group)
    docs = (keys >> 2) + segment.base
    return (docs << _DOC_SHIFT) | (which << 34) | ((keys & 3) << 32) | sentences


def _both(one: Sentences, other: Sentences) -> Sentences:
    common: Sentences = np.intersect1d(one, other, assume_unique=True)
    return common


def _documents(numbers: Sentences) -> Docs:
    docs: Docs = np.unique(numbers >> _DOC_SHIFT).astype(np.int32)
    return docs
