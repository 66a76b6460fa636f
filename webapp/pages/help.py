"""Help for those who run a library or write programs: ``/help/api`` and ``/help/admin``.

What every reader needs stands on ``/help`` itself (:func:`webapp.pages.search.help_page`).
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from indexer.results.model import Filters
from indexer.searcher import Searcher
from webapp.presentation.help_topics import calls, commands, pattern_signs
from webapp.web.state import state
from webapp.web.urls import check_names

blueprint = Blueprint("help", __name__, url_prefix="/help")


@blueprint.get("/api")
def api() -> str:
    """The calls of the API, with examples that can be tried."""
    check_names(request.args, ())
    first = first_zone(state().searcher)
    return render_template("help_api.html", calls=calls([first] if first else []))


@blueprint.get("/admin")
def admin() -> str:
    """How files are added and corrected, how themes are said, and the commands of a server."""
    check_names(request.args, ())
    return render_template("help_admin.html", commands=commands(), patterns=pattern_signs())


def first_zone(searcher: Searcher) -> str:
    """The id of the first zone of the library, for examples; empty where there is none."""
    hits = searcher.search("", sort="source", filters=Filters(kind=("zone",)), size=1).hits
    return hits[0].record.record.id if hits else ""
