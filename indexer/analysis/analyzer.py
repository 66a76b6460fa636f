"""Analysis: one way from text to tokens, for index, query and highlights alike.

    text -> fold -> literal stream   one unit per Han character, ASCII run, …
                 -> segments -> words stream   words and the dictionary words inside them

The *literal* stream (:func:`literal_units`) makes every substring a phrase:
its units have ordinal positions without gaps, and a search in quotes is a
phrase search over it.  What is a unit is said by :data:`UNIT` alone: letters,
numbers, marks and symbols by Unicode's categories (L, N, M, S: ≤ ° § + ~), of
punctuation (P) only sentence enders and the signs of :data:`SIGNS`.  Line ends
and other white space are skipped, and so are lines that are drawn (``|``, ─).  The
*words* stream (:meth:`Analyzer.words`) serves ranking and word matches.  A
query asks for *leaf* words (:meth:`Analyzer.leaf_words`): a long word is
replaced by the finest dictionary words that tile it, so that 三社联动 also
finds 三社+N联动体系.

Tokens are immutable; ``start`` and ``end`` count code points of the original
text, whatever folding did to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from corpus.text.script import character_tables, shared_characters
from indexer.analysis.folding import FOLDING_VERSION, Folded, fold, fold_text
from indexer.analysis.segmenter import Segmenter, make_segmenter, project_words, read_list

__all__ = [
    "ENDER",
    "ENDERS",
    "SIGNS",
    "SINGLE",
    "UNIT",
    "Analyzer",
    "Folded",
    "Token",
    "as_literal",
    "default_analyzer",
    "fold",
    "fold_text",
    "ignored_signs",
    "literal_texts",
    "literal_units",
]

#: Changes whenever tokens may differ for the same text; part of the stamp.
ANALYSIS_VERSION = "2"
#: The one unit that stands for any run of sentence enders.
ENDER = "。"

#: What ends a sentence in folded text; NFKC has made ！？； ASCII by now.
ENDERS = "。!?;"
_ENDERS = frozenset(ENDERS)
#: Punctuation by its category, but said with a number or an article like a symbol.
SIGNS = "%‰‱§"
#: Symbols by their category, but no more than lines between cells.
_RULES = r"|¦\u2500-\u257f"
#: What stands for itself in the literal stream, beside runs and enders.
SINGLE = rf"[[\p{{L}}\p{{N}}\p{{M}}\p{{S}}{SIGNS}]--[{_RULES}]]"
#: A literal unit of folded text, runs of enders still as they stand.
UNIT = regex.compile(rf"(?V1)[\u4e00-\u9fff]|[0-9]+|[a-z]+|{SINGLE}|[{ENDERS}]+")
_SEARCHABLE = regex.compile(r"[\p{L}\p{N}]")
# Only Han words of dictionary length have words inside; longer ones would cost quadratic time.
_COMPOUND = regex.compile(r"\p{Han}{3,16}")
# ISO9001 is iso and 9001, as in the literal stream.
_MIXED = regex.compile(r"(?=[0-9]+[a-z]|[a-z]+[0-9])[0-9a-z]+")
_RUN = regex.compile(r"[0-9]+|[a-z]+")


#: Words inside a word, each with its offset in it.
_Parts = tuple[tuple[str, int], ...]


class Token(NamedTuple):
    """A unit of search: text, ordinal position, and span in the original."""

    text: str
    position: int
    start: int
    end: int


def as_literal(folded: str) -> str:
    """Folded text as the literal stream has it, of the same length.

    What traditional texts write for another character too is that one here
    (著 for 着); the words stream has it as it is, since words are made of it.
    """
    # They are few and most texts have none: to look for each costs far less than a translation.
    for point, other in shared_characters().items():
        folded = folded.replace(chr(point), other)
    return folded


def literal_units(text: str) -> tuple[Token, ...]:
    """The literal stream of ``text``, offsets in ``text`` itself.

    One unit per Han character, run of ASCII letters, run of ASCII digits, other
    letter, number, mark or symbol, and per run of sentence enders (。！？；, all
    written :data:`ENDER`; skipped characters do not break a run of them).
    """
    folded = fold(text)
    shown = as_literal(folded.text)
    units: list[Token] = []
    after = 0
    for unit in UNIT.findall(shown):
        # Only skipped characters lie before the next unit, so its first occurrence is it.
        first = shown.index(unit, after)
        after = first + len(unit)
        start, end = folded.starts[first], folded.ends[after - 1]
        if unit[0] not in ENDERS:
            units.append(Token(unit, len(units), start, end))
        elif units and units[-1].text == ENDER:
            units[-1] = Token(ENDER, len(units) - 1, units[-1].start, end)
        else:
            units.append(Token(ENDER, len(units), start, end))
    return tuple(units)


def literal_texts(text: str) -> list[str]:
    """The texts of :func:`literal_units` alone, as indexing needs them."""
    shown = as_literal(fold_text(text))
    units: list[str] = UNIT.findall(shown)
    if not _ENDERS.isdisjoint(shown):
        return [
            ENDER if unit[0] in ENDERS else unit
            for before, unit in zip(["", *units], units, strict=False)
            if unit[0] not in ENDERS or not before or before[0] not in ENDERS
        ]
    return units


def ignored_signs(text: str) -> str:
    """What of ``text`` the literal stream leaves out, each sign once; blanks are none."""
    if text.isalnum():
        return ""
    signs = (char for char in dict.fromkeys(text) if not char.isalnum() and not char.isspace())
    return "".join(char for char in signs if fold_text(char) and not literal_texts(char))


class Analyzer:
    """Words of folded text, with the project's dictionary and stop words.

    An instance is immutable after construction and may be shared by threads.
    """

    def __init__(
        self,
        dictionary: Iterable[str],
        stop_words: Iterable[str],
        segmenter: Segmenter | None = None,
    ) -> None:
        self.dictionary = tuple(fold_text(word) for word in dictionary)
        self.stop_words = frozenset(fold_text(word) for word in stop_words)
        self.segmenter = segmenter or make_segmenter(self.dictionary)
        self.stamp = self._stamp()
        # Bounded caches: a word costs its sub-word look-ups once, not per occurrence.
        self._inner = lru_cache(maxsize=200_000)(self._find_inner)
        self._inner_set = lru_cache(maxsize=200_000)(self._find_inner_set)
        self._leaves = lru_cache(maxsize=200_000)(self._find_leaves)
        #: The texts of :meth:`leaf_words` alone; those of the latest texts are remembered.
        self.leaf_texts = lru_cache(maxsize=4096)(self._find_leaf_texts)

    def _stamp(self) -> str:
        digest = hashlib.sha256(f"{ANALYSIS_VERSION};{FOLDING_VERSION}".encode())
        digest.update(character_tables())
        for words in (self.dictionary, sorted(self.stop_words)):
            digest.update("\0".join(words).encode() + b"\1")
        return digest.hexdigest()[:16]

    def segments(self, text: str) -> tuple[Token, ...]:
        """jieba's segments; their folded texts tile the folded ``text``."""
        folded = fold(text)
        segments: list[Token] = []
        at = 0
        for word in self.segmenter.cut(folded.text):
            end = at + len(word)
            segments.append(Token(word, len(segments), folded.starts[at], folded.ends[end - 1]))
            at = end
        return tuple(segments)

    def words(self, text: str) -> tuple[Token, ...]:
        """The words stream: each word, followed by the words inside it.

        A word and those inside it share the word's position.  What holds
        neither letter nor number is left out.
        """
        return self._tokens(text, self._inner)

    def word_texts(self, text: str) -> list[str]:
        """The texts of :meth:`words` alone, as indexing needs them."""
        found: list[str] = []
        for word in self.segmenter.cut(fold_text(text)):
            found.extend([inner for inner, _ in self._inner(word)])
        return found

    def word_spans(self, segments: Iterable[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
        """Where the ``wanted`` words stand in a folded text, given as the segmenter cut it."""
        spans: list[tuple[int, int]] = []
        at = 0
        for word in segments:
            if not wanted.isdisjoint(self._inner_set(word)):
                for part, offset in self._inner(word):
                    if part in wanted:
                        spans.append((at + offset, at + offset + len(part)))
            at += len(word)
        return spans

    def inner_words(self, word: str) -> list[str]:
        """The word, and the dictionary words inside it; nothing for what is no word."""
        return [inner for inner, _ in self._inner(word)]

    def leaf_words(self, text: str) -> tuple[Token, ...]:
        """What a query asks for: leaf words without stop words.

        A word that dictionary words of two or more characters tile is
        replaced by them; any other stays whole.
        """
        leaves = self._tokens(text, self._leaves)
        return tuple(leaf for leaf in leaves if leaf.text not in self.stop_words)

    def _find_leaf_texts(self, text: str) -> tuple[str, ...]:
        return tuple(leaf.text for leaf in self.leaf_words(text))

    def _tokens(self, text: str, parts_of: Callable[[str], _Parts]) -> tuple[Token, ...]:
        folded = fold(text)
        tokens: list[Token] = []
        at = position = 0
        for word in self.segmenter.cut(folded.text):
            parts = parts_of(word)
            for part, offset in parts:
                first = at + offset
                start, end = folded.starts[first], folded.ends[first + len(part) - 1]
                tokens.append(Token(part, position, start, end))
            position += bool(parts)
            at += len(word)
        return tuple(tokens)

    def _find_inner(self, word: str) -> _Parts:
        """The word itself and every word inside it, with offsets."""
        if not _SEARCHABLE.search(word):
            return ()
        if _MIXED.fullmatch(word):
            return ((word, 0), *_runs(word))
        if not _COMPOUND.fullmatch(word):
            return ((word, 0),)
        size = len(word)
        inner = [
            (word[i : i + n], i)
            for n in range(2, size)
            for i in range(size - n + 1)
            if self.segmenter.has_word(word[i : i + n])
        ]
        return ((word, 0), *inner)

    def _find_inner_set(self, word: str) -> frozenset[str]:
        return frozenset(part for part, _ in self._inner(word))

    def _find_leaves(self, word: str) -> _Parts:
        """The finest tiling by dictionary words of two or more characters.

        ``best[i]`` is the tiling of ``word[:i]`` with most pieces, of equals
        the one that ends in the shortest.  Letters and digits in one word are apart.
        """
        if not _SEARCHABLE.search(word):
            return ()
        if _MIXED.fullmatch(word):
            return _runs(word)
        if not _COMPOUND.fullmatch(word):
            return ((word, 0),)
        size = len(word)
        best: list[_Parts | None] = [()] + [None] * size
        for end in range(2, size + 1):
            for start in range(end - 2, -1, -1):
                head, piece = best[start], word[start:end]
                if head is None or piece == word or not self.segmenter.has_word(piece):
                    continue
                current = best[end]
                if current is None or len(head) + 1 > len(current):
                    best[end] = (*head, (piece, start))
        return best[size] or ((word, 0),)


def _runs(word: str) -> _Parts:
    return tuple((run[0], run.start()) for run in _RUN.finditer(word))


@cache
def default_analyzer() -> Analyzer:
    """The analyzer of the packaged lexicon, made once per process."""
    return Analyzer(project_words(), read_list("stopwords.txt"))
