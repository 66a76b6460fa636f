"""Cutting folded text into words: jieba's algorithm, in two implementations.

:class:`RustSegmenter` (``rjieba``) is the fast path, :class:`ReferenceSegmenter`
(``jieba``) the reference; a test holds them against each other.  Each owns an
instance of its own, never the libraries' global one, so that the project's
dictionary cannot leak into, or be changed by, other code in the process.

Segments tile the text: joined, they give it back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Protocol


class Segmenter(Protocol):
    """Cuts text into segments that tile it, and knows the dictionary."""

    def cut(self, text: str) -> list[str]:
        """Segments in order; ``"".join(cut(t)) == t``."""

    def has_word(self, word: str) -> bool:
        """Whether the dictionary (jieba's and ours) has the word."""


class RustSegmenter:
    """jieba's algorithm in Rust."""

    def __init__(self, words: Iterable[str]) -> None:
        import rjieba  # here, so that the reference works where no wheel of it exists

        self._jieba = rjieba.Jieba()
        for word in words:
            self._jieba.add_word(word, None, None)

    def cut(self, text: str) -> list[str]:
        segments: list[str] = self._jieba.cut(text)
        return segments

    def has_word(self, word: str) -> bool:
        return bool(self._jieba.has_word(word))


class ReferenceSegmenter:
    """jieba itself, in Python."""

    def __init__(self, words: Iterable[str]) -> None:
        import jieba  # here: its import costs 0.2 s that the fast path need not pay

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        for word in words:
            self._jieba.add_word(word)

    def cut(self, text: str) -> list[str]:
        return list(self._jieba.cut(text))

    def has_word(self, word: str) -> bool:
        return bool(self._jieba.FREQ.get(word))


def read_list(name: str) -> tuple[str, ...]:
    """First columns of a packaged lexicon file; ``#`` begins a comment line."""
    text = resources.files("indexer").joinpath("lexicon", name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line.split()[0] for line in lines if line and not line.startswith("#"))


@cache
def project_words() -> tuple[str, ...]:
    """The project's own dictionary, in file order."""
    return read_list("dictionary.txt")


def make_segmenter(words: Iterable[str]) -> Segmenter:
    """The fast segmenter where it is installed, else the reference."""
    try:
        return RustSegmenter(words)
    except ImportError:
        return ReferenceSegmenter(words)
