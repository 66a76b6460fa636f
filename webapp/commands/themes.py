"""``zhengsou themes``: the themes there are, all that carries one of them, and their upkeep."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from indexer.curation.candidates import DEFAULT_LIMIT
from indexer.searcher import Searcher
from webapp.commands.shared import options, output, theme_changes
from webapp.commands.shared.progress import open_with_progress
from webapp.commands.shared.usage import Command
from webapp.presentation import evidence


@click.command("themes", cls=Command)
@click.argument("name", required=False, type=options.Text())
@click.option("--candidates", is_flag=True, help="列出候选议题：馆藏里反复出现而词表没有的说法")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help=f"候选的条数（默认 {DEFAULT_LIMIT}）"
)
@click.option(
    "--apply",
    "decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="采用填写好的候选文件（--candidates --format toml 生成）",
)
@click.option("--history", is_flag=True, help="列出自己的议题词表的历史版本")
@click.option("--undo", is_flag=True, help="撤销对议题词表的最近一次改动")
@click.option("--restore", metavar="ID", help="恢复 --history 列出的一个版本")
@click.option("--dry-run", is_flag=True, help="与 --apply、--undo、--restore 同用：只说明变化")
@options.format_option("table", "json", "toml")
@options.home_option
def command(name: str | None, form: str, home: Path, dry_run: bool, **chosen: Any) -> None:
    """列出全部议题；给出 NAME（议题名或其变体）时，列出带有它的记录和依据。

    自己的议题写在主目录的 themes.toml 里，格式与随附的词表相同：同名的议题在随附的基础上
    增补，replace = true 则取代，remove = true 则去掉；新名称则新增。改动先由
    zhengsou index --dry-run 预览，由 zhengsou index 生效，用 --undo 撤销。
    """
    _check_usage(name, form, dry_run, chosen)
    if chosen["candidates"]:
        theme_changes.show_candidates(home, chosen["limit"] or DEFAULT_LIMIT, form)
    elif chosen["decisions"]:
        theme_changes.apply_decisions(home, chosen["decisions"], dry_run=dry_run)
    elif chosen["history"]:
        theme_changes.show_history(home)
    elif chosen["undo"]:
        theme_changes.undo(home, dry_run=dry_run)
    elif chosen["restore"]:
        theme_changes.restore(home, chosen["restore"], dry_run=dry_run)
    else:
        with open_with_progress(home) as searcher:
            if name is None:
                _list_themes(searcher, form)
            else:
                _show_theme(searcher, name, form)


def _check_usage(name: str | None, form: str, dry_run: bool, chosen: dict[str, Any]) -> None:
    """Raises a usage error for options that don't go together."""
    names = {"candidates": "--candidates", "decisions": "--apply", "history": "--history"}
    names |= {"undo": "--undo", "restore": "--restore"}
    given = [names[key] for key in names if chosen[key]]
    if name is not None:
        given.append("NAME")
    if len(given) > 1:
        raise click.UsageError(f"{'、'.join(given)} 不能同用，请只留一个")
    if dry_run and not (chosen["decisions"] or chosen["undo"] or chosen["restore"]):
        raise click.UsageError("--dry-run 要与 --apply、--undo 或 --restore 同用")
    if (form == "toml" or chosen["limit"]) and not chosen["candidates"]:
        raise click.UsageError("--format toml 和 --limit 要与 --candidates 同用")
    if form != "table" and given and given[0] not in ("--candidates", "NAME"):
        raise click.UsageError(f"{given[0]} 没有其他输出格式，请去掉 --format")


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
        table.add_row(
            output.plain(entry.record.unit or entry.policy.title),
            output.plain(entry.record.title),
            output.plain("；".join(evidence.sentences(found.evidence))),
            output.plain(entry.record.id),
            end_section=True,
        )
    console.print(table)
    _show_relations(searcher, theme.name)


def _show_relations(searcher: Searcher, name: str) -> None:
    """The themes around one, and the records kept out of it, with the reasons."""
    lexicon, console = searcher.linguistics.themes, output.console()
    kinds = (
        ("上位议题", lexicon.broader(name)),
        ("下位议题", lexicon.narrower(name)),
        ("相关议题", lexicon.related(name)),
    )
    for label, themes in kinds:
        if themes:
            console.print(f"{label}：{'、'.join(theme.name for theme in themes)}")
    for decision in lexicon.theme(name).excluded:
        console.print(f"已排除 {decision.record}：{decision.reason}")
