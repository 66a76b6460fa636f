"""Documents first: tabs, cards and the table of documents, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from corpus.library.library import Library
from tests.support.markup import Element, Page
from webapp import create_app
from webapp.settings import Settings

PHRASE = "坚持党建引领社区协商"
#: Documents of several articles, the first in two versions.
LAWS = {
    "甲市社区协商办法（2018年）": ("2018-05-01", 6),
    "乙市社区协商办法": ("2019-05-01", 2),
    "丙市居民议事规则": ("2021-03-01", 1),
    "丁市居民公约": ("2022-07-01", 4),
}


def law(title: str, date: str, articles: int) -> str:
    text = "".join(
        f"第{'一二三四五六七八九'[n]}条　{title[:2]}的社区应当{PHRASE}，每季度第{n + 1}次。\n"
        for n in range(articles)
    )
    return f"{title}\n{date[:4]}年{int(date[5:7])}月1日{title[:2]}人民政府发布\n{text}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("documents")
    library = Library.open(folder / "home")
    for title, (date, articles) in LAWS.items():
        path = Path(folder / f"{title}.txt")
        path.write_text(law(title, date, articles), "utf-8")
        library.add(path)
    return create_app(Settings(folder / "home")).test_client(use_cookies=False)


def fetch(client: FlaskClient, address: str, status: int = 200, **query: object) -> Page:
    response = client.get(address, query_string=query or None)
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return Page(response.get_data(as_text=True))


def answer(client: FlaskClient, **query: object) -> dict[str, object]:
    got: dict[str, object] = client.get("/api/search", query_string=query).get_json()
    return got


def titles(page: Page) -> list[str]:
    return [
        e.text for e in page.all("a") if e.parent and e.parent.tag == "h2" and e.inside("article")
    ]


def tabs(page: Page) -> dict[str, int]:
    (bar,) = page.all("p", "tabs")
    inside = [e for tag in ("a", "strong") for e in page.all(tag) if e.parent is bar]
    return {e.text.split()[0]: int(e.text.split()[1]) for e in inside}


def below(element: Element, other: Element) -> bool:
    above = element.parent
    while above and above is not other:
        above = above.parent
    return above is other


def links(page: Page, line: Element) -> list[str]:
    return [e.attrs["href"] for e in page.all("a") if e.parent is line]


def test_hits_in_many_documents_open_as_documents_with_both_counts(client: FlaskClient) -> None:
    page = fetch(client, "/", q=f"“{PHRASE}”")
    told = answer(client, q=f"“{PHRASE}”", by="document")
    assert len(LAWS) == told["total_documents"] == len(titles(page))
    assert tabs(page) == {"按文件": len(LAWS), "按条目": sum(n for _, n in LAWS.values())}
    by_record = fetch(client, "/", q=f"“{PHRASE}”", by="record")
    assert tabs(by_record) == tabs(page)
    assert len(titles(by_record)) == tabs(page)["按条目"]


def test_hits_in_few_documents_open_as_records(client: FlaskClient) -> None:
    page = fetch(client, "/", q=f"{PHRASE} 乙市")
    assert page.one("p", "tabs") and "《乙市社区协商办法》第一条" in titles(page)
    alone = fetch(client, "/", q=f"{PHRASE} 乙市", by="document")
    assert titles(alone) == ["乙市社区协商办法"]
    assert tabs(alone) == tabs(page)


def test_a_card_names_its_places_and_leads_to_all_others(client: FlaskClient) -> None:
    page = fetch(client, "/", q=f"“{PHRASE}”", by="document")
    for card in page.all("article", "grouped"):
        title = next(e for e in page.all("h2") if e.parent is card).text
        found = LAWS[title][1]
        assert f"命中 {found} 处" in card.text
        places = [e for e in page.all("a", "spot") if below(e, card)]
        assert len(places) == min(3, found)
        for place in places:
            assert re.fullmatch(r"第.条", place.text)
            target = urlsplit(place.attrs["href"])
            there = fetch(client, f"{target.path}?{target.query}")
            assert any(e.attrs.get("id") == target.fragment for e in there.elements)
        rest = [e for e in page.all("p", "rest") if e.parent is card]
        assert bool(rest) == (found > 3)
        for line in rest:
            assert line.text == f"展开其余 {found - 3} 处"
            (url,) = links(page, line)
            assert len(titles(fetch(client, url))) == found


def test_pages_sorts_and_the_table_stay_with_documents(client: FlaskClient) -> None:
    query = {"q": f"“{PHRASE}”", "by": "document"}
    page = fetch(client, "/", **query, sort="date")
    assert titles(page) == list(reversed(LAWS))
    table = fetch(client, "/", **query, view="table")
    heads = [e.text for e in table.all("th") if e.inside("thead")]
    assert heads[:2] == ["序号", "文件标题"]
    rows = list(table.all("a", "open"))
    assert sorted(e.text for e in rows) == sorted(LAWS)
    assert all("/policy/" in unquote(e.attrs["href"]) for e in rows)
    small = fetch(client, "/", **query, size=1)
    (following,) = [e for e in small.all("a") if e.attrs.get("rel") == "next"]
    assert parse_qs(urlsplit(following.attrs["href"]).query)["by"] == ["document"]
    assert len(titles(fetch(client, following.attrs["href"]))) == 1


def test_the_address_of_before_leads_to_documents(client: FlaskClient) -> None:
    response = client.get("/", query_string={"q": "社区", "group": "policy"})
    assert parse_qs(urlsplit(response.location).query) == {"q": ["社区"], "by": ["document"]}
    fetch(client, "/", 400, q="社区", group="unit")
    refused = fetch(client, "/", 400, q="社区", by="sentence")
    assert "by" in refused.one("main").text and "record document" in refused.one("main").text


def test_a_document_that_no_record_holds_is_a_card_with_its_parts(client: FlaskClient) -> None:
    typed = "“第1次” “第6次”"
    page = fetch(client, "/", q=typed, by="document")
    assert titles(page) == ["甲市社区协商办法（2018年）"]
    card = page.one("article", "grouped")
    assert "同文件" in card.text and "第一条" in card.text and "第六条" in card.text
    assert tabs(page) == {"按文件": 1, "按条目": 0}


def test_a_place_is_named_once(client: FlaskClient) -> None:
    page = fetch(client, "/", q=f"“{PHRASE}”", by="document")
    lines = [e.text for e in page.all("li") if e.inside("ul", "places")]
    assert lines and all(re.match("第.条 .市", line) for line in lines)


def test_what_tells_documents_apart_comes_first_among_documents(client: FlaskClient) -> None:
    def names(by: str) -> list[str]:
        page = fetch(client, "/", q=f"“{PHRASE}”", by=by)
        return [e.text for e in page.all("h3") if e.inside("details", "facet")]

    assert names("document")[:2] == ["年份", "发文机关"]
    assert sorted(names("record")) == sorted(names("document"))
    assert names("record")[0] != "年份"
