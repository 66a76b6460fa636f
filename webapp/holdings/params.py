"""What an address says of the list of documents, and back.

    q                    words in title, number or issuer
    issuer level area validity year kind     values of facets (repeatable)
    sort order           a column of :data:`~indexer.results.holdings.HELD_SORTS`; asc or desc
    page size            size is for programs: a page has :data:`PAGE_SIZE`

A program is refused what cannot be used; a page leaves it out and says so
(:func:`forgiving`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from indexer.results.facets import Filters
from indexer.results.holdings import HELD_FACETS, HELD_SORTS, HoldingsQuery
from webapp.errors import BadParameter
from webapp.web.urls import SearchParams, check_names, number, one_of, single

PAGE_SIZE = 50
MOST_ON_A_PAGE = 1000
ORDERS = ("asc", "desc")
#: What is listed first where nothing is said: the newest.
DEFAULT_SORT = "date"
#: The orders that begin with the most or the newest.
_DESCENDING = ("date", "records")
NAMES = ("q", *HELD_FACETS, "sort", "order", "page")
T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HoldingsParams:
    """One state of the list; ``sort`` empty is the order of the library."""

    q: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = DEFAULT_SORT
    descending: bool = True
    page: int = 1

    @property
    def query(self) -> HoldingsQuery:
        """The same as the list takes it."""
        return HoldingsQuery(self.q, self.filters, self.sort, self.descending)

    @property
    def narrowed(self) -> bool:
        """Whether anything leaves documents out."""
        return bool(self.q) or self.filters != Filters()

    def pairs(self, *without: str) -> Pairs:
        """The parameters that lead here, defaults left out."""
        filters = ((name, value) for name in HELD_FACETS for value in self.filters.chosen(name))
        others = (
            ("sort", "" if self.sort == DEFAULT_SORT else self.sort),
            ("order", "" if self.descending == falls(self.sort) else ORDERS[self.descending]),
            ("page", "" if self.page == 1 else str(self.page)),
        )
        found = (("q", self.q), *filters, *others)
        return tuple((name, value) for name, value in found if value and name not in without)

    def sorted_by(self, sort: str) -> HoldingsParams:
        """The first page in another order; the other way round where it is this order."""
        falling = not self.descending if sort == self.sort else falls(sort)
        return replace(self, sort=sort, descending=falling, page=1)

    def without_value(self, facet: str, value: str) -> HoldingsParams:
        """The first page with a value of a facet given up."""
        rest = tuple(each for each in self.filters.chosen(facet) if each != value)
        return replace(self, filters=self.filters.choose(facet, rest), page=1)


def falls(sort: str) -> bool:
    """Whether an order begins with the most or the newest where nothing is said."""
    return sort in _DESCENDING


def strict(
    args: MultiDict[str, str], also: Collection[str] = (), sort: str = DEFAULT_SORT
) -> HoldingsParams:
    """Reads an address; ``also`` names what the caller reads itself, ``sort`` is the default.

    Raises :class:`~webapp.errors.BadParameter` for what cannot be used.
    """
    return _read(args, also, sort, None)


def forgiving(args: MultiDict[str, str]) -> tuple[HoldingsParams, list[BadParameter]]:
    """Reads an address without what cannot be used, and says what is wrong with that."""
    wrong: list[BadParameter] = []
    return _read(args, (), DEFAULT_SORT, wrong), wrong


def _read(
    args: MultiDict[str, str], also: Collection[str], sort: str, wrong: list[BadParameter] | None
) -> HoldingsParams:
    def attempt(read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except BadParameter as error:
            if wrong is None:
                raise
            wrong.append(error)
            return default

    attempt(lambda: check_names(args, (*NAMES, *also)), None)
    none: tuple[str, ...] = ()
    chosen = {name: attempt(partial(_values, args, name), none) for name in HELD_FACETS}
    by = attempt(lambda: one_of(args, "sort", HELD_SORTS), "") or sort
    order = attempt(lambda: one_of(args, "order", ORDERS), "")
    return HoldingsParams(
        q=attempt(lambda: single(args, "q"), ""),
        filters=Filters(**chosen, date_from=None, date_to=None),
        sort=by,
        descending=order == "desc" if order else falls(by),
        page=attempt(lambda: number(args, "page", 1, None), 1),
    )


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    given = MultiDict((facet, value) for value in args.getlist(facet))
    return SearchParams.parse(given).filters.chosen(facet)
