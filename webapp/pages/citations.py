"""The ways to cite that a page offers, as text to copy and as files to download.

/record/<id>/cite.<form>   /policy/<id>/cite.<form>     form: bib, ris, json
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from corpus.policy import Policy
from indexer.citations.bibtex import bibtex
from indexer.citations.csl import csl_json
from indexer.citations.gbt7714 import EDITION_2015, cite
from indexer.citations.reference import Reference, of_policy
from indexer.citations.ris import ris
from indexer.exports.references import reference_of
from indexer.results.model import Hit
from webapp.errors import NotHere
from webapp.web.addresses import url_for
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names

blueprint = Blueprint("citations", __name__)

#: Ending of the file, name of the format, media type, writer.
_FORMS: dict[str, tuple[str, str, Callable[[Reference], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex", bibtex),
    "ris": ("RIS", "application/x-research-info-systems", ris),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
}


@dataclass(frozen=True, slots=True)
class Citation:
    """One way to cite: its name, its text, and where it can be downloaded (or empty)."""

    name: str
    label: str
    text: str
    url: str = ""


def of_hit(hit: Hit) -> tuple[Citation, ...]:
    """The citations of a record beside that of the current standard."""
    entry, today = hit.record, date.today()
    older = cite(entry.policy, record=entry.record, visited=today, edition=EDITION_2015)

    def address(form: str) -> str:
        return url_for("citations.record", record_id=entry.record.id, form=form)

    return _citations(older, reference_of(hit, today), address)


def of(policy: Policy) -> tuple[Citation, ...]:
    """The citations of a whole policy beside that of the current standard."""
    today = date.today()
    older = cite(policy, visited=today, edition=EDITION_2015)

    def address(form: str) -> str:
        return url_for("citations.policy", policy_id=policy.id, form=form)

    return _citations(older, of_policy(policy, today), address)


def _citations(
    older: str, reference: Reference, address: Callable[[str], str]
) -> tuple[Citation, ...]:
    files = (
        Citation(form, label, write(reference).strip(), address(form))
        for form, (label, _media, write) in _FORMS.items()
    )
    return (Citation("gbt2015", "GB/T 7714—2015", older), *files)


@blueprint.get("/record/<path:record_id>/cite.<form>")
def record(record_id: str, form: str) -> Response:
    """A record's citation as a file."""
    check_names(request.args, ())
    return _file(form, lambda: reference_of(state().searcher.record(record_id), date.today()))


@blueprint.get("/policy/<path:policy_id>/cite.<form>")
def policy(policy_id: str, form: str) -> Response:
    """A policy's citation as a file."""
    check_names(request.args, ())
    return _file(form, lambda: of_policy(state().library.parsed(policy_id).policy, date.today()))


def _file(form: str, find: Callable[[], Reference]) -> Response:
    if form not in _FORMS:
        raise NotHere(
            _("没有引文格式 %(name)s", name=form[:40]),
            _("可用的格式：%(known)s", known=" ".join(_FORMS)),
        )
    _label, media, write = _FORMS[form]
    reference = find()
    response = Response(
        write(reference).encode("utf-8", "replace"), content_type=f"{media}; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{reference.key}.{form}"'
    return response
