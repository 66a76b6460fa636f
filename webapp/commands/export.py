"""``zhengsou export``: every full hit of a search as one file."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click

from indexer.exports.columns import ALL_COLUMNS, read_columns
from indexer.exports.documents import DOCUMENT_COLUMNS
from indexer.exports.registry import FORMATS, TABLE_FORMATS, columns_for, export, format_of
from indexer.exports.table import Layout
from indexer.results.grouped import GroupedResults
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import open_with_progress
from webapp.commands.shared.usage import Command

_STDOUT = "-"
#: Formats that a terminal cannot show.
_BINARY = ("xlsx", "docx")


@click.command("export", cls=Command)
@click.argument("query", type=options.Text())
@click.option(
    "-o", "--output", "target", required=True, metavar="FILE", help="写到哪里，- 为标准输出"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    metavar="F",
    help=f"格式：{'、'.join(FORMATS)}（默认看文件的扩展名）",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="C",
    help=f"表格的列，可重复或用逗号分开：{'、'.join(ALL_COLUMNS)}；"
    f"按文件时是：{'、'.join(DOCUMENT_COLUMNS)}；选了列的 XLSX 里数字和日期就是数字和日期",
)
@options.by_options
@options.filter_options
@options.sort_option
@options.synonyms_option
@options.home_option
def command(
    query: str,
    target: str,
    form: str | None,
    columns: tuple[str, ...],
    sort: str,
    home: Path,
    **chosen: Any,
) -> None:
    """把 QUERY 的全部命中导出到 FILE；QUERY 为空字符串即全部记录。--by document 一份文件一行。

    例：zhengsou export 党建引领 -o 党建引领.docx --columns 序号,地区,实验单位,实验主题
    """
    form = form or _format_for(target)
    request = options.request_of(query, sort, chosen)
    layout = Layout(_columns(columns, form, columns_for(request.by)))
    with open_with_progress(home) as searcher:
        results = searcher.all_of(request)
    for warning in results.warnings:
        output.note(f"提示：{warning.message}")
    with _open_target(target, form) as stream:
        export(results, form, stream, layout)
    where = "标准输出" if target == _STDOUT else target
    if isinstance(results, GroupedResults):
        output.note(f"已导出 {len(results.grouped)} 份文件到 {where}")
    else:
        output.note(f"已导出 {len(results.hits)} 条到 {where}")


def _columns(given: tuple[str, ...], form: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    known, unknown = read_columns(given, columns)
    if unknown:
        names = "、".join(unknown)
        raise click.UsageError(f"没有列“{names}”，可用的列：{'、'.join(columns)}")
    if known and form not in TABLE_FORMATS:
        forms = "、".join(TABLE_FORMATS)
        raise click.UsageError(f"{form.upper()} 没有列，--columns 用于：{forms}")
    return known


def _format_for(target: str) -> str:
    form = None if target == _STDOUT else format_of(Path(target))
    if form is None:
        raise click.UsageError(f"从“{target}”看不出格式，请用 --format 指定：{'、'.join(FORMATS)}")
    return form


@contextmanager
def _open_target(target: str, form: str) -> Iterator[BinaryIO]:
    """A stream to ``target``; a file appears there whole, or stays as it was."""
    if target == _STDOUT:
        if form in _BINARY and sys.stdout.isatty():
            raise click.UsageError(f"{form.upper()} 不能显示在终端里，请用 -o 给出文件名")
        stream = output.stdout_bytes()
        yield stream
        stream.flush()
        return
    path = Path(target).resolve()
    if path.exists() and not path.is_file():
        # A device or a pipe cannot be replaced, and must not be.
        with path.open("wb") as special:
            yield special
        return
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        # The reader knows nothing of the part, only of the file and its folder.
        place = error.filename2 or path.parent
        raise OSError(error.errno, error.strerror, str(place)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
