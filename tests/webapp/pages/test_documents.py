"""Documents as hits, on every face: what no record holds, but the whole document does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer.searcher import Searcher
from tests.conftest import NUMBER
from tests.support.markup import Page
from webapp import create_app
from webapp.commands import export as export_command
from webapp.commands import search as search_command
from webapp.pages.feeds import ATOM as ATOM_NAMESPACE
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


ATOM = f"{{{ATOM_NAMESPACE}}}"
HEAD = "“实验主题 实验内容”"
APART = "网格化 智慧社区"


def search(client: FlaskClient, q: str, **more: str) -> Page:
    return Page(client.get("/", query_string={"q": q, **more}).text)


def test_the_head_of_a_table_is_found_in_its_document(client: FlaskClient) -> None:
    (card,) = search(client, HEAD).all("article", "document")
    assert "实验主题" in card.text
    assert "记录之外" in card.text


def test_a_document_names_the_places_of_its_parts(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": APART}).text
    before, _, after = page.partition('id="documents"')
    assert "同文件命中 1 份" in after
    assert "智慧社区</mark>" in after
    assert "#zone-" in after
    assert 'class="hit' not in before
    assert after.index("同文件") < after.index("部分命中")


def test_the_text_is_marked_in_each_record_that_it_reaches_into(
    client: FlaskClient, searcher: Searcher
) -> None:
    """The title of one passage and the beginning of the next, as the file has them."""
    texts = [hit.record.record.body for hit in searcher.passages(NUMBER)[:2]]
    phrase = texts[0][-4:] + texts[1][:4]
    answer = client.get("/api/search", query_string={"q": f"“{phrase}”"}).get_json()
    assert (answer["total"], answer["document_total"]) == (0, 1)
    (hit,) = answer["hits"]
    assert (hit["kind"], hit["match"], hit["id"]) == ("document", "document", NUMBER)
    assert [record["n"] for record in hit["parts"][0]["records"]] == [1, 2]
    page = client.get(f"/policy/{quote(NUMBER, safe='')}", query_string={"q": f"“{phrase}”"}).text
    assert f"{texts[0][-4:]}</mark>" in page
    assert f"{texts[1][:4]}</mark>" in page


def test_the_command_line_lists_documents_and_exports_count_them(
    home: Path, tmp_path: Path
) -> None:
    runner = CliRunner()
    said = runner.invoke(search_command.command, ["--home", str(home), APART]).output
    assert "另有同文件命中 1 份" in said
    said = runner.invoke(
        search_command.command, ["--home", str(home), "--format", "json", HEAD]
    ).output
    answer = json.loads(said[said.index("{") :])
    assert [hit["match"] for hit in answer["hits"]] == ["document"]
    out = tmp_path / "out.json"
    runner.invoke(export_command.command, ["--home", str(home), HEAD, "-o", str(out)])
    written = json.loads(out.read_text("utf-8"))
    assert written["hits"] == []
    assert written["provenance"]["documents"] == 1


def test_pictures_of_records_name_what_pictures_of_documents_count(client: FlaskClient) -> None:
    page = Page(client.get("/overview", query_string={"q": APART}).text)
    assert "另有 1 份文件同文件命中" in page.one("p", "count").text
    (link,) = (e for e in page.all("a") if e.text == "按文件计数就包括它们")
    counted = Page(client.get(link.attrs["href"]).text)
    assert counted.one("p", "count").text.startswith("1 份文件")
    rows = client.get("/chart/year.csv", query_string={"q": APART, "count": "document"}).text
    assert "2019,1," in rows.replace("\r\n", ",\n")
    # What a number leads to has as many documents.
    year = next(e for e in counted.all("a") if "year=2019" in e.attrs.get("href", ""))
    assert "1 份" in Page(client.get(year.attrs["href"]).text).one("p", "count").text


def test_the_feed_lists_a_document_that_matches_as_a_whole(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/feed.atom", query_string={"q": APART}).data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}link") is not None
    said = "".join(entry.itertext())
    assert "同文件命中" in said and "智慧社区" in said and "网格化" in said
    links = [each.get("href", "") for each in entry.iter() if each.tag.endswith("}a")]
    assert links and all(client.get(link).status_code == 200 for link in links)
