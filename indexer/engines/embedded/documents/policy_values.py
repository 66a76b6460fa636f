"""Which values of each facet the records of a policy have, each once.

A policy that is a hit as a whole counts for all of them.  It has about a hundred records,
which share most of their values, so the lists of policies are much shorter.  Of some
facets all records of a policy have the same values
(:attr:`indexer.results.facets.Facet.of_document`): these count for any of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from indexer.engines.embedded.documents.policy_keys import PolicyKeys
from indexer.engines.embedded.kernels.arguments import Ints, Longs
from indexer.engines.embedded.kernels.bits import unpack
from indexer.engines.embedded.opened import OpenedIndex
from indexer.results.facets import BY_NAME, SINGLE_FACETS

_NO_CODES: Ints = np.zeros(0, dtype=np.int32)


class Lists(NamedTuple):
    """Policy ``p`` has the values numbered ``codes[starts[p]:starts[p + 1]]``."""

    starts: Longs
    codes: Ints


class PolicyValues:
    """The values of the policies of one opened index; each facet is read when it is needed."""

    def __init__(self, opened: OpenedIndex, keys: PolicyKeys) -> None:
        self._opened = opened
        self._keys = keys
        self._lists: dict[str, Lists] = {}

    def of(self, name: str) -> Lists:
        """The values of a facet."""
        if name not in self._lists:
            read = self._of_first if BY_NAME[name].of_document else self._read
            self._lists[name] = read(name)
        return self._lists[name]

    def _of_first(self, name: str) -> Lists:
        """The values of the first live record of each policy."""
        table, live = self._opened.table, self._opened.live_policies
        firsts, sizes = self._keys.firsts[live], np.zeros(len(live), dtype=np.int64)
        if name in table.many:
            column = table.many[name]
            begins, ends = column.starts[firsts], column.starts[firsts + 1]
            held = [column.codes[at] for at in map(slice, begins.tolist(), ends.tolist())]
            codes = np.concatenate([_NO_CODES, *held])
            sizes[live] = ends - begins
        else:
            codes = table.single[firsts, SINGLE_FACETS.index(name)]
            sizes[live] = codes >= 0
            codes = codes[codes >= 0]
        return Lists(np.concatenate([[0], np.cumsum(sizes)]), codes.astype(np.int32))

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
