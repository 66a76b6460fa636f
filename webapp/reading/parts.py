"""A document of many thousands of records, read part by part.

A part ends before a heading where it can, so that a chapter stays together, and
holds at most :data:`LONGEST` records, so that a page is sent and laid out in
bounded time.  A part is addressed by any of its records.
"""

from __future__ import annotations

from collections.abc import Sequence

from webapp.reading.roles import Setting

#: Records of a part, at most; and how many of them are looked at for a place to end.
LONGEST = 2000
_LOOK_BACK = 800
_NO_HEADING = 1000


def parts(settings: Sequence[Setting], longest: int = LONGEST) -> tuple[range, ...]:
    """The records of each part, as indices; one part for most documents, none for none."""
    found = []
    start = 0
    while len(settings) - start > longest:
        end = _end(settings, start + longest, min(_LOOK_BACK, longest // 2))
        found.append(range(start, end))
        start = end
    if start < len(settings):
        found.append(range(start, len(settings)))
    return tuple(found)


def _end(settings: Sequence[Setting], most: int, back: int) -> int:
    """Where a part ends that has to before ``most``: at the highest heading, the last of those."""

    def height(at: int) -> tuple[int, int]:
        rank = settings[at].rank
        return (_NO_HEADING if rank is None else rank), -at

    return min(range(most - back, most + 1), key=height)


def part_of(cut: Sequence[range], at: int) -> int:
    """The index of the part that holds a record."""
    return next(i for i, part in enumerate(cut) if at in part)
