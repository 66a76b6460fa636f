"""``zhengsou backup``: the whole library in one file."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.library.backup import write_backup
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
