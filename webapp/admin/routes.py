"""The addresses of the management pages, and what they share.

All lie below :data:`~webapp.admin.access.sessions.ROOT`, behind :mod:`webapp.admin.access.guard`,
and no cache keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response

from corpus.library.near_duplicates import percentage
from webapp.admin import labels, pages, policies, task_pages, theme_form, theme_previews, themes
from webapp.admin.access import guard
from webapp.admin.access.credentials import has_token
from webapp.admin.access.sessions import LIFETIME, ROOT, AdminSessions
from webapp.admin.upload import labels as upload_labels
from webapp.admin.upload import pages as uploads
from webapp.settings import Settings
from webapp.web.near_duplicates import kind_label

_GET = ("GET",)
_POST = ("POST",)
_BOTH = ("GET", "POST")
_ROUTES: tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...] = (
    ("", pages.home, _GET),
    ("/login", pages.login, _BOTH),
    ("/logout", pages.logout, _POST),
    ("/audit", pages.audit, _GET),
    ("/audit.jsonl", pages.audit_file, _GET),
    ("/upload", uploads.upload, _BOTH),
    ("/batches/<batch_id>", uploads.batch, _GET),
    ("/batches/<batch_id>/status", uploads.batch_status, _GET),
    ("/batches/<batch_id>/correct", uploads.batch_correct, _BOTH),
    ("/batches/<batch_id>/add", uploads.batch_add, _POST),
    ("/batches/<batch_id>/stop", uploads.batch_stop, _POST),
    ("/batches/<batch_id>/discard", uploads.batch_discard, _POST),
    ("/policies", policies.policies, _GET),
    ("/policies/remove", policies.remove, _BOTH),
    ("/policies/correct", policies.correct, _BOTH),
    ("/policies/versions", policies.versions, _BOTH),
    ("/tasks/<name>", task_pages.task, _GET),
    ("/tasks/<name>/status", task_pages.task_status, _GET),
    ("/themes", themes.themes, _GET),
    ("/themes/edit", theme_form.theme_form, _GET),
    ("/themes/candidates", themes.candidates, _BOTH),
    ("/themes/near", themes.near_zones, _BOTH),
    ("/themes/preview", theme_previews.theme_preview, _BOTH),
    ("/themes/apply", themes.theme_apply, _POST),
)


def register(app: Flask, settings: Settings) -> None:
    """Adds the management pages and their sessions."""
    app.session_interface = AdminSessions(settings)
    app.permanent_session_lifetime = LIFETIME
    blueprint = Blueprint("admin", __name__, url_prefix=ROOT)
    blueprint.before_request(guard.check)
    blueprint.after_request(_keep_private)
    blueprint.context_processor(_shared)
    for rule, view, methods in _ROUTES:
        blueprint.add_url_rule(rule, view.__name__, view, methods=methods)
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"managed": has_token(settings.home)})


def _shared() -> dict[str, Any]:
    """What every management template may use."""
    return {
        "visitor": guard.visitor(),
        "token": guard.form_field,
        "state_label": upload_labels.state_label,
        "kind_label": upload_labels.kind_label,
        "near_duplicate_label": kind_label,
        "percentage": percentage,
        "task_label": labels.task_label,
        "action_label": labels.action_label,
        "outcome_label": labels.outcome_label,
    }


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
