"""What index and query make of a text, to explain why something is not found.

:func:`inspect_text` runs a text through the very analysis that the index uses
and shows each step: folding, segments, index words, query words with what was
left out as a stop word, literal units, the project's and the user's dictionary
words in it, and its synonyms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indexer.analysis.analyzer import Token, fold_text, literal_units
from indexer.linguistics import Linguistics


@dataclass(frozen=True, slots=True)
class Inspection:
    """The steps of the analysis of ``text``; offsets are code points of it.

    ``query_words`` are the leaf words a query asks for, ``stop_words`` those it
    leaves out; ``dictionary`` holds the words that the project's or the user's
    dictionary added; ``synonyms`` the other ways to write the text.
    """

    text: str
    folded: str
    segments: tuple[Token, ...]
    words: tuple[Token, ...]
    query_words: tuple[Token, ...]
    stop_words: tuple[Token, ...]
    literal: tuple[Token, ...]
    dictionary: tuple[Token, ...]
    synonyms: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; a token is {text, position, start, end}."""
        return {
            "text": self.text,
            "folded": self.folded,
            "segments": _plain(self.segments),
            "words": _plain(self.words),
            "query_words": _plain(self.query_words),
            "stop_words": _plain(self.stop_words),
            "literal": _plain(self.literal),
            "dictionary": _plain(self.dictionary),
            "synonyms": list(self.synonyms),
        }


def inspect_text(text: str, known: Linguistics) -> Inspection:
    """All steps of the analysis of a text."""
    analyzer = known.analyzer
    words = analyzer.words(text)
    entries = frozenset(analyzer.dictionary)
    return Inspection(
        text=text,
        folded=fold_text(text),
        segments=analyzer.segments(text),
        words=words,
        query_words=analyzer.leaf_words(text),
        stop_words=tuple(word for word in words if word.text in analyzer.stop_words),
        literal=literal_units(text),
        dictionary=tuple(word for word in words if word.text in entries),
        synonyms=tuple(other.text for other in known.synonyms.alternatives(text, analyzer)),
    )


def _plain(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    return [token._asdict() for token in tokens]
