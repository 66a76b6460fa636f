"""Snippets: nothing unescaped, cut where a reader would cut."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.results.highlight import SNIPPET_SIZE, snippet
from indexer.results.spans import mark, merge


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
