"""The library's management: its policies, and taking one out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.policy import Policy
from corpus.progress import Progress
from indexer.analysis.folding import fold_text
from indexer.versions.ingest import remove_policies
from webapp.admin.access import guard
from webapp.admin.jobs import run_task
from webapp.admin.tasks import Task, Tasks
from webapp.admin.upload.importing import WAIT_SECONDS
from webapp.errors import BadParameter
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names, number, single

PAGE_SIZE = 50


def policies() -> str:
    """The policies, searched by title, number, issuer and file name."""
    check_names(request.args, ("q", "page"))
    q = single(request.args, "q")
    found = [
        policy for policy in state().library.policies() if _holds(policy, fold_text(q.strip()))
    ]
    last = max(1, -(-len(found) // PAGE_SIZE))
    page = number(request.args, "page", 1, None)
    if page > last:
        raise BadParameter(
            "page", _("没有第 %(page)s 页", page=page), _("最后一页是第 %(last)s 页", last=last)
        )
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render_template(
        "admin/policies.html", policies=shown, found=len(found), q=q, page=page, last=last
    )


def _holds(policy: Policy, wanted: str) -> bool:
    said = (policy.title, policy.number, policy.issuer, policy.source)
    return not wanted or any(wanted in fold_text(each) for each in said if each)


def remove() -> str | BaseResponse:
    """Asks whether to take a policy out, and takes it out."""
    check_names(request.args, ("id",))
    policy_id = single(request.args, "id")
    parsed = state().library.parsed(policy_id)
    if request.method != "POST":
        return render_template(
            "admin/remove.html", policy=parsed.policy, records=len(parsed.records)
        )
    home, log = state().settings.home, guard.logger("remove", policy_id)

    def work(progress: Progress) -> Mapping[str, Any]:
        log("begun")
        progress("移除文件", 0, 0)
        remove_policies(home, [policy_id], progress=progress, wait=WAIT_SECONDS)
        return {"result": parsed.policy.title}

    task = run_task(Tasks(home), Task("removal", policy_id), work, log)
    if task.subject != policy_id:
        flash(_("另一份文件正在移除，这份没有移除，请等它完成后再试"))
    elif task.state == "done":
        flash(_("已移除“%(title)s”", title=parsed.policy.title))
        return redirect(url_for("admin.policies"))
    return redirect(url_for("admin.task", name="removal"))
