"""A theme is edited in a form: previewed with its evidence, adopted, reset, left out."""

from __future__ import annotations

import tomllib
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.themes.lexicon import default_lexicon
from tests.support.markup import Page
from tests.webapp.admin.test_admin import apply, csrf, log_in
from webapp.admin.access.credentials import new_token

FORM = "/admin/themes/edit"


@pytest.fixture
def manager(client: FlaskClient, own_home: Path) -> FlaskClient:
    log_in(client, new_token(own_home))
    return client


def fields(page: Page) -> dict[str, str]:
    """What a browser would send of the form."""
    found = {
        e.attrs["name"]: e.attrs.get("value", "")
        for e in page.all("input")
        if e.inside("form", "stack") and "name" in e.attrs
    }
    areas = {
        e.attrs["name"]: "".join(e.parts).strip()
        for e in page.all("textarea")
        if e.inside("form", "stack")
    }
    return found | areas


def sent(client: FlaskClient, address: str, **changed: str) -> TestResponse:
    form = fields(Page(client.get(address).text)) | changed
    return client.post("/admin/themes/preview", data=form, follow_redirects=True)


def own(home: Path) -> list[dict[str, object]]:
    file = home / "themes.toml"
    tables: list[dict[str, object]] = tomllib.loads(file.read_text("utf-8")).get("theme", [])
    return tables


def test_a_new_theme_shows_its_records_with_evidence_before_it_is_adopted(
    manager: FlaskClient, own_home: Path
) -> None:
    answer = sent(manager, FORM, name="爱心银行", phrases="时间银行\r\n志愿积分\r\n\r\n时间银行")
    page = Page(answer.text)
    assert answer.status_code == 200 and page.one("section", "theme-effect")
    assert not (own_home / "themes.toml").exists(), "a preview writes nothing"
    assert apply(manager, answer.text.split("theme-effect")[1]).status_code == 302
    assert own(own_home) == [{"name": "爱心银行", "variants": ["时间银行", "志愿积分"]}]
    assert manager.get("/themes/爱心银行").status_code == 200


def test_the_records_that_a_phrase_brings_are_those_that_say_it(
    manager: FlaskClient, own_home: Path
) -> None:
    answer = sent(manager, FORM, name="清单之制", phrases="三个清单")
    found = manager.get("/api/search", query_string={"q": "“三个清单”", "kind": "zone"}).get_json()
    page = Page(answer.text)
    links = [e for e in page.all("a") if e.inside("ul", "moved")]
    assert found["total"] and len(links) == found["total"]
    assert {e.text for e in links} == {hit["unit"] for hit in found["hits"]}
    assert "<mark>" in answer.text.split("theme-effect")[1]


def test_a_pattern_in_the_form_shows_its_parts_marked_and_comes_back(
    manager: FlaskClient, own_home: Path
) -> None:
    pattern = "{整合|汇集} … {资源|力量}"
    said = {"name": "合用资源", "description": "把资源合在一起用。", "phrases": pattern}
    answer = sent(manager, FORM, **said)
    shown = answer.text.split("theme-effect")[1]
    assert "<mark>整合</mark>" in shown and "<mark>资源</mark>" in shown
    apply(manager, shown)
    assert own(own_home) == [
        {"name": said["name"], "description": said["description"], "variants": [pattern]}
    ]
    again = fields(Page(manager.get(f"{FORM}?name={said['name']}").text))
    assert {key: again[key] for key in said} == said


def test_what_a_packaged_theme_gets_is_added_and_what_it_loses_is_written_whole(
    manager: FlaskClient, own_home: Path
) -> None:
    (own_home / "themes.toml").write_text("# 我们的词表\n", "utf-8")
    theme = default_lexicon().theme("三社联动")
    page = Page(manager.get(f"{FORM}?name=三社联动").text)
    phrases = fields(page)["phrases"]
    assert phrases.split("\n") == list(theme.written)
    answer = sent(manager, f"{FORM}?name=三社联动", phrases=phrases + "\n社社联手")
    apply(manager, answer.text.split("theme-effect")[1])
    assert own(own_home) == [{"name": "三社联动", "variants": ["社社联手"]}]
    assert (own_home / "themes.toml").read_text("utf-8").startswith("# 我们的词表\n")

    less = "\n".join(theme.written[1:])
    answer = sent(manager, f"{FORM}?name=三社联动", phrases=less)
    apply(manager, answer.text.split("theme-effect")[1])
    (table,) = own(own_home)
    assert table["replace"] is True and table["variants"] == list(theme.written[1:])
    kept = Page(manager.get(f"{FORM}?name=三社联动").text)
    assert [e.attrs["value"] for e in kept.all("input") if e.attrs.get("name") == "pattern"] == [
        str(pattern) for pattern in theme.patterns if not pattern.written
    ]

    answer = sent(manager, f"{FORM}?name=三社联动", action="reset")
    apply(manager, answer.text.split("theme-effect")[1])
    assert own(own_home) == []
    assert fields(Page(manager.get(f"{FORM}?name=三社联动").text))["phrases"] == phrases


def test_a_packaged_theme_is_left_out_and_taken_back(manager: FlaskClient, own_home: Path) -> None:
    answer = sent(manager, f"{FORM}?name=三社联动", action="remove")
    page = Page(answer.text)
    assert len(page.all("a")) and "减少的记录" in answer.text
    apply(manager, answer.text.split("theme-effect")[1])
    assert manager.get("/themes/三社联动").status_code == 404
    listed = manager.get("/admin/themes").text
    assert "随附，不用" in listed
    form = {
        "csrf_token": csrf(manager, "/admin/themes"),
        "change": "theme",
        "action": "reset",
        "name": "三社联动",
        "packaged": "1",
    }
    answer = manager.post("/admin/themes/preview", data=form, follow_redirects=True)
    apply(manager, answer.text.split("theme-effect")[1])
    assert manager.get("/themes/三社联动").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": "", "phrases": "甲乙"}, "name", "没有名称"),
        ({"name": "新的议题", "phrases": "短"}, "phrases", "太短"),
        ({"name": "新的议题", "phrases": "一句。两句"}, "phrases", "句末标点"),
        ({"name": "五社联动", "phrases": ""}, "name", "一种说法"),
        ({"name": "新的议题", "exclude": "短"}, "exclude", "太短"),
        ({"name": "新的议题", "phrases": "{居民|村民 … 公约"}, "phrases", "没有配对的“}”"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    manager: FlaskClient, own_home: Path, changed: dict[str, str], field: str, said: str
) -> None:
    answer = sent(manager, FORM, **changed)
    assert answer.status_code == 400
    page = Page(answer.text)
    (wrong,) = list(page.all("span", "wrong"))
    assert said in wrong.text and wrong.attrs["id"] == f"wrong-{field}"
    again = fields(page)
    assert all(again[name] == value for name, value in changed.items())
    assert "themes.toml" not in wrong.text


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    manager: FlaskClient, own_home: Path
) -> None:
    form = fields(Page(manager.get(FORM).text)) | {"name": "邻里之家", "phrases": "邻里客厅"}
    (own_home / "themes.toml").write_text('[[theme]]\nname = "别人的"\n', "utf-8")
    answer = manager.post("/admin/themes/preview", data=form, follow_redirects=True)
    assert answer.status_code == 400 and "又改动过" in answer.text
    assert "邻里客厅" in unescape(answer.text)
    again = fields(Page(answer.text))
    answer = manager.post("/admin/themes/preview", data=again, follow_redirects=True)
    apply(manager, answer.text.split("theme-effect")[1])
    assert [table["name"] for table in own(own_home)] == ["别人的", "邻里之家"]


def test_an_unknown_theme_is_said_to_be_none(manager: FlaskClient) -> None:
    assert manager.get(f"{FORM}?name=没有的").status_code == 404
