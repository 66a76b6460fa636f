"""The bundled notice as files of every format, made by the libraries that write them.

Nothing here is read by the code under test: the zones come from the parser of
the bundled text, the files from python-docx, XlsxWriter, csv, LibreOffice and
Chromium.
"""

from __future__ import annotations

import csv
import html
import io
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import xlsxwriter

from corpus.document import SourceDocument, SourceTable
from corpus.formats.office.libreoffice import program
from corpus.policy import ParsedPolicy, Record

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEAD = ("序号", "实验单位", "实验主题", "实验内容")


@dataclass(frozen=True)
class NoticeParts:
    """The notice's paragraphs before its table, and the rows of the table."""

    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]

    @property
    def title(self) -> str:
        return self.paragraphs[0]


def parts_of(notice: ParsedPolicy) -> NoticeParts:
    zones: list[Record] = [record for record in notice.records if record.kind == "zone"]
    lines = [line.strip() for line in notice.text.splitlines() if line.strip()]
    rows = tuple((str(z.n), z.unit or "", z.title, z.body) for z in zones)
    return NoticeParts(tuple(lines[: lines.index("实验单位")]), rows)


def as_docx(parts: NoticeParts, *, style: str | None = None, above: int = 0) -> bytes:
    """The notice with its table in a ``style`` of Word's, and empty lines ``above`` it all."""
    document = docx.Document()
    for _ in range(above):
        document.add_paragraph()
    for paragraph in parts.paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1 + len(parts.rows), cols=4, style=style)
    for row, texts in zip(table.rows, (HEAD, *parts.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("（此件公开发布）")  # as Word has it: a table is never the last
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_xlsx(parts: NoticeParts) -> bytes:
    """The table with the notice's title in a merged cell above its head."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("附件")
        sheet.merge_range(0, 0, 0, 3, parts.title)
        for at, row in enumerate((HEAD, *parts.rows), start=1):
            sheet.write_row(at, 0, (int(row[0]), *row[1:]) if row[0].isdecimal() else row)
    return file.getvalue()


def as_csv(parts: NoticeParts, delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows((HEAD, *parts.rows))
    return file.getvalue()


def as_page(parts: NoticeParts, *, style: str = "", charset: str = "utf-8") -> str:
    """The notice as a ministry's page has it: in a table for layout, with all that is around."""
    paragraphs = "".join(f"<p>　　{html.escape(text)}</p>\n" for text in parts.paragraphs[1:])
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{html.escape(cell)}</p></td>" for cell in row) + "</tr>\n"
        for row in parts.rows
    )
    head = "".join(f"<th>{cell}</th>" for cell in HEAD)
    return f"""<!DOCTYPE html>
<!-- saved from url=(0042)http://www.mca.gov.cn/article/gk/wj/1.shtml -->
<html><head><meta charset="{charset}"><title>{parts.title}_民政部门户网站</title>
<meta name="ArticleTitle" content="{parts.title}"><meta name="PubDate" content="2019-04-08 09:00">
<meta name="ContentSource" content="民政部门户网站"><style>{style}</style>
<script>document.write("脚本写的字")</script></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/jg">机构</a></li></ul></div>
<table width="100%"><tr><td><h1>{html.escape(parts.title)}</h1>
<div class="TRS_Editor">{paragraphs}<table border="1"><thead><tr>{head}</tr></thead>
<tbody>{rows}</tbody></table><p>（此件公开发布）</p></div></td></tr></table>
<div class="links"><a href="/1">国务院部门</a> <a href="/2">地方民政</a> <a href="/3">直属单位</a>
<a href="/4">新闻媒体</a></div>
<div class="footer">主办：民政部　京ICP备00000000号</div>
<noscript>请打开脚本</noscript></body></html>"""


def as_mhtml(page: str, url: str) -> bytes:
    """The page in a web archive as Chromium writes it."""
    import email.mime.multipart
    import email.mime.text

    archive = email.mime.multipart.MIMEMultipart("related", type="text/html")
    archive["From"] = "<Saved by Blink>"
    archive["Snapshot-Content-Location"] = url
    part = email.mime.text.MIMEText(page, "html", "utf-8")
    part["Content-Location"] = url
    archive.attach(part)
    return archive.as_bytes()


def as_pdf(browser: Browser, page: str, **options: object) -> bytes:
    """The page as Chromium prints it."""
    opened = browser.new_page(java_script_enabled=False)
    try:
        opened.set_content(page)
        return opened.pdf(format="A4", **options)  # type: ignore[arg-type]
    finally:
        opened.close()


def as_json(parts: NoticeParts) -> bytes:
    value = {"title": parts.title, "text": "\n\n".join(parts.paragraphs), "date": "2019-03-25"}
    return json.dumps(value, ensure_ascii=False).encode()


def converted(data: bytes, extension: str, target: str, folder: Path) -> bytes:
    """``data`` as LibreOffice writes it in another format."""
    office = program()
    assert office is not None
    source = folder / f"file{extension}"
    source.write_bytes(data)
    profile = Path(_profile().name).as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", target]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(source)],
        check=True,
        timeout=120,
        capture_output=True,
    )
    return (folder / "out" / f"file.{target.partition(':')[0]}").read_bytes()


@lru_cache(maxsize=1)
def _profile() -> tempfile.TemporaryDirectory[str]:
    """LibreOffice's profile for the tests of this process: it is slow to make."""
    return tempfile.TemporaryDirectory(prefix="zhengsou-test-", ignore_cleanup_errors=True)


def cells_of(document: SourceDocument, table: SourceTable) -> list[list[str]]:
    """The texts of a table's cells, row by row; a merged cell's in each place that it covers."""
    rows = 1 + max(cell.row + cell.rowspan - 1 for cell in table.cells)
    columns = 1 + max(cell.column + cell.colspan - 1 for cell in table.cells)
    grid = [[""] * columns for _ in range(rows)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                assert not grid[row][column], "two cells in one place"
                grid[row][column] = document.text[cell.span.start : cell.span.end]
    return grid


def rows_of(document: SourceDocument) -> Sequence[list[str]]:
    """The rows of the document's only table."""
    assert len(document.tables) == 1, document.tables
    return cells_of(document, document.tables[0])
