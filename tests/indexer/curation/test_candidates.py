"""Candidate themes: counted right, marked off from formulas, and silent on what is known."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.policy import Record
from indexer.curation.candidates import propose
from indexer.curation.collocations import WordArray, c_values, levels
from indexer.curation.occurrences import Occurrences
from indexer.linguistics import Linguistics, default_linguistics
from indexer.themes.lexicon import ThemeLexicon
from tests.indexer.themes.test_lexicon import records as notice_records


def without_themes() -> Linguistics:
    known = default_linguistics()
    return replace(known, in_force=replace(known.in_force, lexicon=ThemeLexicon(())))


def passages(*bodies: str, policy: str = "某规定") -> list[Record]:
    return [
        Record(f"{policy}/passage-{n}", "passage", n, "", body, None, None, None, ())
        for n, body in enumerate(bodies, 1)
    ]


def phrases(*bodies: str) -> list[str]:
    return [each.phrase for each in propose(passages(*bodies), without_themes())]


def test_the_notice_gives_its_own_themes_to_who_has_none() -> None:
    found = [each.phrase for each in propose(notice_records(), without_themes())]
    assert {"社区居民自治", "三社联动", "共建共治共享", "党建引领"} <= set(found[:5])


def test_what_a_theme_says_is_not_proposed_again() -> None:
    known = default_linguistics()
    for each in propose(notice_records(), known):
        assert not known.themes.mentions(each.phrase)
        assert known.themes.resolve(each.phrase) is None


def test_rejected_ones_stay_away() -> None:
    found = propose(notice_records(), without_themes(), rejected=["“三社”联动"])
    assert "三社联动" not in {each.phrase for each in found}


def test_formulas_and_whoever_acts_are_no_themes() -> None:
    found = phrases(
        "城管执法部门责令限期改正长租公寓的违法行为，依法给予处罚",
        "有关部门责令限期改正，依法给予处罚；长租公寓的经营者应当备案",
        "本规定所称长租公寓，由城管执法部门责令限期改正",
        "经市人民政府批准，长租公寓可以改建，依法给予处罚",
    )
    assert found == ["长租公寓"]


def test_what_every_policy_says_is_how_policies_are_written() -> None:
    everywhere, somewhere = "垃圾分类很多。", "长租公寓不少，长租公寓的租金。"
    corpus = [
        record
        for n in range(60)
        for record in passages(
            *(everywhere, "另外垃圾分类照旧。"), *([somewhere] * (n < 3)), policy=f"规定{n}"
        )
    ]
    found = propose(corpus, without_themes())
    assert [each.phrase for each in found] == ["长租公寓"]
    (each,) = found
    assert (each.count, each.records, each.policies) == (6, 3, 3)
    assert each.score == round(each.c_value * math.log2(1 + 60 / 3), 2) or math.isclose(
        each.score, each.c_value * math.log2(21), rel_tol=0.01
    )


def test_an_empty_library_has_no_candidates() -> None:
    assert propose([], default_linguistics()) == ()
    assert propose(passages("2019年3月25日"), default_linguistics()) == ()


texts = st.lists(st.lists(st.sampled_from(["甲", "乙", "丙", ""]), max_size=12), max_size=8)


def filled(corpus: list[list[str]]) -> WordArray:
    words = WordArray()
    for text in corpus:
        words.add([text])
    return words


@given(texts)
def test_sequences_are_counted_as_a_plain_count_does(corpus: list[list[str]]) -> None:
    words = filled(corpus)
    allowed = np.array([word != "" for word in words.words])
    counted: Counter[tuple[str, ...]] = Counter()
    spread: dict[tuple[str, ...], set[int]] = {}
    for owner, text in enumerate(corpus):
        for first in range(len(text)):
            for size in range(1, 7):
                sequence = tuple(text[first : first + size])
                if len(sequence) == size and "" not in sequence:
                    counted[sequence] += 1
                    spread.setdefault(sequence, set()).add(owner)
    expected = {s: (counted[s], len(spread[s])) for s in counted if len(spread[s]) >= 2}
    found = {}
    places = Occurrences(words)
    for level in levels(words, allowed, least=2):
        for n, first in enumerate(level.firsts):
            numbers = words.tokens[first : first + level.size]
            sequence = tuple(words.words[i] for i in numbers)
            found[sequence] = (int(level.counts[n]), int(level.records[n]))
            assert len(places.of(numbers)) == level.counts[n]
    assert found == expected


@given(texts)
def test_the_c_value_is_that_of_its_definition(corpus: list[list[str]]) -> None:
    """Against the formula of Frantzi, Ananiadou & Mima, over all pairs of sequences."""
    words = filled(corpus)
    allowed = np.array([word != "" for word in words.words])
    found = list(levels(words, allowed, least=2))
    terms = [np.full(len(level.counts), level.size > 1) for level in found]
    flat = [
        (tuple(words.tokens[f : f + level.size].tolist()), int(level.counts[n]))
        for level in found
        for n, f in enumerate(level.firsts)
    ]
    values = [value for level in c_values(found, terms) for value in level]
    for (sequence, count), value in zip(flat, values, strict=True):
        size = len(sequence)
        outer = [
            f
            for longer, f in flat
            if len(longer) > size
            and any(longer[i : i + size] == sequence for i in range(len(longer)))
        ]
        nested = sum(outer) / len(outer) if outer else 0.0
        assert math.isclose(value, math.log2(size) * (count - nested), abs_tol=1e-9)
