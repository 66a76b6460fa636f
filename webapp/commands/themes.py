"""``zhengsou themes``: the themes there are, or all that carries one of them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from indexer.searcher import Searcher
from webapp.commands import options, output
from webapp.commands.progress import open_with_progress
from webapp.commands.usage import Command

_FIELD_LABELS = {"title": "主题", "body": "内容", "unit": "单位"}


@click.command("themes", cls=Command)
@click.argument("name", required=False, type=options.Text())
@options.format_option("table", "json")
@options.home_option
def command(name: str | None, form: str, home: Path) -> None:
    """列出全部议题；给出 NAME（议题名或其变体）时，列出带有它的记录和依据。"""
    with open_with_progress(home) as searcher:
        if name is None:
            _list_themes(searcher, form)
        else:
            _show_theme(searcher, name, form)


def _list_themes(searcher: Searcher, form: str) -> None:
    themes = searcher.themes()
    if form == "json":
        output.print_json({"themes": [asdict(theme) for theme in themes]})
        return
    table = output.table("议题", "记录数", "变体", "来源")
    for theme in themes:
        table.add_row(
            output.plain(theme.name),
            output.plain(theme.count),
            output.plain("、".join(theme.variants)),
            output.plain("自动提取" if theme.automatic else "词表"),
        )
    output.console().print(table)


def _show_theme(searcher: Searcher, name: str, form: str) -> None:
    theme = searcher.theme(name)
    if form == "json":
        output.print_json(theme.to_dict())
        return
    console = output.console()
    variants = f"（变体：{'、'.join(theme.variants)}）" if theme.variants else ""
    console.print(f"{theme.name}：{len(theme.records)} 条记录{variants}")
    table = output.table("单位 / 文件", "主题", "依据", "记录编号")
    for found in theme.records:
        entry = found.hit.record
        reasons = (f"{_FIELD_LABELS.get(e.field, e.field)}“{e.phrase}”" for e in found.evidence)
        table.add_row(
            output.plain(entry.record.unit or entry.policy.title),
            output.plain(entry.record.title),
            output.plain("；".join(reasons)),
            output.plain(entry.record.id),
            end_section=True,
        )
    console.print(table)
