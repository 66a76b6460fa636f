"""The advanced search: a form that writes the query, by itself and from a search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer.searcher import Searcher
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings

Pairs = list[tuple[str, str]]


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def fields(page: Page) -> Pairs:
    """What the form sends as it stands, as a browser without scripts would."""
    sent: Pairs = []
    for element in page.elements:
        if not element.inside("form", "advanced") or "name" not in element.attrs:
            continue
        name = element.attrs["name"]
        if element.tag == "select":
            options = [e for e in page.all("option") if e.parent is element]
            chosen = [e for e in options if "selected" in e.attrs] or options[:1]
            sent.append((name, chosen[0].attrs["value"]))
        elif element.attrs.get("type") != "radio" or "checked" in element.attrs:
            sent.append((name, element.attrs.get("value", "")))
    return sent


def fetch(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return Page(response.get_data(as_text=True))


def sent(client: FlaskClient, pairs: Pairs) -> str:
    """Where the form leads, decoded."""
    response = client.get("/advanced", query_string=pairs)
    assert response.status_code == 302, response.get_data(as_text=True)
    return unquote(response.headers["Location"], errors="strict")


def test_the_form_writes_the_query_into_the_ordinary_box(client: FlaskClient) -> None:
    pairs = [
        *(("text", "社区"), ("field", "title"), ("join", "and")),
        *(("text", "网格"), ("field", ""), ("join", "not")),
        *(("text", ""), ("field", ""), ("join", "and")),
        *(("province", "江苏省"), ("kind", ""), ("since", "2018"), ("until", "")),
    ]
    where = sent(client, [*pairs, ("within", "record")])
    assert where == "/?q=主题:社区+-网格+年:2018..&province=江苏省"
    page = fetch(client, where)
    box = next(e for e in page.all("input") if e.attrs.get("id") == "q")
    assert box.attrs["value"] == "主题:社区 -网格 年:2018.."


@pytest.mark.parametrize(
    "search",
    [
        "/?q=主题:社区 (网格化 OR 信息化) -机制 年:2018..",
        "/?q=同句:(平台 信息)&kind=zone&province=江苏省",
        "/?q=单位:南京&province=江苏省&province=四川省&theme=三社联动&sort=date&size=50",
        '/?q="人人参与、人人尽力"',
    ],
)
def test_a_search_opens_the_form_that_leads_back_to_it(client: FlaskClient, search: str) -> None:
    page = fetch(client, search)
    form = next(e.attrs["href"] for e in page.all("a", "to-advanced"))
    back = sent(client, fields(fetch(client, form)))
    assert parse_qsl(urlsplit(back).query) == parse_qsl(urlsplit(search).query)


def test_the_count_is_the_search_s(client: FlaskClient, searcher: Searcher) -> None:
    pairs = [("text", "社区"), ("field", "title"), ("province", "江苏省")]
    found = client.get("/advanced/count", query_string=pairs).get_json()
    assert found["query"] == "主题:社区"
    listed = client.get("/api/search?q=主题:社区&province=江苏省").get_json()
    assert found["total"] == listed["total"] > 0
    assert str(found["total"]) in found["said"]


def test_what_cannot_be_sent_is_said_in_the_form_and_nothing_is_lost(client: FlaskClient) -> None:
    page = fetch(client, "/advanced?text=社区&field=title&since=19")
    assert "年份“19”不能使用" in page.one("p", "warnings").text
    assert ("text", "社区") in fields(page) and ("since", "19") in fields(page)
    assert "请至少填一行" in fetch(client, "/advanced?text=&text=").one("p", "warnings").text
    for wrong in ("field=nonsense", "join=xor", "within=page", "&text=x" * 65):
        response = client.get(f"/advanced?text=a&{wrong}")
        assert response.status_code == 400
        assert wrong.strip("&").partition("=")[0] in response.get_data(as_text=True)


def test_values_of_the_library_are_offered(client: FlaskClient, searcher: Searcher) -> None:
    page = fetch(client, "/advanced")
    options = {e.attrs["value"] for e in page.all("option")}
    facets = searcher.search("").facets
    assert {value.value for value in facets["province"]} <= options
    assert {"zone", "passage"} <= options
