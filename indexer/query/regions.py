"""How a region that a query asks for was found: by records' own regions, or by issuers'.

``省:上海`` finds the zones of Shanghai, and what an organ of Shanghai issued where a
record has no region itself.  A reader is told how many hits come from which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from indexer.query.tree import And, Metadata, Node

#: Each costs one more evaluation of the query.
_MAX_COUNTED = 3
#: For a region that is asked for: hits by their own region, and by that of the issuer.
PlaceCounts = Mapping[Metadata, tuple[int, int]]
NO_PLACES: PlaceCounts = MappingProxyType({})


def place_counts(
    tree: Node, total: int, counts: Callable[[Sequence[Node]], Sequence[int]]
) -> PlaceCounts:
    """For each region that every hit is in, how many hits are in it how.

    Regions by which no hit is found through its issuer are left out.  ``total`` is the
    number of full hits of ``tree``, ``counts`` counts those of other trees under the same
    filters.
    """
    asked = list(_asked(tree))[:_MAX_COUNTED] if total else []
    if not asked:
        return NO_PLACES
    numbers = counts([own for _, own in asked])
    pairs = zip(asked, numbers, strict=True)
    return {node: (own, total - own) for (node, _), own in pairs if own < total}


def _asked(tree: Node) -> Iterator[tuple[Metadata, Node]]:
    """Each region that all hits must be in, with the tree that takes only their own."""
    match tree:
        case Metadata(field="province" | "city" | "county"):
            yield tree, replace(tree, own=True)
        case And(children):
            for at, child in enumerate(children):
                for node, own in _asked(child):
                    yield node, And((*children[:at], own, *children[at + 1 :]))
