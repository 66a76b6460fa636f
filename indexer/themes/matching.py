"""Where the rules of a theme are met in a text.

The rules are compiled into keys of phrases (:class:`Rules`); all phrases of all themes
are spotted in one walk over the text, and what is done here starts from their places:
phrases as they stand, chains of phrases with gaps, in what company they stand.  Of each
pattern the group of phrases that is rarest is its anchor: where none of them stands, the
pattern costs nothing.  Time is linear in the number of places (but for the logarithm of a
bisection), whatever the rules are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, permutations

from indexer.analysis.analyzer import ENDER, Token, literal_units
from indexer.analysis.phrases import Place, phrase_key
from indexer.themes.pattern import Pattern
from indexer.themes.theme_file import Theme

Key = tuple[str, ...]
# Commas, colons and line ends divide clauses; enumerations go on over 、.
_CLAUSE_ENDS = frozenset("，,：:\n\r")
#: How common a phrase is, guessed by its number of units; longer ones are rarer still.
_COMMONNESS = (0.0, 1.0, 0.05, 0.01, 0.002)


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that is met on the units ``[first, stop)``."""

    first: int
    stop: int
    rule: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A pattern, compiled: of each step the keys of its alternatives.

    ``orders`` are the orders in which the steps may follow one another, ``gaps`` how many
    units may stand behind each, ``crossing`` whether the end of a clause may.
    ``near`` and ``not_near`` are about the sentence,
    ``beside`` and ``not_beside`` about the clause; empty: whatever else stands there.
    """

    steps: tuple[tuple[Key, ...], ...]
    orders: tuple[tuple[int, ...], ...]
    gaps: tuple[int, ...]
    near: tuple[Key, ...]
    not_near: tuple[Key, ...]
    beside: tuple[Key, ...]
    not_beside: tuple[Key, ...]
    crossing: tuple[bool, ...]
    rule: str

    @classmethod
    def of(cls, pattern: Pattern) -> Chain:
        steps = tuple(tuple(map(phrase_key, step)) for step in pattern.steps)
        given = tuple(range(len(steps)))
        company = (pattern.near, pattern.not_near, pattern.beside, pattern.not_beside)
        near, not_near, beside, not_beside = (tuple(map(phrase_key, p)) for p in company)
        lone = len(steps) == 1 and bool(near or beside)
        return cls(
            steps,
            tuple(permutations(given)) if pattern.any_order else (given,),
            pattern.gaps or (pattern.gap,) * (len(steps) - 1),
            near,
            not_near,
            beside,
            not_beside,
            pattern.crossing or (not pattern.one_clause,) * (len(steps) - 1),
            f"{'near' if lone else 'pattern'}:{pattern}",
        )

    def spotted(self) -> Iterator[Key]:
        """Every phrase that must be spotted to decide the pattern."""
        for keys in (*self.steps, self.near, self.not_near, self.beside, self.not_beside):
            yield from keys

    @property
    def anchor(self) -> tuple[Key, ...]:
        """The phrases, of those that must stand there, that are rarest together."""
        needed = (group for group in (*self.steps, self.near, self.beside) if group)
        return min(needed, key=_commonness)

    def may_be(self, places: Mapping[Key, Sequence[Place]]) -> bool:
        """Whether a phrase of every step stands in a text, and company where it is needed."""
        needed = (*self.steps, self.near, self.beside)
        return all(any(key in places for key in group) for group in needed if group)


def _commonness(keys: Iterable[Key]) -> float:
    return sum(_COMMONNESS[min(len(key), len(_COMMONNESS) - 1)] for key in keys)


@dataclass(frozen=True, slots=True)
class Rules:
    """A theme, compiled: what to look for, as keys of phrases."""

    phrases: tuple[tuple[Key, str], ...]
    patterns: tuple[Chain, ...]
    exclude: tuple[Key, ...]

    @classmethod
    def of(cls, theme: Theme) -> Rules:
        phrases = ((phrase_key(p), f"variant:{p}") for p in (theme.name, *theme.phrases))
        exclude = (phrase_key(p) for p in theme.exclude)
        return cls(tuple(phrases), tuple(map(Chain.of, theme.patterns)), tuple(exclude))

    def spotted(self) -> Iterator[Key]:
        """Every phrase that must be spotted to decide the theme."""
        yield from (key for key, _ in self.phrases)
        for chain in self.patterns:
            yield from chain.spotted()
        yield from self.exclude

    def triggers(self) -> Iterator[tuple[Key, int]]:
        """Phrases without which a rule is not met, with the number of the rule.

        Patterns count from 0; -1 stands for the plain phrases.
        """
        yield from ((key, -1) for key, _ in self.phrases)
        for number, chain in enumerate(self.patterns):
            yield from ((key, number) for key in chain.anchor)


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


def find_matches(
    rules: Rules,
    numbers: Collection[int],
    places: Mapping[Key, Sequence[Place]],
    read: Reading,
) -> list[Match]:
    """Where a theme's rules are met: disjoint, in order.

    ``numbers`` are those of the patterns whose anchor stands in the text.
    Of overlapping ones the first and longest counts, and a phrase before a pattern of
    several: the shorter evidence says as much.
    """
    met = [
        rules.patterns[n] for n in sorted(numbers) if n >= 0 and rules.patterns[n].may_be(places)
    ]
    if not met and -1 not in numbers:
        return []
    barred = {at for key in rules.exclude for p in places.get(key, ()) for at in _range(p)}

    def standing(key: Key) -> list[Place]:
        return [p for p in places.get(key, ()) if barred.isdisjoint(_range(p))]

    said = rules.phrases if -1 in numbers else ()
    plain = [
        Match(p.first, p.stop, rule) for key, rule in said if key in places for p in standing(key)
    ]
    chained: list[Match] = []
    for chain in met:
        steps = [
            [p for key in step if key in places for p in standing(key)] for step in chain.steps
        ]
        for order in chain.orders if all(steps) else ():
            paths = _met(chain, [steps[at] for at in order], read).values()
            found = (path for path in paths if _in_company(path[0].first, chain, places, read))
            matches = (Match(path[0].first, path[-1].stop, chain.rule) for path in found)
            (chained if len(steps) > 1 else plain).extend(matches)
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


def _met(
    chain: Chain, steps: Sequence[Sequence[Place]], read: Reading
) -> dict[int, tuple[Place, ...]]:
    """The chains of the steps in this order: clauses cost most, so sentences come first."""
    found = chains(steps, chain.gaps, [read.sentences] * len(chain.gaps))
    if found and not all(chain.crossing):
        bounds = [read.sentences if over else read.clauses for over in chain.crossing]
        return chains(steps, chain.gaps, bounds)
    return found


def chains(
    steps: Sequence[Sequence[Place]], gaps: Sequence[int], bounds: Sequence[Sequence[int]]
) -> dict[int, tuple[Place, ...]]:
    """First unit → the nearest chain of places, one of each step, from there.

    Both sides of a gap have one number in its ``bounds``, which never fall.  Worked out from
    the last step to the first: of the chains that begin behind a place, only the next can be
    near.
    """
    found = _shortest((place,) for place in steps[-1])
    for step, gap, within in zip(
        reversed(steps[:-1]), reversed(gaps), reversed(bounds), strict=True
    ):
        starts = sorted(found)
        longer: list[tuple[Place, ...]] = []
        for place in step:
            at = bisect_left(starts, place.stop)
            if at == len(starts) or starts[at] > place.stop + gap:
                continue
            if within[starts[at]] == within[place.first]:
                longer.append((place, *found[starts[at]]))
        found = _shortest(longer)
    return found


def _shortest(paths: Iterable[tuple[Place, ...]]) -> dict[int, tuple[Place, ...]]:
    """First unit → the path from there with the nearest end."""
    found: dict[int, tuple[Place, ...]] = {}
    for path in paths:
        other = found.get(path[0].first)
        if other is None or path[-1].stop < other[-1].stop:
            found[path[0].first] = path
    return found


def _in_company(
    first: int, chain: Chain, places: Mapping[Key, Sequence[Place]], read: Reading
) -> bool:
    """Whether what must stands, and nothing that must not, where unit ``first`` stands."""

    def near(keys: Iterable[Key], bounds: Sequence[int]) -> bool:
        found = (p for key in keys for p in places.get(key, ()))
        return any(bounds[p.first] == bounds[first] for p in found)

    if chain.near and not near(chain.near, read.sentences):
        return False
    if chain.beside and not near(chain.beside, read.clauses):
        return False
    if chain.not_near and near(chain.not_near, read.sentences):
        return False
    return not (chain.not_beside and near(chain.not_beside, read.clauses))
