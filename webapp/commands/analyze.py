"""``zhengsou analyze``: what the index and a query see of a text."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.inspection import Inspection, inspect_text
from indexer.linguistics import load_linguistics
from webapp.commands.shared import options, output
from webapp.commands.shared.usage import Command


@click.command("analyze", cls=Command)
@click.argument("text", type=options.Text())
@options.format_option("table", "json")
@options.home_option
def command(text: str, form: str, home: Path) -> None:
    """查看 TEXT 如何分析：折叠、分词、索引词、检索词、停用词、逐字单元、词典词、同义说法。"""
    found = inspect_text(text, load_linguistics(home))
    if form == "json":
        output.print_json(found.to_dict())
        return
    table = output.table("项目", "结果")
    for label, said in _rows(found):
        table.add_row(label, output.plain(said))
    output.console().print(table)


def _rows(found: Inspection) -> list[tuple[str, str]]:
    streams = {
        "分词": found.segments,
        "索引词": found.words,
        "检索词": found.query_words,
        "停用词": found.stop_words,
        "逐字单元": found.literal,
        "词典词": found.dictionary,
    }
    rows = [(label, " / ".join(word.text for word in words)) for label, words in streams.items()]
    return [("折叠", found.folded), *rows, ("同义说法", " / ".join(found.synonyms))]
