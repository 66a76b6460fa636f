"""Asking without syntax: the card that answers, pinyin that was sent, words for operators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from indexer.results.model import Filters
from indexer.searcher import Searcher
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def fetch(client: FlaskClient, address: str, **query: str) -> Page:
    response = client.get(address, query_string=query or None)
    assert response.status_code == 200
    return Page(response.get_data(as_text=True))


def number(text: str) -> int:
    return int("".join(char for char in text if char.isdecimal()))


def leads_to_as_many(client: FlaskClient, card: Page) -> int:
    """The number that a card's first link says, which its page has."""
    link = next(e for e in card.all("a") if e.inside("section", "answer") and e.parent.tag == "p")
    found = fetch(client, link.attrs["href"])
    assert number(found.one("p", "count").text.split("条")[0]) == number(link.text)
    return number(link.text)


@pytest.mark.parametrize("query", ["三社联动", "“三社联动”", "五社联动", "议题:三社联动"])
def test_a_theme_is_answered_with_its_records(
    client: FlaskClient, searcher: Searcher, query: str
) -> None:
    page = fetch(client, "/", q=query)
    card = page.one("section", "answer").text
    theme = searcher.theme("三社联动")
    provinces = {each.hit.record.record.region.province for each in theme.records}
    assert card.startswith("议题 三社联动")
    assert f"{len(theme.records)} 条" in card
    assert f"分布在 {len(provinces)} 个省级地区" in card
    assert "五社联动" in card and theme.variants[0] in card
    assert leads_to_as_many(client, page) == len(theme.records)
    assert "/themes/三社联动" in [unquote(link) for link in page.links()]


def test_a_place_is_answered_with_its_zones(client: FlaskClient, searcher: Searcher) -> None:
    for query, name in (("南京市", "江苏省南京市"), ("南京", "江苏省南京市"), ("四川省", "四川省")):
        page = fetch(client, "/", q=query)
        assert page.one("section", "answer").text.startswith(f"地方 {name}")
        level = "city" if name.endswith("市") else "province"
        chosen = {level: (name.removeprefix("江苏省"),), "kind": ("zone",)}
        assert (
            leads_to_as_many(client, page) == searcher.search("", filters=Filters(**chosen)).total
        )
    county = fetch(client, "/", q="雨花台区")
    assert "/place/320114" in county.links()
    # A place without a zone is no answer, nor is a word that names several.
    for query in ("海南省", "朝阳区", "社区"):
        assert not fetch(client, "/", q=query).all("section", "answer")


def test_an_issuer_is_answered_with_its_documents(client: FlaskClient, searcher: Searcher) -> None:
    for query in ("民政部", "机关:民政部"):
        page = fetch(client, "/", q=query)
        assert page.one("section", "answer").text.startswith("发文机关 民政部")
        assert leads_to_as_many(client, page) == searcher.stats().records


@pytest.mark.parametrize("query", ["三社联动 党建", "-三社联动", "主题:三社联动", "三社联动*", ""])
def test_other_queries_have_no_card(client: FlaskClient, query: str) -> None:
    assert not fetch(client, "/", q=query, sort="date").all("section", "answer")


def test_pinyin_that_finds_nothing_is_searched_as_suggested(client: FlaskClient) -> None:
    response = client.get("/?q=sanshe&size=50")
    assert response.status_code == 302
    where = unquote(response.headers["Location"])
    (first,) = client.get("/api/suggest?q=sanshe&limit=1").get_json()["suggestions"]
    assert where == f"/?q={first['query']}&size=50&typed=sanshe"
    page = fetch(client, response.headers["Location"])
    said = page.one("p", "read-as")
    assert "sanshe" in said.text and first["query"] in said.text
    (letters,) = [e.attrs["href"] for e in page.all("a") if e.parent is said]
    assert not fetch(client, letters).all("p", "read-as")
    assert "没有命中" in fetch(client, letters).one("p", "count").text


def test_letters_that_are_found_or_read_as_nothing_stay_letters(client: FlaskClient) -> None:
    for query in ("PPP", "N", "qqqq", "sanshe dangjian", "“sanshe”", "-sanshe"):
        assert client.get("/", query_string={"q": query}).status_code == 200
    # The note is about what the letters are read as, not whatever an address says.
    assert not fetch(client, "/?q=三社联动&typed=dangjian").all("p", "read-as")
    assert not fetch(client, "/?q=三社联动&typed=<b>").all("p", "read-as")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("党建 不要 网格", "党建 -网格"),
        ("党建 除了 网格", "党建 -网格"),
        ("党建 但不含 网格", "党建 -网格"),
        ("除了网格以外 党建", "-网格 党建"),
        ("网格化 或者 信息化", "网格化 OR 信息化"),
    ],
)
def test_words_for_operators_get_a_hint_with_the_right_query(
    client: FlaskClient, searcher: Searcher, typed: str, meant: str
) -> None:
    page = fetch(client, "/", q=typed)
    hint = page.one("li", "operator")
    (link,) = [e for e in page.all("a") if e.parent is hint]
    assert link.text == meant
    assert number(hint.text.rpartition("（")[2]) == searcher.search(meant).total
    assert fetch(client, link.attrs["href"]).one("p", "count")
