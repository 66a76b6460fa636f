"""Ranges of a text: united, cut along, and marked as HTML.

A range is ``(start, end)`` in code points of the original text, ``end``
exclusive.  Everything that shows marks goes through :func:`pieces`: snippets,
pages, the runs of an export's cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape

#: What :func:`html.escape` escapes.
_SPECIAL = re.compile("[&<>\"']")
_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)

Range = tuple[int, int]
#: A stretch of a text, and whether it is marked.
Piece = tuple[str, bool]


def merge(ranges: Iterable[Range], *, touching: bool = False) -> tuple[Range, ...]:
    """The ranges sorted, overlapping ones united; ``touching``: also those that meet."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1] + touching:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def pieces(
    text: str, ranges: Sequence[Range], start: int = 0, end: int | None = None
) -> Iterator[Piece]:
    """``text[start:end]`` cut where one of the ``ranges`` (sorted, disjoint) begins or ends.

    Joined, the pieces give the text back; none is empty.
    """
    end = len(text) if end is None else end
    at = start
    for first, last in ranges:
        first, last = max(first, at), min(last, end)
        if first < last:
            if at < first:
                yield text[at:first], False
            yield text[first:last], True
            at = last
    if at < end:
        yield text[at:end], False


def mark(text: str, ranges: Sequence[Range], start: int = 0, end: int | None = None) -> str:
    """HTML of ``text[start:end]``, everything escaped, ``<mark>`` around the ranges."""
    if not ranges:
        return escape(text[start:end])
    # Most texts have nothing to escape, and to look at each of many pieces takes long.
    written = escape if _SPECIAL.search(text) else str
    return "".join(
        [
            f"<mark>{written(piece)}</mark>" if marked else written(piece)
            for piece, marked in pieces(text, ranges, start, end)
        ]
    )


def pieces_of_html(html: str) -> tuple[Piece, ...]:
    """What :func:`mark` made, as pieces again; none is empty."""
    parts = enumerate(_MARK.split(html))
    return tuple((unescape(part), bool(at % 2)) for at, part in parts if part)
