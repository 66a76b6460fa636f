"""``zhengsou stats``: how much is in the library, and which index answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer.results.overviews import Stats
from indexer.versions.store import IndexStore
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import open_with_progress
from webapp.commands.shared.usage import Command

_LABELS = {
    "policies": "文件",
    "records": "记录",
    "zones": "实验区",
    "passages": "正文段落",
    "provinces": "省级行政区",
    "themes": "有记录的议题",
    "words": "索引词",
}


@click.command("stats", cls=Command)
@options.format_option("table", "json")
@options.home_option
def command(form: str, home: Path) -> None:
    """馆藏与索引的统计：文件、记录、省份、议题、索引版本与大小。"""
    with open_with_progress(home) as searcher:
        summary = _summary(searcher.stats(), home)
    if form == "json":
        output.print_json(summary)
        return
    table = output.table("项目", "值")
    for name, label in _LABELS.items():
        table.add_row(label, output.plain(summary[name]))
    index = summary["index"]
    table.add_row("索引版本", output.plain(index["version"]))
    table.add_row("分析指纹", output.plain(index["stamp"]))
    table.add_row("建立时间", output.plain(index["built_at"]))
    table.add_row("索引大小", f"{index['bytes'] / 1024:,.0f} KiB")
    table.add_row("目录", output.plain(summary["home"]))
    output.console().print(table)


def _summary(stats: Stats, home: Path) -> dict[str, Any]:
    """Counts by name, the ``index`` (version, stamp, built_at, bytes) and the ``home``."""
    counts = {name: getattr(stats, name) for name in _LABELS}
    info = stats.info
    index = {
        "version": info.version,
        "stamp": info.stamp,
        "built_at": info.built_at,
        "bytes": _index_bytes(home),
    }
    return {**counts, "index": index, "home": str(home)}


def _index_bytes(home: Path) -> int:
    """What the current version takes on disk."""
    version = IndexStore(home).current()
    if version is None:
        return 0
    return version.size
