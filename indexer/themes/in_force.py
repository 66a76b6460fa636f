"""The themes that are in force in a home: packaged, and the user's own.

A user edits ``themes.toml`` in the home directory; the format and how it meets
the packaged themes are described at the head of ``lexicon/themes.toml``.
While that file has a mistake, the last state of it that was in force stays so
(:mod:`indexer.themes.history` has it), and :attr:`ThemesInForce.problem` says
what is wrong, with file, line and hint: one slip of the pen must neither stop
the search nor silently take away a theme.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from indexer.errors import LexiconError
from indexer.themes.history import THEMES, ThemeHistory
from indexer.themes.lexicon import ThemeLexicon, default_lexicon
from indexer.themes.merge import merge_themes
from indexer.themes.pattern import Pattern
from indexer.themes.theme_file import RecordDecision, Theme, ThemeFile, read_theme_file

#: The side data of an index version that keeps the themes it was made with.
KEPT_THEMES = "themes.json"


@dataclass(frozen=True)
class ThemesInForce:
    """The lexicon that counts now.

    ``text`` is the state of the user's file that it was made of, ``own`` what
    that says, and ``problem`` why a newer one is not in force.
    """

    lexicon: ThemeLexicon
    text: str = ""
    own: ThemeFile = field(default_factory=ThemeFile)
    problem: LexiconError | None = None


def themes_in_force(home: Path) -> ThemesInForce:
    """The themes of a home; a broken file is reported, never raised."""
    history = ThemeHistory(home)
    try:
        return themes_of(history.current(), str(history.file))
    except LexiconError as error:
        good = _last_good(history)
        return ThemesInForce(good.lexicon, good.text, good.own, error)


def themes_of(text: str, source: str = THEMES) -> ThemesInForce:
    """The themes that a user's file with this text would put in force.

    Raises :class:`~indexer.errors.LexiconError`.
    """
    own = read_theme_file(text, source)
    if not own.entries:
        return ThemesInForce(default_lexicon(), text, own)
    merged = merge_themes(default_lexicon().themes, own.entries)
    return ThemesInForce(ThemeLexicon(merged), text, own)


@cache
def packaged_themes() -> ThemesInForce:
    """The themes of a home without a file of its own."""
    return ThemesInForce(default_lexicon())


def _last_good(history: ThemeHistory) -> ThemesInForce:
    """The newest state that was in force and can be read."""
    for state in reversed(history.line()):
        try:
            return themes_of(state.text(), str(state.path))
        except LexiconError:
            continue  # damaged on disk: the one before it is the last good one
    return packaged_themes()


def dump_themes(lexicon: ThemeLexicon) -> bytes:
    """The themes as an index version keeps them."""
    return _dumped(tuple(lexicon.themes))


@lru_cache(maxsize=4)  # most versions are made with the themes of the one before
def _dumped(themes: tuple[Theme, ...]) -> bytes:
    rows = [asdict(theme) for theme in themes]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8")


def load_kept_themes(kept: bytes) -> ThemeLexicon:
    """The themes that an index version was made with.

    Raises ``ValueError``, ``KeyError`` or ``TypeError`` where they cannot be read.
    """
    return ThemeLexicon(_theme(row) for row in json.loads(kept))


def _theme(row: dict[str, Any]) -> Theme:
    """The inverse of ``asdict``: lists become tuples again, dictionaries values."""
    made = _tuples(row)
    made["patterns"] = tuple(Pattern(**_tuples(pattern)) for pattern in row["patterns"])
    for key in ("included", "excluded"):
        made[key] = tuple(RecordDecision(**decision) for decision in row[key])
    return Theme(**made)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
