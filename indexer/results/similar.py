"""Similar records, with the reason: what two records share.

How alike two records are is the engine's sum (rare shared themes and keywords
weigh most, :meth:`indexer.engines.base.Engine.similar`); what they share is
named here, so that a reader can judge the similarity instead of trusting it.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexer.results.model import IndexRecord


@dataclass(frozen=True, slots=True)
class Similar:
    """A record that is like another, and why: the themes and words of both."""

    record: IndexRecord
    score: float
    themes: tuple[str, ...]
    words: tuple[str, ...]


def shared(one: IndexRecord, other: IndexRecord, score: float) -> Similar:
    """``other`` as similar to ``one``; what is shared stands in the order of ``one``.

    A keyword that names a shared theme is not said twice.
    """
    themes = tuple(name for name in one.themes if name in other.themes)
    words = (word for word in one.keywords if word in other.keywords and word not in themes)
    return Similar(other, score, themes, tuple(words))
