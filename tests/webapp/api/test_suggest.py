"""Suggestions on every face: the API while typing, the page and the command line after."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer.searcher import Searcher
from tests.support.markup import Page
from tests.support.program import printed, run
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home)).test_client()


@pytest.mark.parametrize("q", ["ssld", "三社联动 dangj", "”", "三社联动　"])
def test_the_api_gives_what_the_searcher_gives(
    client: FlaskClient, searcher: Searcher, q: str
) -> None:
    answer = client.get("/api/suggest", query_string={"q": q})
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "query": q if q.strip() else "",
        "suggestions": [
            {"kind": one.kind, "query": one.query, "label": one.label, "count": one.count}
            for one in searcher.complete(q)
        ],
    }


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    for address in ("/api/suggest", "/api/suggest?q=", "/api/suggest?q=%20"):
        assert client.get(address).json == {"query": "", "suggestions": []}


def test_limit_bounds_the_list(client: FlaskClient) -> None:
    for limit in (1, 20):
        found = client.get(f"/api/suggest?q=s&limit={limit}").json
        assert found is not None
        assert len(found["suggestions"]) == limit


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=21", "limit"),
        ("limit=x", "limit"),
        ("p=1", "p"),
        ("q=%D6", "q"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, name: str) -> None:
    answer = client.get(f"/api/suggest?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert set(answer.json["error"]) == {"code", "message", "hint"}
    assert name in answer.json["error"]["message"]


def test_answers_are_kept_for_a_while_by_the_browser_alone(client: FlaskClient) -> None:
    control = client.get("/api/suggest?q=s").cache_control
    assert control.private
    assert control.max_age
    assert control.max_age <= 300


def test_the_results_object_holds_the_suggestions(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "三设联动"}).json
    assert found is not None
    assert found["total"] == 0
    spelling = found["suggestions"][0]
    assert spelling == {
        "kind": "spelling",
        "query": "三社联动",
        "label": "您是不是要找：三社联动",
        "count": 5,
    }


def suggested(client: FlaskClient, address: str) -> dict[str, tuple[str, dict[str, list[str]]]]:
    """Text and address of the first suggestion of each kind on a page."""
    found: dict[str, tuple[str, dict[str, list[str]]]] = {}
    for link in Page(client.get(address).get_data(as_text=True)).all("a"):
        item = link.parent
        if item and item.tag == "li" and link.inside("ul", "suggestions"):
            query = parse_qs(urlsplit(link.attrs["href"]).query)
            found.setdefault(item.attrs["class"], (item.text, query))
    return found


def test_the_page_offers_links_that_keep_the_filters(client: FlaskClient) -> None:
    found = suggested(client, "/?q=三设联动&province=江苏省&sort=date")
    text, query = found["spelling"]
    assert "您是不是要找：三社联动（1 条）" in text
    assert query == {"q": ["三社联动"], "province": ["江苏省"], "sort": ["date"]}


def test_without_the_filters_is_a_link_too(client: FlaskClient) -> None:
    text, query = suggested(client, "/?q=三社联动&kind=passage&province=四川省")["filters"]
    assert "不加筛选条件（5 条）" in text
    assert query == {"q": ["三社联动"]}


def test_in_english_the_kind_is_told(client: FlaskClient) -> None:
    text, _ = suggested(client, "/?q=三设联动&lang=en")["spelling"]
    assert "Did you mean: 三社联动 (5 records)" in text


def test_the_command_line_advises_below_the_table(home: Path) -> None:
    *_, last = printed(home, "search", "三设联动").split("建议：", 1)
    assert last.startswith("您是不是要找：三社联动（5 条）")


def test_other_formats_get_the_advice_on_stderr(home: Path) -> None:
    ran = run(home, "search", "“三设联动”", "--format", "jsonl")
    assert (ran.status, ran.out) == (0, b"")
    assert '您是不是要找："三社联动"（4 条）' in ran.said
    ran = run(home, "search", "三设联动", "--format", "json")
    assert json.loads(ran.out)["suggestions"][0]["query"] == "三社联动"
    assert ran.err == b""
