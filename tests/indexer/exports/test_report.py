"""DOCX and the marks in XLSX, opened by other programs than those that wrote them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock

from indexer.errors import ExportError
from indexer.exports.rows import row
from indexer.exports.table import cells_of
from indexer.results.model import Hit
from indexer.searcher import Searcher
from tests.support.samples import COLUMNS, PASSAGE, ZONE, exported, hostile, make_hit, make_results


@st.composite
def marked_hits(draw: st.DrawFn) -> Hit:
    """A hit with any text, and any sorted, disjoint marks in it."""
    title, body = draw(hostile), draw(hostile)
    cuts = sorted(draw(st.sets(st.integers(0, len(body)), max_size=6)))
    ranges = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    hit = make_hit(replace(ZONE, title=title, body=body))
    return replace(hit, highlights={"unit": (), "title": (), "body": ranges})


@given(marked_hits())
def test_runs_joined_are_the_cell(hit: Hit) -> None:
    for cell, runs in zip(row(hit), cells_of(hit, 1), strict=True):
        assert "".join(text for text, _ in runs) == cell
        assert all(text for text, _ in runs)
    body = hit.record.record.body
    marked = [text for text, is_marked in cells_of(hit, 1)[6] if is_marked]
    assert marked == [body[a:b] for a, b in hit.highlights["body"]]


# XLSX


def rich_cell(hit: Hit, column: str) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(exported(make_results(hit), "xlsx")), rich_text=True)
    return book["检索结果"].cell(2, COLUMNS.index(column) + 1).value


def bold_parts(value: Any) -> list[str]:
    if not isinstance(value, CellRichText):
        return []
    return [part.text for part in value if isinstance(part, TextBlock) and part.font.b]


def test_xlsx_marks_in_the_cell_what_the_search_marked(searcher: Searcher) -> None:
    for hit in searcher.export("三社联动").hits:
        for column, field in (("实验主题", "title"), ("实验内容", "body")):
            value = rich_cell(hit, column)
            text = getattr(hit.record.record, field)
            assert str(value) == text
            assert bold_parts(value) == [text[a:b] for a, b in hit.highlights[field]]


@settings(max_examples=60)
@given(marked_hits())
def test_xlsx_keeps_any_marked_text_exactly(hit: Hit) -> None:
    value = rich_cell(hit, "实验内容")
    text = "" if value is None else str(value)
    # The reader undoes the format's escapes in some cells and hands them through in others.
    unescaped = re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
    assert hit.record.record.body in (text, unescaped)


@pytest.mark.parametrize("text", ["社", "社区", " 社区 ", "<b>社区</b>", "\n"])
def test_xlsx_keeps_a_wholly_marked_cell(text: str) -> None:
    hit = replace(make_hit(replace(ZONE, body=text)), highlights={"body": ((0, len(text)),)})
    assert str(rich_cell(hit, "实验内容")) == text


# DOCX


def open_docx(hits: list[Hit], query: str = "老街坊") -> Any:
    return docx.Document(io.BytesIO(exported(make_results(*hits, query=query), "docx")))


def test_docx_is_a_landscape_table_above_its_provenance() -> None:
    document = open_docx([make_hit(), make_hit(PASSAGE)])
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    line = next(p.text for p in document.paragraphs if p.text.startswith("检索说明："))
    for part in ("老街坊", "北京市、四川省", "2025-01-02T03:04:05", "abc123"):
        assert part in line
    (table,) = document.tables
    usable = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in table.columns) <= usable
    head, *rows = table._tbl.tr_lst
    assert head.trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rows)


def test_docx_names_chinese_fonts_for_chinese_letters() -> None:
    document = open_docx([make_hit()])
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体")):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:asciiTheme")) is None
    head = document.tables[0].rows[0].cells[0].paragraphs[0].runs[0]
    assert head._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_docx_sets_marks_in_bold() -> None:
    cell = open_docx([make_hit()]).tables[0].rows[1].cells[5]
    assert [(run.text, bool(run.bold)) for run in cell.paragraphs[0].runs] == [
        ("打造", False),
        ("“老街", True),
        ("坊”品牌，构建共建共治共享社区治理机制", False),
    ]


@settings(max_examples=60)
@given(marked_hits())
def test_docx_shows_any_text(hit: Hit) -> None:
    cell = open_docx([hit]).tables[0].rows[1].cells[6]
    lines = re.sub("\r\n|[\r\x0b\x0c]", "\n", hit.record.record.body)
    assert cell.text == re.sub("[\x00-\x08\x0e-\x1f\ufffe\uffff]", "\ufffd", lines)


def test_docx_takes_5000_records_and_names_another_format_for_more() -> None:
    hits = [make_hit(PASSAGE)] * 5_000
    assert len(open_docx(hits).tables[0]._tbl.tr_lst) == 5_001
    with pytest.raises(ExportError) as caught:
        exported(make_results(*hits, make_hit()), "docx")
    assert "5001" in caught.value.message
    assert "xlsx" in caught.value.hint and "csv" in caught.value.hint
