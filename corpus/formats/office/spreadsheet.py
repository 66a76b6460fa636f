"""XLSX: the sheets' cells as they are seen, merged ones once.

openpyxl reads the values that the file keeps: of a formula the last result.
Merged ranges are known only to its full reading, which takes some fifty times
the file's unpacked size in memory; larger files are read without them, and say so.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from corpus.formats.content import Content, GridCell, Part
from corpus.formats.limits import Budget
from corpus.formats.office.number_format import shown_date, shown_number
from corpus.formats.office.ooxml import check_package, damaged
from corpus.formats.sheets import Sheet, read_sheets
from corpus.policy import ParseWarning

_FULLY_READ = 20_000_000  # unpacked bytes
_MOST_MERGED = 1_000_000  # cells
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref=["']([A-Z0-9:$]{1,40})["']""")


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """The sheets as one document, or their rows where each is a policy."""
    check_package(data, name, budget)
    try:
        fully = _is_read_fully(data)
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
    if not hasattr(sheet, "merged_cells"):
        sheet.reset_dimensions()  # what a file states of its size may be anything
        for number, row in enumerate(sheet.iter_rows()):
            for column, cell in enumerate(row):
                if text := shown(cell):
                    yield GridCell(number, column, text)
        return
    merges = [
        range_
        for range_ in sheet.merged_cells.ranges
        if range_.size["rows"] * range_.size["columns"] <= _MOST_MERGED
    ]
    spans = {(r.min_row, r.min_col): (r.size["rows"], r.size["columns"]) for r in merges}
    hidden = {at for r in merges for at in r.cells} - set(spans)
    for (row, column), cell in sorted(sheet._cells.items()):  # never the gaps between them
        text = shown(cell)
        at = (row, column)
        if at not in hidden:
            yield GridCell(row - 1, column - 1, text, *spans.get(at, (1, 1)))


def _area(reference: str) -> int:
    """How many cells there are in a range such as A1:B2."""
    left, top, right, bottom = (edge or 0 for edge in range_boundaries(reference))
    return (right - left + 1) * (bottom - top + 1)


def _is_read_fully(data: bytes) -> bool:
    """Whether the book is small, and so are its merged ranges, of which openpyxl makes cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(info.file_size for info in package.infolist()) > _FULLY_READ:
            return False
        merged = sum(
            _area(found[1].decode())
            for part in package.namelist()
            if part.startswith("xl/worksheets/")
            for found in _MERGED.finditer(package.read(part))
        )
    return merged <= _MOST_MERGED


def shown(cell: Any) -> str:
    """A cell's value as it is seen: numbers by their format, dates so where it is a Chinese one.

    Other dates are in ISO 8601.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    code = str(cell.number_format or "General")
    if isinstance(value, date) and (dated := shown_date(value, code)):
        return dated
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return shown_number(value, code)
    return str(value)


def _notes(data: bytes, sheets: list[Sheet], fully: bool) -> Iterator[ParseWarning]:
    if not fully:
        yield ParseWarning("merged-unread", "表格或合并的范围很大，没有读取合并单元格")
    elif _has_formulas(data):
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


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = (part for part in package.namelist() if part.startswith("xl/worksheets/"))
        return any(b"<f>" in (xml := package.read(part)) or b"<f " in xml for part in parts)
