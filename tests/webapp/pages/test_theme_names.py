"""Themes of any name have addresses that work, and names are shown as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer.results.model import Evidence
from indexer.themes.history import THEMES
from indexer.versions.open import build_index
from tests.conftest import NUMBER
from tests.support.markup import Page
from webapp import create_app
from webapp.presentation.evidence import sentences
from webapp.settings import Settings

#: Name → a phrase of the notice that carries it.
NAMES = {
    "老街坊 “品牌” 100%/甲😀": "老街坊",
    "../甲//乙=c&d#f": "志愿服务",
    "/甲在前/": "人工智能",
    "<script>alert('x')</script>": "活力社区",
    "..\\尾巴": "云平台",
    "议题:(甲 OR 乙) -丙": "公约行动",
    "(三社": "四聚式",
    "\"引号'和`反引号": "民需项目",
    "%2F%00%zz+加号": "五邻社",
    "\u202e翻转\u202c零宽\u200b": "两级网络",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = tmp_path_factory.mktemp("names")
    tables = [
        f"[[theme]]\nname = {quoted(name)}\nvariants = [{quoted(phrase)}]\n"
        for name, phrase in NAMES.items()
    ]
    decided = "\n".join(
        f'[[theme.{verb}_record]]\nrecord = "{NUMBER}/zone-{n}"\nreason = "<b>{verb}</b>"\n'
        for verb, n in (("include", 3), ("exclude", 18))
    )
    own = f'[[theme]]\nname = "居民公约"\n{decided}'
    (home / THEMES).write_text("\n".join([*tables, own]), encoding="utf-8")
    assert build_index(home).theme_warnings == ()
    yield create_app(Settings(home=home)).test_client()


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def followed(base: str, href: str) -> str:
    """Where a browser goes: dot segments resolved before the server hears of them."""
    parts = urlsplit(urljoin(f"http://localhost{base}", href))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_of_any_name_has_a_page_an_export_and_an_entry(
    client: FlaskClient, name: str
) -> None:
    listed = Page(client.get("/themes").get_data(as_text=True))
    rows = [e for e in listed.all("a") if e.inside("table", "listing")]
    shown = re.sub(r"\s+", " ", name)
    (link,) = (e for e in rows if e.text == shown)
    response = client.get(followed("/themes", link.attrs["href"]))
    assert response.status_code == 200, link.attrs["href"]
    page = Page(response.get_data(as_text=True))
    assert page.one("h1").text == shown
    hits = len(page.all("article", "hit"))
    assert hits >= 1
    inside = [e for kind in ("exports", "count") for e in page.all("a") if e.inside("p", kind)]
    assert len(inside) >= 5
    for each in inside:
        answer = client.get(followed("/themes", each.attrs["href"]))
        assert answer.status_code == 200, each.attrs["href"]
        if each.attrs["href"].startswith("/export?"):
            every = f"{followed('/themes', each.attrs['href'])}&columns=记录编号&format=csv"
            answer = client.get(every, follow_redirects=True)
            assert answer.get_data(as_text=True).count("/zone-") == hits
    for each in (e for e in page.all("a") if e.inside("ul", "beside")):
        address = followed("/themes", each.attrs["href"])
        beside = Page(client.get(address).get_data(as_text=True)).one("p", "count").text
        assert int(re.search(r"\d+", beside).group()) == int(each.text.rpartition(" ")[2])  # type: ignore[union-attr]
    one = client.get(f"/api/themes/{quote(name, safe='')}").get_json()
    assert list(one) == ["name", "variants", "records"]
    assert (one["name"], len(one["records"])) == (name, hits)


def test_a_theme_shows_its_relations_and_what_was_decided_on_single_records(
    client: FlaskClient,
) -> None:
    page = Page(client.get("/themes/居民公约").get_data(as_text=True))
    lines = {e.text for e in page.all("p", "relation")}
    assert lines == {"上位议题：居民自治", "相关议题：三治融合"}
    assert {e.text for e in page.all("p", "why")} == {
        "依据：按记录列入：<b>include</b>",
        f"{NUMBER}/zone-18 <b>exclude</b>",
    }
    for link in (e for e in page.all("a") if e.inside("p", "relation") or e.inside("p", "why")):
        assert client.get(followed("/themes", link.attrs["href"])).status_code == 200
    narrower = Page(client.get("/themes/居民自治").get_data(as_text=True))
    assert "下位议题：居民公约、村务公开" in {e.text for e in narrower.all("p", "relation")}


def test_a_theme_is_described_and_its_evidence_shows_the_words_of_the_pattern(
    client: FlaskClient,
) -> None:
    page = client.get("/themes/驻区单位履责").get_data(as_text=True)
    assert "驻在社区的机关、企业、学校等参与社区共建，开放资源。" in page
    found = Evidence("body", 0, 3, "丁与戊", "pattern:{甲|乙|丙|丁} … 戊")
    with client.application.test_request_context():
        (said,) = sentences((found,))
    assert "“丁与戊”" in said and "“{丁|甲|乙|…} … 戊”" in said


def test_a_name_without_a_letter_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / THEMES).write_text('[[theme]]\nname = "./."\n', encoding="utf-8")
    (warning,) = build_index(tmp_path).theme_warnings
    assert "第 2 行" in warning
    assert "太短" in warning
