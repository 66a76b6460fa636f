"""The numbers behind the pictures: a searcher's facets and cross counts, with links.

A :class:`Series` is one facet, a :class:`Grid` two.  Counts are the facets'
own.  Since a facet's count of a value is what a search for that value alone
gives (whatever else is chosen in the facet), each :class:`Item` leads to just
that search: the number shown is the number found there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from indexer.query.normal_form import conjunction
from indexer.query.parser import parse
from indexer.query.tree import Metadata
from indexer.results.grouped import GroupedResults
from indexer.results.model import FacetValue, Results
from indexer.searcher import Searcher
from webapp.web.urls import SearchParams

Link = Callable[[SearchParams], str]


class _Counted(TypedDict):
    """What a search says of the unit that it counts."""

    by: str
    versions: str


#: Whether documents are counted, to how a search says so.
_BY: Mapping[bool, _Counted] = {
    False: {"by": "record", "versions": ""},
    True: {"by": "document", "versions": "all"},
}

#: Left out of a theme's name between quotes; matching a name ignores them.
_QUOTES = str.maketrans("", "", '"“”„‟＂「」『』｢｣')


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a facet: its count, and the address of the search for it.

    ``url`` is ``None`` where nothing would be found.
    """

    value: str
    label: str
    count: int
    selected: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one facet, most first, as facets order them."""

    facet: str
    items: tuple[Item, ...]

    def first(self, most: int) -> Series:
        """At most so many values; the chosen ones stay, wherever they stand."""
        kept = tuple(item for i, item in enumerate(self.items) if i < most or item.selected)
        return Series(self.facet, kept)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many records have both values, and the address of the search for them."""

    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Two facets crossed.  ``cells``: by the values of row and column, only where records are."""

    rows: Series
    columns: Series
    cells: Mapping[tuple[str, str], Cell]

    @property
    def symmetric(self) -> bool:
        """Whether a facet is crossed with itself."""
        return self.rows.facet == self.columns.facet

    def count(self, row: Item, column: Item) -> int:
        cell = self.cells.get((row.value, column.value))
        return cell.count if cell else 0


class Numbers:
    """What the pictures of one search are drawn from; the search is run once.

    ``link`` turns a state into an address: one on this site for a page, a full
    one for a file; ``None`` where only numbers are needed.  ``themes`` leaves
    out all others.  ``documents`` counts documents instead, near-duplicates each by
    itself: those with hits, and those that are hits though no record of theirs is.
    """

    def __init__(
        self,
        searcher: Searcher,
        params: SearchParams,
        link: Link | None,
        *,
        themes: Collection[str] | None = None,
        documents: bool = False,
    ) -> None:
        self._searcher = searcher
        self.documents = documents
        self.params = replace(params, page=1, **_BY[documents])
        self._link = link
        self._themes = themes
        self._joined: dict[str, SearchParams | None] = {}
        self.results: Results = searcher.answer(replace(self.params, size=1).request())

    @property
    def found(self) -> int:
        """How many records the pictures are of: full hits, partial ones if there are none.

        Of documents, where these are counted.
        """
        if isinstance(self.results, GroupedResults):
            return self.results.total_documents or self.results.partial_documents
        return self.results.total or self.results.partial_total

    @property
    def beside(self) -> int:
        """How many documents are hits that no picture of records can count."""
        return 0 if self.documents else self.results.document_total

    def series(self, facet: str) -> Series:
        """All values of a facet."""
        values = self.results.facets[facet]
        if facet == "theme" and self._themes is not None:
            values = tuple(value for value in values if value.value in self._themes)
        return Series(facet, tuple(self._item(facet, value) for value in values))

    def without(self, series: Series) -> int:
        """How many records, or documents, have no value in a facet of single values."""
        if not self.documents:
            return self.found - sum(item.count for item in series.items)
        values = tuple(item.value for item in series.items)
        # A document may have several values: one that has any of them counts once.
        asked = replace(only(self.params, series.facet, *values), size=1).request()
        having = self._searcher.documents(asked)
        return self.found - (having.total_documents or having.partial_documents) * bool(values)

    def shares(self) -> Mapping[str, float]:
        """Of each year, which share of its documents has hits (0–1); empty under a choice of year.

        Empty too where nothing is asked: the share of everything is always the whole.
        The whole is all documents of the library that are dated in the year.
        """
        filters = self.params.filters
        everywhere = not (self.params.q or self.params.narrowed)
        if everywhere or filters.chosen("year") or filters.chosen("policy"):
            return {}
        everything = Counter((policy.date or "")[:4] for policy in self._searcher.policies())
        asked = replace(self.params, size=1, **_BY[True]).request()
        found = self.results if self.documents else self._searcher.answer(asked)
        years = ((value.value, value.count) for value in found.facets["year"])
        return {year: n / everything[year] for year, n in years if everything[year]}

    def _crossed(self, first: str, second: str) -> Mapping[tuple[str, str], int]:
        return self._searcher.cross(
            self.params.q,
            first,
            second,
            filters=self.params.filters,
            synonyms=self.params.synonyms,
        )

    def _item(self, facet: str, value: FacetValue) -> Item:
        url = self._address(facet, value.value, facet, value.value) if value.count else None
        return Item(value.value, value.label, value.count, value.selected, url)

    def grid(self, rows: Series, columns: Series) -> Grid:
        """The values of two series crossed."""
        counts = self._crossed(rows.facet, columns.facet)
        row_values = {item.value for item in rows.items}
        column_values = {item.value for item in columns.items}
        cells = {
            (row, column): Cell(count, self._address(rows.facet, row, columns.facet, column))
            for (row, column), count in counts.items()
            if row in row_values and column in column_values
        }
        return Grid(rows, columns, cells)

    def _address(self, facet: str, value: str, other_facet: str, other: str) -> str | None:
        if self._link is None:
            return None
        params = only(self.params, facet, value)
        if facet != other_facet:
            return self._link(only(params, other_facet, other))
        if value == other:
            return self._link(params)
        if other not in self._joined:
            self._joined[other] = with_theme(self.params, other) if facet == "theme" else None
        joined = self._joined[other]
        return self._link(params.with_query(joined.q)) if joined else None


def only(params: SearchParams, facet: str, *values: str) -> SearchParams:
    """The state with nothing but ``values`` chosen in a facet."""
    params = params.without_facet(facet)
    for value in values:
        params = params.with_value(facet, value)
    return params


def with_theme(params: SearchParams, theme: str) -> SearchParams | None:
    """The state narrowed to records that carry ``theme`` too, by its query.

    Values chosen in a facet are OR-ed, so a second theme must be asked for in
    the query.  ``None`` where the query cannot take it without changing its
    meaning (an odd bracket, the greatest length), which the parser decides.
    """
    name = theme.translate(_QUOTES)
    condition = f"议题:“{name}”"
    query = f"{condition} ({params.q})" if params.q else condition
    parsed = parse(query)
    meant = conjunction([Metadata(name, "theme"), parse(params.q).tree])
    return params.with_query(query) if name and parsed.tree == meant else None


def companions(grid: Grid, value: str) -> Sequence[tuple[Item, Cell]]:
    """What goes with one value of a facet crossed with itself, most often first."""
    found = [
        (item, grid.cells[value, item.value])
        for item in grid.columns.items
        if item.value != value and (value, item.value) in grid.cells
    ]
    return sorted(found, key=lambda pair: -pair[1].count)
