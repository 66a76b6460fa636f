"""What a change of the themes would do, shown before it is done.

A preview reads the whole library, so it is a task: where it takes more than
a moment, a page follows it.  Its end is kept with the task, and has an
address of its own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.progress import Progress
from indexer.curation.admin import (
    ThemePlan,
    plan_decisions,
    plan_restore,
    plan_text,
    plan_theme,
    plan_undo,
)
from indexer.curation.decisions import Decision
from indexer.curation.theme_form import ThemeForm
from indexer.errors import LexiconError
from indexer.themes.history import ThemeHistory
from webapp.admin import theme_form
from webapp.admin.jobs import Work, run_task
from webapp.admin.tasks import Task, Tasks
from webapp.admin.themes import editor, posted_text
from webapp.errors import BadParameter, NotHere
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names, single

#: Records of a theme that are named; all are counted.
SHOWN_RECORDS = 20


def theme_preview() -> str | BaseResponse | tuple[str, int]:
    """What a change would do; a text with a mistake comes back to be corrected."""
    check_names(request.args, ("of",))
    if request.method != "POST":
        return _shown(single(request.args, "of"))
    change, subject = request.form.get("change", ""), secrets.token_hex(8)
    work = _work(change)
    task = run_task(
        Tasks(state().settings.home), Task("preview", subject), work, lambda outcome: None
    )
    if task.subject != subject:
        busy = LexiconError(_("另一项预览正在进行，这一项没有开始"), _("请等它完成后再试"))
        return _mistake({"change": change, **_typed(change)}, busy)
    if task.state == "done" and (mistake := json.loads(task.result).get("mistake")):
        return _mistake({"change": change, **_typed(change)}, LexiconError(*mistake))
    if task.state == "done":
        return redirect(url_for("admin.theme_preview", of=subject), 303)
    return redirect(url_for("admin.task", name="preview"), 303)


def _typed(change: str) -> dict[str, Any]:
    """What the form that was sent says, so that it is not lost."""
    if change == "theme":
        return {"form": asdict(theme_form.posted()[0])}
    return {"text": posted_text()}


def _mistake(sent: Mapping[str, Any], error: LexiconError) -> tuple[str, int]:
    if sent["change"] == "text":
        return editor(sent["text"], error), 400
    if sent["change"] == "theme":
        base = ThemeHistory(state().settings.home).digest()
        return theme_form.shown(_form(sent), base, error), 400
    raise BadParameter(sent["change"], error.message, error.hint) from error


def _form(kept: Mapping[str, Any]) -> ThemeForm:
    """The form that is kept with a preview; lists are tuples again."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in kept["form"].items()
    }
    return ThemeForm(**values)


def _shown(subject: str) -> str | BaseResponse | tuple[str, int]:
    """The preview that ``subject`` stands for, or else the latest."""
    kept = Tasks(state().settings.home).get("preview")
    if kept is not None and not subject:
        return redirect(url_for("admin.task", name="preview"))
    if kept is None or kept.subject != subject:
        raise NotHere(_("没有这次预览，或已被后来的预览取代"), _("请回到议题管理页再预览一次"))
    if kept.state != "done":
        return redirect(url_for("admin.task", name="preview"))
    plan = json.loads(kept.result)
    if mistake := plan.get("mistake"):
        return _mistake(plan, LexiconError(*mistake))
    if plan["change"] == "theme" and not plan["empty"]:
        return theme_form.shown(_form(plan), plan["base"], plan=plan)
    return render_template("admin/theme_preview.html", plan=plan)


def _work(change: str) -> Work:
    """Makes the plan for the kind of change that the form asks for."""
    home, text = state().settings.home, posted_text()
    chosen = request.form.get("state", "")
    decisions = _decisions() if change == "decisions" else []
    form, action = theme_form.posted() if change == "theme" else (ThemeForm(), "save")
    base = request.form.get("base", "")
    typed = _typed(change)

    def plan(progress: Progress) -> ThemePlan:
        if change == "theme":
            return plan_theme(home, form, action, base, progress)
        if change == "text":
            return replace(plan_text(home, text, progress), goes_on=True)
        if change == "decisions":
            return plan_decisions(home, decisions, progress=progress)
        if change == "undo":
            return plan_undo(home, progress)
        return plan_restore(home, chosen, progress)

    def work(progress: Progress) -> Mapping[str, Any]:
        try:
            found = {"change": change, **typed, **_to_dict(plan(progress))}
        except LexiconError as error:
            found = {"change": change, **typed, "mistake": [error.message, error.hint]}
        return {"result": json.dumps(found, ensure_ascii=False)}

    if change not in ("text", "theme", "decisions", "undo", "restore"):
        raise BadParameter("change", _("不认识这种改动"), _("请回到议题管理页，从那里的表单开始"))
    return work


def _to_dict(plan: ThemePlan) -> dict[str, Any]:
    """What the page shows of a plan, and its form sends back."""
    return {
        "text": plan.text,
        "base": plan.base,
        "empty": plan.empty,
        "goes_on": plan.goes_on,
        "accepted": plan.accepted,
        "merged": plan.merged,
        "rejected": plan.rejected,
        "changes": [
            {"name": each.name, "gained": _counted(each.gained), "lost": _counted(each.lost)}
            for each in plan.changes
        ],
    }


def _counted(ids: tuple[str, ...]) -> dict[str, Any]:
    return {"count": len(ids), "first": ids[:SHOWN_RECORDS]}


def _decisions() -> list[Decision]:
    """The answers of the candidates' form, in its order; those left open are none."""
    phrases = request.form.getlist("phrase")
    answers = request.form.getlist("answer")
    names = request.form.getlist("name")
    if not len(phrases) == len(answers) == len(names):
        raise BadParameter("answer", _("表单不完整"), _("请回到候选议题页重新填写"))
    given = [
        Decision(phrase, answer, name.strip())  # type: ignore[arg-type]  # checked beside
        for phrase, answer, name in zip(phrases, answers, names, strict=True)
        if answer in ("accept", "merge", "reject")
    ]
    if not given:
        raise BadParameter("answer", _("没有填写任何决定"), _("请至少对一条候选作出决定"))
    return given
