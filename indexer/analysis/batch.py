"""Analysis of many texts at once: the same tokens as one text gives, at a fraction of the cost.

:mod:`indexer.analysis.analyzer` defines what the tokens of a text are.  Here a batch of
texts is folded by a table over all code points, cut into literal units by a
kernel, and segmented in one call; what does not depend on the single text (the
words inside a word, what kind of character a code point is) is looked up once
for each distinct word or code point.  A test holds the two against each other.

Tokens are numbers.  A *literal unit* of one character is its code point; a run
of ASCII letters or digits is :data:`RUNS` plus its number in :class:`BulkAnalyzer`.
A *word* is its number there; in the stream of words :data:`BREAK` stands
for a sentence ender and :data:`OTHER` for what is a unit but no word.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from corpus.text.script import shared_characters
from indexer.analysis.analyzer import ENDER, ENDERS, SINGLE, UNIT, Analyzer
from indexer.analysis.folding import HAS_CLUSTER, fold_point, fold_text

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

RUNS = 0x110000
BREAK, OTHER = -1, -2
_ENDER_POINT = ord(ENDER)
_UNKNOWN, _SPECIAL = 0xFFFFFFFF, 0xFFFFFFFE
# A unit that is no word: neither letter nor number.
_SIGN = regex.compile(rf"(?V1)[{SINGLE}--[\p{{L}}\p{{N}}]]")


@dataclass(frozen=True, slots=True)
class Batch:
    """Tokens of texts, one after the other.

    ``units`` and ``words`` int32; text ``i`` has ``units[unit_starts[i]:unit_starts[i + 1]]``,
    and the same of ``words``, starts int64.
    """

    units: Ints
    unit_starts: Longs
    words: Ints
    word_starts: Longs


class _Numbers(dict[str, int]):
    """Numbers for texts, in the order in which they are first met."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class BulkAnalyzer:
    """Analyses batches.  Not for threads: it learns as it goes."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._runs = _Numbers()
        self._segments = _Numbers()
        self._newline = self._segments["\n"]
        # By code point: the folded one, _SPECIAL where it is not one or its neighbours matter.
        self._folded = np.full(RUNS, _UNKNOWN, dtype=np.uint32)
        self._classes = np.full(RUNS, 255, dtype=np.uint8)
        # By segment: its words, as numbers in self._words.
        self._words = _Numbers()
        self._inside = array("i")
        self._inside_starts = array("q", [0])

    @property
    def runs(self) -> list[str]:
        """The ASCII runs met so far, by number."""
        return list(self._runs)

    @property
    def words(self) -> list[str]:
        """The words met so far, by number."""
        return list(self._words)

    def analyze(self, texts: Sequence[str], kernels: Any) -> Batch:
        """The tokens of ``texts``; ``kernels`` is a set of building kernels."""
        folded, points, starts = self._fold(texts)
        units, unit_starts = self._split(folded, points, starts, kernels)
        words, word_starts = self._cut(folded)
        return Batch(units, unit_starts, words, word_starts)

    def units(self, texts: Sequence[str], kernels: Any) -> tuple[Ints, Longs]:
        """The literal units of ``texts`` alone, and where those of each begin."""
        return self._split(*self._fold(texts), kernels)

    def _fold(self, texts: Sequence[str]) -> tuple[list[str], NDArray[np.uint32], Longs]:
        """The folded texts, their code points, and where each begins in these."""
        starts = _starts(map(len, texts), len(texts))
        points = _points("".join(texts))
        table = self._folded
        known = table[points]
        if (known == _UNKNOWN).any():
            for point in np.unique(points[known == _UNKNOWN]).tolist():
                char = chr(point)
                one = fold_point(char)
                alone = len(one) == 1 and not (HAS_CLUSTER(char))
                table[point] = ord(one) if alone else _SPECIAL
            known = table[points]
        special = np.flatnonzero(known == _SPECIAL)
        if not len(special):
            text = known.tobytes().decode("utf-32-le", "surrogatepass")
            bounds = starts.tolist()
            return [text[a:b] for a, b in itertools.pairwise(bounds)], known, starts
        slow = set(np.searchsorted(starts, special, side="right").tolist())
        folded = []
        for i, text in enumerate(texts, 1):
            if i in slow:
                folded.append(fold_text(text))
            else:
                fast = known[starts[i - 1] : starts[i]]
                folded.append(fast.tobytes().decode("utf-32-le", "surrogatepass"))
        return folded, _points("".join(folded)), _starts(map(len, folded), len(folded))

    def _split(
        self, folded: Sequence[str], points: NDArray[np.uint32], starts: Longs, kernels: Any
    ) -> tuple[Ints, Longs]:
        """The literal units of folded texts."""
        classes = self._classes
        for point, other in shared_characters().items():
            points[points == point] = ord(other)
        fresh = points[classes[points] == 255]
        for point in np.unique(fresh).tolist() if len(fresh) else ():
            classes[point] = _class_of(chr(point))
        out = np.empty(len(points), dtype=np.int32)
        out_starts = np.empty(len(starts), dtype=np.int64)
        runs = np.empty((len(points), 3), dtype=np.int64)
        made, many = kernels.split_units(
            points, starts, classes, out, out_starts, runs, _ENDER_POINT
        )
        if many:
            joined = "".join(folded)
            numbers = self._runs
            places, firsts, stops = runs[:many].T.tolist()
            names = [joined[a:b] for a, b in zip(firsts, stops, strict=True)]
            out[places] = np.fromiter(map(numbers.__getitem__, names), np.int32, many) + RUNS
        return out[:made].copy(), out_starts

    def _cut(self, folded: Sequence[str]) -> tuple[Ints, Longs]:
        """The words of folded texts, each followed by those inside it."""
        cut = self._analyzer.segmenter.cut
        number = self._segments.__getitem__
        joined = "\n".join(folded)
        if joined.count("\n") == len(folded) - 1 and "\r" not in joined:
            # No word reaches over a line end, so one call gives what many would.
            segments = np.fromiter(map(number, cut(joined)), dtype=np.int64)
            ends = np.append(np.flatnonzero(segments == self._newline), len(segments))
        else:
            cuts = [[*map(number, cut(text))] for text in folded]
            ends = _starts((len(each) + 1 for each in cuts), len(cuts))[1:] - 1
            segments = np.array([n for each in cuts for n in (*each, self._newline)], np.int64)
        self._learn()
        # Copies, for an array that is looked at cannot grow.
        flat = np.array(self._inside, dtype=np.int32)
        firsts = np.array(self._inside_starts, dtype=np.int64)
        sizes = np.diff(firsts)
        # The separators between texts are no segments of theirs.
        real = np.ones(len(segments), dtype=np.bool_)
        real[ends[ends < len(segments)]] = False
        counts = np.where(real, sizes[segments], 0)
        after = np.cumsum(counts)
        at = np.arange(int(after[-1]) if len(after) else 0)
        at += np.repeat(firsts[segments] - (after - counts), counts)
        totals = np.concatenate([[0], after])
        return flat[at], np.concatenate([[0], totals[ends]]).astype(np.int64)

    def _learn(self) -> None:
        """Looks up what is inside the segments that are new."""
        known = len(self._inside_starts) - 1
        if known < len(self._segments):
            names = list(self._segments)[known:]
            for name in names:
                words = [self._words[word] for word in self._analyzer.inner_words(name)]
                if not words:
                    if any(char in ENDERS for char in name):
                        words = [BREAK]
                    elif _SIGN.search(name):
                        words = [OTHER]
                self._inside.extend(words)
                self._inside_starts.append(len(self._inside))


def _points(text: str) -> NDArray[np.uint32]:
    # A copy, because the kernels take arrays that may be written to.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)


def _starts(sizes: Any, count: int) -> Longs:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.fromiter(sizes, dtype=np.int64, count=count), out=starts[1:])
    return starts


def _class_of(char: str) -> int:
    """Skipped, a unit, part of a run, a sentence ender: see ``split_units``."""
    if char in ENDERS:
        return 3
    if "0" <= char <= "9":
        return 2
    if "a" <= char <= "z":
        return 4
    return 1 if UNIT.fullmatch(char) else 0
