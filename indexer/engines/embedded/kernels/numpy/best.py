"""The best of what was found."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.arguments import Docs, Floats, Longs


def best(scores: Floats, size: int) -> Longs:
    held = np.flatnonzero(scores > 0)
    return np.sort(held[np.lexsort((held, -scores[held]))[:size]])


def top(docs: Docs, keys: Longs, scores: Floats, orders: Longs, size: int) -> Longs:
    return np.lexsort((np.arange(len(keys)), orders[docs], -scores, -keys))[:size]
