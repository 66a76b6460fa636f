"""Facets of an answer by document: a value counts once for each group that has it."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.documents.groups import Grouping, Groups
from indexer.engines.embedded.kernels.arguments import Ints, Longs
from indexer.engines.embedded.kernels.bits import Bits, Docs
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.opened import OpenedIndex
from indexer.results.facets import BY_NAME, SINGLE_FACETS

#: The policies of so many documents are looked up one by one.
_FEW = 4096


class GroupCounting:
    """Counts groups, for one request.

    What is counted are the documents that :meth:`docs_of` gave last, and beside them
    ``whole`` policies, by their numbers, with all values that they have.  Each of these
    is a group by itself, of which no document is among the others.

    Where all documents of a policy have the same values, policies are counted: there are
    far fewer of them.
    """

    def __init__(
        self,
        opened: OpenedIndex,
        kernels: SearchKernels,
        grouping: Grouping,
        groups: Groups,
        whole: Longs,
    ) -> None:
        self._opened = opened
        self._table = opened.table
        self._kernels = kernels
        self._values = grouping.values
        self._groups = groups
        self._whole = whole
        self._of: Ints = np.zeros(0, dtype=np.int32)
        self._policies = (self._of, self._of)

    def docs_of(self, bits: Bits) -> Docs:
        """The documents of a bitmap, those of a group together."""
        docs = self._kernels.docs_of(bits)
        if len(docs) < _FEW:
            policies = self._opened.policies_of(docs)
        else:
            many = len(self._table.values["policy"])
            policies = self._kernels.owners_of(bits, self._opened.policy_runs, many)
        policies[self._whole] = True
        self._policies = self._groups.policies_together(policies)
        docs, self._of = self._groups.together(docs)
        return docs

    def counted(self, name: str, docs: Docs, head: int) -> Longs:
        """The values of a facet that groups have."""
        kernels, table, many = self._kernels, self._table, len(self._table.values[name])
        if BY_NAME[name].of_document:
            return kernels.count_grouped_list(*self._policies, *self._values.of(name), many, head)
        if name in table.many:
            column = table.many[name]
            counted = kernels.count_grouped_list(
                docs, self._of, column.starts, column.codes, many, head
            )
        else:
            at = SINGLE_FACETS.index(name)
            counted = kernels.count_grouped_column(docs, self._of, table.single, at, many, head)
        if len(self._whole):
            counted = kernels.count_further(
                counted, self._whole, *self._values.of(name), many, head
            )
        return counted
