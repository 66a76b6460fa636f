"""The library's management: its policies, and taking one out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.policy import Policy
from indexer.folding import fold_text
from indexer.intake import remove_policies
from webapp.admin import guard
from webapp.errors import BadParameter
from webapp.languages import gettext as _
from webapp.state import state
from webapp.urls import check_names, number, single

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
    if request.method == "GET":
        return render_template(
            "admin/remove.html", policy=parsed.policy, records=len(parsed.records)
        )
    guard.log("remove", policy_id, "begun")
    remove_policies(state().settings.home, [policy_id])
    guard.log("remove", policy_id, "ok")
    flash(_("已移除“%(title)s”", title=parsed.policy.title))
    return redirect(url_for("admin.policies"))
