"""The right answers on the bundled notice, through the public search call."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import fold_text, literal_texts
from indexer.errors import PageOutOfRange, RecordNotFound, ThemeNotFound
from indexer.results.model import FACETS, Filters, Results
from indexer.searcher import Searcher
from tests.conftest import NUMBER


def zones(results: Results, match: str | None) -> set[int]:
    return {
        hit.record.record.n
        for hit in results.hits
        if hit.record.record.kind == "zone" and hit.match == match
    }


@pytest.mark.parametrize(
    ("query", "literal", "words"),
    [
        ("三社联动", {7, 16, 23, 31}, {25}),
        ("三社聯動", {7, 16, 23, 31}, {25}),
        ("“三社联动”", {7, 16, 23, 31}, set()),
        ('"三社+N"', {25}, set()),
        ("网格化", {11, 20, 30}, set()),
        ("15分钟", {14, 22}, set()),
        ("１５分钟", {14, 22}, set()),
        ("共建共治共享", {1, 12, 28}, set()),
        ("清单", {6, 28, 29}, set()),
        ("市带县", {21}, set()),
        ("三社联动机制", {7}, {23, 31}),
        ("党建引领", {2, 23, 26}, set()),
        ("岭东区", {4}, set()),
        ("主题:邻里", {4, 10}, set()),
        ("单位:成都市", {26, 27}, set()),
        ("三社联动 -党建", {7, 16, 31}, {25}),
        ("双", {4, 11, 17}, set()),
        ("三社联动 OR 市带县", {7, 16, 21, 23, 31}, {25}),
    ],
)
def test_right_answers(searcher: Searcher, query: str, literal: set[int], words: set[int]) -> None:
    results = searcher.export(query)
    assert zones(results, "literal") == literal
    assert zones(results, "words") == words


def test_the_number_finds_its_line(searcher: Searcher) -> None:
    results = searcher.export(f'"{NUMBER}"')
    assert [hit.record.record.body for hit in results.hits] == [NUMBER]


def test_the_running_text_is_found_too(searcher: Searcher) -> None:
    kinds = {hit.record.record.kind for hit in searcher.export("岭东区").hits}
    assert kinds == {"zone", "passage"}


def test_a_region_facet_knows_more_than_the_unit(searcher: Searcher) -> None:
    results = searcher.export("", filters=Filters(city=("成都市",)))
    assert zones(results, None) == {26, 27, 28}


def test_an_empty_query_means_all_records(searcher: Searcher) -> None:
    results = searcher.search("")
    assert results.total == searcher.info.records
    assert {hit.match for hit in results.hits} == {None}


def test_the_interpretation_says_what_was_searched(searcher: Searcher) -> None:
    said = searcher.search("三社联动").interpretation
    assert said == "精确匹配“三社联动”，或同时包含“三社”和“联动”"


def test_a_theme_is_found_by_its_variant(searcher: Searcher) -> None:
    by_name = searcher.export("议题:三社联动")
    assert zones(by_name, None) == {7, 16, 23, 25, 31}
    theme = searcher.theme("三社联动")
    assert [each.hit.record.record.n for each in theme.records] == [7, 16, 23, 25, 31]
    for variant in theme.variants:
        assert zones(searcher.export(f"议题:“{variant}”"), None) == {7, 16, 23, 25, 31}


def test_theme_counts_equal_their_records(searcher: Searcher) -> None:
    for theme in searcher.themes():
        assert theme.count == len(searcher.theme(theme.name).records)
    with pytest.raises(ThemeNotFound):
        searcher.theme("火星基地")


def test_the_shape_is_what_was_promised(searcher: Searcher) -> None:
    data = searcher.search("三社联动").to_dict()
    assert list(data) == [
        *("query", "interpretation", "warnings", "total", "document_total", "partial_total"),
        *("total_documents", "page", "size", "took_ms", "index", "hits", "facets", "suggestions"),
    ]
    assert set(data["index"]) == {"version", "built_at", "records"}
    hit = data["hits"][0]
    assert list(hit) == [
        *("id", "kind", "n", "score", "match", "policy", "unit", "status", "region"),
        *("title", "body", "themes", "keywords", "highlights", "snippets"),
    ]
    assert set(hit["policy"]) == {
        *("id", "title", "number", "issuer", "date", "category"),
        *("issuers", "region", "level", "validity", "ocr"),
    }
    assert set(hit["region"]) == {"province", "city", "county", "code"}
    assert set(hit["highlights"]) == set(hit["snippets"]) == {"unit", "title", "body"}
    assert list(data["facets"]) == list(FACETS)
    for values in data["facets"].values():
        for value in values:
            assert set(value) == {"value", "label", "count", "selected"}


@settings(max_examples=200)
@given(data=st.data())
def test_what_is_marked_is_what_was_searched(searcher: Searcher, data: st.DataObject) -> None:
    """Each mark of a quoted part, folded, is that part; and every hit has one."""
    texts = [hit.record.record.body for hit in searcher.search("", size=200).hits]
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : start + data.draw(st.integers(1, 12))]
    query = "“" + "".join(c for c in part if c not in '“”"「」『』＂') + "”"
    for hit in searcher.export(query).hits:
        record = hit.record.record
        by_field = {"unit": record.unit or "", "title": record.title, "body": record.body}
        ranges = [(name, r) for name, found in hit.highlights.items() for r in found]
        if hit.match == "literal":
            assert ranges
        for name, (first, last) in ranges:
            marked = by_field[name][first:last]
            assert literal_texts(marked) == literal_texts(part), fold_text(marked)


def test_a_page_past_the_end_is_an_error_and_unknown_records_too(searcher: Searcher) -> None:
    with pytest.raises(PageOutOfRange):
        searcher.search("三社联动", page=999)
    with pytest.raises(RecordNotFound):
        searcher.record("没有/zone-1")
    with pytest.raises(RecordNotFound):
        searcher.passages("没有")


def test_a_policy_gives_all_its_records_and_marks_only_what_was_found(
    searcher: Searcher,
) -> None:
    hits = searcher.passages(NUMBER, "“三社联动”")
    assert len(hits) == searcher.info.records
    marked = {hit.record.record.n for hit in hits if any(hit.highlights.values())}
    assert marked == {7, 16, 23, 31}
