"""The packaged themes and the user's own, made into one list.

The user's file has the last word, whatever an upgrade brings: a file that is
right by itself stays right beside any packaged lexicon.

- A theme of a new name is added, behind the packaged ones.
- A theme of a packaged name extends it (its variants, patterns, exclusions,
  relations and records are added), takes its place (``replace = true``) or
  only removes it (``remove = true``).
- A phrase that a packaged theme has too leads to the user's theme from now on.
- A packaged theme whose *name* is a variant of the user's theme is taken in by
  it with all its phrases: so a theme gets another name, and several become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from indexer.analysis.phrases import phrase_key
from indexer.themes.pattern import Pattern, alternatives
from indexer.themes.theme_file import RecordDecision, Theme, ThemeEntry

_Key = tuple[str, ...]
_T = TypeVar("_T")


def merge_themes(packaged: Sequence[Theme], own: Sequence[ThemeEntry]) -> tuple[Theme, ...]:
    """One list of themes, in packaged order, new ones at the end."""
    entries = {phrase_key(entry.theme.name): entry for entry in own}
    takers = {
        phrase_key(phrase): entry.theme.name
        for entry in own
        if entry.mode != "remove"
        for phrase in (entry.theme.name, *entry.theme.phrases, *_lone(entry.theme))
    }
    merged: dict[_Key, Theme] = {}
    absorbed: list[tuple[str, Theme]] = []
    for given in packaged:
        # Examples of the packaged rules say nothing of the rules that the user makes of them.
        theme = replace(given, examples=(), counterexamples=())
        key = phrase_key(theme.name)
        entry = entries.get(key)
        if entry is None and key in takers:
            absorbed.append((takers[key], theme))
        elif entry is None or entry.mode == "extend":
            left = _without(theme, takers)
            merged[key] = _extended(left, entry.theme) if entry else left
        elif entry.mode == "replace":
            merged[key] = entry.theme
    for key, entry in entries.items():
        if key not in merged and entry.mode != "remove":
            merged[key] = entry.theme
    for taker, theme in absorbed:
        key = phrase_key(taker)
        merged[key] = _extended(merged[key], _without(theme, takers))
    return tuple(merged.values())


def _lone(theme: Theme) -> Iterable[str]:
    """The phrases that mean the theme by themselves, though only in some company."""
    lone = (pattern.phrases[0] for pattern in theme.patterns if len(pattern.phrases) == 1)
    return (phrase for phrases in lone for phrase in alternatives(phrases))


def _without(theme: Theme, taken: Iterable[_Key]) -> Theme:
    """The theme without the phrases that lead to a user's theme now."""
    gone = set(taken)
    return replace(
        theme,
        phrases=tuple(p for p in theme.phrases if phrase_key(p) not in gone),
        patterns=tuple(left for p in theme.patterns if (left := _left(p, gone)) is not None),
    )


def _left(pattern: Pattern, gone: set[_Key]) -> Pattern | None:
    """A pattern without the phrases that are gone; ``None`` where nothing is left of it."""
    if len(pattern.phrases) > 1:
        return pattern
    left = [p for p in alternatives(pattern.phrases[0]) if phrase_key(p) not in gone]
    if len(left) == len(alternatives(pattern.phrases[0])):
        return pattern
    return replace(pattern, phrases=("|".join(left),), written="") if left else None


def _extended(theme: Theme, more: Theme) -> Theme:
    """``theme`` with all that ``more`` says added to it; its name and first words stay."""
    records = {decision.record for decision in (*more.included, *more.excluded)}
    own = {phrase_key(theme.name)}
    return replace(
        theme,
        phrases=_joined(theme.phrases, (p for p in more.phrases if phrase_key(p) not in own)),
        patterns=_joined(theme.patterns, more.patterns),
        exclude=_joined(theme.exclude, more.exclude),
        examples=more.examples,
        counterexamples=more.counterexamples,
        broader=_joined(theme.broader, more.broader),
        related=_joined(theme.related, more.related),
        included=_decided(theme.included, more.included, records),
        excluded=_decided(theme.excluded, more.excluded, records),
        automatic=theme.automatic and more.automatic,
        description=more.description or theme.description,
    )


def _decided(
    old: Iterable[RecordDecision], new: Iterable[RecordDecision], redone: set[str]
) -> tuple[RecordDecision, ...]:
    """Decisions on records, the new ones in place of old ones on the same record."""
    return (*(decision for decision in old if decision.record not in redone), *new)


def _joined(first: Iterable[_T], second: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
