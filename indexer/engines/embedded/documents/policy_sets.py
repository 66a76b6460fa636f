"""Which policies a query tree matches, taken as whole documents.

A policy holds a clause where a record of it matches the clause, or where the clause
stands literally in its text, over lines and records.  So each clause gives two sets of
policies, those that hold it at all and those that hold it literally, and the tree is
walked over them as :mod:`indexer.engines.embedded.matching` walks it over records.  A
condition holds where a record of the policy meets it; an exclusion leaves out what
holds the excluded literally anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce

import numpy as np

from indexer.engines.embedded.kernels.arguments import Longs
from indexer.engines.embedded.kernels.bits import Bits, Mask
from indexer.engines.embedded.opened import SegmentReader
from indexer.engines.embedded.postings import PostingReader
from indexer.query.tree import And, Chunk, Document, Node, Not, Or, Phrase, rewritten
from indexer.query.unit_row import UnitRow, unit_row

#: The documents of so many policies are put down run by run.
_FEW = 500


class PolicySets:
    """Sets of policies for one request.

    ``records`` gives the records that a node matches at all, and literally.
    """

    def __init__(
        self, postings: PostingReader, records: Callable[[Node], tuple[Bits, Bits]]
    ) -> None:
        self._postings = postings
        self._opened = postings.opened
        self.records = records
        self._rows: dict[UnitRow, list[tuple[int, Longs]]] = {}

    def holding(self, node: Node) -> Mask:
        """The policies that match a node."""
        match node:
            case And(children):
                return self._all(map(self.holding, children))
            case Or(children):
                return reduce(np.logical_or, map(self.holding, children))
            case Not(child):
                return self._opened.live_policies & ~self.literally(child)
            case Document(child):
                return self.holding(child)
        full = self.of(self.records(node)[0])
        return full | self.in_text(node) if isinstance(node, Chunk | Phrase) else full

    def literally(self, node: Node) -> Mask:
        """The policies that match a node literally."""
        match node:
            case And(children):
                return self._all(map(self.literally, children))
            case Or(children):
                return reduce(np.logical_or, map(self.literally, children))
            case Not():
                return self.holding(node)
            case Document(child):
                return self.literally(child)
        literal = self.of(self.records(node)[1])
        return literal | self._standing(node) if isinstance(node, Chunk | Phrase) else literal

    @staticmethod
    def _all(masks: Iterator[Mask]) -> Mask:
        """What all of some sets hold; none is made once nothing is left."""
        common = next(masks)
        while common.any() and (other := next(masks, None)) is not None:
            common = common & other
        return common

    def of(self, bits: Bits) -> Mask:
        """The policies of some documents, deleted ones aside."""
        many = len(self._opened.table.values["policy"])
        runs = self._opened.policy_runs
        return self._postings.kernels.owners_of(bits & self._opened.table.live, runs, many)

    def records_of(self, policies: Mask) -> Mask:
        """The documents of some policies."""
        starts, owners = self._opened.policy_runs
        runs = np.flatnonzero(policies[owners])
        if len(runs) > _FEW:
            return np.repeat(policies[owners], np.diff(starts))
        mask = np.zeros(self._opened.size, dtype=np.bool_)
        for own in map(slice, starts[runs].tolist(), starts[runs + 1].tolist()):
            mask[own] = True
        return mask

    def in_text(self, leaf: Chunk | Phrase) -> Mask:
        """Where a clause, or another way to write it, stands over lines and records."""
        found = self._standing(leaf)
        for other in rewritten(leaf):
            found = found | self._standing(other)
        return found

    def _standing(self, leaf: Chunk | Phrase) -> Mask:
        mask = self._none()
        for segment, positions in self.places(leaf):
            policies = self._opened.text_policies(segment)
            here = policies[segment.documents.rows_of(positions)]
            mask[here[here >= 0]] = True
        return mask

    def places(self, leaf: Chunk | Phrase) -> Iterator[tuple[SegmentReader, Longs]]:
        """Where a clause without a field stands in texts, but not in a record there."""
        if leaf.field is not None:
            return
        row = unit_row(leaf)
        if row not in self._rows:
            self._rows[row] = list(self._found(row))
        for at, positions in self._rows[row]:
            yield self._opened.segments[at], positions

    def _found(self, row: UnitRow) -> Iterator[tuple[int, Longs]]:
        for at, segment in enumerate(self._opened.segments):
            wanted = self._postings.wanted(segment.documents.terms, row)
            if wanted is not None:
                positions = self._postings.kernels.open_rows(segment.documents.pairs, wanted)
                if len(positions):
                    yield at, positions

    def _none(self) -> Mask:
        return np.zeros(len(self._opened.table.values["policy"]), dtype=np.bool_)
