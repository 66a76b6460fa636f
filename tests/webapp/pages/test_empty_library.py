"""A library without documents: the pages answer, and say how to add one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from indexer.versions.ingest import remove_policies
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = tmp_path_factory.mktemp("empty-home")
    remove_policies(home, ["民函〔2019〕41号"])
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def test_the_start_page_leads_to_adding_one(client: FlaskClient) -> None:
    page = Page(client.get("/").get_data(as_text=True))
    said = page.one("div", "holdings").text
    assert "馆藏还是空的" in said and "zhengsou add" in said and "zhengsou token --new" in said
    assert not page.all("ol", "newest")
    english = Page(client.get("/?lang=en").get_data(as_text=True))
    assert "The library is empty" in english.one("div", "holdings").text


@pytest.mark.parametrize(
    "address",
    [
        "/?q=社区",
        "/?q=sanshe",
        "/advanced",
        "/advanced/count?text=a",
        "/help",
        "/help/api",
        "/themes",
    ],
)
def test_other_pages_answer(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200
