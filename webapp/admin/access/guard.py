"""What every management page asks for: a session, and with a change a form of ours.

The checks run before any view, and before a body is read, so that nobody
without a session can send files:

    no token was made        the login page says how to make one
    no session               pages lead to the login, changes are refused (403)
    a change                 its form must carry the session's CSRF token

Only POST changes anything: what answers both has to ask for just that method,
since HEAD comes to the views of GET, and without a form.

The CSRF token is Flask-WTF's; the session's cookie is not sent from other sites
either (``SameSite=Strict``).
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from flask import current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import generate_csrf, validate_csrf
from markupsafe import Markup
from werkzeug import Response
from wtforms import ValidationError

from webapp.admin.access.audit import AuditLog
from webapp.admin.access.credentials import Credentials
from webapp.admin.access.sessions import ROOT, AdminSessions
from webapp.admin.heartbeat import unwritable
from webapp.errors import Forbidden
from webapp.web.languages import gettext as _
from webapp.web.limits import BODIES, MAX_THEMES
from webapp.web.state import state

_OPEN = "admin.login"
#: What a query holds beside letters and digits as it is, percent signs included.
QUERY_MARKS = "-._~!$'()*+,;=:@/?&%"
#: Characters of a page's address that are remembered over a login.
LONGEST_NEXT = 2000


class Visitor:
    """The visitor who asks for a management page."""

    @cached_property
    def credentials(self) -> Credentials | None:
        """The home's credentials; ``None`` where no token was made."""
        sessions = current_app.session_interface
        assert isinstance(sessions, AdminSessions)
        return sessions.credentials()

    @property
    def is_known(self) -> bool:
        """Whether the request has a session."""
        return self.credentials is not None and "name" in session

    def csrf_token(self) -> str:
        """What a form of this session carries."""
        return str(generate_csrf(secret_key=self.credentials.key if self.credentials else ""))

    def check_form(self) -> None:
        """Raises :class:`~webapp.errors.Forbidden` where the form is not of this session."""
        try:
            form = request.form
        except OSError as error:  # a large body is first kept in a temporary file
            raise unwritable(Path(tempfile.gettempdir()), error) from error
        given = request.headers.get("X-CSRF-Token") or form.get("csrf_token")
        key = self.credentials.key if self.credentials else ""
        try:
            validate_csrf(given, secret_key=key, time_limit=None)  # it ends with the session
        except ValidationError as error:
            raise Forbidden(
                _("这个表单已失效，没有做任何改动"), _("请返回上一页，刷新后再试一次")
            ) from error


def visitor() -> Visitor:
    """The visitor who asks for the current page."""
    if "visitor" not in g:
        g.visitor = Visitor()
    found: Visitor = g.visitor
    return found


def form_field() -> Markup:
    """The hidden field that every form here carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(
        visitor().csrf_token()
    )


def check() -> Response | None:
    """Lets a request through, sends it to the login, or refuses it."""
    who = visitor()
    if request.method == "OPTIONS":
        return None  # the answer names methods, and calls no view
    changes = request.method not in ("GET", "HEAD")
    if request.endpoint != _OPEN and not who.is_known:
        if changes:
            raise Forbidden(_("没有登录，没有做任何改动"), _("请先用管理口令登录"))
        return redirect(url_for(_OPEN, next=_asked_for()))
    if changes and who.credentials is not None:
        if request.endpoint in BODIES:
            request.max_content_length = BODIES[request.endpoint]
            request.max_form_memory_size = MAX_THEMES
        who.check_form()
    return None


def _asked_for() -> str:
    """The page that was asked for, below the management pages, with its query.

    Nothing where that is too long to be sent there and back.
    """
    query = quote(request.query_string, safe=QUERY_MARKS)
    asked = request.path.removeprefix(ROOT) + (f"?{query}" if query else "")
    return asked if len(asked) <= LONGEST_NEXT else ""


def begin() -> None:
    """Begins a session for the visitor who has just shown the token."""
    session.clear()
    session.permanent = True
    session["name"] = secrets.token_hex(4)
    g.pop("csrf_token", None)


def logger(action: str, subject: str) -> Callable[[str], None]:
    """Writes how an action of this request ended, also after the request."""
    log = AuditLog(state().settings.home)
    name, address = str(session.get("name", "")), request.remote_addr or ""

    def write(outcome: str) -> None:
        log.write(action, subject, outcome, session=name, address=address)

    return write


def log(action: str, subject: str, outcome: str) -> None:
    """Writes what the current request does into the audit log."""
    logger(action, subject)(outcome)
