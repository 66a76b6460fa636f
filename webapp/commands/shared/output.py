"""Where a command's results go: bytes or tables on stdout, all else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Columns of a table that is piped or redirected, where there is no terminal to ask.
PIPED_WIDTH = 120


def stdout_bytes() -> BinaryIO:
    """The stream under stdout, for formats that say themselves how lines end."""
    sys.stdout.flush()
    return sys.stdout.buffer


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object and a line end, UTF-8, readable Chinese."""
    stream = stdout_bytes()
    stream.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace"))
    stream.write(b"\n")
    stream.flush()


def note(message: str) -> None:
    """A message for the user, who may have redirected the results elsewhere."""
    click.echo(message, err=True)


def console() -> Console:
    """A console for tables; texts are data, so nothing in them is markup."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)


def table(*columns: str) -> Table:
    """An empty table with these heads."""
    empty = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in columns:
        empty.add_column(name, overflow="fold")
    return empty


def plain(value: object) -> Text:
    """A cell that shows ``value`` as it is."""
    return Text("" if value is None else str(value))
