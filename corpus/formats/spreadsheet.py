"""XLSX: the sheets' cells as they are seen, merged ones once.

openpyxl reads the values that the file keeps: of a formula the last result.
Merged ranges are known only to its full reading, which takes some fifty times
the file's unpacked size in memory; larger files are read without them, and say so.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from corpus.formats.content import Content, GridCell, Part
from corpus.formats.grid import Sheet, read_sheets
from corpus.formats.limits import Budget
from corpus.formats.ooxml import check_package, damaged
from corpus.policy import ParseWarning

_FULLY_READ = 20_000_000  # unpacked bytes
_MOST_CELLS = 20_000_000


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """The sheets as one document, or their rows where each is a policy."""
    check_package(data, name, budget)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            fully = sum(info.file_size for info in package.infolist()) <= _FULLY_READ
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that no text depends on
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=not fully)
            sheets = [Sheet(sheet.title, tuple(_cells(sheet))) for sheet in book.worksheets]
            notes = [*_notes(data, sheets, fully)]
            book.close()
    except Exception as error:  # whatever a package that is no workbook makes the library raise
        raise damaged(name, error) from error
    return read_sheets(sheets, notes)


def _cells(sheet: Any) -> Iterator[GridCell]:
    """The cells with their texts; those hidden by a merged cell are not there."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: set[tuple[int, int]] = set()
    ranges = getattr(sheet, "merged_cells", None)
    for merged in ranges.ranges if ranges else ():
        height = min(merged.max_row, sheet.max_row) - merged.min_row + 1
        width = min(merged.max_col, sheet.max_column) - merged.min_col + 1
        spans[merged.min_row, merged.min_col] = (height, width)
        hidden.update(
            (row, column)
            for row in range(merged.min_row, merged.min_row + height)
            for column in range(merged.min_col, merged.min_col + width)
            if (row, column) != (merged.min_row, merged.min_col)
        )
    for number, row in enumerate(sheet.iter_rows(), start=1):
        filled = [n for n, cell in enumerate(row) if cell.value is not None]
        for n, cell in enumerate(row[: filled[-1] + 1] if filled else ()):
            at = (number, n + 1)
            if at not in hidden:
                yield GridCell(number - 1, n, shown(cell), *spans.get(at, (1, 1)))


def shown(cell: Any) -> str:
    """A cell's value as text: dates in ISO 8601, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}"
    return str(value)


def _notes(data: bytes, sheets: list[Sheet], fully: bool) -> Iterator[ParseWarning]:
    if not fully:
        yield ParseWarning("merged-unread", "表格较大，没有读取合并单元格的范围")
    if fully:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=False)
        values = {sheet.title: sheet for sheet in book.worksheets}
        lost = sum(
            values[sheet.name].cell(cell.row + 1, cell.column + 1).data_type == "f"
            for sheet in sheets
            for cell in sheet.cells
            if not cell.text
        )
        if lost:
            message = (
                f"有{lost}个单元格是公式而没有保存结果，读不出值；请用表格软件打开后保存再添加"
            )
            yield ParseWarning("formula-unread", message)
