"""Chosen records, what records share, and searching within: checked against plain counting."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import ENDER, literal_units
from indexer.query.parser import parse
from indexer.query.refinement import within
from indexer.query.tree import And
from indexer.results.comparison import compare
from indexer.results.model import FACETS
from indexer.searcher import Searcher
from indexer.selection import missing, select
from tests.conftest import NUMBER
from tests.support.samples import exported

ALL = [f"{NUMBER}/zone-{n}" for n in range(1, 32)]


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=6))
def test_a_selection_is_exactly_what_was_chosen_in_its_order(
    searcher: Searcher, ids: list[str]
) -> None:
    results = select(searcher, ids)
    assert [hit.record.record.id for hit in results.hits] == list(dict.fromkeys(ids))
    assert results.total == len(results.hits)
    assert missing(results) == () and results.warnings == ()
    for facet in ("theme", "keyword"):
        for value in results.facets[facet]:
            names = [
                hit.record.themes if facet == "theme" else hit.record.keywords
                for hit in results.hits
            ]
            assert value.count == sum(value.value in each for each in names)


def test_facets_of_a_selection_of_everything_are_the_searchers(searcher: Searcher) -> None:
    everything = searcher.export("")
    chosen = select(searcher, [hit.record.record.id for hit in everything.hits])
    assert {f: chosen.facets[f] for f in FACETS} == dict(everything.facets)


@pytest.mark.parametrize(
    "gone", [f"{NUMBER}/zone-99", "国发〔2030〕1号/zone-1", "x" * 5000, "\x00"]
)
def test_what_is_gone_is_named_and_the_rest_kept(searcher: Searcher, gone: str) -> None:
    results = select(searcher, [ALL[3], gone, ALL[0]])
    assert [hit.record.record.id for hit in results.hits] == [ALL[3], ALL[0]]
    assert missing(results) == (gone,)
    assert gone in results.warnings[0].message


def test_an_export_of_a_selection_says_that_it_is_one(searcher: Searcher) -> None:
    results = select(searcher, [ALL[6], ALL[0], "x/zone-1"])
    provenance = json.loads(exported(results, "json"))["provenance"]
    assert provenance["filters"] == {"id": [ALL[6], ALL[0], "x/zone-1"]}
    assert provenance["missing"] == ["x/zone-1"]
    assert (provenance["sort"], provenance["count"]) == ("chosen", 2)
    line = exported(results, "md").decode("utf-8").splitlines()[0]
    for said in ("逐条选定", "选定顺序", "馆藏中没有：x/zone-1"):
        assert said in line


# Comparison


def bigrams(text: str) -> set[tuple[str, str]]:
    units = [unit.text for unit in literal_units(text)]
    return {pair for pair in pairwise(units) if ENDER not in pair}


@given(st.lists(st.sampled_from(ALL), min_size=2, max_size=4, unique=True))
def test_marks_are_the_text_that_stands_in_another_record_too(
    searcher: Searcher, ids: list[str]
) -> None:
    hits = select(searcher, ids).hits
    comparison = compare(hits)
    for at, one in enumerate(comparison.records):
        others = set[tuple[str, str]]()
        for other in (*hits[:at], *hits[at + 1 :]):
            others |= bigrams(other.record.record.title) | bigrams(other.record.record.body)
        for field in ("title", "body"):
            text = getattr(one.hit.record.record, field)
            marked = {i for start, end in one.marks[field] for i in range(start, end)}
            units = literal_units(text)
            for first, second in pairwise(units):
                both = {*range(first.start, first.end), *range(second.start, second.end)}
                if (first.text, second.text) in others:
                    assert both <= marked
            for start, end in one.marks[field]:
                assert bigrams(text[start:end]) <= others
                assert len(literal_units(text[start:end])) >= 2


def test_shared_themes_and_keywords_are_counted(searcher: Searcher) -> None:
    hits = select(searcher, [ALL[6], ALL[22], ALL[30]]).hits
    comparison = compare(hits)
    assert comparison.themes["三社联动"] == 3
    for names, of in ((comparison.themes, "themes"), (comparison.keywords, "keywords")):
        every = [set(getattr(hit.record, of)) for hit in hits]
        expected = {name: sum(name in each for each in every) for name in set().union(*every)}
        assert dict(names) == {name: n for name, n in expected.items() if n > 1}


# Search within results

QUERIES = [
    *(
        "三社联动",
        "党建 协商",
        "网格化 OR 信息化",
        "“三社+N”",
        '"社区',
        "社区 -机制",
        "-党建",
        "省:四川",
    ),
    *(
        "主题:(物业 OR 减负)",
        "年:2019",
        "同句:(平台 信息)",
        "(社区",
        "治理)",
        "社区｜党建",
        "A*",
        "“老街坊",
    ),
]


@given(st.sampled_from(QUERIES), st.sampled_from(QUERIES))
def test_searching_within_finds_what_both_find(searcher: Searcher, old: str, new: str) -> None:
    def found(query: str) -> set[str]:
        return {hit.record.record.id for hit in searcher.export(query, synonyms=False).hits}

    assert found(within(old, new)) == found(old) & found(new)


@given(st.text(max_size=30), st.text(max_size=30))
def test_searching_within_never_fails(old: str, new: str) -> None:
    parse(within(old, new))


def test_brackets_stand_only_where_they_are_needed() -> None:
    assert within("三社联动", "党建") == "三社联动 党建"
    assert within("网格化 OR 信息化", "党建") == "(网格化 OR 信息化) 党建"
    assert within("", "党建") == "党建"
    assert isinstance(parse(within("A OR B", "C OR D")).tree, And)
