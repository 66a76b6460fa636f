"""``zhengsou restore-version``: an earlier state of a policy as its newest."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.versions.ingest import restore_version
from webapp.commands.shared import options
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command


@click.command("restore-version", cls=Command)
@click.argument("policy_id", metavar="ID", type=options.Text())
@click.argument("n", metavar="N", type=click.IntRange(min=1))
@options.home_option
def command(policy_id: str, n: int, home: Path) -> None:
    """把文件 ID 恢复到第 N 个状态（见 zhengsou history ID），并更新索引。

    恢复后的是一个新的状态，恢复前的也还保留。已移除的文件会以原来的编号回到馆藏。
    """
    with progress_bar() as bar:
        outcome = restore_version(home, policy_id, n, progress=bar)
    if outcome.kind == "unchanged":
        click.echo(f"“{policy_id}”现在就是第 {n} 个状态，没有改动")
        return
    click.echo(f"恢复：{policy_id} 到第 {n} 个状态（{outcome.made.records} 条记录）")
    if outcome.replaced:
        click.echo(f"恢复前的是第 {outcome.replaced} 个状态，同样可以恢复")
