"""``zhengsou search``: one page of hits, to read or for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from indexer.exports.registry import export
from indexer.labels import MATCH_LABELS
from indexer.results.grouped import GroupedDocument, GroupedResults
from indexer.results.model import (
    DEFAULT_SIZE,
    MAX_SIZE,
    DocumentHit,
    Hit,
    NearHits,
    Results,
    Suggestion,
)
from indexer.results.spans import pieces_of_html
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import open_with_progress
from webapp.commands.shared.usage import Command


@click.command("search", cls=Command)
@click.argument("query", type=options.Text())
@options.filter_options
@options.sort_option
@options.synonyms_option
@options.by_options
@click.option(
    "--size",
    type=click.IntRange(1, MAX_SIZE),
    default=DEFAULT_SIZE,
    metavar="N",
    help=f"每页条数（按文件时是份数），1 到 {MAX_SIZE}（默认 {DEFAULT_SIZE}）",
)
@click.option("--page", type=click.IntRange(1), default=1, metavar="N", help="第几页（默认 1）")
@options.format_option("table", "json", "jsonl", "csv", "md")
@options.home_option
def command(
    query: str,
    sort: str,
    size: int,
    page: int,
    form: str,
    home: Path,
    **chosen: Any,
) -> None:
    """检索 QUERY，输出一页命中；--by document 输出一页文件。

    空格隔开的词都要有；引号内逐字匹配；OR 任一，-词 排除；主题: 内容: 单位: 等限定字段。

    QUERY 以 - 开头时写在 -- 之后：zhengsou search -- "-社区"
    """
    request = replace(options.request_of(query, sort, chosen), page=page, size=size)
    with open_with_progress(home) as searcher:
        results = searcher.answer(request)
    for warning in results.warnings:
        output.note(f"提示：{warning.message}")
    if form == "json":
        output.print_json(results.to_dict())
    elif form == "table" and isinstance(results, GroupedResults):
        _print_documents(results)
    elif form == "table":
        _print_table(results)
    else:
        stream = output.stdout_bytes()
        export(results, form, stream)
        stream.flush()
        if results.document_total and form != "jsonl" and results.by != "document":
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
    _print_near(console, results.near)
    for suggestion in results.suggestions:
        console.print(_advice(suggestion))


def _print_documents(results: GroupedResults) -> None:
    console = output.console()
    console.print(_documents_headline(results))
    if results.interpretation:
        console.print(results.interpretation)
    found = [each for each in results.grouped if each.match != "partial"]
    partial = [each for each in results.grouped if each.match == "partial"]
    if found:
        console.print(_grouped_table(found))
    if partial:
        counted = results.partial_documents
        console.print(f"\n只有部分匹配的文件（不含全部检索词，共 {counted} 份）：")
        console.print(_grouped_table(partial))
    _print_near(console, results.near)
    for suggestion in results.suggestions:
        console.print(_advice(suggestion))


def _print_near(console: Console, near: NearHits | None) -> None:
    """What is near in meaning, apart; why it is not there, where something failed."""
    if near is None:
        return
    if near.problem:
        output.note(f"提示：{near.problem}。{near.hint}")
    if not near.hits:
        return
    covered = "" if near.complete else f"；已为 {near.made} / {near.total} 条记录算出向量"
    console.print(f"\n意思相近（由编码模型 {near.model} 找出，不计入命中数{covered}）：")
    console.print(_hits_table(near.hits))


def _documents_headline(results: GroupedResults) -> str:
    partial = results.partial_documents
    loosely = f"，另有只有部分匹配的 {partial} 份" if partial else ""
    return (
        f"命中 {results.total_documents} 份文件，其中 {results.total} 条{loosely}；"
        f"第 {results.page}/{results.last_page} 页，用时 {results.took_ms:.1f} 毫秒"
    )


def _grouped_table(documents: Sequence[GroupedDocument]) -> Table:
    table = output.table("匹配", "文件标题", "发文字号", "发文机关", "日期", "命中", "最佳摘录")
    for document in documents:
        policy = document.policy
        others = "、".join(each.policy.date or each.policy.id for each in document.versions)
        table.add_row(
            output.plain(MATCH_LABELS[document.match] if document.match else ""),
            output.plain(policy.title + (f"\n（另有 {others} 版）" if others else "")),
            output.plain(policy.number),
            output.plain(policy.issuer),
            output.plain(policy.date),
            output.plain(document.records or ""),
            _marked(document.snippet),
            end_section=True,
        )
    return table


def _advice(suggestion: Suggestion) -> str:
    return f"建议：{suggestion.label}（{suggestion.count} 条）"


def _headline(results: Results) -> str:
    documents = f"，另有同文件命中 {results.document_total} 份" if results.document_total else ""
    partial = f"，另有部分匹配 {results.partial_total} 条" if results.partial_total else ""
    return (
        f"命中 {results.total} 条{documents}{partial}；第 {results.page}/{results.last_page} 页，"
        f"用时 {results.took_ms:.1f} 毫秒"
    )


def _hits_table(hits: Sequence[Hit]) -> Table:
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
    for part, marked in pieces_of_html(snippet):
        text.append(part, style="bold yellow" if marked else None)
    return text
