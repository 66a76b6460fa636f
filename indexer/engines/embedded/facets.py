"""Exact facet counts, filters and sort orders, from columns.

A :class:`FacetTable` holds what every document of one generation has in each
facet.  Of a single segment the columns are the mapped arrays themselves; of
several they are strung together once, their values numbered in common.  It
never changes: any number of threads may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.folding import fold_text
from indexer.engines.embedded.kernels.bits import Bits, Docs, Mask, pack, unpack
from indexer.engines.embedded.kernels.protocol import SearchKernels
from indexer.engines.embedded.value_counts import (
    HEAD,
    LONGEST_HEAD,
    Pair,
    first_pairs,
    whole,
    with_chosen,
)
from indexer.results.facets import FACETS, SINGLE_FACETS, Filters

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

_NONE: Longs = np.zeros(0, dtype=np.int64)
#: What similar records share.
SIMILARITY_FACETS = ("theme", "keyword")


class Counting(Protocol):
    """What is counted of a set of documents: records, or what they belong to."""

    def docs_of(self, bits: Bits) -> Docs:
        """The documents of a bitmap, int32, in the order in which they are counted."""

    def counted(self, name: str, docs: Docs, head: int) -> Longs:
        """The values of a facet that ``docs`` have, as the kernels count them."""


class FacetColumn:
    """One facet: ``values``, sorted, and which documents have which.

    ``starts`` int64 [documents + 1] and ``codes`` int32 [entries]: a document
    has ``codes[starts[doc]:starts[doc + 1]]``, indices into ``values``.
    """

    def __init__(self, values: Sequence[str], starts: Longs, codes: Ints) -> None:
        self.values = values
        self.starts = starts
        self.codes = codes

    @cached_property
    def folded(self) -> list[str]:
        """The values as they are compared with what was typed."""
        return [fold_text(value) for value in self.values]

    @cached_property
    def rows(self) -> Docs:
        """The document of each entry, int32, ascending."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    def having(self, wanted: Sequence[int]) -> Mask:
        """Which documents have one of the values numbered ``wanted``."""
        flags = np.zeros(len(self.values), dtype=np.bool_)
        flags[np.array(wanted, dtype=np.int64)] = True
        mask = np.zeros(len(self.starts) - 1, dtype=np.bool_)
        mask[self.rows[flags[self.codes]]] = True
        return mask

    def equal(self, chosen: Sequence[str]) -> Mask:
        """Which documents have one of the ``chosen`` values."""
        places = ((int(np.searchsorted(self._sortable, value)), value) for value in chosen)
        return self.having([i for i, v in places if i < len(self.values) and self.values[i] == v])

    @cached_property
    def _sortable(self) -> NDArray[Any]:
        # Objects, because NumPy's own strings lose trailing zeros and are as long as the longest.
        return np.array(self.values, dtype=object)

    def folded_equal(self, text: str) -> Mask:
        """Which documents have a value that folds to the same as ``text``."""
        key = fold_text(text)
        return self.having([i for i, value in enumerate(self.folded) if value == key])

    def beginning(self, text: str) -> Mask:
        """Which documents have a value whose folded form begins with ``text``'s."""
        key = fold_text(text)
        return self.having([i for i, value in enumerate(self.folded) if value.startswith(key)])

    def weights(self, doc: int, live: Mask) -> NDArray[np.float64]:
        """For each document, the summed idf of the values it shares with ``doc``.

        The inverse document frequency of a value that ``n`` of ``N`` live
        documents have is Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``: the
        rarer a shared value, the more it says.
        """
        own = np.unique(self.codes[self.starts[doc] : self.starts[doc + 1]])
        shared = np.isin(self.codes, own) & live[self.rows]
        rows, codes = self.rows[shared], self.codes[shared]
        having = np.bincount(codes, minlength=len(self.values))[codes]
        total = np.count_nonzero(live)
        idf = np.log1p((total - having + 0.5) / (having + 0.5))
        return np.bincount(rows, weights=idf, minlength=len(live)).astype(np.float64)

    def pairs(self, other: FacetColumn, mask: Mask) -> dict[tuple[str, str], int]:
        """How many documents of ``mask`` have both a value here and one of ``other``.

        Only pairs that occur; with itself, a value pairs with itself too.
        """
        starts = other.starts
        mine = mask[self.rows]
        rows, codes = self.rows[mine].astype(np.int64), self.codes[mine].astype(np.int64)
        partners = starts[rows + 1] - starts[rows]
        # Every pair of one of my values and each of its document's other values.
        first = np.repeat(starts[rows] - (np.cumsum(partners) - partners), partners)
        theirs = other.codes[first + np.arange(len(first))].astype(np.int64)
        width = max(1, len(other.values))
        keys, counts = np.unique(np.repeat(codes, partners) * width + theirs, return_counts=True)
        return {
            (self.values[key // width], other.values[key % width]): count
            for key, count in zip(keys.tolist(), counts.tolist(), strict=True)
        }


@dataclass(frozen=True)
class FacetTable:
    """All facets and sort keys of one index generation.

    ``single``: int32 [documents, single-valued facets], -1 for none.
    ``order``: int64, document order.  ``dates``: int64, ``yyyymmdd`` or 0.
    ``codes``: int64, region code or a number beyond all codes.  ``live``: bitmap.
    """

    values: Mapping[str, Sequence[str]]
    single: Ints
    many: Mapping[str, FacetColumn]
    order: Longs
    dates: Longs
    codes: Longs
    live: Bits

    @property
    def size(self) -> int:
        """Document numbers run from 0 to ``size`` - 1."""
        return len(self.order)

    @cached_property
    def columns(self) -> Mapping[str, FacetColumn]:
        """Every facet as a column of its own; single-valued ones are made when asked for."""
        return _Columns(self)

    @cached_property
    def policies(self) -> Ints:
        """The number of each document's policy, -1 for none: int32 [documents]."""
        return np.ascontiguousarray(self.single[:, SINGLE_FACETS.index("policy")])

    @cached_property
    def policy_sizes(self) -> Longs:
        """How many live documents each policy has."""
        policies = self.policies[unpack(self.live, self.size)]
        return np.bincount(policies[policies >= 0], minlength=len(self.values["policy"]))

    def masks(self, filters: Filters) -> dict[str, Bits]:
        """One set for each facet with a choice, and ``date`` for a range."""
        masks = {
            name: pack(self.columns[name].equal(filters.chosen(name)))
            for name in FACETS
            if filters.chosen(name)
        }
        if filters.date_from or filters.date_to:
            masks["date"] = self.between(filters.date_from, filters.date_to)
        return masks

    def between(self, start: str | None, end: str | None) -> Bits:
        """The documents dated from ``start`` to ``end`` (ISO, inclusive)."""
        first = int(start.replace("-", "")) if start else 1
        last = int(end.replace("-", "")) if end else 99_999_999
        return pack((self.dates >= first) & (self.dates <= last))

    def counts(
        self,
        found: Bits,
        masks: Mapping[str, Bits],
        filters: Filters,
        facets: Sequence[str],
        values: int | None,
        counting: Counting,
    ) -> dict[str, Sequence[Pair]]:
        """Exact counts for ``facets`` over ``found`` restricted by ``masks``.

        A facet's own mask does not apply to itself, so that its other values
        stay visible; chosen values that have no hits are there at zero.  No more
        than so many ``values`` of each beside chosen ones, or all (``None``).
        """
        counted: dict[str, Sequence[Pair]] = {}
        common = tuple(name for name in facets if name not in masks)
        if common:
            counted |= self._counts(found, masks.values(), common, values, counting)
        for name in facets:
            if name in masks:
                others = [mask for other, mask in masks.items() if other != name]
                own = self._counts(found, others, (name,), None, counting)[name]
                counted[name] = with_chosen(own, filters.chosen(name), values)
        return {name: counted[name] for name in facets}

    def _counts(
        self,
        found: Bits,
        masks: Iterable[Bits],
        facets: tuple[str, ...],
        values: int | None,
        counting: Counting,
    ) -> dict[str, Sequence[Pair]]:
        for mask in masks:
            found = found & mask
        return self.counts_of(counting.docs_of(found), facets, values, counting)

    def counts_of(
        self, docs: Docs, facets: tuple[str, ...], values: int | None, counting: Counting
    ) -> dict[str, Sequence[Pair]]:
        """Exact counts for ``facets`` over ``docs``.

        Raises ``ValueError`` for ``values`` below 0.
        """
        if values is not None and values < 0:
            raise ValueError(f"values={values}: 0 or more, or None for all")
        head = HEAD if values is None else min(values, LONGEST_HEAD)
        counted: dict[str, Sequence[Pair]] = {}
        for name in facets:
            names = self.values[name]
            found = counting.counted(name, docs, head) if names else _NONE
            pairs: Sequence[Pair] = first_pairs(names, found, head)
            if head != values:
                pairs = whole(names, found, pairs)
                pairs = pairs if values is None else pairs[:values]
            counted[name] = pairs
        return counted

    def cross(
        self, found: Bits, masks: Mapping[str, Bits], first: str, second: str
    ) -> dict[tuple[str, str], int]:
        """Exact counts for pairs of values of two facets, over ``found`` restricted by ``masks``.

        As in :meth:`counts`, the two facets' own masks do not apply.
        """
        for name, restriction in masks.items():
            if name not in (first, second):
                found = found & restriction
        mask = unpack(found, self.size)
        return self.columns[first].pairs(self.columns[second], mask)

    def similar(self, doc: int, limit: int) -> list[tuple[int, float]]:
        """Up to ``limit`` live documents that share themes or keywords with ``doc``.

        Best first, with the score: the idf of everything shared, summed
        (:meth:`FacetColumn.weights`); equals in document order.
        """
        live = unpack(self.live, self.size)
        scores = np.zeros(self.size)
        for name in SIMILARITY_FACETS:
            scores += self.columns[name].weights(doc, live)
        scores[doc] = 0
        docs = np.flatnonzero(scores)
        best = docs[np.lexsort((self.order[docs], -scores[docs].round(9)))][:limit]
        return [(int(each), float(scores[each])) for each in best]

    def sort_key(self, sort: str, docs: Docs) -> Longs:
        """What a sort other than relevance goes by, highest first; equals in document order."""
        if sort == "date":
            return self.dates[docs]
        if sort == "region":
            return -self.codes[docs]
        return np.zeros(len(docs), dtype=np.int64)


class RecordCounting:
    """Counts each document of the index by itself."""

    def __init__(self, table: FacetTable, kernels: SearchKernels) -> None:
        self._table = table
        self._kernels = kernels

    def docs_of(self, bits: Bits) -> Docs:
        """The documents of a bitmap, int32, ascending."""
        return self._kernels.docs_of(bits)

    def counted(self, name: str, docs: Docs, head: int) -> Longs:
        """The values of a facet that ``docs`` have."""
        table, many = self._table, len(self._table.values[name])
        if name in table.many:
            column = table.many[name]
            return self._kernels.count_list(docs, column.starts, column.codes, many, head)
        at = SINGLE_FACETS.index(name)
        return self._kernels.count_column(docs, table.single, at, many, head)


class _Columns(dict[str, FacetColumn]):
    """Columns by name; fills itself."""

    def __init__(self, table: FacetTable) -> None:
        super().__init__(table.many)
        self._table = table

    def __missing__(self, name: str) -> FacetColumn:
        codes = self._table.single[:, SINGLE_FACETS.index(name)]
        held = codes >= 0
        starts = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
        column = self[name] = FacetColumn(self._table.values[name], starts, codes[held])
        return column
