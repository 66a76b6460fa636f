"""Answers by document over every face: the API, the command line, exports, the panel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from indexer.exports.documents import DOCUMENT_COLUMNS
from tests.support.program import printed, run
from webapp import create_app
from webapp.settings import Settings

ARTICLES = "\n\n".join(f"第{n}条 社区服务站第{n * 7}项工作由街道统筹。" for n in range(1, 30))
REGULATION = "# 上海市社区服务条例\n\n{year}年3月1日 上海市人民代表大会常务委员会通过\n\n{rest}\n"
FILES = {
    "旧.md": REGULATION.format(year=2015, rest=ARTICLES),
    "新.md": REGULATION.format(year=2020, rest=ARTICLES + "\n\n第三十条 本条例自公布之日起施行。"),
    "街道.txt": "街道工作办法\n\n第一条 街道统筹网格化管理。\n\n第二条 智慧社区由平台支撑。\n",
}
NEW, OLD, NOTICE = "上海市社区服务条例.2", "上海市社区服务条例", "民函〔2019〕41号"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
        assert run(home, "add", str(folder / name)).status == 0
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()


def search(client: FlaskClient, q: str, **more: str) -> dict[str, Any]:
    more = {"q": q, "by": "document", **more}
    response = client.get("/api/search", query_string=more)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_documents_stand_in_tiers_with_their_versions(client: FlaskClient) -> None:
    found = search(client, "街道统筹")
    assert "hits" not in found
    shown = [(d["policy"]["id"], d["match"], d["records"]) for d in found["documents"]]
    assert {*shown[:2]} == {(NEW, "literal", 29), ("街道工作办法", "literal", 1)}
    assert (found["by"], found["total"], found["total_documents"]) == ("document", 59, 2)
    assert found["partial_documents"] == len(shown) - 2
    (new,) = (each for each in found["documents"] if each["policy"]["id"] == NEW)
    assert new["versions"] == [
        {"id": OLD, "title": "上海市社区服务条例", "date": "2015-03-01", "records": 29}
    ]
    assert new["policy"]["level"] == "省级"
    assert new["policy"]["region"]["province"] == "上海市"
    assert len(new["hits"]) == 3
    assert all("<mark>街道统筹</mark>" in hit["snippets"]["body"] for hit in new["hits"])


def test_versions_can_be_counted_each(client: FlaskClient) -> None:
    found = search(client, "街道统筹", versions="all")
    assert found["total_documents"] == 3
    assert all(each["versions"] == [] for each in found["documents"])
    by_record = json.loads(client.get("/api/search?q=街道统筹&versions=all").data)
    assert by_record["total_documents"] == 3
    assert json.loads(client.get("/api/search?q=街道统筹").data)["total_documents"] == 2


def test_a_document_that_no_record_answers_shows_its_parts(client: FlaskClient) -> None:
    found = search(client, "街道统筹网格化 平台支撑")
    (first, *rest) = found["documents"]
    assert (first["policy"]["id"], first["match"], first["records"]) == (
        "街道工作办法", "document", 0,
    )  # fmt: skip
    (hit,) = first["hits"]
    assert hit["kind"] == "document" and len(hit["parts"]) == 2
    assert {each["match"] for each in rest} == {"partial"}
    assert (found["total"], found["document_total"], found["total_documents"]) == (0, 1, 1)


def test_facets_count_documents_and_pages_are_of_documents(client: FlaskClient) -> None:
    found = search(client, "街道统筹")
    policies = {each["value"]: each["count"] for each in found["facets"]["policy"]}
    assert policies == {NEW: 1, OLD: 1, "街道工作办法": 1}
    assert [each["count"] for each in found["facets"]["kind"]] == [2]
    pages = [search(client, "街道统筹", size="1", page=str(n))["documents"] for n in (1, 2)]
    assert [each for page in pages for each in page] == found["documents"][:2]
    past = client.get("/api/search?q=街道统筹&by=document&size=200&page=2")
    assert past.status_code == 404
    empty = search(client, "")
    assert empty["total_documents"] == 3
    assert {each["match"] for each in empty["documents"]} == {None}


@pytest.mark.parametrize("sort", ["date", "region", "source"])
def test_documents_are_sorted(client: FlaskClient, sort: str) -> None:
    found = [each["policy"]["id"] for each in search(client, "", sort=sort)["documents"]]
    expected = {
        "date": [NEW, NOTICE, "街道工作办法"],
        "region": [NOTICE, NEW, "街道工作办法"],  # its first zone is in Beijing
        "source": [NOTICE, NEW, "街道工作办法"],
    }
    assert found == expected[sort]


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/api/search?by=policy", ("by", "record", "document")),
        ("/?by=x", ("by", "record", "document")),
        ("/export/csv?by=x", ("by", "record", "document")),
        ("/api/search?by=document&versions=x", ("versions", "all")),
        ("/api/ids?by=document", ("by",)),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: FlaskClient, address: str, named: tuple[str, ...]
) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert all(name in response.text for name in named)


def test_the_command_line_gives_the_same_object(client: FlaskClient, home: Path) -> None:
    over_http = search(client, "街道统筹", sort="date", versions="all")
    args = ("search", "街道统筹", "--by", "document", "--versions", "all", "--sort", "date")
    printed_object = json.loads(printed(home, *args, "--format", "json"))
    assert over_http.pop("took_ms") >= 0 and printed_object.pop("took_ms") >= 0
    assert printed_object == over_http
    assert list(printed_object) == list(over_http)


def test_the_table_of_documents_says_what_was_found(home: Path) -> None:
    shown = printed(home, "search", "街道统筹", "--by", "document")
    assert "命中 2 份文件，其中 59 条" in shown
    assert "另有" in shown and "2015-03-01" in shown
    assert "只有部分匹配的文件" in printed(
        home, "search", "街道统筹网格化 平台支撑", "--by", "document"
    )
    assert "同文件" in printed(home, "search", "街道统筹网格化 平台支撑", "--by", "document")


def test_wrong_options_end_with_2(home: Path) -> None:
    for command in (("search", "x"), ("export", "x", "-o", "x.csv")):
        failed = run(home, *command, "--by", "policy")
        assert failed.status == 2
        assert "record" in failed.said and "document" in failed.said
    failed = run(home, "export", "x", "-o", "x.csv", "--by", "document", "--columns", "实验主题")
    assert failed.status == 2 and "最佳摘录" in failed.said


def exported(client: FlaskClient, form: str, **more: str) -> bytes:
    query = {"q": "街道统筹", "by": "document", **more}
    response = client.get(f"/export/{form}", query_string=query)
    assert response.status_code == 200, response.text
    return response.data


def test_tables_have_a_row_a_document(client: FlaskClient) -> None:
    text = exported(client, "csv").decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == (*DOCUMENT_COLUMNS, "检索说明")
    cells = {row[-2]: dict(zip(head, row, strict=True)) for row in rows}
    assert {*cells} == {NEW, "街道工作办法"}
    new = cells[NEW]
    assert (new["命中条目"], new["匹配方式"], new["地区"]) == ("29", "精确", "上海市")
    assert "街道统筹" in new["最佳摘录"] and "<mark>" not in new["最佳摘录"]
    assert "文件数：2；命中条目：59；相近版本：合并为一份" in rows[0][-1]

    book = openpyxl.load_workbook(io.BytesIO(exported(client, "xlsx", columns="序号,命中条目")))
    head, first, second = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert head == ["序号", "命中条目"]
    assert (first[0], second[0], {first[1], second[1]}) == (1, 2, {1, 29})
    link = book.worksheets[0]["A2"].hyperlink
    assert link is not None and "/policy/" in link.target

    document = docx.Document(io.BytesIO(exported(client, "docx", columns="序号,文件标题")))
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["序号", "文件标题"]
    assert len(document.tables[0].rows) == 3
    assert exported(client, "md").decode().count("\n| ") == 4


def test_heads_can_be_english(client: FlaskClient) -> None:
    english = client.application.test_client()  # it remembers its language
    head = exported(english, "csv", lang="en").decode("utf-8-sig").partition("\n")[0]
    assert "Best excerpt" in head and "最佳摘录" not in head


def test_programs_get_every_document(client: FlaskClient) -> None:
    found = json.loads(exported(client, "json"))
    assert [d["policy"]["id"] for d in found["documents"]] == [
        d["policy"]["id"] for d in search(client, "街道统筹")["documents"][:2]
    ]
    assert (found["by"], found["total_documents"], found["partial_documents"]) == ("document", 2, 0)
    stated = found["provenance"]
    assert (stated["by"], stated["count"], stated["records"]) == ("document", 2, 59)
    lines = exported(client, "jsonl", versions="all").decode().splitlines()
    assert {json.loads(line)["policy"]["id"] for line in lines} == {NEW, OLD, "街道工作办法"}
    assert exported(client, "ris").decode().count("TY  - ") == 2
    assert exported(client, "bib").decode().count("@misc{") == 2
    assert exported(client, "txt").decode().startswith("[1] ")


def test_the_columns_of_both_tables_can_stand_in_an_address(client: FlaskClient) -> None:
    columns = "实验主题,最佳摘录"
    head = exported(client, "csv", columns=columns).decode("utf-8-sig").partition("\r\n")[0]
    assert head == "最佳摘录,检索说明"
    records = client.get("/export/csv", query_string={"q": "街道", "columns": columns}).data
    assert records.decode("utf-8-sig").partition("\r\n")[0] == "实验主题,检索说明"
    assert client.get(f"/export/csv?by=document&columns={quote('没有')}").status_code == 400


def test_the_panel_shows_documents_as_they_will_be(client: FlaskClient) -> None:
    page = client.get("/export?q=街道统筹&by=document").text
    assert "导出 2 份文件" in page and "最佳摘录" in page and "实验主题" not in page
    assert "<mark>街道统筹</mark>" in page
    on = client.get("/export?q=街道统筹&by=document&format=csv")
    assert on.status_code == 302 and "by=document" in on.location
    assert client.get(on.location).status_code == 200
