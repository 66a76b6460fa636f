"""``zhengsou history``: the states that a policy had; ``restore-version`` brings one back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from corpus.library.history import Version
from corpus.library.library import Library
from indexer.versions.ingest import restore_version
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command


@click.command("history", cls=Command)
@click.argument("policy_id", metavar="ID", type=options.Text())
@options.format_option("table", "json")
@options.home_option
def command(policy_id: str, form: str, home: Path) -> None:
    """列出文件 ID 的各个状态：序号、时间、文件、校验值、识别出的项目；已移除的文件也可以查。

    每次加入、更新、更正和恢复都是一个状态。用 zhengsou restore-version ID N 恢复其中一个。
    """
    library = Library.open(home)
    versions = library.history(policy_id)
    if form == "json":
        rows = list(map(_row, versions))
        output.print_json({"id": policy_id, "removed": _is_removed(versions), "versions": rows})
        return
    table = output.table(
        "序号", "时间", "文件", "标题", "发文字号", "机关", "成文日期", "记录", "校验值"
    )
    for version in versions:
        row = _row(version)
        named = ("source", "title", "number", "issuer", "date", "records")
        mark = f"{version.n}（现在）" if version.is_current else str(version.n)
        cells = (mark, row["added_at"], *(row[name] for name in named), row["sha256"][:12])
        table.add_row(*map(output.plain, cells))
    output.console().print(table)
    if _is_removed(versions):
        click.echo(f"这份文件已移除；恢复：zhengsou restore-version {policy_id} {len(versions)}")


def _is_removed(versions: tuple[Version, ...]) -> bool:
    return not any(version.is_current for version in versions)


def _row(version: Version) -> dict[str, Any]:
    entry = version.entry
    policy = entry.made.policy if entry.made else None
    named = ("title", "number", "issuer", "date", "category", "recipients", "validity")
    return {
        "n": version.n,
        "current": version.is_current,
        "added_at": entry.added_at,
        "source": entry.source,
        "sha256": entry.sha256,
        "correction": entry.correction,
        "records": entry.made.records if entry.made else None,
        **{name: getattr(policy, name, None) for name in named},
    }


@click.command("restore-version", cls=Command)
@click.argument("policy_id", metavar="ID", type=options.Text())
@click.argument("n", metavar="N", type=click.IntRange(min=1))
@options.home_option
def restore(policy_id: str, n: int, home: Path) -> None:
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
