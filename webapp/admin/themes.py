"""Looking after the themes: the file, candidates, a preview of every change, the history.

Whatever is changed (the file's text, decisions on candidates, an undo, a state
of the history) becomes a :class:`~indexer.theme_admin.ThemePlan`, is shown with
the records that gain or lose a theme, and is applied only from that page.  The
form carries the text and the digest of what it was made on, so that nothing
that somebody else wrote meanwhile is overwritten.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from indexer.decisions import Decision
from indexer.errors import LexiconError
from indexer.theme_admin import (
    ThemePlan,
    apply_plan,
    list_candidates,
    past_states,
    plan_decisions,
    plan_restore,
    plan_text,
    plan_undo,
)
from indexer.theme_history import ThemeHistory, digest_of
from webapp.admin import guard
from webapp.admin.errands import Errand, Errands
from webapp.admin.jobs import Tell, run_errand
from webapp.errors import BadParameter
from webapp.languages import gettext as _
from webapp.state import state
from webapp.urls import check_names, single

#: Candidates on one page: as many as one looks through in one sitting.
SHOWN_CANDIDATES = 50


def themes() -> str:
    """The user's theme file, to be edited, and its history."""
    check_names(request.args, ())
    return _editor(ThemeHistory(state().settings.home).current(), None)


def _editor(text: str, mistake: LexiconError | None) -> str:
    states = past_states(state().settings.home)
    return render_template("admin/themes.html", text=text, mistake=mistake, states=states)


def candidates() -> str:
    """Candidate themes with their examples, each to be decided on."""
    check_names(request.args, ("again",))
    errand = _proposed(again=single(request.args, "again") == "1")
    if errand.state != "done":
        return render_template("admin/errand.html", errand=errand)
    found = json.loads(errand.result)
    names = [theme.name for theme in state().searcher.themes()]
    return render_template("admin/candidates.html", candidates=found, names=names)


def _proposed(again: bool) -> Errand:
    """The candidates of the library and themes as they are now, looked for where none are kept."""
    home, errands = state().settings.home, Errands(state().settings.home)
    now = f"{state().searcher.info.version} {ThemeHistory(home).digest()}"
    kept = errands.get("candidates")
    if kept is not None and not again:
        fits = kept.subject == now and kept.state in ("done", "failed")
        if fits or kept.is_running:
            return kept

    def task(tell: Tell) -> Mapping[str, Any]:
        found = list_candidates(home, SHOWN_CANDIDATES, tell)
        return {"result": json.dumps([asdict(each) for each in found], ensure_ascii=False)}

    return run_errand(errands, Errand("candidates", now), task, lambda outcome: None)


def theme_preview() -> str | tuple[str, int]:
    """What a change would do; a text with a mistake comes back to be mended."""
    change = request.form.get("change", "")
    try:
        plan = _plan(change)
    except LexiconError as error:
        if change == "text":
            return _editor(_posted_text(), error), 400
        raise BadParameter(change, error.message, error.hint) from error
    return render_template("admin/theme_preview.html", plan=plan)


def _plan(change: str) -> ThemePlan:
    """The plan for the kind of change that the form asks for."""
    home = state().settings.home
    if change == "text":
        return replace(plan_text(home, _posted_text()), goes_on=True)
    if change == "decisions":
        return plan_decisions(home, _decisions())
    if change == "undo":
        return plan_undo(home)
    if change == "restore":
        return plan_restore(home, request.form.get("state", ""))
    raise BadParameter("change", _("不认识这种改动"), _("请回到议题管理页，从那里的表单开始"))


def theme_apply() -> BaseResponse:
    """Makes a change that was previewed."""
    plan = ThemePlan(
        text=_posted_text(),
        base=request.form.get("base", ""),
        changes=(),
        goes_on=request.form.get("goes_on") == "1",
    )
    home, subject = state().settings.home, secrets.token_hex(8)

    def task(tell: Tell) -> Mapping[str, Any]:
        return {"result": apply_plan(home, plan, tell).info.version}

    log = guard.logger("themes", digest_of(plan.text)[:12])
    errand = run_errand(Errands(home), Errand("themes", subject), task, log)
    if errand.subject != subject:
        raise BadParameter("base", _("另一项议题改动正在进行，没有采用"), _("请等它完成后再试"))
    if errand.state == "failed":
        raise BadParameter("base", errand.message, errand.hint)
    if errand.state == "running":
        return redirect(url_for("admin.errand", name="themes"))
    flash(_("议题词表已更新，索引版本 %(version)s", version=errand.result))
    return redirect(url_for("admin.themes"))


def _posted_text() -> str:
    """The text of the form; browsers send CR LF for every line end."""
    return request.form.get("text", "").replace("\r\n", "\n")


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
