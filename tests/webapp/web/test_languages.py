"""The language of the pages: how it is chosen and kept, and that the English is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import indexer
import webapp
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def test_the_language_is_kept_by_the_cookie_and_without_one_by_the_links(home: Path) -> None:
    app = create_app(Settings(home))
    keeping, refusing = app.test_client(), app.test_client(use_cookies=False)
    for client in (keeping, refusing):
        first = Page(client.get("/?lang=en").get_data(as_text=True))
        onward = next(e.attrs["href"] for e in first.all("a") if e.text == "Help")
        assert Page(client.get(onward).get_data(as_text=True)).one("h1").text == "Help"
    assert Page(keeping.get("/help").get_data(as_text=True)).one("h1").text == "Help"
    back = Page(keeping.get("/help?lang=zh").get_data(as_text=True))
    assert back.one("h1").text == "帮助"


def test_the_english_catalogue_is_complete_and_compiled() -> None:
    root = Path(webapp.__file__).parent
    with (root / "translations/babel.cfg").open(encoding="utf-8") as config:
        method, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = {
        message[0] if isinstance(message, tuple) else message
        for folder in (root, Path(indexer.__file__).parent)
        for _, _, message, _, _ in extract_from_dir(str(folder), method, options)
    }
    folder = root / "translations/en/LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po:
        catalogue = read_po(po, locale="en")
    known = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id: m for m in catalogue if m.id}
    assert found - set(known) == set(), "run pybabel update, then translate"
    assert set(known) - found == set(), "no longer used"
    for message in known.values():
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        assert all(strings) and not message.fuzzy, message.id
        assert not list(message.check()), message.id
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    with (folder / "messages.mo").open("rb") as mo:
        messages = [(m.id, m.string) for m in read_mo(mo)]
    assert messages == [(m.id, m.string) for m in read_mo(compiled)], "run pybabel compile"


HAN = re.compile(r"[\u3400-\u9fff]")
#: Searches of which there is something to say: interpretations, warnings, suggestions.
SAID = (
    "主题:社区 -物业",
    "同句:(平台 信息)",
    "“三社联动",
    "”社区",
    "年:abc",
    "年:2020..2015",
    "省:",
    "省:四川",
    "单位:治理",
    "三设联动",
    "“社区减负治理”",
    "主题:三设联动",
    "社区A*B",
    "NOT 机制",
    "NOT (社区 省:四川)",
    "议题:三社联动 -关键词:党建",
    "网格* 年:2018..",
    "。。。",
    "(社区",
    "社区)",
    "社区 AND",
    "A OR 社区",
    "* 社区",
    "社区" * 600,
    "同句:(年:2019 社区)",
    "市:成都 OR 区县:武侯",
    "社区\x00治理",
    "关键词:社*",
    "(" * 20 + "社区",
)


@pytest.mark.parametrize("q", SAID, ids=range(len(SAID)))
def test_english_pages_say_in_english_what_was_searched(client: FlaskClient, q: str) -> None:
    address = f"/?q={quote(q)}&kind=zone&from=2018-01-01"
    page = Page(client.get(f"{address}&lang=en").get_data(as_text=True))
    for element, text in page.texts:
        if element.lang == "en" and element.tag != "title":
            assert not HAN.search(text.replace("年:", "").replace("同句:", "")), text
    chinese = client.get(f"/api/search?{address[2:]}").get_json()
    english = client.get(f"/api/search?{address[2:]}&lang=en").get_json()
    told = Page(client.get(f"{address}&lang=zh").get_data(as_text=True))
    assert told.one("p", "interpretation").text == " ".join(chinese["interpretation"].split())
    for answer in (chinese, english):
        del answer["took_ms"]
    assert chinese == english
    assert len(page.all("p", "interpretation")) == 1
    assert _items(page, "warnings") == _items(told, "warnings") == len(chinese["warnings"])
    assert _items(page, "suggestions") == _items(told, "suggestions")


def _items(page: Page, css_class: str) -> int:
    return sum(e.tag == "li" and e.inside("ul", css_class) for e in page.elements)


def test_what_is_quoted_in_english_is_escaped_and_marked_as_chinese(client: FlaskClient) -> None:
    typed = '主题:<img src=x> “"><script>x</script>” -&lt;'
    page = Page(client.get(f"/?q={quote(typed)}&lang=en").get_data(as_text=True))
    said = page.one("p", "interpretation")
    assert "<img" in said.text and "<script>x</script>" in said.text and "“&lt”" in said.text
    quoted = [e for e in page.all("span") if e.parent is said]
    assert quoted and all(e.attrs == {"lang": "zh-Hans"} for e in quoted)
    assert not [e for e in page.all("img") + page.all("script") if e.inside("main")]
