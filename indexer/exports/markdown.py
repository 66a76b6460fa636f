"""A Markdown table, with the provenance in a line above it.

The texts are data: whatever in them means something to Markdown or HTML is
escaped, so that a reader sees the characters as published.
"""

from __future__ import annotations

import html
import re
from typing import IO

from indexer.exports.rows import PROVENANCE_LABEL
from indexer.exports.table import Table

_MARKS = re.compile(r"[\\`*_\[\]~|$]")
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def escape(text: str) -> str:
    """``text`` for a table cell: nothing in it is markup, line ends become ``<br>``."""
    quiet = _MARKS.sub(r"\\\g<0>", html.escape(text, quote=False))
    return _LINE_END.sub("<br>", quiet)


def write_markdown(table: Table, stream: IO[bytes]) -> None:
    """A line of provenance and the table."""
    label, stated = table.say(PROVENANCE_LABEL), table.provenance.sentence(table.say)
    _write(stream, f"{label}：{escape(stated)}\n\n")
    _write(stream, _line(tuple(map(escape, table.labels))))
    _write(stream, _line(("---",) * len(table.heads)))
    for cells in table.texts():
        _write(stream, _line(tuple(map(escape, cells))))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _write(stream: IO[bytes], text: str) -> None:
    # An unpaired surrogate cannot be UTF-8; a question mark is better than no file.
    stream.write(text.encode("utf-8", "replace"))
