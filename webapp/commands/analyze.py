"""``zhengsou analyze``: what the index and a query see of a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from indexer.analysis import Token, default_analyzer, fold_text, literal_units
from webapp.commands import options, output
from webapp.commands.usage import Command


@click.command("analyze", cls=Command)
@click.argument("text", type=options.Text())
@options.format_option("table", "json")
@options.home_option
def command(text: str, form: str, home: Path) -> None:
    """查看 TEXT 如何分析：折叠后的文字、分词、索引词、检索词、逐字单元。"""
    analysis = analyze(text)
    if form == "json":
        output.print_json(analysis)
        return
    table = output.table("项目", "结果")
    table.add_row("折叠", output.plain(analysis["folded"]))
    for name, label in _STREAM_LABELS.items():
        table.add_row(label, output.plain(" / ".join(token["text"] for token in analysis[name])))
    output.console().print(table)


_STREAM_LABELS = {
    "segments": "分词",
    "words": "索引词",
    "query_words": "检索词",
    "literal": "逐字单元",
}


def analyze(text: str) -> dict[str, Any]:
    """``text``, ``folded`` and four streams of {text, position, start, end}.

    Offsets count code points of ``text`` as it was given.
    """
    analyzer = default_analyzer()
    return {
        "text": text,
        "folded": fold_text(text),
        "segments": _plain(analyzer.segments(text)),
        "words": _plain(analyzer.words(text)),
        "query_words": _plain(analyzer.leaf_words(text)),
        "literal": _plain(literal_units(text)),
    }


def _plain(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    return [
        {"text": t.text, "position": t.position, "start": t.start, "end": t.end} for t in tokens
    ]
