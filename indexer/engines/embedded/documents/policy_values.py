"""Which values of each facet the records of a policy have, each once.

A policy that is a hit as a whole counts for all of them.  It has about a hundred records,
which share most of their values, so the lists of policies are much shorter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from indexer.engines.embedded.kernels.arguments import Ints, Longs
from indexer.engines.embedded.kernels.bits import unpack
from indexer.engines.embedded.opened import OpenedIndex


class Lists(NamedTuple):
    """Policy ``p`` has the values numbered ``codes[starts[p]:starts[p + 1]]``."""

    starts: Longs
    codes: Ints


class PolicyValues:
    """The values of the policies of one opened index; each facet is read when it is needed."""

    def __init__(self, opened: OpenedIndex) -> None:
        self._opened = opened
        self._lists: dict[str, Lists] = {}

    def of(self, name: str) -> Lists:
        """The values of a facet."""
        if name not in self._lists:
            self._lists[name] = self._read(name)
        return self._lists[name]

    def _read(self, name: str) -> Lists:
        table = self._opened.table
        column, many = table.columns[name], max(1, len(table.values[name]))
        owners = table.policies[column.rows].astype(np.int64)
        wanted = owners >= 0
        if not self._opened.all_live:
            wanted &= unpack(table.live, self._opened.size)[column.rows]
        entries = (owners * many + column.codes)[wanted]
        # Neighbours often have the same value, and sorting is what takes long.
        entries = np.unique(entries[np.diff(entries, prepend=-1) != 0])
        sizes = np.bincount(entries // many, minlength=len(table.values["policy"]))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return Lists(starts, (entries % many).astype(np.int32))
