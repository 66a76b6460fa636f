"""Candidate themes: what a corpus says again and again, and the lexicon does not know.

For texts that nobody has written a lexicon for, phrases of two or more words
that recur across records are proposed as themes, to be looked through by a
person (:mod:`indexer.curation.decisions`): everything here is marked 自动提取.

    records -> words of the analyzer -> sequences that recur (:mod:`indexer.curation.collocations`)
            -> those that may be a term -> not said by a theme, not rejected -> best first

What may be a term: only content words of two or more characters, by the word
classes of jieba's dictionary (nouns, verbs, adjectives, abbreviations, idioms);
no stop word, number, name of a person or place, no formula of legal texts
(:mod:`indexer.curation.word_kinds`); not begun by a verb of official language (推进,
加强 …), not ended in whoever acts (部门, 机关 …), and not made of staple words
alone (社区治理机制); with different neighbours on both sides; its words
attracted by each other; mostly not the first half of a department's name.

The score is C-value times the inverse policy frequency log2(1 + P / p): P
policies are there, p of them say it (Spärck Jones 1972, *A statistical
interpretation of term specificity and its application in retrieval*).  What
every policy says is how policies are written, not what one is about: of many
policies, no candidate stands in more than :data:`MOST_POLICIES`.  In a corpus
of a single policy the factor is 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import regex
from numpy.typing import NDArray

from corpus.policy import Record
from indexer.analysis.analyzer import fold_text
from indexer.analysis.phrases import phrase_key
from indexer.curation.collocations import (
    BREAK,
    Floats,
    Ints,
    Level,
    WordArray,
    c_values,
    levels,
    log_likelihoods,
)
from indexer.curation.occurrences import Occurrences
from indexer.curation.word_kinds import Mask, WordKinds
from indexer.linguistics import Linguistics
from indexer.themes.lexicon import ThemeLexicon

DEFAULT_LIMIT = 50
#: Records that a phrase must stand in; in more than so many records one more.
LEAST_RECORDS, MANY_RECORDS = 2, 1000
#: The chi-squared quantile for p = 0.001 with one degree of freedom.
LEAST_G2 = 10.83
EXAMPLES = 3
#: So many times the candidates asked for are scored, those with the highest C-value.
SHORTLIST = 20
#: Of so many policies and more, no candidate stands in more than this share.
MANY_POLICIES, MOST_POLICIES = 50, 0.1
#: Words of context on each side of an example.
_AROUND = 6

_HAN = regex.compile(r"\p{Han}+")


@dataclass(frozen=True, slots=True)
class Example:
    """A record that says it, and the folded words around it, as far as they go on."""

    record: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may be a theme.

    ``count``: how often it stands.  ``records``, ``policies``: in how many of
    them.  ``score`` is what the candidates are ranked by.
    """

    phrase: str
    count: int
    records: int
    policies: int
    score: float
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
    words, compounds = WordArray(), _compounds(known)
    ids: list[str] = []
    for record in records:
        words.add(_words(text, known, compounds) for text in _texts(record))
        ids.append(record.id)
    if not ids:
        return ()
    kinds = WordKinds.of(words.words, known)
    least = LEAST_RECORDS + (words.records > MANY_RECORDS)
    found = list(levels(words, kinds.content, least=least))
    attraction = log_likelihoods(found, int(np.count_nonzero(words.tokens != BREAK)))
    terms = [
        _may_be_terms(level, kinds, words) & (g2 >= LEAST_G2)
        for level, g2 in zip(found, attraction, strict=True)
    ]
    shortlist = islice(_ranked(found, terms, c_values(found, terms)), SHORTLIST * max(limit, 1))
    barred = {phrase_key(phrase) for phrase in rejected}
    corpus = _Corpus(words, kinds, Occurrences(words), ids)
    scored: list[Candidate] = []
    for level, number, c_value in shortlist:
        sequence = words.tokens[found[level].firsts[number] :][: found[level].size]
        phrase = "".join(words.words[word] for word in sequence)
        if phrase_key(phrase) in barred or _is_known(phrase, known.themes):
            continue
        g2 = float(attraction[level][number])
        if candidate := corpus.candidate(phrase, sequence, c_value, g2):
            scored.append(candidate)
    scored.sort(key=lambda each: -each.score)
    return tuple(scored[:limit])


def _is_known(phrase: str, themes: ThemeLexicon) -> bool:
    """Whether a theme says the phrase already, be it only in some company."""
    return themes.mentions(phrase) or themes.resolve(phrase) is not None


class _Corpus:
    """What is looked up about the few sequences that made the shortlist."""

    def __init__(
        self, words: WordArray, kinds: WordKinds, places: Occurrences, ids: list[str]
    ) -> None:
        self._words, self._kinds, self._places, self._ids = words, kinds, places, ids
        policies: dict[str, int] = {}
        owners = (policies.setdefault(i.rpartition("/")[0], len(policies)) for i in ids)
        self._policy_of = np.fromiter(owners, dtype=np.int64, count=len(ids))
        self._policies = len(policies)

    def candidate(
        self, phrase: str, sequence: NDArray[np.int32], c_value: float, g2: float
    ) -> Candidate | None:
        """The candidate with its score; ``None`` for a manner of speaking, or a body's name."""
        at = self._places.of(sequence)
        after = self._words.tokens[at + len(sequence)]
        if 2 * np.count_nonzero(self._kinds.body[after]) > len(at):
            return None
        records = np.unique(self._words.record_of(at))
        policies = len(np.unique(self._policy_of[records]))
        if self._policies >= MANY_POLICIES and policies > MOST_POLICIES * self._policies:
            return None
        score = c_value * math.log2(1 + self._policies / policies)
        return Candidate(
            phrase=phrase,
            count=len(at),
            records=len(records),
            policies=policies,
            score=round(score, 2),
            c_value=round(c_value, 2),
            log_likelihood=round(g2, 2),
            examples=tuple(self._examples(at, len(sequence))),
        )

    def _examples(self, at: Ints, size: int) -> Iterator[Example]:
        """The first records in which a sequence stands."""
        tokens = self._words.tokens
        owners, first = np.unique(self._words.record_of(at), return_index=True)
        for owner, place in zip(owners[:EXAMPLES], at[first[:EXAMPLES]], strict=True):
            before = _until_break(tokens[max(0, place - _AROUND) : place][::-1])[::-1]
            after = _until_break(tokens[place + size :][:_AROUND])
            sides = ("".join(self._words.words[word] for word in side) for side in (before, after))
            yield Example(self._ids[owner], *sides)


def _texts(record: Record) -> tuple[str, ...]:
    """What a record itself says: a passage's title is the headings above it, said once."""
    return (record.title, record.body) if record.kind == "zone" else (record.body,)


def _compounds(known: Linguistics) -> dict[str, tuple[str, ...]]:
    """The dictionary's own terms that are made of words: they are collocations too."""
    terms = {}
    for term in known.analyzer.dictionary:
        leaves = tuple(leaf.text for leaf in known.analyzer.leaf_words(term))
        if len(leaves) > 1 and "".join(leaves) == term:
            terms[term] = leaves
    return terms


def _words(text: str, known: Linguistics, compounds: Mapping[str, Sequence[str]]) -> Iterator[str]:
    analyzer = known.analyzer
    for word in analyzer.segmenter.cut(fold_text(text)):
        if not _HAN.fullmatch(word):
            yield ""
        elif word in compounds:
            yield from compounds[word]
        else:
            yield word


def _may_be_terms(level: Level, kinds: WordKinds, words: WordArray) -> Mask:
    """Which sequences of a level are candidate terms, but for their attraction."""
    places = level.firsts[:, None] + np.arange(level.size)
    sequences = words.tokens[places]
    telling = ~kinds.staple[sequences].all(axis=1)
    whole = kinds.opening[sequences[:, 0]] & kinds.closing[sequences[:, -1]]
    # Free on both sides: at least a quarter of the entropy that so few places can have.
    free = level.entropy >= np.minimum(1.0, np.log2(level.counts) / 4)
    terms: Mask = (level.size > 1) & telling & whole & free
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


def _until_break(numbers: NDArray[np.int32]) -> list[int]:
    """The numbers up to the first break."""
    breaks = np.flatnonzero(numbers == BREAK)
    return [int(n) for n in numbers[: breaks[0] if len(breaks) else len(numbers)]]
