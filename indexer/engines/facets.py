"""Exact facet counts, filters and sort orders, from columns in memory.

A :class:`FacetTable` holds what every record of one index generation has in
each facet, as NumPy arrays that are read once when the generation is first
searched and never changed: any number of threads may use it.  A document's
row is its document number in the engine; ``live`` tells which rows exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.folding import fold_text
from indexer.results import FACETS, Filters

Docs = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: What similar records share.
SIMILARITY_FACETS = ("theme", "keyword")


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """One facet: pairs of a document (``rows``) and a value's number (``codes``).

    ``rows``: int32, ascending.  ``codes``: int32, indices into ``values``,
    which are sorted.  A document may have none, one or many.
    """

    values: tuple[str, ...]
    rows: NDArray[np.int32]
    codes: NDArray[np.int32]

    @classmethod
    def build(cls, per_doc: Sequence[Sequence[str]]) -> FacetColumn:
        """From the values of each document, by document number."""
        values = tuple(sorted({value for row in per_doc for value in row}))
        code = {value: i for i, value in enumerate(values)}
        rows = [doc for doc, row in enumerate(per_doc) for _ in row]
        codes = [code[value] for row in per_doc for value in row]
        return cls(values, np.array(rows, dtype=np.int32), np.array(codes, dtype=np.int32))

    def count(self, mask: Mask, chosen: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """``(value, count)`` over the documents in ``mask``: most first, then by value.

        ``chosen`` values are there even at zero, known to the index or not.
        """
        counts = np.bincount(self.codes[mask[self.rows]], minlength=len(self.values))
        found = {self.values[i]: int(counts[i]) for i in np.flatnonzero(counts)}
        for value in chosen:
            found.setdefault(value, 0)
        return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def having(self, wanted: Sequence[int], size: int) -> Mask:
        """Which of ``size`` documents have one of the values numbered ``wanted``."""
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[np.isin(self.codes, np.array(wanted, dtype=np.int32))]] = True
        return mask

    def equal(self, chosen: Sequence[str], size: int) -> Mask:
        """Which documents have one of the ``chosen`` values."""
        wanted = set(chosen)
        return self.having([i for i, value in enumerate(self.values) if value in wanted], size)

    def folded_equal(self, text: str, size: int) -> Mask:
        """Which documents have a value that folds to the same as ``text``."""
        key = fold_text(text)
        return self.having([i for i, v in enumerate(self.values) if fold_text(v) == key], size)

    def beginning(self, text: str, size: int) -> Mask:
        """Which documents have a value whose folded form begins with ``text``'s."""
        key = fold_text(text)
        wanted = [i for i, value in enumerate(self.values) if fold_text(value).startswith(key)]
        return self.having(wanted, size)

    def weights(self, doc: int, live: Mask) -> NDArray[np.float64]:
        """For each document, the summed idf of the values it shares with ``doc``.

        The inverse document frequency of a value that ``n`` of ``N`` live
        documents have is Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``: the
        rarer a shared value, the more it says.
        """
        own = np.unique(self.codes[self.rows == doc])
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
        starts = np.searchsorted(other.rows, np.arange(len(mask) + 1))
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


@dataclass(frozen=True, slots=True)
class FacetTable:
    """All facets and sort keys of one index generation.

    ``order``: int64, document order.  ``dates``: int64, ``yyyymmdd`` or 0.
    ``codes``: int64, region code or a number beyond all codes.  ``live``: bool.
    """

    columns: Mapping[str, FacetColumn]
    order: Docs
    dates: Docs
    codes: Docs
    live: Mask

    @property
    def size(self) -> int:
        """Document numbers run from 0 to ``size`` - 1."""
        return len(self.live)

    def masks(self, filters: Filters) -> dict[str, Mask]:
        """One mask for each facet with a choice, and ``date`` for a range."""
        masks = {
            name: self.columns[name].equal(filters.chosen(name), self.size)
            for name in FACETS
            if filters.chosen(name)
        }
        if filters.date_from or filters.date_to:
            masks["date"] = self.between(filters.date_from, filters.date_to)
        return masks

    def allowed(self, filters: Filters) -> Mask:
        """The live documents that pass all filters."""
        allowed = self.live
        for mask in self.masks(filters).values():
            allowed = allowed & mask
        return allowed

    def between(self, start: str | None, end: str | None) -> Mask:
        """Which documents are dated from ``start`` to ``end`` (ISO, inclusive)."""
        first = int(start.replace("-", "")) if start else 1
        last = int(end.replace("-", "")) if end else 99_999_999
        mask: Mask = (self.dates >= first) & (self.dates <= last)
        return mask

    def counts(
        self, found: Mask, masks: Mapping[str, Mask], filters: Filters, facets: Sequence[str]
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        """Exact counts for ``facets`` over ``found`` restricted by ``masks``.

        A facet's own mask does not apply to itself, so that its other values
        stay visible.
        """
        counted = {}
        for name in facets:
            mask = found
            for other, restriction in masks.items():
                if other != name:
                    mask = mask & restriction
            counted[name] = self.columns[name].count(mask, filters.chosen(name))
        return counted

    def cross(
        self, found: Mask, masks: Mapping[str, Mask], first: str, second: str
    ) -> dict[tuple[str, str], int]:
        """Exact counts for pairs of values of two facets, over ``found`` restricted by ``masks``.

        As in :meth:`counts`, the two facets' own masks do not apply.
        """
        mask = found
        for name, restriction in masks.items():
            if name not in (first, second):
                mask = mask & restriction
        return self.columns[first].pairs(self.columns[second], mask)

    def similar(self, doc: int, limit: int) -> list[tuple[int, float]]:
        """Up to ``limit`` live documents that share themes or keywords with ``doc``.

        Best first, with the score: the idf of everything shared, summed
        (:meth:`FacetColumn.weights`); equals in document order.
        """
        scores = np.zeros(self.size)
        for name in SIMILARITY_FACETS:
            scores += self.columns[name].weights(doc, self.live)
        scores[doc] = 0
        docs = np.flatnonzero(scores)
        best = docs[np.lexsort((self.order[docs], -scores[docs].round(9)))][:limit]
        return [(int(each), float(scores[each])) for each in best]

    def sort_keys(self, sort: str) -> tuple[Docs, ...]:
        """Keys of a sort other than relevance, for ``numpy.lexsort`` (last first)."""
        if sort == "date":
            return (self.order, -self.dates)
        if sort == "region":
            return (self.order, self.codes)
        return (self.order,)
