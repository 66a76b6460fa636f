"""Candidate themes: what a corpus says again and again, and the lexicon does not know.

For texts that nobody has written a lexicon for, phrases of two or more words
that recur across records are proposed as themes, to be looked through by a
person (:mod:`indexer.decisions`): everything here is marked 自动提取.

    records -> words of the analyzer -> sequences that recur (:mod:`indexer.collocations`)
            -> those that may be a term -> not said by a theme, not rejected -> best first

What may be a term: only content words of two or more characters, by the word
classes of jieba's dictionary (nouns, verbs, adjectives, abbreviations, idioms);
no stop word, number, name of a person or place; not begun by a verb of official
language (推进, 加强 …) and not made of staple words alone (社区治理机制); with
different neighbours on both sides; its words attracted by each other.  Ranked by
C-value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import regex
from numpy.typing import NDArray

from corpus.policy import Record
from indexer.analysis import fold_text
from indexer.collocations import (
    BREAK,
    Floats,
    Ints,
    Level,
    WordArray,
    c_values,
    levels,
    log_likelihoods,
)
from indexer.errors import LexiconError
from indexer.linguistics import Linguistics
from indexer.phrases import phrase_key
from indexer.segmenter import read_list

DEFAULT_LIMIT = 50
#: Records that a phrase must stand in; in more than so many records one more.
LEAST_RECORDS, MANY_RECORDS = 2, 1000
#: The chi-squared quantile for p = 0.001 with one degree of freedom.
LEAST_G2 = 10.83
EXAMPLES = 3
#: Words of context on each side of an example.
_AROUND = 6

_HAN = regex.compile(r"\p{Han}+")
#: jieba's tags of content words begin so; what these name is no theme.
_CONTENT, _NAMES = ("n", "v", "a", "b", "j", "l", "i"), ("nr", "ns", "nrt", "nrfg", "ad", "vd")
_VERBAL = ("v", "a", "d")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A record that says it, and the folded words around it, as far as they go on."""

    record: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may be a theme.

    ``count``: how often it stands.  ``records``: in how many records.
    """

    phrase: str
    count: int
    records: int
    c_value: float
    log_likelihood: float
    examples: tuple[Example, ...]


def propose(
    records: Iterable[Record],
    known: Linguistics,
    rejected: Iterable[str] = (),
    limit: int = DEFAULT_LIMIT,
) -> tuple[Candidate, ...]:
    """At most ``limit`` candidates, best first.

    Raises :class:`~indexer.errors.LexiconError` where jieba's dictionary
    cannot be read.
    """
    words = WordArray()
    ids: list[str] = []
    for record in records:
        words.add(_words(text, known) for text in _texts(record))
        ids.append(record.id)
    kinds = _WordKinds.of(words.words, known)
    least = LEAST_RECORDS + (words.records > MANY_RECORDS)
    found = list(levels(words, kinds.content, least=least))
    attraction = log_likelihoods(found, int(np.count_nonzero(words.tokens != BREAK)))
    terms = [
        _may_be_terms(level, kinds, words) & (g2 >= LEAST_G2)
        for level, g2 in zip(found, attraction, strict=True)
    ]
    ranked = _ranked(found, terms, c_values(found, terms))
    barred = {phrase_key(phrase) for phrase in rejected}
    chosen: list[Candidate] = []
    for level, number, c_value in ranked:
        if len(chosen) == limit:
            break
        sequence = words.tokens[found[level].firsts[number] :][: found[level].size]
        phrase = "".join(words.words[word] for word in sequence)
        if phrase_key(phrase) in barred or known.themes.mentions(phrase):
            continue
        chosen.append(
            Candidate(
                phrase=phrase,
                count=int(found[level].counts[number]),
                records=int(found[level].records[number]),
                c_value=round(c_value, 2),
                log_likelihood=round(float(attraction[level][number]), 2),
                examples=tuple(_examples(words, sequence, ids)),
            )
        )
    return tuple(chosen)


def _texts(record: Record) -> tuple[str, ...]:
    """What a record itself says: a passage's title is the headings above it, said once."""
    return (record.title, record.body) if record.kind == "zone" else (record.body,)


def _words(text: str, known: Linguistics) -> Iterator[str]:
    for word in known.analyzer.segmenter.cut(fold_text(text)):
        yield word if _HAN.fullmatch(word) else ""


@dataclass(frozen=True, slots=True)
class _WordKinds:
    """What each word is, by its number."""

    content: Mask
    frame: Mask
    staple: Mask

    @classmethod
    def of(cls, words: list[str], known: Linguistics) -> _WordKinds:
        classes = _word_classes(set(words))
        ignored = {fold_text(word) for word in read_list("keyword_stopwords.txt")}
        stop_words = known.analyzer.stop_words

        def is_content(word: str) -> bool:
            kind = classes.get(word, "n")  # what the dictionary lacks is a new noun
            if len(word) < 2 or word in stop_words or kind in _NAMES:
                return False
            return kind.startswith(_CONTENT)

        staple = np.array([word in ignored for word in words])
        verbal = np.array([classes.get(word, "n").startswith(_VERBAL) for word in words])
        return cls(np.array([is_content(word) for word in words]), staple & verbal, staple)


def _word_classes(words: set[str]) -> dict[str, str]:
    """jieba's word classes for these words; the package is found without being imported."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise LexiconError("没有找到 jieba 的词典", "请安装 jieba：pip install jieba")
    path = Path(spec.submodule_search_locations[0]) / "dict.txt"
    try:
        with path.open(encoding="utf-8") as lines:
            entries = (line.split() for line in lines)
            return {entry[0]: entry[2] for entry in entries if entry[0] in words}
    except (OSError, ValueError, IndexError) as error:
        raise LexiconError(f"读不了 {path}：{error}", "请重新安装 jieba") from error


def _may_be_terms(level: Level, kinds: _WordKinds, words: WordArray) -> Mask:
    """Which sequences of a level are candidate terms, but for their attraction."""
    places = level.firsts[:, None] + np.arange(level.size)
    sequences = words.tokens[places]
    telling = ~kinds.staple[sequences].all(axis=1)
    begun_well = ~kinds.frame[sequences[:, 0]]
    # Free on both sides: at least a quarter of the entropy that so few places can have.
    free = level.entropy >= np.minimum(1.0, np.log2(level.counts) / 4)
    terms: Mask = (level.size > 1) & telling & begun_well & free
    return terms


def _ranked(
    found: list[Level], terms: list[Mask], values: list[Floats]
) -> Iterator[tuple[int, int, float]]:
    """Level, number and C-value of the candidate terms, best first."""
    at = [np.flatnonzero(mask) for mask in terms]
    if not at:
        return
    level = np.repeat(np.arange(len(found)), [len(numbers) for numbers in at])
    number = np.concatenate(at)
    value = np.concatenate([values[i][numbers] for i, numbers in enumerate(at)])
    spread = np.concatenate([found[i].records[numbers] for i, numbers in enumerate(at)])
    first: Ints = np.concatenate([found[i].firsts[numbers] for i, numbers in enumerate(at)])
    for i in np.lexsort((first, -spread, -value)).tolist():
        if value[i] > 0:
            yield int(level[i]), int(number[i]), float(value[i])


def _examples(words: WordArray, sequence: NDArray[np.int32], ids: list[str]) -> Iterator[Example]:
    """The first records in which the sequence stands."""
    tokens = words.tokens
    places: Ints = np.flatnonzero(tokens == sequence[0])
    for offset, word in enumerate(sequence[1:], 1):
        places = places[tokens[places + offset] == word]
    owners, first = np.unique(words.record_of(places), return_index=True)
    for owner, place in zip(owners[:EXAMPLES], places[first[:EXAMPLES]], strict=True):
        before = _until_break(tokens[max(0, place - _AROUND) : place][::-1])[::-1]
        after = _until_break(tokens[place + len(sequence) :][:_AROUND])
        sides = ("".join(words.words[word] for word in side) for side in (before, after))
        yield Example(ids[owner], *sides)


def _until_break(numbers: NDArray[np.int32]) -> list[int]:
    """The numbers up to the first break."""
    breaks = np.flatnonzero(numbers == BREAK)
    return [int(n) for n in numbers[: breaks[0] if len(breaks) else len(numbers)]]
