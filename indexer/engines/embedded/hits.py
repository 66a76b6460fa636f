"""Hits as columns: ids and scores are there, a hit is made when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any, overload

from indexer.engines.base import Ranked, Source
from indexer.results.model import Match

#: A tuple as a hit, without a call in Python for each of them.
_ranked: Callable[[tuple[Any, ...]], Ranked] = partial(tuple.__new__, Ranked)


class Hits(Sequence[Ranked]):
    """Hits that match alike, best first; equal to the tuple of them.

    ``ids`` of the records and ``scores`` are lists, of which nothing is changed.
    """

    __slots__ = ("_docs", "_match", "_source", "ids", "scores")

    def __init__(
        self, ids: list[str], match: Match, scores: list[float], docs: list[int], source: Source
    ) -> None:
        self.ids = ids
        self._match: Match = match
        self.scores = scores
        self._docs = docs
        self._source = source

    @overload
    def __getitem__(self, at: int) -> Ranked: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Ranked, ...]: ...
    def __getitem__(self, at: int | slice) -> Ranked | tuple[Ranked, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        return Ranked(self.ids[at], self._match, self.scores[at], self._docs[at], self._source)

    def __iter__(self) -> Iterator[Ranked]:
        match, source = repeat(self._match), repeat(self._source)
        parts = zip(self.ids, match, self.scores, self._docs, source, strict=False)
        return map(_ranked, parts)

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Hits) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
