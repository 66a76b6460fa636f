"""Sequences of words that recur across records, and how firmly each holds together.

Texts become one array of word numbers, in which 0 stands for whatever ends a
sequence (punctuation, digits, the end of a text).  Sequences are counted level by
level: one of n + 1 words can only recur where both sequences of n words in it
recur (the Apriori property; Agrawal & Srikant 1994, *Fast Algorithms for Mining
Association Rules*), so each level looks at the few places the last one left,
and memory stays a small multiple of the array whatever the texts are.

Three measures of a sequence a of |a| words with frequency f(a):

C-value (Frantzi, Ananiadou & Mima 2000, *Automatic recognition of multi-word
terms: the C-value/NC-value method*), which favours longer sequences and
discounts those that mostly occur inside others; T is the set of the longer
ones that contain a::

    C-value(a) = log2 |a| * (f(a) - (1 / |T|) * sum of f(b) for b in T)

The log-likelihood ratio G² (Dunning 1993, *Accurate methods for the statistics
of surprise and coincidence*) of the weakest of its joints: the beginning and
the rest of a as two events.

The branching entropy (Jin & Tanaka-Ishii 2006, *Unsupervised segmentation of
Chinese text by use of branching entropy*) at its freer and its tighter end: a
whole phrase meets many different neighbours on both sides.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Longer sequences are not looked at.
MAX_WORDS = 6
#: The number of whatever ends a sequence.
BREAK = 0


class WordArray:
    """Texts as word numbers, with the record that each word stands in."""

    def __init__(self) -> None:
        self.words: list[str] = [""]
        self._numbers: dict[str, int] = {"": BREAK}
        self._tokens = array("i", [BREAK])
        self._ends = array("q")

    def add(self, texts: Iterable[Iterable[str]]) -> None:
        """Adds a record: its texts, each a sequence of words, ``""`` a break."""
        for text in texts:
            for word in text:
                number = self._numbers.setdefault(word, len(self._numbers))
                if number == len(self.words):
                    self.words.append(word)
                self._tokens.append(number)
            self._tokens.append(BREAK)
        self._ends.append(len(self._tokens))

    @property
    def tokens(self) -> NDArray[np.int32]:
        """Word numbers, breaks before, between and after texts."""
        return np.frombuffer(self._tokens, dtype=np.int32)

    @property
    def records(self) -> int:
        """How many records were added."""
        return len(self._ends)

    def record_of(self, places: Ints) -> Ints:
        """The number of the record, from 0, that each token stands in."""
        ends = np.frombuffer(self._ends, dtype=np.int64)
        found: Ints = np.searchsorted(ends, places, side="right")
        return found


@dataclass(frozen=True, slots=True)
class Level:
    """The recurring sequences of one length, numbered from 0.

    ``firsts``: a place where each begins.  ``counts`` and ``records``: how
    often each stands, and in how many records.  ``heads`` and ``tails``: the
    number, one level below, of the sequence without its last and its first word.
    """

    size: int
    firsts: Ints
    counts: Ints
    records: Ints
    heads: Ints
    tails: Ints
    entropy: Floats


def levels(words: WordArray, allowed: NDArray[np.bool_], *, least: int) -> Iterator[Level]:
    """The recurring sequences of one, two, … words, of words that are ``allowed``.

    ``allowed`` is indexed by word number; ``least`` is the number of records
    that a sequence must stand in.
    """
    tokens = words.tokens
    places: Ints = np.flatnonzero(allowed[tokens])
    keys: Ints = tokens[places].astype(np.int64)
    heads_of: Ints | None = None
    for size in range(1, MAX_WORDS + 1):
        level, places, numbers = _level(words, places, keys, heads_of, size, least)
        if not len(level.counts):
            return
        yield level
        # A longer one begins where a sequence and the one a word later both recur.
        follows = np.flatnonzero(np.diff(places) == 1)
        heads_of = np.stack([numbers[follows], numbers[follows + 1]])
        keys = heads_of[0] * len(level.counts) + heads_of[1]
        places = places[follows]


def _level(
    words: WordArray, places: Ints, keys: Ints, parts: Ints | None, size: int, least: int
) -> tuple[Level, Ints, Ints]:
    """The sequences at ``places`` that stand in enough records; where they stand, and which."""
    _, first, numbers, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    owners = words.record_of(places)
    pairs = np.unique(numbers * (words.records + 1) + owners)
    records = np.bincount(pairs // (words.records + 1), minlength=len(counts))
    kept = np.flatnonzero(records >= least)
    renumbered = np.full(len(counts), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    numbers = renumbered[numbers]
    stay = numbers >= 0
    none = np.zeros(0, dtype=np.int64)
    level = Level(
        size=size,
        firsts=places[first[kept]],
        counts=counts[kept],
        records=records[kept],
        heads=none if parts is None else parts[0][first[kept]],
        tails=none if parts is None else parts[1][first[kept]],
        entropy=_entropy(words.tokens, places[stay], numbers[stay], size, len(kept)),
    )
    return level, places[stay], numbers[stay]


def _entropy(
    tokens: NDArray[np.int32], places: Ints, numbers: Ints, size: int, many: int
) -> Floats:
    """The branching entropy, in bits, at the tighter end of each sequence."""
    sides = (_side(tokens[places - 1], numbers, many), _side(tokens[places + size], numbers, many))
    lowest: Floats = np.minimum(*sides)
    return lowest


def _side(neighbours: NDArray[np.int32], numbers: Ints, many: int) -> Floats:
    """The entropy of the neighbours on one side; every break is a neighbour of its own."""
    total = np.maximum(np.bincount(numbers, minlength=many), 1)
    inner = neighbours != BREAK
    width = int(neighbours.max(initial=0)) + 1
    pairs, counts = np.unique(
        numbers[inner] * width + neighbours[inner].astype(np.int64), return_counts=True
    )
    owners = pairs // width
    share = counts / total[owners]
    inside = np.bincount(owners, weights=-share * np.log2(share), minlength=many)
    breaks = np.bincount(numbers[~inner], minlength=many)
    entropy: Floats = inside.astype(np.float64) + breaks / total * np.log2(total)
    return entropy


def c_values(found: Sequence[Level], terms: Sequence[NDArray[np.bool_]]) -> list[Floats]:
    """The C-value of every sequence of every level.

    ``found`` are the levels from one word up; ``terms`` says which sequences of
    a level are candidate terms: only these count as containing a shorter one.
    """
    values = []
    for at, level in enumerate(found):
        outer_count, outer_sum = np.zeros(len(level.counts)), np.zeros(len(level.counts))
        for above in range(at + 1, len(found)):
            longer = np.flatnonzero(terms[above])
            # Every sequence of the lower level inside each longer one, counted once.
            inner = _inside(found, longer, above, at)
            outer_count += np.bincount(inner[:, 0], minlength=len(level.counts))
            outer_sum += np.bincount(
                inner[:, 0],
                weights=found[above].counts[inner[:, 1]],
                minlength=len(level.counts),
            )
        nested = np.divide(
            outer_sum, outer_count, where=outer_count > 0, out=np.zeros_like(outer_sum)
        )
        values.append(np.log2(level.size) * (level.counts - nested))
    return values


def _inside(found: Sequence[Level], longer: Ints, above: int, below: int) -> Ints:
    """Distinct rows (shorter, longer): which sequences stand inside which."""
    rows = np.stack([longer, longer], axis=1)
    for at in range(above, below, -1):
        heads, tails = found[at].heads[rows[:, 0]], found[at].tails[rows[:, 0]]
        both = np.concatenate([heads, tails])
        rows = np.stack([both, np.tile(rows[:, 1], 2)], axis=1)
        rows = np.unique(rows, axis=0) if len(rows) else rows
    return rows


def log_likelihoods(found: Sequence[Level], tokens: int) -> list[Floats]:
    """G² of the weakest joint of every sequence, 0 where its parts repel each other."""
    values: list[Floats] = [np.full(len(found[0].counts), np.inf)] if found else []
    for at in range(1, len(found)):
        level = found[at]
        weakest = np.full(len(level.counts), np.inf)
        everything = np.arange(len(level.counts))
        for left in range(1, level.size):
            before, after = everything, everything
            for step in range(at, left - 1, -1):
                before = found[step].heads[before]
            for step in range(at, level.size - left - 1, -1):
                after = found[step].tails[after]
            joint = _g2(
                level.counts,
                found[left - 1].counts[before],
                found[level.size - left - 1].counts[after],
                tokens,
            )
            weakest = np.minimum(weakest, joint)
        values.append(weakest)
    return values


def _g2(both: Ints, first: Ints, second: Ints, total: int) -> Floats:
    """Dunning's log-likelihood ratio of a 2 × 2 table of counts."""
    a = both.astype(np.float64)
    table = np.stack([a, first - a, second - a, total - first - second + a])
    table = np.maximum(table, 0.0)
    rows = np.stack([table[0] + table[1], table[2] + table[3]])
    columns = np.stack([table[0] + table[2], table[1] + table[3]])
    g2: Floats = 2 * (_xlogx(table).sum(0) - _xlogx(rows).sum(0) - _xlogx(columns).sum(0))
    g2 += 2 * _xlogx(np.full(len(a), float(total)))
    attracted = a * total > first.astype(np.float64) * second
    return np.where(attracted, np.maximum(g2, 0.0), 0.0)


def _xlogx(x: Floats) -> Floats:
    return x * np.log(np.where(x > 0, x, 1.0))
