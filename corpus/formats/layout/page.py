"""What is on a page: lines of characters, and tables.

A format of fixed pages (PDF, OFD, a scan) knows no lines and no paragraphs, only
characters at places.  Characters at one height are a line; a gap as wide as a
character is a space.  Heights are in points from the top of the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.formats.content import GridCell
from corpus.text.script import unified

_UNBROKEN = re.compile(
    r"[（“‘《〈「『【〔(\[]*(?:[!-~]+|.)(?:[“‘].)?[，。、；：？！）”’》〉」』】〕…—·%％,.;:?!)\]]*"
)
_NARROW = 0.5  # of a size: how wide a letter or a digit is
_APART = 0.6  # points between characters that need not belong together
#: Full-width marks fill half of their square; the other half may be the next column's.
_CLOSING = "，。、；：！？）”’》〉」』】〕"
_OPENING = "（“‘《〈「『【〔"

#: A character as pdfplumber describes it: ``text``, ``x0``, ``x1``, ``top``, ``bottom``,
#: ``size`` and ``upright`` (it runs from left to right).
Char = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters side by side, and where their ink may be at most.

    ``base`` is where most of them end below; fonts differ in how far they reach.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: where it begins and ends, and the size of its characters.

    ``runs`` are its characters where there is white space between them.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    runs: tuple[Run, ...] = ()


@dataclass(slots=True)
class PageTable:
    """A table on a page: its cells, and where its columns are divided.

    ``lines`` are those of a single row, which is a table only with others on the
    pages before or behind it.
    """

    top: float
    bottom: float
    cells: list[GridCell]
    columns: list[float]
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class PageText:
    """What is on a page, from top to bottom."""

    height: float
    items: list[Line | PageTable] = field(default_factory=list)
    turned: str = ""  # text that does not run from left to right
    unmapped: int = 0  # characters without a mapping to Unicode
    skipped_tables: bool = False
    is_picture: bool = False  # there is something on it, and no text


def usual_width(char: str) -> float:
    """How wide a character usually is, in sizes."""
    if unicodedata.combining(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else _NARROW


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """The characters as lines, from top to bottom and left to right."""
    ordered = sorted(chars, key=middle)
    groups: list[list[Char]] = []
    for char in ordered:
        group = groups[-1] if groups else None
        if group and middle(char) - middle(group[0]) <= 0.5 * min(char["size"], group[0]["size"]):
            group.append(char)
        else:
            groups.append([char])
    lines = (_line(sorted(group, key=centre)) for group in groups)
    return [line for line in lines if line.text]


def wraps(line: Line, following: Line, right: float) -> bool:
    """Whether ``line`` ended only since ``following`` did not fit before the margin ``right``.

    What must fit is all up to the next place where a line may be broken: a Latin
    word, or a character with the marks that may not begin a line.  Some break no
    line before a quotation mark (Unicode Standard Annex 14, class QU).
    """
    text = following.text
    found = _UNBROKEN.match(text)
    unit = found.group() if found else text[:1]
    width = sum(0.55 if char.isascii() else 1.0 for char in unit)
    return right - line.x1 < (width + 0.5) * line.size


def join(left: str, right: str) -> str:
    """Two lines of one paragraph as one: a space only between Latin words."""
    spaced = left[-1:].isascii() and right[:1].isascii() and left[-1:] not in "-/"
    both = (left[-1:].isalnum() or left[-1:] in ",.;:)") and right[:1].isalnum()
    return f"{left} {right}" if spaced and both else left + right


def _line(chars: Sequence[Char]) -> Line:
    parts: list[str] = []
    end: float | None = None
    size = max(float(char["size"]) for char in chars)
    for char in chars:
        if end is not None and parts and not parts[-1].isspace():
            gap = float(char["x0"]) - end
            latin = parts[-1].isascii() and char["text"].isascii()
            if gap > (0.2 if latin else 0.9) * size:
                parts.append(" ")
        parts.append(char["text"])
        end = float(char["x1"])
    solid = [char for char in chars if char["text"].strip()] or chars
    return Line(
        text=unified("".join(parts)).strip(),
        x0=min(float(char["x0"]) for char in solid),
        x1=max(float(char["x1"]) for char in solid),
        top=min(float(char["top"]) for char in solid),
        bottom=max(float(char["bottom"]) for char in solid),
        size=size,
        runs=tuple(_runs([char for char in chars if char["text"].strip()])),
    )


def _runs(chars: Sequence[Char]) -> Iterator[Run]:
    """The characters of a line, cut where there is white space between them."""
    group: list[Char] = []
    end = 0.0
    for char in chars:
        if group and _ink(char)[0] - end > _APART:
            yield _run(group)
            group, end = [], 0.0
        group.append(char)
        end = max(end, _ink(char)[1])
    if group:
        yield _run(group)


def _run(chars: Sequence[Char]) -> Run:
    return Run(
        text=unified("".join(char["text"] for char in chars)).strip(),
        x0=min(_ink(char)[0] for char in chars),
        x1=max(_ink(char)[1] for char in chars),
        top=min(float(char["top"]) for char in chars),
        bottom=max(float(char["bottom"]) for char in chars),
        size=max(float(char["size"]) for char in chars),
        base=Counter(float(char["bottom"]) for char in chars).most_common(1)[0][0],
    )


def _ink(char: Char) -> tuple[float, float]:
    """Where a character's ink may begin and end."""
    x0, x1 = float(char["x0"]), float(char["x1"])
    if char["text"] in _CLOSING:
        return x0, min(x1, (x0 + x1) / 2)
    if char["text"] in _OPENING:
        return max(x0, (x0 + x1) / 2), x1
    return x0, x1


def line_of_runs(runs: Sequence[Run]) -> Line:
    """Runs side by side as a line, a wide gap between them as a space."""
    text, end = "", None
    size = max(run.size for run in runs)
    for run in runs:
        gap = 0.0 if end is None else run.x0 - end
        halves = (text[-1:] in _CLOSING) + (run.text[0] in _OPENING)  # that are the marks' own
        gap -= 0.5 * size * halves
        latin = text[-1:].isascii() and run.text[:1].isascii()
        text += (" " if end is not None and gap > (0.2 if latin else 0.9) * size else "") + run.text
        end = run.x1
    return Line(
        text=text,
        x0=min(run.x0 for run in runs),
        x1=max(run.x1 for run in runs),
        top=min(run.top for run in runs),
        bottom=max(run.bottom for run in runs),
        size=size,
        runs=tuple(runs),
    )


def cell_text(lines: Sequence[Line], right: float) -> str:
    """A cell's lines, those that were only wrapped put together."""
    text = ""
    for at, line in enumerate(lines):
        if at and wraps(lines[at - 1], line, right):
            text = join(text, line.text)
        else:
            text += ("\n" if at else "") + line.text
    return text


def centre(char: Char) -> float:
    """Across: glyphs of full-width marks begin within the ones before them."""
    return (float(char["x0"]) + float(char["x1"])) / 2


def middle(char: Char) -> float:
    return (float(char["top"]) + float(char["bottom"])) / 2
