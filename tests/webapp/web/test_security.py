"""What every answer carries, and what is refused before a view runs."""

from __future__ import annotations

import gc
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from corpus.library.library import Library
from tests.support import hostile_notice
from tests.support.markup import Page
from webapp import create_app
from webapp.errors import SettingsError
from webapp.settings import LOOPBACK, Settings
from webapp.web.outside import HEADERS
from webapp.web.security import MAX_ADDRESS, MAX_BODY, is_served
from webapp.web.urls import PARAMETERS

POLICY = "民函〔2019〕41号"
PAGES = (
    "/",
    "/?q=三社联动",
    "/?q=三社联动&lang=en",
    "/?q=没有这个词",
    f"/record/{POLICY}/zone-7?q=三社联动",
    f"/policy/{POLICY}?q=社区",
    "/themes",
    "/themes/三社联动",
    "/help",
    "/nowhere",
    "/?page=0",
)


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home, hosts=("search.example.cn", ".inner.example.cn")))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()


@pytest.mark.parametrize("address", [*PAGES, "/static/site.css", "/api/search", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Referrer-Policy", "Permissions-Policy"):
        assert headers[name]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_what_the_policy_forbids(client: FlaskClient, address: str) -> None:
    page = Page(client.get(address).get_data(as_text=True))
    assert not page.all("style")
    for element in page.elements:
        assert "style" not in element.attrs
        assert not [name for name in element.attrs if name.startswith("on")]
        loaded = element.tag == "link" and element.attrs["rel"] in ("stylesheet", "icon")
        source = element.attrs.get("src") or (loaded and element.attrs["href"])
        assert not source or source.startswith("/static/")
        assert not element.attrs.get("href", "").startswith(("javascript:", "data:"))
    assert all(script.attrs.get("src") and not script.text for script in page.all("script"))


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "'onfocus=alert(1) x='", "</title>"]
)
def test_what_was_typed_is_shown_and_never_run(client: FlaskClient, text: str) -> None:
    for path in ("/", f"/policy/{POLICY}", f"/record/{POLICY}/zone-1"):
        page = Page(client.get(path, query_string={"q": text}).get_data(as_text=True))
        assert all(script.attrs.get("src") for script in page.all("script"))
        boxes = [e for e in page.all("input") if e.attrs.get("name") == "q"]
        assert boxes and all(box.attrs["value"] == text for box in boxes)


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("LOCALHOST:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("[::1]", True),
        ("search.example.cn", True),
        ("a.inner.example.cn:80", True),
        ("inner.example.cn", True),
        ("evilinner.example.cn", False),
        ("example.cn", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("[::2]:8000", False),
        ("", False),
    ],
)
def test_only_served_names_are_answered(client: FlaskClient, host: str, served: bool) -> None:
    assert is_served(host, (*LOOPBACK, "search.example.cn", ".inner.example.cn")) is served
    response = client.get("/themes", headers={"Host": host})
    assert response.status_code == (200 if served else 400)


def test_a_refused_name_is_explained_in_a_page_with_its_style(client: FlaskClient) -> None:
    headers = {"Host": "rebound.example"}
    text = client.get("/?q=党建", headers=headers).get_data(as_text=True)
    assert "rebound.example" in text and "ZHENGSOU_ALLOWED_HOSTS" in text
    assert "三社联动" not in text
    style = next(e.attrs["href"] for e in Page(text).all("link") if "site.css" in e.attrs["href"])
    assert client.get(style, headers=headers, buffered=True).status_code == 200
    failure = client.get("/api/search", headers=headers)
    assert failure.status_code == 400 and failure.get_json()["error"]["code"] == "bad_host"


def test_the_names_that_are_served_are_each_told_once(home: Path) -> None:
    client = create_app(Settings(home, hosts=("127.0.0.1", "a.example"))).test_client()
    told = client.get("/api/search", headers={"Host": "b.example"}).get_json()["error"]["hint"]
    assert told.count("127.0.0.1") == told.count("a.example") == 1


@pytest.mark.parametrize(
    ("path", "is_json"),
    [("/", False), ("/zsx", False), ("/api/search", True), ("/other/api/x", True), ("/x", False)],
)
def test_what_is_beside_the_prefix_is_refused_in_the_same_shape(
    home: Path, path: str, is_json: bool
) -> None:
    client = create_app(Settings(home, url_prefix="/zs")).test_client()
    response = client.get(path)
    assert response.status_code == 404
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    if is_json:
        error = json.loads(response.get_data(as_text=True))["error"]
        assert list(error) == ["code", "message", "hint"]
        assert error["code"] == "not_found" and "/zs/" in error["hint"]
    else:
        assert response.mimetype == "text/html"
        assert "/zs/" in Page(response.get_data(as_text=True)).one("p").text
    head = client.head(path)
    assert (head.status_code, head.data) == (404, b"")


def test_a_long_address_and_a_large_body_are_refused(client: FlaskClient) -> None:
    assert client.get("/", query_string={"q": "x" * MAX_ADDRESS}).status_code == 414
    assert client.get("/", data=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.get("/", query_string={"q": "社区" * 3000}).status_code == 200


def test_another_encoding_is_refused_with_the_parameter_named(client: FlaskClient) -> None:
    response = client.get(f"/?q={quote_from_bytes('社区'.encode('gbk'))}")
    assert response.status_code == 400
    assert "q" in Page(response.get_data(as_text=True)).one("p", "cause").text.split()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from((*PARAMETERS, "lang", "x")), st.text(max_size=30)), max_size=4
    )
)
def test_no_parameter_can_break_the_search_page(
    client: FlaskClient, pairs: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    assert client.get(f"/?{query}").status_code in (200, 400, 404)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("record", "policy", "source", "themes", "static")), st.binary(max_size=20))
def test_no_path_can_break_a_page(client: FlaskClient, page: str, rest: bytes) -> None:
    response = client.get(f"/{page}/{quote_from_bytes(rest, safe='/.')}", buffered=True)
    assert response.status_code in (200, 308, 400, 404)


def test_static_files_are_cached_by_their_content(client: FlaskClient) -> None:
    links = Page(client.get("/help").get_data(as_text=True)).all("link")
    versioned = next(e.attrs["href"] for e in links if "site.css" in e.attrs["href"])
    assert re.fullmatch(r"/static/site\.css\?v=[0-9a-f]{12}", versioned)
    assert "immutable" in client.get(versioned, buffered=True).headers["Cache-Control"]
    for other in ("/static/site.css", "/static/site.css?v=000000000000", "/static/icon.svg"):
        assert "immutable" not in client.get(other, buffered=True).headers["Cache-Control"]
    assert client.get("/help").headers["Cache-Control"] == "private, no-cache"


def test_the_language_cookie_cannot_be_read_by_scripts_or_sent_across_sites(home: Path) -> None:
    client = create_app(Settings(home, url_prefix="/zs")).test_client()
    cookie = client.get("/zs/?lang=en").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/zs" in cookie
    assert "Set-Cookie" not in client.get("/zs/?lang=en").headers
    assert "Set-Cookie" not in client.get("/zs/?lang=xx").headers


def test_settings_are_read_from_the_environment_in_one_form(tmp_path: Path) -> None:
    environment = {
        "ZHENGSOU_HOME": str(tmp_path),
        "ZHENGSOU_URL_PREFIX": "/a/b/",
        "ZHENGSOU_ALLOWED_HOSTS": "Search.Example.CN, [FE80::1],::",
    }
    given = Settings(tmp_path, url_prefix="/a/b/", hosts=("Search.Example.CN", "[FE80::1]", "::"))
    assert given.url_prefix == "/a/b"
    assert given.hosts == ("search.example.cn", "fe80::1")
    assert Settings.from_environment(environment) == given


@pytest.mark.parametrize("prefix", ["zs", "/a b", "/社区", "//x", "/x?y", "http://x"])
def test_a_prefix_that_is_no_path_is_refused(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(tmp_path, url_prefix=prefix)
    assert caught.value.hint


def test_parameters_are_checked_on_every_page(client: FlaskClient) -> None:
    for path in (f"/record/{POLICY}/zone-1", f"/policy/{POLICY}", "/themes", "/help"):
        assert client.get(path, query_string=MultiDict({"oops": "1"})).status_code == 400


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A library of two policies: a feed of one is too short to be packed well."""
    folder = tmp_path_factory.mktemp("two")
    Library.open(folder / "home").add(hostile_notice.write(folder))
    app = create_app(Settings(folder / "home"))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_is_read_travels_compressed_and_what_is_kept_does_not(
    client: FlaskClient, of_two: FlaskClient, coding: str
) -> None:
    asked = {"Accept-Encoding": coding}
    read = [(client, each) for each in ("/?q=社区", "/api/search?q=社区", "/static/site.css")]
    for asking, address in (*read, (of_two, "/feed.atom")):
        plain, packed = asking.get(address), asking.get(address, headers=asked)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data) / 2
    for address in (f"/source/{POLICY}", "/export/csv?q=社区", "/export/json?q=社区"):
        kept = client.get(address, headers=asked, buffered=True)
        assert kept.status_code == 200 and "Content-Encoding" not in kept.headers


def test_the_page_of_an_error_travels_compressed_and_keeps_its_status(client: FlaskClient) -> None:
    plain = client.get("/themes/没有这个")
    packed = client.get("/themes/没有这个", headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == packed.status_code == 404
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()


def test_a_file_that_travels_packed_is_closed(client: FlaskClient) -> None:
    """One that is not is warned of when it is thrown away, and a warning fails a test."""
    with client.get("/static/admin.css", headers={"Accept-Encoding": "gzip"}) as packed:
        assert gzip.decompress(packed.data).startswith(b"/*")
    del packed
    gc.collect()
