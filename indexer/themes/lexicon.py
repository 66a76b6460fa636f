"""Themes (议题): named ideas, assigned to a record only with evidence.

A :class:`Theme` is a name with rules: phrases that mean it, patterns of
phrases with gaps, and contexts in which they don't count.  The rules are data
(``lexicon/themes.toml``), read by :mod:`indexer.themes.theme_file`.  A
:class:`ThemeLexicon` compiles them all into one
:class:`~indexer.analysis.phrases.PhraseTrie` and assigns:

    record -> title and body -> literal units -> places of phrases
           -> minus excluded contexts, plus patterns -> Evidence per theme
           -> plus and minus what was decided on this single record

The unit's name is not searched: a theme is about content.  Each
:class:`~indexer.results.model.Evidence` points into the original text, so that
a reader who doubts a theme can see why it is there.  A record that was included
by decision has one piece of evidence that points at no text: its field is
:data:`RECORD_FIELD`, its rule :data:`INCLUDE_RULE`, its phrase the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

from corpus.policy import Record
from indexer.analysis.analyzer import ENDER, literal_texts, literal_units
from indexer.analysis.phrases import PhraseTrie, Place, phrase_key
from indexer.errors import ThemeNotFound
from indexer.results.model import Evidence
from indexer.themes.theme_file import Pattern, Theme, parse_themes

__all__ = [
    "FIELD_WEIGHTS",
    "INCLUDE_RULE",
    "RECORD_FIELD",
    "Pattern",
    "Theme",
    "ThemeLexicon",
    "default_lexicon",
]

#: Changes whenever the same lexicon may assign other themes; part of the stamp.
MATCHING_VERSION = "3"
#: The fields that are searched, and what one piece of evidence weighs there.
FIELD_WEIGHTS: Mapping[str, int] = {"title": 3, "body": 1}
#: Where evidence stands that is a decision on the whole record, its rule and its weight.
RECORD_FIELD, INCLUDE_RULE, RECORD_WEIGHT = "record", "include", 3

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule that is met on the units ``[first, stop)``."""

    first: int
    stop: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """A pattern, compiled; ``near`` empty: whatever else stands in the sentence."""

    keys: tuple[_Key, ...]
    gap: int
    near: tuple[_Key, ...]
    rule: str

    @classmethod
    def of(cls, pattern: Pattern) -> _Chain:
        keys, near = (tuple(map(phrase_key, p)) for p in (pattern.phrases, pattern.near))
        return cls(keys, pattern.gap, near, f"{'near' if near else 'pattern'}:{pattern}")


@dataclass(frozen=True, slots=True)
class _Rules:
    """A theme, compiled: what to look for, as keys of phrases."""

    phrases: tuple[tuple[_Key, str], ...]
    patterns: tuple[_Chain, ...]
    exclude: tuple[_Key, ...]

    @classmethod
    def of(cls, theme: Theme) -> _Rules:
        phrases = ((phrase_key(p), f"variant:{p}") for p in (theme.name, *theme.phrases))
        exclude = (phrase_key(p) for p in theme.exclude)
        return cls(tuple(phrases), tuple(map(_Chain.of, theme.patterns)), tuple(exclude))

    def spotted(self) -> Iterator[_Key]:
        """Every phrase that must be spotted to decide the theme."""
        yield from (key for key, _ in self.phrases)
        for chain in self.patterns:
            yield from chain.keys
            yield from chain.near
        yield from self.exclude

    def triggers(self) -> Iterator[_Key]:
        """Phrases without which the theme cannot be."""
        yield from (key for key, _ in self.phrases)
        yield from (chain.keys[0] for chain in self.patterns)


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
        self._included: dict[str, list[tuple[int, str]]] = {}
        self._excluded: dict[str, list[int]] = {}
        for index, theme in enumerate(self.themes):
            for decision in theme.included:
                self._included.setdefault(decision.record, []).append((index, decision.reason))
            for decision in theme.excluded:
                self._excluded.setdefault(decision.record, []).append(index)

    def assign(self, record: Record) -> dict[str, tuple[Evidence, ...]]:
        """The themes of a record, each with its evidence in reading order.

        The weightiest theme comes first (:data:`FIELD_WEIGHTS` and
        :data:`RECORD_WEIGHT`, summed over the evidence); among equals the
        order of the lexicon decides.
        """
        found: dict[int, list[Evidence]] = {}
        for field in FIELD_WEIGHTS:
            for index, evidence in self._search(field, getattr(record, field)):
                found.setdefault(index, []).append(evidence)
        for index, reason in self._included.get(record.id, ()):
            decided = Evidence(RECORD_FIELD, 0, 0, reason, INCLUDE_RULE)
            found.setdefault(index, []).append(decided)
        for index in self._excluded.get(record.id, ()):
            found.pop(index, None)
        weights = {
            i: sum(FIELD_WEIGHTS.get(e.field, RECORD_WEIGHT) for e in found[i]) for i in found
        }
        order = sorted(found, key=lambda i: (-weights[i], i))
        return {self.themes[i].name: tuple(found[i]) for i in order}

    def mentions(self, text: str) -> bool:
        """Whether a phrase or pattern of any theme stands in ``text``."""
        return next(self._search("", text), None) is not None

    def resolve(self, text: str) -> Theme | None:
        """The theme that ``text`` names: its name or one of its variants, folded."""
        return self._meanings.get(phrase_key(text))

    def theme(self, name: str) -> Theme:
        """The theme called ``name``; raises :class:`ThemeNotFound`."""
        if name not in self._by_name:
            raise ThemeNotFound(f"没有议题“{name}”", "请查看议题一览")
        return self._by_name[name]

    def variants_of(self, name: str) -> tuple[str, ...]:
        """The variants of the theme called ``name``; raises :class:`ThemeNotFound`."""
        return self.theme(name).variants

    def broader(self, name: str) -> tuple[Theme, ...]:
        """The next broader themes; raises :class:`ThemeNotFound`."""
        return self._named(self.theme(name).broader)

    def narrower(self, name: str) -> tuple[Theme, ...]:
        """The themes whose broader one this is; raises :class:`ThemeNotFound`."""
        wanted = self.theme(name)
        return tuple(each for each in self.themes if wanted in self._named(each.broader))

    def related(self, name: str) -> tuple[Theme, ...]:
        """The related themes, whichever side says so; raises :class:`ThemeNotFound`."""
        wanted = self.theme(name)
        said = self._named(wanted.related)
        named_by = (each for each in self.themes if wanted in self._named(each.related))
        return tuple(dict.fromkeys((*said, *named_by)))

    def _named(self, names: Iterable[str]) -> tuple[Theme, ...]:
        """The themes that are named, also by a variant; unknown names have been warned of."""
        return tuple(theme for name in names if (theme := self.resolve(name)) is not None)

    def warnings(self, records: Container[str]) -> Iterator[str]:
        """What in the lexicon leads nowhere, one sentence each.

        ``records`` are the ids there are.
        """
        for theme in self.themes:
            for verb, decisions in (("列入", theme.included), ("排除", theme.excluded)):
                for decision in decisions:
                    if decision.record not in records:
                        yield (
                            f"议题“{theme.name}”{verb}的记录“{decision.record}”不在馆藏中，"
                            "请核对记录编号"
                        )
            for kind, names in (("上位", theme.broader), ("相关", theme.related)):
                for name in names:
                    if self.resolve(name) is None:
                        yield f"议题“{theme.name}”的{kind}议题“{name}”不在词表中，请核对名称"
            if theme in self._ancestors(theme):
                yield f"议题“{theme.name}”绕一圈成了自己的上位议题，请检查 broader"

    def _ancestors(self, theme: Theme) -> set[Theme]:
        """All broader themes, however far up; those on a circle are their own."""
        found: set[Theme] = set()
        waiting = list(self._named(theme.broader))
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting.extend(self._named(each.broader))
        return found

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
    for chain in rules.patterns:
        stops = _chains([standing(key) for key in chain.keys], chain.gap, units)
        if chain.near and stops:
            company = [p.first for key in chain.near for p in places.get(key, ())]
            stops = _in_company(stops, company, units)
        matches.extend(_Match(first, stop, chain.rule) for first, stop in stops.items())
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


def _in_company(
    stops: Mapping[int, int], company: Iterable[int], units: Sequence[str]
) -> dict[int, int]:
    """Those of ``stops`` that have one of the places ``company`` in their sentence."""
    sentences = list(accumulate(unit == ENDER for unit in units))
    met = {sentences[at] for at in company}
    return {first: stop for first, stop in stops.items() if sentences[first] in met}


@cache
def default_lexicon() -> ThemeLexicon:
    """The packaged themes, read once per process."""
    source = resources.files("indexer").joinpath("lexicon/themes.toml")
    return ThemeLexicon(parse_themes(source.read_text(encoding="utf-8"), "themes.toml"))
