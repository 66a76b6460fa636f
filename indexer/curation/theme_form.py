"""One theme as a form: its phrases, written patterns and exclusions, without the theme file's TOML.

    form_of      what counts of a theme now, packaged and own rules together   ->  ThemeForm
    edited       a form, put into the text of the user's theme file            ->  new text

The file keeps its comments and the order of its tables (TOML Kit).  A form for a packaged
theme that only adds something is written as an addition, so that upgrades of the packaged
rules still arrive.  One that takes something away is written whole, with ``replace = true``
and the patterns that the theme has now.  Nothing is written to disk here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import tomlkit
from tomlkit.items import AoT, InlineTable

from indexer.analysis.phrases import phrase_key
from indexer.curation.theme_tables import line_ends, theme_table
from indexer.errors import LexiconError
from indexer.themes.in_force import themes_of
from indexer.themes.lexicon import default_lexicon
from indexer.themes.pattern import DEFAULT_GAP, Pattern, pattern_key
from indexer.themes.theme_file import Theme, ThemeEntry

#: ``save`` writes the form, ``reset`` goes back to the packaged theme (an own one is gone then),
#: ``remove`` leaves the theme out.
Action = Literal["save", "reset", "remove"]


@dataclass(frozen=True, slots=True)
class ThemeForm:
    """What a form says of a theme; ``name`` is empty for one that is not named yet.

    ``phrases`` are plain phrases and written patterns, one by one.  ``patterns`` are those
    given as tables: they are shown and kept, not edited.  ``packaged``: the product brings
    the theme.  ``own``: the user's file says something of it.
    """

    name: str = ""
    phrases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    packaged: bool = False
    own: bool = False
    description: str = ""


def form_of(text: str, source: str, name: str) -> ThemeForm | None:
    """The theme called ``name`` under a user's file with this text; ``None`` if there is none.

    Raises :class:`~indexer.errors.LexiconError` where the file has a mistake.
    """
    now = themes_of(text, source)
    theme = now.lexicon.resolve(name)
    if theme is None:
        return None
    patterns = tuple(str(pattern) for pattern in theme.patterns if not pattern.written)
    packaged, own = _packaged(theme.name), _own(now.own.entries, theme.name)
    return ThemeForm(
        theme.name,
        theme.written,
        theme.exclude,
        patterns,
        packaged is not None,
        own is not None,
        theme.description,
    )


def edited(text: str, source: str, form: ThemeForm, action: Action = "save") -> str:
    """The theme file's text with the form put into it.

    Raises :class:`~indexer.errors.LexiconError` for a name or phrase that cannot be one,
    and for what contradicts the rest of the file.
    """
    now = themes_of(text, source)
    if not form.name.strip():
        raise LexiconError("议题没有名称", "请填写议题名称")
    theme = now.lexicon.resolve(form.name)
    if theme is not None and phrase_key(theme.name) != phrase_key(form.name):
        raise LexiconError(
            f"“{form.name}”已经是议题“{theme.name}”的一种说法",
            f"请换一个名称，或改去编辑“{theme.name}”",
        )
    document = tomlkit.parse(text)
    packaged = _packaged(form.name)
    if action == "save":
        _write(theme_table(document, form.name), form, packaged, theme)
    elif action == "remove" and packaged:
        _drop(document, form.name)
        theme_table(document, form.name)["remove"] = True
    else:
        _drop(document, form.name)
    made = line_ends(tomlkit.dumps(document), text)
    try:
        themes_of(made, source)  # what is written must be readable again
    except LexiconError as error:
        # A form has no lines: what stands before the colon names one of the file.
        raise LexiconError(error.message.partition("：")[2], error.hint) from error
    return made


def _packaged(name: str) -> Theme | None:
    """The packaged theme of that very name."""
    key = phrase_key(name)
    return next((each for each in default_lexicon().themes if phrase_key(each.name) == key), None)


def _own(entries: Iterable[ThemeEntry], name: str) -> ThemeEntry | None:
    key = phrase_key(name)
    return next((each for each in entries if phrase_key(each.theme.name) == key), None)


def _drop(document: tomlkit.TOMLDocument, name: str) -> None:
    """Takes the theme's table out of the file, if it is there."""
    tables: Any = document.get("theme", ())
    for at, table in enumerate(tables):
        if phrase_key(str(table["name"])) == phrase_key(name):
            del tables[at]
            break
    if isinstance(tables, AoT | list) and not tables and "theme" in document:
        del document["theme"]


def _write(table: Any, form: ThemeForm, packaged: Theme | None, theme: Theme | None) -> None:
    """A form as the keys of a table; what a form does not show stays."""
    phrases, exclude = list(form.phrases), list(form.exclude)
    replaced = bool(table.get("replace", False))
    if packaged and not replaced and _holds(form, packaged):
        phrases = _beside(phrases, packaged.written)
        exclude = _beside(exclude, packaged.exclude)
    elif packaged and theme and not replaced:
        _put(table, "patterns", [_inline(p) for p in theme.patterns if not p.written])
        _put(table, "broader", list(theme.broader))
        _put(table, "related", list(theme.related))
        table["replace"] = True
    table.pop("remove", None)
    known = packaged.description if packaged and "replace" not in table else ""
    _put(table, "description", form.description if form.description != known else "")
    _put(table, "variants", phrases)
    _put(table, "exclude", exclude)


def _holds(form: ThemeForm, packaged: Theme) -> bool:
    """Whether nothing of the packaged phrases and exclusions is left out."""
    return not _beside(packaged.written, form.phrases) and not _beside(
        packaged.exclude, form.exclude
    )


def _beside(some: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(map(pattern_key, others))
    return [each for each in some if pattern_key(each) not in known]


def _put(table: Any, key: str, values: list[Any] | str) -> None:
    """Sets a key, or takes it away where there is nothing to say."""
    if values:
        table[key] = values
    else:
        table.pop(key, None)


def _inline(pattern: Pattern) -> InlineTable:
    """A pattern as the theme file writes it."""
    table = tomlkit.inline_table()
    table["phrases"] = list(pattern.phrases)
    if pattern.gap != DEFAULT_GAP:
        table["gap"] = pattern.gap
    for key, values in (("near", pattern.near), ("not_near", pattern.not_near)):
        if values:
            table[key] = list(values)
    if pattern.any_order:
        table["order"] = "any"
    if pattern.one_clause:
        table["within"] = "clause"
    return table
