"""XLSX: the records on one sheet, the provenance on another.

Where nobody chose columns, every cell is a string.  Where somebody did
(:attr:`~indexer.exports.table.Table.typed`), numbers and days are values that a
spreadsheet can sort and count by; a date known to its month only stays a string, and
so does every other text, whatever it looks like: no cell is a formula.

What the search marked is bold and red in its cell (rich text).  Rows are
streamed (XlsxWriter's constant-memory mode).  What would not fit is an error
before anything is written: Excel itself would cut it without a word.  On paper the
sheet is as wide as a page, with its head on each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from indexer.errors import ExportError
from indexer.exports.rows import PROVENANCE_LABEL, Provenance
from indexer.exports.table import Head, Row, Say, Table, text_of
from indexer.results.spans import Piece

MAX_ROWS = 1_048_576  # of a sheet, the head among them
MAX_CELL = 32_767  # UTF-16 code units of a cell
#: Points of a line of text, and of the highest row.
LINE_HEIGHT, MAX_HEIGHT = 16.5, 409.0
#: Links of a sheet, and characters of one; Excel takes no more.
MAX_LINKS, MAX_ADDRESS = 65_530, 2_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
#: What the file format must escape.  The writer would do so twice in rich text.
_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MEND = "请改用 csv 或 jsonl 格式，它们没有这个限制"


def write_xlsx(table: Table, stream: IO[bytes]) -> None:
    """Raises :class:`~indexer.errors.ExportError` where a sheet or a cell is too small."""
    if table.count >= MAX_ROWS:
        raise ExportError(
            f"结果有 {table.count} 条，XLSX 的一张表最多 {MAX_ROWS} 行（含表头）", _MEND
        )
    for row in table.rows():
        _check_cells(row, table.labels)
    # Imported when needed: a command that writes no table need not wait for it.
    import xlsxwriter

    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        # The one moment in the file is the export's: same input, same bytes.
        moment = datetime.fromisoformat(table.provenance.exported_at).replace(tzinfo=None)
        book.set_properties({"title": f"政搜{table.name}", "created": moment})
        _fill_records(book, table)
        fill_provenance(book, table.provenance, table.say)


def _check_cells(row: Row, labels: Sequence[str]) -> None:
    for label, cell in zip(labels, row.cells, strict=True):
        text = text_of(cell)
        # A code point takes at most two units: short texts need no encoding.
        if len(text) * 2 > MAX_CELL and len(text.encode("utf-16-le")) // 2 > MAX_CELL:
            raise ExportError(
                f"记录 {row.name} 的“{label}”有 {len(text)} 字，超过 XLSX 单元格的上限 {MAX_CELL}",
                _MEND,
            )


@dataclass(frozen=True, slots=True)
class _Styles:
    """The formats of a book: plain text, a mark in it, a number, a day, a link."""

    body: Any
    mark: Any
    number: Any
    day: Any
    link: Any

    @classmethod
    def of(cls, book: Any) -> _Styles:
        top = {"valign": "top"}
        return cls(
            body=book.add_format({"text_wrap": True, **top, "num_format": "@"}),
            mark=book.add_format({"bold": True, "font_color": "#9B2C1F"}),
            number=book.add_format({**top, "num_format": "0"}),
            day=book.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"}),
            link=book.add_format({**top, "font_color": "#1B4F8F", "underline": 1}),
        )


def _fill_records(book: Any, table: Table) -> None:
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "valign": "vcenter"})
    styles = _Styles.of(book)
    sheet = book.add_worksheet(table.name)
    for column, each in enumerate(table.heads):
        sheet.set_column(column, column, each.sheet_width, styles.body)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.count, len(table.heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:R{table.count + 1}"})
    for column, name in enumerate(table.labels):
        write_text(sheet, 0, column, name, head)
    widths = tuple(each.sheet_width for each in table.heads)
    for line, row in enumerate(table.rows(), start=1):
        sheet.set_row(line, _height(row, widths))
        for column, cell in enumerate(row.cells):
            if not (table.typed and _write_value(sheet, line, column, (table.heads, cell), styles)):
                _write_runs(sheet, line, column, cell, styles.body, styles.mark)
        if row.address and line <= MAX_LINKS:
            _link(sheet, line, row, table, styles)


def _height(row: Row, widths: Sequence[float]) -> float:
    """A height in points that shows the row's texts; not every program works it out itself."""
    lines = max(
        sum(-(-_width(line) // width) or 1 for line in text_of(cell).split("\n"))
        for cell, width in zip(row.cells, widths, strict=True)
    )
    return min(LINE_HEIGHT * lines, MAX_HEIGHT)


def _width(text: str) -> float:
    """The width of a text in characters of a column; a Chinese sign takes two and a little."""
    return sum(2.2 if unicodedata.east_asian_width(char) in "WFA" else 1.1 for char in text)


def _write_value(
    sheet: Any,
    line: int,
    column: int,
    cell: tuple[Sequence[Head], Sequence[Piece]],
    styles: _Styles,
) -> bool:
    """Writes a number or a day as such; false where the text is neither."""
    heads, pieces = cell
    text, kind = text_of(tuple(pieces)), heads[column].kind
    if kind == "number" and text.isascii() and text.isdigit():
        sheet.write_number(line, column, int(text), styles.number)
        return True
    if kind == "date" and (day := _day(text)):
        sheet.write_datetime(line, column, day, styles.day)
        return True
    return False


def _day(text: str) -> date | None:
    """A day as a spreadsheet counts them, from 1900 on; a month or a year is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Excel takes 1900 for a leap year: its first two months are off by a day.
    return day if day >= date(1900, 3, 1) and day.isoformat() == text else None


def _link(sheet: Any, line: int, row: Row, table: Table, styles: _Styles) -> None:
    """Makes the first cell of the row open its record; the cell keeps its value."""
    text = text_of(row.cells[0])
    if not text or len(row.address) > MAX_ADDRESS:
        return
    sheet.write_url(line, 0, row.address, styles.link, "-")
    if table.heads[0].kind == "number" and text.isascii() and text.isdigit():
        sheet.write_number(line, 0, int(text), styles.link)
    else:
        write_text(sheet, line, 0, text, styles.link)


def _write_runs(
    sheet: Any, line: int, column: int, cell: Sequence[Piece], style: Any, mark: Any
) -> None:
    """A cell with its marks; where the file format cannot keep both, the text without them."""
    text = "".join(part for part, _ in cell)
    if not any(marked for _, marked in cell) or _ESCAPED.search(text):
        write_text(sheet, line, column, text, style)
        return
    parts: list[Any] = []
    # Rich text has two runs at least, and no run in it may be empty.
    for part, marked in cell if len(cell) > 1 else _halves(text):
        parts += [mark if marked else style, part.encode("utf-8", "replace").decode("utf-8")]
    if len(parts) > 2:
        sheet.write_rich_string(line, column, *parts, style)
    else:
        write_text(sheet, line, column, text, style)


def _halves(text: str) -> tuple[Piece, ...]:
    """A wholly marked text in two runs, a single character in one."""
    return tuple((part, True) for part in (text[:1], text[1:]) if part)


def fill_provenance(book: Any, provenance: Provenance, say: Say = str) -> None:
    """Adds the sheet 检索说明."""
    label = book.add_format({"bold": True, "valign": "top"})
    value = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet(say(PROVENANCE_LABEL))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 80)
    for line, (name, text) in enumerate(provenance.items(say)):
        write_text(sheet, line, 0, name, label)
        write_text(sheet, line, 1, _shorten(text), value)


def _shorten(text: str) -> str:
    return text if len(text) * 2 <= MAX_CELL else text[: MAX_CELL // 2 - 1] + "…"


def write_text(sheet: Any, line: int, column: int, text: str, style: Any) -> None:
    """A string as a string, whatever it looks like; an empty one is no cell."""
    if not text:
        return
    # An unpaired surrogate cannot be UTF-8; a question mark is better than no file.
    text = text.encode("utf-8", "replace").decode("utf-8")
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer takes such a string for its own rich text and would put
        # it into the sheet unescaped; as two runs it is what it says.
        sheet.write_rich_string(line, column, style, text[:1], style, text[1:], style)
    else:
        sheet.write_string(line, column, text, style)
