"""Questions as people ask them: what is searched is what they ask about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.linguistics import default_linguistics
from indexer.query.parser import parse
from indexer.query.questions import without_question_words
from indexer.query.tree import chunks_of
from indexer.searcher import Searcher
from indexer.understanding import understanding


def asked_about(text: str) -> list[str]:
    return [each.text for each in chunks_of(without_question_words(parse(text)).tree)]


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("物业不作为怎么办", ["物业不作为"]),
        ("請問物業不作為怎麼辦？", ["物業不作為"]),
        ("您好，请问什么是三社联动？谢谢", ["三社联动"]),
        ("邻居太吵了该找谁呢", ["邻居太吵了"]),
        ("我想咨询一下积分制怎么做比较好", ["积分制"]),
        ("社区能不能帮老人送饭", ["社区", "帮老人送饭"]),
        ("物业费涨价合法吗？", ["物业费涨价合法"]),
        ("社区 网格化是什么", ["社区", "网格化"]),
        # What only looks like it stays.
        ("怎么办", ["怎么办"]),
        ("请问", ["请问"]),
        ("酒吧", ["酒吧"]),
        ("毛呢", ["毛呢"]),
        ("求助热线", ["求助热线"]),
        ("行为何时处罚", ["行为何时处罚"]),
        ("物业投诉处理", ["物业投诉处理"]),
        ("“物业怎么办”", ["物业怎么办"]),
        ("主题:怎么办", ["怎么办"]),
        ("三社联动", ["三社联动"]),
    ],
)
def test_only_what_is_asked_about_is_searched(question: str, about: list[str]) -> None:
    assert asked_about(question) == about


def test_the_words_that_carried_it_are_said() -> None:
    understood = understanding(default_linguistics())("物业不作为怎么办", True)
    assert "“物业”和“不作为”" in understood.interpretation
    assert "怎么办" not in understood.interpretation
    (warning,) = understood.query.warnings
    assert (warning.code, warning.about) == ("question", ("“怎么办”",))
    assert understood.query.text == "物业不作为怎么办"


@given(st.text("怎么办吗请问你好谢能不社区，？ 如何什", max_size=20))
def test_nothing_is_found_less(text: str) -> None:
    """What is left of a chunk stands in the chunk, and something is left where something was."""
    before = [each.text for each in chunks_of(parse(text).tree)]
    after = asked_about(text)
    assert bool(after) == bool(before)
    assert all(any(each in chunk for chunk in before) for each in after)


def test_a_question_finds_as_its_words_do(searcher: Searcher) -> None:
    question = searcher.search("请问三社联动怎么做？谢谢")
    words = searcher.search("三社联动")
    assert question.total == words.total > 0
    assert [hit.record.record.id for hit in question.hits] == [
        hit.record.record.id for hit in words.hits
    ]
