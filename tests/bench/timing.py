"""Timing calls side by side, so that drift of the machine hits every engine alike.

Every question is put to every engine before the next question comes, in an
order drawn anew each time, so that no engine always follows the same other.  The
first time that an engine sees a question, its index being warm, is kept apart
(``first``).  Later rounds give the repeated times: a fast engine is called many
times in a row, so that what a slow neighbour left in the processor's caches falls
to few calls of the median; an engine that is too slow for its budget takes part in
fewer rounds, not fewer than :data:`FEWEST`, and in one where that would still be
many times too long.

``before`` names what is to be done, untimed, before each repeated call of an engine:
ours empties its cache of sets of documents, for else a question that is put again
would find what it found before.  ``before_first`` is done before the first ones: ours
forgets what it has looked up too.

What exists before timing begins is out of the garbage collector's sight;
collections that the calls themselves cause are part of their time.
"""

from __future__ import annotations

import gc
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from tests.bench.peers.base import Timed

Call = Callable[[], object]

FEWEST = 3
#: An engine whose single round takes so many times its budget takes part in no more than one.
_FAR_TOO_SLOW = 3
#: Calls in a row last about so long in all, if there are no more than that.
_BURST_SECONDS = 0.01
_LARGEST_BURST = 20


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per question: at first sight, and the median of repeated calls."""

    first: tuple[float, ...]
    repeated: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median over the questions, in seconds."""
        return median(self.repeated)

    @property
    def p95(self) -> float:
        """The 95th percentile over the questions, in seconds."""
        return quantiles(self.repeated, n=20)[18] if len(self.repeated) > 1 else self.repeated[0]


def seconds(call: Call) -> float:
    """How long one call takes, as the engine itself says where it does."""
    started = time.perf_counter()
    answer = call()
    passed = time.perf_counter() - started
    return answer.seconds if isinstance(answer, Timed) else passed


def interleave(
    calls: Mapping[str, Sequence[Call]],
    *,
    before_first: Mapping[str, Call],
    before: Mapping[str, Call],
    rounds: int,
    budget: float,
) -> dict[str, Times]:
    """Times the calls of each engine, one for each question, the same questions for all.

    ``rounds`` of repeated calls, fewer for an engine that would take more
    than ``budget`` seconds for them.
    """
    gc.collect()
    gc.freeze()
    try:
        return _interleave(calls, before_first, before, rounds, budget)
    finally:
        gc.unfreeze()


def _interleave(
    calls: Mapping[str, Sequence[Call]],
    before_first: Mapping[str, Call],
    before: Mapping[str, Call],
    rounds: int,
    budget: float,
) -> dict[str, Times]:
    chance = random.Random(1)
    names, questions = list(calls), range(len(next(iter(calls.values()))))

    def timed(name: str, question: int, preparing: Mapping[str, Call]) -> float:
        if name in preparing:
            preparing[name]()
        return seconds(calls[name][question])

    first: dict[str, list[float]] = {name: [] for name in names}
    for question in questions:
        for name in chance.sample(names, len(names)):
            first[name].append(timed(name, question, before_first))
    bursts = {name: _burst(median(first[name])) for name in names}
    lasts = {name: _rounds(bursts[name] * sum(first[name]), rounds, budget) for name in names}
    repeated: dict[str, list[list[float]]] = {name: [[] for _ in questions] for name in names}
    for turn in range(max(lasts.values())):
        for question in questions:
            for name in chance.sample(names, len(names)):
                if turn < lasts[name]:
                    repeated[name][question] += [
                        timed(name, question, before) for _ in range(bursts[name])
                    ]
    return {
        name: Times(tuple(first[name]), tuple(median(each) for each in repeated[name]))
        for name in names
    }


def _burst(seconds: float) -> int:
    """How many calls of so many seconds are made in a row."""
    return max(1, min(_LARGEST_BURST, int(_BURST_SECONDS / seconds)))


def _rounds(seconds: float, rounds: int, budget: float) -> int:
    """How many rounds of so many seconds each."""
    if seconds > _FAR_TOO_SLOW * budget:
        return 1
    return min(rounds, max(FEWEST, int(budget / seconds)))


def ratio(peer: Sequence[float], ours: Sequence[float]) -> float:
    """The geometric mean over the questions of peer ÷ ours; above 1, ours is faster."""
    logs = [math.log(theirs / mine) for theirs, mine in zip(peer, ours, strict=True)]
    return math.exp(sum(logs) / len(logs))
