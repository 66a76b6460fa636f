"""The library's management: its policies, their corrections and states, and taking one out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.errors import CorrectionError
from corpus.policy import Policy
from corpus.progress import Progress
from indexer.analysis.folding import fold_text
from indexer.versions.ingest import correct_policy, remove_policies, restore_version
from webapp.admin.access import guard
from webapp.admin.correcting import held, sent_correction, show
from webapp.admin.jobs import Log, Work, run_task
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


def correct() -> str | BaseResponse | tuple[str, int]:
    """The form that corrects a policy of the library, and what it sends."""
    check_names(request.args, ("id", "page"))
    policy_id, page = single(request.args, "id"), number(request.args, "page", 1, None)
    subject = held(state().library, policy_id)
    back = url_for("admin.versions", id=policy_id)
    if request.method != "POST":
        return show(subject, page, back)
    try:
        text = sent_correction(subject)
    except CorrectionError as error:
        return show(subject, page, back, typed=request.form, mistake=error), 400
    home, log = state().settings.home, guard.logger("correct", policy_id)

    def work(progress: Progress) -> Mapping[str, Any]:
        log("begun")
        progress("更正", 0, 0)
        correct_policy(home, policy_id, text, progress=progress, wait=WAIT_SECONDS)
        return {"result": subject.now.policy.title}

    return _followed(Task("correction", policy_id), work, log, _("已保存更正"))


def versions() -> str | BaseResponse:
    """The states of a policy, also of a removed one, and bringing one back."""
    check_names(request.args, ("id",))
    policy_id = single(request.args, "id")
    known = state().library.history(policy_id)
    if request.method != "POST":
        return render_template("admin/versions.html", policy_id=policy_id, versions=known)
    n = number(request.form, "n", 1, len(known))
    home, log = state().settings.home, guard.logger("restore", f"{policy_id} {n}")

    def work(progress: Progress) -> Mapping[str, Any]:
        log("begun")
        progress("恢复", 0, 0)
        restore_version(home, policy_id, n, progress=progress, wait=WAIT_SECONDS)
        return {"result": policy_id}

    said = _("已恢复到第 %(n)s 个状态", n=n)
    return _followed(Task("correction", policy_id), work, log, said)


def _followed(task: Task, work: Work, log: Log, said: str) -> BaseResponse:
    """Begins a change of one policy; leads to its states, or to the page that follows the task."""
    found = run_task(Tasks(state().settings.home), task, work, log)
    if found.subject != task.subject:
        flash(_("另一份文件正在更正或恢复，这份没有改动，请等它完成后再试"))
    elif found.state == "done":
        flash(said)
        return redirect(url_for("admin.versions", id=task.subject))
    return redirect(url_for("admin.task", name=task.name))


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
