"""Bands: rows of a table that head those below them.

    一、福建省（2个）                     one cell over all columns
    1 | 福州市鼓楼区 | 居民协商            福建省福州市鼓楼区
    2 | 厦门市海沧区 | 社区共治            福建省厦门市海沧区

A band is no zone.  It stays a passage, and what it names completes the units below it
up to the next band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.parsing.tables.list_lines import Above, read_heading
from corpus.parsing.tables.matrix import Matrix
from corpus.policy import ParseWarning, Span, WarningPlace
from corpus.text.normalize import Line

_FEWEST_COLUMNS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """The division that a band names, empty where it names none, and the count it states.

    ``printed`` is the band's text.
    """

    name: str
    stated: int | None
    printed: str = ""


NO_BAND = Band("", None)


def read_band(matrix: Matrix, row: int, number: int | None, date: str | None) -> Band | None:
    """The band that a row is; ``None`` for any other row.

    One cell over several columns is one whatever it says (第一批).  A cell that stands alone
    is one where it heads a list (福建省（2个）), or is a province in the column ``number``.
    """
    printed = [text for text in matrix.texts[row] if text]
    wide = matrix.band(row)
    if not wide and (len(printed) != 1 or matrix.width < _FEWEST_COLUMNS):
        return None
    text = wide or printed[0]
    heading = read_heading(Line(text, Span(0, len(text)), False), Above(), date)
    if heading is None:
        return NO_BAND if wide else None
    numbered = number is not None and matrix.texts[row][number] == text
    if not wide and not (heading.stated is not None or (heading.sure and numbered)):
        return None
    return Band(heading.context.name, heading.stated, text)


def miscounted(bands: Sequence[Band], units: Sequence[Band]) -> Iterator[ParseWarning]:
    """The bands whose stated count is not that of the units below; ``units`` has each one's."""
    for band in bands:
        count = sum(each is band for each in units)
        if band.stated is not None and band.stated != count:
            place = WarningPlace(words=band.printed)
            yield count_warning(band.name, band.stated, count, place)


def count_warning(name: str, stated: int, count: int, place: WarningPlace) -> ParseWarning:
    """A heading's count that differs from what was found under it."""
    message = f"“{name}”注明{stated}个单位，其下识别出{count}个"
    return ParseWarning("count-mismatch", message, place)
