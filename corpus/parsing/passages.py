"""Passages: the paragraphs of the running text, under their headings.

Every line that belongs to no table of zones is one, with its heading path; a row
of another table (of contacts, of figures) is one too, its cells on a line each.
The marks of a Markdown heading (``##`` before it, and after it) are no part of what
it says: they are left outside of its passage, as furniture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.parsing.headings import HeadingPath, heading_text
from corpus.parsing.metadata import Frame
from corpus.parsing.tables.rows import Table
from corpus.policy import Record, Span
from corpus.text.normalize import Line


@dataclass(frozen=True, slots=True)
class Passages:
    """The records, the spans of marks that are no text, and how many headings there are."""

    records: list[Record]
    marks: list[Span]
    headings: int


def passages(
    policy_id: str,
    lines: Sequence[Line],
    frame: Frame,
    tables: Sequence[Table],
    groups: Sequence[Sequence[int]],
    rules: Sequence[int],
) -> Passages:
    """A record for each line that no table claims.

    ``groups`` are lines that make up one passage together, ``rules`` lines that
    are none.
    """
    claimed = _claimed(tables).union(rules)
    apart = set(frame.title_lines)
    rows = {group[0]: group for group in groups if not apart.intersection(group)}
    later = {at for group in rows.values() for at in group[1:]}
    path = HeadingPath()
    records: list[Record] = []
    marks: list[Span] = []
    for at, line in enumerate(lines):
        if at in claimed or at in later:
            continue
        if at in frame.breaks:
            path.reset()
        if at in rows:
            title = path.current()
        else:
            title = "" if at in frame.title_lines else path.enter(line.text)
        if at in frame.breaks:
            path.reset(frame.breaks[at])
        own = [lines[row] for row in rows.get(at, (at,))]
        if at not in rows and (found := heading_text(line.text)):
            own = [_part(line, *found)]
            around = Span(line.span.start, own[0].span.start), Span(own[0].span.end, line.span.end)
            marks.extend(span for span in around if span.start < span.end)
        records.append(_passage(policy_id, len(records) + 1, title, own))
    return Passages(records, marks, path.count)


def _part(line: Line, start: int, end: int) -> Line:
    """A line from one character of it to another."""
    span = Span(line.span.start + start, line.span.start + end)
    return replace(line, text=line.text[start:end], span=span)


def _claimed(tables: Sequence[Table]) -> set[int]:
    return {at for table in tables for at in table.claimed}


def _passage(policy_id: str, n: int, title: str, lines: Sequence[Line]) -> Record:
    return Record(
        id=f"{policy_id}/passage-{n}",
        kind="passage",
        n=n,
        title=title,
        body="\n".join(line.text for line in lines),
        unit=None,
        status=None,
        region=None,
        place=tuple(line.span for line in lines),
    )
