"""Exports read back by other programs say what the records say."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings

from indexer.errors import ExportError
from indexer.exports.registry import FORMATS, export, file_name, format_of, media_type
from indexer.results.model import Match
from tests.support.samples import (
    COLUMNS,
    MOMENT,
    PASSAGE,
    POLICY,
    ZONE,
    exported,
    hostile,
    make_hit,
    make_results,
)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> dict[str, list[list[str]]]:
    """Each sheet's rows; an empty cell is the empty string, any other must be a string."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets: dict[str, list[list[str]]] = {}
    for sheet in book.worksheets:
        rows = []
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.value is None or (
                    isinstance(cell.value, str) and cell.data_type in ("s", "inlineStr")
                ), f"{cell.coordinate} is no string: {cell.value!r} ({cell.data_type})"
            rows.append([unescape_ooxml(str(cell.value or "")) for cell in line])
        sheets[sheet.title] = rows
    book.close()
    return sheets


def unescape_ooxml(text: str) -> str:
    """ECMA-376's ``_xHHHH_`` escapes, which openpyxl hands through."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def read_markdown(content: bytes) -> list[list[str]]:
    """The table's rows as a GFM reader shows them, line breaks as line ends."""
    lines = [line for line in content.decode("utf-8").split("\n") if line.startswith("|")]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[read_markdown_cell(cell.strip(" ")) for cell in row] for row in rows]


def read_markdown_cell(cell: str) -> str:
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cell.replace("<br>", "\n")))


ZONE_ROW = [
    "1",
    "北京市",
    "北京市",
    "石景山区",
    "北京市石景山区",
    ZONE.title,
    ZONE.body,
    "共建共治共享、老街坊",
    "老街坊、志愿服务",
    "精确",
    POLICY.title,
    "民函〔2019〕41号",
    "民政部",
    "2019-03-25",
    "民函〔2019〕41号/zone-1",
]


def read_docx(content: bytes) -> list[list[str]]:
    table = docx.Document(io.BytesIO(content)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


READERS: dict[str, Callable[[bytes], list[list[str]]]] = {
    "csv": lambda content: [row[: len(COLUMNS)] for row in read_csv(content)],
    "xlsx": lambda content: read_xlsx(content)["检索结果"],
    "md": lambda content: [row for row in read_markdown(content) if set(row) != {"---"}],
    "docx": read_docx,
}


@pytest.mark.parametrize("format", READERS)
def test_a_zone_fills_the_columns_and_a_passage_leaves_what_it_has_not_empty(format: str) -> None:
    head, zone, passage = READERS[format](
        exported(make_results(make_hit(), make_hit(PASSAGE, "words")), format)
    )
    assert head == COLUMNS
    assert zone == ZONE_ROW
    cells = dict(zip(COLUMNS, passage, strict=True))
    assert cells["实验内容"] == PASSAGE.body
    assert cells["匹配方式"] == "分词"
    assert [cells[c] for c in ("附件序号", "省级", "实验单位", "实验主题")] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("match", "label"), [("literal", "精确"), ("words", "分词"), ("partial", "部分"), (None, "")]
)
def test_the_way_of_matching_is_named(match: Match | None, label: str) -> None:
    rows = read_csv(exported(make_results(make_hit(match=match)), "csv"))
    assert rows[1][COLUMNS.index("匹配方式")] == label


def test_csv_opens_in_a_spreadsheet_as_utf8_with_windows_line_ends() -> None:
    content = exported(make_results(make_hit(), make_hit(PASSAGE)), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 3


def test_csv_states_its_provenance_once_in_a_column_of_its_own() -> None:
    head, first, second = read_csv(exported(make_results(make_hit(), make_hit(PASSAGE)), "csv"))
    assert head[-1] == "检索说明"
    for part in (
        "老街坊",
        "北京市、四川省",
        "2019-01-01",
        "2025-01-02T03:04:05",
        "abc123",
        "stamp42",
    ):
        assert part in first[-1]
    assert second[-1] == ""


def test_csv_states_its_provenance_where_nothing_was_found() -> None:
    head, only = read_csv(exported(make_results(), "csv"))
    assert len(only) == len(head)
    assert not any(only[:-1])
    assert "2025-01-02T03:04:05" in only[-1] and "记录数：0" in only[-1]


@pytest.mark.parametrize("sign", [*"=+-@\t\r＝＋－＠﹣−"])
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\ufeff", "\u200b", "\n"])
def test_no_csv_cell_begins_like_a_formula(sign: str, before: str) -> None:
    text = f"{before}{sign}HYPERLINK(0)"
    rows = read_csv(exported(make_results(make_hit(replace(ZONE, body=text))), "csv"))
    assert rows[1][6] == f"'{text}"


def test_an_ordinary_dash_inside_a_text_is_left_as_published() -> None:
    text = "——“三社+N”=联动，12345@服务"
    rows = read_csv(exported(make_results(make_hit(replace(ZONE, body=text))), "csv"))
    assert rows[1][6] == text


def test_a_query_that_excludes_is_no_formula_in_the_provenance() -> None:
    rows = read_csv(exported(make_results(make_hit(), query="=cmd|'/c calc'!A1"), "csv"))
    assert not rows[1][-1].startswith("=")


@given(title=hostile, body=hostile)
def test_csv_gives_back_any_text(title: str, body: str) -> None:
    results = make_results(make_hit(replace(ZONE, title=title, body=body)))
    _, row = read_csv(exported(results, "csv"))
    for cell, text in ((row[5], title), (row[6], body)):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(tuple("=+-@\t\r＝＋－＠"))


@settings(max_examples=60)
@given(title=hostile, body=hostile)
def test_xlsx_gives_back_any_text_as_text(title: str, body: str) -> None:
    results = make_results(make_hit(replace(ZONE, title=title, body=body)))
    _, row = read_xlsx(exported(results, "xlsx"))["检索结果"]
    assert (row[5], row[6]) == (title, body)


@given(title=hostile, body=hostile)
def test_markdown_keeps_one_row_and_shows_any_text(title: str, body: str) -> None:
    results = make_results(make_hit(replace(ZONE, title=title, body=body)))
    content = exported(results, "md")
    *_, row = read_markdown(content)
    assert len(row) == len(COLUMNS)
    lines = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
    for cell, text in ((row[5], title), (row[6], body)):
        assert cell == lines.sub("\n", text).strip(" ")
    table = content.decode("utf-8").split("\n\n", 1)[1]
    assert set(re.findall(r"<[^>]*>", table)) <= {"<br>"}


@given(title=hostile, body=hostile)
def test_json_gives_back_any_text(title: str, body: str) -> None:
    results = make_results(make_hit(replace(ZONE, title=title, body=body)))
    assert json.loads(exported(results, "json"))["hits"] == results.to_dict()["hits"]
    lines = exported(results, "jsonl").split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == results.to_dict()["hits"]
    assert lines[-1] == b""


def test_json_is_the_results_object_and_provenance() -> None:
    results = make_results(make_hit(), make_hit(PASSAGE))
    found = json.loads(exported(results, "json"))
    provenance = found.pop("provenance")
    assert found == results.to_dict()
    assert provenance == {
        "query": "老街坊",
        "filters": {"province": ["北京市", "四川省"], "date_from": "2019-01-01"},
        "sort": "relevance",
        "exported_at": "2025-01-02T03:04:05+00:00",
        "index_version": "abc123",
        "stamp": "stamp42",
        "count": 2,
    }


def test_xlsx_states_its_provenance_on_a_sheet_and_keeps_its_head_in_view() -> None:
    content = exported(make_results(make_hit(), make_hit(PASSAGE)), "xlsx")
    stated = dict(read_xlsx(content)["检索说明"])
    assert stated["检索式"] == "老街坊"
    assert "省级＝北京市、四川省" in stated["筛选"]
    assert stated["索引版本"] == "abc123"
    assert stated["记录数"] == "2"
    sheet = openpyxl.load_workbook(io.BytesIO(content))["检索结果"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:O3"


def test_markdown_states_its_provenance_in_a_line() -> None:
    first = exported(make_results(make_hit()), "md").decode("utf-8").splitlines()[0]
    assert first.startswith("检索说明：")
    for part in ("老街坊", "abc123", "2025-01-02T03:04:05"):
        assert part in first


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_results_give_the_same_bytes(format: str) -> None:
    results = make_results(make_hit(), make_hit(PASSAGE))
    assert exported(results, format) == exported(results, format)


@pytest.mark.parametrize("format", FORMATS)
def test_no_hits_make_a_file_that_still_opens(format: str) -> None:
    content = exported(make_results(), format)
    if format in READERS:
        head, *rest = READERS[format](content)
        assert head == COLUMNS
        assert not any(any(row) for row in rest)
    elif format == "json":
        assert json.loads(content)["hits"] == []
    elif format == "bib":
        assert [line for line in content.splitlines() if not line.startswith(b"%")] == []
    else:
        assert content == b""


def test_a_text_too_long_for_a_cell_is_an_error_that_names_the_record_and_another_format() -> None:
    results = make_results(make_hit(replace(ZONE, body="长" * 32_768)))
    with pytest.raises(ExportError) as caught:
        exported(results, "xlsx")
    assert ZONE.id in caught.value.message
    assert "csv" in caught.value.hint
    assert "长" * 32_768 in exported(results, "csv").decode("utf-8-sig")
    fits = make_results(make_hit(replace(ZONE, body="长" * 32_767)))
    assert read_xlsx(exported(fits, "xlsx"))["检索结果"][1][6] == "长" * 32_767


def test_cells_are_measured_as_excel_does_in_utf16_units() -> None:
    with pytest.raises(ExportError):
        exported(make_results(make_hit(replace(ZONE, body="𠮷" * 16_384))), "xlsx")


def test_more_rows_than_a_sheet_has_are_an_error_that_names_another_format() -> None:
    results = replace(make_results(), hits=(make_hit(),) * 1_048_576)
    with pytest.raises(ExportError) as caught:
        exported(results, "xlsx")
    assert "1048576" in caught.value.message
    assert "jsonl" in caught.value.hint


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ExportError) as caught:
        exported(make_results(), "pdf")
    for name in FORMATS:
        assert name in caught.value.hint


def test_xlsx_can_be_written_to_a_stream_that_cannot_seek() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.content += bytes(data)
            return len(data)

    pipe = Pipe()
    export(make_results(make_hit()), "xlsx", pipe, exported_at=MOMENT)  # type: ignore[arg-type]
    assert zipfile.ZipFile(io.BytesIO(pipe.content)).testzip() is None
    assert read_xlsx(pipe.content)["检索结果"][1] == ZONE_ROW


def test_files_are_named_after_the_query_and_safe_everywhere() -> None:
    assert file_name("三社联动 党建", "csv") == "政搜-三社联动-党建.csv"
    assert file_name("", "xlsx") == "政搜-全部记录.xlsx"
    assert file_name("../../etc/passwd", "md") == "政搜-etc-passwd.md"
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', file_name('a\\b/c:d*e?f"g<h>i|j\n\x00', "json"))
    assert len(file_name("社区" * 500, "csv").encode()) < 200


def test_the_format_is_read_from_the_file_name() -> None:
    assert format_of(Path("结果.XLSX")) == "xlsx"
    assert format_of(Path("结果.csv.gz")) is None
    assert format_of(Path("csv")) is None
    assert media_type("json") == "application/json"
