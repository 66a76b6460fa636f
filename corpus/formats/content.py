"""What a format's reader gives: a text with its tables, or the parts of the file.

A reader is a function from bytes to a :class:`Content`, or, where the file
holds several documents (an archive, JSON Lines, a list in a spreadsheet), to
an iterator of :class:`Member` s, each read in its turn as a file of its own.
:class:`TextBuilder` puts a text together, one paragraph a line and one cell a
line, and keeps the offsets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.document import Cell, Refused, Skipped, SourceTable, Stated
from corpus.formats.limits import Budget
from corpus.policy import Ocr, ParseWarning, Span
from corpus.text.script import simplify

_HEAD = 8000
_HEAD_LINES = 60
_TITLE_LINES = 5
_REMARK = re.compile(r"[（(][^（()）]*[）)]$")


@dataclass(frozen=True, slots=True)
class Content:
    """The text of one document, and what its format knew.

    ``page_starts`` are the offsets at which its pages begin, where it has fixed pages.
    """

    text: str
    tables: tuple[SourceTable, ...] = ()
    stated: Stated = Stated()
    notes: tuple[ParseWarning, ...] = ()
    ocr: Ocr | None = None
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a file that is a document of its own: its name, with extension, and bytes.

    ``label`` is what it is called within the file: a path, a line's number.
    """

    label: str
    name: str
    data: bytes


Part = Member | Refused | Skipped
#: From a file's bytes, its name (for messages) and what it may ask for.
Reader = Callable[[bytes, str, Budget], Content | Iterator[Part]]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before its text has a place: row and column from 0, rows and columns covered."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1


class TextBuilder:
    """A text in the making, with its tables."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._tables: list[SourceTable] = []

    @property
    def length(self) -> int:
        return self._length

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def tables(self) -> tuple[SourceTable, ...]:
        return tuple(self._tables)

    def line(self, text: str) -> Span:
        """Adds a paragraph; breaks within it stay, white space around its lines goes."""
        kept = "\n".join(filter(None, map(str.strip, text.splitlines())))
        start = self._length
        if kept:
            self._write(kept + "\n")
        return Span(start, start + len(kept))

    def blank(self) -> None:
        """Adds a blank line, unless the text begins here or there is one."""
        if self._parts and self._parts[-1] != "\n":
            self._write("\n")

    def table(self, cells: Iterable[GridCell]) -> None:
        """Adds a table, one cell a line in the order given."""
        self.blank()
        placed = [
            Cell(cell.row, cell.column, self.line(cell.text), cell.rowspan, cell.colspan)
            for cell in cells
        ]
        self.blank()
        if any(cell.span.end > cell.span.start for cell in placed):
            self._tables.append(SourceTable(tuple(placed)))

    def _write(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)


def with_title(content: Content) -> Content:
    """The content with its title above the text, where only a field of the source gives it.

    What a field says is part of what the file says, and is found there.
    """
    title = (content.stated.title or "").strip()
    if not title or _stands(title, content.text):
        return content
    above = f"{title}\n\n"
    tables = tuple(
        SourceTable(tuple(replace(cell, span=_moved(cell.span, len(above))) for cell in each.cells))
        for each in content.tables
    )
    return replace(content, text=above + content.text, tables=tables)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _stands(title: str, text: str) -> bool:
    """Whether a title is a line of the head of a text, or several lines one after another."""
    head = [_bare(line) for line in text[:_HEAD].splitlines() if line.strip()][:_HEAD_LINES]
    wanted = _bare(title)
    for first in range(len(head)):
        joined = ""
        for line in head[first : first + _TITLE_LINES]:
            joined += line
            if joined == wanted:
                return True
            if not wanted.startswith(joined):
                break
    return False


def _bare(text: str) -> str:
    """A line without what a copy of it may have or not: white space, ``#``, a remark behind it."""
    bare = simplify("".join(text.split()).strip("#"))
    while (shorter := _REMARK.sub("", bare)) and shorter != bare:
        bare = shorter
    return bare


_SURROGATE = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """``text`` with what no file can hold, halves of surrogate pairs, marked as lost."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
