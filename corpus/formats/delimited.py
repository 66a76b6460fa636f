"""CSV and TSV: cells between commas, tabs or whatever else divides them evenly."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from corpus.errors import SourceError
from corpus.formats.content import Content, GridCell, Part
from corpus.formats.encoding import decode
from corpus.formats.limits import Budget
from corpus.formats.sheets import Sheet, read_sheets

_DELIMITERS = ",\t;|，；"
_SAMPLE_ROWS = 50
_SAMPLE = 200_000  # characters


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """The table in the file, or its rows where each is a policy."""
    decoded = decode(data, name)
    csv.field_size_limit(2**31 - 1)  # a cell may hold a whole policy
    try:
        rows = list(
            csv.reader(io.StringIO(decoded.text, newline=""), delimiter=_delimiter(decoded.text))
        )
    except csv.Error as error:
        message = f"文件“{name}”不是有效的 CSV：{error}"
        raise SourceError(message, "请用表格软件打开，另存为 CSV UTF-8 后再试") from error
    cells = tuple(
        GridCell(at, column, text)
        for at, row in enumerate(rows)
        for column, text in enumerate(row)
        if any(map(str.strip, row))
    )
    return read_sheets([Sheet("", cells)], decoded.notes)


def _delimiter(text: str) -> str:
    """The one that gives most rows the same number of cells, and more than one."""
    sample = text[:_SAMPLE]

    def evenness(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if row]
        except csv.Error:
            return 0.0, 0
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            return 0.0, 0
        width, rows = wide.most_common(1)[0]
        return rows / len(widths), width

    return max(_DELIMITERS, key=evenness)
