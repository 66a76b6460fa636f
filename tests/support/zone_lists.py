"""Zones of other lists with their themes, as a reader labelled them: ``tests/data/themes``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "themes"
HALVES = ("first", "second")


@dataclass(frozen=True, slots=True)
class LabelledZone:
    """What a unit does, in our words, and the themes that this is about."""

    unit: str
    text: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ZoneList:
    """The zones of one list; ``half`` is one of :data:`HALVES`."""

    name: str
    source: str
    half: str
    zones: tuple[LabelledZone, ...]


def zone_lists() -> tuple[ZoneList, ...]:
    """All lists, in order of their files."""
    return tuple(map(_read, sorted(FOLDER.glob("*.tsv"))))


def _read(file: Path) -> ZoneList:
    head: dict[str, str] = {}
    zones = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            key, _, value = line.removeprefix("# ").partition(": ")
            head[key] = value
        else:
            unit, text, themes = line.split("\t")
            zones.append(LabelledZone(unit, text, frozenset(themes.split("、"))))
    return ZoneList(head["list"], head["source"], head["half"], tuple(zones))
