"""Looking after the themes: the file, candidates, a preview of every change, the history.

Whatever is changed (the file's text, decisions on candidates, an undo, a state
of the history) becomes a :class:`~indexer.theme_admin.ThemePlan`, is shown with
the records that gain or lose a theme, and is applied only from that page.  The
form carries the text and the digest of what it was made on, so that nothing
that somebody else wrote meanwhile is overwritten.
"""

from __future__ import annotations

from dataclasses import replace

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
from indexer.theme_history import ThemeHistory
from webapp.admin import guard
from webapp.errors import BadParameter
from webapp.languages import gettext as _
from webapp.state import state
from webapp.urls import check_names

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
    check_names(request.args, ())
    found = list_candidates(state().settings.home, SHOWN_CANDIDATES)
    names = [theme.name for theme in state().searcher.themes()]
    return render_template("admin/candidates.html", candidates=found, names=names)


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
    try:
        report = apply_plan(state().settings.home, plan)
    except LexiconError as error:
        raise BadParameter("base", error.message, error.hint) from error
    guard.log("themes", report.info.version, "ok")
    flash(_("议题词表已更新，索引版本 %(version)s", version=report.info.version))
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
