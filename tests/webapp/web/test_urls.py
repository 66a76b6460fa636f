"""The address is the state: what parses, what is refused, and the way back."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote_from_bytes, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.results.facets import TABLE, Facet
from indexer.results.model import FACETS, MAX_SIZE, SORTS, Filters
from webapp.errors import BadParameter
from webapp.web.urls import (
    PARAMETERS,
    SearchParams,
    check_encoding,
    search_url,
    toggle_urls,
)

words = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8)
days = st.dates().map(lambda day: day.isoformat())


def values_of(facet: Facet) -> st.SearchStrategy[str]:
    """What can be a value of a facet."""
    if facet.closed:
        return st.sampled_from(tuple(facet.closed))
    return st.from_regex(facet.form, fullmatch=True) if facet.form else words


@st.composite
def states(draw: st.DrawFn) -> SearchParams:
    chosen = {
        facet.name: tuple(draw(st.lists(values_of(facet), max_size=3, unique=True)))
        for facet in TABLE
    }
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and start > end:
        start, end = end, start
    return SearchParams(
        q=draw(words.filter(str.strip) | st.just("")),
        filters=Filters(**chosen, date_from=start, date_to=end),
        sort=draw(st.sampled_from(SORTS)),
        page=draw(st.integers(1, 10**9)),
        size=draw(st.integers(1, MAX_SIZE)),
    )


@given(states())
def test_an_address_leads_back_to_its_state(state: SearchParams) -> None:
    assert SearchParams.parse(MultiDict(state.pairs())) == state


@given(states())
def test_one_state_has_one_address(state: SearchParams) -> None:
    pairs = state.pairs()
    shuffled = MultiDict(
        sorted(pairs, key=lambda pair: (pair[0] != "q", PARAMETERS.index(pair[0])))
    )
    assert SearchParams.parse(shuffled).pairs() == pairs
    assert ("page", "1") not in pairs and ("sort", "relevance") not in pairs


@given(states(), st.sampled_from(FACETS), words)
def test_choosing_a_value_can_be_undone(state: SearchParams, facet: str, value: str) -> None:
    chosen = state.with_value(facet, value)
    assert value in chosen.filters.chosen(facet)
    assert chosen.page == 1
    assert value not in chosen.toggled(facet, value).filters.chosen(facet)
    if value not in state.filters.chosen(facet):
        assert state.toggled(facet, value).toggled(facet, value) == state.with_page(1)
    assert chosen.without_filters().filters == Filters()


@st.composite
def facet_values(draw: st.DrawFn) -> tuple[str, str]:
    """A facet and a value that it can have."""
    facet = draw(st.sampled_from(TABLE))
    return facet.name, draw(values_of(facet))


@given(states(), facet_values())
def test_the_quick_way_to_facet_addresses_gives_the_same(
    state: SearchParams, choice: tuple[str, str]
) -> None:
    facet, value = choice
    app = Flask(__name__)
    app.add_url_rule("/", "pages.search", lambda: "")
    with app.test_request_context():
        address = toggle_urls(state, facet)
        for each in (value, *state.filters.chosen(facet)):
            assert address(each) == search_url(state.toggled(facet, each))
            args = MultiDict(parse_qsl(urlsplit(address(each)).query))
            assert SearchParams.parse(args) == state.toggled(facet, each)


@given(states())
def test_turning_a_page_changes_nothing_else(state: SearchParams) -> None:
    assert state.with_page(7).with_page(state.page) == state
    for changed in (state.with_sort("date"), state.with_query("x"), state.with_size(50)):
        assert changed.page == 1
        assert changed.filters == state.filters


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "abc"),
        ("page", "１"),
        ("page", "1.0"),
        ("page", "9" * 5000),
        ("size", "1e9"),
        ("size", "0"),
        ("size", "201"),
        ("sort", "newest"),
        ("from", "2019"),
        ("from", "20190325"),
        ("to", "2019-02-30"),
        ("to", "2019-W13-1"),
        ("kind", "foo"),
        ("kind", "zone,passage"),
        ("year", "abc"),
        ("year", "２０１９"),
        ("year", "20190"),
        ("provinces", "江苏省"),
        ("Q", "社区"),
    ],
)
def test_a_bad_parameter_is_named(name: str, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        SearchParams.parse(MultiDict([(name, value)]))
    assert caught.value.parameter == name
    assert name in caught.value.message
    assert caught.value.hint
    assert len(caught.value.message) < 200


def test_an_unknown_parameter_is_told_the_known_ones() -> None:
    with pytest.raises(BadParameter) as caught:
        SearchParams.parse(MultiDict({"provence": "江苏省"}))
    assert all(known in caught.value.hint.split("：")[1].split() for known in PARAMETERS)


def test_dates_in_reverse_order_are_refused() -> None:
    with pytest.raises(BadParameter, match="2020-01-01"):
        SearchParams.parse(MultiDict({"from": "2020-01-01", "to": "2019-01-01"}))


def test_repeated_and_empty_values_count_once_and_not_at_all() -> None:
    args = MultiDict(
        [("province", "江苏省"), ("province", ""), ("province", "江苏省"), ("from", "")]
    )
    assert SearchParams.parse(args) == SearchParams(filters=Filters(province=("江苏省",)))


def test_a_single_parameter_can_be_repeated_but_not_contradicted() -> None:
    assert SearchParams.parse(MultiDict([("q", "党建"), ("q", "党建")])).q == "党建"
    with pytest.raises(BadParameter) as caught:
        SearchParams.parse(MultiDict([("sort", "date"), ("sort", "region")]))
    assert caught.value.parameter == "sort"


def test_language_and_campaign_marks_are_let_through() -> None:
    args = MultiDict({"q": "党建", "lang": "en", "utm_source": "mail"})
    assert SearchParams.parse(args) == SearchParams(q="党建")


@given(st.text())
def test_any_text_can_be_a_query_and_can_be_sent_back(text: str) -> None:
    SearchParams.parse(MultiDict({"q": text})).q.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf8_is_accepted(text: str) -> None:
    check_encoding(f"q={quote_from_bytes(text.encode())}&page=1".encode())


def test_another_encoding_is_refused_and_the_parameter_named() -> None:
    gbk = quote_from_bytes("社区".encode("gbk"))
    with pytest.raises(BadParameter) as caught:
        check_encoding(f"page=1&q={gbk}".encode())
    assert caught.value.parameter == "q"
