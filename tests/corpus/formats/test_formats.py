"""The notice in every format gives the same paragraphs and the same table of 31 zones."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
import xlsxwriter

from corpus.document import SourceDocument
from corpus.errors import SourceError
from corpus.formats.office import libreoffice
from corpus.formats.read import decode_source, read_documents
from corpus.policy import ParsedPolicy
from tests.conftest import skip_or_fail
from tests.corpus.formats.test_read import read_all
from tests.support.notice_files import (
    HEAD,
    NoticeParts,
    as_csv,
    as_docx,
    as_json,
    as_mhtml,
    as_page,
    as_pdf,
    as_xlsx,
    converted,
    parts_of,
    rows_of,
    saved,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ADDRESS = "http://www.mca.gov.cn/article/gk/wj/1.shtml"


@pytest.fixture(scope="module")
def parts(notice: ParsedPolicy) -> NoticeParts:
    found = parts_of(notice)
    assert len(found.rows) == 31
    return found


def check_paragraphs(document: SourceDocument, parts: NoticeParts) -> None:
    """Every paragraph is a line, in the notice's order."""
    lines = [line.strip() for line in document.text.splitlines()]
    places = [lines.index(paragraph) for paragraph in parts.paragraphs]
    assert places[0] == 0
    ordered = [lines[place] for place in sorted(places)]
    assert [line for line in ordered if ordered.count(line) == 1] == [
        line for line in parts.paragraphs if parts.paragraphs.count(line) == 1
    ]


def check_table(document: SourceDocument, parts: NoticeParts) -> None:
    """The head and the 31 rows stand in the cells, and one cell a line in the text."""
    rows = rows_of(document)
    assert rows[0] == list(HEAD)
    assert rows[1:] == [list(row) for row in parts.rows]
    cells = [cell for row in rows for cell in row]
    assert "\n".join(cells) in document.text


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_docx(parts: NoticeParts) -> None:
    (read,) = read_all(as_docx(parts), "通知.docx")
    check_paragraphs(read, parts)
    check_table(read, parts)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "utf-16"])
def test_a_page_of_a_ministry(parts: NoticeParts, charset: str) -> None:
    data = as_page(parts, charset=charset).encode("gb18030" if charset == "gb2312" else charset)
    (read,) = read_all(data, "通知.html")
    check_paragraphs(read, parts)
    check_table(read, parts)
    assert (read.stated.title, read.stated.url) == (parts.title, ADDRESS)
    assert read.stated.date is None, "published on the web is not signed"
    for outside in ("首页", "京ICP备", "国务院部门", "脚本写的字", "请打开脚本"):
        assert outside not in read.text
    told = {note.code: note.message for note in read.notes}
    assert "首页 机构" in told["page-furniture"]
    assert "2019-04-08" in told["page-published"]


def test_a_web_archive(parts: NoticeParts) -> None:
    page = as_page(parts).replace("<!-- saved", "<!-- not saved")
    (read,) = read_all(as_mhtml(page, ADDRESS), "通知.mhtml")
    check_paragraphs(read, parts)
    check_table(read, parts)
    assert read.stated.url == ADDRESS


def test_a_web_archive_that_chromium_writes(parts: NoticeParts, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(as_page(parts))
    archive = context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})
    context.close()
    (read,) = read_all(archive["data"].encode(), "通知.mht")
    check_paragraphs(read, parts)
    check_table(read, parts)


def test_the_text_of_a_page_is_what_a_browser_shows(parts: NoticeParts, browser: Browser) -> None:
    """An independent oracle: the inner text that Chromium computes for the same page."""
    opened = browser.new_page(java_script_enabled=False)
    opened.set_content(as_page(parts))
    shown = opened.evaluate("document.body.innerText")
    opened.close()
    (read,) = read_all(as_page(parts).encode(), "a.html")
    left_out = ("首页机构", "国务院部门地方民政直属单位新闻媒体", "主办：民政部京ICP备00000000号")
    expected = without_space(shown)
    for furniture in left_out:
        assert furniture in expected
        expected = expected.replace(furniture, "")
    expected = expected.replace("请打开脚本", "")  # shown, since scripts are off here
    assert without_space(read.text) == expected


STYLES = {
    "plain": "",
    "official": """body{font-family:'Noto Serif CJK SC'} h1{text-align:center}
      .TRS_Editor table{border-collapse:collapse;font-size:11pt}
      .TRS_Editor td,th{border:1px solid;padding:3px} td p{margin:0}
      .TRS_Editor>p{line-height:1.8}""",
    "framed": """body{font-family:'Noto Sans CJK SC'} table{border-collapse:collapse}
      td,th{border:1px solid} .TRS_Editor td{width:25%} td p{margin:0}
      tr{break-inside:auto} thead{display:table-row-group}""",
    "unruled": """body{font-family:'Noto Sans CJK SC'} .TRS_Editor :is(table,td,th){border:0}
      .TRS_Editor td{width:25%} td p{margin:0}""",
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_pdf(parts: NoticeParts, browser: Browser, style: str) -> None:
    """Wrapped lines, a table over several pages, running heads and page numbers.

    Without ruling lines as well, a head on several lines repeated on each page.
    """
    page = as_page(parts, style=style + ".nav,.links,.footer{display:none}")
    foot = '<span style="font-size:9px;margin:auto">— <b class="pageNumber"></b> —</span>'
    data = as_pdf(
        browser,
        page,
        display_header_footer=True,
        header_template='<span style="font-size:9px">民政部文件</span>',
        footer_template=foot,
        margin={"top": "20mm", "bottom": "20mm", "left": "25mm", "right": "25mm"},
    )
    (read,) = read_all(data, "通知.pdf")
    check_paragraphs(read, parts)
    check_table(read, parts)
    assert read.text.count("民政部文件") == 1, "a running head is kept once"
    assert not re.search(r"^— \d+ —$", read.text, re.MULTILINE)


def test_a_sheet_of_zones(parts: NoticeParts) -> None:
    (read,) = read_all(as_xlsx(parts), "附件.xlsx")
    assert read.text.splitlines()[0] == parts.title
    check_table(read, parts)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_of_zones(parts: NoticeParts, encoding: str, delimiter: str) -> None:
    (read,) = read_all(as_csv(parts, delimiter).encode(encoding), "附件.csv")
    check_table(read, parts)


def test_merged_cells_dates_and_numbers_of_a_sheet() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["省份", "单位", "主题", "日期", "比例"])
        sheet.merge_range(1, 0, 2, 0, "江苏省")
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, unit in ((1, "溧水区"), (2, "鼓楼区")):
            sheet.write(row, 1, unit)
            sheet.write_number(row, 2, 3)
            sheet.write(row, 3, 43549, dates)
            sheet.write(row, 4, 0.5, book.add_format({"num_format": "0%"}))
        sheet.write_formula(3, 1, '="未"&"算"', value="")
        sheet.write(3, 2, "尾")
    (read,) = read_all(file.getvalue(), "a.xlsx")
    assert rows_of(read)[1:3] == [
        ["江苏省", "溧水区", "3", "2019-03-25", "50%"],
        ["江苏省", "鼓楼区", "3", "2019-03-25", "50%"],
    ]
    assert [note.code for note in read.notes] == ["formula-unread"]


@pytest.mark.parametrize("extension", [".csv", ".xlsx"])
def test_a_list_with_a_policy_a_row(extension: str) -> None:
    head = ["标题", "发文字号", "成文日期", "正文", "备注"]
    rows = [
        ["甲通知", "民函〔2019〕1号", "2019年3月25日", "第一段。\n第二段。", "无"],
        ["乙通知", "", "2020/1/2", "第三段" * 20_000, ""],
    ]
    if extension == ".csv":
        text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [head, *rows])
        data = text.encode("gb18030")
    else:
        book = openpyxl.Workbook()
        rows[1][3] = rows[1][3][:30_000]
        for row in [head, *rows]:
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        data = file.getvalue()
    first, second = read_all(data, f"目录{extension}")
    assert (first.source, first.extension) == (f"目录{extension}/第2行", ".json")
    assert first.text == "甲通知\n\n第一段。\n第二段。"  # what a field gives is found, too
    assert (first.stated.title, first.stated.number) == ("甲通知", "民函〔2019〕1号")
    assert (first.stated.date, second.stated.date) == ("2019-03-25", "2020-01-02")
    assert second.text == f"乙通知\n\n{rows[1][3]}"
    assert "备注" in first.notes[0].message


def test_json(parts: NoticeParts) -> None:
    (read,) = read_all(as_json(parts), "通知.json")
    check_paragraphs(read, parts)
    assert read.stated.date == "2019-03-25"
    assert json.loads(read.data)["title"] == read.stated.title


OLD = [("doc", ".wps"), ("odt", ".odt")]


@pytest.fixture(scope="module")
def office() -> Callable[[bytes, str, str, Path], bytes]:
    if libreoffice.program() is None:
        skip_or_fail(
            "no LibreOffice is installed (on Debian:"
            " apt-get install libreoffice-writer-nogui libreoffice-calc-nogui)"
        )
    return converted


@pytest.mark.parametrize(("target", "extension"), OLD)
def test_old_documents_by_way_of_libreoffice(
    parts: NoticeParts,
    office: Callable[[bytes, str, str, Path], bytes],
    tmp_path: Path,
    target: str,
    extension: str,
) -> None:
    document = docx.Document(io.BytesIO(as_docx(parts)))
    document.paragraphs[-1].clear()  # as Word has it behind a table at the end
    data = office(saved(document), ".docx", target, tmp_path)
    (read,) = read_documents(data, f"通知{extension}")
    assert isinstance(read, SourceDocument)
    check_paragraphs(read, parts)
    check_table(read, parts)
    assert (read.data, read.extension) == (data, extension)
    assert "table-unread" not in {note.code for note in read.notes}


def test_an_old_document_without_its_last_paragraph_is_told(
    parts: NoticeParts, office: Callable[[bytes, str, str, Path], bytes], tmp_path: Path
) -> None:
    """LibreOffice writes such a DOC, and reads its last table as a single paragraph."""
    document = docx.Document(io.BytesIO(as_docx(parts)))
    last = document.paragraphs[-1]._p
    last.getparent().remove(last)
    (read,) = read_all(office(saved(document), ".docx", "doc", tmp_path), "通知.doc")
    assert parts.rows[-1][3] in read.text
    assert "table-unread" in {note.code for note in read.notes}


def test_old_sheets_by_way_of_libreoffice(
    parts: NoticeParts, office: Callable[[bytes, str, str, Path], bytes], tmp_path: Path
) -> None:
    data = office(as_xlsx(parts), ".xlsx", "xls", tmp_path)
    (read,) = read_documents(data, "附件.xls")
    assert isinstance(read, SourceDocument)
    check_table(read, parts)


def test_a_row_that_ends_alone_on_a_page(
    parts: NoticeParts, office: Callable[[bytes, str, str, Path], bytes], tmp_path: Path
) -> None:
    """With so many lines above, the last page has but the end of the last row's last cell."""
    data = office(as_docx(parts, style="Table Grid", above=6), ".docx", "pdf", tmp_path)
    (read,) = read_all(data, "通知.pdf")
    check_table(read, parts)


@pytest.mark.usefixtures("office")
def test_rich_text(parts: NoticeParts) -> None:
    escaped = "".join(f"\\u{ord(char)}?" for char in parts.title)
    (read,) = read_all(rf"{{\rtf1\ansi {escaped}\par}}".encode("ascii"), "通知.doc")
    assert (read.text.strip(), read.extension) == (parts.title, ".rtf")


def test_without_libreoffice_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    with pytest.raises(SourceError, match="LibreOffice") as caught:
        decode_source(b"{\\rtf1 x}", "a.rtf")
    assert "安装" in caught.value.hint


def test_libreoffice_is_stopped_when_its_time_is_up(
    parts: NoticeParts, office: Callable[[bytes, str, str, Path], bytes]
) -> None:
    with pytest.raises(SourceError, match="秒内没有读完"):
        libreoffice.convert(as_docx(parts), "通知.doc", ".doc", "docx", 0.05)
    # The next conversion is not hindered by the one that was stopped.
    done = libreoffice.convert(as_docx(parts), "通知.docx", ".docx", "docx", 120)
    assert parts.title in decode_source(done, "通知.docx").text
