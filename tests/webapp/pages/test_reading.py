"""A document set for reading, from small laws and notices: structure, outline, parts, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.versions.ingest import add_paths
from tests.support.markup import Element, Page
from webapp import create_app
from webapp.reading.parts import LONGEST, parts
from webapp.reading.roles import Setting
from webapp.settings import Settings

LAW = "社区服务条例"
TEXT = """# 社区服务条例

2018年5月1日 某市第十届人民代表大会常务委员会第三次会议通过

目录

第一章 总则

第二章 服务

## 第一章 总则

第一条 为了规范社区服务，制定本条例。

第二条 社区服务应当履行下列职责：

（一）公开社区服务事项；

（二）听取居民意见。

## 第二章 服务

第三条 社区服务由居民委员会组织。

居民委员会可以委托社会组织提供社区服务。

第四条 本条例自公布之日起施行。
"""
NUMERALS = "一二三四五六七八九"
LONG = "长条例"


def long_law(articles: int, per_chapter: int) -> str:
    """A law of so many articles, in chapters of so many."""
    lines = [LONG]
    for n in range(1, articles + 1):
        if per_chapter and n % per_chapter == 1:
            lines.append(f"第{n // per_chapter + 1}章 第{n // per_chapter + 1}部分")
        lines.append(f"第{n}条 社区居民委员会应当公开第{n}项服务。")
    return "\n".join(lines)


def opened(folder: Path, **texts: str) -> Iterator[FlaskClient]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    add_paths(folder / "home", sorted(folder.glob("*.txt")))
    app = create_app(Settings(folder / "home"))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    yield from opened(
        tmp_path_factory.mktemp("laws"),
        law=TEXT,
        long=long_law(2 * LONGEST, 400),
        flat="平条例\n" + "\n".join(f"第{n}条 公开第{n}项服务。" for n in range(1, 1900)),
        name="关" * 500 + "通知\n本通知自发布之日起施行。\n",
    )


def fetch(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    return Page(response.text)


def entries(page: Page) -> list[Element]:
    return [e for e in page.all("a") if e.inside("details", "outline")]


def test_a_law_reads_like_a_law(client: FlaskClient) -> None:
    page = fetch(client, f"/policy/{LAW}")
    assert page.one("h1").text == LAW
    assert page.one("p", "history").text.endswith("通过")
    chapters = [e.text for e in page.all("h2") if e.inside("article")]
    assert chapters == ["第一章 总则", "第二章 服务"]
    assert [e.text for e in page.all("b") if e.inside("article")] == [
        f"第{NUMERALS[n]}条" for n in range(4)
    ]
    contents = page.one("details", "contents")
    assert contents.text == "目录 第一章 总则 第二章 服务"
    assert "#" not in page.one("article", "policy").text


def test_the_outline_leads_to_every_article_and_counts_the_hits_below(client: FlaskClient) -> None:
    page = fetch(client, f"/policy/{LAW}?q=“社区服务”")
    ids = {e.attrs["id"]: e for e in page.elements if "id" in e.attrs}
    found = entries(page)
    assert [e.text for e in found] == [
        *("第一章 总则", "第一条", "第二条"),
        *("第二章 服务", "第三条", "第四条"),
    ]
    for link in found:
        assert ids[link.attrs["href"].removeprefix("#")].text.startswith(link.text)
    counts = [e for e in page.all("b") if e.inside("details", "outline")]
    marks = page.all("mark")
    # The title's hit stands before the first chapter.
    assert [e.text for e in counts] == ["3", "1", "2", "2", "2"]
    assert sum(int(counts[at].text) for at in (0, 3)) + 1 == len(marks) == 6


def test_the_list_of_hits_names_each_by_its_article(client: FlaskClient) -> None:
    page = fetch(client, f"/policy/{LAW}?q=“社区服务”")
    lines = [e for e in page.all("li") if e.inside("details", "lines")]
    assert [e.attrs["value"] for e in lines] == [str(n) for n in range(1, 7)]
    assert [e.text.split(" ")[0] for e in lines][1:] == [
        *("第一条", "第二条", "第二条（一）", "第三条", "第三条"),
    ]
    assert all(e.text == "社区服务" for e in page.all("strong") if e.inside("details", "lines"))
    assert "第 1 / 6 处" in page.one("nav", "hits").text


def test_a_record_stands_in_its_article_under_its_chapter(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "“听取居民意见”", "size": 1}).get_json()
    [hit] = found["hits"]
    page = fetch(client, f"/record/{hit['id']}")
    assert page.one("h1").text == f"《{LAW}》第二条（二）"
    around = [e for e in page.all("p") if e.inside("div", "place")]
    assert [e.text[:5] for e in around] == ["第一章 总", "第二条 社", "（一）公开", "（二）听取"]
    assert [e.text for e in around if "own" in e.classes] == [hit["body"]]


def test_a_row_stands_in_its_table(client: FlaskClient, notice_client: FlaskClient) -> None:
    page = fetch(notice_client, "/record/民函〔2019〕41号/zone-7")
    rows = [e for e in page.all("tr") if e.inside("div", "place")]
    assert [e.text.split(" ")[0] for e in rows[1:]] == ["5", "6", "7", "8", "9"]
    assert rows[0].text == "附件序号 实验单位 实验主题 实验内容" or "实验主题" in rows[0].text
    assert [e.text.split(" ")[0] for e in rows if "own" in e.classes] == ["7"]


@pytest.fixture(scope="module")
def notice_client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def test_a_document_of_thousands_of_records_is_read_in_parts(client: FlaskClient) -> None:
    met: list[str] = []
    address = f"/policy/{LONG}?q=“社区居民委员会”"
    first = fetch(client, address)
    parts_of = [e for e in first.all("a") if e.inside("nav", "pager") and e.inside("article")]
    addresses = list(dict.fromkeys(e.attrs["href"] for e in parts_of))
    for where in (address, *addresses):
        page = fetch(client, where)
        anchors = [e.attrs["id"] for e in page.all("p") if e.attrs.get("id", "").startswith("pass")]
        assert 0 < len(anchors) <= LONGEST
        marks = [e.attrs["id"] for e in page.all("mark")]
        met += marks
        assert f"/ {2 * LONGEST} 处" in page.one("nav", "hits").text
        here = {e.attrs["id"] for e in page.elements if "id" in e.attrs}
        assert {a[1:] for a in page.links() if a.startswith("#")} <= here
    assert met == [f"hit-{n}" for n in range(1, 2 * LONGEST + 1)]
    bar = first.one("nav", "hits").attrs
    assert bar["data-before"] == ""
    following = unquote(bar["data-after"])
    number = following.partition("#hit-")[2]
    assert f"hit-{number}" in {e.attrs.get("id") for e in fetch(client, following).all("mark")}


def test_a_hit_links_to_the_part_that_holds_it(client: FlaskClient) -> None:
    page = fetch(client, f"/?q=第{2 * LONGEST - 1}项服务")
    address = next(a for a in page.links() if a.startswith("/policy/"))
    anchor = address.partition("#")[2]
    assert anchor in {e.attrs.get("id") for e in fetch(client, address).elements}


def test_a_place_that_is_gone_says_so(client: FlaskClient) -> None:
    response = client.get(f"/policy/{LAW}?at=passage-999")
    assert response.status_code == 404
    assert "passage-999" in response.text and "从文件开头" in response.text


def test_an_outline_of_2000_articles_is_folded_and_light(client: FlaskClient) -> None:
    response = client.get("/policy/平条例", headers={"Accept-Encoding": "gzip"})
    assert len(response.data) < 150 * 1024
    page = fetch(client, "/policy/平条例")
    folded = [e for e in page.all("details") if e.inside("details", "outline")]
    assert len(folded) == 38 and all("open" not in e.attrs for e in folded)
    labels = [e.text for e in entries(page)]
    assert labels[0] == "第1条 — 第50条" and "第1899条" in labels


def test_a_title_of_500_characters_leaves_the_page_whole(client: FlaskClient) -> None:
    title = "关" * 500 + "通知"
    listed = client.get("/api/policies").get_json()["policies"]
    [policy] = [one for one in listed if one["title"].startswith("关关")]
    page = fetch(client, f"/policy/{policy['id']}")
    assert page.one("h1").text == policy["title"] and policy["title"][:100] in title
    assert len(page.one("title").text) < 80


@given(
    st.lists(st.sampled_from([None, None, None, 30, 50, 60]), max_size=60),
    st.integers(min_value=2, max_value=12),
)
def test_parts_hold_every_record_once_in_order(ranks: list[int | None], longest: int) -> None:
    cut = parts([Setting("text", rank) for rank in ranks], longest)
    assert [at for part in cut for at in part] == list(range(len(ranks)))
    assert all(0 < len(part) <= longest for part in cut)


def test_times_say_how_far_they_are_from_utc(notice_client: FlaskClient) -> None:
    text = fetch(notice_client, "/help").one("footer").text
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d", text)
