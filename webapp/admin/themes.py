"""Looking after the themes: the file, candidates, a preview of every change, the history.

Whatever is changed (the file's text, decisions on candidates, an undo, a state
of the history) is previewed first (:mod:`webapp.admin.theme_previews`) and
applied only from that page.  The form carries the text and the digest of what
it was made on, so that nothing that was written meanwhile is overwritten.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.progress import Progress
from indexer.curation.admin import (
    ThemePlan,
    apply_plan,
    list_candidates,
    past_states,
)
from indexer.curation.proposals import accepted, proposed
from indexer.errors import LexiconError
from indexer.semantic.encoder import SemanticError
from indexer.themes.history import ThemeHistory, digest_of
from indexer.themes.lexicon import default_lexicon
from webapp.admin.access import guard
from webapp.admin.jobs import run_task
from webapp.admin.tasks import Task, Tasks
from webapp.errors import BadParameter
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names

#: Candidates on one page: as many as one looks through in one sitting.
SHOWN_CANDIDATES = 50


def themes() -> str:
    """The user's theme file, to be edited, and its history."""
    check_names(request.args, ())
    return editor(ThemeHistory(state().settings.home).current(), None)


def editor(text: str, mistake: LexiconError | None) -> str:
    """The page of the theme file, with what is wrong in ``text``."""
    states = past_states(state().settings.home)
    return render_template(
        "admin/themes.html", text=text, mistake=mistake, states=states, listed=_listed()
    )


@dataclass(frozen=True, slots=True)
class ListedTheme:
    """A theme on the page of all: ``count`` is ``None`` for one that is not used."""

    name: str
    count: int | None
    origin: Literal["packaged", "changed", "own", "removed"]
    phrases: tuple[str, ...] = ()


def _listed() -> list[ListedTheme]:
    """All themes, with what the user's file does to them; own and changed ones first."""
    searcher = state().searcher
    counts = {each.name: each.count for each in searcher.themes()}
    packaged = {theme.name for theme in default_lexicon().themes}
    own = {entry.theme.name: entry for entry in searcher.linguistics.in_force.own.entries}
    found = [
        ListedTheme(
            theme.name,
            counts.get(theme.name, 0),
            ("changed" if theme.name in packaged else "own") if theme.name in own else "packaged",
            theme.phrases,
        )
        for theme in searcher.linguistics.themes.themes
    ]
    gone = [ListedTheme(n, None, "removed") for n, entry in own.items() if entry.mode == "remove"]
    order = ("own", "changed", "removed", "packaged")
    return sorted((*found, *gone), key=lambda each: order.index(each.origin))


def candidates() -> str | BaseResponse:
    """Candidate themes with their examples, each to be decided on; a form looks for them again."""
    check_names(request.args, ())
    if request.method == "POST":
        _proposed(again=True)
        return redirect(url_for("admin.candidates"), 303)
    task = _proposed(again=False)
    if task.state != "done":
        return render_template("admin/task.html", task=task)
    found = json.loads(task.result)
    names = [theme.name for theme in state().searcher.themes()]
    return render_template("admin/candidates.html", candidates=found, names=names)


def near_zones() -> str | tuple[str, int]:
    """Zones without a theme that are near a theme's examples; those accepted go into the file."""
    check_names(request.args, ())
    history = ThemeHistory(state().settings.home)
    if request.method == "POST":
        chosen = [each.partition("\t") for each in request.form.getlist("accepted")]
        pairs = [(name, record) for name, tab, record in chosen if tab]
        if not pairs:
            raise BadParameter("accepted", _("没有选定任何记录"), _("请至少选定一条"))
        return editor(accepted(history.current(), str(history.file), pairs), None)
    try:
        return render_template("admin/near_zones.html", found=proposed(state().searcher))
    except SemanticError as error:
        return render_template("admin/near_zones.html", found=(), problem=error)


def _proposed(again: bool) -> Task:
    """The candidates of the library and themes as they are now, looked for where none are kept."""
    home, tasks = state().settings.home, Tasks(state().settings.home)
    now = f"{state().searcher.info.version} {ThemeHistory(home).digest()}"
    kept = tasks.get("candidates")
    if kept is not None and not again:
        fits = kept.subject == now and kept.state in ("done", "failed")
        if fits or kept.is_running:
            return kept

    def work(progress: Progress) -> Mapping[str, Any]:
        found = list_candidates(home, SHOWN_CANDIDATES, progress)
        return {"result": json.dumps([asdict(each) for each in found], ensure_ascii=False)}

    return run_task(tasks, Task("candidates", now), work, lambda outcome: None)


def theme_apply() -> BaseResponse:
    """Makes a change that was previewed."""
    plan = ThemePlan(
        text=posted_text(),
        base=request.form.get("base", ""),
        changes=(),
        goes_on=request.form.get("goes_on") == "1",
    )
    home, subject = state().settings.home, secrets.token_hex(8)

    def work(progress: Progress) -> Mapping[str, Any]:
        return {"result": apply_plan(home, plan, progress).info.version}

    log = guard.logger("themes", digest_of(plan.text)[:12])
    task = run_task(Tasks(home), Task("themes", subject), work, log)
    if task.subject != subject:
        raise BadParameter("base", _("另一项议题改动正在进行，没有采用"), _("请等它完成后再试"))
    if task.state == "failed":
        raise BadParameter("base", task.message, task.hint)
    if task.state == "running":
        return redirect(url_for("admin.task", name="themes"))
    flash(_("议题词表已更新，索引版本 %(version)s", version=task.result))
    return redirect(url_for("admin.themes"))


def posted_text() -> str:
    """The text of the form; browsers send CR LF for every line end."""
    return request.form.get("text", "").replace("\r\n", "\n")
