"""The list of documents: page, files and API say the same of the same address."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from tests.support.markup import Page
from webapp import create_app
from webapp.commands import add
from webapp.holdings.params import PAGE_SIZE
from webapp.settings import Settings

TITLE = "民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复"
MANY = PAGE_SIZE + 5


def _law(at: int) -> dict[str, Any]:
    issuer = ("上海市民政局", "浙江省民政厅")[at % 2]
    paragraphs = "".join(f"第{n + 1}段讲物业服务。\n" for n in range(1 + at % 3))
    return {
        "title": f"{issuer}关于物业服务的第{at}号意见",
        "number": f"民发〔20{10 + at % 9}〕{at}号",
        "issuer": issuer,
        "date": (f"20{10 + at % 9}-05-01", f"20{10 + at % 9}-05", f"20{10 + at % 9}")[at % 3],
        "text": paragraphs,
    }


@pytest.fixture(scope="module")
def client(home: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("holdings")
    file = folder / "laws.jsonl"
    lines = (json.dumps(_law(at), ensure_ascii=False) for at in range(MANY))
    file.write_text("\n".join(lines), "utf-8")
    own = folder / "home"
    shutil.copytree(home, own)
    done = CliRunner().invoke(add.command, ["--home", str(own), str(file)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return create_app(Settings(own)).test_client(use_cookies=False)


def fetch(client: FlaskClient, status: int = 200, **query: Any) -> Page:
    response = client.get("/documents", query_string=query)
    assert response.status_code == status, response.text
    return Page(response.text)


def titles(page: Page) -> list[str]:
    return [e.text for e in page.all("a", "open") if e.inside("td")]


def listed(client: FlaskClient, **query: Any) -> list[str]:
    answer = client.get("/api/policies", query_string=query).get_json()
    return [policy["title"] for policy in answer["policies"]]


def problems(page: Page) -> str:
    return " ".join(e.text for e in page.all("ul", "warnings"))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "title"},
        {"sort": "records", "issuer": "上海市民政局"},
        {"sort": "number", "order": "desc", "year": ["2011", "2013"]},
        {"q": "物业 浙江", "sort": "area"},
        {"kind": "zone"},
    ],
)
def test_page_file_and_api_list_the_same_in_the_same_order(
    client: FlaskClient, query: dict[str, Any]
) -> None:
    asked = {"sort": "date", **query}
    expected = listed(client, **asked)
    assert titles(fetch(client, **query)) == expected[:PAGE_SIZE]
    text = client.get("/export/documents.csv", query_string=query).get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["文件标题"] for row in rows] == expected
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get("/export/documents.xlsx", query_string=query).get_data())
    ).worksheets[0]
    head, *lines = sheet.iter_rows(values_only=True)
    assert [line[head.index("文件标题")] for line in lines] == expected
    assert all(isinstance(line[head.index("段落")], int) for line in lines)


def test_a_row_says_what_there_is_to_know_and_leads_to_the_text(client: FlaskClient) -> None:
    page = fetch(client, kind="zone")
    (row,) = (e for e in page.all("tr", "hit"))
    for said in (TITLE, "民函〔2019〕41号", "民政部", "2019-03-25", "国家", "31 个实验区"):
        assert said in row.text
    (link,) = page.all("a", "open")
    assert client.get(link.attrs["href"]).status_code == 200
    dates = {e.text for e in fetch(client).all("time")}
    assert {len(date) for date in dates} >= {4, 7, 10}  # as far as they are known


def test_heads_sort_without_a_script_and_say_so(client: FlaskClient) -> None:
    (sorted_by,) = (e for e in fetch(client).all("th") if "aria-sort" in e.attrs)
    assert (sorted_by.text.rstrip("↓"), sorted_by.attrs["aria-sort"]) == ("成文日期", "descending")
    for head in [e for e in fetch(client).all("a") if e.inside("th")]:
        there = Page(client.get(head.attrs["href"]).text)
        (current,) = (e for e in there.all("th") if "aria-sort" in e.attrs)
        assert current.text.rstrip("↑↓") == head.text
        (again,) = (e for e in there.all("a") if e.inside("th") and e.text == head.text)
        back = Page(client.get(again.attrs["href"]).text)
        (turned,) = (e for e in back.all("th") if "aria-sort" in e.attrs)
        assert turned.attrs["aria-sort"] != current.attrs["aria-sort"]


def test_pages_joined_are_the_whole(client: FlaskClient) -> None:
    both = titles(fetch(client, sort="title")) + titles(fetch(client, sort="title", page=2))
    assert both == listed(client, sort="title")
    assert len(both) == MANY + 1
    (following,) = (e for e in fetch(client, sort="title").all("a") if e.attrs.get("rel") == "next")
    assert titles(Page(client.get(following.attrs["href"]).text)) == both[PAGE_SIZE:]


def test_what_cannot_be_used_is_named_above_a_list_that_is_there(client: FlaskClient) -> None:
    page = fetch(client, 400, sort="价格", year="19", level="国家", price="3")
    assert titles(page) == [TITLE]
    for name in ("sort=价格", "year=19", "price"):
        assert name in problems(page)
    page = fetch(client, 404, page=9)
    assert "最后一页是第 2 页" in problems(page)
    assert len(titles(page)) == MANY + 1 - PAGE_SIZE
    assert "没有可查找的文字" in problems(fetch(client, q="……"))
    assert "没有这样的文件" in client.get("/documents?q=火星").text
    refused = client.get("/api/policies?sort=价格")
    assert refused.status_code == 400 and "sort" in refused.get_json()["error"]["message"]


def test_several_values_of_a_facet_are_kept_and_given_up_one_by_one(client: FlaskClient) -> None:
    page = fetch(client, issuer=["民政部", "上海市民政局"])
    assert len(titles(page)) == 1 + (MANY + 1) // 2
    kept = [e.attrs["value"] for e in page.all("input") if e.attrs.get("name") == "issuer"]
    assert kept == ["民政部", "上海市民政局"]
    chips = [e for e in page.all("a") if e.inside("ul", "chips")]
    assert titles(Page(client.get(chips[1].attrs["href"]).text)) == [TITLE]


def test_the_api_answers_as_before_where_nothing_is_asked(client: FlaskClient) -> None:
    whole = client.get("/api/policies").get_json()
    assert [*whole] == ["policies"] and len(whole["policies"]) == MANY + 1
    some = client.get("/api/policies?size=10&page=2&sort=title").get_json()
    assert (some["total"], some["page"], some["size"]) == (MANY + 1, 2, 10)
    assert [p["title"] for p in some["policies"]] == listed(client, sort="title")[10:20]
    assert client.get("/api/policies?size=10&page=99").status_code == 404


def test_the_start_page_and_the_menu_lead_here(client: FlaskClient) -> None:
    page = Page(client.get("/").text)
    said = [e.text for e in page.all("a") if e.attrs.get("href") == "/documents"]
    assert said == ["馆藏", f"{MANY + 1} 份文件", f"全部 {MANY + 1} 份文件"]
