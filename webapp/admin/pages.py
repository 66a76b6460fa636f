"""The management pages: login, overview, audit log.

Uploads, removal and themes have modules of their own; :mod:`webapp.admin.routes`
says which address leads where, :mod:`webapp.admin.access.guard` who may open it.
"""

from __future__ import annotations

import re
import time

from flask import Response, redirect, render_template, request, session, url_for
from werkzeug import Response as BaseResponse

from webapp.admin.access import guard
from webapp.admin.access.audit import AuditLog
from webapp.admin.upload.staging import Staging
from webapp.errors import AdminError
from webapp.web.state import state
from webapp.web.urls import check_names, single

#: Actions that the log's page shows; the file holds all.
SHOWN_ACTIONS = 500
_RECENT_ACTIONS = 10
#: Refused logins are logged, but no faster than this many seconds apart: a
#: flood of them must not fill the disk.
_REFUSAL_PAUSE = 1.0
#: Where a login may lead: below the management pages, and nowhere else.
_INSIDE = re.compile(rf"(?:/[a-z0-9-]+)*(?:\?[A-Za-z0-9{re.escape(guard.QUERY_MARKS)}]*)?")
_last_refusal = 0.0


def login() -> str | BaseResponse | tuple[str, int]:
    """Asks for the token, and begins a session for a visitor who shows it."""
    check_names(request.args, ("next",))
    after = single(request.args, "next")
    if len(after) > guard.LONGEST_NEXT or not _INSIDE.fullmatch(after):
        after = ""
    found = guard.visitor().credentials
    if request.method != "POST" or found is None:
        if guard.visitor().is_known:
            return redirect(url_for("admin.home") + after)
        return render_template("admin/login.html", after=after, refused=False)
    if found.fits(request.form.get("token", "")):
        guard.begin()
        try:
            guard.log("login", "", "ok")
        except AdminError:
            session.clear()  # what cannot be logged is not done
            raise
        return redirect(url_for("admin.home") + after)
    _log_refusal()
    return render_template("admin/login.html", after=after, refused=True), 403


def _log_refusal() -> None:
    global _last_refusal
    now = time.monotonic()
    if now - _last_refusal > _REFUSAL_PAUSE:
        _last_refusal = now
        guard.log("login", "", "refused")


def logout() -> BaseResponse:
    """Ends the session."""
    guard.log("logout", "", "ok")
    session.clear()
    return redirect(url_for("admin.login"))


def home() -> str:
    """What can be done here, what waits, and what was done last."""
    check_names(request.args, ())
    settings = state().settings
    return render_template(
        "admin/home.html",
        policies=len(state().library.policies()),
        batches=Staging(settings.home).batches(),
        actions=AuditLog(settings.home).latest(_RECENT_ACTIONS),
    )


def audit() -> str:
    """The latest actions, newest first."""
    check_names(request.args, ())
    actions = AuditLog(state().settings.home).latest(SHOWN_ACTIONS)
    return render_template("admin/audit.html", actions=actions, most=SHOWN_ACTIONS)


def audit_file() -> Response:
    """The whole log, as it stands on disk."""
    path = AuditLog(state().settings.home).path
    data = path.read_bytes() if path.is_file() else b""
    response = Response(data, mimetype="application/jsonl")
    response.headers["Content-Disposition"] = "attachment; filename=audit.jsonl"
    return response
