"""A document set for reading: blocks of rows with numbered marks, an outline, parts.

The page of a policy is made here from its records: :mod:`webapp.reading.roles`
says what each of them is, :mod:`webapp.reading.parts` which of them stand on
the page, :mod:`webapp.reading.marking` numbers the marks, and
:mod:`webapp.reading.outline` lists the headings.  What is asked for again with
each part of a long document is kept: the roles, and the marks of a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

from markupsafe import Markup

from corpus.library.library import Library
from corpus.policy import ParsedPolicy
from indexer.results.model import Range
from indexer.searcher import Searcher
from webapp.errors import NotHere
from webapp.presentation.naming import place_name
from webapp.reading.blocks import Block, Row, anchor, blocks_of, row_of
from webapp.reading.marking import Marker, Occurrence, count
from webapp.reading.outline import Entry, label, outline
from webapp.reading.parts import part_of, parts
from webapp.reading.roles import ANNEX_RANK, Setting, settings
from webapp.web.languages import gettext as _

#: Hits of a page that are listed with a line each; the outline counts all of them.
LISTED_HITS = 200
#: Documents whose roles, and queries whose marks, are kept.
_KEPT = 8
#: So many records of a document can be chosen together.
MOST_PICKS = 200
_TEXT = ("article", "item", "cells", "text")
#: The lowest heading of a page.
_LOWEST_TAG = 4

#: The ranges of each record by field, for its id.
Marks = Mapping[str, Mapping[str, Sequence[Range]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long document: its number, its first and last heading, its address."""

    number: int
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of hits: its number, where it stands, and the words around it."""

    number: int
    where: str
    line: Markup


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of a document.

    ``marks`` counts those of the whole document; ``first`` is the number of the
    first on this page, ``shown`` how many are on it; ``before`` and ``after`` are
    the addresses of the next marks on other pages, or empty.  ``picks`` are the ids of
    the records that are chosen together: those with hits, else the rows of the tables of
    zones, else the text; none if they are more than :data:`MOST_PICKS`.
    """

    blocks: tuple[Block, ...]
    outline: tuple[Entry, ...]
    parts: tuple[Part, ...]
    marks: int
    first: int
    shown: int
    before: str
    after: str
    listed: tuple[Listed, ...]
    picks: tuple[str, ...]


@lru_cache(maxsize=_KEPT)
def settings_of(library: Library, policy_id: str) -> tuple[Setting, ...]:
    """The setting of each record of a policy."""
    return settings(library.parsed(policy_id))


@lru_cache(maxsize=_KEPT)
def _marks(searcher: Searcher, policy_id: str, q: str) -> Marks:
    return searcher.marks(policy_id, q)


def read(
    library: Library, searcher: Searcher, policy_id: str, q: str, at: str, url: Callable[[str], str]
) -> Reading:
    """The part of a policy that holds the record with the anchor ``at``; empty for the first.

    ``url`` is the address of the page that holds an anchor.  Raises
    :class:`~webapp.errors.NotHere` for an anchor that is not in the policy, and
    :class:`~corpus.errors.PolicyNotFound`.
    """
    parsed = library.parsed(policy_id)
    marks = _marks(searcher, policy_id, q) if q else {}
    return _Page(parsed, settings_of(library, policy_id), marks, at, url).read()


class _Page:
    """One page of a policy while it is put together."""

    def __init__(
        self,
        parsed: ParsedPolicy,
        settings: Sequence[Setting],
        marks: Marks,
        at: str,
        url: Callable[[str], str],
    ) -> None:
        self._records, self._settings, self._marks = parsed.records, settings, marks
        self._url = url
        self._cut = parts(settings)
        self._part = self._cut[self._asked(at)] if self._cut else range(0)
        self._counts = [count(r.kind, marks.get(r.id, {})) for r in self._records]
        #: The number of marks before each record, and at last of all.
        self._numbers = [0, *accumulate(self._counts)]
        self._tags = self._heading_tags()

    def _asked(self, at: str) -> int:
        if not at:
            return 0
        for i, record in enumerate(self._records):
            if anchor(record) == at:
                return part_of(self._cut, i)
        raise NotHere(
            _("这份文件里没有“%(at)s”这一处", at=at[:40]),
            _("文件可能已更新。请去掉地址里的 at，从文件开头查找"),
        )

    def read(self) -> Reading:
        """The page."""
        shown, total = self._part, self._numbers[-1]
        first = self._numbers[shown.start] + 1
        marker = Marker(first, total, self._mark_url, most=LISTED_HITS)
        rows = [self._row(at, marker) for at in shown]
        after = self._numbers[shown.stop]
        entries = outline(self._records, self._settings, self._counts, shown, self._href)
        return Reading(
            blocks=blocks_of(rows),
            outline=entries,
            parts=tuple(self._parts()),
            marks=total,
            first=first,
            shown=after - first + 1,
            before=self._mark_url(first - 1) if first > 1 else "",
            after=self._mark_url(after + 1) if after < total else "",
            listed=tuple(map(self._listed, marker.listed)),
            picks=self._picks(),
        )

    def _picks(self) -> tuple[str, ...]:
        """The records that are chosen together."""
        pairs = tuple(zip(self._records, self._settings, strict=True))
        ways = (
            (record.id for record, marks in zip(self._records, self._counts, strict=True) if marks),
            (record.id for record, one in pairs if one.role == "zone"),
            (record.id for record, one in pairs if one.role in _TEXT),
        )
        found = (tuple(islice(way, MOST_PICKS + 1)) for way in ways)
        chosen = next(filter(None, found), ())
        return chosen if len(chosen) <= MOST_PICKS else ()

    def _href(self, at: int) -> str:
        """The address of a record."""
        name = anchor(self._records[at])
        return f"#{name}" if at in self._part else f"{self._url(name)}#{name}"

    def _mark_url(self, number: int) -> str:
        """The address of a mark."""
        first, last = self._part.start, self._part.stop
        if self._numbers[first] < number <= self._numbers[last]:
            return f"#hit-{number}"
        at = next(i for i, n in enumerate(self._numbers) if n >= number) - 1
        return f"{self._url(anchor(self._records[at]))}#hit-{number}"

    def _listed(self, one: Occurrence) -> Listed:
        return Listed(one.number, place_name(self._records[one.at]), one.line)

    def _parts(self) -> Iterator[Part]:
        if len(self._cut) < 2:
            return
        for number, part in enumerate(self._cut, 1):
            url = self._url(anchor(self._records[part.start]) if number > 1 else "")
            yield Part(number, self._first_heading(part), url, part == self._part)

    def _first_heading(self, part: range) -> str:
        at = next((at for at in part if self._settings[at].rank is not None), part.start)
        return label(self._records[at], self._settings[at])

    def _heading_tags(self) -> dict[int | None, str]:
        """The element for each rank of heading: ``h2`` for the highest, and for appendices."""
        ranks = {one.rank for one in self._settings if one.role == "heading" and one.rank}
        ordered = enumerate(sorted(ranks), 2)
        first: dict[int | None, str] = {ANNEX_RANK: "h2"}
        return first | {rank: f"h{min(n, _LOWEST_TAG)}" for n, rank in ordered}

    def _row(self, at: int, marker: Marker) -> Row:
        record, setting = self._records[at], self._settings[at]
        tag = self._tags.get(setting.rank, "p") if setting.role in ("heading", "annex") else "p"
        return row_of(record, setting, self._marks.get(record.id, {}), marker.of(at), tag)
