"""``zhengsou search``: one page of hits, to read or for other programs."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text as RichText

from indexer.exports.registry import export
from indexer.labels import MATCH_LABELS
from indexer.results.model import DEFAULT_SIZE, MAX_SIZE, DocumentHit, Hit, Results, Suggestion
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import open_with_progress
from webapp.commands.shared.usage import Command

_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


@click.command("search", cls=Command)
@click.argument("query", type=options.Text())
@options.filter_options
@options.sort_option
@options.synonyms_option
@click.option(
    "--size",
    type=click.IntRange(1, MAX_SIZE),
    default=DEFAULT_SIZE,
    metavar="N",
    help=f"每页条数，1 到 {MAX_SIZE}（默认 {DEFAULT_SIZE}）",
)
@click.option("--page", type=click.IntRange(1), default=1, metavar="N", help="第几页（默认 1）")
@options.format_option("table", "json", "jsonl", "csv", "md")
@options.home_option
def command(
    query: str,
    sort: str,
    synonyms: bool,
    size: int,
    page: int,
    form: str,
    home: Path,
    **chosen: Any,
) -> None:
    """检索 QUERY，输出一页命中。

    空格隔开的词都要有；引号内逐字匹配；OR 任一，-词 排除；主题: 内容: 单位: 等限定字段。

    QUERY 以 - 开头时写在 -- 之后：zhengsou search -- "-社区"
    """
    filters = options.filters_of(chosen)
    with open_with_progress(home) as searcher:
        results = searcher.search(
            query, filters=filters, sort=sort, page=page, size=size, synonyms=synonyms
        )
    for warning in results.warnings:
        output.note(f"提示：{warning.message}")
    if form == "json":
        output.print_json(results.to_dict())
    elif form == "table":
        _print_table(results)
    else:
        stream = output.stdout_bytes()
        export(results, form, stream)
        stream.flush()
        if results.document_total and form != "jsonl":
            output.note(f"另有同文件命中 {results.document_total} 份，见 --format table 或 json")
        for suggestion in results.suggestions:
            output.note(_advice(suggestion))


def _print_table(results: Results) -> None:
    console = output.console()
    console.print(_headline(results))
    if results.interpretation:
        console.print(results.interpretation)
    full = [hit for hit in results.hits if hit.match != "partial"]
    partial = [hit for hit in results.hits if hit.match == "partial"]
    if full:
        console.print(_hits_table(full))
    if results.documents:
        console.print(f"\n同文件命中（在一份文件的不同位置，共 {results.document_total} 份）：")
        console.print(_documents_table(results.documents))
    if partial:
        console.print(f"\n部分匹配（不含全部检索词，共 {results.partial_total} 条）：")
        console.print(_hits_table(partial))
    for suggestion in results.suggestions:
        console.print(_advice(suggestion))


def _advice(suggestion: Suggestion) -> str:
    return f"建议：{suggestion.label}（{suggestion.count} 条）"


def _headline(results: Results) -> str:
    documents = f"，另有同文件命中 {results.document_total} 份" if results.document_total else ""
    partial = f"，另有部分匹配 {results.partial_total} 条" if results.partial_total else ""
    return (
        f"命中 {results.total} 条{documents}{partial}；第 {results.page}/{results.last_page} 页，"
        f"用时 {results.took_ms:.1f} 毫秒"
    )


def _hits_table(hits: list[Hit]) -> Table:
    table = output.table("匹配", "单位 / 文件", "主题", "内容", "记录编号")
    for hit in hits:
        record = hit.record.record
        table.add_row(
            output.plain(MATCH_LABELS[hit.match] if hit.match else ""),
            _marked(hit.snippets.get("unit", "")) if record.unit else hit.record.policy.title,
            _marked(hit.snippets.get("title", "")),
            _marked(hit.snippets.get("body", "")),
            output.plain(record.id),
            end_section=True,
        )
    return table


def _documents_table(documents: Sequence[DocumentHit]) -> Table:
    table = output.table("文件", "所在", "原文", "文件编号")
    for document in documents:
        for at, part in enumerate(document.parts):
            places = "、".join(entry.record.id.rpartition("/")[2] for entry in part.records)
            table.add_row(
                output.plain("" if at else document.policy.title),
                output.plain(places or "记录之外（如表头）"),
                _marked(part.snippet),
                output.plain("" if at else document.policy.id),
                end_section=at == len(document.parts) - 1,
            )
    return table


def _marked(snippet: str) -> RichText:
    """A snippet's HTML as terminal text: what is in ``<mark>`` stands out."""
    text = RichText()
    for index, part in enumerate(_MARK.split(snippet)):
        text.append(html.unescape(part), style="bold yellow" if index % 2 else None)
    return text
