"""Where sequences of words stand, looked up again after they were counted.

Counting (:mod:`indexer.curation.collocations`) keeps one place of each sequence, so that
memory stays small; of the few that are shown, all places are needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.curation.collocations import Ints, WordArray


class Occurrences:
    """All places of every word of a :class:`~.collocations.WordArray`, sorted once."""

    def __init__(self, words: WordArray) -> None:
        self._tokens = words.tokens
        self._order: Ints = np.argsort(self._tokens, kind="stable")
        sizes = np.bincount(self._tokens, minlength=len(words.words))
        self._ends = np.cumsum(sizes)
        self._sizes = sizes

    def of(self, sequence: NDArray[np.int32]) -> Ints:
        """Where ``sequence`` begins, in order; looked for from its rarest word."""
        at = int(np.argmin(self._sizes[sequence]))
        end = int(self._ends[sequence[at]])
        places: Ints = self._order[end - int(self._sizes[sequence[at]]) : end] - at
        places = places[(places >= 0) & (places + len(sequence) <= len(self._tokens))]
        for offset, word in enumerate(sequence):
            places = places[self._tokens[places + offset] == word]
        return places
