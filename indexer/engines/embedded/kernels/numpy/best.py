"""The best of what was found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.arguments import Docs, Floats, Longs


def best(scores: Floats, size: int) -> Longs:
    held = np.flatnonzero(scores > 0)
    return np.sort(held[np.lexsort((held, -scores[held]))[:size]])


def top(docs: Docs, keys: Longs, scores: Floats, orders: Longs, size: int) -> Longs:
    return np.lexsort((np.arange(len(keys)), orders[docs], -scores, -keys))[:size]


def top_of_runs(
    docs: Docs, keys: Longs, scores: Floats, orders: Longs, runs: NDArray[np.int64], size: int
) -> Longs:
    found = np.full((len(runs), size), -1, dtype=np.int64)
    for row, (begin, end) in zip(found, runs.tolist(), strict=True):
        best = begin + top(docs[begin:end], keys[begin:end], scores[begin:end], orders, size)
        row[: len(best)] = best
    return found.ravel()


def sum_runs(keys: Longs, scores: Floats, starts: Longs) -> tuple[Longs, Floats, Floats]:
    begins = starts[:-1]
    return (
        np.maximum.reduceat(keys, begins),
        np.maximum.reduceat(scores, begins),
        np.add.reduceat(scores, begins),
    )
