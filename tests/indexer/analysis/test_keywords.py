"""Keywords of real records."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.parsing import notice
from corpus.policy import Record
from indexer.analysis.analyzer import default_analyzer, fold_text
from indexer.analysis.keywords import DEFAULT_LIMIT, KeywordExtractor, default_extractor
from indexer.analysis.segmenter import read_list

NOTICE = Path(corpus.__file__).parent / "texts" / "000_ecd089e9178dfbd0.txt"
TEXTS = st.text(st.sampled_from("三社联动党建引领居民公约社区治理2019第一条，。 ABc"), max_size=40)


@cache
def zones() -> dict[int, Record]:
    text = NOTICE.read_text(encoding="utf-8")
    parsed = notice.parse(text, source=NOTICE.name, sha256="0" * 64)
    return {r.n: r for r in parsed.records if r.kind == "zone"}


def keywords(n: int) -> tuple[str, ...]:
    return default_extractor().extract(zones()[n].title, zones()[n].body)


@pytest.mark.parametrize(
    ("n", "first"),
    [
        (1, {"老街坊"}),
        (5, {"社区工作者"}),
        (7, {"三社联动"}),
        (9, {"智慧社区", "大数据"}),
        (11, {"双网共生", "居民自治", "网格化服务管理"}),
        (18, {"居民公约", "三治融合"}),
        (23, {"三社联动", "党建领航"}),
        (26, {"社区提案", "党建引领"}),
        (29, {"减负增效"}),
    ],
)
def test_the_first_keywords_say_what_a_zone_is_about(n: int, first: set[str]) -> None:
    assert set(keywords(n)[: len(first)]) == first


def test_staple_words_of_the_domain_are_never_keywords() -> None:
    ignored = {fold_text(word) for word in read_list("keyword_stopwords.txt")}
    assert {"社区", "治理", "机制", "探索"} <= ignored
    for n in zones():
        found = keywords(n)
        assert found, f"zone {n} has no keyword"
        assert len(found) <= DEFAULT_LIMIT
        assert not ignored & set(found)


def test_every_keyword_stands_in_its_text() -> None:
    for n, zone in zones().items():
        for word in keywords(n):
            assert word in fold_text(zone.title) or word in fold_text(zone.body)


def test_the_longer_term_stands_for_its_parts() -> None:
    found = default_extractor().extract("", "三社、联动与三社联动，党建和党建引领")
    assert set(found) == {"三社联动", "党建引领"}


def test_the_title_counts_more() -> None:
    extract = default_extractor().extract
    assert extract("居民公约", "志愿服务")[0] == "居民公约"
    assert extract("志愿服务", "居民公约")[0] == "志愿服务"


def test_numbers_letters_and_counts_are_no_keywords() -> None:
    assert default_extractor().extract("第三十二条", "2019年 PPP 一个、两级、第三条、的 了") == ()
    assert default_extractor().extract("", "") == ()


def test_fewer_can_be_asked_for() -> None:
    few = KeywordExtractor(default_analyzer(), read_list("keyword_stopwords.txt"), limit=2)
    assert few.extract(zones()[1].title, zones()[1].body) == keywords(1)[:2]
    assert few.stamp != default_extractor().stamp


@given(TEXTS, TEXTS)
def test_keywords_are_distinct_words_that_do_not_hide_in_each_other(title: str, body: str) -> None:
    found = default_extractor().extract(title, body)
    assert found == default_extractor().extract(title, body)
    for i, word in enumerate(found):
        assert len(word) >= 2
        assert not any(word in other for other in (*found[:i], *found[i + 1 :]))


def test_headings_of_a_law_give_no_keyword_by_their_number() -> None:
    found = default_extractor().extract("第一章 总则 › 第二节 第五条", "街道办事处指导业主大会。")
    assert found and not [word for word in found if "第" in word or word == "总则"]
