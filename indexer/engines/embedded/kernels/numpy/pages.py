"""The best of what was found."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numpy.types import Floats, Ints, Longs


def top(docs: Ints, keys: Longs, scores: Floats, orders: Longs, size: int) -> Longs:
    """The indices of the ``size`` first: by key and score, highest first, then ``orders[doc]``."""
    return np.lexsort((np.arange(len(keys)), orders[docs], -scores, -keys))[:size]
