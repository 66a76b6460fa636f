"""Folding, units and words: offsets, tiling, and agreement with the reference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.policy import ParsedPolicy
from indexer.analysis.analyzer import (
    Analyzer,
    Token,
    default_analyzer,
    fold,
    fold_text,
    literal_texts,
    literal_units,
)
from indexer.analysis.segmenter import ReferenceSegmenter, RustSegmenter, project_words
from tests.support import oracle

chinese = st.text(
    st.one_of(
        st.sampled_from(
            "社区治理三联动党建引领網格化聯動邻里的和“”。！？；，、\n 　＋+１５分钟abcＮ𠮷𠀀"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@given(chinese)
def test_folded_offsets_cover_the_original_in_order(text: str) -> None:
    folded = fold(text)
    assert folded.text == fold_text(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(folded.starts) == sorted(folded.starts)


@given(chinese)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold_text(text)
    assert literal_texts(once) == literal_texts(text)


@given(chinese)
def test_units_agree_with_the_definition(text: str) -> None:
    assert tuple(literal_texts(text)) == oracle.units(text)
    units = literal_units(text)
    assert [unit.text for unit in units] == literal_texts(text)
    assert [unit.position for unit in units] == list(range(len(units)))


@given(chinese)
def test_a_unit_is_what_stands_at_its_place(text: str) -> None:
    for unit in literal_units(text):
        assert unit.text in literal_texts(text[unit.start : unit.end])


@given(chinese)
def test_segments_tile_the_folded_text(text: str) -> None:
    segments = default_analyzer().segments(text)
    assert "".join(segment.text for segment in segments) == fold_text(text)


@given(chinese)
def test_leaf_words_are_among_the_words(text: str) -> None:
    analyzer = default_analyzer()

    def key(token: Token) -> tuple[str, int, int]:
        return token.text, token.start, token.end

    words = {key(word) for word in analyzer.words(text)}
    assert {key(leaf) for leaf in analyzer.leaf_words(text)} <= words
    assert [word.text for word in analyzer.words(text)] == analyzer.word_texts(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("“三社+N”联动", ["三", "社", "+", "n", "联", "动"]),
        ("１５分钟、Ｃ＋＋", ["15", "分", "钟", "c", "+", "+"]),
        ("好！？\n。” 完", ["好", "。", "完"]),
        ("聯動 𠮷𠀀", ["联", "动", "𠮷", "𠀀"]),
        ("cafe\u0301 ½ ㎏", ["caf", "é", "1", "2", "kg"]),
        ("葛\U000e0100城\u200b", ["葛", "城"]),
    ],
)
def test_units_of_mixed_text(text: str, units: list[str]) -> None:
    assert literal_texts(text) == units


def test_a_unit_points_at_the_published_characters() -> None:
    text = "构建１５分钟“㎏”圈"
    spans = {unit.text: text[unit.start : unit.end] for unit in literal_units(text)}
    assert spans["15"] == "１５"
    assert spans["kg"] == "㎏"


def texts(words: tuple[Token, ...]) -> list[str]:
    return [word.text for word in words]


def test_a_dictionary_word_does_not_hide_the_words_inside_it() -> None:
    analyzer = default_analyzer()
    assert texts(analyzer.words("三社联动"))[0] == "三社联动"
    assert {"三社", "联动"} <= set(texts(analyzer.words("三社联动")))
    assert texts(analyzer.leaf_words("三社联动")) == ["三社", "联动"]
    assert texts(analyzer.leaf_words("网格化")) == ["网格化"]
    assert texts(analyzer.leaf_words("社区的治理")) == ["社区", "治理"]


def test_a_very_long_run_costs_no_more_than_its_length() -> None:
    analyzer = default_analyzer()
    assert texts(analyzer.words("a" * 50_000)) == ["a" * 50_000]


@settings(max_examples=25)
@given(data=st.data())
def test_the_fast_segmenter_cuts_like_jieba(notice: ParsedPolicy, data: st.DataObject) -> None:
    texts = [text for record in notice.records for text in (record.title, record.body) if text]
    text = fold_text(data.draw(st.sampled_from(texts)))
    start = data.draw(st.integers(0, len(text) - 1))
    assert _fast().cut(text[start:]) == _reference().cut(text[start:])


_MADE: dict[str, RustSegmenter | ReferenceSegmenter] = {}


def _fast() -> RustSegmenter | ReferenceSegmenter:
    return _MADE.setdefault("fast", RustSegmenter(project_words()))


def _reference() -> RustSegmenter | ReferenceSegmenter:
    if "reference" not in _MADE:
        _MADE["reference"] = ReferenceSegmenter(project_words())
    return _MADE["reference"]


def test_the_stamp_follows_the_dictionary_and_the_stop_words() -> None:
    base = Analyzer(["三社"], ["的"])
    assert Analyzer(["三社"], ["的"]).stamp == base.stamp
    assert Analyzer(["三社", "五社"], ["的"]).stamp != base.stamp
    assert Analyzer(["三社"], ["的", "了"]).stamp != base.stamp
