"""The values of a facet as an answer has them: thousands, of which a page shows a few.

A :class:`FacetValue` is made when it is looked at; where all are written
out, as the API does, they become dictionaries at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from indexer.results.lazy import LazyPairs, LazySequence


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, with the exact number of hits that have it."""

    value: str
    label: str
    count: int
    selected: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values by name."""
        return asdict(self)


class FacetValues(LazySequence[FacetValue]):
    """The values of one facet."""

    __slots__ = ("_chosen", "_counts", "_labels")

    def __init__(
        self,
        counts: Sequence[tuple[str, int]],
        labels: Mapping[str, str],
        chosen: Collection[str],
    ) -> None:
        """``labels``: what values are called that are not called as they are written."""
        super().__init__(len(counts), partial(_made, counts, labels, chosen))
        self._counts = counts
        self._labels = labels
        self._chosen = chosen

    def to_dicts(self) -> list[dict[str, Any]]:
        """What :meth:`FacetValue.to_dict` gives of each, without making them."""
        label, chosen = self._labels.get, self._chosen
        counts = self._counts.each() if isinstance(self._counts, LazyPairs) else self._counts
        if not self._labels and not chosen:
            return [
                {"value": value, "label": value, "count": n, "selected": False}
                for value, n in counts
            ]
        return [
            {"value": value, "label": label(value, value), "count": n, "selected": value in chosen}
            for value, n in counts
        ]


def _made(
    counts: Sequence[tuple[str, int]],
    labels: Mapping[str, str],
    chosen: Collection[str],
    first: int,
    last: int,
) -> tuple[FacetValue, ...]:
    label = labels.get
    return tuple(
        [
            FacetValue(value, label(value, value), n, value in chosen)
            for value, n in counts[first:last]
        ]
    )


def dictionaries(values: Sequence[FacetValue]) -> list[dict[str, Any]]:
    """Values of a facet as plain dictionaries."""
    if isinstance(values, FacetValues):
        return values.to_dicts()
    return [value.to_dict() for value in values]
