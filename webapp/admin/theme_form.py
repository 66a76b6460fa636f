"""A theme's form: its phrases, patterns and exclusions, one a line, and what they would do.

Where no preview was asked for yet, the form stands alone.  A preview brings it back with
what was typed, so that the next try is one click away; what is wrong is said at the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from corpus.policy import Record
from indexer.curation.theme_form import Action, ThemeForm, form_of
from indexer.errors import LexiconError, RecordNotFound
from indexer.results.highlight import snippet
from indexer.results.spans import merge
from indexer.themes.history import ThemeHistory
from indexer.themes.in_force import themes_of
from indexer.themes.lexicon import ThemeLexicon
from indexer.themes.parts import evidence_parts
from webapp.errors import BadParameter, NotHere
from webapp.presentation.help_topics import pattern_signs
from webapp.presentation.naming import place_label, place_name
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names, single

_ACTIONS: tuple[Action, ...] = ("save", "reset", "remove")
#: Records that a preview shows with their evidence, on each side.
SHOWN_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A record that gains or loses a theme: its address, its name, and the text that decides."""

    id: str
    name: str
    text: Markup


def theme_form() -> str | tuple[str, int]:
    """The form of the theme ``name``; for a new one ``phrase`` may be filled in already."""
    check_names(request.args, ("name", "phrase"))
    name, phrase = single(request.args, "name"), single(request.args, "phrase")
    history = ThemeHistory(state().settings.home)
    if not name:
        return shown(ThemeForm(name=phrase), history.digest())
    found = form_of(history.current(), str(history.file), name)
    if found is None:
        raise NotHere(_("没有名为“%(name)s”的议题", name=name), _("请从议题一览里选择"))
    return shown(found, history.digest())


def shown(
    form: ThemeForm,
    base: str,
    mistake: LexiconError | None = None,
    plan: Mapping[str, Any] | None = None,
) -> str:
    """The page of a form, with what is wrong, or with the preview beside it."""
    return render_template(
        "admin/theme.html",
        form=form,
        base=base,
        mistake=mistake,
        field=_field_of(form, mistake),
        plan=plan,
        evidence=_evidence(plan) if plan else {},
        patterns=pattern_signs(),
    )


def posted() -> tuple[ThemeForm, Action]:
    """The form that was sent."""
    action = request.form.get("action") or "save"
    if action not in _ACTIONS:
        raise BadParameter("action", _("不认识这种改动"), _("请回到议题管理页，从那里的表单开始"))
    form = ThemeForm(
        request.form.get("name", "").strip(),
        _lines("phrases"),
        _lines("exclude"),
        tuple(request.form.getlist("pattern")),
        request.form.get("packaged") == "1",
        request.form.get("own") == "1",
        " ".join(request.form.get("description", "").split()),
    )
    return form, action


def _lines(name: str) -> tuple[str, ...]:
    """The lines of a field, each once, without empty ones."""
    given = (line.strip() for line in request.form.get(name, "").splitlines())
    return tuple(dict.fromkeys(line for line in given if line))


def _field_of(form: ThemeForm, mistake: LexiconError | None) -> str:
    """The field that a mistake is about, as far as its words tell."""
    if mistake is None:
        return ""
    if not form.name or f"“{form.name}”" in mistake.message:
        return "name"
    for field, lines in (("phrases", form.phrases), ("exclude", form.exclude)):
        if any(f"“{line}”" in mistake.message for line in lines):
            return field
    return ""


def _evidence(plan: Mapping[str, Any]) -> dict[str, dict[str, list[EvidenceLine]]]:
    """For each theme that changes, its first records with the text that decides."""
    new = themes_of(plan["text"]).lexicon
    old = state().searcher.linguistics.themes
    return {
        each["name"]: {
            "gained": _of(each["gained"]["first"], each["name"], new),
            "lost": _of(each["lost"]["first"], each["name"], old),
        }
        for each in plan["changes"]
    }


def _of(ids: Iterable[str], name: str, lexicon: ThemeLexicon) -> list[EvidenceLine]:
    lines = []
    for record_id in list(ids)[:SHOWN_EVIDENCE]:
        try:
            record = state().searcher.record(record_id).record.record
        except RecordNotFound:
            continue  # added since the index was made: the list of ids names it
        called = record.unit or f"{place_name(record)}"
        lines.append(
            EvidenceLine(record_id, called or place_label(record), _text(record, name, lexicon))
        )
    return lines


def _text(record: Record, name: str, lexicon: ThemeLexicon) -> Markup:
    """The field that the weightiest evidence stands in, marked."""
    evidence = lexicon.assign(record).get(name, ())
    for field, text in (("title", record.title), ("body", record.body)):
        here = (each for each in evidence if each.field == field)
        ranges = merge(part for each in here for part in evidence_parts(each))
        if ranges:
            return Markup(snippet(text, ranges))
    return Markup(snippet(record.title or record.body, ()))
