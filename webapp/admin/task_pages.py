"""The page that follows an errand, and the numbers it asks for."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from webapp.admin.labels import errand_label
from webapp.admin.tasks import Errand, Errands
from webapp.web.errors import NotHere
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names


def errand(name: str) -> str | BaseResponse:
    """How an errand stands; a preview that is ready is shown."""
    check_names(request.args, ())
    found = _found(name)
    if found.name == "preview" and found.state == "done":
        return redirect(url_for("admin.theme_preview", of=found.subject))
    return render_template("admin/errand.html", errand=found)


def errand_status(name: str) -> Response:
    """How far an errand is, for the page that follows it."""
    found = _found(name)
    return respond_json(
        {
            "running": found.is_running,
            "label": found.step or errand_label(name),
            "done": found.done,
            "total": found.total,
        }
    )


def _found(name: str) -> Errand:
    found = Errands(state().settings.home).get(name)
    if found is None:
        raise NotHere(_("没有这项任务"), _("请从管理页重新开始"))
    return found
