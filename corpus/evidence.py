"""The words of a text that a value was read from, and the place that a warning is about.

What the parser finds has the lines that it was read from (:class:`~corpus.policy.Finding`).
:func:`words_of` narrows them to the words themselves, so that a reader sees at a glance
whether the value is right:

    第 1 行  【民政部】关于同意将北京市石景山区等单位确认为……

A warning says itself what it is about (:class:`~corpus.policy.WarningPlace`);
:func:`locate` finds that in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.policy import Finding, ParsedPolicy, Record, Span, WarningPlace
from corpus.text.normalize import find_dates
from corpus.text.script import simplify

#: Characters of the line that are shown on either side of the words.
_AROUND = 24


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a text, with what stands on their line before and behind them.

    ``line`` is the number of the line on which they begin, from 1; ``None`` where the words
    are not of the text: a field of the source, a correction, the file's name.
    """

    before: str
    words: str
    after: str
    line: int | None


class Locator:
    """Finds evidence in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The same line ends as everywhere: what str.splitlines counts.
        ends = (len(line) for line in text.splitlines(keepends=True))
        self._starts = [0]
        for length in ends:
            self._starts.append(self._starts[-1] + length)

    def line_of(self, offset: int) -> int:
        """The number of the line, from 1, that holds an offset."""
        return min(bisect_right(self._starts, offset), max(1, len(self._starts) - 1))

    def around(self, span: Span) -> Evidence:
        """The words at a span with their surroundings on the same line."""
        text = self._text
        start = max(text.rfind("\n", 0, span.start) + 1, 0)
        stop = text.find("\n", span.end)
        stop = len(text) if stop < 0 else stop
        before, after = text[start : span.start].lstrip(), text[span.end : stop].rstrip()
        if len(before) > _AROUND:
            before = "…" + before[-_AROUND:]
        if len(after) > _AROUND:
            after = after[:_AROUND] + "…"
        return Evidence(before, text[span.start : span.end], after, self.line_of(span.start))


def words_of(finding: Finding, text: str, locator: Locator) -> Evidence:
    """The words that a finding was read from."""
    if finding.place is None:
        return Evidence("", finding.value, "", None)
    return locator.around(_narrowed(finding, text))


def _narrowed(finding: Finding, text: str) -> Span:
    """The part of the finding's lines that says its value; all of them where none does."""
    place = finding.place
    assert place is not None
    lines = text[place.start : place.end]
    if finding.field == "date":
        for date, start, end in find_dates(lines):
            if date.startswith(finding.value) or finding.value.startswith(date):
                return Span(place.start + start, place.start + end)
    found = _find(finding.value, lines, last=finding.field == "category")
    if found is None:
        # Several offices are joined by a sign that the text need not have.
        parts = [_find(part, lines) for part in re.split(r"[;；、 ]+", finding.value) if part]
        spans = [part for part in parts if part]
        if spans and len(spans) == len(parts):
            found = Span(min(s.start for s in spans), max(s.end for s in spans))
    if found is None:
        lead = len(lines) - len(lines.lstrip())
        found = Span(lead, max(lead, len(lines.rstrip())))
    return Span(place.start + found.start, place.start + found.end)


def _find(value: str, text: str, *, last: bool = False) -> Span | None:
    """Where a value stands, whatever white space is between its characters."""
    at = text.rfind(value) if last else text.find(value)
    if at >= 0:
        return Span(at, at + len(value))
    pattern = r"\s*".join(map(re.escape, "".join(value.split())))
    found = re.search(pattern, text) if pattern else None
    return Span(*found.span()) if found else None


@dataclass(frozen=True, slots=True)
class LocatedWarning:
    """A warning, the row, the page and the words that it is about, as far as there are any.

    ``record`` is the id of the record that holds them.  What is about the file as a whole
    has none of these.
    """

    code: str
    message: str
    row: int | None = None
    page: int | None = None
    evidence: Evidence | None = None
    record: str | None = None


def locate(parsed: ParsedPolicy) -> Iterator[LocatedWarning]:
    """The warnings about a policy, each with its place."""
    places = _Places(parsed)
    for warning in parsed.warnings:
        place = warning.place or WarningPlace()
        span = places.span_of(place)
        evidence = places.locator.around(span) if span else None
        page = place.page or (places.page_of(span) if span else None)
        record = places.record_at(place, span)
        yield LocatedWarning(warning.code, warning.message, place.row, page, evidence, record)


class _Places:
    """Where in one policy's text rows, pages and words are."""

    def __init__(self, parsed: ParsedPolicy) -> None:
        self.locator = Locator(parsed.text)
        self._text = parsed.text
        self._page_starts = parsed.page_starts
        self._rows = {zone.n: zone for zone in parsed.records if zone.kind == "zone"}
        self._records = parsed.records

    def page_of(self, span: Span) -> int | None:
        """The page on which a span begins, where the document has fixed pages."""
        return bisect_right(self._page_starts, span.start) or None

    def record_at(self, place: WarningPlace, span: Span | None) -> str | None:
        """The id of the row, or of the record that holds the beginning of a span."""
        if place.row in self._rows:
            return self._rows[place.row].id
        if span is None:
            return None
        holds = (r.id for r in self._records if any(p.start <= span.start < p.end for p in r.place))
        return next(holds, None)

    def span_of(self, place: WarningPlace) -> Span | None:
        """The place in the text; a row's first line where the row lacks the words."""
        if place.span is not None:
            return place.span
        row = self._rows.get(place.row) if place.row is not None else None
        if row is not None:
            return self._in_row(row, place.words)
        return self._among(place.words, [self._page(place.page)]) if place.words else None

    def _page(self, page: int | None) -> Span:
        """The part of the text on a page; all of it where that is not known."""
        bounds = (*self._page_starts, len(self._text))
        if page is None or page >= len(bounds):
            return Span(0, len(self._text))
        return Span(bounds[page - 1], bounds[page])

    def _in_row(self, row: Record, words: str | None) -> Span | None:
        for wanted in filter(None, (words, row.unit)):
            if found := self._among(wanted, row.place):
                return found
        if not row.place:
            return None
        start = row.place[0].start
        stop = self._text.find("\n", start, row.place[0].end)
        return Span(start, stop if stop >= 0 else row.place[0].end)

    def _among(self, words: str, parts: Iterable[Span]) -> Span | None:
        """The words in the parts of the text, in its script or as read in simplified script."""
        for part in parts:
            text = self._text[part.start : part.end]
            found = _find(words, text) or _find(words, simplify(text))
            if found:
                return Span(part.start + found.start, part.start + found.end)
        return None
