"""What kernels take: arrays that belong together, under one name.

Words used everywhere below.  A *document* is numbered from 0 over all
segments; ``base`` is the first one of a segment.  A *field slot* is the place
of one of up to four fields of a group.  A *key*, int32, is ``document within
the segment * 4 + slot``; ``slots`` is a mask with a bit for each slot that
counts.  A set of documents is a *bitmap* (:mod:`.bits`).  A *posting list* is a
slice ``[begin, end)`` of ``keys``, ascending.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.bits import Docs

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Points = NDArray[np.uint32]
Flags = NDArray[np.bool_]

__all__ = ["Bytes", "Docs", "Flags", "Floats", "Ints", "Longs", "Points"]


class PostingLists(NamedTuple):
    """All posting lists of one stream of a segment.

    ``keys`` int32, and how often the term stands at each: ``freqs`` uint8,
    where 255 means that the number stands in ``over_freq`` (int32) at the
    place of the posting in ``over_at`` (int64, ascending).
    """

    keys: Ints
    freqs: Bytes
    over_at: Longs
    over_freq: Ints


class TextUnits(NamedTuple):
    """The literal units of all texts: key ``k`` has ``units[starts[k]:starts[k + 1]]``."""

    units: Ints
    starts: Longs


class SegmentTexts(NamedTuple):
    """What a segment knows of the texts of one group of fields."""

    words: PostingLists
    pairs: PostingLists
    units: TextUnits


class QueryTerms(NamedTuple):
    """Words and pairs that a query is scored by.

    Term ``i`` is a word where ``sources[i]`` is 0, else a pair, with the
    posting list ``[begins[i], ends[i])`` and the weight ``weights[i]``.
    ``word_norm`` and ``pair_norm`` are each document's length norm times k1.
    """

    sources: Longs
    begins: Longs
    ends: Longs
    weights: Floats
    word_norm: Floats
    pair_norm: Floats


class QueryUnits(NamedTuple):
    """Single units that a query is scored by.

    ``numbers`` in the segment, -1 where it has none; ``vocabulary`` is how
    many distinct units the segment has; ``norm`` is each document's length
    norm times k1.
    """

    numbers: Ints
    vocabulary: int
    weights: Floats
    norm: Floats


class Place(NamedTuple):
    """Where is searched: the mask of field slots, and a segment's first document."""

    slots: int
    base: int


class Runs(NamedTuple):
    """Documents that lie together: run ``i`` is ``[starts[i], starts[i + 1])`` of ``owners[i]``.

    The runs follow one another from document 0 to the last one; none is empty.  An owner,
    such as a policy, may have several; -1 is none.
    """

    starts: Longs
    owners: Ints


class OpenPairs(NamedTuple):
    """Texts strung together in ``units``, and where some pairs of neighbours begin in them.

    The pair ``codes[i]``, ``first << 32 | second``, ascending, begins at
    ``positions[places[i]:places[i + 1]]``, ascending.
    """

    codes: Longs
    places: Longs
    positions: Ints
    units: NDArray[Any]


class Context(NamedTuple):
    """What the policies say of their records.

    ``policies``: each document's policy, -1 for none; ``prior``: each policy's
    factor; ``weight``: of the sum of a policy's three best scores.
    """

    policies: Ints
    prior: Floats
    weight: float


class Candidates(NamedTuple):
    """Posting lists that all keys of a phrase are in, the shortest first.

    List ``i`` is ``[begins[i], ends[i])`` of ``pair_keys`` where
    ``sources[i]`` is 0, else of ``unit_keys``.
    """

    pair_keys: Ints
    unit_keys: Ints
    sources: Longs
    begins: Longs
    ends: Longs


class UnitRanges(NamedTuple):
    """Units in a row: unit ``u`` stands for the ``i``-th if ``first[i] <= u < last[i]``.

    Where ``opening``, ascending, is not empty, one of these stands for the first instead.
    """

    first: Ints
    last: Ints
    opening: Ints


class PairCover(NamedTuple):
    """Pairs that between them hold every unit of a phrase, the rarest first.

    Pair ``i`` begins at ``positions[begins[i]:ends[i]]`` of a segment's units,
    and ``shifts[i]`` units after the phrase does.
    """

    positions: Ints
    begins: Longs
    ends: Longs
    shifts: Longs
