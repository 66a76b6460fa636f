"""Chosen columns: the same cells in every format, and values where a spreadsheet has them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.parsing.headings import SEPARATOR
from indexer.exports.columns import (
    ALL_COLUMNS,
    BY_COLUMN,
    COLUMNS,
    REPORT_COLUMNS,
    read_columns,
    report_columns,
)
from indexer.exports.registry import TABLE_FORMATS, export
from indexer.exports.table import Layout
from indexer.results.model import Hit, Results
from tests.indexer.exports.test_exports import READERS, read_csv
from tests.support.samples import MOMENT, PASSAGE, POLICY, ZONE, hostile, make_hit, make_results

COLUMN_LISTS = st.lists(st.sampled_from(ALL_COLUMNS), min_size=1, unique=True).map(tuple)


def written(results: Results, format: str, layout: Layout) -> bytes:
    stream = io.BytesIO()
    export(results, format, stream, exported_at=MOMENT, layout=layout)
    return stream.getvalue()


def sheet_of(results: Results, layout: Layout) -> Any:
    content = written(results, "xlsx", layout)
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def document_of(results: Results, *columns: str) -> Any:
    return docx.Document(io.BytesIO(written(results, "docx", Layout(columns))))


@settings(max_examples=25)
@given(COLUMN_LISTS)
def test_a_table_has_the_chosen_columns_in_the_chosen_order(columns: tuple[str, ...]) -> None:
    results = make_results(make_hit(), make_hit(PASSAGE, "words"))
    everything = READERS["md"](written(results, "md", Layout(ALL_COLUMNS)))
    at = [ALL_COLUMNS.index(name) for name in columns]
    expected = [[row[i] for i in at] for row in everything]
    assert expected[0] == list(columns)
    for format in TABLE_FORMATS:
        if format == "xlsx":
            continue
        read = read_csv if format == "csv" else READERS[format]
        rows = read(written(results, format, Layout(columns)))
        assert [row[: len(columns)] for row in rows] == expected


def test_the_columns_of_a_report_are_offered_and_the_default_is_none_of_ours_to_change() -> None:
    assert set(REPORT_COLUMNS) <= set(ALL_COLUMNS)
    assert [*COLUMNS] == [name for name in ALL_COLUMNS if name in COLUMNS]
    (zone, passage) = READERS["csv"](
        written(make_results(make_hit(), make_hit(PASSAGE)), "csv", Layout(("序号", "地区")))
    )[1:]
    assert zone[:2] == ["1", "北京市石景山区"]
    assert passage[:2] == ["2", ""]


@pytest.mark.parametrize(
    ("values", "known", "unknown"),
    [
        (["序号,地区"], ("序号", "地区"), ()),
        (["地区，序号", "实验主题"], ("地区", "序号", "实验主题"), ()),
        (["序号", "序号、省级", ""], ("序号", "省级"), ()),
        (["标题 ,序号", "价格"], ("序号",), ("标题", "价格")),
        ([" , ,"], (), ()),
    ],
)
def test_columns_are_read_from_lists_and_repeated_values(
    values: list[str], known: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    assert read_columns(values) == (known, unknown)


# XLSX


def test_chosen_numbers_and_days_are_values_and_everything_else_is_text() -> None:
    vague = replace(POLICY, date="2019-03")
    month = replace(make_hit(), record=replace(make_hit().record, policy=vague))
    sheet = sheet_of(make_results(make_hit(), make_hit(PASSAGE), month), Layout(ALL_COLUMNS))
    head = [cell.value for cell in sheet[1]]
    number, own, day = (head.index(n) for n in ("序号", "附件序号", "成文日期"))
    first, second, third = list(sheet.iter_rows(min_row=2))
    assert [row[number].value for row in (first, second, third)] == [1, 2, 3]
    assert first[own].value == 1 and second[own].value is None
    assert first[day].value == datetime(2019, 3, 25) and first[day].number_format == "yyyy-mm-dd"
    assert third[day].value == "2019-03"
    kept = {number, own, day}
    for row in (first, second, third):
        for at, cell in enumerate(row):
            assert at in kept or cell.value is None or cell.data_type in ("s", "inlineStr")


@settings(max_examples=60)
@given(title=hostile, date=hostile)
def test_no_chosen_cell_becomes_a_formula(title: str, date: str) -> None:
    policy = replace(POLICY, date=date, title=title)
    entry = make_hit(replace(ZONE, title=title, unit=title))
    hit: Hit = replace(entry, record=replace(entry.record, policy=policy))
    layout = Layout(("实验主题", "成文日期", "实验单位", "文件标题"), address="https://x/{}".format)
    content = written(make_results(hit), "xlsx", layout)
    for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


def test_rows_lead_to_their_records_and_print_on_the_width_of_a_page() -> None:
    layout = Layout(("序号", "实验主题"), address="https://zs.example/record/{}".format)
    sheet = sheet_of(make_results(make_hit(), make_hit(PASSAGE)), layout)
    first = sheet.cell(2, 1)
    assert (first.value, first.hyperlink.target) == (1, f"https://zs.example/record/{ZONE.id}")
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:B3"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    texts = Layout(("实验主题", "记录编号"), address="https://zs.example/record/{}".format)
    cell = sheet_of(make_results(make_hit()), texts).cell(2, 1)
    assert cell.value == ZONE.title and cell.hyperlink


# DOCX


def test_a_report_has_a_numbered_caption_a_source_and_its_provenance_at_the_end() -> None:
    document = document_of(make_results(make_hit(), make_hit(PASSAGE)), *REPORT_COLUMNS)
    caption, source, stated = (p for p in document.paragraphs if p.text)
    assert caption.text.startswith("表1  检索结果：老街坊") and caption.text.endswith("（n = 2）")
    assert "SEQ 表" in caption._p.xml and caption.paragraph_format.keep_with_next
    assert source.text == (
        "来源：民政部. 民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新"
        "实验区的批复：民函〔2019〕41号[Z]. 2019-03-25."
    )
    assert stated.text.startswith("检索说明：检索式：老街坊")
    order = [child.tag.rpartition("}")[2] for child in document.element.body]
    assert order.index("tbl") == 1
    assert all(
        row.trPr.find(qn("w:cantSplit")) is not None for row in document.tables[0]._tbl.tr_lst
    )


def test_a_report_is_landscape_where_its_columns_are_wide_and_fits_the_page() -> None:
    for columns, orientation in (
        (REPORT_COLUMNS, WD_ORIENT.LANDSCAPE),
        (("序号", "地区", "实验单位"), WD_ORIENT.PORTRAIT),
        (("序号",), WD_ORIENT.PORTRAIT),
        (ALL_COLUMNS, WD_ORIENT.LANDSCAPE),
    ):
        document = document_of(make_results(make_hit()), *columns)
        section = document.sections[0]
        assert section.orientation == orientation
        usable = section.page_width - section.left_margin - section.right_margin
        widths = [column.width for column in document.tables[0].columns]
        assert usable - 12_700 * len(widths) <= sum(widths) <= usable


def test_many_sources_are_counted() -> None:
    hits = []
    for n in range(12):
        policy = replace(POLICY, id=f"p{n}", title=f"文件{n}")
        hits.append(replace(make_hit(), record=replace(make_hit().record, policy=policy)))
    (line,) = (
        p.text for p in document_of(make_results(*hits)).paragraphs if p.text.startswith("来源")
    )
    assert line.count("[Z]") == 10 and line.endswith("共 12 份文件")


# Another language


def test_the_words_of_a_table_are_said_in_its_readers_language() -> None:
    layout = Layout(("序号", "实验主题", "匹配方式"), say=lambda word: f"<{word}>")
    head, first = READERS["csv"](written(make_results(make_hit()), "csv", layout))
    assert head[:4] == ["<序号>", "<实验主题>", "<匹配方式>", "<检索说明>"]
    assert first[1:3] == [ZONE.title, "<精确>"]


def test_rows_of_a_law_are_named_by_their_articles() -> None:
    titles = ("总则", "第二章 物业 / 第二十六条", "第二章 物业 / 第二十六条 / （二）", "")
    names = ("总则", "第二十六条", "第二十六条（二）", "第2段")
    for title, name in zip(titles, names, strict=True):
        path = title.replace(" / ", SEPARATOR)
        passage = replace(PASSAGE, title=path, n=2)
        assert BY_COLUMN["条目名称"].text(make_hit(passage), 1) == name
    zone = make_hit().record.record
    assert BY_COLUMN["条目名称"].text(make_hit(), 1) == zone.unit
    assert "条目名称" in report_columns({"passage"}) and "条目名称" not in report_columns({"zone"})
    assert len(report_columns({"passage", "zone"})) == len(REPORT_COLUMNS) == 6
