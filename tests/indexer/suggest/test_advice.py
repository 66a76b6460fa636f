"""What is suggested when little is found: true counts, never more than asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import default_analyzer
from indexer.results.model import Filters, Suggestion
from indexer.searcher import Searcher
from indexer.suggest.advice import FEW, KINDS, MAX_SUGGESTIONS
from indexer.suggest.spelling import Speller
from indexer.suggest.term_book import BookEntry, TermBook, term_book_arrays


def advice(searcher: Searcher, text: str, filters: Filters | None = None) -> dict[str, Suggestion]:
    """The first suggestion of each kind."""
    found = searcher.search(text, filters=filters or Filters()).suggestions
    return {each.kind: each for each in reversed(found)}


TEXTS = [
    "三设联动",
    "三社联动",
    "社区织理",
    "党剑引领",
    "火星",
    "联动三社",
    "四川省",
    "民政部",
    "治理创新",
]
PIECES = [
    *(*TEXTS, *(f'"{text}"' for text in TEXTS), '"治理 社区"', "-社区", "OR", "(", ")"),
    *(
        "主题:火星",
        "单位:党建",
        "内容:社区织理",
        "省:成都",
        "议题:三设联动",
        "年:2018",
        "同句:(三社 党建)",
        "同文件:(网格化 智慧社区)",
        "同文件:(三设联动 火星)",
    ),
]
QUERIES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join)
CHOICES = st.sampled_from(
    [Filters(), Filters(province=("四川省",)), Filters(kind=("passage",)), Filters(year=("2018",))]
)


@given(QUERIES, CHOICES)
@example('"治理 社区" 内容:火星', Filters(province=("四川省",)))
def test_every_suggestion_gives_what_it_says(
    searcher: Searcher, text: str, filters: Filters
) -> None:
    found = searcher.search(text, filters=filters)
    assert len(found.suggestions) <= MAX_SUGGESTIONS
    assert found.total < FEW or not found.suggestions
    kinds = [KINDS.index(each.kind) for each in found.suggestions]
    assert kinds == sorted(kinds)
    for each in found.suggestions:
        under = Filters() if each.kind == "filters" else filters
        assert searcher.search(each.query, filters=under).total == each.count, each
        assert each.count > found.total
        assert each.kind == "filters" or each.query in each.label


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("三设联动", "三社联动"),
        ("三設聯動", "三社联动"),
        ("社区织理", "社区治理"),
        ("党剑引领", "党建引领"),
        ("“三设联动”", '"三社联动"'),
        ("主题:三设联动", "主题:三社联动"),
        ("议题:三设联动", "议题:三社联动"),
        ("三社聊动机制", "三社联动机制"),
        ("三联社动", "三社联动"),
        ("三社动", "三社联动"),
        ("sansheliandong", "三社联动"),
        ("党建 三设联动", "党建 三社联动"),
        ("三设联动 火星", "三社联动"),
    ],
)
def test_slips_are_put_right(searcher: Searcher, typed: str, meant: str) -> None:
    suggestion = advice(searcher, typed)["spelling"]
    assert suggestion.query == meant
    assert suggestion.label == f"您是不是要找：{meant}"
    assert suggestion.count == searcher.search(meant).total > 0


@pytest.mark.parametrize(
    "typed", ["火星", "火星基地", "上海市火星区", "社", "2018", "abc", "三社联动"]
)
def test_what_is_no_slip_is_left_alone(searcher: Searcher, typed: str) -> None:
    assert "spelling" not in advice(searcher, typed)


@pytest.mark.parametrize(
    ("typed", "kind", "query"),
    [
        ('"联动机制 三社"', "words", "联动机制 三社"),
        ("三社联动 火星", "drop", "三社联动"),
        ("火星三社联动", "drop", "三社联动"),
        ('"火星 三社联动"', "drop", "三社联动"),
        ("三社联动 火星", "or", "三社联动 OR 火星"),
        ("单位:三社联动", "field", "三社联动"),
        ("省:成都", "field", "成都"),
        ("网格化 智慧社区", "document", "同文件:(网格化 智慧社区)"),
        ("网格化 智慧社区 年:2019", "document", "同文件:(网格化 智慧社区) 年:2019"),
        ("同文件:(网格化 智慧社区 火星)", "drop", "同文件:(网格化 智慧社区)"),
        ("同文件:(网格化 火星)", "drop", "网格化"),
        ("同文件:(网格化 火星)", "or", "网格化 OR 火星"),
        ("同文件:(“三设联动” 党建)", "spelling", '同文件:("三社联动" 党建)'),
        ("民函〔2019〕41号", "field", "文号:民函〔2019〕41号"),
    ],
)
def test_each_way_out_is_shown(searcher: Searcher, typed: str, kind: str, query: str) -> None:
    suggestion = advice(searcher, typed)[kind]
    assert suggestion.query == query
    assert suggestion.count == searcher.search(query).total


def test_filters_that_hide_everything_are_named(searcher: Searcher) -> None:
    hidden = Filters(province=("四川省",), kind=("passage",))
    suggestion = advice(searcher, "三社联动", hidden)["filters"]
    assert suggestion.query == "三社联动"
    assert suggestion.count == searcher.search("三社联动").total


def test_nothing_is_applied_by_itself(searcher: Searcher) -> None:
    found = searcher.search("“三设联动”")
    assert found.suggestions
    assert (found.total, found.hits) == (0, ())
    assert "三社联动" not in found.interpretation


def test_exports_carry_no_advice(searcher: Searcher) -> None:
    assert searcher.export("三设联动").suggestions == ()


def speller(directory: Path, *entries: BookEntry) -> Speller:
    return Speller(TermBook(term_book_arrays(entries)), default_analyzer())


def test_a_place_is_not_corrected_into_another(tmp_path: Path) -> None:
    """One character of three makes another place; the same sound makes a slip."""
    places = speller(tmp_path, BookEntry("靖江市", "term", 90), BookEntry("南京市", "term", 90))
    assert places.corrections("临江市") == ()
    assert places.corrections("北京市") == ()
    assert places.corrections("静江市") == ("靖江市",)


def test_the_rare_is_corrected_into_the_frequent_only(tmp_path: Path) -> None:
    terms = speller(tmp_path, BookEntry("权利", "term", 90), BookEntry("权力", "term", 5))
    assert terms.corrections("权力") == ("权利",)
    assert terms.corrections("权利") == ()


def test_one_character_is_taken_at_its_word(tmp_path: Path) -> None:
    assert speller(tmp_path, BookEntry("社", "term", 90)).corrections("设") == ()
