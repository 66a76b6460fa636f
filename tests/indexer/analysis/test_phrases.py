"""The phrase trie against a brute-force scan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import literal_texts
from indexer.analysis.phrases import PhraseTrie, phrase_key

UNITS = st.lists(st.sampled_from("三社联动。"), max_size=30)
PHRASES = st.lists(st.lists(st.sampled_from("三社联动"), min_size=1, max_size=4).map(tuple))


@given(PHRASES, UNITS)
def test_finds_every_place_of_every_phrase_and_nothing_else(
    phrases: list[tuple[str, ...]], units: list[str]
) -> None:
    found = [(place.key, place.first, place.stop) for place in PhraseTrie(phrases).scan(units)]
    expected = {
        (phrase, first, first + len(phrase))
        for phrase in phrases
        for first in range(len(units))
        if tuple(units[first : first + len(phrase)]) == phrase
    }
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_phrase_is_spotted_however_it_is_written() -> None:
    trie = PhraseTrie([phrase_key("三社+N联动")])
    for text in ("“三社+N”联动", "三社＋Ｎ 联动", "三社+n聯動", "三社+N，联动"):
        assert [p.key for p in trie.scan(literal_texts(text))] == [phrase_key("三社+N联动")], text
    for text in ("三社+N。联动", "三社N联动", "三社+NN联动"):
        assert not list(trie.scan(literal_texts(text))), text
