"""Phrase spotting: all places where any of many phrases stands in a text.

A phrase is a sequence of literal units (:func:`indexer.analysis.analyzer.literal_units`),
so it stands where a quoted search for it would find it.  All phrases are kept
in one trie over units; a text is walked once, and at each unit the trie is
followed as far as it goes.  Most units begin no phrase, so the walk costs
little more than one look-up per unit however many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.analyzer import literal_texts


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands: its key, and the half-open range of units."""

    key: tuple[str, ...]
    first: int
    stop: int


class _Node:
    """A prefix of phrases: what may follow, and the phrase that ends here."""

    __slots__ = ("key", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.key: tuple[str, ...] | None = None


@lru_cache(maxsize=1 << 16)  # the themes alone have ten thousand, each asked for several times
def phrase_key(phrase: str) -> tuple[str, ...]:
    """The units of a phrase: equal for phrases that match the same places."""
    return tuple(literal_texts(phrase))


class PhraseTrie:
    """An immutable set of phrases, given by their keys."""

    def __init__(self, keys: Iterable[tuple[str, ...]]) -> None:
        self._root = _Node()
        for key in keys:
            node = self._root
            for unit in key:
                node = node.next.setdefault(unit, _Node())
            node.key = key

    def scan(self, units: Sequence[str]) -> Iterator[Place]:
        """Every place of every phrase, overlapping ones too.

        Places come by their first unit, shorter before longer.
        """
        root = self._root.next
        size = len(units)
        for first, unit in enumerate(units):
            node = root.get(unit)
            at = first + 1
            while node is not None:
                if node.key is not None:
                    yield Place(node.key, first, at)
                node = node.next.get(units[at]) if at < size else None
                at += 1
