"""Themes (议题): named ideas, assigned to a record only with evidence.

A :class:`Theme` is a name with rules: phrases that mean it, patterns of
phrases with gaps, and contexts in which they don't count.  The rules are data
(``lexicon/themes.toml``), read by :mod:`indexer.themefile`.  A
:class:`ThemeLexicon` compiles them all into one
:class:`~indexer.phrases.PhraseTrie` and assigns:

    record -> title and body -> literal units -> places of phrases
           -> minus excluded contexts, plus patterns -> Evidence per theme

The unit's name is not searched: a theme is about content.  Each
:class:`~indexer.results.Evidence` points into the original text, so that
whoever doubts a theme can read why it is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from corpus.policy import Record
from indexer.analysis import ENDER, literal_texts, literal_units
from indexer.errors import ThemeNotFound
from indexer.phrases import PhraseTrie, Place, phrase_key
from indexer.results import Evidence
from indexer.themefile import Pattern, Theme, parse_themes

__all__ = ["FIELD_WEIGHTS", "Pattern", "Theme", "ThemeLexicon", "default_lexicon"]

#: Changes whenever the same lexicon may assign other themes; part of the stamp.
MATCHING_VERSION = "1"
#: The fields that are searched, and what one piece of evidence weighs there.
FIELD_WEIGHTS: Mapping[str, int] = {"title": 3, "body": 1}

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule that is met on the units ``[first, stop)``."""

    first: int
    stop: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """A theme, compiled: what to look for, as keys of phrases."""

    phrases: tuple[tuple[_Key, str], ...]
    patterns: tuple[tuple[tuple[_Key, ...], int, str], ...]
    exclude: tuple[_Key, ...]

    @classmethod
    def of(cls, theme: Theme) -> _Rules:
        phrases = ((phrase_key(p), f"variant:{p}") for p in (theme.name, *theme.phrases))
        patterns = (
            (tuple(phrase_key(piece) for piece in p.phrases), p.gap, f"pattern:{p}")
            for p in theme.patterns
        )
        return cls(tuple(phrases), tuple(patterns), tuple(phrase_key(p) for p in theme.exclude))

    def spotted(self) -> Iterator[_Key]:
        """Every phrase that must be spotted to decide the theme."""
        yield from (key for key, _ in self.phrases)
        for pieces, _, _ in self.patterns:
            yield from pieces
        yield from self.exclude

    def triggers(self) -> Iterator[_Key]:
        """Phrases without which the theme cannot be."""
        yield from (key for key, _ in self.phrases)
        yield from (pieces[0] for pieces, _, _ in self.patterns)


class ThemeLexicon:
    """A set of themes that can be assigned to records.

    An instance is immutable and may be shared by threads.  ``stamp`` differs
    whenever assignments may.
    """

    def __init__(self, themes: Iterable[Theme]) -> None:
        self.themes = tuple(themes)
        self.stamp = hashlib.sha256(f"{MATCHING_VERSION};{self.themes!r}".encode()).hexdigest()[:16]
        self._by_name = {theme.name: theme for theme in self.themes}
        self._rules = tuple(_Rules.of(theme) for theme in self.themes)
        self._trie = PhraseTrie(key for rules in self._rules for key in rules.spotted())
        self._triggered: dict[_Key, list[int]] = {}
        for index, rules in enumerate(self._rules):
            for key in rules.triggers():
                self._triggered.setdefault(key, []).append(index)
        self._meanings: dict[_Key, Theme] = {}
        for theme in self.themes:
            for said in (theme.name, *theme.variants):
                self._meanings.setdefault(phrase_key(said), theme)

    def assign(self, record: Record) -> dict[str, tuple[Evidence, ...]]:
        """The themes of a record, each with its evidence in reading order.

        The weightiest theme comes first (:data:`FIELD_WEIGHTS`, summed over
        the evidence); among equals the order of the lexicon decides.
        """
        found: dict[int, list[Evidence]] = {}
        for field in FIELD_WEIGHTS:
            for index, evidence in self._search(field, getattr(record, field)):
                found.setdefault(index, []).append(evidence)
        weights = {i: sum(FIELD_WEIGHTS[e.field] for e in found[i]) for i in found}
        order = sorted(found, key=lambda i: (-weights[i], i))
        return {self.themes[i].name: tuple(found[i]) for i in order}

    def resolve(self, text: str) -> Theme | None:
        """The theme that ``text`` names: its name or one of its variants, folded."""
        return self._meanings.get(phrase_key(text))

    def variants_of(self, name: str) -> tuple[str, ...]:
        """The variants of the theme called ``name``; raises :class:`ThemeNotFound`."""
        if name not in self._by_name:
            raise ThemeNotFound(f"没有议题“{name}”", "请查看议题一览")
        return self._by_name[name].variants

    def _search(self, field: str, text: str) -> Iterator[tuple[int, Evidence]]:
        """Evidence in one field, with the theme's index."""
        units = literal_texts(text)
        places: dict[_Key, list[Place]] = {}
        for place in self._trie.scan(units):
            places.setdefault(place.key, []).append(place)
        indexes = sorted({i for key in places for i in self._triggered.get(key, ())})
        matches = [(i, m) for i in indexes for m in _matches(self._rules[i], places, units)]
        if not matches:
            return  # the common case: offsets, which cost most, are never worked out
        tokens = literal_units(text)
        for index, match in matches:
            start, end = tokens[match.first].start, tokens[match.stop - 1].end
            yield index, Evidence(field, start, end, text[start:end], match.rule)


def _matches(
    rules: _Rules, places: Mapping[_Key, Sequence[Place]], units: Sequence[str]
) -> list[_Match]:
    """Where a theme's rules are met: disjoint, the first and longest of overlapping ones."""
    barred = {at for key in rules.exclude for p in places.get(key, ()) for at in _range(p)}

    def standing(key: _Key) -> list[Place]:
        return [p for p in places.get(key, ()) if barred.isdisjoint(_range(p))]

    matches = [_Match(p.first, p.stop, rule) for key, rule in rules.phrases for p in standing(key)]
    for keys, gap, rule in rules.patterns:
        stops = _chains([standing(key) for key in keys], gap, units)
        matches.extend(_Match(first, stop, rule) for first, stop in stops.items())
    matches.sort(key=lambda match: (match.first, -match.stop))
    disjoint: list[_Match] = []
    for match in matches:
        if not disjoint or match.first >= disjoint[-1].stop:
            disjoint.append(match)
    return disjoint


def _range(place: Place) -> range:
    return range(place.first, place.stop)


def _chains(steps: Sequence[Sequence[Place]], gap: int, units: Sequence[str]) -> dict[int, int]:
    """First unit → end of the nearest chain of places, one of each step, from there.

    Worked out from the last step to the first, so that time is linear in the
    number of places.
    """
    stops = {place.first: place.stop for place in steps[-1]}
    for step in reversed(steps[:-1]):
        longer: dict[int, int] = {}
        for place in step:
            for at in range(place.stop, place.stop + gap + 1):
                if at in stops:
                    longer[place.first] = stops[at]
                    break
                if at >= len(units) or units[at] == ENDER:
                    break
        stops = longer
    return stops


@cache
def default_lexicon() -> ThemeLexicon:
    """The packaged themes, read once per process."""
    source = resources.files("indexer").joinpath("lexicon/themes.toml")
    return ThemeLexicon(parse_themes(source.read_text(encoding="utf-8"), "themes.toml"))
