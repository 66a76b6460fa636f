"""One order out of two: what words rank, and what an encoder ranks.

Reciprocal rank fusion (Cormack, Clarke & Büttcher, *Reciprocal Rank Fusion outperforms
Condorcet and Individual Rank Learning Methods*, 2009): an item's score is the sum of
``1 / (K + rank)`` over the orders that it is in, ranks from 1.  Scores of the two never
meet, so neither has to be scaled.  It is used for partial hits alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

#: The paper's constant.
K = 60
#: So many of the best by words take part; those behind them keep their order.
DEPTH = 200

_Item = TypeVar("_Item")


def fused(ours: Sequence[_Item], theirs: Sequence[_Item]) -> list[_Item]:
    """All items of ``ours``, best first, and those of ``theirs`` with them; each once.

    Equals stand as in ``ours``.
    """
    scores: dict[_Item, float] = {}
    for order in (ours[:DEPTH], theirs):
        for rank, item in enumerate(order, 1):
            scores[item] = scores.get(item, 0.0) + 1 / (K + rank)
    best = sorted(scores, key=lambda item: -scores[item])
    return best + [item for item in ours[DEPTH:] if item not in scores]
