"""Patterns as a person writes them: what they meet, what they mark, and what is wrong with them."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.policy import Record
from indexer.analysis.analyzer import ENDER, literal_texts, literal_units
from indexer.errors import LexiconError
from indexer.results.model import Evidence
from indexer.themes.lexicon import ThemeLexicon
from indexer.themes.parts import evidence_parts
from indexer.themes.pattern import (
    MAX_ALTERNATIVES,
    MAX_GAP,
    MAX_LENGTH,
    is_pattern,
    parse_pattern,
    pattern_key,
)
from indexer.themes.theme_file import parse_themes

NAME = "没有这个名称"


def found(pattern: str, text: str) -> tuple[Evidence, ...]:
    """The evidence that a theme of this one pattern has in a text."""
    themes = parse_themes(f'[[theme]]\nname = "{NAME}"\nvariants = ["{pattern}"]', "议题.toml")
    record = Record("x/passage-1", "passage", 1, "", text, None, None, None, ())
    return ThemeLexicon(themes).assign(record).get(NAME, ())


@pytest.mark.parametrize(
    ("pattern", "carried", "not_carried"),
    [
        (
            "{党建|党组织|党工委} … {引领|领导|协调各方}",
            ("社区党建为统一引领", "党组织“协调各方”", "党工委、党支部领导"),
            ("党建做实，引领发展", "引领党建", "党建。引领"),
        ),
        (
            "社区{居民|党员|}大会",
            ("社区居民大会", "社区大会", "社区 党员大会"),
            ("社区的大会", "居民大会"),
        ),
        ("网格…(2)管理", ("网格管理", "网格化的管理"), ("网格化的大管理", "管理网格")),
        ("甲 …，…(3) 乙", ("甲，丙乙", "甲乙", "甲：丙丙丙乙"), ("甲，丙丙丙丙乙", "甲。乙")),
        ("甲 …，… 乙 … 丙", ("甲，乙丁丙",), ("甲，乙，丙", "甲。乙丙")),
        ("{矛盾|纠纷} ~ 化解", ("化解邻里纠纷", "矛盾就地化解"), ("化解难题，消除矛盾",)),
        ("甲 ~，~ 乙 ~，~ 丙", ("丙，乙，甲", "乙甲丙"), ("甲乙。丙", "甲乙")),
        ("信息化 +{社区|小区}", ("社区的信息化",), ("社区很大，信息化", "信息化")),
        ("信息化 ++{社区|小区}", ("社区很大，信息化",), ("社区很大。信息化",)),
        ("分类 … 治理 -{垃圾}", ("分类治理，垃圾分类", "分类来治理"), ("垃圾分类治理",)),
        ("分类 … 治理 --{垃圾}", ("分类治理。垃圾",), ("分类治理，收垃圾",)),
        ("党建+ … 服务", ("“党建+”特色服务",), ("党建特色服务",)),
        ("｛甲｜乙｝……丙 －｛丁｝", ("甲戊丙", "乙丙"), ("甲丁丙",)),
        ("{甲|乙}...丙", ("甲戊丙",), ("甲，丙",)),
    ],
)
def test_what_a_written_pattern_means(
    pattern: str, carried: tuple[str, ...], not_carried: tuple[str, ...]
) -> None:
    for text in carried:
        assert found(pattern, text), text
    for text in not_carried:
        assert not found(pattern, text), text


def test_evidence_names_the_pattern_and_its_parts_are_marked() -> None:
    text = "坚持社区党建为主线来统领各项工作"
    (piece,) = found("{党建|党组织} … {引领|统领}", text)
    assert piece.rule == "pattern:{党建|党组织} … {引领|统领}"
    assert piece.phrase == "党建为主线来统领"
    assert [text[start:end] for start, end in evidence_parts(piece)] == ["党建", "统领"]
    (piece,) = found("{矛盾|纠纷} ~ 化解 ++{社区}", "在社区化解邻里“矛盾”")
    assert [(e - s) for s, e in evidence_parts(piece)] == [2, 2]
    (piece,) = found("{甲乙|丙丁}", "有丙丁")
    assert evidence_parts(piece) == ((1, 3),)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{党建|党组织 … 引领", "没有配对的“}”"),
        ("党建} … 引领", "没有配对的“{”"),
        ("党建|党组织", "花括号外"),
        ("… 引领", "前面没有词"),
        ("党建 …", "以间隔结尾"),
        ("党建 … … 引领", "前面没有词"),
        ("{党建|} … 引领", "可以是空的"),
        ("党建 …(0) 引领", "间隔“…(0)”不对"),
        (f"党建 …({MAX_GAP + 1}) 引领", "不对"),
        ("党建 … 引领 ~ 社区", "几种间隔"),
        ("党建 ~ 引领 ~，~ 社区", "几种间隔"),
        ("甲 ~ 乙 ~ 丙 ~ 丁 ~ 戊", "次序不定"),
        ("党建 +{社区} … 引领", "条件后面还有"),
        ("党建 … 引领 +{社区|}", "空的一项"),
        ("甲…乙…丙…丁…戊…己…庚…辛…壬", "9 段"),
        ("{一。二|三} … 四", "句末标点"),
        ("{" + "|".join(f"甲{i}" for i in range(MAX_ALTERNATIVES + 1)) + "} … 乙", "97 个词"),
        ("{1|2|3|4|5|6|7|8|9|0}" * 3, "太多种写法"),
        ("甲" * 31 + " … 乙", "太长"),
        ("{甲}" * MAX_LENGTH, "太长"),
    ],
)
def test_a_wrong_pattern_names_file_line_and_what_to_do(pattern: str, said: str) -> None:
    text = f'# 一行\n[[theme]]\nname = "甲乙丙"\nvariants = [\n  "好的",\n  "{pattern}",\n]\n'
    with pytest.raises(LexiconError) as error:
        parse_themes(text, "议题.toml")
    assert error.value.message.startswith("议题.toml 第 6 行：")
    assert said in error.value.message
    assert error.value.hint


def test_a_phrase_that_a_pattern_alone_means_leads_to_one_theme() -> None:
    text = '[[theme]]\nname = "甲一"\nvariants = ["{民约|公约}"]\n[[theme]]\nname = "公约"\n'
    with pytest.raises(LexiconError, match="“公约”已经用在议题“甲一”里"):
        parse_themes(text, "议题.toml")


def test_what_is_a_pattern_and_which_are_the_same() -> None:
    assert not is_pattern("三社+N联动") and not is_pattern("共建、共治")
    assert is_pattern("甲…乙") and is_pattern("｛甲｜乙｝")
    assert pattern_key("甲…乙") == pattern_key("甲 …… 乙") != pattern_key("甲乙")
    assert parse_pattern(" 甲  … 乙 ").written == "甲 … 乙"


def _heads(units: list[str], clauses: list[int], gap: int, any_order: bool) -> set[int]:
    """Where a chain of 甲, 乙 or 丙, 丁 can begin, by trying every three places."""
    steps = [{"甲"}, {"乙", "丙"}, {"丁"}]
    heads = set()
    for order in permutations(steps) if any_order else [steps]:
        for a, b, c in permutations(range(len(units)), 3):
            near = 0 < b - a <= gap + 1 and 0 < c - b <= gap + 1
            met = all(units[i] in s for i, s in zip((a, b, c), order, strict=True))
            if near and met and ENDER not in units[a:c] and clauses[a] == clauses[c]:
                heads.add(a)
    return heads


@given(st.text("甲乙丙丁，。", max_size=14), st.integers(1, 4), st.booleans())
def test_a_pattern_is_met_where_trying_every_place_meets_it(
    text: str, gap: int, any_order: bool
) -> None:
    sign = "~" if any_order else "…"
    pattern = f"甲 {sign}({gap}) {{乙|丙}} {sign}({gap}) 丁"
    tokens = literal_units(text)
    clauses = [text[: t.start].count("，") for t in tokens]
    heads = _heads([t.text for t in tokens], clauses, gap, any_order)
    pieces = found(pattern, text)
    assert bool(pieces) == bool(heads)
    assert {len(literal_texts(text[: p.start])) for p in pieces} <= heads


def test_no_pattern_can_be_made_slow() -> None:
    """What would make a backtracking matcher try for ever ends here at once."""
    words = "|".join("甲" * n for n in range(1, 9))
    pattern = " … ".join([f"{{{words}}}"] * 7 + ["乙"])
    assert not found(pattern, "甲" * 3000)
    assert found(pattern, "甲" * 300 + "乙")
