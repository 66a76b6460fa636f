"""The parts of a pattern in the words that met it: what a page marks of its evidence.

A piece of evidence keeps the words from the first part of a pattern to its last, and the
pattern in its rule.  Where the parts stand in these words follows from both, so nothing
else has to be stored, and an index that was made before can be marked too.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

from indexer.analysis.analyzer import literal_units
from indexer.analysis.phrases import PhraseTrie, Place, phrase_key
from indexer.errors import LexiconError
from indexer.results.record import Evidence
from indexer.results.spans import Range
from indexer.themes.matching import Key, chains
from indexer.themes.pattern import MAX_ANY_ORDER, MAX_GAP, parse_pattern

_Steps = tuple[frozenset[Key], ...]


def evidence_parts(piece: Evidence) -> tuple[Range, ...]:
    """The parts of a piece of evidence in its field, in order; one for a plain phrase."""
    whole = ((piece.start, piece.end),)
    kind, _colon, rule = piece.rule.partition(":")
    steps = _steps(rule) if kind == "pattern" else ()
    if len(steps) < 2:
        return whole
    units = literal_units(piece.phrase)
    places = list(_trie(steps).scan([unit.text for unit in units]))
    orders = permutations(steps) if len(steps) <= MAX_ANY_ORDER else (steps,)
    for order in orders:
        path = _path(order, places, len(units))
        if path:
            return tuple(
                (piece.start + units[p.first].start, piece.start + units[p.stop - 1].end)
                for p in path
            )
    return whole


def _path(order: _Steps, places: list[Place], size: int) -> tuple[Place, ...]:
    """The chain of the steps in this order that begins and ends with the words."""
    found = chains(
        [[p for p in places if p.key in step] for step in order],
        (MAX_GAP,) * (len(order) - 1),
        [(0,) * size] * (len(order) - 1),
    )
    path = found.get(0, ())
    return path if path and path[-1].stop == size else ()


@lru_cache(maxsize=1024)
def _steps(rule: str) -> _Steps:
    """The words of each part that a rule names, whether it was written or given as a table."""
    if "{" in rule:
        try:
            named = parse_pattern(rule).steps
        except LexiconError:
            return ()  # of an index that was made by another version
    else:
        named = tuple(tuple(part.split("/")) for part in rule.replace("~", "…").split("…"))
    return tuple(frozenset(map(phrase_key, words)) for words in named)


@lru_cache(maxsize=1024)
def _trie(steps: _Steps) -> PhraseTrie:
    return PhraseTrie(key for step in steps for key in step)
