"""The workbench over HTTP: basket, comparison, views, regions, citations, feeds."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import bibtexparser
import docx
import pytest
import rispy
from flask.testing import FlaskClient

from corpus.library.library import Library
from indexer.exports.registry import FORMATS
from indexer.searcher import Searcher
from tests.support import hostile_notice as hostile
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings

POLICY = "民函〔2019〕41号"
ATOM = "{http://www.w3.org/2005/Atom}"


def zone(n: int) -> str:
    return f"{POLICY}/zone-{n}"


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home)).test_client(use_cookies=False)


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A library that also holds a hostile notice."""
    folder = tmp_path_factory.mktemp("hostile")
    Library.open(folder / "home").add(hostile.write(folder))
    return create_app(Settings(folder / "home")).test_client(use_cookies=False)


def fetch(client: FlaskClient, address: str, status: int = 200, **query: object) -> Page:
    response = client.get(address, query_string=query or None)
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return Page(response.get_data(as_text=True))


def listed(page: Page) -> list[str]:
    """The records of a page, in order, by the addresses of their titles."""
    heads = [
        e
        for e in page.all("a")
        if e.parent and e.parent.tag in ("h2", "h3") and "/record/" in e.attrs["href"]
    ]
    return [unquote(e.attrs["href"]).removeprefix("/record/").partition("?")[0] for e in heads]


# The basket


def test_the_address_is_the_basket(client: FlaskClient) -> None:
    ids = [zone(23), zone(7), f"{POLICY}/passage-4", zone(7)]
    page = fetch(client, "/basket", id=ids)
    assert listed(page) == [zone(23), zone(7), f"{POLICY}/passage-4"]
    (link,) = [e.attrs["href"] for e in page.all("a") if e.inside("p", "exports")]
    assert parse_qs(urlsplit(link).query)["id"] == listed(page)
    for format in FORMATS:
        onward = client.get(f"{link}&format={format}").headers["Location"]
        assert urlsplit(onward).path == f"/export/{format}"
        assert parse_qs(urlsplit(onward).query)["id"] == listed(page)


def test_a_record_is_taken_out_by_a_link(client: FlaskClient) -> None:
    page = fetch(client, "/basket", id=[zone(1), zone(2), zone(3)])
    drop = next(e for e in page.all("a") if e.attrs.get("data-drop") == zone(2))
    assert listed(fetch(client, drop.attrs["href"])) == [zone(1), zone(3)]


def test_foreign_and_deleted_ids_are_named_and_the_rest_shown(client: FlaskClient) -> None:
    gone = ["国发〔2030〕1号/zone-1", zone(99), "<script>alert(1)</script>"]
    page = fetch(client, "/basket", id=[gone[0], zone(5), gone[1], gone[2]])
    assert listed(page) == [zone(5)]
    assert [e.text for e in page.all("li", "code")] == gone


def test_an_empty_basket_says_how_to_fill_it(client: FlaskClient) -> None:
    assert "选定" in fetch(client, "/basket").one("main").text
    assert listed(fetch(client, "/basket", id=[""])) == []


def test_a_basket_has_its_bounds_and_its_parameter(client: FlaskClient) -> None:
    many = [f"x/zone-{n}" for n in range(501)]
    assert "最多 500 条" in fetch(client, "/basket", 400, id=many).one("main").text
    assert "q" in fetch(client, "/basket", 400, id=zone(1), q="社区").one("main").text


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_holds_exactly_the_chosen_records_in_their_order(
    client: FlaskClient, format: str
) -> None:
    ids = [zone(23), zone(7), f"{POLICY}/passage-4"]
    response = client.get(f"/export/{format}", query_string={"id": [*ids, "gone/zone-1"]})
    assert response.status_code == 200
    assert "%E5%B7%B2%E9%80%89%E8%AE%B0%E5%BD%95" in response.headers["Content-Disposition"]
    body = response.data
    if format == "docx":
        table = docx.Document(io.BytesIO(body)).tables[0]
        assert [row.cells[-1].text for row in table.rows][1:] == ids
    elif format == "json":
        assert [hit["id"] for hit in json.loads(body)["hits"]] == ids
    elif format == "bib":
        keys = [entry.key for entry in bibtexparser.parse_string(body.decode()).entries]
        assert [key.split("-", 2)[2] for key in keys] == ["zone-23", "zone-7", "passage-4"]
    elif format == "ris":
        keys = [str(entry["id"]) for entry in rispy.loads(body.decode())]
        assert [key.split("-", 2)[2] for key in keys] == ["zone-23", "zone-7", "passage-4"]
    elif format == "txt":
        lines = body.decode().splitlines()
        places = [re.search(r"(?:附件)?第\d+[项段]", line) for line in lines]
        assert [place and place[0] for place in places] == ["附件第23项", "附件第7项", "第4段"]
        assert [line.split(" ")[0] for line in lines] == ["[1]", "[2]", "[3]"]
    elif format != "xlsx":
        found = re.findall(rf"{POLICY}/(?:zone|passage)-\d+(?=\"|,| \|)", body.decode("utf-8-sig"))
        assert list(dict.fromkeys(found)) == ids


def test_an_export_of_nothing_but_gone_records_is_not_found(client: FlaskClient) -> None:
    assert client.get("/export/csv?id=x/zone-1").status_code == 404
    assert client.get("/export/csv?id=").status_code == 400
    assert client.get("/export/csv", query_string={"id": zone(1), "q": "社区"}).status_code == 400


# Comparison


def test_a_comparison_marks_what_is_shared(client: FlaskClient) -> None:
    page = fetch(client, "/compare", id=[zone(7), zone(23), zone(31)])
    assert [e.text for e in page.all("th") if e.inside("thead")] == [
        "江苏省南京市雨花台区",
        "湖南省株洲市天元区",
        "甘肃省酒泉市肃州区",
    ]
    marks = [e.text for e in page.all("mark")]
    assert marks.count("三社联动") >= 3
    assert "四聚式" not in "".join(marks)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_comparison_of_one_or_of_five_says_how_many_it_takes(
    client: FlaskClient, count: int
) -> None:
    ids = [zone(n) for n in range(1, count + 1)]
    text = fetch(client, "/compare", 400, id=ids).one("main").text
    assert f"2 到 4 条记录，这里有 {count} 条" in text
    assert "已选记录" in text


def test_a_comparison_names_what_is_gone(client: FlaskClient) -> None:
    page = fetch(client, "/compare", id=[zone(7), "x/zone-1", zone(8)])
    assert "x/zone-1" in page.one("ul", "warnings").text
    assert len([e for e in page.all("th") if e.inside("thead")]) == 2
    fetch(client, "/compare", 404, id=["x/zone-1", "x/zone-2"])


# Views of a search


def test_searching_within_results_leads_to_one_address(client: FlaskClient) -> None:
    response = client.get(
        "/", query_string={"q": "网格化 OR 信息化", "within": "党建", "province": "四川省"}
    )
    assert response.status_code == 302
    there = parse_qs(urlsplit(response.location).query)
    assert there == {"q": ["(网格化 OR 信息化) 党建"], "province": ["四川省"]}


def test_all_values_of_a_facet_can_be_listed_and_searched(
    client: FlaskClient, searcher: Searcher
) -> None:
    facet = searcher.search("社区").facets["keyword"]
    page = fetch(client, "/values/keyword", q="社区")
    assert [e.text for e in page.all("span", "label")] == [value.label for value in facet]
    page = fetch(client, "/values/keyword", q="社区", find="黨建")
    labels = [e.text for e in page.all("span", "label")]
    assert labels == [value.label for value in facet if "党建" in value.label]
    assert fetch(client, page.all("a", "value")[0].attrs["href"]).one("p", "count")
    fetch(client, "/values/size", 404)


def nested(page: Page) -> dict[str, list[str]]:
    """Region labels by how deep they stand below the province."""
    found: dict[str, list[str]] = {"1": [], "2": []}
    for item in page.all("span", "label"):
        depth, above = 0, item.parent
        while above:
            depth += "inside" in above.classes
            above = above.parent
        if depth:
            found[str(depth)].append(item.text)
    return found


def test_regions_are_nested_below_the_chosen_one(client: FlaskClient) -> None:
    page = fetch(client, "/", province="江苏省")
    assert nested(page) == {"1": ["南京市", "南通市", "徐州市"], "2": []}
    page = fetch(client, "/", province="江苏省", city="南京市")
    found = nested(page)
    assert found["2"] == ["溧水区", "雨花台区"]
    up = next(e for e in page.all("a", "on") if e.text.startswith("江苏省"))
    assert up.attrs["href"] == "/"
    assert nested(fetch(client, "/", province="北京市"))["1"] == ["石景山区"]
    assert nested(fetch(client, "/", province=["江苏省", "四川省"])) == {"1": [], "2": []}
    assert nested(fetch(client, "/", province="江苏省", city="成都市")) == {"1": [], "2": []}


# Citations


def test_a_record_page_offers_every_citation_as_text_and_file(client: FlaskClient) -> None:
    page = fetch(client, f"/record/{zone(7)}")
    blocks = {e.attrs["id"]: "".join(e.parts) for e in page.all("pre")}
    assert blocks["cite-gbt2015"].endswith(":民函〔2019〕41号[Z]. 2019-03-25:附件第7项.")
    for form in ("bib", "ris", "json"):
        file = client.get(f"/record/{zone(7)}/cite.{form}")
        assert file.status_code == 200
        assert file.get_data(as_text=True).strip().split() == blocks[f"cite-{form}"].split()
        assert re.fullmatch(
            rf'attachment; filename="[a-z0-9-]+\.{form}"', file.headers["Content-Disposition"]
        )
    assert client.get(f"/record/{zone(7)}/cite.pdf").status_code == 404
    assert client.get(f"/record/{zone(99)}/cite.bib").status_code == 404
    assert client.get(f"/policy/{POLICY}/cite.json").get_json(force=True)[0]["number"] == POLICY


# Feed and search description


def test_the_feed_lists_the_newest_policies_of_a_search(hostile_client: FlaskClient) -> None:
    response = hostile_client.get(
        "/feed.atom", query_string={"q": "社区"}, headers={"Host": "localhost:8123"}
    )
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    entries = feed.findall(f"{ATOM}entry")
    assert [e.findtext(f"{ATOM}updated") for e in entries] == [
        "2020-01-02T00:00:00+08:00",
        "2019-03-25T00:00:00+08:00",
    ]
    assert entries[1].findtext(f"{ATOM}title", "").startswith("民政部关于同意将北京市石景山区")
    ids = [feed.findtext(f"{ATOM}id"), *(e.findtext(f"{ATOM}id") for e in entries)]
    assert len(set(ids)) == 3 and all(re.fullmatch("urn:uuid:[0-9a-f-]{36}", str(i)) for i in ids)
    links = {e.get("rel"): e.get("href", "") for e in feed.findall(f"{ATOM}link")}
    assert links["self"].startswith("http://localhost:8123/feed.atom?q=")
    for entry in entries:
        address = entry.find(f"{ATOM}link").get("href", "")  # type: ignore[union-attr]
        assert address.startswith("http://localhost:8123/policy/")
        assert hostile_client.get(address.removeprefix("http://localhost:8123")).status_code == 200
    other = hostile_client.get("/feed.atom?q=社区&page=9&sort=region&group=policy")
    assert ElementTree.fromstring(other.data).findtext(f"{ATOM}id") == ids[0]


def test_a_feed_of_nothing_is_well_formed(client: FlaskClient) -> None:
    for q in ("“火星基地”", "\x01<&\ufffe", '"><script>'):
        feed = ElementTree.fromstring(client.get("/feed.atom", query_string={"q": q}).data)
        assert feed.findtext(f"{ATOM}updated")
        assert feed.findall(f"{ATOM}entry") == []


def test_the_search_description_knows_host_and_prefix(home: Path) -> None:
    app = create_app(Settings(home, url_prefix="/zs", hosts=("s.example",)))
    client = app.test_client()
    response = client.get("/zs/opensearch.xml", headers={"Host": "s.example:8443"})
    root = ElementTree.fromstring(response.data)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {e.get("type"): e.get("template") for e in root.findall(f"{space}Url")}
    assert urls["text/html"] == "http://s.example:8443/zs/?q={searchTerms}"
    assert urls["application/atom+xml"] == "http://s.example:8443/zs/feed.atom?q={searchTerms}"
    for host in ("evil.example", 's.example:"><x', "s.example:80@evil.example"):
        assert client.get("/zs/opensearch.xml", headers={"Host": host}).status_code == 400


def test_pages_name_the_feed_and_the_search_description(client: FlaskClient) -> None:
    page = fetch(client, "/", q="三社联动", province="江苏省")
    links = {e.attrs["rel"]: e.attrs["href"] for e in page.all("link")}
    assert links["search"] == "/opensearch.xml"
    assert parse_qs(urlsplit(links["alternate"]).query) == {
        "q": ["三社联动"],
        "province": ["江苏省"],
    }
    assert client.get(links["alternate"]).status_code == 200


# Hostile text


def hostile_pages(client: FlaskClient) -> Iterator[Page]:
    number = hostile.NUMBER
    ids = [hit["id"] for hit in client.get("/api/search?q=社区&size=200").json["hits"]]
    own = [id for id in ids if id.startswith(number)]
    assert len(own) >= len(hostile.PARAGRAPHS)
    yield fetch(client, "/", q="社区")
    yield fetch(client, "/", q="社区", by="document")
    yield fetch(client, f"/policy/{number}", q="社区")
    yield fetch(client, "/basket", id=own)
    yield fetch(client, "/compare", id=own[:4])
    yield fetch(client, "/values/policy")
    for id in own:
        yield fetch(client, f"/record/{id}", q="社区")


def test_markup_in_a_document_is_text(hostile_client: FlaskClient) -> None:
    for page in hostile_pages(hostile_client):
        assert not page.all("img")
        assert all(e.attrs.get("src", "").startswith("/static/") for e in page.all("script"))
        assert not [name for e in page.elements for name in e.attrs if name.startswith("on")]
    policy = fetch(hostile_client, f"/policy/{hostile.NUMBER}")
    assert "document.title='pwned'" in policy.one("article", "policy").text
    assert hostile.IMAGE in policy.one("article", "policy").text


@pytest.mark.parametrize("format", FORMATS)
def test_a_hostile_document_is_exported_as_text(hostile_client: FlaskClient, format: str) -> None:
    response = hostile_client.get(f"/export/{format}", query_string={"policy": hostile.NUMBER})
    assert response.status_code == 200
    if format == "docx":
        table = docx.Document(io.BytesIO(response.data)).tables[0]
        assert hostile.PARAGRAPHS[0] in [row.cells[6].text for row in table.rows]


@pytest.mark.parametrize(
    "query", [hostile.SCRIPT, hostile.RLO + "社区", "A" * 900, "社区\u0301" * 60, "{{7*7}}"]
)
def test_a_hostile_query_is_shown_as_text(client: FlaskClient, query: str) -> None:
    for address in ("/", "/values/theme", f"/policy/{POLICY}", f"/record/{zone(1)}"):
        page = fetch(client, address, q=query)
        assert all(e.attrs.get("src", "").startswith("/static/") for e in page.all("script"))
        boxes = [e for e in page.all("input") if e.attrs.get("name") == "q"]
        assert boxes and all(box.attrs["value"] == query for box in boxes)
    assert client.get("/feed.atom", query_string={"q": query}).status_code == 200


@pytest.mark.parametrize("address", ["/export/docx?id=x/zone-1", "/export/csv?id=x/zone-1"])
def test_a_list_without_any_known_record_names_the_ids(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "x/zone-1" in answer.get_json()["error"]["message"]
