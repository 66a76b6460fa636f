"""Which policies count as one document.

Near-duplicates make a family (:meth:`indexer.engines.base.IndexWriter.fold`).  A *group*
is a family, or a policy that is in none; its number is that of the first of its policies.
A group's policies and documents of the index need not lie together, so counting
(:mod:`.group_counting`) goes through methods that list them so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.engines.base import Search
from indexer.engines.embedded.documents.policy_keys import PolicyKeys
from indexer.engines.embedded.documents.policy_titles import PolicyTitles
from indexer.engines.embedded.documents.policy_values import PolicyValues
from indexer.engines.embedded.kernels.arguments import Ints, Longs
from indexer.engines.embedded.kernels.bits import Docs, Mask
from indexer.engines.embedded.opened import OpenedIndex

#: The side data of a version that keeps its families.
FAMILIES = "families.json"


def dump_families(families: Iterable[Sequence[str]]) -> bytes:
    """Families as a version keeps them."""
    return json.dumps([list(family) for family in families]).encode("ascii")


def load_families(kept: bytes | None) -> tuple[tuple[str, ...], ...]:
    """The families that a version keeps; none where it keeps none."""
    return tuple(map(tuple, json.loads(kept))) if kept else ()


@dataclass(frozen=True, slots=True)
class Folded:
    """Policies in their groups.

    ``policies[starts[at]]`` leads the group ``at``, ``policies[starts[at] + 1:starts[at + 1]]``
    are the others of it, the newest first.
    """

    policies: Longs
    starts: Longs

    @property
    def leads(self) -> Longs:
        """The policy that stands for each group."""
        leads: Longs = self.policies[self.starts[:-1]]
        return leads

    def others(self, at: int) -> Longs:
        """The other policies of a group."""
        return self.policies[self.starts[at] + 1 : self.starts[at + 1]]


class Groups:
    """The policies of an opened index, each of its own or with its near-duplicates."""

    def __init__(
        self, opened: OpenedIndex, keys: PolicyKeys, families: Iterable[Sequence[str]] = ()
    ) -> None:
        self._opened = opened
        self._keys = keys
        self._families = families

    @cached_property
    def numbers(self) -> Longs:
        """The group of each policy, int64."""
        numbers = np.arange(len(self._opened.table.values["policy"]), dtype=np.int64)
        for family in self._families:
            known = (self._opened.number_of(each) for each in family)
            inside = [number for number in known if number is not None]
            if len(inside) > 1:
                numbers[inside] = min(inside)
        return numbers

    @cached_property
    def of_documents(self) -> Ints:
        """The group of each document of the index, int32."""
        return self.numbers[self._opened.table.policies].astype(np.int32)

    @cached_property
    def _scattered(self) -> NDArray[np.bool_] | None:
        """Which policies have near-duplicates, whose documents may lie elsewhere; none: none."""
        sizes = np.bincount(self.numbers, minlength=len(self.numbers))
        many: NDArray[np.bool_] = sizes[self.numbers] > 1
        return many if many.any() else None

    def alone(self, policies: Mask) -> Mask:
        """Those of some policies, a bool for each of the index, that are in no family."""
        return policies if self._scattered is None else policies & ~self._scattered

    def together(self, docs: Docs) -> tuple[Docs, Ints]:
        """The documents of the index ``docs``, ascending, so that those of a group stand together.

        With the group of each, int32.
        """
        docs = self._grouped(docs, self._opened.table.policies[docs])
        return docs, self.of_documents[docs]

    def policies_together(self, policies: Mask) -> tuple[Ints, Ints]:
        """The numbers of some policies in the same way."""
        numbers = np.flatnonzero(policies).astype(np.int32)
        numbers = self._grouped(numbers, numbers)
        return numbers, self.numbers[numbers].astype(np.int32)

    def _grouped(self, items: Ints, policies: Ints) -> Ints:
        """Items of some policies, ascending, with those of a family behind the others."""
        # A policy's items lie together, so only those of families are to be moved.
        moved = self._in_families(policies)
        if moved is None:
            return items
        order = np.argsort(self.numbers[policies[moved]], kind="stable")
        return np.concatenate([items[~moved], items[moved][order]])

    def count(self, policies: NDArray[np.bool_], others: Longs) -> int:
        """How many groups some policies, and ``others`` by their numbers, are in."""
        mask = policies.copy()
        mask[others] = True
        if self._scattered is not None:
            numbers, mask = self.numbers[mask], np.zeros_like(mask)
            mask[numbers] = True
        return int(np.count_nonzero(mask))

    def outside(self, policies: Longs, others: Longs) -> Longs:
        """Those of some policies that are in no group with one of the ``others``."""
        mask = np.zeros(len(self.numbers), dtype=np.bool_)
        mask[self.numbers[others]] = True
        return policies[~mask[self.numbers[policies]]]

    def fold(self, policies: Longs) -> Folded:
        """Some policies in their groups, led by the newest, of equals the first in the library."""
        # Most policies are in no family: each of them is a group without any sorting.
        some = self._in_families(policies)
        if some is None:
            return Folded(policies, np.arange(len(policies) + 1))
        alone, several = policies[~some], policies[some]
        orders, dates = self._opened.policy_orders[several], self._keys.dates[several]
        several = several[np.lexsort((orders, -dates, self.numbers[several]))]
        starts = bounds_of(self.numbers[several]) + len(alone)
        return Folded(
            np.concatenate([alone, several]),
            np.concatenate([np.arange(len(alone)), starts]),
        )

    def _in_families(self, policies: NDArray[np.integer]) -> NDArray[np.bool_] | None:
        """Which of some policies are in a family; nothing where none is."""
        if self._scattered is None:
            return None
        some: NDArray[np.bool_] = self._scattered[policies]
        return some if some.any() else None


def bounds_of(values: NDArray[np.integer]) -> Longs:
    """Where each run of equal values begins, and where the last one ends."""
    if not len(values):
        return np.zeros(1, dtype=np.int64)
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    return np.concatenate([[0], changes, [len(values)]])


class Grouping:
    """Both ways to take the policies of one opened index: with near-duplicates, and without.

    With what belongs to each policy by itself: sort keys, title, the values of its facets.
    """

    def __init__(self, opened: OpenedIndex, families: Iterable[Sequence[str]]) -> None:
        self.keys = PolicyKeys(opened)
        self.values = PolicyValues(opened, self.keys)
        self.titles = PolicyTitles(opened, self.keys)
        self._folded = Groups(opened, self.keys, families)
        self._alone = Groups(opened, self.keys)

    def of(self, search: Search) -> Groups:
        """The groups that a request counts."""
        return self._folded if search.folded else self._alone
