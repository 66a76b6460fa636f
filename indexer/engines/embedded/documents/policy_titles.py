"""The titles of the policies of an index, strung together.

Every document of the index has the title of its policy.  Where policies are ranked, one of
each is enough, and beside one another they are read much faster than at their places in
the index, which lie far apart.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from indexer.engines.embedded.documents.policy_keys import PolicyKeys
from indexer.engines.embedded.kernels.arguments import Candidates, Longs, TextUnits, UnitRanges
from indexer.engines.embedded.opened import OpenedIndex, SegmentReader
from indexer.engines.embedded.plan import Plan
from indexer.engines.embedded.postings import UNITS, PostingReader
from indexer.engines.embedded.segments.segment_format import slots_of
from indexer.query.unit_row import UnitRow

_GROUP, _SLOTS = slots_of("policy")
_ONE_LIST, _FROM_FIRST = np.array([UNITS]), np.array([0])
_SLOT = _SLOTS.bit_length() - 1


class _Titles(NamedTuple):
    """The titles of the policies of one segment: that of ``p`` is the text of the key ``4 * p``."""

    segment: SegmentReader
    units: TextUnits


class PolicyTitles:
    """The titles of the policies of one opened index; they are read when they are needed."""

    def __init__(self, opened: OpenedIndex, keys: PolicyKeys) -> None:
        self._opened = opened
        self._keys = keys

    def hits(self, plan: Plan, policies: Longs, postings: PostingReader) -> Longs:
        """How many of a short query's texts stand in the title of each of some policies."""
        hits = np.zeros(len(self._opened.live_policies), dtype=np.int64)
        keys = np.sort(4 * policies).astype(np.int32)
        whole = _ONE_LIST, _FROM_FIRST, np.array([len(keys)])
        for text in plan.policy_titles:
            for segment, titles in self._titles:
                wanted = self._wanted(segment, text.row, postings)
                if wanted is not None:
                    found = postings.kernels.phrase(
                        Candidates(keys, keys, *whole), titles, wanted, 1
                    )
                    hits[found >> 2] += 1
        counted: Longs = hits[policies]
        return counted

    def _wanted(
        self, segment: SegmentReader, row: UnitRow, postings: PostingReader
    ) -> UnitRanges | None:
        def look_up() -> tuple[UnitRanges | None]:
            return (postings.wanted(segment.groups[_GROUP].unit_terms, row),)

        (wanted,) = self._opened.prepared.get_or_make((_GROUP, segment.base, row), look_up)
        return wanted

    @cached_property
    def _titles(self) -> tuple[_Titles, ...]:
        live, firsts = self._opened.live_policies, self._keys.firsts
        return tuple(
            _Titles(
                segment, _strung(segment, np.where(live & _inside(segment, firsts), firsts, -1))
            )
            for segment in self._opened.segments
        )


def _inside(segment: SegmentReader, docs: Longs) -> np.ndarray:
    return (docs >= segment.base) & (docs < segment.end)


def _strung(segment: SegmentReader, docs: Longs) -> TextUnits:
    """The titles of the policies of some documents, empty where the number is -1."""
    texts = segment.groups[_GROUP].arrays.units
    keys = np.where(docs >= 0, (docs - segment.base) * 4 + _SLOT, -1)
    held = keys[keys >= 0]
    begins, ends = texts.starts[held], texts.starts[held + 1]
    parts = [texts.units[at] for at in map(slice, begins.tolist(), ends.tolist())]
    sizes = np.zeros(4 * len(docs), dtype=np.int64)
    sizes[::4][keys >= 0] = ends - begins
    units = np.concatenate([np.zeros(0, dtype=texts.units.dtype), *parts])
    return TextUnits(units, np.concatenate([[0], np.cumsum(sizes)]))
