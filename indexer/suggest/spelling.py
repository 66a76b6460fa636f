"""Did you mean: slips of the hand and of the input method, put right.

A text is compared with whole terms of the index and with theme names, never
with parts of words: 三设联动 → 三社联动 (one edit), 社区织理 → 社区治理 (a part
of the chunk, by its sound), sansheliandong → 三社联动 (typed without the input
method).  What is one edit away or sounds the same without tones is proposed;
whether it finds more is for :mod:`indexer.suggest.advice` to count.

What keeps noise out:

* A term must be far more frequent than what was typed (:data:`MARGIN`).
* A word of the dictionary is no slip of the hand; it may still be the wrong
  one of two that sound the same (权利, 权力).
* In two characters one edit changes half of the word, and in three a
  substituted one makes another place of a place (临江市, 靖江市): there the sound
  must be the same, unless two characters just changed places or, of three, one
  is missing or too many.
* Short Latin texts and numbers are taken at their word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from indexer.analysis.analyzer import Analyzer, Token
from indexer.analysis.pinyin import syllables, typed
from indexer.suggest.term_book import BookEntry, TermBook, key_of

#: How many times as many records a correction must have.
MARGIN = 10
MAX_CORRECTIONS = 6
#: Longest run of a chunk's segments that is looked up, in segments and characters.
_MAX_SEGMENTS = 6
_MAX_CHARACTERS = 16
#: A longer text was not typed; looking up all of its parts would take seconds.
_MAX_TYPED = 64
_SHORT_LATIN = 4
_HAN = regex.compile(r"\p{Han}")
_LETTERS = regex.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Match:
    """A term that may have been meant."""

    text: str
    count: int
    sounds: bool
    edits: int


class Speller:
    """Proposes corrections.  Immutable; threads may share it."""

    def __init__(self, book: TermBook, analyzer: Analyzer) -> None:
        self._book = book
        self._analyzer = analyzer

    def corrections(self, text: str) -> tuple[str, ...]:
        """Other ways to write ``text``, likeliest first: one part of it put right.

        The whole is tried first, then ever shorter runs of its segments.  A long
        text gets none.
        """
        segments = self._analyzer.segments(text)
        if len(segments) > _MAX_TYPED:
            return ()
        found = (
            text[:start] + match.text + text[end:]
            for start, end in _runs(segments)
            for match in self._matches(key_of(text[start:end]))
        )
        return tuple(dict.fromkeys(found))[:MAX_CORRECTIONS]

    def _matches(self, key: str) -> list[_Match]:
        """The terms that may have been meant by one run."""
        if len(key) < 2 or len(key) > _MAX_CHARACTERS:
            return []
        least = MARGIN * self._count(key)
        found = {match.text: match for match in self._candidates(key) if match.count > least}

        def unlikeliness(match: _Match) -> tuple[bool, int, bool, int, str]:
            # Rather a character forgotten than one typed for nothing.
            shorter = len(match.text) < len(key)
            return not match.sounds, match.edits, shorter, -match.count, match.text

        return sorted(found.values(), key=unlikeliness)

    def _candidates(self, key: str) -> Iterator[_Match]:
        latin = _LETTERS.fullmatch(key)
        if not latin and not _HAN.search(key):
            return
        sound = (typed(key),) if latin else syllables(key)
        exact, _ = self._book.beginning("".join(sound))
        for entry in map(self._book.entry, {int(number) for number in exact}):
            if self._is_term(entry) and _sounds_like(sound, key_of(entry.text)):
                edits = OSA.distance(key, key_of(entry.text))
                yield _Match(entry.text, entry.count, True, edits)
        if (latin and len(key) <= _SHORT_LATIN) or self._analyzer.segmenter.has_word(key):
            return
        for entry in map(self._book.entry, self._book.one_slip_away(key)):
            other = key_of(entry.text)
            if OSA.distance(key, other, score_cutoff=1) == 1 and _is_plain_slip(key, other):
                yield _Match(entry.text, entry.count, sound == syllables(other), 1)

    @staticmethod
    def _is_term(entry: BookEntry) -> bool:
        return entry.kind in ("theme", "term") and len(entry.text) > 1

    def _count(self, key: str) -> int:
        """How many records have the typed text as a word."""
        exact, _ = self._book.beginning(key)
        entries = map(self._book.entry, {int(number) for number in exact})
        return max(
            (e.count for e in entries if self._is_term(e) and key_of(e.text) == key), default=0
        )


def _runs(segments: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    """Spans of adjacent segments: all of them, then shorter ones."""
    if segments:
        yield segments[0].start, segments[-1].end
    for size in range(min(len(segments) - 1, _MAX_SEGMENTS), 0, -1):
        for first in range(len(segments) - size + 1):
            yield segments[first].start, segments[first + size - 1].end


def _sounds_like(sound: tuple[str, ...], other: str) -> bool:
    """Whether ``other`` reads so; a text typed in Latin letters has no syllable bounds."""
    read = syllables(other)
    if len(sound) == 1 and len(read) > 1:
        return sound[0] == "".join(read)
    return sound == read


def _is_plain_slip(key: str, other: str) -> bool:
    """Whether one edit leaves enough to recognise the term by; see the essay above."""
    if max(len(key), len(other)) > 3:
        return True
    if sorted(key) == sorted(other):
        return True
    return len(key) != len(other) and max(len(key), len(other)) == 3
