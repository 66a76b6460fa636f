"""Looking after a home's themes: propose, plan, preview, apply, look back, undo.

Every face that changes themes goes through here, the command line today and
any page that asks a person first.  A change is made in two steps, so that it
can be looked at in between:

    plan_decisions / plan_text / plan_theme / plan_undo / plan_restore
                      ->  ThemePlan   (nothing is written)
    apply_plan        ->  BuildReport (written, index follows)

A plan remembers the text that it was made on.  Where the theme file says
something else by the time it is applied, it is refused: what somebody else
wrote in between is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from corpus.policy import Record
from corpus.progress import Progress, silent
from indexer.curation.candidates import DEFAULT_LIMIT, Candidate, propose
from indexer.curation.decisions import Decision, decide, decisions_text
from indexer.curation.theme_form import Action, ThemeForm, edited
from indexer.curation.theme_preview import ThemeChange, preview_themes
from indexer.errors import LexiconError
from indexer.themes.history import State, digest_of
from indexer.themes.in_force import themes_of
from indexer.versions.open import BuildReport, Workspace, build_index


@dataclass(frozen=True, slots=True)
class ThemePlan:
    """A change of the user's theme file that was not made yet.

    ``text`` is what the file will say, ``base`` the digest of what it says
    now.  ``changes`` are the themes that differ from the index there is, with
    the records that gain or lose them.  The candidates that were decided on
    stand in ``accepted``, ``merged`` and ``rejected``.  A plan that
    ``goes_on`` from what the file says now, in force or not, can be undone to
    just that; any other puts a text that never came into force aside as a draft.
    """

    text: str
    base: str
    changes: tuple[ThemeChange, ...]
    goes_on: bool = False
    accepted: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the file would stay as it is."""
        return digest_of(self.text) == self.base


@dataclass(frozen=True, slots=True)
class PastState:
    """A state that the theme file had: ``current`` now, ``in_force`` once, or a draft.

    ``themes`` is the number of its tables; ``None`` where it has a mistake,
    which ``problem`` names.
    """

    id: str
    at: datetime
    current: bool
    in_force: bool
    themes: int | None
    problem: str = ""


def list_candidates(
    home: Path, limit: int = DEFAULT_LIMIT, progress: Progress = silent
) -> tuple[Candidate, ...]:
    """Candidate themes of the whole library, best first, without those rejected before.

    Raises :class:`~corpus.errors.CorpusError`, :class:`~indexer.errors.LexiconError`.
    """
    workspace = Workspace.open(home)
    known = workspace.linguistics
    return propose(_records(workspace, progress), known, known.in_force.own.rejected, limit)


def _records(workspace: Workspace, progress: Progress) -> Iterator[Record]:
    total = len(workspace.library.policies())
    for done, document in enumerate(workspace.library.documents(), 1):
        yield from document.records
        progress("寻找候选议题", done, total)


def plan_decisions(
    home: Path, decisions: str | Iterable[Decision], source: str = "", progress: Progress = silent
) -> ThemePlan:
    """Takes decisions on candidates: an edited file's text, or values.

    ``source`` names the file in errors.  Raises
    :class:`~indexer.errors.LexiconError` naming what contradicts itself or
    what is there already.
    """
    workspace = Workspace.open(home)
    file = str(workspace.history.file)
    now = themes_of(workspace.history.current(), file)
    text = decisions if isinstance(decisions, str) else decisions_text(decisions)
    decided = decide(text, source or "候选的决定", now, file)
    plan = _plan(workspace, decided.text, progress)
    return replace(
        plan,
        goes_on=True,
        accepted=decided.accepted,
        merged=decided.merged,
        rejected=decided.rejected,
    )


def plan_text(home: Path, text: str, progress: Progress = silent) -> ThemePlan:
    """Puts ``text`` in the theme file's place; raises :class:`~indexer.errors.LexiconError`."""
    return _plan(Workspace.open(home), text, progress)


def plan_theme(
    home: Path, form: ThemeForm, action: Action, base: str = "", progress: Progress = silent
) -> ThemePlan:
    """Puts one theme's form into the theme file.

    ``base`` is the digest of the file that the form was made of, if it is to be the same still.
    Raises :class:`~indexer.errors.LexiconError`.
    """
    workspace = Workspace.open(home)
    history = workspace.history
    if base and history.digest() != base:
        raise LexiconError("词表在打开这张表单之后又改动过", "您填的内容还在：请核对，再预览一次")
    text = edited(history.current(), str(history.file), form, action)
    return replace(_plan(workspace, text, progress), goes_on=True)


def plan_undo(home: Path, progress: Progress = silent) -> ThemePlan:
    """Goes back to the state before; raises :class:`~indexer.errors.LexiconError`."""
    workspace = Workspace.open(home)
    return _plan(workspace, workspace.history.before(), progress)


def plan_restore(home: Path, state: str, progress: Progress = silent) -> ThemePlan:
    """Goes back to any state, by the beginning of its id.

    Raises :class:`~indexer.errors.LexiconError` where there is none, or
    where it has a mistake, as a draft may.
    """
    workspace = Workspace.open(home)
    return _plan(workspace, workspace.history.find(state).text(), progress)


def apply_plan(home: Path, plan: ThemePlan, progress: Progress = silent) -> BuildReport:
    """Writes a plan, keeps what was there in the history, and lets the index follow.

    Raises :class:`~indexer.errors.LexiconError` where the theme file changed
    since the plan was made, :class:`~indexer.errors.EngineError` where it or
    the index cannot be written.
    """
    workspace = Workspace.open(home)
    history = workspace.history
    with workspace.store.locked():
        if history.digest() != plan.base:
            raise LexiconError(
                f"{history.file} 在预览之后又改动过，没有采用",
                "请重新预览，看过新的变化再采用",
            )
        if plan.goes_on:
            history.keep(history.current())
        history.put(plan.text)
    return build_index(home, progress=progress)


def past_states(home: Path) -> tuple[PastState, ...]:
    """All states that the theme file had, newest first."""
    history = Workspace.open(home).history
    now = history.line()[-1:]
    return tuple(_past(state, current=state in now) for state in reversed(history.states()))


def _past(state: State, *, current: bool) -> PastState:
    try:
        many = len(themes_of(state.text(), str(state.path)).own.entries)
    except LexiconError as error:
        return PastState(state.id, state.at, current, state.in_force, None, error.message)
    return PastState(state.id, state.at, current, state.in_force, many)


def _plan(workspace: Workspace, text: str, progress: Progress) -> ThemePlan:
    lexicon = themes_of(text, str(workspace.history.file)).lexicon
    base = workspace.history.digest()
    return ThemePlan(text, base, preview_themes(workspace, lexicon, progress))
