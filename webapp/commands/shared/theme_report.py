"""What is said on stderr about a change of the themes."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.curation.theme_preview import ThemeChange
from webapp.commands.shared import output

_SHOWN = 10


def announce_changes(changes: Iterable[ThemeChange]) -> None:
    """One line for each changed theme: which records gain it, which lose it."""
    for change in changes:
        moves = [
            f"{verb} {len(records)} 条记录（{_listed(records)}）"
            for verb, records in (("增加", change.gained), ("减少", change.lost))
            if records
        ]
        output.note(f"议题“{change.name}”：{'，'.join(moves) or '记录不变'}")


def announce_warnings(warnings: Iterable[str]) -> None:
    """What in the theme file leads nowhere, or is not in force."""
    for warning in warnings:
        output.note(f"提示：{warning}")


def _listed(records: tuple[str, ...]) -> str:
    return "、".join(records[:_SHOWN]) + ("…" if len(records) > _SHOWN else "")
