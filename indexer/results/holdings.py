"""The holdings: every policy with the number of its records, to be looked through as a list.

A list is small beside the records, so that it is held in memory: it is filtered by a
text in title, number or issuer and by facets of policies, counted as facets of a search
are, and sorted by what its columns show.  Nothing of it is searched in the index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.policy import LEVELS, Policy, first_day
from indexer.analysis.analyzer import literal_texts
from indexer.results.facet_values import FacetValue
from indexer.results.facets import BY_NAME, Filters

#: The facets by which policies are listed; all but the last are a policy's own.
HELD_FACETS = ("issuer", "level", "area", "validity", "year", "kind")
_OWN_FACETS = HELD_FACETS[:-1]
_NUMBER = re.compile("([0-9]+)")
#: Between units, so that 1941 is not found in 〔2019〕41.
_APART = "\0"


@dataclass(frozen=True, slots=True)
class Held:
    """A policy with the number of its zones and of its passages."""

    policy: Policy
    zones: int
    passages: int

    @property
    def records(self) -> int:
        """How many records it has."""
        return self.zones + self.passages

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its records."""
        counts = (("zone", self.zones), ("passage", self.passages))
        return tuple(kind for kind, count in counts if count)


def name_order(text: str) -> bytes:
    """A key that sorts by GB 18030, which has the common characters in the order of Pinyin."""
    return text.encode("gb18030", "replace")


def _number_order(number: str) -> tuple[tuple[int, int, bytes], ...]:
    """Numbers within a text by their size: 〔2019〕9号 before 〔2019〕41号."""
    parts = (part for part in _NUMBER.split(number) if part)
    return tuple(
        (0, int(part), b"") if part.isdecimal() else (1, 0, name_order(part)) for part in parts
    )


def _level_order(policy: Policy) -> int | None:
    return LEVELS.index(policy.level) if policy.level else None


def _area_order(policy: Policy) -> tuple[str, str] | None:
    region = policy.region
    return (region.code or "~", region.full_name) if region else None


#: By what each order goes; a policy without it comes last in either direction.
_ORDERS: Mapping[str, Callable[[Held], Any]] = {
    "title": lambda held: name_order(held.policy.title),
    "number": lambda held: _number_order(held.policy.number) if held.policy.number else None,
    "issuer": lambda held: name_order(held.policy.issuer) if held.policy.issuer else None,
    "date": lambda held: first_day(held.policy.date) if held.policy.date else None,
    "level": lambda held: _level_order(held.policy),
    "area": lambda held: _area_order(held.policy),
    "records": lambda held: held.records,
}
HELD_SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class HoldingsQuery:
    """What is asked of the list.

    Each word of ``text`` must stand in title, number or issuer.  Of ``filters`` only
    :data:`HELD_FACETS` matter.  ``sort`` is one of :data:`HELD_SORTS`, or empty for the
    order of the library.
    """

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class HoldingsList:
    """The policies that were asked for, in order, and exact counts of each facet."""

    held: tuple[Held, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class _Row:
    held: Held
    texts: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


class Holdings:
    """Every policy of a library.  Immutable; threads may share it."""

    def __init__(self, held: Iterable[Held]) -> None:
        """``held`` is in library order."""
        self._rows = tuple(map(_row, held))
        #: Every value that a facet has in the library, sorted.
        self.values = {
            name: tuple(sorted({value for row in self._rows for value in row.values[name]}))
            for name in HELD_FACETS
        }

    @property
    def everything(self) -> tuple[Held, ...]:
        """All of them, in library order."""
        return tuple(row.held for row in self._rows)

    def select(self, query: HoldingsQuery) -> HoldingsList:
        """The policies that ``query`` asks for; a facet's own choice does not hide its values."""
        words = [key for word in query.text.split() if (key := _key(word))]
        chosen = {name: query.filters.chosen(name) for name in HELD_FACETS}
        counts: dict[str, Counter[str]] = {name: Counter() for name in HELD_FACETS}
        found = []
        for row in self._rows:
            if not all(any(word in text for text in row.texts) for word in words):
                continue
            failed = [n for n, some in chosen.items() if some and not {*some} & {*row.values[n]}]
            if not failed:
                found.append(row.held)
            for name in failed if len(failed) == 1 else () if failed else HELD_FACETS:
                counts[name].update(row.values[name])
        facets = {name: _values(name, counts[name], chosen[name]) for name in HELD_FACETS}
        return HoldingsList(_sorted(found, query), facets)


def _row(held: Held) -> _Row:
    policy = held.policy
    texts = (policy.title, policy.number or "", policy.issuer or "")
    values = {name: BY_NAME[name].values_of_policy(policy) for name in _OWN_FACETS}
    return _Row(held, tuple(map(_key, texts)), {**values, "kind": held.kinds})


def _key(text: str) -> str:
    """A text as it is compared: its literal units, punctuation left out."""
    return _APART.join(literal_texts(text))


def _values(name: str, counts: Counter[str], chosen: Collection[str]) -> tuple[FacetValue, ...]:
    """Most first, then by value; what is chosen is there even at zero."""
    pairs = {**dict.fromkeys(chosen, 0), **counts}
    label = BY_NAME[name].closed
    ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetValue(v, label.get(v, v), count, v in chosen) for v, count in ordered)


def _sorted(found: Sequence[Held], query: HoldingsQuery) -> tuple[Held, ...]:
    if not query.sort:
        return tuple(reversed(found) if query.descending else found)
    order = _ORDERS[query.sort]
    keyed = [(order(held), held) for held in found]
    having = [pair for pair in keyed if pair[0] is not None]
    # Of equals the first in the library comes first, in either direction.
    having.sort(key=lambda pair: pair[0], reverse=query.descending)
    return tuple(held for _, held in (*having, *(pair for pair in keyed if pair[0] is None)))
