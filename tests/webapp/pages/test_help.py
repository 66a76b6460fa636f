"""Help that teaches: tasks with pictures of the product, pages of their own, old anchors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask.testing import FlaskClient
from PIL import Image

import webapp
from tests.support.help_pictures import SCENES
from tests.support.markup import Page
from webapp import create_app
from webapp.cli import cli
from webapp.presentation.help_topics import commands
from webapp.settings import Settings

PICTURES = Path(webapp.__file__).parent / "static" / "help"
#: So that the whole page stays light.
MOST_BYTES = 40 * 1024
#: Sections that addresses of earlier versions lead to.
ANCHORS = (
    *("language", "matching", "why", "cite-help", "holdings-help", "basket-help", "api", "keys"),
)


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def fetch(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return Page(response.get_data(as_text=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_task_has_a_small_picture_of_the_size_it_says(client: FlaskClient, lang: str) -> None:
    page = fetch(client, f"/help?lang={lang}")
    pictures = page.all("img")
    assert len(pictures) == len(SCENES) == 5
    for picture in pictures:
        assert picture.attrs["alt"] and picture.attrs["loading"] == "lazy"
        response = client.get(picture.attrs["src"], buffered=True)
        assert response.mimetype == "image/png" and len(response.data) < MOST_BYTES
        with Image.open(
            PICTURES / picture.attrs["src"].partition("?")[0].rpartition("/")[2]
        ) as image:
            said = (int(picture.attrs["width"]), int(picture.attrs["height"]))
            assert image.size == said


def test_every_task_leads_to_where_it_is_done(client: FlaskClient) -> None:
    page = fetch(client, "/help")
    leads = [e.attrs["href"] for e in page.all("a") if e.text.startswith("现在就试")]
    assert len(leads) == len(SCENES)
    for address in leads:
        fetch(client, address)


def test_old_anchors_lead_to_what_they_were_about(client: FlaskClient) -> None:
    page = fetch(client, "/help")
    assert set(ANCHORS) <= {e.attrs["id"] for e in page.elements if "id" in e.attrs}
    assert "/help/api" in page.links() and "/help/admin" in page.links()
    assert "/api/openapi.json" in fetch(client, "/help/api").links()
    assert "zhengsou add" in fetch(client, "/help/admin").one("main").text


def test_the_commands_that_are_named_are_there() -> None:
    for command in commands():
        name = command.typed.split()[1]
        assert name in cli.list_commands(click.Context(cli))
