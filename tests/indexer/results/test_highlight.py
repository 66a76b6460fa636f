"""Snippets: nothing unescaped, cut where a reader would cut."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import default_analyzer
from indexer.analysis.folding import fold_text
from indexer.analysis.segmenter import ReferenceSegmenter, RustSegmenter, project_words
from indexer.query.parser import parse
from indexer.results.highlight import SNIPPET_SIZE, highlight, highlights, snippet
from indexer.results.spans import mark, merge
from indexer.results.texts import BOUNDS, BREAK
from tests.support.samples import make_hit


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = draw(st.text(st.sampled_from("社区治理，。；<>&\"'a\n"), min_size=1, max_size=600))
    point = st.integers(0, len(text) - 1)
    ranges = draw(st.lists(st.tuples(point, st.integers(1, 8)), max_size=5))
    return text, merge((start, min(len(text), start + size)) for start, size in ranges)


@given(marked_texts())
def test_the_html_is_the_text_escaped_but_for_the_marks(
    case: tuple[str, tuple[tuple[int, int], ...]],
) -> None:
    text, marks = case
    marked = mark(text, marks)
    assert html.unescape(re.sub("</?mark>", "", marked)) == text
    inside = re.findall("<mark>(.*?)</mark>", marked, re.DOTALL)
    assert [html.unescape(part) for part in inside] == [text[a:b] for a, b in marks]


@given(marked_texts())
def test_a_snippet_is_part_of_the_text_and_shows_a_mark(
    case: tuple[str, tuple[tuple[int, int], ...]],
) -> None:
    text, marks = case
    shown = snippet(text, marks)
    plain = html.unescape(re.sub("</?mark>", "", shown))
    assert plain.strip("…") in text
    assert len(plain) <= SNIPPET_SIZE + 2
    assert ("<mark>" in shown) == bool(marks)
    if len(text) <= SNIPPET_SIZE:
        assert plain == text


def test_a_long_text_is_cut_at_clause_bounds() -> None:
    text = "前文说明情况。" * 30 + "这里讲三社联动，很重要。" + "后文继续说明。" * 30
    at = text.index("三社联动")
    shown = snippet(text, [(at, at + 4)])
    assert shown.startswith("…前文说明情况。")
    assert "<mark>三社联动</mark>" in shown
    assert shown.endswith("。…")


def test_ranges_that_touch_stay_apart_and_those_that_overlap_unite() -> None:
    assert merge([(4, 6), (0, 2), (2, 4), (5, 8)]) == ((0, 2), (2, 4), (4, 8))
    assert merge([(4, 6), (0, 2), (2, 4), (7, 8)], touching=True) == ((0, 6), (7, 8))


_WORDS = (
    "社区",
    "治理",
    "三社",
    "联动",
    "行政",
    "许可",
    "的",
    "，",
    "。",
    "①",
    "5",
    "km",
    "e\u0301",
)
texts = st.lists(st.sampled_from((*_WORDS, "\n", "、", " ", BREAK)), max_size=12).map("".join)
queries = st.lists(
    st.sampled_from((*_WORDS, "“社区”", "“区治”", f"“社{BREAK}区”", " ", "OR", "标题:许可")),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), queries)
@example([("社", ""), ("区", "治理")], "“社区”")
@example([("社", f"社{BREAK}区"), ("区", "")], f"“社{BREAK}区”")
@example([("社区①", "治理"), ("\u0301社区", "社区和治理")], "社区治理")
def test_many_records_are_marked_as_each_alone(written: list[tuple[str, str]], query: str) -> None:
    tree = parse(query).tree
    base = make_hit().record
    made = [
        replace(base, record=replace(base.record, title=title, body=body))
        for title, body in written
    ]
    analyzer = default_analyzer()
    assert highlights(tree, made, analyzer) == [highlight(tree, each, analyzer) for each in made]


@settings(max_examples=60)
@given(st.lists(texts, max_size=4).map("国家机关工作".join).map(fold_text))
def test_a_clause_is_cut_as_its_whole_text(text: str) -> None:
    pieces = [piece for piece in re.split(f"({BOUNDS})", text) if piece]
    for segmenter in (_fast(), _reference()):
        assert [word for piece in pieces for word in segmenter.cut(piece)] == segmenter.cut(text)


@cache
def _fast() -> RustSegmenter:
    return RustSegmenter(project_words())


@cache
def _reference() -> ReferenceSegmenter:
    return ReferenceSegmenter(project_words())
