"""``zhengsou remove``: policies out of the library and the index."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.versions.ingest import remove_policies
from webapp.commands.shared import options
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command


@click.command("remove", cls=Command)
@click.argument("ids", nargs=-1, required=True, metavar="ID...", type=options.Text())
@click.option("--forget", is_flag=True, help="连同以前的各个状态和原文件一起删除，不能再恢复")
@options.home_option
def command(ids: tuple[str, ...], forget: bool, home: Path) -> None:
    """把文件从馆藏和索引中移除；ID 是发文字号，没有发文字号的是标题。

    有一个编号不在馆藏中，就一个也不移除。移除的编号留给原来的文件，不会给别的文件；各个状态仍然
    保留，可用 zhengsou history ID 查看、用 zhengsou restore-version ID N 恢复，除非用 --forget。
    """
    with progress_bar() as bar:
        remove_policies(home, ids, forget=forget, progress=bar)
    for policy_id in dict.fromkeys(ids):
        click.echo(f"移除：{policy_id}")
    if forget:
        click.echo("以前的状态和原文件也已删除；早先的备份中可能还有")
    else:
        click.echo("可以恢复：zhengsou history ID 列出各个状态，zhengsou restore-version ID N 恢复")
