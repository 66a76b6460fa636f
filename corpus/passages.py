"""Passages: the paragraphs of the running text, under their headings.

Every line that belongs to no table of zones is one, with its heading path; a row
of another table (of contacts, of figures) is one too, its cells on a line each.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.headings import HeadingPath
from corpus.metadata import Frame
from corpus.normalize import Line
from corpus.policy import Record
from corpus.table import Table


def passages(
    policy_id: str,
    lines: Sequence[Line],
    frame: Frame,
    tables: Sequence[Table],
    groups: Sequence[Sequence[int]],
    rules: Sequence[int],
) -> tuple[list[Record], int]:
    """A record for each line that no table claims, and how many headings there are.

    ``groups`` are lines that make up one passage together, ``rules`` lines that
    are none.
    """
    claimed = _claimed(tables).union(rules)
    apart = set(frame.title_lines)
    rows = {group[0]: group for group in groups if not apart.intersection(group)}
    later = {at for group in rows.values() for at in group[1:]}
    path = HeadingPath()
    records: list[Record] = []
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
        records.append(_passage(policy_id, len(records) + 1, title, own))
    return records, path.count


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
