"""Hostile queries through the whole search: an answer, never an exception, and a word about it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.results.model import Results
from indexer.searcher import Searcher
from tests.support import hostile
from tests.support.program import run
from webapp import create_app
from webapp.settings import Settings

NAMES = tuple(hostile.QUERIES)


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home)).test_client()


def check(results: Results) -> None:
    """What every face relies on."""
    json.dumps(results.to_dict(), ensure_ascii=False).encode("utf-8")
    assert results.interpretation
    assert all(warning.message for warning in results.warnings)
    for hit in results.hits:
        for ranges in hit.highlights.values():
            assert list(ranges) == sorted(ranges)


@pytest.mark.parametrize("name", NAMES)
def test_a_search_answers_and_says_what_it_left_out(searcher: Searcher, name: str) -> None:
    query = hostile.QUERIES[name]
    results = searcher.search(query.typed)
    check(results)
    assert {warning.code for warning in results.warnings} == query.codes
    assert len(results.warnings) == len(query.codes), "one message for each oddity"


@pytest.mark.parametrize("name", NAMES)
def test_the_api_answers_or_names_the_parameter(client: FlaskClient, name: str) -> None:
    typed = hostile.QUERIES[name].typed
    address = "/api/search?q=" + quote(typed, errors="surrogatepass")
    response = client.get(address)
    assert response.status_code in (200, 400), response.get_data(as_text=True)
    body = json.loads(response.data)
    if response.status_code == 200:
        assert {each["code"] for each in body["warnings"]} >= hostile.QUERIES[name].codes
    else:
        assert body["error"]["message"]


@pytest.mark.parametrize("typed", ["[a TO b]", "{* TO *]", "id:* OR stored:*", "x OR 1=1", "^0"])
def test_another_grammar_does_not_find_everything(searcher: Searcher, typed: str) -> None:
    assert searcher.search(typed).total < searcher.info.records


def test_the_command_line_answers_too(home: Path) -> None:
    done = run(home, "search", "--", "-[" * 3000 + "^0 社区~/5 ANDMAYBE")
    assert done.status == 0, done.said
    assert "Traceback" not in done.said
    assert "1000" in done.said


@settings(max_examples=80)
@given(st.integers(0, 2**32).map(random.Random).map(hostile.made_up))
def test_any_text_is_answered(searcher: Searcher, typed: str) -> None:
    check(searcher.search(typed))
