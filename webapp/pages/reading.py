"""What a record's page shows beside its text: the lines of the source, and why it has its themes.

An excerpt is the lines that a record stands on, as published, with the lines around them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.policy import ParsedPolicy, Record
from indexer.results.model import Evidence, IndexRecord, Range
from indexer.results.spans import mark, merge
from indexer.themes.parts import evidence_parts
from webapp.presentation import evidence
from webapp.web.languages import gettext as _

#: Non-blank lines of the source shown before and after a record.
CONTEXT_LINES = 3
_MOST_PAGES = 2  # after the first, whose pictures are offered beside a record
#: Bounds of the clause that is quoted as evidence.
_STOPS = "。！？；，\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source; ``own`` if it belongs to the record."""

    text: str
    own: bool


def excerpt(parsed: ParsedPolicy, record: Record, around: int = CONTEXT_LINES) -> tuple[Line, ...]:
    """The record's lines as published, with the non-blank lines around them."""
    lines = []
    at = 0
    for raw in parsed.text.splitlines(keepends=True):
        end = at + len(raw)
        own = any(span.start < end and at < span.end for span in record.place)
        if raw.strip():
            lines.append(Line(raw.strip(), own))
        at = end
    owned = [i for i, line in enumerate(lines) if line.own]
    if not owned:
        return ()
    return tuple(lines[max(0, owned[0] - around) : owned[-1] + around + 1])


def pages_of(parsed: ParsedPolicy, record: Record) -> tuple[int, ...]:
    """The numbers of the pages, from 1, on which a record may stand; none without fixed pages."""
    if not parsed.page_starts or not record.place:
        return ()
    first = bisect_right(parsed.page_starts, record.place[0].start)
    last = bisect_left(parsed.page_starts, record.place[-1].end)
    return tuple(range(max(1, first), max(1, first, min(last, first + _MOST_PAGES)) + 1))


def evidence_lines(entry: IndexRecord) -> tuple[tuple[str, tuple[Markup, ...]], ...]:
    """Each theme of a record with the sentences around its evidence, phrases marked.

    Every line ends with the field it stands in and the rules that it meets.
    """
    record = entry.record
    texts = {"unit": record.unit or "", "title": record.title, "body": record.body}
    lines = []
    for name, found in entry.themes.items():
        around: dict[tuple[str, int, int], list[Evidence]] = {}
        for one in found:
            if one.field not in texts:  # a decision on the record, with its reason
                continue
            text = texts[one.field]
            start = max(text.rfind(stop, 0, one.start) for stop in _STOPS) + 1
            ends = [at for stop in _STOPS if (at := text.find(stop, one.end)) >= 0]
            key = (one.field, start, min(ends, default=len(text)))
            around.setdefault(key, []).append(one)
        marked = (_line(texts[key[0]], key[1], key[2], here) for key, here in around.items())
        reasons = (one.phrase for one in found if one.field not in texts)
        decided = (Markup.escape(_("按记录列入：%(reason)s", reason=reason)) for reason in reasons)
        lines.append((name, (*marked, *decided)))
    return tuple(lines)


def _line(text: str, start: int, end: int, found: Sequence[Evidence]) -> Markup:
    """A clause with its evidence marked, and what makes it evidence."""
    quoted = _cut(text, start, end, (part for one in found for part in evidence_parts(one)))
    said = Markup(_("；")).join(evidence.rules(found))
    return Markup('<span lang="zh-Hans">{}</span> <span class="rule">{}</span>').format(
        quoted, said
    )


def _cut(text: str, start: int, end: int, ranges: Iterable[Range]) -> Markup:
    """A part of a text with ranges marked, and an ellipsis where something is left out."""
    inside = Markup(mark(text, merge(ranges, touching=True), start, end))
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return Markup("{}{}{}").format(before, inside, after)


def evidence_marks(record: Record, pieces: Iterable[Evidence]) -> dict[str, Markup]:
    """The record's fields as HTML with a theme's evidence marked."""
    found = tuple(pieces)
    texts = {"unit": record.unit or "", "title": record.title, "body": record.body}
    return {
        name: Markup(mark(text, merge(_ranges(found, name), touching=True)))
        for name, text in texts.items()
    }


def evidence_ranges(pieces: Iterable[Evidence]) -> dict[str, tuple[Range, ...]]:
    """Where a theme's evidence stands in each of the record's fields."""
    found = tuple(pieces)
    return {name: merge(_ranges(found, name), touching=True) for name in ("unit", "title", "body")}


def _ranges(pieces: Iterable[Evidence], field: str) -> Iterator[Range]:
    """Where pieces of evidence stand in a field."""
    return (part for piece in pieces if piece.field == field for part in evidence_parts(piece))
