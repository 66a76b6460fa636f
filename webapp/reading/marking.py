"""Marks that can be jumped to: numbered through the document, each beside its neighbours.

A page may show one part of a document only.  Marks are numbered through the
whole, so that 第 3 / 376 处 means the same on each part; a neighbour on another
part is linked by that part's address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from markupsafe import Markup, escape

from indexer.results import spans
from indexer.results.model import Range
from webapp.web.languages import gettext as _

#: Characters shown before and after a mark in the list of hits.
_BEFORE, _AFTER = 14, 26


class Mark(Protocol):
    """Gives a text as HTML with its ranges marked, in pieces that end at ``cuts``.

    A range that goes over a cut is marked in both pieces, and counts once.
    """

    def __call__(
        self, text: str, ranges: Sequence[Range] = (), cuts: Sequence[int] = ()
    ) -> list[Markup]: ...


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A mark in the list of hits: its number, its record's index, and its line."""

    number: int
    at: int
    line: Markup


def fields(kind: str) -> tuple[str, ...]:
    """The fields of a record that its document's page prints."""
    return ("unit", "title", "body") if kind == "zone" else ("body",)


def count(kind: str, ranges: Mapping[str, Sequence[Range]]) -> int:
    """How many marks a record has on its document's page."""
    return sum(len(ranges.get(name, ())) for name in fields(kind))


@dataclass(slots=True)
class Marker:
    """Marks texts one after another; ``number`` is that of the next mark, ``total`` the last one.

    ``address`` gives where a mark is, from its number.
    """

    number: int
    total: int
    address: Callable[[int], str]
    listed: list[Occurrence] = field(default_factory=list)
    most: int = 0

    def of(self, at: int) -> Mark:
        """Marks the fields of the record with an index, one after another."""

        def mark(text: str, ranges: Sequence[Range] = (), cuts: Sequence[int] = ()) -> list[Markup]:
            starts = {first for first, _last in ranges}

            def one(piece: str, position: int) -> Markup:
                if position not in starts:  # goes on after a cut
                    return _plain(piece)
                return self._mark(piece, text, position, at)

            return _cut(text, ranges, cuts, one)

        return mark

    def _mark(self, piece: str, text: str, position: int, at: int) -> Markup:
        number, self.number = self.number, self.number + 1
        if len(self.listed) < self.most:
            line = _line(text, position, position + len(piece))
            self.listed.append(Occurrence(number, at, line))
        marked = Markup('<mark id="hit-{}">{}</mark>').format(number, piece)
        return marked + self._neighbours(number)

    def _neighbours(self, number: int) -> Markup:
        if self.total < 2:
            return Markup("")
        back, on = (number - 1 or self.total), (number % self.total) + 1
        return Markup(
            '<span class="jump"><a href="{}" aria-label="{}">‹</a>'
            '<a href="{}" aria-label="{}">›</a></span>'
        ).format(self.address(back), _("上一处命中"), self.address(on), _("下一处命中"))


def unnumbered(text: str, ranges: Sequence[Range] = (), cuts: Sequence[int] = ()) -> list[Markup]:
    """Marks a text without anchors."""
    return _cut(text, ranges, cuts, lambda piece, _position: _plain(piece))


def _cut(
    text: str,
    ranges: Sequence[Range],
    cuts: Sequence[int],
    mark: Callable[[str, int], Markup],
) -> list[Markup]:
    """The pieces of a text that end at ``cuts`` as HTML; ``mark`` gives that of a marked piece."""
    found = []
    for start, end in pairwise((0, *cuts, len(text))):
        html, position = Markup(""), start
        for piece, marked in spans.pieces(text, ranges, start, end):
            html += mark(piece, position) if marked else escape(piece)
            position += len(piece)
        found.append(html)
    return found


def _plain(piece: str) -> Markup:
    return Markup("<mark>{}</mark>").format(piece)


def _line(text: str, start: int, end: int) -> Markup:
    """A mark with a few characters around it, on one line."""
    first, last = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    before, after = "…" if first else "", "…" if last < len(text) else ""
    around = (_flat(text[first:start]), _flat(text[start:end]), _flat(text[end:last]))
    shown = Markup("{}<strong>{}</strong>{}").format(*around)
    return Markup("{}{}{}").format(before, shown, after)


def _flat(text: str) -> str:
    return text.replace("\n", " ")
