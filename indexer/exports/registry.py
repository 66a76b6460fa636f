"""Results as files: the formats there are, and the one call that writes them.

A format is a module of :mod:`indexer.exports` with one function; here it gets
its name, its media type and its ending.  To add one, write its function and a line
in :data:`_FORMATS`: a table takes ``(table, stream)``, anything else
``(results, provenance, stream)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from indexer.errors import ExportError
from indexer.exports.columns import ALL_COLUMNS
from indexer.exports.delimited import write_csv
from indexer.exports.documents import DOCUMENT_COLUMNS, document_table
from indexer.exports.incidence import WRITERS
from indexer.exports.json_file import write_json, write_jsonl
from indexer.exports.markdown import write_markdown
from indexer.exports.references import write_bib, write_gbt, write_ris
from indexer.exports.rows import Provenance
from indexer.exports.table import (
    DEFAULT_LAYOUT,
    MOST_IN_REPORT,
    Layout,
    Table,
    TableWriter,
    table_of,
)
from indexer.exports.workbook import MAX_ROWS, write_xlsx
from indexer.results.grouped import GroupedResults
from indexer.results.model import Results

Writer = Callable[[Results, Provenance, IO[bytes]], None]


def write_docx(table: Table, stream: IO[bytes]) -> None:
    """See :func:`indexer.exports.report.write_docx`."""
    # Imported when needed: it doubles the time that a command takes to start.
    from indexer.exports import report

    report.write_docx(table, stream)


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write results: its name is also the file's ending.

    ``most`` is how many records it takes, ``None`` for any number.
    """

    name: str
    media_type: str
    write: Writer | None = None
    write_table: TableWriter | None = None
    most: int | None = None


_OFFICE = "application/vnd.openxmlformats-officedocument"
_FORMATS = {
    form.name: form
    for form in (
        Format("csv", "text/csv; charset=utf-8", write_table=write_csv),
        Format("xlsx", f"{_OFFICE}.spreadsheetml.sheet", write_table=write_xlsx, most=MAX_ROWS - 1),
        Format("json", "application/json", write_json),
        Format("jsonl", "application/jsonl", write_jsonl),
        Format("md", "text/markdown; charset=utf-8", write_table=write_markdown),
        Format(
            "docx",
            f"{_OFFICE}.wordprocessingml.document",
            write_table=write_docx,
            most=MOST_IN_REPORT,
        ),
        Format("bib", "application/x-bibtex; charset=utf-8", write_bib),
        Format("ris", "application/x-research-info-systems; charset=utf-8", write_ris),
        Format("txt", "text/plain; charset=utf-8", write_gbt),
    )
}
FORMATS = tuple(_FORMATS)
#: The formats that hold a table, whose columns can be chosen.
TABLE_FORMATS = tuple(name for name, form in _FORMATS.items() if form.write_table)
#: The formats of the table of records and themes.
THEME_TABLE_FORMATS = tuple(WRITERS)

_UNSAFE_IN_NAMES = re.compile(r'[\s\x00-\x1f\x7f-\x9f\ud800-\udfff"*/:<>?\\|.%]+')
_NAME_LENGTH = 40


def export(
    results: Results,
    format: str,
    stream: IO[bytes],
    layout: Layout = DEFAULT_LAYOUT,
    *,
    exported_at: datetime | None = None,
) -> None:
    """Writes all hits of ``results``, or all documents, and their provenance to ``stream``.

    ``layout`` is for the formats of :data:`TABLE_FORMATS`; the others always hold
    everything.  The same results give the same bytes but for the moment, which is now
    unless ``exported_at`` (with a time zone) says otherwise.  Raises
    :class:`~indexer.errors.ExportError` for an unknown format or a result
    that the format cannot hold.
    """
    form = _format(format)
    provenance = Provenance.of(results, exported_at or datetime.now().astimezone())
    if form.write_table:
        form.write_table(_table_of(results, provenance, layout), stream)
    elif form.write:
        form.write(results, provenance, stream)


def _table_of(results: Results, provenance: Provenance, layout: Layout) -> Table:
    if isinstance(results, GroupedResults):
        return document_table(results, provenance, layout)
    return table_of(results, provenance, layout)


def columns_for(by: str) -> tuple[str, ...]:
    """Every column of a table ``by`` record or document."""
    return DOCUMENT_COLUMNS if by == "document" else ALL_COLUMNS


def export_table(table: Table, format: str, stream: IO[bytes]) -> None:
    """Writes any table in one of :data:`TABLE_FORMATS`; raises as :func:`export`."""
    write = _format(format).write_table
    if write is None:
        known = "、".join(TABLE_FORMATS)
        raise ExportError(f"“{format}”不是表格格式", f"可用的格式：{known}")
    write(table, stream)


def most_records(format: str) -> int | None:
    """How many records a format takes, ``None`` for any number."""
    return _format(format).most


def export_theme_table(
    results: Results,
    themes: Sequence[str],
    format: str,
    stream: IO[bytes],
    *,
    exported_at: datetime | None = None,
) -> None:
    """Writes a row for each hit and a column, 0 or 1, for each of ``themes``.

    Otherwise as :func:`export`, with :data:`THEME_TABLE_FORMATS`.
    """
    if format not in WRITERS:
        known = "、".join(THEME_TABLE_FORMATS)
        raise ExportError(f"议题矩阵没有“{format}”格式", f"可用的格式：{known}")
    moment = exported_at or datetime.now().astimezone()
    WRITERS[format](results, themes, Provenance.of(results, moment), stream)


def media_type(format: str) -> str:
    """What to declare as ``Content-Type``; raises :class:`~indexer.errors.ExportError`."""
    return _format(format).media_type


def file_name(query: str, format: str) -> str:
    """A name that says what was searched and is allowed on every file system."""
    words = _UNSAFE_IN_NAMES.sub("-", query)[:_NAME_LENGTH].strip("-")
    return f"政搜-{words or '全部记录'}.{_format(format).name}"


def format_of(path: Path) -> str | None:
    """The format that a file's ending asks for, ``None`` if it is none of ours."""
    ending = path.suffix.removeprefix(".").lower()
    return ending if ending in _FORMATS else None


def _format(name: str) -> Format:
    try:
        return _FORMATS[name]
    except KeyError:
        raise ExportError(f"没有导出格式“{name}”", f"可用的格式：{'、'.join(FORMATS)}") from None
