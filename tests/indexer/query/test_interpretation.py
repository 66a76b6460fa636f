"""The sentence that tells the user what was searched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import default_analyzer
from indexer.query.interpretation import MAX_TEXT, MAX_WORDS, interpret
from indexer.query.parser import parse


def said(typed: str) -> str:
    return interpret(parse(typed).tree, default_analyzer())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("三社联动", "精确匹配“三社联动”，或同时包含“三社”和“联动”"),
        ("“三社联动”", "精确匹配“三社联动”"),
        ("社区", "精确匹配“社区”"),
        ("《社区》", "精确匹配“《社区》”"),
        ("的", "精确匹配“的”"),
        ("的社区", "精确匹配“的社区”，或包含“社区”"),
        ("三社联动三社", "精确匹配“三社联动三社”，或同时包含“三社”和“联动”"),
        ("社区 物业", "精确匹配“社区”并且精确匹配“物业”"),
        (
            "三社联动 物业",
            "（精确匹配“三社联动”，或同时包含“三社”和“联动”）并且精确匹配“物业”",
        ),
        (
            "社区 OR 物业 -养老",
            "精确匹配“社区”或者（精确匹配“物业”并且不含“养老”）",
        ),
        ("-养老 -物业", "全部记录，但不含“养老”，不含“物业”"),
        (
            "社区 -(三社联动 物业)",
            "精确匹配“社区”并且不符合（精确匹配“三社联动”并且精确匹配“物业”）",
        ),
        ("主题:三社联动", "在主题中精确匹配“三社联动”，或同时包含“三社”和“联动”"),
        ("社区 -单位:“北京”", "精确匹配“社区”并且在单位中不含“北京”"),
        ("标题:批复", "在文件标题中精确匹配“批复”"),
        ("省:四川", "省级名称以“四川”开头"),
        ("省:四川 -市:成都", "省级名称以“四川”开头并且地级名称不以“成都”开头"),
        ("议题:三社联动 OR 关键词:物业", "议题为“三社联动”或者关键词为“物业”"),
        ("年:2015..2019", "成文日期在 2015-01-01 至 2019-12-31 之间"),
        ("年:2015..", "成文日期从 2015-01-01 起"),
        ("年:..2019", "成文日期到 2019-12-31 为止"),
        ("同句:(社区 物业)", "同一句中（精确匹配“社区”并且精确匹配“物业”）"),
        ("“三社+n”*", "精确匹配“三社+n*”"),
        ("", "全部记录"),
        ("……", "没有可检索的文字"),
    ],
)
def test_sentence(typed: str, sentence: str) -> None:
    assert said(typed) == sentence


def test_only_the_last_word_of_a_prefix_is_open() -> None:
    assert said("社区三社联动*").endswith("和“联动*”")


def test_a_literal_over_two_lines_is_said_on_one() -> None:
    assert said("“社区\n治理”") == "精确匹配“社区 治理”"


def test_long_texts_and_long_lists_are_shortened() -> None:
    text = "以社区信息化建设为支撑以培育公共精神为核心构建守望相助和谐幸福家园探索网格服务机制"
    sentence = said(text)
    assert f"精确匹配“{text[: MAX_TEXT - 1]}…”" in sentence
    words = {leaf.text for leaf in default_analyzer().leaf_words(text)}
    assert sentence.endswith(f"等 {len(words)} 个词")
    assert sentence.split("同时包含")[1].count("“") == MAX_WORDS


@given(st.text() | st.text("社区治理()“” OR-主题：同句省年2019*", max_size=40))
@settings(deadline=None)
def test_any_query_can_be_said_on_one_line(typed: str) -> None:
    sentence = said(typed)
    assert sentence
    assert len(sentence.splitlines()) == 1
