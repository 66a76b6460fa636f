"""What a change of the themes would do, said before it is done.

An index version keeps the themes that it was made with.  :func:`preview_themes`
holds them against the themes of the home, or any others, and reads every
record of the library under both: which ones gain and which lose a theme.
Themes that are the same on both sides are not looked at.  Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus.progress import Progress, silent
from indexer.errors import IndexDamaged
from indexer.themes.in_force import KEPT_THEMES, load_kept_themes
from indexer.themes.lexicon import Theme, ThemeLexicon
from indexer.versions.open import Workspace


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """A theme that is new, gone or changed, and the ids of the records that it moves."""

    name: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def preview_themes(
    workspace: Workspace, lexicon: ThemeLexicon | None = None, progress: Progress = silent
) -> tuple[ThemeChange, ...]:
    """The effect of ``lexicon``, by default the one in force, on the index there is.

    Where there is no index to compare with, the themes in force stand for it.
    Empty where the themes are the same.
    Raises :class:`~corpus.errors.CorpusError`.
    """
    new = lexicon or workspace.linguistics.themes
    old = _indexed(workspace) or workspace.linguistics.themes
    if old.stamp == new.stamp:
        return ()
    before, after = _only_changed(old, new), _only_changed(new, old)
    names = dict.fromkeys(theme.name for side in (after, before) for theme in side.themes)
    gained: dict[str, list[str]] = {name: [] for name in names}
    lost: dict[str, list[str]] = {name: [] for name in names}
    total = len(workspace.library.policies())
    for done, document in enumerate(workspace.library.documents(), 1):
        for record in document.records:
            had, has = before.assign(record).keys(), after.assign(record).keys()
            for name in has - had:
                gained[name].append(record.id)
            for name in had - has:
                lost[name].append(record.id)
        progress("比较议题", done, total)
    return tuple(ThemeChange(name, tuple(gained[name]), tuple(lost[name])) for name in names)


def _indexed(workspace: Workspace) -> ThemeLexicon | None:
    """The themes that the current index was made with, ``None`` where it cannot tell."""
    try:
        version = workspace.store.current()
        kept = version.read(KEPT_THEMES) if version else None
        return load_kept_themes(kept) if kept else None
    except (IndexDamaged, ValueError, KeyError, TypeError):
        return None  # what cannot be read is rebuilt, and says so itself


def _only_changed(lexicon: ThemeLexicon, other: ThemeLexicon) -> ThemeLexicon:
    """The themes that the other lexicon does not have, or not with these rules."""
    held = set(map(_ruling, other.themes))
    return ThemeLexicon(theme for theme in lexicon.themes if _ruling(theme) not in held)


def _ruling(theme: Theme) -> Theme:
    """A theme without its description and examples, which assign nothing."""
    return replace(theme, examples=(), counterexamples=(), description="")
