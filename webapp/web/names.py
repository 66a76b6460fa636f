"""Names in addresses: of themes, policies and records, which may hold any character.

A slash stands in an address as it is, as long as it reads like a path.  Where
a client would tidy it away (``//``, a segment ``.`` or ``..``, a slash at
either end; WHATWG URL, section 4.4), every slash of the name is
percent-encoded, so that the server receives the name as it is.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import PathConverter

#: Segments that a client removes, or lets remove others.
_TIDIED = {"", ".", ".."}


class NameConverter(PathConverter):
    """``<path:…>`` for names: also those that begin with a slash or hold ``..``."""

    part_isolating = False
    regex = r"(?s:.+?)"

    def to_url(self, value: Any) -> str:
        name = str(value)
        plain = _TIDIED.isdisjoint(name.split("/"))
        return super().to_url(name) if plain else quote(name, safe="")


def register(app: Flask) -> None:
    """Lets the addresses of an application hold any name; before its routes are added."""
    app.url_map.converters = {**app.url_map.converters, "path": NameConverter}
