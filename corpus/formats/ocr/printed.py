"""A recognised page as if it were printed: characters at places, in points.

The recogniser gives a box a line, somewhat larger than its characters and a
little different for each, and the middle of each character to a few pixels.
Sizes that differ by a trifle are made one, since a paragraph is set in one size;
characters touch where no more than a trifle of white is between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from corpus.formats.layout.page import Char, usual_width
from corpus.formats.layout.ruled import Print
from corpus.formats.ocr.readings import PageReading, ReadLine

_SAME_SIZE = 0.2  # of a size, by which boxes of one size may differ
_TRIFLE = 0.75  # of a size: less white than this between two characters is none
_WIDE_LINE = 4  # characters in which a line's size shows
_IN_BOX = 0.8  # of a box's height: the size of characters, where no line shows it
_NEAR = 0.004  # of the picture's height: how far a rule may end from another
#: A line less sure than this is no text: a seal, a picture, a stain.
READABLE = 0.5

#: A straight line: left, top, right, bottom.
Rule = tuple[float, float, float, float]


def print_of(reading: PageReading) -> Print:
    """The characters and ruling lines of a page."""
    lines = [line for line in reading.lines if line.score >= READABLE]
    sizes = _settled(_sizes(lines))
    chars = [
        char
        for line, size in zip(lines, sizes, strict=True)
        for char in _chars(line, size, reading.points)
    ]
    edges = [_edge(rule, reading.points) for rule in _closed(reading)]
    scale = reading.points
    return Print(reading.width * scale, reading.height * scale, chars, edges)


def _sizes(lines: Sequence[ReadLine]) -> list[float]:
    """The size of each line's characters in pixels, by how far apart they stand."""
    pitches = [_pitch(line) for line in lines]
    shares = [pitch / line.height for pitch, line in zip(pitches, lines, strict=True) if pitch > 0]
    share = median(shares) if shares else _IN_BOX
    return [
        pitch if 0 < pitch <= line.height else line.height * share
        for pitch, line in zip(pitches, lines, strict=True)
    ]


def _pitch(line: ReadLine) -> float:
    """How far full-width characters side by side are apart; 0 where too few show it."""
    steps = [
        right - left
        for (one, left), (other, right) in pairwise(zip(line.text, line.centres, strict=True))
        if usual_width(one) == usual_width(other) == 1.0
    ]
    return median(steps) if len(steps) >= _WIDE_LINE else 0.0


def _settled(sizes: Sequence[float]) -> list[float]:
    """The sizes, those that differ by a trifle as one."""
    groups: list[list[int]] = []
    for at in sorted(range(len(sizes)), key=sizes.__getitem__):
        if groups and sizes[at] <= sizes[groups[-1][0]] * (1 + _SAME_SIZE):
            groups[-1].append(at)
        else:
            groups.append([at])
    settled = list(sizes)
    for group in groups:
        usual = median(sizes[at] for at in group)
        for at in group:
            settled[at] = usual
    return settled


def _chars(line: ReadLine, size: float, points: float) -> Iterator[Char]:
    ends = [
        (centre - size * usual_width(char) / 2, centre + size * usual_width(char) / 2)
        for char, centre in zip(line.text, line.centres, strict=True)
    ]
    for at in range(len(ends) - 1):
        if ends[at + 1][0] - ends[at][1] < _TRIFLE * size:
            meet = (ends[at][1] + ends[at + 1][0]) / 2
            ends[at], ends[at + 1] = (ends[at][0], meet), (meet, ends[at + 1][1])
    for char, (left, right) in zip(line.text, ends, strict=True):
        yield {
            "text": char,
            "x0": left * points,
            "x1": max(left, right) * points,
            "top": (line.middle - size / 2) * points,
            "bottom": (line.middle + size / 2) * points,
            "size": size * points,
            "upright": True,
        }


def _closed(reading: PageReading) -> Iterator[Rule]:
    """The rules, those across drawn on to where rules down end at their height.

    A scan laid askew cuts the upper rule of a table at the edge of the glass.
    """
    near = _NEAR * reading.height
    downs = [rule for rule in reading.rules if rule[3] - rule[1] > rule[2] - rule[0]]
    for left, top, right, bottom in reading.rules:
        if right - left > bottom - top:
            ends = [x for x, *ys in ((r[0], r[1], r[3]) for r in downs) if _ends(ys, top, near)]
            left, right = min([left, *ends]), max([right, *ends])
        yield left, top, right, bottom


def _ends(ends: Sequence[float], height: float, near: float) -> bool:
    return any(abs(end - height) < near for end in ends)


def _edge(rule: Rule, points: float) -> dict[str, Any]:
    left, top, right, bottom = (value * points for value in rule)
    across = right - left > bottom - top
    return {
        "object_type": "line",
        "orientation": "h" if across else "v",
        "x0": left,
        "x1": right,
        "top": top,
        "bottom": bottom,
        "width": right - left,
        "height": bottom - top,
    }
