"""What kernels there are, and what each one does.

Both packages of kernels keep this protocol: :mod:`.numpy`, plain, and
:mod:`.numba`, in machine code.  A test holds the two against each other.
What the arguments are made of is said in :mod:`.arguments`.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import (
    Bytes,
    Candidates,
    Context,
    Docs,
    Flags,
    Floats,
    Ints,
    Longs,
    OpenPairs,
    PairCover,
    Place,
    Points,
    QueryTerms,
    QueryUnits,
    Runs,
    SegmentTexts,
    TextUnits,
    UnitRanges,
)
from indexer.engines.embedded.kernels.bits import Bits


class SearchKernels(Protocol):
    """The kernels of searching."""

    __name__: str

    # Bitmaps

    def count_bits(self, bits: Bits, /) -> int:
        """The number of documents in a bitmap."""

    def docs_of(self, bits: Bits, /) -> Docs:
        """The documents of a bitmap, int32, ascending."""

    def or_map(self, bits: Bits, map_: Bits, base: int, /) -> None:
        """Adds the documents of a segment's bitmap, the first of which is ``base``, to ``bits``."""

    def has_bits(self, docs: Docs, bits: Bits, /) -> Flags:
        """Which of ``docs`` are in a bitmap."""

    def owners_of(self, bits: Bits, runs: Runs, many: int, /) -> Flags:
        """Which of ``many`` owners of runs of documents have a document in a bitmap."""

    # Posting lists

    def set_docs(self, bits: Bits, keys: Ints, begin: int, end: int, place: Place, /) -> None:
        """Adds the documents of a posting list to ``bits``."""

    def docs_in(self, keys: Ints, begin: int, end: int, place: Place, /) -> Docs:
        """The documents of a posting list, int32, ascending."""

    def mark_docs(
        self, docs: Docs, marks: Longs, keys: Ints, begin: int, end: int, place: Place, /
    ) -> None:
        """Adds 1 to the mark of each of ``docs`` that is in a posting list."""

    # Phrases

    def phrase(
        self, candidates: Candidates, texts: TextUnits, wanted: UnitRanges, slots: int, /
    ) -> Ints:
        """Where the wanted units stand one after the other: keys, ascending."""

    def aligned(self, cover: PairCover, size: int, starts: Longs, slots: int, /) -> Ints:
        """Where pairs stand so that they make a phrase of ``size`` units: keys, ascending."""

    def open_rows(self, pairs: OpenPairs, wanted: UnitRanges, /) -> Longs:
        """Where the wanted units stand one after the other around an open pair.

        Places in ``pairs.units``, ascending, each once.  All wanted units but the first,
        if ``wanted.opening`` says it, and the last are exact.  A single unit stands where a
        pair begins with it.
        """

    def phrase_sentences(
        self, texts: TextUnits, keys: Ints, wanted: UnitRanges, ender: int, /
    ) -> Longs:
        """The sentences in which units stand one after the other, of the fields ``keys``.

        A sentence is ``key << 32 | number``, int64, ascending: the number of
        units ``ender`` before it.  What an ender divides stands in no one
        sentence; one that it ends in belongs to it.
        """

    def word_sentences(
        self, words: Ints, starts: Longs, keys: Ints, first: int, last: int, /
    ) -> Longs:
        """The sentences that hold a word numbered from ``first`` to ``last`` - 1, as above.

        In ``words`` a run of -1 is the end of a sentence; -2 is anything else
        that is no word.
        """

    # Scores

    def score_terms(
        self,
        docs: Docs,
        scores: Floats,
        first: int,
        last: int,
        texts: SegmentTexts,
        terms: QueryTerms,
        place: Place,
        /,
    ) -> None:
        """Adds the parts of terms to the ``scores`` of ``docs[first:last]``, of one segment.

        A term's part is ``weight * tf / (norm[document] + tf)``; ``tf`` sums the
        frequencies in all slots.
        """

    def score_units(
        self,
        docs: Docs,
        scores: Floats,
        chosen: Longs,
        texts: TextUnits,
        units: QueryUnits,
        place: Place,
        /,
    ) -> None:
        """Adds the parts of single units to those scores of ``docs[chosen]`` above 0."""

    def score_in_context(self, docs: Docs, scores: Floats, context: Context, /) -> None:
        """Scores with the evidence and the size of the documents' policies."""

    def rank(
        self,
        docs: Docs,
        scores: Floats,
        texts: SegmentTexts,
        terms: QueryTerms,
        units: QueryUnits,
        place: Place,
        candidates: int,
        context: Context,
        /,
    ) -> None:
        """All steps of ranking at once, for one segment.

        :meth:`score_terms`, then :meth:`score_units` for the ``candidates``
        best, then :meth:`score_in_context`.
        """

    # The best

    def best(self, scores: Floats, size: int, /) -> Longs:
        """The indices of the ``size`` best scores above 0, ascending; of equals the first."""

    def top(self, docs: Docs, keys: Longs, scores: Floats, orders: Longs, size: int, /) -> Longs:
        """The indices of the ``size`` first: by key and score, highest first, then
        ``orders[document]``.
        """

    def top_of_runs(
        self,
        docs: Docs,
        keys: Longs,
        scores: Floats,
        orders: Longs,
        runs: NDArray[np.int64],
        size: int,
        /,
    ) -> Longs:
        """As :meth:`top` for each of some runs of ``docs``: ``size`` indices a run, -1 for none.

        Run ``i`` is ``docs[runs[i, 0]:runs[i, 1]]``.
        """

    def sum_runs(
        self, keys: Longs, scores: Floats, starts: Longs, /
    ) -> tuple[Longs, Floats, Floats]:
        """The highest key, the highest score, and the sum of the scores of each run.

        Run ``i`` is ``[starts[i], starts[i + 1])``; there are runs, and none is empty.
        """

    # Facets.  A counted value is ``(2 ** 28 - count) << 28 | value``, so that the most frequent
    # come first in order, and of equals the one with the least number.

    def count_column(self, docs: Docs, single: Any, column: int, many: int, head: int, /) -> Longs:
        """The counted values of a single-valued facet that ``docs`` have.

        A document has the value ``single[document, column]``, -1 for none, of
        ``many`` values.  The ``head`` first come in order, the others in any.
        """

    def count_list(self, docs: Docs, starts: Longs, codes: Ints, many: int, head: int, /) -> Longs:
        """The counted values of a multi-valued facet, as above.

        A document has the values ``codes[starts[document]:starts[document + 1]]``.
        """

    def count_grouped_column(
        self, docs: Docs, groups: Ints, single: Any, column: int, many: int, head: int, /
    ) -> Longs:
        """As :meth:`count_column`, a value once for each group.

        ``groups`` says in which group each of ``docs`` is; those of a group stand together.
        """

    def count_grouped_list(
        self, docs: Docs, groups: Ints, starts: Longs, codes: Ints, many: int, head: int, /
    ) -> Longs:
        """As :meth:`count_list`, a value once for each group."""

    def count_further(
        self, counted: Longs, rows: Longs, starts: Longs, codes: Ints, many: int, head: int, /
    ) -> Longs:
        """Counted values, and beside them those of some rows, each once for each row that has it.

        A row has the values ``codes[starts[row]:starts[row + 1]]``, each once.
        """

    # Vectors

    def products(
        self,
        rows: NDArray[np.int8],
        query: NDArray[np.int16],
        out: Ints,
        first: int,
        last: int,
        /,
    ) -> None:
        """Puts the product of ``query`` and each of ``rows[first:last]`` into ``out`` there.

        A sum has to stay within 31 bits; int8 values do with up to 100,000 dimensions.
        """


class BuildKernels(Protocol):
    """The kernels of building."""

    __name__: str

    def group(self, terms: Ints, starts: Longs, many: int, /) -> tuple[Ints, Longs]:
        """Keys sorted by term, then key: ``(keys, places)``.

        Term ``t`` has ``keys[places[t]:places[t + 1]]``, a key once for each
        time that it stands there.  ``terms[starts[key]:starts[key + 1]]`` are
        the terms of a key; negative numbers are none.
        """

    def run_lengths(self, sorted_keys: Ints, places: Longs, /) -> tuple[Ints, Ints, Longs, Ints]:
        """Posting lists of grouped keys: ``(keys, frequencies, offsets, dfs)``.

        ``dfs[term]`` counts documents, then those of each of the four slots.
        """

    def group_pairs(
        self, units: Ints, starts: Longs, many: int, ender: int, /
    ) -> tuple[Longs, Ints, Longs, Ints]:
        """Pairs of neighbouring units, none of them ``ender``, grouped as in :meth:`group`.

        ``(codes, positions, places, lengths)``: a pair's code is ``first << 32 |
        second``, ascending; its positions are where it begins in ``units``;
        ``lengths`` counts the pairs of each key.
        """

    def split_units(
        self,
        points: Points,
        starts: Longs,
        classes: Bytes,
        out: Ints,
        out_starts: Longs,
        runs: Longs,
        ender: int,
        /,
    ) -> tuple[int, int]:
        """Literal units of folded texts, all at once; how many, and how many of them are runs.

        ``points[starts[key]:starts[key + 1]]`` are a text's code points;
        ``classes`` tells of each code point whether it is skipped (0), a unit by
        itself (1), part of a run (2 or 4, which do not make one run) or a sentence
        ender (3; those with nothing but skipped ones between are one).  ``out``
        gets the units: code points, ``ender``, and 0 for a run; ``out_starts``
        where each text's begin; ``runs`` for each run its place in ``out`` and its
        span in ``points``.
        """
