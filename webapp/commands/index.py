"""``zhengsou index``: brings the index up to date, or rebuilds it."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.curation.theme_preview import preview_themes
from indexer.curation.word_preview import Preview, preview
from indexer.versions.open import Workspace, build_index
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.theme_report import announce_changes, announce_warnings
from webapp.commands.shared.usage import Command

_KINDS = {"word": "词典", "stop_word": "停用词", "synonym": "同义词"}
_SHOWN = 10


def _announce(changes: Preview) -> None:
    """Says on stderr which words changed and what that does."""
    for change in changes.changes:
        verb = "增加" if change.added else "去掉"
        output.note(
            f"{_KINDS[change.kind]}{verb}“{change.text}”：检索它原有 {change.before} 条命中，"
            f"更新后 {change.after} 条"
        )
    records = changes.records
    listed = "、".join(records[:_SHOWN]) + ("…" if len(records) > _SHOWN else "")
    output.note(f"分词或关键词有变化的记录：{len(records)} 条{f'（{listed}）' if records else ''}")


@click.command("index", cls=Command)
@click.option("--rebuild", is_flag=True, help="即使索引是最新的，也重新建立")
@click.option("--dry-run", is_flag=True, help="只说明词汇改动会带来什么变化，不建立索引")
@options.home_option
def command(rebuild: bool, dry_run: bool, home: Path) -> None:
    """建立或更新索引；已是最新时什么也不做。

    主目录里的 dictionary.txt（词典）、stopwords.txt（停用词）、synonyms.toml（同义词）、
    themes.toml（议题）改动后，先说明哪些记录和检索结果会变化，再更新索引。只改动议题时，
    不重建索引，只更新有变化的记录。
    """
    with progress_bar() as bar:
        changes = preview(home, bar)
    if changes:
        _announce(changes)
    with progress_bar() as bar:
        workspace = Workspace.open(home)
        moved = preview_themes(workspace, progress=bar)
    announce_changes(moved)
    if dry_run:
        announce_warnings(workspace.theme_warnings())
        click.echo("没有建立索引（--dry-run）" if changes or moved else "词汇和议题没有改动")
        return
    with progress_bar() as bar:
        report = build_index(home, rebuild=rebuild, progress=bar)
    for warning in report.warnings:
        output.note(f"提示：{warning}。请核对原件；如有缺漏，补全后重新加入")
    announce_warnings(report.theme_warnings)
    done = f"已建立索引（{report.reason}）" if report.reason else "索引已是最新"
    click.echo(
        f"{done}：{report.policies} 份文件，{report.info.records} 条记录，"
        f"版本 {report.info.version}，用时 {report.seconds:.1f} 秒"
    )
