"""Records × themes as zeros and ones, for a researcher's own statistics.

One row a record, one column a theme: 1 where the record carries the theme.
The caller names the themes, so that tables of different searches have the
same columns and can be joined.  A row is identified by its 附件序号 and region,
and by 记录编号 behind the themes.  In XLSX the marks are numbers, so that a
spreadsheet can sum them; everything else is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import IO

from indexer.errors import ExportError
from indexer.exports.columns import COLUMNS
from indexer.exports.delimited import write_lines
from indexer.exports.rows import Provenance, row
from indexer.exports.workbook import MAX_ROWS, OPTIONS, fill_provenance, write_text
from indexer.results.model import Hit, Results

LEADING = ("附件序号", "省级", "地级", "县级", "实验单位")
TRAILING = ("记录编号",)
SHEET = "议题矩阵"
MAX_COLUMNS = 16_384  # of a sheet
_MEND = "请改用 csv 格式，它没有这个限制"

Writer = Callable[[Results, Sequence[str], Provenance, IO[bytes]], None]


def _texts(hit: Hit, names: Sequence[str]) -> tuple[str, ...]:
    cells = dict(zip(COLUMNS, row(hit), strict=True))
    return tuple(cells[name] for name in names)


def _marks(hit: Hit, themes: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(name in hit.record.themes) for name in themes)


def write_incidence_csv(
    results: Results, themes: Sequence[str], provenance: Provenance, stream: IO[bytes]
) -> None:
    """UTF-8 with BOM; the provenance is in the last column of the first row."""
    rows = (
        (*_texts(hit, LEADING), *map(str, _marks(hit, themes)), *_texts(hit, TRAILING))
        for hit in results.hits
    )
    write_lines((*LEADING, *themes, *TRAILING), rows, provenance, stream)


def write_incidence_xlsx(
    results: Results, themes: Sequence[str], provenance: Provenance, stream: IO[bytes]
) -> None:
    """Raises :class:`~indexer.errors.ExportError` where a sheet is too small."""
    head = (*LEADING, *themes, *TRAILING)
    if len(results.hits) >= MAX_ROWS or len(head) > MAX_COLUMNS:
        raise ExportError(
            f"{len(results.hits)} 条记录 × {len(themes)} 个议题超过 XLSX 一张表的上限", _MEND
        )
    # Imported when needed: a command that writes no table need not wait for it.
    import xlsxwriter

    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        moment = datetime.fromisoformat(provenance.exported_at).replace(tzinfo=None)
        book.set_properties({"title": "政搜议题矩阵", "created": moment})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"valign": "top", "num_format": "@"})
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, len(LEADING) - 2, 12)
        sheet.set_column(len(LEADING) - 1, len(LEADING) - 1, 28)
        sheet.freeze_panes(1, len(LEADING))
        for column, name in enumerate(head):
            write_text(sheet, 0, column, name, bold)
        for line, hit in enumerate(results.hits, start=1):
            for column, text in enumerate(_texts(hit, LEADING)):
                write_text(sheet, line, column, text, plain)
            for column, mark in enumerate(_marks(hit, themes), start=len(LEADING)):
                sheet.write_number(line, column, mark)
            for column, text in enumerate(_texts(hit, TRAILING), start=len(LEADING) + len(themes)):
                write_text(sheet, line, column, text, plain)
        fill_provenance(book, provenance)


#: The formats of the table, by the file's ending.
WRITERS: Mapping[str, Writer] = {"csv": write_incidence_csv, "xlsx": write_incidence_xlsx}
