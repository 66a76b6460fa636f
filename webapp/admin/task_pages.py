"""The page that follows a task, and the numbers it asks for."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from webapp.admin.labels import task_label
from webapp.admin.tasks import Task, Tasks
from webapp.errors import NotHere
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names


def task(name: str) -> str | BaseResponse:
    """How a task stands; a preview that is ready is shown."""
    check_names(request.args, ())
    found = _found(name)
    if found.name == "preview" and found.state == "done":
        return redirect(url_for("admin.theme_preview", of=found.subject))
    return render_template("admin/task.html", task=found)


def task_status(name: str) -> Response:
    """How far a task is, for the page that follows it."""
    found = _found(name)
    return respond_json(
        {
            "running": found.is_running,
            "label": found.step or task_label(name),
            "done": found.done,
            "total": found.total,
        }
    )


def _found(name: str) -> Task:
    found = Tasks(state().settings.home).get(name)
    if found is None:
        raise NotHere(_("没有这项任务"), _("请从管理页重新开始"))
    return found
