"""The tables of a user's theme file, as they are edited: comments and order of the file stay."""

from __future__ import annotations

from typing import Any

import tomlkit

from indexer.analysis.phrases import phrase_key


def theme_table(document: tomlkit.TOMLDocument, name: str) -> Any:
    """The theme's table in the file, made at its end where there is none."""
    tables: Any = document.get("theme", ())
    for table in tables:
        if phrase_key(str(table["name"])) == phrase_key(name):
            return table
    table = tomlkit.table()
    table.add("name", name)
    if document.as_string():
        document.add(tomlkit.nl())
    if "theme" not in document:
        document.append("theme", tomlkit.aot())
    held: Any = document["theme"]
    held.append(table)
    return held[-1]


def line_ends(text: str, like: str) -> str:
    """``text`` with the line ends of the file that it goes into."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in like else plain
