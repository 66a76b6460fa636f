"""XLSX: the records on one sheet, the provenance on another, every cell a string.

What the search marked is bold and red in its cell (rich text).  Rows are
streamed (XlsxWriter's constant-memory mode).  What would not fit is an error
before anything is written: Excel itself would cut it without a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from indexer.errors import ExportError
from indexer.exports.rows import COLUMNS, PROVENANCE_LABEL, Provenance, marked_row, row
from indexer.results.model import Results
from indexer.results.spans import Piece

MAX_ROWS = 1_048_576  # of a sheet, the head among them
MAX_CELL = 32_767  # UTF-16 code units of a cell
RECORDS_SHEET = "检索结果"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDTHS = (9, 12, 12, 12, 24, 36, 64, 24, 30, 9, 40, 20, 16, 12, 30)
#: What the file format must escape.  The writer would do so twice in rich text.
_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MEND = "请改用 csv 或 jsonl 格式，它们没有这个限制"


def write_xlsx(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """Raises :class:`~indexer.errors.ExportError` where a sheet or a cell is too small."""
    if len(results.hits) >= MAX_ROWS:
        raise ExportError(
            f"结果有 {len(results.hits)} 条，XLSX 的一张表最多 {MAX_ROWS} 行（含表头）", _MEND
        )
    for hit in results.hits:
        _check_cells(hit.record.record.id, row(hit))
    # Imported when needed: a command that writes no table need not wait for it.
    import xlsxwriter

    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        # The one moment in the file is the export's: same input, same bytes.
        moment = datetime.fromisoformat(provenance.exported_at).replace(tzinfo=None)
        book.set_properties({"title": "政搜检索结果", "created": moment})
        _fill_records(book, results)
        fill_provenance(book, provenance)


def _check_cells(record_id: str, cells: tuple[str, ...]) -> None:
    for column, text in zip(COLUMNS, cells, strict=True):
        # A code point takes at most two units: short texts need no encoding.
        if len(text) * 2 > MAX_CELL and len(text.encode("utf-16-le")) // 2 > MAX_CELL:
            raise ExportError(
                f"记录 {record_id} 的“{column}”有 {len(text)} 字，"
                f"超过 XLSX 单元格的上限 {MAX_CELL}",
                _MEND,
            )


def _fill_records(book: Any, results: Results) -> None:
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "valign": "vcenter"})
    body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    mark = book.add_format({"bold": True, "font_color": "#9B2C1F"})
    sheet = book.add_worksheet(RECORDS_SHEET)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, body)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(results.hits), len(COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:O{len(results.hits) + 1}"})
    for column, name in enumerate(COLUMNS):
        write_text(sheet, 0, column, name, head)
    for line, hit in enumerate(results.hits, start=1):
        for column, cell in enumerate(marked_row(hit)):
            _write_runs(sheet, line, column, cell, body, mark)


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


def fill_provenance(book: Any, provenance: Provenance) -> None:
    """Adds the sheet 检索说明."""
    label = book.add_format({"bold": True, "valign": "top"})
    value = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet(PROVENANCE_LABEL)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 80)
    for line, (name, text) in enumerate(provenance.items()):
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
