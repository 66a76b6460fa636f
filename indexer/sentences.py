"""Sentences, and whether the parts of a query stand in one.

A sentence ends at a sentence ender (。！？； or a line end), as in the literal
stream.  :func:`in_one_sentence` evaluates a query tree over each sentence of
a record by itself, by reading it; an engine that knows from its index which
records cannot match asks only about the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.analysis import ENDER, Analyzer, literal_texts, literal_units
from indexer.query import And, Chunk, Node, Or, Phrase, chunks_of, rewritten
from indexer.results import IndexRecord
from indexer.schema import DEFAULT_FIELDS, text_of


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of ``text``, enders included; joined, they tile it."""
    start = 0
    for unit in literal_units(text):
        if unit.text == ENDER:
            yield text[start : unit.end]
            start = unit.end
    if start < len(text):
        yield text[start:]


def in_one_sentence(node: Node, entry: IndexRecord, analyzer: Analyzer) -> bool:
    """Whether one sentence of one field has all that ``node`` asks for.

    Quoted text must stand as typed; of an unquoted chunk the words, or those
    of a synonym, may stand apart.
    """
    chunks = [each for chunk in chunks_of(node) for each in (chunk, *rewritten(chunk))]
    return any(
        _Sentence(field, sentence, analyzer).holds(node)
        for field in dict.fromkeys(field for chunk in chunks for field in _fields(chunk))
        for sentence in split_sentences(text_of(entry, field))
    )


def _fields(chunk: Chunk | Phrase) -> tuple[str, ...]:
    return (chunk.field,) if chunk.field else DEFAULT_FIELDS


class _Sentence:
    """One sentence of a field, analysed once however many parts are looked for."""

    def __init__(self, field: str, text: str, analyzer: Analyzer) -> None:
        self._field = field
        self._analyzer = analyzer
        self._units = literal_texts(text)
        self._words = frozenset(analyzer.word_texts(text))

    def holds(self, node: Node) -> bool:
        match node:
            case And(children):
                return all(self.holds(child) for child in children)
            case Or(children):
                return any(self.holds(child) for child in children)
            case Chunk() | Phrase():
                return any(self._has(each) for each in (node, *rewritten(node)))
            case _:
                raise AssertionError(f"no text within a sentence: {node}")

    def _has(self, chunk: Chunk | Phrase) -> bool:
        if self._field not in _fields(chunk):
            return False
        return self._stands(chunk) or (isinstance(chunk, Chunk) and self._has_words(chunk))

    def _stands(self, chunk: Chunk | Phrase) -> bool:
        """Whether the chunk's units stand here, one after the other."""
        *head, last = literal_texts(chunk.text) or [""]
        for at in range(len(head), len(self._units)) if last else ():
            unit = self._units[at]
            fits = unit.startswith(last) if chunk.prefix else unit == last
            if fits and self._units[at - len(head) : at] == head:
                return True
        return False

    def _has_words(self, chunk: Chunk) -> bool:
        """Whether all of the chunk's words stand here, wherever."""
        words = [leaf.text for leaf in self._analyzer.leaf_words(chunk.text)]
        if chunk.prefix and words:
            last = words.pop()
            if not any(word.startswith(last) for word in self._words):
                return False
            return self._words.issuperset(words)
        return bool(words) and self._words.issuperset(words)
