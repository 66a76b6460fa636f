"""What users and strangers send that cannot be right, through a server as a user starts it.

Every address of the application with anything in every parameter is answered
without an error of the server, and what comes back is a well-formed page or
the one JSON shape.  A lexicon that is broken takes nothing away.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.results.model import FACETS
from indexer.versions.open import open_searcher
from tests.support import hostile
from tests.support.markup import Page
from tests.support.program import run
from tests.support.serving import served
from webapp import create_app
from webapp.settings import Settings
from webapp.web.urls import PARAMETERS

POLICY = "民函〔2019〕41号"
PAIRS = (*PARAMETERS, "id", "find", "within", "text", "limit", "lang", "utm_x", "nobody")
#: Names that the framework would take for its own.
RESERVED = ("_scheme", "_external", "_anchor", "_method", "endpoint", "self", "values", "page")
MARKUP = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'</title>"


class Client:
    """One connection to a server, opened anew where it was closed."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

    def get(self, target: str, accept: str = "text/html") -> tuple[int, str, bytes]:
        """Status, media type and body."""
        self._connection.request("GET", target, headers={"Accept": accept})
        response = self._connection.getresponse()
        kind = response.headers.get_content_type()
        return response.status, kind, response.read()

    def page(self, target: str, status: int = 200) -> Page:
        found, kind, body = self.get(target)
        assert (found, kind) == (status, "text/html"), body[:500]
        return Page(body.decode("utf-8"))

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with closing(Client(address)) as opened:
        yield opened


@pytest.fixture(scope="module")
def rules(home: Path) -> tuple[str, ...]:
    """Every address that can be asked for, as the application knows them."""
    app = create_app(Settings(home))
    app.extensions["zhengsou"].searcher.close()
    return tuple(sorted(rule.rule for rule in app.url_map.iter_rules()))


odd = st.one_of(
    st.sampled_from(["", " ", "0", "-1", "1", "99999999999999999999", "1e3", "١", "nan"]),
    st.sampled_from(["2019-02-30", "0000-00-00", "9999-12-31", "2019", "-2019-01-01"]),
    st.sampled_from(["zone", "policy", "on", "off", "date", "en", "xx", "四川省", POLICY]),
    st.sampled_from([MARKUP, "\r\nSet-Cookie: x=1", "%s%n{0}{{7*7}}", "../../etc/passwd", "\x00"]),
    st.sampled_from(["\u202e\u2066社区", "e\u0301\u0302" * 200, "社" * 3000, "A" * 5000]),
    st.sampled_from([each.typed for each in hostile.QUERIES.values()]).map(lambda q: q[:4000]),
    st.text(max_size=30),
).map(lambda text: quote(text, safe="", errors="surrogatepass"))
raw = st.binary(max_size=12).map(lambda data: quote_from_bytes(data, safe=""))
query = st.lists(st.tuples(st.sampled_from(PAIRS), st.one_of(odd, raw)), max_size=4)


def sound(status: int, kind: str, body: bytes) -> None:
    """No error of the server; a page is well-formed, and all its script is ours."""
    assert status < 500, body[:500]
    assert b"Traceback" not in body
    if kind == "text/html" and status not in (301, 302, 308):
        page = Page(body.decode("utf-8"))
        assert all(script.attrs.get("src") for script in page.all("script"))
        assert not [e for e in page.elements if any(name.startswith("on") for name in e.attrs)]
    if kind == "application/json":
        found = json.loads(body)
        assert status < 400 or list(found) == ["error"]


@settings(max_examples=150, derandomize=True)
@given(st.data())
def test_every_parameter_of_every_page_takes_anything(
    client: Client, rules: tuple[str, ...], data: st.DataObject
) -> None:
    rule = data.draw(st.sampled_from(rules))
    path = re.sub("<[^>]+>", lambda _: data.draw(st.one_of(odd, raw)) or "x", rule)
    pairs = data.draw(query)
    target = path + ("?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else "")
    sound(*client.get(target))


@pytest.mark.parametrize("name", PAIRS)
def test_every_parameter_of_the_search_takes_anything(client: Client, name: str) -> None:
    for value in ("%FF", "%ED%A0%80", "%00", quote(MARKUP), "9" * 400, quote("社" * 5000), "-1"):
        for target in (f"/?{name}={value}", f"/api/search?q=a&{name}={value}"):
            sound(*client.get(target))


@pytest.mark.parametrize("name", RESERVED)
def test_no_parameter_is_taken_for_an_argument_of_the_framework(client: Client, name: str) -> None:
    for path in ("/", "/help", "/nowhere", "/themes/x", "/api/search", "/static/none"):
        status, kind, body = client.get(f"{path}?{name}=javascript&_external=1")
        sound(status, kind, body)
        if kind == "text/html":
            for link in Page(body.decode("utf-8")).links():
                assert link.startswith(("/", "#")), link
    status, _, _ = client.get(f"/help/?{name}=javascript")
    assert status == 308


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("/themes/" + quote("没有的议题"), "没有的议题"),
        ("/record/" + quote(f"{POLICY}/zone-99"), f"{POLICY}/zone-99"),
        ("/record/" + quote(MARKUP, safe=""), "<script>alert(1)</script>"),
        ("/policy/" + quote("民函〔2099〕1号"), "民函〔2099〕1号"),
    ],
)
def test_what_does_not_exist_is_named_with_a_way_on(
    client: Client, target: str, named: str
) -> None:
    page = client.page(target, 404)
    assert named in page.one("p", "cause").text
    assert page.one("p", "mend").text
    assert all(script.attrs.get("src") for script in page.all("script"))
    status, _, body = client.get("/api" + target.replace("policy", "policies", 1)
                                 .replace("/record/", "/records/", 1))  # fmt: skip
    assert status == 404 and named in json.loads(body)["error"]["message"]


def test_a_basket_of_foreign_ids_shows_the_rest_and_counts_what_is_gone(client: Client) -> None:
    here = [f"{POLICY}/zone-{n}" for n in (3, 1)]
    gone = [f"{POLICY}/zone-99", "国发〔2001〕1号/passage-1", MARKUP]
    ids = "&".join(f"id={quote(each, safe='')}" for each in [gone[0], *here, *gone[1:]])
    for language, count in (("zh", "这 3 条"), ("en", "3 records")):
        page = client.page(f"/basket?{ids}&lang={language}")
        told = next(e for e in page.all("ul", "warnings"))
        assert count in told.text
        assert [e.text for e in page.all("li", "code")] == gone
        assert [e.attrs["data-id"] for e in page.all("div", "chosen")] == here
    found = json.loads(client.get(f"/export/json?{ids}", "*/*")[2])
    assert [hit["id"] for hit in found["hits"]] == here
    assert found["provenance"]["missing"] == gone
    assert "3" in found["warnings"][0]["message"]


GOOD = '[[theme]]\nname = "试点"\nvariants = ["实验区"]\n'
#: Files that cannot be used, with the line of the mistake.
BROKEN = (
    (GOOD + '[[theme]\nname = "另一个"\n', 4),
    (GOOD + '\n[[theme]]\nname = "试点"\nvariants = ["示范"]\n', 6),
)


def test_a_broken_lexicon_is_named_and_the_last_good_one_stays_in_force(tmp_path: Path) -> None:
    file = tmp_path / "themes.toml"
    file.write_text(GOOD, encoding="utf-8")
    open_searcher(tmp_path).close()
    for text, line in BROKEN:
        file.write_text(text, encoding="utf-8")
        checked = run(tmp_path, "check")
        assert checked.status == 1
        assert "Traceback" not in checked.said
        problem = next(said for said in checked.said.splitlines() if str(file) in said)
        assert re.search(rf"{line} ?行", problem)
        assert "。" in problem.partition(f"{line}")[2], "no way to mend it"
    with served(tmp_path) as address, closing(Client(address)) as client:
        footer = client.page("/").one("footer").text
        assert str(file) in footer and re.search(rf"{line} ?行", footer)
        theme = json.loads(client.get(f"/api/themes/{quote('试点')}")[2])
        assert theme["variants"] == ["实验区"]
        assert len(theme["records"]) > 0
    file.write_text(GOOD.replace("试点", "试验"), encoding="utf-8")
    with closing(open_searcher(tmp_path)) as searcher:
        assert searcher.theme("试验").records


def test_hostile_text_is_shown_as_typed(client: Client) -> None:
    for typed in (MARKUP, "\u202eabc\u2066", "社区" + "A" * 900, "{{ 7*7 }}", "&lt;b&gt;"):
        for target in (
            *(f"{path}?q={quote(typed)}" for path in ("/", f"/record/{quote(POLICY)}/zone-1")),
            *(f"/analyze?text={quote(typed)}", f"/themes?q={quote(typed)}"),
            *(f"/values/{FACETS[0]}?find={quote(typed)}", f"/?keyword={quote(typed)}"),
        ):
            page = client.page(target)
            assert all(script.attrs.get("src") for script in page.all("script"))
            assert typed in {
                *(e.attrs.get("value", "") for e in page.all("input")),
                *("".join(e.parts) for e in page.elements),
            }, target
