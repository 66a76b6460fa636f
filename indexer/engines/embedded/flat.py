"""Plain words of one field, all of them or any: what the kernels take, and what they give.

The question that search engines are compared by.  Each word's postings in the
field are one ascending list of documents; frequent ones have a bitmap as well,
with the number of documents before each of its words, so that any document's
place in the list is found without searching.  Everything but the page's size is
looked up once and kept, ready for the next page and the next asker.

Only the best are scored where any word will do: a list that cannot bring a
document among them any more is counted and not read (MaxScore).  What a list
can bring at most is known from the highest frequency and the least length that
stand beside it, under whatever mean length the whole index has now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.bits import Docs
from indexer.engines.embedded.plan import Flat
from indexer.engines.embedded.ranking import K1, WORDS, Scores, inverse_frequency
from indexer.engines.embedded.snapshot import SegmentView, Snapshot

#: Bounds are so much wider than they are computed, for sums in another order.
_SLACK = 1e-9
NO_DOCS: Docs = np.zeros(0, dtype=np.int32)
_NO_SCORES: Scores = np.zeros(0)
#: A word's list in a segment: where it begins and ends, the row of its bitmap; weight and bound.
_Row = tuple[int, int, int, float, float]


@dataclass(frozen=True, slots=True)
class FlatQuery:
    """Words that were looked up: for each segment with hits, the kernel's arguments but the size.

    ``room``: no more than so many documents have all words.
    """

    all: bool
    parts: tuple[tuple[Any, ...], ...]
    room: int
    order: NDArray[np.int64]


class FlatHits(NamedTuple):
    """The best documents, best first, their scores, and how many there are; maybe all of them."""

    docs: Docs
    scores: Scores
    total: int
    every: Docs


def look_up(snapshot: Snapshot, flat: Flat) -> FlatQuery:
    """The words of a query in each segment."""
    zone = 1 << flat.zone
    damp = snapshot.lengths.norm(WORDS.name, WORDS.b, flat.group, zone, K1)
    mean = snapshot.lengths.mean(WORDS.name, flat.group, zone)
    weights = _weights(snapshot, flat)
    table = snapshot.table
    parts = []
    room = 0
    for segment in snapshot.segments:
        rows = _rows(segment, flat, weights, mean)
        if not rows or (flat.all and len(rows) < len(flat.words)):
            continue
        spans = np.array([row[:3] for row in rows], np.int64)
        held = np.array([row[3] for row in rows], np.float64)
        arrays = segment.groups[flat.group].words_by_zone.arrays
        order = (table.live, table.order, _bounds(rows))
        parts.append((*arrays, spans, held, damp, segment.base, *order))
        room += rows[0][1] - rows[0][0]
    return FlatQuery(flat.all, tuple(parts), room, table.order)


def _weights(snapshot: Snapshot, flat: Flat) -> list[float]:
    """The weight of each word, by how many documents have it in the field."""
    weights = []
    for word in flat.words:
        holding = 0
        for segment in snapshot.segments:
            texts = segment.groups[flat.group]
            number = texts.word_terms.find(word)
            if number >= 0:
                holding += texts.words.holding(number, 1 << flat.zone)
        weights.append(WORDS.weight * inverse_frequency(snapshot.size, holding))
    return weights


def _rows(segment: SegmentView, flat: Flat, weights: Sequence[float], mean: float) -> list[_Row]:
    """The lists of the words that stand in the field, the shortest first."""
    texts = segment.groups[flat.group]
    rows = []
    for word, weight in zip(flat.words, weights, strict=True):
        number = texts.word_terms.find(word)
        if number < 0:
            continue
        lo, hi, row = texts.words_by_zone.span(number, flat.zone)
        if lo < hi:
            frequency, length = texts.words_by_zone.peak(number, flat.zone)
            damp = K1 * (1 - WORDS.b + WORDS.b * length / mean)
            rows.append((lo, hi, row, weight, weight * frequency / (damp + frequency)))
    return sorted(rows, key=_size)


def _size(row: _Row) -> int:
    return row[1] - row[0]


def _bounds(rows: Sequence[_Row]) -> Scores:
    """What each list and those behind it can add to a score."""
    bounds = np.zeros(len(rows) + 1)
    for at in range(len(rows) - 1, -1, -1):
        bounds[at] = bounds[at + 1] + rows[at][4]
    return bounds + _SLACK


def run(query: FlatQuery, kernels: Any, size: int, *, listing: bool) -> FlatHits:
    """The ``size`` best documents; with ``listing`` (only of all words) every one of them too."""
    if not query.all:
        return _hits(query, [kernels.any_words(*part, size) for part in query.parts], size, NO_DOCS)
    # One more than can be: without any room, none would be listed.
    every = np.empty(query.room + 1, dtype=np.int32) if listing else NO_DOCS
    found = []
    made = 0
    for part in query.parts:
        found.append(kernels.all_words(*part, every[made:], size))
        made += found[-1][2] if listing else 0
    return _hits(query, found, size, every[:made])


def _hits(
    query: FlatQuery, found: Sequence[tuple[Docs, Scores, int]], size: int, every: Docs
) -> FlatHits:
    """The best of all segments."""
    if len(found) == 1:
        docs, scores, total = found[0]
        return FlatHits(docs, scores, total, every)
    docs = np.concatenate([NO_DOCS, *(each[0] for each in found)])
    scores = np.concatenate([_NO_SCORES, *(each[1] for each in found)])
    # Segments add the parts of a score in orders of their own: equal ones differ by a bit.
    best = np.lexsort((query.order[docs], -scores.round(9)))[:size]
    return FlatHits(docs[best], scores[best], sum(each[2] for each in found), every)
