"""``zhengsou index``: brings the index up to date, or makes it anew."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.build import build_index
from webapp.commands import options, output
from webapp.commands.progress import progress_bar
from webapp.commands.usage import Command


@click.command("index", cls=Command)
@click.option("--rebuild", is_flag=True, help="即使索引是最新的，也重新建立")
@options.home_option
def command(rebuild: bool, home: Path) -> None:
    """建立或更新索引；已是最新时什么也不做。"""
    with progress_bar() as bar:
        report = build_index(home, rebuild=rebuild, progress=bar)
    for warning in report.warnings:
        output.note(f"提示：{warning}")
    done = f"已建立索引（{report.reason}）" if report.reason else "索引已是最新"
    click.echo(
        f"{done}：{report.policies} 份文件，{report.info.records} 条记录，"
        f"版本 {report.info.version}，用时 {report.seconds:.1f} 秒"
    )
