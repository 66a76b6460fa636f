"""Old Office and OpenDocument files (DOC, WPS, RTF, ODT, XLS …), by way of LibreOffice.

LibreOffice turns them into DOCX or XLSX, which their own readers read.  A DOC
whose text ends with a table's last cell mark, without the paragraph that the
format asks for behind it (LibreOffice itself writes such from a DOCX that has
none), is read by it as if its cells were one paragraph: a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corpus.formats.content import Content, Part, Reader
from corpus.formats.detect import FORMATS, detect
from corpus.formats.limits import Budget
from corpus.formats.office import spreadsheet, word
from corpus.formats.office.libreoffice import convert
from corpus.policy import ParseWarning

_SHEETS = ("xls", "ods")
_CELL_MARK = "\x07".encode("utf-16-le")
_OPEN_TABLE = _CELL_MARK * 2 + bytes(16)  # the ends of a cell and of a row, and no more text


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """The text as LibreOffice understands it.

    Raises :class:`~corpus.errors.SourceError` when LibreOffice is not
    installed, takes too long, or cannot read the file.
    """
    kind = detect(data, name)
    target = "xlsx" if kind in _SHEETS else "docx"
    usual = FORMATS[kind].extensions[0]
    converted = convert(data, name, usual, target, budget.limits.seconds)
    reader: Reader = spreadsheet.read if kind in _SHEETS else word.read
    read = reader(converted, name, budget)
    if not isinstance(read, Content):
        return read
    note = ParseWarning("converted", "由 LibreOffice 转换后读取，版式细节可能与原文件不同")
    notes = [*read.notes, note]
    if kind == "doc" and _OPEN_TABLE in data:
        message = (
            "文件以表格结尾，后面缺一个段落，LibreOffice 分不出表中的单元格；"
            "请用 Word 或 WPS 打开，另存为 .docx 后添加"
        )
        notes.append(ParseWarning("table-unread", message))
    return replace(read, notes=tuple(notes))
