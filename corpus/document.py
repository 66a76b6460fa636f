"""What a reader of files hands to the parser: a text, and what its format knew.

A format knows more than its text: where the cells of a table are, what a field
of a data file is called.  A :class:`SourceDocument` keeps that knowledge beside
the text, as offsets into it, so that :mod:`corpus.parsing.notice` needs to know nothing
of formats and :mod:`corpus.formats.read` nothing of policies:

    bytes  ->  corpus.formats.read  ->  SourceDocument  ->  corpus.parsing.notice  ->  ParsedPolicy

Offsets are Unicode code points into :attr:`SourceDocument.text`, ``end``
exclusive.  A file may hold several documents (an archive, a line of JSON Lines,
a row of a list); each has its own bytes and hash, and can be stored alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.errors import SourceError
from corpus.policy import Ocr, ParseWarning, Span


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its place in the grid, from 0, and the span of its text.

    A merged cell stands once, with the rows and columns that it covers; an empty
    cell has an empty span.
    """

    row: int
    column: int
    span: Span
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table that the format states, its cells in reading order."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the source says of its policy in fields of its own; ``None``: nothing.

    ``date`` is ISO 8601, to the day, the month or the year.  What is stated goes before
    what the text is read to say.
    """

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    category: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One document, read.

    ``source`` is the file name as given, with the member's name where the file
    holds several, ``folder`` where the file lay, if that is known; ``data`` are the
    document's own bytes, ``sha256`` their hash in hex and ``extension`` (with its dot)
    what they are kept under: read again under that name they give an equal document.
    ``notes`` say what a reader of the text should know (a page without text, an
    encoding that was guessed).  ``ocr`` says how sure text is that was recognised on pictures,
    ``page_starts`` at which offsets the pages begin of a format that has fixed pages.
    """

    text: str
    source: str
    sha256: str
    extension: str
    data: bytes = field(repr=False)
    tables: tuple[SourceTable, ...] = ()
    stated: Stated = Stated()
    notes: tuple[ParseWarning, ...] = ()
    folder: str = ""
    ocr: Ocr | None = None
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a part of one, that could not be read: its name, and why."""

    name: str
    error: SourceError


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no document by its nature (a lock file, a page's pictures), and why."""

    name: str
    reason: str


#: What comes out of a file or a folder, one after another.
Reading = SourceDocument | Refused | Skipped
