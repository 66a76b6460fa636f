"""The pages as a reader meets them, checked against the searcher and the source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from corpus.library.catalogue import read_catalogue, write_catalogue
from corpus.library.library import Library
from corpus.policy import ParsedPolicy
from indexer.exports.registry import FORMATS, media_type
from indexer.results.model import FACETS, Filters
from indexer.searcher import Searcher
from tests.support.markup import Page
from webapp import create_app
from webapp.presentation.display import page_numbers
from webapp.presentation.help_topics import example_queries, topics
from webapp.settings import Settings

POLICY = "民函〔2019〕41号"
TITLE = "民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复"
HAN = re.compile(r"[\u3400-\u9fff]")
PAGES = (
    "/",
    "/?q=三社联动",
    "/?q=三社联动 党建&province=湖南省",
    "/?q=“没有这个词”&province=江苏省",
    "/?q=(社区&size=1",
    f"/record/{POLICY}/zone-11?q=双网",
    f"/record/{POLICY}/passage-4",
    f"/policy/{POLICY}?q=三社联动",
    f"/policy/{POLICY}",
    "/themes",
    "/themes?q=联动&sort=name",
    "/themes/三社联动",
    "/overview?q=社区&province=江苏省",
    "/overview?q=、、",
    "/advanced",
    "/advanced?q=主题:党建 -网格&province=江苏省&theme=三社联动",
    "/advanced?text=&since=x",
    "/help",
    "/help/api",
    "/help/admin",
    "/nowhere",
    "/policy/民函〔2019〕42号",
    "/record/民函〔2019〕41号/zone-99",
    "/themes/没有的议题",
    "/?page=99",
    "/?sort=newest",
)


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def fetch(client: FlaskClient, address: str, status: int = 200, **query: str) -> Page:
    response = client.get(address, query_string=query or None)
    assert response.status_code == status, response.get_data(as_text=True)
    return Page(response.get_data(as_text=True))


def record_ids(page: Page) -> list[str]:
    """The records of a result page, in order, by the addresses of their titles."""
    heads = [
        e for e in page.all("a") if e.inside("article", "hit") and "/record/" in e.attrs["href"]
    ]
    return [unquote(e.attrs["href"]).removeprefix("/record/").partition("?")[0] for e in heads]


# The search page


def test_the_start_page_says_what_is_there_and_leads_to_all_of_it(
    client: FlaskClient, searcher: Searcher
) -> None:
    page = fetch(client, "/")
    stats = searcher.stats()
    counts = [int(n) for n in re.findall(r"(\d+) [份个]", page.one("p", "holdings").text)]
    assert counts == [stats.policies, stats.zones, stats.passages, stats.provinces, stats.themes]
    assert page.one("p", "holdings").text.endswith("最新一份成文于 2019-03-25。")
    (newest,) = [e for e in page.all("a", "title") if e.inside("ol", "newest")]
    assert (newest.text, unquote(newest.attrs["href"])) == (TITLE, f"/policy/{POLICY}")
    (everything,) = [e for e in page.all("a") if e.text == f"浏览全部 {stats.records} 条记录"]
    listed = record_ids(fetch(client, everything.attrs["href"]))
    assert listed == [h.record.record.id for h in searcher.search("", sort="source").hits]
    offered = [unquote(a) for a in page.links() if a.startswith("/themes/")]
    assert f"/themes/{searcher.themes()[0].name}" in offered


@pytest.mark.parametrize("query", ["三社联动", "党建 协商", "“三社+N”", "社区 -机制", "省:四川"])
def test_results_are_the_searchers_in_its_order(
    client: FlaskClient, searcher: Searcher, query: str
) -> None:
    page = fetch(client, "/", q=query)
    results = searcher.search(query)
    assert record_ids(page) == [hit.record.record.id for hit in results.hits]
    labels = {"literal": "精确", "words": "分词", "partial": "部分"}
    badges = [e.text for e in page.all("span", "match")]
    assert badges == [labels[hit.match] for hit in results.hits if hit.match]
    expected = [
        mark
        for hit in results.listed
        for field in ("title", "unit", "body")
        for mark in re.findall("<mark>(.*?)</mark>", hit.to_dict()["snippets"][field])
    ]
    assert [e.text for e in page.all("mark")] == expected


def test_partial_hits_stand_apart_and_are_counted_apart(
    client: FlaskClient, searcher: Searcher
) -> None:
    results = searcher.search("三社联动 党建")
    assert results.total and results.partial_total
    page = fetch(client, "/?q=三社联动 党建")
    line = page.one("p", "count").text
    assert line == (f"共 {results.total} 条精确或分词命中，另有 {results.partial_total} 条部分命中")
    order = [e for e in page.elements if "divider" in e.classes or "match" in e.classes]
    divider = order.index(page.one("div", "divider"))
    assert all(e.text != "部分" for e in order[:divider])
    assert all(e.text == "部分" for e in order[divider + 1 :])
    assert len(order) - divider - 1 == results.partial_total


def test_every_facet_link_leads_to_as_many_records_as_it_says(client: FlaskClient) -> None:
    page = fetch(client, "/?q=社区&kind=zone")
    links = [e for e in page.all("a", "value") if "on" not in e.classes]
    assert len(links) > 40
    for link in links[:: len(links) // 40]:
        facet, value = unquote(link.attrs["href"]).rsplit("&", 1)[-1].split("=")
        count = int(re.findall(r"\d+$", link.text)[0])
        if facet == "kind":
            continue
        there = fetch(client, link.attrs["href"])
        assert there.one("p", "count").text.startswith(f"共 {count} 条"), (facet, value)


def test_facets_list_every_value_with_its_count(client: FlaskClient, searcher: Searcher) -> None:
    page = fetch(client, "/?q=三社联动&province=江苏省")
    results = searcher.search("三社联动", filters=Filters(province=("江苏省",)))
    labels = [e.text for e in page.all("span", "label")]
    counts = [int(e.text) for e in page.all("span", "n") if e.inside("a", "value")]
    listed = set(zip(labels, counts, strict=True))
    for facet in FACETS:
        for value in results.facets[facet]:
            assert (value.label, value.count) in listed, (facet, value)


def test_several_values_can_be_chosen_and_each_taken_back(client: FlaskClient) -> None:
    page = fetch(client, "/?q=三社联动&province=江苏省&province=重庆市&from=2019-01-01")
    chips = [e for e in page.all("a") if e.inside("ul", "chips")]
    assert [unquote(e.attrs["href"]) for e in chips] == [
        "/?q=三社联动&province=重庆市&from=2019-01-01",
        "/?q=三社联动&province=江苏省&from=2019-01-01",
        "/?q=三社联动&province=江苏省&province=重庆市",
        "/?q=三社联动",
    ]
    hidden = {
        (e.attrs["name"], e.attrs["value"])
        for e in page.all("input")
        if e.attrs["type"] == "hidden"
    }
    assert ("province", "江苏省") in hidden and ("province", "重庆市") in hidden


def test_turning_pages_meets_every_record_once(client: FlaskClient, searcher: Searcher) -> None:
    address: str | None = "/?sort=source&size=7"
    met: list[str] = []
    while address:
        page = fetch(client, address)
        met += record_ids(page)
        following = [e.attrs["href"] for e in page.all("a") if e.attrs.get("rel") == "next"]
        address = following[0] if following else None
    assert met == [h.record.record.id for h in searcher.search("", sort="source", size=200).hits]


def test_a_page_past_the_end_names_the_last(client: FlaskClient, searcher: Searcher) -> None:
    last = -(-searcher.stats().records // 20)
    assert f"最后一页是第 {last} 页" in fetch(client, "/?page=99", 404).one("main").text


def test_exports_hold_what_the_count_says(client: FlaskClient) -> None:
    page = fetch(client, "/?q=三社联动&province=江苏省&size=1")
    (opening,) = (e.attrs["href"] for e in page.all("a") if e.inside("p", "exports"))
    forms = [e.attrs["value"] for e in fetch(client, opening).all("button") if "value" in e.attrs]
    assert sorted(forms) == sorted(FORMATS)
    for form in forms:
        answer = client.get(f"{opening}&format={form}", follow_redirects=True, buffered=True)
        assert (answer.status_code, answer.content_type) == (200, media_type(form))
    answer = client.get(f"{opening}&format=jsonl", follow_redirects=True, buffered=True)
    lines = answer.get_data(as_text=True).splitlines()
    count = page.one("p", "count").text
    assert f"共 {len(lines)} 条" in count
    assert [json.loads(line)["id"] for line in lines] == record_ids(page)


@pytest.mark.parametrize("query", [*example_queries(), *(q for t in topics() for q in t.examples)])
def test_every_example_works(searcher: Searcher, query: str) -> None:
    results = searcher.search(query)
    assert results.total > 0
    # Examples of fields do tell what the field leaves out, and quoted ones which of their
    # signs are not searched; nothing else is odd about any.
    assert {warning.code for warning in results.warnings} <= {"outside-field", "ignored-signs"}


def test_page_numbers_keep_both_ends_and_the_neighbours() -> None:
    assert page_numbers(1, 1) == (1,)
    assert page_numbers(1, 4) == (1, 2, 3, 4)
    assert page_numbers(10, 20) == (1, None, 8, 9, 10, 11, 12, None, 20)
    for last in range(1, 15):
        for current in range(1, last + 1):
            numbers = [n for n in page_numbers(current, last) if n]
            assert {1, current, last} <= set(numbers) and numbers == sorted(set(numbers))


# Record, policy, themes


def test_a_record_shows_its_place_evidence_and_citation(
    client: FlaskClient, notice: ParsedPolicy
) -> None:
    page = fetch(client, f"/record/{POLICY}/zone-7")
    row = next(r for r in notice.records if r.id == f"{POLICY}/zone-7")
    own = [e.text for e in page.all("li", "own")]
    assert own == ["7", row.unit, row.title, row.body]
    shown = [e.text for e in page.all("li") if e.inside("ol", "excerpt")]
    source = [line.strip() for line in notice.text.splitlines() if line.strip()]
    at = source.index(shown[0])
    assert shown == source[at : at + len(shown)] and len(shown) > len(own)
    evidence = [e.text for e in page.all("mark") if e.inside("dl", "evidence")]
    assert "三社联动" in evidence
    said = [e.text for e in page.all("span", "rule")]
    assert said == ["主题：说法“三社联动”", "内容：说法“三社联动”"]
    assert page.one("blockquote").text.endswith("[Z]. 2019-03-25：附件第7项.")
    assert "以新主题继续" in page.one("main").text


def test_a_row_broken_over_lines_is_shown_as_published(client: FlaskClient) -> None:
    page = fetch(client, f"/record/{POLICY}/zone-4")
    assert [e.text for e in page.all("li", "own")][1:3] == ["黑龙江省双鸭山市", "岭东区"]


def test_a_division_that_changed_names_its_successors(client: FlaskClient) -> None:
    later = fetch(client, f"/record/{POLICY}/zone-11").one("span", "later").text
    assert "上城区" in later and "330102" in later and "2021" in later
    assert not fetch(client, f"/record/{POLICY}/zone-7").all("span", "later")


def test_records_are_chained_in_document_order(client: FlaskClient, searcher: Searcher) -> None:
    order = [hit.record.record.id for hit in searcher.passages(POLICY)]
    address, met = f"/record/{order[0]}", [order[0]]
    while True:
        following = [
            e.attrs["href"] for e in fetch(client, address).all("a") if e.attrs.get("rel") == "next"
        ]
        if not following:
            break
        address = following[0]
        met.append(unquote(address).removeprefix("/record/"))
    assert met == order


def test_a_policy_is_printed_in_full(client: FlaskClient, notice: ParsedPolicy) -> None:
    page = fetch(client, f"/policy/{POLICY}")
    ids = {e.attrs["id"]: e for e in page.elements if "id" in e.attrs}
    for record in notice.records:
        text = ids[f"{record.kind}-{record.n}"].text
        assert " ".join(record.body.split()) in text
        if record.kind == "zone":
            assert record.unit and record.unit in text and record.title in text
    assert page.one("h1").text == notice.policy.title
    assert notice.policy.sha256 in page.one("main").text
    assert not page.all("mark")


def test_hits_in_a_policy_are_numbered_and_linked(client: FlaskClient, searcher: Searcher) -> None:
    page = fetch(client, f"/policy/{POLICY}?q=“三社联动”")
    marks = page.all("mark")
    assert {e.text for e in marks} == {"三社联动"}
    assert [e.attrs["id"] for e in marks] == [f"hit-{n + 1}" for n in range(len(marks))]
    ranges = [hit.highlights for hit in searcher.passages(POLICY, "“三社联动”")]
    assert len(marks) == sum(len(r) for each in ranges for r in each.values())
    ids = {e.attrs["id"] for e in page.elements if "id" in e.attrs}
    assert {a[1:] for a in page.links() if a.startswith("#")} <= ids
    jumps = [e.attrs["href"] for e in page.all("a") if e.inside("span", "jump")]
    assert len(jumps) == 2 * len(marks)
    assert jumps[:2] == [f"#hit-{len(marks)}", "#hit-2"]


def test_the_original_can_be_downloaded_byte_for_byte(
    client: FlaskClient, library: Library
) -> None:
    page = fetch(client, f"/policy/{POLICY}")
    address = next(e.attrs["href"] for e in page.all("a") if "download" in e.attrs)
    response = client.get(address, buffered=True)
    assert response.data == library.source_path(POLICY).read_bytes()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    name = library.parsed(POLICY).policy.source
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_the_themes_page_counts_as_the_search_does(client: FlaskClient, searcher: Searcher) -> None:
    page = fetch(client, "/themes")
    rows = [e for e in page.all("tr") if e.inside("table", "listing") and e.inside("tbody")]
    counts = [int(e.text) for e in page.all("td", "num") if e.inside("table", "listing")]
    assert len(rows) == len(searcher.themes())
    for theme, count in list(zip(searcher.themes(), counts, strict=True))[:8]:
        assert searcher.search("", filters=Filters(theme=(theme.name,))).total == count


def test_a_theme_shows_its_records_with_the_evidence_marked(
    client: FlaskClient, searcher: Searcher
) -> None:
    page = fetch(client, "/themes/三社联动")
    expected = [r.hit.record.record for r in searcher.theme("三社联动").records]
    assert sorted(record_ids(page)) == sorted(r.id for r in expected)
    for article in page.all("article", "hit"):
        inside = [m for m in page.all("mark") if m.parent and article in _ancestors(m)]
        assert inside, article.text
        # Field, phrase and rule, as the program's interface tells them.
        (why,) = [p.text for p in page.all("p", "why") if article in _ancestors(p)]
        found = searcher.theme("三社联动").records
        (own,) = [r for r in found if r.hit.record.record.title in article.text]
        for piece in own.evidence:
            field = {"title": "主题", "body": "内容"}[piece.field]
            assert f"{field}“{piece.phrase}”" in why and piece.rule.partition(":")[2] in why
    headings = [e.text for e in page.all("h2") if e.inside("section", "group")]
    assert len(headings) == len({r.region and r.region.province for r in expected})
    variant = searcher.theme("三社联动").variants[0]
    assert record_ids(fetch(client, f"/themes/{variant}")) == record_ids(page)


def _ancestors(element: object) -> list[object]:
    found = []
    above = getattr(element, "parent", None)
    while above is not None:
        found.append(above)
        above = above.parent
    return found


# Every page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_are_built_for_everybody(client: FlaskClient, address: str, lang: str) -> None:
    """Landmarks, one h1, headings without gaps, labelled inputs, unique ids, named links."""
    joint = "&" if "?" in address else "?"
    page = Page(client.get(f"{address}{joint}lang={lang}").get_data(as_text=True))
    assert page.one("html").attrs["lang"] == ("en" if lang == "en" else "zh-Hans")
    assert next(e.text for e in page.all("title") if e.inside("head"))
    for landmark in ("main", "footer"):
        page.one(landmark)
    ids = [e.attrs["id"] for e in page.elements if "id" in e.attrs]
    assert len(ids) == len(set(ids))
    levels = [int(e.tag[1]) for e in page.elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    # Side columns come after the main heading, so no level may be skipped on the way down.
    assert all(b - a <= 1 for a, b in pairwise(levels)), levels
    labelled = {e.attrs.get("for") for e in page.all("label")} - {None}
    for box in page.all("input"):
        named = box.attrs.get("id") in labelled or box.inside("label") or "aria-label" in box.attrs
        assert box.attrs["type"] == "hidden" or named, box.attrs
    for link in page.all("a"):
        assert link.text or link.attrs.get("aria-label"), link.attrs
    names = [e.attrs["aria-labelledby"] for e in page.elements if "aria-labelledby" in e.attrs]
    assert set(names) <= set(ids)
    assert page.all("a")[0].attrs["href"] == "#main"


@pytest.mark.parametrize("address", PAGES)
def test_english_pages_are_english_but_for_the_official_text(
    client: FlaskClient, address: str
) -> None:
    joint = "&" if "?" in address else "?"
    page = Page(client.get(f"{address}{joint}lang=en").get_data(as_text=True))
    for element, text in page.texts:
        if element.tag != "title" and element.lang == "en":
            assert not HAN.search(text), (element.tag, element.attrs, text)
    for element in page.elements:
        for name in ("aria-label", "title", "placeholder", "data-done"):
            if element.lang != "en":
                continue
            assert not HAN.search(element.attrs.get(name, "")), element.attrs


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    """All but those of facets, which have a test of their own."""
    seen: set[str] = set()
    for address in PAGES:
        response = client.get(address)
        if response.status_code != 200:
            continue
        for link in Page(response.get_data(as_text=True)).all("a"):
            target = link.attrs["href"].partition("#")[0]
            if target and target not in seen and "value" not in link.classes:
                seen.add(target)
                assert target.startswith("/")
                assert client.get(target, buffered=True).status_code == 200, target
    assert len(seen) > 100


@pytest.mark.parametrize("mounted_by_server", [False, True])
def test_under_a_prefix_every_address_carries_it(home: Path, mounted_by_server: bool) -> None:
    prefix = "/policy/search"
    client = create_app(Settings(home, url_prefix=prefix)).test_client()
    inside = "" if mounted_by_server else prefix
    environ = {"SCRIPT_NAME": prefix} if mounted_by_server else {}
    for address in (*PAGES[:2], "/nowhere"):
        response = client.get(inside + address, environ_overrides=environ)
        page = Page(response.get_data(as_text=True))
        for element in page.elements:
            for name in ("href", "src", "action"):
                target = element.attrs.get(name, prefix)
                assert target.startswith((f"{prefix}/", "#")) or target == prefix, target
    assert client.get("/").status_code == 404
    assert client.get("/policy/searching").status_code == 404
    assert client.get(prefix).status_code == 200


@pytest.mark.parametrize("name", ["themes", "analyze", "help"])
def test_a_slash_too_many_leads_to_the_one_address(
    client: FlaskClient, home: Path, name: str
) -> None:
    response = client.get(f"/{name}/?lang=en")
    assert response.status_code == 308
    assert response.headers["Location"] == f"/{name}?lang=en"
    under = create_app(Settings(home, url_prefix="/zs")).test_client()
    assert under.get(f"/zs/{name}/").headers["Location"] == f"/zs/{name}"


@pytest.mark.parametrize(
    ("url", "linked"), [("https://a.example/1", True), ("javascript:alert(1)", False)]
)
def test_only_addresses_of_the_web_become_links(
    tmp_path: Path, notice: ParsedPolicy, url: str, linked: bool
) -> None:
    """A list of policies may have been written by another hand than ours."""
    Library.open(tmp_path)
    found = read_catalogue(tmp_path / "library")
    assert found is not None
    [entry] = found[0].entries.values()
    found[0].put(replace(entry, url=url, made=None))
    write_catalogue(tmp_path / "library", found[0])
    client = create_app(Settings(tmp_path)).test_client()
    response = client.get(f"/policy/{notice.policy.id}")
    page = Page(response.get_data(as_text=True))
    assert (url in page.links()) is linked
    assert url in page.one("body").text
