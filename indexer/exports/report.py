"""DOCX: a table that can go into a report as it is.

One A4 section, landscape where the columns are wide: a numbered caption, the
records in a table whose head is repeated on every page and whose rows are not torn
apart, the documents that they are from as GB/T 7714 cites them, and a line of
provenance.  Chinese type is asked for by name, 宋体 for text and 黑体 for heads;
what the search marked is bold.  The number in the caption is a field of the word
processor, so that a list of tables finds it.

The rows are written as XML and parsed at once: python-docx looks up every cell
by its place in the grid, which takes the square of the rows.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from indexer.citations.gbt7714 import cite
from indexer.errors import ExportError
from indexer.exports.rows import PROVENANCE_LABEL
from indexer.exports.table import MOST_IN_REPORT, Head, Table
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.spans import Piece

#: So many documents are cited under the table; the number of the others is stated.
MOST_SOURCES = 10
_TEXT_TYPE, _HEAD_TYPE, _LATIN_TYPE = "宋体", "黑体", "Times New Roman"
_LONG_CM, _SHORT_CM, _MARGIN_CM = 29.7, 21.0, 1.5
#: Up to so many columns there is space for larger type.
_FEW_COLUMNS = 8
_FEW_SIZE, _MANY_SIZE = 9.0, 7.5
_CAPTION, _SOURCES = N_("表"), N_("来源")
_HEAD_SHADE = "EEF2F7"
#: What XML 1.0 cannot hold at all; shown as U+FFFD rather than lost.
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c]")


@dataclass(frozen=True, slots=True)
class _Fit:
    """How the columns stand on the page: their widths in cm, the type in points, which way."""

    widths: tuple[float, ...]
    size: float
    landscape: bool

    @classmethod
    def of(cls, heads: Sequence[Head]) -> _Fit:
        size = _FEW_SIZE if len(heads) <= _FEW_COLUMNS else _MANY_SIZE
        natural = [head.paper_width * size / _MANY_SIZE for head in heads]
        narrow, wide = _SHORT_CM - 2 * _MARGIN_CM, _LONG_CM - 2 * _MARGIN_CM
        landscape = sum(natural) > narrow
        space = wide if landscape else narrow
        # Numbers need no more than they have; the texts share what is left.
        fixed = [head.kind == "number" and len(heads) > 1 for head in heads]
        taken = sum(width for width, is_fixed in zip(natural, fixed, strict=True) if is_fixed)
        shared = sum(natural) - taken
        factor = (space - taken) / shared if shared else space / taken
        widths = (
            width if is_fixed and shared else width * factor
            for width, is_fixed in zip(natural, fixed, strict=True)
        )
        return cls(tuple(widths), size, landscape)


def write_docx(table: Table, stream: IO[bytes]) -> None:
    """Raises :class:`~indexer.errors.ExportError` for more than ``MOST_IN_REPORT`` rows."""
    if table.count > MOST_IN_REPORT:
        raise ExportError(
            f"结果有 {table.count} 条，DOCX 表格最多 {MOST_IN_REPORT} 条",
            "请缩小检索范围，或改用 xlsx、csv 或 jsonl 格式",
        )
    moment = datetime.fromisoformat(table.provenance.exported_at).replace(tzinfo=None)
    fit = _Fit.of(table.heads)
    document = Document()
    _describe(document, f"政搜{table.name}", moment)
    _set_page(document, fit)
    _set_type(document)
    _add_caption(document, table)
    grid = document.add_table(rows=0, cols=len(table.heads), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid._tbl.tblGrid.gridCol_lst, fit.widths, strict=True):
        column.w = Cm(width)
    grid._tbl.extend(_rows(table, fit))
    _add_notes(document, table, moment)
    _save(document, moment, stream)


def _add_caption(document: Any, table: Table) -> None:
    """表1 and what the table holds, above it and never parted from it."""
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    label = table.say(_CAPTION)
    caption.add_run(label if label == _CAPTION else f"{label} ")
    _add_field(caption, f"SEQ {label} \\* ARABIC", "1")
    caption.add_run(_clean(f"  {table.name}：{table.subject}（n = {table.records}）"))


def _add_field(paragraph: Any, code: str, shown: str) -> None:
    """A field that the word processor computes; ``shown`` stands there until it does."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.text = f" {code} "
            run._r.append(instruction)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _add_notes(document: Any, table: Table, moment: datetime) -> None:
    """The sources and the provenance, under the table."""
    stated = f"{table.say(PROVENANCE_LABEL)}：{table.provenance.sentence(table.say)}"
    for text in (*_sources(table, moment), stated):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(4)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(_clean(text)).font.size = Pt(9)


def _sources(table: Table, moment: datetime) -> tuple[str, ...]:
    """The line 来源; none where the table has no record."""
    if not table.policies:
        return ()
    cited = [cite(policy, visited=moment.date()) for policy in table.policies[:MOST_SOURCES]]
    if len(table.policies) > MOST_SOURCES:
        cited.append(table.say(N_("共 %(n)s 份文件")) % {"n": len(table.policies)})
    return (f"{table.say(_SOURCES)}：{' '.join(cited)}",)


def _describe(document: Any, title: str, moment: datetime) -> None:
    about = document.core_properties
    about.title, about.author, about.comments, about.language = title, "政搜", "", "zh-CN"
    about.created = about.modified = moment


def _set_page(document: Any, fit: _Fit) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if fit.landscape else WD_ORIENT.PORTRAIT
    wide, high = (_LONG_CM, _SHORT_CM) if fit.landscape else (_SHORT_CM, _LONG_CM)
    section.page_width, section.page_height = Cm(wide), Cm(high)
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
        ("Caption", _HEAD_TYPE, _LATIN_TYPE),
    ):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        fonts.set(qn("w:ascii"), latin)
        fonts.set(qn("w:hAnsi"), latin)
        fonts.set(qn("w:eastAsia"), east_asian)
    document.styles["Normal"].font.size = Pt(10.5)
    caption = document.styles["Caption"].font
    caption.size, caption.bold, caption.color.rgb = Pt(10.5), False, RGBColor(0, 0, 0)


def _rows(table: Table, fit: _Fit) -> Any:
    """The head and the rows, as children of an element of their own."""
    head = _row([((name, True),) for name in table.labels], fit, head=True)
    body = "".join(_row(row.cells, fit) for row in table.rows())
    return parse_xml(f"<w:tbl {nsdecls('w')}>{head}{body}</w:tbl>")


def _row(cells: Iterable[Sequence[Piece]], fit: _Fit, *, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    size = int(fit.size * 2)
    inner = "".join(
        _cell(cell, width, size, head) for cell, width in zip(cells, fit.widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inner}</w:tr>"


def _cell(cell: Sequence[Piece], width: float, size: int, head: bool) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEAD_SHADE}"/>' if head else ""
    runs = "".join(_run(text, marked, size, head) for text, marked in cell)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{Cm(width).twips}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _run(text: str, bold: bool, size: int, head: bool) -> str:
    """``size`` in half points."""
    fonts = f'<w:rFonts w:ascii="{_HEAD_TYPE}" w:hAnsi="{_HEAD_TYPE}" w:eastAsia="{_HEAD_TYPE}"/>'
    inner = escape(_clean(text))
    for sign, element in (("\n", "<w:br/>"), ("\t", "<w:tab/>")):
        inner = inner.replace(sign, f'</w:t>{element}<w:t xml:space="preserve">')
    return (
        f"<w:r><w:rPr>{fonts if head else ''}{'<w:b/>' if bold else ''}"
        f'<w:sz w:val="{size}"/></w:rPr>'
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
