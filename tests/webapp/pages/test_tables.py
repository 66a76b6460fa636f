"""Hits as a table, the export panel, and comparisons as files: over HTTP, held to the API."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from indexer.exports.columns import ALL_COLUMNS, COLUMNS, REPORT_COLUMNS
from indexer.exports.registry import FORMATS, TABLE_FORMATS
from indexer.searcher import Searcher
from tests.support.markup import Page
from tests.support.site import POLICY, zone
from webapp import create_app
from webapp.settings import Settings

Q = "社区"
CHOSEN = ("实验主题", "序号", "发文字号", "成文日期", "实验内容")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    app.extensions["zhengsou"].searcher.close()


def fetch(client: FlaskClient, address: str, status: int = 200, **query: Any) -> Page:
    response = client.get(address, query_string=query or None)
    assert response.status_code == status, address
    return Page(response.get_data(as_text=True))


def heads(page: Page) -> list[str]:
    """The heads of the table of hits, without that of the boxes and without its arrows."""
    found = [e for e in page.all("th") if e.inside("table", "records") and e.inside("thead")]
    return [e.text.rstrip("↑↓") for e in found if "picks" not in e.classes]


def cells(page: Page) -> list[list[str]]:
    """The rows of the table of hits; of a folded text the whole."""
    rows = []
    for row in page.all("tr", "hit"):
        own = [e for e in page.all("td") if e.parent is row and "picks" not in e.classes]
        whole = [e for e in page.all("div", "whole") if inside(e, row)]
        rows.append([next((e for e in whole if inside(e, cell)), cell).text for cell in own])
    return rows


def api_hits(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    found = client.get("/api/search", query_string=query).get_json()["hits"]
    return [hit for hit in found if hit["match"] != "partial"]


def cell_of(hit: dict[str, Any], name: str, at: int) -> str:
    """What the API says of a hit under the name of a column, worked out on its own."""
    policy, region = hit["policy"], hit["region"]
    names = [region[key] for key in ("province", "city", "county") if region[key]]
    values = {
        "序号": str(at),
        "地区": "".join(dict.fromkeys(names)),
        "附件序号": str(hit["n"]) if hit["kind"] == "zone" else "",
        **{n: region[k] or "" for n, k in zip(("省级", "地级", "县级"), region, strict=False)},
        "实验单位": hit["unit"] or "",
        "条目名称": hit["unit"] or hit["title"] or f"第{hit['n']}段",
        "实验主题": hit["title"],
        "实验内容": hit["body"],
        "议题": "、".join(hit["themes"]),
        "关键词": "、".join(hit["keywords"]),
        "匹配方式": {"literal": "精确", "words": "分词", None: ""}[hit["match"]],
        "文件标题": policy["title"],
        "发文字号": policy["number"] or "",
        "发文机关": "、".join(policy["issuers"]),
        "成文日期": policy["date"] or "",
        "效力": policy["validity"] or "",
        "记录编号": hit["id"],
    }
    return values[name]


def expected(client: FlaskClient, columns: tuple[str, ...], **query: Any) -> list[list[str]]:
    found = api_hits(client, size=200, **query)
    return [[cell_of(hit, name, at) for name in columns] for at, hit in enumerate(found, start=1)]


def squeezed(rows: list[list[str]]) -> list[list[str]]:
    return [[" ".join(cell.split()) for cell in row] for row in rows]


# The table on the pages


def test_the_table_shows_what_the_api_says(client: FlaskClient) -> None:
    for columns in (CHOSEN, ALL_COLUMNS):
        page = fetch(client, "/", q=Q, view="table", size=200, columns=",".join(columns))
        assert heads(page) == called(columns)
        assert cells(page) == squeezed(expected(client, columns, q=Q))
    marked = {e.text for e in page.all("mark")}
    assert Q in marked
    usual = fetch(client, "/", q=Q, view="table")
    assert heads(usual) == [*REPORT_COLUMNS, "文件标题", "成文日期"]  # these are all zones


def called(columns: Iterable[str]) -> list[str]:
    """What columns are called above rows that are not all zones."""
    neutral = {"实验单位": "单位", "实验主题": "标题", "实验内容": "内容"}
    return [neutral.get(name, name) for name in columns]


def test_heads_say_what_fits_the_rows(client: FlaskClient) -> None:
    columns = ("实验单位", "实验主题", "实验内容")
    for kind, fitting in (("zone", list(columns)), ("passage", called(columns))):
        page = fetch(client, "/", q=Q, kind=kind, view="table", columns=",".join(columns))
        assert heads(page) == fitting
        boxes = [e for e in page.all("input") if e.attrs.get("name") == "columns"]
        assert {box.attrs["value"] for box in boxes} >= set(columns)


def test_rows_are_numbered_on_over_the_pages_and_can_be_chosen(client: FlaskClient) -> None:
    page = fetch(client, "/", q=Q, view="table", size=10, page=2)
    assert [row[0] for row in cells(page)] == [str(n) for n in range(11, 21)]
    boxes = [e for e in page.all("input") if "data-pick" in e.attrs]
    ids = [hit["id"] for hit in api_hits(client, q=Q, size=10, page=2)]
    assert [box.attrs["value"] for box in boxes] == ids
    assert all(box.attrs["form"] == "pick" for box in boxes) and page.one("form", "pickbar")


def test_partial_hits_stand_apart_in_the_table(client: FlaskClient) -> None:
    page = fetch(client, "/", q="三社联动 火星基地", view="table")
    total = client.get("/api/search?q=三社联动 火星基地").get_json()
    rows = [e for e in page.all("tr") if e.inside("tbody") and e.inside("table", "records")]
    at = [i for i, row in enumerate(rows) if "parted" in row.classes]
    assert at == [total["total"]] and len(rows) == total["partial_total"] + total["total"] + 1


def test_the_view_and_the_columns_stay_in_every_address(client: FlaskClient) -> None:
    page = fetch(client, "/", q=Q, view="table", columns=["地区", "成文日期", "序号"])
    kept = {"view": ["table"], "columns": ["地区,成文日期,序号"]}
    links = [e.attrs["href"] for e in page.all("a") if e.attrs["href"].startswith("/?")]
    assert len(links) > 10
    away = 0
    for link in links:
        found = parse_qs(urlsplit(link).query)
        found["columns"] = [",".join(found.get("columns", []))]
        if "view" not in found or found["columns"] == [""]:
            away += 1  # to the list, and to the usual columns
        else:
            assert {name: found[name] for name in kept} == kept, link
    assert away == 2
    for form in (e for e in page.all("form") if e.attrs["action"] == "/"):
        hidden = {e.attrs["name"] for e in page.all("input") if e.parent is form or inside(e, form)}
        assert {"view", "columns"} <= hidden


def inside(element: Any, above: Any) -> bool:
    while element:
        if element is above:
            return True
        element = element.parent
    return False


@pytest.mark.parametrize(
    ("head", "sort", "direction"),
    [("成文日期", "date", "descending"), ("地区", "region", "ascending")],
)
def test_heads_sort_as_the_search_does(
    client: FlaskClient, head: str, sort: str, direction: str
) -> None:
    page = fetch(client, "/", q=Q, view="table", size=200)
    (link,) = (e.attrs["href"] for e in page.all("a") if e.inside("thead") and e.text == head)
    there = fetch(client, link)
    (sorted_by,) = (e for e in there.all("th") if "aria-sort" in e.attrs)
    assert (sorted_by.text[:-1], sorted_by.attrs["aria-sort"]) == (head, direction)
    numbers = [hit["id"] for hit in api_hits(client, q=Q, sort=sort, size=200)]
    boxes = [e.attrs["value"] for e in there.all("input") if "data-pick" in e.attrs]
    assert boxes[: len(numbers)] == numbers
    # What the engine cannot sort by offers no link.
    assert not [e for e in page.all("a") if e.inside("thead") and e.text == "实验主题"]


def test_an_unknown_column_is_named_in_place_and_refused_by_the_api(client: FlaskClient) -> None:
    for address in ("/", "/themes/三社联动", "/export"):
        page = fetch(client, address, view="table", columns="价格,序号") if address != "/export" \
            else fetch(client, address, q=Q, columns="价格,序号")  # fmt: skip
        told = page.one("ul", "warnings").text
        assert "价格" in told and all(name in told for name in ALL_COLUMNS)
        assert heads(page) == ["序号"]
    for address in ("/api/search", "/export/csv", "/export/docx"):
        answer = client.get(address, query_string={"columns": "价格"})
        error = answer.get_json()["error"]
        assert answer.status_code == 400 and "columns" in error["message"]
        assert "价格" in error["message"] and "实验主题" in error["hint"]
    assert client.get("/?view=pie").status_code == 400


def test_a_theme_and_the_basket_are_tables_too(client: FlaskClient) -> None:
    theme = fetch(client, "/themes/三社联动", view="table", columns="记录编号,实验主题")
    found = client.get("/api/themes/三社联动").get_json()["records"]
    assert cells(theme) == [[hit["id"], " ".join(hit["title"].split())] for hit in found]
    assert {e.text for e in theme.all("mark")} >= {"三社联动"}
    ids = [zone(23), zone(7)]
    basket = fetch(client, "/basket", id=ids, view="table", columns="记录编号")
    assert [row[0] for row in cells(basket)] == ids
    (form,) = (e for e in basket.all("form") if inside_details(basket, e))
    hidden = [e for e in basket.all("input") if inside(e, form) and e.attrs["name"] == "id"]
    assert [e.attrs["value"] for e in hidden] == ids


def inside_details(page: Page, form: Any) -> bool:
    return any(inside(form, e) for e in page.all("details", "choose"))


# The panel


def test_the_panel_shows_three_rows_as_they_will_be(client: FlaskClient) -> None:
    page = fetch(client, "/export", q=Q)
    usual = ["条目名称" if name == "实验单位" else name for name in REPORT_COLUMNS]
    assert heads(page) == usual, "passages are among them, which have no unit"
    assert heads(fetch(client, "/export", q=Q, kind="zone")) == list(REPORT_COLUMNS)
    rows = [e for e in page.all("tr") if e.inside("tbody")]
    assert len(rows) == 3
    boxes = [e for e in page.all("input") if e.attrs.get("name") == "columns"]
    assert [e.attrs["value"] for e in boxes] == list(ALL_COLUMNS)
    assert [e.attrs["value"] for e in boxes if "checked" in e.attrs] == [
        name for name in ALL_COLUMNS if name in usual
    ]
    total = client.get(f"/api/search?q={Q}").get_json()["total"]
    assert page.one("h1").text == f"导出 {total} 条"


@pytest.mark.parametrize("form", FORMATS)
def test_the_form_of_the_panel_leads_to_the_file(client: FlaskClient, form: str) -> None:
    asked = {"q": Q, "sort": "date", "columns": ["序号", "实验主题"], "format": form}
    onward = urlsplit(client.get("/export", query_string=asked).headers["Location"])
    assert onward.path == f"/export/{form}"
    columns = {"columns": ["序号,实验主题"]} if form in TABLE_FORMATS else {}
    assert parse_qs(onward.query) == {"q": [Q], "sort": ["date"], **columns}


def test_the_panel_says_what_it_cannot_do(client: FlaskClient) -> None:
    page = fetch(client, "/export", q=Q, format="pdf")
    assert "pdf" in page.one("ul", "warnings").text and "docx" in page.one("ul", "warnings").text
    nothing = fetch(client, "/export", q="火星基地量子飞船", format="docx")
    assert "没有可以导出的记录" in nothing.one("main").text
    fetch(client, "/export", 400, q=Q, nobody="1")
    fetch(client, "/export", 404, id="gone/zone-1")


# Files


def read(form: str, content: bytes) -> list[list[str]]:
    if form == "docx":
        table = docx.Document(io.BytesIO(content)).tables[0]
        return [[cell.text for cell in row.cells] for row in table.rows]
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [[shown(cell.value) for cell in row] for row in sheet.iter_rows()]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def shown(value: Any) -> str:
    if value is None:
        return ""
    return value.date().isoformat() if hasattr(value, "date") else str(value)


@pytest.mark.parametrize("form", ["docx", "xlsx", "csv"])
@pytest.mark.parametrize("columns", [CHOSEN, REPORT_COLUMNS, COLUMNS])
def test_a_file_with_chosen_columns_is_cell_by_cell_what_the_api_says(
    client: FlaskClient, form: str, columns: tuple[str, ...]
) -> None:
    answer = client.get(f"/export/{form}", query_string={"q": Q, "columns": ",".join(columns)})
    head, *rows = read(form, answer.data)
    assert head[: len(columns)] == list(columns)
    assert [row[: len(columns)] for row in rows] == expected(client, columns, q=Q)


def test_rows_of_a_sheet_lead_to_the_pages_of_their_records(client: FlaskClient) -> None:
    answer = client.get("/export/xlsx", query_string={"id": zone(7), "columns": "序号,实验主题"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    target = sheet.cell(2, 1).hyperlink.target
    assert target.startswith("http://localhost/record/")
    assert client.get(target).status_code == 200


def test_english_files_have_english_heads_and_chinese_ones_stay(client: FlaskClient) -> None:
    for form in ("csv", "xlsx", "docx"):
        head = read(form, client.get(f"/export/{form}?q={Q}&lang=en").data)[0]
        assert head[5] == "Topic" and not any("\u4e00" <= c <= "\u9fff" for c in "".join(head))
        assert read(form, client.get(f"/export/{form}?q={Q}").data)[0][:15] == list(COLUMNS)


# Comparison


def test_a_comparison_is_exported_with_its_marks(client: FlaskClient) -> None:
    ids = [zone(7), zone(23), zone(31)]
    page = fetch(client, "/compare", id=ids)
    links = [e.attrs["href"] for e in page.all("a") if e.inside("p", "exports")]
    assert [urlsplit(each).path[-4:] for each in links] == ["docx", "xlsx", ".csv", "n.md"]
    hits = [client.get(f"/api/records/{each}").get_json() for each in ids]
    for link, form in zip(links, ("docx", "xlsx", "csv"), strict=False):
        head, *rows = read(form, client.get(link).data)
        assert head[1:4] == [hit["unit"] for hit in hits]
        table = {row[0]: row[1:4] for row in rows}
        assert table["主题"] == [hit["title"] for hit in hits]
        assert table["内容"] == [hit["body"] for hit in hits]
        assert table["记录编号"] == ids
    document = docx.Document(io.BytesIO(client.get(links[0]).data))
    runs = [
        run for row in document.tables[0].rows[1:3] for cell in row.cells[1:]
        for run in cell.paragraphs[0].runs if run.bold
    ]  # fmt: skip
    assert "三社联动" in [run.text for run in runs]
    assert client.get("/export/comparison.json", query_string={"id": ids}).status_code == 404
    assert client.get("/export/comparison.csv", query_string={"id": ids[:1]}).status_code == 400


def test_a_comparison_marks_nothing_that_all_policies_share(
    client: FlaskClient, searcher: Searcher
) -> None:
    keywords = searcher.linguistics.keywords
    for first, second in itertools.combinations((zone(n) for n in (1, 7, 8, 12, 23, 31)), 2):
        page = fetch(client, "/compare", id=[first, second])
        for one in (e.text for e in page.all("mark") if e.inside("td")):
            assert one not in ("探索", "机制", "创新", "社区治理", "社区")
            if not any(e.text == one and e.inside("ul", "inline") for e in page.all("mark")):
                start, end = keywords.telling(one) or (0, 0)
                assert one[start:end] == one, f"{one} in {first}, {second}"


def test_too_many_records_to_compare_are_offered_to_choose_from(client: FlaskClient) -> None:
    ids = [zone(n) for n in range(1, 8)]
    page = fetch(client, "/compare", 400, id=ids)
    assert "这里有 7 条" in page.one("ul", "warnings").text
    boxes = [e for e in page.all("input") if e.attrs.get("name") == "id"]
    assert [e.attrs["value"] for e in boxes] == ids
    kept = [e.attrs["value"] for e in boxes if "checked" in e.attrs]
    fetch(client, "/compare", id=kept)
    assert POLICY in kept[0]
