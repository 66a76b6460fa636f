"""Old Office and OpenDocument files (DOC, WPS, RTF, ODT, XLS …), by way of LibreOffice.

LibreOffice turns them into DOCX or XLSX, which the rooms for these read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corpus.formats import spreadsheet, word
from corpus.formats.content import Content, Part, Reader
from corpus.formats.detect import FORMATS, detect
from corpus.formats.libreoffice import convert
from corpus.formats.limits import Budget
from corpus.policy import ParseWarning

_SHEETS = ("xls", "ods")


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
    return replace(read, notes=(*read.notes, note))
