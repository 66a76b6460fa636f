"""Words that say an operator, read as one; and those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given

from indexer.query.rendering import render
from indexer.suggest.operator_words import spelled_out
from tests.indexer.query.test_rendering import TYPED


@pytest.mark.parametrize(
    ("typed", "meant", "word"),
    [
        ("党建 不要 网格", "党建 -网格", "不要"),
        ("党建 但 不要 网格", "党建 -网格", "不要"),
        ("除了 网格 以外 党建", "-网格 党建", "除了"),
        ("除了网格之外，党建", "-网格 党建", "除了"),
        ("主题:党建 不含 “网格”", '主题:党建 -"网格"', "不含"),
        ("党建 不要 (网格 OR 信息)", "党建 -(网格 OR 信息)", "不要"),
        ("党建 非 网格 和 信息化", "党建 -网格 信息化", "非"),
        ("网格化 或 信息化 不含 物业", "网格化 OR 信息化 -物业", "或"),
        ("PPP but not wifi", "PPP -wifi", "not"),
        ("党建但不含网格", "党建 -网格", "但不含"),
    ],
)
def test_what_is_said_becomes_the_query(typed: str, meant: str, word: str) -> None:
    found = spelled_out(typed, within_chunks=True)
    assert found is not None
    assert (render(found.tree), found.word) == (meant, word)


@pytest.mark.parametrize(
    "typed",
    [
        "党建",
        "不要",
        "排除",
        "党建 不要",
        "“不要” 网格",
        "主题:不要 网格",
        "党建 -不要",
        "除夕 网格",
        "",
    ],
)
def test_other_queries_say_no_operator(typed: str) -> None:
    assert spelled_out(typed, within_chunks=True) is None


def test_a_word_within_a_chunk_counts_only_where_that_is_asked_for() -> None:
    assert spelled_out("党建但不含网格", within_chunks=False) is None


@given(TYPED)
def test_any_query_can_be_read(text: str) -> None:
    found = spelled_out(text, within_chunks=True)
    assert found is None or found.operator in ("-", "OR", "")
