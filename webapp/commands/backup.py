"""``zhengsou backup`` and ``zhengsou restore``: the whole library in one file, and back again."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.library.backup import restore_backup, write_backup
from indexer.versions.open import build_index
from webapp.commands.shared import options
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command


@click.command("backup", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@options.home_option
def command(file: Path, home: Path) -> None:
    """把馆藏的全部原文件、目录和用户词表写进一个 ZIP 文件，并读回校验。

    校验通过后才放到 FILE；失败时原有的同名文件不变。索引不在其中，恢复后会重新建立。
    """
    with progress_bar() as bar:
        made = write_backup(home, file, progress=bar)
    click.echo(f"已备份 {made.policies} 份文件到 {file}（{made.size / 1024:,.0f} KiB，已校验）")


@click.command("restore", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@options.home_option
def restore(file: Path, home: Path) -> None:
    """用备份 FILE 替换馆藏和用户词表，并更新索引。

    备份先整个校验；不完好或不是政搜的备份，就什么也不改动。换好之前，原来的馆藏一直留着。
    """
    with progress_bar() as bar:
        restored = restore_backup(home, file, progress=bar)
        click.echo(f"已恢复 {restored.policies} 份文件（备份于 {restored.made_at}）")
        report = build_index(home, progress=bar)
    click.echo(f"索引已更新：{report.info.records} 条记录")
