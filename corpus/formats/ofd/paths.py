"""The ruling lines among what an OFD page draws."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from corpus.formats.ofd.geometry import POINTS, Matrix, numbers

_STRAIGHT = 0.3  # millimetres by which a straight line may be slanted
#: How many numbers follow each operator (GB/T 33190-2016, 9.1); of a curve its end counts.
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Point = tuple[float, float]


def ruling_lines(data: str, matrix: Matrix) -> Iterator[dict[str, Any]]:
    """The straight horizontal and vertical stretches of a path, as edges in points."""
    for outline in _outlines(data):
        placed = [None if point is None else matrix.point(*point) for point in outline]
        for one, other in pairwise(placed):
            if one is not None and other is not None and (edge := _edge(one, other)):
                yield edge


def _outlines(data: str) -> Iterator[list[Point | None]]:
    """The points of each closed or open outline; ``None`` stands where a curve was."""
    outline: list[Point | None] = []
    parts = data.split()
    at = 0
    while at < len(parts):
        operator = parts[at]
        count = _OPERANDS.get(operator)
        at += 1
        if count is None:
            continue  # a stray number
        given = numbers(" ".join(parts[at : at + count]))
        at += count
        if operator in "SM":
            if outline:
                yield outline
            outline = []
        if operator == "C":
            outline.extend(outline[:1])
        elif len(given) == count:
            if operator in "QBA":
                outline.append(None)
            outline.append((given[-2], given[-1]))
    if outline:
        yield outline


def _edge(one: Point, other: Point) -> dict[str, Any] | None:
    (x0, y0), (x1, y1) = one, other
    width, height = abs(x1 - x0), abs(y1 - y0)
    if min(width, height) > _STRAIGHT or max(width, height) <= _STRAIGHT:
        return None
    across = width > height
    left, right = (min(x0, x1), max(x0, x1)) if across else ((x0 + x1) / 2,) * 2
    top, bottom = ((y0 + y1) / 2,) * 2 if across else (min(y0, y1), max(y0, y1))
    return {
        "object_type": "line",
        "orientation": "h" if across else "v",
        "x0": left * POINTS,
        "x1": right * POINTS,
        "top": top * POINTS,
        "bottom": bottom * POINTS,
        "width": (right - left) * POINTS,
        "height": (bottom - top) * POINTS,
    }
