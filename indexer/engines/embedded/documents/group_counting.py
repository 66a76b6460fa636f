"""Facets of an answer by document: a value counts once for each group that has it."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.documents.groups import Grouping, Groups
from indexer.engines.embedded.facets import FacetTable
from indexer.engines.embedded.kernels.arguments import Ints, Longs
from indexer.engines.embedded.kernels.bits import Bits, Docs
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.results.facets import SINGLE_FACETS


class GroupCounting:
    """Counts groups, for one request.

    What is counted are the documents that :meth:`docs_of` gave last, and beside them
    ``whole`` policies, by their numbers, with all values that they have.  Each of these
    is a group by itself, of which no document is among the others.
    """

    def __init__(
        self,
        table: FacetTable,
        kernels: SearchKernels,
        grouping: Grouping,
        groups: Groups,
        whole: Longs,
    ) -> None:
        self._table = table
        self._kernels = kernels
        self._values = grouping.values
        self._groups = groups
        self._whole = whole
        self._of: Ints = np.zeros(0, dtype=np.int32)

    def docs_of(self, bits: Bits) -> Docs:
        """The documents of a bitmap, those of a group together."""
        docs, self._of = self._groups.together(self._kernels.docs_of(bits))
        return docs

    def counted(self, name: str, docs: Docs, head: int) -> Longs:
        """The values of a facet that groups have."""
        kernels, table, many = self._kernels, self._table, len(self._table.values[name])
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
