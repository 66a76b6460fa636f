"""The words of a text that a value was read from, and the place that a warning is about.

What the parser finds has the lines that it was read from (:class:`~corpus.policy.Finding`).
:func:`words_of` narrows them to the words themselves, so that a reader sees at a glance
whether the value is right:

    第 1 行  【民政部】关于同意将北京市石景山区等单位确认为……

A warning names a row of a table, quotes the text, or states a number of units;
:func:`place_of` finds what it names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.policy import Finding, ParsedPolicy, ParseWarning, Record, Span
from corpus.text.normalize import find_dates

#: Characters of the line that are shown on either side of the words.
_AROUND = 24
_ROW = re.compile(r"第([0-9]+)行")
_QUOTED = re.compile(r"“([^“”]{2,60})”")
_COUNT = re.compile(r"说有([0-9]+)个")
#: Stands in a text for bytes that are no character.
_LOST = "\N{REPLACEMENT CHARACTER}"
_TABLE_WARNINGS = ("number-", "head-", "row-", "count-", "units-")


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
    """A warning, the row of the table that it is about, and the words that it is about.

    What is about the file as a whole, or names its page itself, has neither.
    """

    code: str
    message: str
    row: int | None = None
    evidence: Evidence | None = None


def locate(parsed: ParsedPolicy) -> Iterator[LocatedWarning]:
    """The warnings about a policy, each with its place."""
    locator = Locator(parsed.text)
    zones = {zone.n: zone for zone in parsed.records if zone.kind == "zone"}
    for warning in parsed.warnings:
        row = _row_of(warning, zones)
        span = _span_of(warning, parsed, row)
        evidence = locator.around(span) if span else None
        yield LocatedWarning(warning.code, warning.message, row.n if row else None, evidence)


def _row_of(warning: ParseWarning, zones: dict[int, Record]) -> Record | None:
    numbers = map(int, _ROW.findall(warning.message))
    return next((zones[n] for n in numbers if n in zones), None)


def _span_of(warning: ParseWarning, parsed: ParsedPolicy, row: Record | None) -> Span | None:
    """What a warning is about: its row, words that it quotes, a number, or the table's head."""
    if _LOST in warning.message:
        return _find(_LOST, parsed.text)
    if row is not None:
        return _in_row(warning, parsed.text, row)
    for words in _named(warning.message):
        if found := _find(words, parsed.text):
            return found
    if count := _COUNT.search(warning.message):
        stated = re.search(rf"(?<![0-9]){count[1]}\s*[个家]", parsed.text)
        if stated:
            return Span(*stated.span())
    if warning.code.startswith(_TABLE_WARNINGS):
        tables = (f.place for f in parsed.findings if f.field == "table" and f.place)
        return next(tables, None)
    return None


def _named(message: str) -> Iterator[str]:
    """What a warning quotes, or lists behind its colon."""
    yield from _QUOTED.findall(message)
    yield from message.rpartition("：")[2].split("、")


def _in_row(warning: ParseWarning, text: str, row: Record) -> Span | None:
    """What a warning names in its row; else the row's unit, else its first line."""
    for words in (*_QUOTED.findall(warning.message), row.unit or ""):
        for place in row.place if words else ():
            if found := _find(words, text[place.start : place.end]):
                return Span(place.start + found.start, place.start + found.end)
    if not row.place:
        return None
    start = row.place[0].start
    stop = text.find("\n", start, row.place[0].end)
    return Span(start, stop if stop >= 0 else row.place[0].end)
