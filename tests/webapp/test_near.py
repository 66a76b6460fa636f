"""What is near in meaning, on the pages and in the API, with a small encoder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.policy import Record
from indexer.curation.proposals import Proposal
from indexer.searcher import Searcher
from indexer.semantic.making import make_vectors
from indexer.semantic.meaning import Meaning
from indexer.versions import open as versions
from tests.support.encoders import CharacterEncoder
from tests.webapp.admin.test_admin import csrf, log_in
from webapp import create_app
from webapp.admin import themes
from webapp.admin.access.credentials import new_token
from webapp.settings import Settings

QUESTION = "邻里互助怎么办好社区食堂"


@pytest.fixture(scope="module")
def encoder() -> CharacterEncoder:
    return CharacterEncoder()


@pytest.fixture(scope="module")
def own_home(home: Path, searcher: Searcher, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the indexed home, which these tests may change."""
    copy = tmp_path_factory.mktemp("near") / "home"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("*.lock", ".lock"))
    return copy


@pytest.fixture(scope="module")
def client(own_home: Path, searcher: Searcher, encoder: CharacterEncoder) -> FlaskClient:
    folder = own_home / "vectors"
    make_vectors(folder, encoder, searcher.reader)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "meaning_of", lambda home: Meaning(folder, encoder.chosen))
        return create_app(Settings(home=own_home)).test_client()


@pytest.mark.parametrize("more", ["", "&by=document", "&by=record&view=table"])
def test_the_page_has_the_section_once(client: FlaskClient, more: str) -> None:
    answer = client.get(f"/?q={QUESTION}{more}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert page.count('id="near-title"') == 1
    section = page[page.index('id="near-title"') :]
    assert "characters" in section
    assert "<mark>" in section


def test_who_quotes_has_none(client: FlaskClient) -> None:
    assert 'id="near-title"' not in client.get('/?q="三社联动"').get_data(as_text=True)


def test_a_records_page_has_the_nearest_zones(client: FlaskClient, searcher: Searcher) -> None:
    record = searcher.search("三社联动").hits[0].record.record
    page = client.get(f"/record/{record.id}").get_data(as_text=True)
    assert "意思相近的实验区" in page


def test_the_api_has_it_apart(client: FlaskClient) -> None:
    answer = client.get(f"/api/search?q={QUESTION}").get_json()
    near = answer["near"]
    assert (near["made"], near["address"], near["problem"]) == (near["total"], None, None)
    assert len(near["hits"]) == 5
    assert all(hit["match"] is None for hit in near["hits"])


def test_an_encoder_that_fails_is_said_once_and_harms_nothing(
    client: FlaskClient, encoder: CharacterEncoder
) -> None:
    encoder.fails = True
    answer = client.get("/?q=社区里的食堂")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("编码服务不能使用") == 1


def test_the_administrator_sees_what_is_proposed_and_puts_it_into_the_file(
    client: FlaskClient, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record("x/zone-3", "zone", 3, "市民夜校", "晚上上课", "某区", None, None, ())
    found = (Proposal(record, "社区文化", "办市民夜校", 0.95),)
    monkeypatch.setattr(themes, "proposed", lambda searcher: found)
    log_in(client, new_token(own_home))
    assert "市民夜校" in client.get("/admin/themes/near").text
    form = {"accepted": "社区文化\tx/zone-3", "csrf_token": csrf(client, "/admin/themes/near")}
    answer = client.post("/admin/themes/near", data=form)
    assert answer.status_code == 200
    assert "x/zone-3" in answer.text
