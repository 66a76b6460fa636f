"""DOCX: a table that can go into a report as it is.

One landscape A4 section: a heading, a line of provenance, and the records in
a table whose head is repeated on every page and whose rows are not torn
apart.  Chinese type is asked for by name, 宋体 for text and 黑体 for heads;
what the search marked is bold.

The rows are written as XML and parsed at once: python-docx looks up every cell
by its place in the grid, which takes the square of the rows.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from indexer.errors import ExportError
from indexer.exports.rows import COLUMNS, PROVENANCE_LABEL, Provenance, marked_row
from indexer.results.model import Results
from indexer.results.spans import Piece

MAX_RECORDS = 5_000
TITLE = "政搜检索结果"
_TEXT_TYPE, _HEAD_TYPE, _LATIN_TYPE = "宋体", "黑体", "Times New Roman"
_PAGE_CM, _MARGIN_CM = (29.7, 21.0), 1.5
#: Of the 26.7 cm between the margins, in the order of the columns.
_WIDTHS_CM = (0.9, 1.3, 1.3, 1.3, 2.1, 3.2, 5.5, 1.9, 1.8, 0.9, 2.3, 1.3, 1.0, 1.0, 0.9)
_CELL_SIZE = Pt(7.5)
_HEAD_SHADE = "EEF2F7"
#: What XML 1.0 cannot hold at all; shown as U+FFFD rather than lost.
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c]")


def write_docx(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """Raises :class:`~indexer.errors.ExportError` for more than :data:`MAX_RECORDS` hits."""
    if len(results.hits) > MAX_RECORDS:
        raise ExportError(
            f"结果有 {len(results.hits)} 条，DOCX 表格最多 {MAX_RECORDS} 条",
            "请缩小检索范围，或改用 xlsx、csv 或 jsonl 格式",
        )
    moment = datetime.fromisoformat(provenance.exported_at).replace(tzinfo=None)
    document = Document()
    _describe(document, moment)
    _set_page(document)
    _set_type(document)
    document.add_heading(TITLE, level=1)
    line = document.add_paragraph()
    line.add_run(_clean(f"{PROVENANCE_LABEL}：{provenance.sentence()}")).font.size = Pt(9)
    table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    grid = table._tbl
    for column, width in zip(grid.tblGrid.gridCol_lst, _WIDTHS_CM, strict=True):
        column.w = Cm(width)
    grid.extend(_rows(results))
    _save(document, moment, stream)


def _describe(document: Any, moment: datetime) -> None:
    about = document.core_properties
    about.title, about.author, about.comments, about.language = TITLE, "政搜", "", "zh-CN"
    about.created = about.modified = moment


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = map(Cm, _PAGE_CM)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    # The page number at the foot is a field, which the word processor computes.
    footer = section.footer.paragraphs[0]
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    footer._p.append(number)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_type(document: Any) -> None:
    """Chinese fonts must be named apart: Word takes the Latin one for Latin letters only."""
    for style, east_asian, latin in (
        ("Normal", _TEXT_TYPE, _LATIN_TYPE),
        ("Heading 1", _HEAD_TYPE, _HEAD_TYPE),
    ):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        fonts.set(qn("w:ascii"), latin)
        fonts.set(qn("w:hAnsi"), latin)
        fonts.set(qn("w:eastAsia"), east_asian)
    document.styles["Normal"].font.size = Pt(10.5)


def _rows(results: Results) -> Any:
    """The head and one row a hit, as children of an element of their own."""
    head = _row([((name, True),) for name in COLUMNS], head=True)
    body = "".join(_row(marked_row(hit)) for hit in results.hits)
    return parse_xml(f"<w:tbl {nsdecls('w')}>{head}{body}</w:tbl>")


def _row(cells: Iterable[Sequence[Piece]], *, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    inner = "".join(_cell(cell, width, head) for cell, width in zip(cells, _WIDTHS_CM, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inner}</w:tr>"


def _cell(cell: Sequence[Piece], width: float, head: bool) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEAD_SHADE}"/>' if head else ""
    runs = "".join(_run(text, marked, head) for text, marked in cell)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{Cm(width).twips}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _run(text: str, bold: bool, head: bool) -> str:
    fonts = f'<w:rFonts w:ascii="{_HEAD_TYPE}" w:hAnsi="{_HEAD_TYPE}" w:eastAsia="{_HEAD_TYPE}"/>'
    inner = escape(_clean(text))
    for sign, element in (("\n", "<w:br/>"), ("\t", "<w:tab/>")):
        inner = inner.replace(sign, f'</w:t>{element}<w:t xml:space="preserve">')
    return (
        f"<w:r><w:rPr>{fonts if head else ''}{'<w:b/>' if bold else ''}"
        f'<w:sz w:val="{int(_CELL_SIZE.pt * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{inner}</w:t></w:r>'
    )


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", _LINE_ENDS.sub("\n", text))


def _save(document: Any, moment: datetime, stream: IO[bytes]) -> None:
    """The package with the export's moment on each of its parts: same input, same bytes."""
    packed = io.BytesIO()
    document.save(packed)
    stamp = max(moment, datetime(1980, 1, 1)).timetuple()[:6]
    with (
        zipfile.ZipFile(packed) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            named = zipfile.ZipInfo(part.filename, stamp)
            named.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(named, source.read(part))
