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
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

from corpus.policy import Record
from indexer.analysis.analyzer import literal_texts
from indexer.analysis.phrases import PhraseTrie, Place, phrase_key
from indexer.errors import ThemeNotFound
from indexer.results.model import Evidence
from indexer.themes.matching import Key, Reading, Rules, find_matches
from indexer.themes.pattern import Pattern
from indexer.themes.theme_file import Theme, parse_themes

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
MATCHING_VERSION = "5"
#: The fields that are searched, and what one piece of evidence weighs there.
FIELD_WEIGHTS: Mapping[str, int] = {"title": 3, "body": 1}
#: Where evidence stands that is a decision on the whole record, its rule and its weight.
RECORD_FIELD, INCLUDE_RULE, RECORD_WEIGHT = "record", "include", 3


class ThemeLexicon:
    """A set of themes that can be assigned to records.

    An instance is immutable and may be shared by threads.  ``stamp`` differs
    whenever assignments may.
    """

    def __init__(self, themes: Iterable[Theme]) -> None:
        self.themes = tuple(themes)
        self.stamp = hashlib.sha256(f"{MATCHING_VERSION};{self.themes!r}".encode()).hexdigest()[:16]
        self._by_name = {theme.name: theme for theme in self.themes}
        self._rules = tuple(Rules.of(theme) for theme in self.themes)
        self._trie = PhraseTrie(key for rules in self._rules for key in rules.spotted())
        self._triggered: dict[Key, list[tuple[int, int]]] = {}
        for index, rules in enumerate(self._rules):
            for key, number in rules.triggers():
                self._triggered.setdefault(key, []).append((index, number))
        self._meanings: dict[Key, Theme] = {}
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
            yield from self._unmet(theme)
            if theme in self._ancestors(theme):
                yield f"议题“{theme.name}”绕一圈成了自己的上位议题，请检查 broader"

    def _unmet(self, theme: Theme) -> Iterator[str]:
        """The examples of a theme that its rules do not bear out."""
        for texts, carried, said in (
            (theme.examples, True, "没有命中它的任何规则"),
            (theme.counterexamples, False, "却命中了它的规则"),
        ):
            for text in texts:
                found = {self.themes[index].name for index, _ in self._search("", text)}
                if (theme.name in found) != carried:
                    yield f"议题“{theme.name}”的例句“{text}”{said}，请改规则或例句"

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
        places: dict[Key, list[Place]] = {}
        for place in self._trie.scan(units):
            places.setdefault(place.key, []).append(place)
        triggered: dict[int, set[int]] = {}
        for key in places:
            for index, number in self._triggered.get(key, ()):
                triggered.setdefault(index, set()).add(number)
        read = Reading(text, units)
        matches = [
            (index, match)
            for index in sorted(triggered)
            for match in find_matches(self._rules[index], triggered[index], places, read)
        ]
        if not matches:
            return  # the common case: offsets, which cost most, are never worked out
        for index, match in matches:
            start, end = read.tokens[match.first].start, read.tokens[match.stop - 1].end
            yield index, Evidence(field, start, end, text[start:end], match.rule)


@cache
def default_lexicon() -> ThemeLexicon:
    """The packaged themes, read once per process."""
    source = resources.files("indexer").joinpath("lexicon/themes.toml")
    return ThemeLexicon(parse_themes(source.read_text(encoding="utf-8"), "themes.toml"))
