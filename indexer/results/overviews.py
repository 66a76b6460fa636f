"""Answers that are no page of hits: themes with their records, how much there is, ids alone.

The searcher gives them; pages, API and command line print them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from indexer.results.model import Hit, IndexInfo
from indexer.results.record import Evidence


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme and the number of records that carry it."""

    name: str
    count: int
    variants: tuple[str, ...]
    automatic: bool

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "variants": list(self.variants)}


@dataclass(frozen=True, slots=True)
class ThemeRecord:
    """A record that carries a theme, with the evidence marked in the hit."""

    hit: Hit
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ThemeRecords:
    """One theme and its records, in document order.

    ``total`` counts all of them, ``provinces`` those of each province; ``records`` may be
    no more than the first.
    """

    name: str
    variants: tuple[str, ...]
    records: tuple[ThemeRecord, ...]
    total: int
    provinces: tuple[tuple[str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        records = [
            {**each.hit.to_dict(), "evidence": [asdict(e) for e in each.evidence]}
            for each in self.records
        ]
        return {"name": self.name, "variants": list(self.variants), "records": records}


@dataclass(frozen=True, slots=True)
class Stats:
    """How much is in the index; ``words`` is ``None`` where they were not counted."""

    info: IndexInfo
    policies: int
    records: int
    zones: int
    passages: int
    provinces: int
    themes: int
    words: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """How many full hits a query has, and the ids of the best, best first.

    ``facets``: ``(value, count)`` pairs of each facet, most first.
    """

    total: int
    ids: tuple[str, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]

    def to_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        facets = {
            name: [{"value": value, "count": count} for value, count in pairs]
            for name, pairs in self.facets.items()
        }
        return {"total": self.total, "ids": list(self.ids), "facets": facets}
