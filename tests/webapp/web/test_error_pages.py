"""Failures reach the reader with a cause, a mend and a way on; never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from corpus.library.library import Library
from indexer.errors import EngineError, EngineUnavailable
from indexer.searcher import Searcher
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/record/民函〔2019〕41号/zone-99", 404),
        ("/policy/民函〔2019〕42号", 404),
        ("/source/民函〔2019〕42号", 404),
        ("/source/../library.json", 404),
        ("/themes/没有的议题", 404),
        ("/?size=1e9", 400),
        ("/?province=江苏省&provence=江苏省", 400),
    ],
)
def test_failures_are_told_as_a_page_with_a_way_on(
    client: FlaskClient, address: str, status: int
) -> None:
    response = client.get(address)
    assert response.status_code == status
    page = Page(response.get_data(as_text=True))
    assert page.one("p", "cause").text and page.one("p", "mend").text
    assert "/" in page.links()
    assert "Traceback" not in page.one("body").text


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/record/民函〔2019〕41号/zone-99", "民函〔2019〕41号/zone-99"),
        ("/policy/民函〔2019〕42号", "民函〔2019〕42号"),
        ("/source/民函〔2019〕42号", "民函〔2019〕42号"),
        ("/themes/没有的议题", "没有的议题"),
        ("/themes/" + "长" * 5000, "长" * 80 + "…"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_asked_for_is_named(
    client: FlaskClient, address: str, asked: str, language: str
) -> None:
    text = client.get(address, query_string={"lang": language}).get_data(as_text=True)
    assert f"“{asked}”" in Page(text).one("p", "cause").text


def test_an_address_without_parameters_says_so(client: FlaskClient) -> None:
    response = client.get("/help?x=1")
    assert response.status_code == 400
    assert Page(response.get_data(as_text=True)).one("p", "mend").text == "这个地址不带参数，请去掉"


@pytest.mark.parametrize("path", ["/admin", "/themes", "/help"])
def test_a_slash_at_the_end_leads_to_the_page(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}/?lang=en")
    assert (answer.status_code, answer.location) == (308, f"{path}?lang=en")
    assert client.get("/nowhere/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/?q=社区&page=999", "/themes/没有的议题", "/help?x=1", "/policy/没有", "/nowhere"]
)
def test_what_helps_is_said_once(client: FlaskClient, address: str) -> None:
    page = Page(client.get(address).get_data(as_text=True))
    failure = page.one("section", "failure")
    said = [each.text for each in page.all("p") if each.inside("section", "failure")]
    assert len(said) == len({*said}) and failure.text.count("最后一页") <= 2
    assert failure.text.count("全部议题") <= 1 and failure.text.count("检索") <= 1


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "GET" in Page(response.get_data(as_text=True)).one("p", "mend").text


def test_clients_that_want_json_get_json(client: FlaskClient) -> None:
    response = client.get("/?page=0", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert set(response.get_json()["error"]) == {"code", "message", "hint"}


@pytest.mark.parametrize(
    ("raised", "status"),
    [(EngineError("索引打不开", "请重建"), 503), (ZeroDivisionError("秘密"), 500)],
)
def test_a_broken_index_is_told_without_its_secrets(
    home: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int
) -> None:
    app = create_app(Settings(home))

    def fail(*_: object, **__: object) -> None:
        raise raised

    for call in ("records", "documents"):
        monkeypatch.setattr(Searcher, call, fail)
    response = app.test_client().get("/?q=社区")
    text = response.get_data(as_text=True)
    assert response.status_code == status
    assert "秘密" not in text and "ZeroDivision" not in text
    assert ("Retry-After" in response.headers) is (status == 503)
    assert Page(text).one("p", "cause").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_index_that_is_being_replaced_is_worth_another_try(
    home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    app = create_app(Settings(home))

    def fail(*_: object, **__: object) -> None:
        raise EngineUnavailable("索引版本 v1 刚刚被取代", "请稍后再试")

    for call in ("records", "documents"):
        monkeypatch.setattr(Searcher, call, fail)
    client = app.test_client()
    asked = {"q": "社区", "size": "50", "lang": language}
    answers = [client.get(path, query_string=asked) for path in ("/", "/api/search")]
    assert [each.status_code for each in answers] == [503, 503]
    assert 1 <= int(answers[0].headers["Retry-After"]) <= 10
    error = answers[1].get_json()["error"]
    assert error["code"] == "try_again"
    page = Page(answers[0].get_data(as_text=True))
    cause, hint = page.one("p", "cause"), page.one("p", "mend")
    assert (cause.text, hint.text) == (error["message"], error["hint"])
    assert ("索引" in cause.text) is (language == "zh")
    assert f"/?q=社区&size=50&lang={language}" in [unquote(link) for link in page.links()]


@pytest.mark.parametrize(
    ("address", "leads_to", "box"),
    [
        ("/?q=社区&by=nothing", "/?q=社区", "社区"),
        ("/?q=社区&size=1e9&sort=date&lang=zh", "/?q=社区&sort=date&lang=zh", "社区"),
        ("/?q=社区&page=999", "/?q=社区&page=2", "社区"),
        ("/record/民函〔2019〕41号/zone-99", "/policy/民函〔2019〕41号", "民函〔2019〕41号"),
        ("/policy/民函〔2019〕42号", "/?q=民函〔2019〕42号", "民函〔2019〕42号"),
        ("/themes/没有的议题", "/?q=没有的议题", "没有的议题"),
    ],
)
def test_a_failure_links_what_repairs_it_and_keeps_the_words(
    client: FlaskClient, address: str, leads_to: str, box: str
) -> None:
    page = Page(client.get(address).get_data(as_text=True))
    links = [unquote(link) for link in page.links()]
    assert leads_to in links
    assert next(e for e in page.all("input") if e.attrs.get("name") == "q").attrs["value"] == box
    assert client.get(leads_to).status_code == 200


@pytest.mark.parametrize("view", ["", "&view=table", "&view=table&columns=没有"])
def test_what_lists_nothing_is_said_beside_the_results(client: FlaskClient, view: str) -> None:
    answer = client.get("/?q=社区&by=chapter" + view)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "by=chapter" in page.one("p", "cause").text
    assert [e for e in page.all("article") + page.all("tr") if "hit" in e.attrs.get("class", "")]
    program = client.get("/?q=社区&by=chapter", headers={"Accept": "application/json"})
    assert program.get_json()["error"]["code"] == "bad_parameter"


def test_a_removed_document_is_said_to_be_removed(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.remove("民函〔2019〕41号")
    app = create_app(Settings(tmp_path))
    page = Page(app.test_client().get("/policy/民函〔2019〕41号").get_data(as_text=True))
    app.extensions["zhengsou"].searcher.close()
    assert page.one("p", "cause").text == "文件“民函〔2019〕41号”已移出馆藏"
