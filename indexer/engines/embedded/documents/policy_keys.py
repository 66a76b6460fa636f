"""What the policies of an index are sorted by: keys of each policy, by its number."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from indexer.engines.embedded.kernels.arguments import Longs
from indexer.engines.embedded.kernels.bits import unpack
from indexer.engines.embedded.opened import OpenedIndex
from indexer.engines.embedded.segments.segment_format import NO_CODE


class PolicyKeys:
    """What the policies of an opened index are sorted by, each by its number."""

    def __init__(self, opened: OpenedIndex) -> None:
        self._opened = opened

    def sort_key(self, sort: str, policies: Longs) -> Longs:
        """What a sort other than relevance goes by, least first; equals in library order."""
        if sort == "date":
            return -self.dates[policies]
        if sort == "region":
            return self._codes[policies]
        return np.zeros(len(policies), dtype=np.int64)

    @cached_property
    def dates(self) -> Longs:
        """yyyymmdd, 0 for none."""
        return self._of_first(self._opened.table.dates)

    @cached_property
    def firsts(self) -> Longs:
        """The first live document of each policy."""
        table = self._opened.table
        firsts = np.zeros(len(table.values["policy"]), dtype=np.int64)
        # Of several values for one place the last one stays, which is the first document's.
        firsts[table.policies[self._backwards]] = self._backwards
        return firsts

    @cached_property
    def _codes(self) -> Longs:
        """The code of each issuer's region, else of the first record that has one."""
        table = self._opened.table
        codes = np.full(len(self.firsts), NO_CODE, dtype=np.int64)
        placed = self._backwards[table.codes[self._backwards] != NO_CODE]
        codes[table.policies[placed]] = table.codes[placed]
        for number in np.flatnonzero(self._opened.live_policies).tolist():
            region = self._opened.policy(int(self.firsts[number])).region
            if region is not None and region.code:
                codes[number] = int(region.code)
        return codes

    @cached_property
    def _backwards(self) -> Longs:
        """All live documents, the last in the library first."""
        live = np.flatnonzero(unpack(self._opened.table.live, self._opened.size))
        return live[np.argsort(self._opened.table.order[live], kind="stable")][::-1]

    def _of_first(self, column: Longs) -> Longs:
        return column[self.firsts] if len(column) else np.zeros(len(self.firsts), np.int64)
