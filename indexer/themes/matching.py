"""Where the rules of a theme are met in a text.

The rules are compiled into keys of phrases (:class:`Rules`); all phrases of all themes
are spotted in one walk over the text, and what is done here starts from their places:
phrases as they stand, chains of phrases with gaps, in what company they stand.  Time
is linear in the number of places, whatever the rules are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, permutations

from indexer.analysis.analyzer import ENDER, Token, literal_units
from indexer.analysis.phrases import Place, phrase_key
from indexer.themes.theme_file import Pattern, Theme

Key = tuple[str, ...]
# Commas, colons and line ends divide clauses; enumerations go on over 、.
_CLAUSE_ENDS = frozenset("，,：:\n\r")


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that is met on the units ``[first, stop)``."""

    first: int
    stop: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """A pattern, compiled: of each step the keys of its alternatives.

    ``orders`` are the orders in which the steps may follow one another; ``near`` and
    ``not_near`` empty: whatever else stands in the sentence.
    """

    steps: tuple[tuple[Key, ...], ...]
    orders: tuple[tuple[int, ...], ...]
    gap: int
    near: tuple[Key, ...]
    not_near: tuple[Key, ...]
    one_clause: bool
    rule: str

    @classmethod
    def of(cls, pattern: Pattern) -> _Chain:
        steps = tuple(tuple(map(phrase_key, step)) for step in pattern.steps)
        given = tuple(range(len(steps)))
        near, not_near = (tuple(map(phrase_key, p)) for p in (pattern.near, pattern.not_near))
        return cls(
            steps,
            tuple(permutations(given)) if pattern.any_order else (given,),
            pattern.gap,
            near,
            not_near,
            pattern.one_clause,
            f"{'pattern' if len(steps) > 1 or not near else 'near'}:{pattern}",
        )

    def spotted(self) -> Iterator[Key]:
        """Every phrase that must be spotted to decide the pattern."""
        for step in self.steps:
            yield from step
        yield from self.near
        yield from self.not_near


@dataclass(frozen=True, slots=True)
class Rules:
    """A theme, compiled: what to look for, as keys of phrases."""

    phrases: tuple[tuple[Key, str], ...]
    patterns: tuple[_Chain, ...]
    exclude: tuple[Key, ...]

    @classmethod
    def of(cls, theme: Theme) -> Rules:
        phrases = ((phrase_key(p), f"variant:{p}") for p in (theme.name, *theme.phrases))
        exclude = (phrase_key(p) for p in theme.exclude)
        return cls(tuple(phrases), tuple(map(_Chain.of, theme.patterns)), tuple(exclude))

    def spotted(self) -> Iterator[Key]:
        """Every phrase that must be spotted to decide the theme."""
        yield from (key for key, _ in self.phrases)
        for chain in self.patterns:
            yield from chain.spotted()
        yield from self.exclude

    def triggers(self) -> Iterator[Key]:
        """Phrases without which the theme cannot be."""
        yield from (key for key, _ in self.phrases)
        for chain in self.patterns:
            yield from chain.steps[0]


class Reading:
    """A text as its units, and in which sentence and clause each of them stands."""

    def __init__(self, text: str, units: Sequence[str]) -> None:
        self._text = text
        self.units = units

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The units with their offsets, which cost most."""
        return literal_units(self._text)

    @cached_property
    def sentences(self) -> Sequence[int]:
        """The number of each unit's sentence; an ender belongs to the next."""
        return list(accumulate(unit == ENDER for unit in self.units))

    @cached_property
    def clauses(self) -> Sequence[int]:
        """The number of each unit's clause."""
        number, end, numbers = 0, 0, []
        for token in self.tokens:
            skipped = self._text[end : token.start]
            number += token.text == ENDER or not _CLAUSE_ENDS.isdisjoint(skipped)
            numbers.append(number)
            end = token.end
        return numbers


def find_matches(rules: Rules, places: Mapping[Key, Sequence[Place]], read: Reading) -> list[Match]:
    """Where a theme's rules are met: disjoint, in order.

    Of overlapping ones the first and longest counts, and a phrase before a pattern of
    several: the shorter evidence says as much.
    """
    barred = {at for key in rules.exclude for p in places.get(key, ()) for at in _range(p)}

    def standing(key: Key) -> list[Place]:
        return [p for p in places.get(key, ()) if barred.isdisjoint(_range(p))]

    plain = [Match(p.first, p.stop, rule) for key, rule in rules.phrases for p in standing(key)]
    chained: list[Match] = []
    for chain in rules.patterns:
        steps = [[p for key in step for p in standing(key)] for step in chain.steps]
        if not all(steps):
            continue
        bounds = read.clauses if chain.one_clause else read.sentences
        for order in chain.orders:
            stops = _chains([steps[at] for at in order], chain.gap, bounds)
            met = _in_company(stops, chain, places, read)
            found = (Match(first, stop, chain.rule) for first, stop in met.items())
            (chained if len(steps) > 1 else plain).extend(found)
    held = _disjoint(plain)
    taken = {at for match in held for at in range(match.first, match.stop)}
    free = (m for m in chained if taken.isdisjoint(range(m.first, m.stop)))
    return sorted([*held, *_disjoint(free)], key=lambda match: match.first)


def _disjoint(matches: Iterable[Match]) -> list[Match]:
    """The first and longest of overlapping matches."""
    disjoint: list[Match] = []
    for match in sorted(matches, key=lambda match: (match.first, -match.stop)):
        if not disjoint or match.first >= disjoint[-1].stop:
            disjoint.append(match)
    return disjoint


def _range(place: Place) -> range:
    return range(place.first, place.stop)


def _chains(steps: Sequence[Sequence[Place]], gap: int, bounds: Sequence[int]) -> dict[int, int]:
    """First unit → end of the nearest chain of places, one of each step, from there.

    All of a chain has one number in ``bounds``.  Worked out from the last step to the
    first, so that time is linear in the number of places.
    """
    stops = _shortest((place.first, place.stop) for place in steps[-1])
    for step in reversed(steps[:-1]):
        longer: list[tuple[int, int]] = []
        for place in step:
            for at in range(place.stop, min(place.stop + gap + 1, len(bounds))):
                if bounds[at] != bounds[place.first]:
                    break
                if at in stops:
                    longer.append((place.first, stops[at]))
                    break
        stops = _shortest(longer)
    return stops


def _shortest(spans: Iterable[tuple[int, int]]) -> dict[int, int]:
    """First unit → the nearest of the ends that it has."""
    found: dict[int, int] = {}
    for first, stop in spans:
        found[first] = min(stop, found.get(first, stop))
    return found


def _in_company(
    stops: Mapping[int, int],
    chain: _Chain,
    places: Mapping[Key, Sequence[Place]],
    read: Reading,
) -> Mapping[int, int]:
    """Those of ``stops`` in whose sentence stands what must, and nothing that must not."""
    if not stops or not (chain.near or chain.not_near):
        return stops

    def met(keys: Iterable[Key]) -> set[int]:
        return {read.sentences[p.first] for key in keys for p in places.get(key, ())}

    near, not_near = met(chain.near), met(chain.not_near)
    return {
        first: stop
        for first, stop in stops.items()
        if (not chain.near or read.sentences[first] in near)
        and read.sentences[first] not in not_near
    }
