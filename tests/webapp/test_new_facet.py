"""A facet is one row of the table: every face knows a new one by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpus.library.library import Library
from indexer.searcher import Searcher
from indexer.versions.open import open_searcher
from tests.support.markup import Page
from tests.support.new_facet import CHOSEN

TEXTS = {
    "意见": ("关于加强社区治理的意见", "2021年3月5日"),
    "办法": ("社区工作者管理办法", "2021年6月1日"),
    "方案": ("社区减负工作方案", "2022年4月2日"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with policies of several categories, indexed before the row was there."""
    home = tmp_path_factory.mktemp("facet-home")
    library = Library.open(home)
    for title, date in TEXTS.values():
        text = (
            f"民政厅\n{title}\n各市民政局：\n社区治理要依靠居民。\n社区要减负。\n民政厅\n{date}\n"
        )
        path = home / f"{title}.txt"
        path.write_text(text, encoding="utf-8")
        library.add(path)
    open_searcher(home).close()
    return home


@pytest.fixture(scope="module")
def said(home: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.new_facet", str(home)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def counted(said: dict[str, Any], hits: list[dict[str, Any]]) -> dict[str, int]:
    """The category of each hit, read from the library, counted."""
    categories = Counter(said["categories"][hit["policy"]["id"]] for hit in hits)
    return {category: n for category, n in categories.items() if category}


def test_the_answer_counts_and_filters_by_it_exactly(said: dict[str, Any]) -> None:
    everything, chosen = json.loads(said["all"]), json.loads(said["chosen"])
    assert everything["total"] == len(everything["hits"])
    counts = {value["value"]: value["count"] for value in everything["facets"]["category"]}
    assert counts == counted(said, everything["hits"])
    assert len(counts) >= 3
    inside = [
        hit["id"] for hit in everything["hits"]
        if said["categories"][hit["policy"]["id"]] == CHOSEN
        and hit["policy"]["date"][:4] in ("2021", "2022")
    ]  # fmt: skip
    assert [hit["id"] for hit in chosen["hits"]] == inside
    assert inside
    # Its own choice hides none of its values; the year's does.
    others = {value["value"]: value["selected"] for value in chosen["facets"]["category"]}
    assert others[CHOSEN] and len(others) == 3


def test_an_answer_fits_the_description(said: dict[str, Any]) -> None:
    document = json.loads(said["openapi"])
    parameters = document["paths"]["/api/search"]["get"]["parameters"]
    assert "category" in [parameter["name"] for parameter in parameters]
    schema = {"$ref": "#/components/schemas/Results", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(said["chosen"]))
    properties = document["components"]["schemas"]["Results"]["properties"]
    assert "category" in properties["facets"]["required"]


def test_the_page_lists_it_and_lets_it_be_given_up(said: dict[str, Any]) -> None:
    page = Page(said["page"])
    assert "文种" in [e.text for e in page.all("span", "name")]  # the chosen filter
    lists = [e.text for e in page.all("summary")]
    assert [each for each in lists if each.startswith("文种")]
    assert any("category=" in link for link in page.links())
    assert any(e.text.startswith("Type") for e in Page(said["english"]).all("summary"))
    assert "文种" in Page(said["values"]).one("h1").text


def test_the_command_line_has_an_option_for_it(said: dict[str, Any]) -> None:
    assert "--category" in said["help"]["output"] and "文种" in said["help"]["output"]
    found = json.loads(said["found"]["output"])
    assert {hit["policy"]["category"] for hit in found["hits"]} == {CHOSEN}
    assert said["unknown"]["status"] == 2


def test_an_export_holds_what_was_chosen_and_says_so(said: dict[str, Any]) -> None:
    assert f"文种＝{CHOSEN}" in said["csv"]
    exported = json.loads(said["json"])
    assert exported["provenance"]["filters"] == {"category": [CHOSEN]}
    assert {hit["policy"]["category"] for hit in exported["hits"]} == {CHOSEN}


def test_without_the_row_the_index_is_made_again(said: dict[str, Any], home: Path) -> None:
    """An index with the row is not mixed with a program that has none."""
    searcher: Searcher = open_searcher(home)
    try:
        assert "category" not in searcher.search("社区").facets
    finally:
        searcher.close()
