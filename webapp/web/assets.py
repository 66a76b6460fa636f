"""One style sheet and one script for all pages, joined from files of one concern each.

A first visit then asks for two files beside the page, and a later one for
none: the address carries a hash of the content, so that a browser may keep it
for a year.  The files stand in ``static`` as they are written; nothing is
built before the server starts.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for

blueprint = Blueprint("assets", __name__)

#: The endpoints of files that are the same for every visitor.
ENDPOINTS = ("static", "assets.bundle")
#: A browser may keep a file whose address carries its hash: a year, in seconds.
FOREVER = "public, max-age=31536000, immutable"
#: What each joined file is made of, in this order.
PARTS = {
    "site.css": (
        "style.css",
        "workbench.css",
        "tables.css",
        "charts.css",
        "reading.css",
        "ask.css",
        "holdings.css",
    ),
    "site.js": (
        *("keys.js", "rove.js", "copy.js", "suggest.js", "basket.js", "facets.js", "history.js"),
        *("panel.js", "copytable.js", "reading.js", "advanced.js", "grouped.js"),
    ),
}
#: The style sheet that holds on paper only.
PRINT = "print.css"
_FOLDER = Path(__file__).parents[1] / "static"
_TYPES = {"site.css": "text/css", "site.js": "text/javascript"}


@cache
def joined(name: str) -> str:
    """The text of a joined file, a key of :data:`PARTS`."""
    texts = [(_FOLDER / part).read_text(encoding="utf-8") for part in PARTS[name]]
    if name == "site.css":
        on_paper = (_FOLDER / PRINT).read_text(encoding="utf-8")
        texts.append(f"@media print {{\n{on_paper}}}\n")
    return "\n".join(texts)


@cache
def digest(name: str) -> str:
    """The first 12 hex digits of the SHA-256 of a joined file."""
    return hashlib.sha256(joined(name).encode()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """The address of a joined file, with the hash of its content."""
    return url_for("assets.bundle", name=name, v=digest(name))


def picture_url(name: str) -> str:
    """The address of a picture of the help page (``static/help``)."""
    return url_for("static", filename=f"help/{name}.png")


@blueprint.get("/static/<any('site.css', 'site.js'):name>")
def bundle(name: str) -> Response:
    """A joined file; to be kept for long where the address names this very content."""
    response = Response(joined(name), mimetype=_TYPES[name])
    current = request.args.get("v") == digest(name)
    response.headers["Cache-Control"] = FOREVER if current else "no-cache"
    return response
