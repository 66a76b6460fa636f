"""Passages: the paragraphs of the running text, under their headings.

Every line that belongs to no table of zones is one, with its heading path; lines
that were wrapped are one together (:mod:`corpus.parsing.wrapping`); a row
of another table (of contacts, of figures) is one too, its cells on a line each.
A line that names several units one after another (江苏省南京市建邺区、东台市) is
shared out between their zones.  It is a passage as well, so that a record has it as
published.
So is the head of a table where it says more than the usual names of columns do
(试点县（市、区）).
The marks of a Markdown heading (``##`` before it, and after it), and the ``>`` before the
lines of a quoted paragraph, are no part of what it says: they are left outside of its
passage, as furniture.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus.parsing.headings import HeadingPath, heading_text
from corpus.parsing.metadata import Frame
from corpus.parsing.tables.columns import is_plain_name
from corpus.parsing.tables.rows import Table
from corpus.parsing.wrapping import QUOTE, joined_lines
from corpus.policy import Record, Span
from corpus.text.normalize import Line

_CELLS = re.compile(r"[|｜│┃\t]| {2,}|\u3000{2,}")
_COLUMNS = re.compile(r"[|｜│┃\t\u3000]|\S {2,}\S")


@dataclass(frozen=True, slots=True)
class Passages:
    """The records, the spans of marks that are no text, and how many headings there are.

    ``shared`` are the ids of the records that zones share out between them.
    """

    records: list[Record]
    marks: list[Span]
    headings: int
    shared: frozenset[str]


@dataclass(frozen=True, slots=True)
class Groups:
    """Lines that make up one passage together, and lines that are none.

    ``rows`` are the cells of a row, ``joined`` the lines of a paragraph that were
    wrapped, ``rules`` only draw a line.
    """

    rows: Sequence[Sequence[int]] = ()
    joined: Sequence[Sequence[int]] = ()
    rules: Sequence[int] = ()


def passages(
    policy_id: str,
    lines: Sequence[Line],
    frame: Frame,
    tables: Sequence[Table],
    groups: Groups,
) -> Passages:
    """A record for each line, or group of lines, that no table claims, or several zones share."""
    shared = {at for table in tables for at in _shared(table, lines)}
    telling = {at for table in tables for at in _telling_heads(table, lines)}
    claimed = _claimed(tables).union(groups.rules) - shared - telling
    apart = set(frame.title_lines)
    rows = {group[0]: group for group in groups.rows if not apart.intersection(group)}
    joined = {group[0]: group for group in groups.joined}
    later = {at for each in (rows, joined) for group in each.values() for at in group[1:]}
    starts = [at for at in range(len(lines)) if at not in claimed and at not in later]
    path = HeadingPath()
    records: list[Record] = []
    marks: list[Span] = []
    for at, next_at in zip_longest(starts, starts[1:]):
        own = [lines[each] for each in rows.get(at, joined.get(at, (at,)))]
        if at in joined:
            own = list(_unquoted(own, marks))
        body = _body(own, at in rows)
        if at in frame.breaks:
            path.reset()
        whole = at in shared or at in telling
        if at in rows or whole:
            title = path.current()
        else:
            following = None if next_at is None or next_at in frame.breaks else lines[next_at].text
            title = "" if at in apart else path.enter(body, following)
        if at in frame.breaks:
            path.reset(frame.breaks[at])
        if len(own) == 1 and not whole and (found := heading_text(own[0].text)):
            part = _part(own[0], *found)
            around = Span(own[0].span.start, part.span.start), Span(part.span.end, own[0].span.end)
            marks.extend(span for span in around if span.start < span.end)
            own, body = [part], part.text
        records.append(_passage(policy_id, len(records) + 1, title, body, own))
    ids = (record.id for at, record in zip(starts, records, strict=True) if at in shared)
    return Passages(records, marks, path.count, frozenset(ids))


def _body(lines: Sequence[Line], is_row: bool) -> str:
    """What a passage says: the cells of a row a line each, wrapped lines as one."""
    if len(lines) == 1:
        return lines[0].text
    texts = [line.text for line in lines]
    return "\n".join(texts) if is_row else joined_lines(texts)


def _unquoted(lines: Sequence[Line], marks: list[Span]) -> Iterator[Line]:
    """The lines of a paragraph without the ``>`` of a quotation, which are added to ``marks``."""
    for line in lines:
        if mark := QUOTE.match(line.text):
            marks.append(Span(line.span.start, line.span.start + mark.end()))
            yield _part(line, mark.end(), len(line.text))
        else:
            yield line


def _part(line: Line, start: int, end: int) -> Line:
    """A line from one character of it to another."""
    span = Span(line.span.start + start, line.span.start + end)
    return replace(line, text=line.text[start:end], span=span)


def _claimed(tables: Sequence[Table]) -> set[int]:
    return {at for table in tables for at in table.claimed}


def _shared(table: Table, lines: Sequence[Line]) -> Iterator[int]:
    """The lines within which a zone begins behind another, unless columns stand side by side."""
    begins = sorted({span.start for row in table.rows for span in row.place})
    for at in table.claimed:
        span = lines[at].span
        inside = bisect_left(begins, span.end) - bisect_right(begins, span.start)
        if inside and not _COLUMNS.search(lines[at].text):
            yield at


def _telling_heads(table: Table, lines: Sequence[Line]) -> Iterator[int]:
    """The lines of a table's head that say more than the usual names of columns."""
    heads = {span.start for span in table.head}
    rows = {span.start for row in table.rows for span in row.place}
    for at in table.claimed:
        span = lines[at].span
        own = range(span.start, span.end)
        if heads.isdisjoint(own) or not rows.isdisjoint(own):
            continue
        cells = (cell.strip() for cell in _CELLS.split(lines[at].text))
        if not all(map(is_plain_name, filter(None, cells))):
            yield at


def _passage(policy_id: str, n: int, title: str, body: str, lines: Sequence[Line]) -> Record:
    return Record(
        id=f"{policy_id}/passage-{n}",
        kind="passage",
        n=n,
        title=title,
        body=body,
        unit=None,
        status=None,
        region=None,
        place=tuple(line.span for line in lines),
    )
