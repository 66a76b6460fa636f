"""What a reader of a DOCX file sees, and nothing else, is in its text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENTATION
from docx.oxml import parse_xml

from corpus.formats.office import libreoffice
from corpus.formats.office.numbering import chinese, spelled
from corpus.text.normalize import parse_integer
from tests.conftest import skip_or_fail
from tests.corpus.formats.test_read import read_all
from tests.support.notice_files import cells_of, converted, saved

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
LEVELS = (
    ("chineseCountingThousand", "第%1章 "),
    ("chineseCounting", "%2、"),
    ("decimal", "%1.%2.%3 "),
)


def body_of(*parts: str) -> docx.document.Document:
    """A document of paragraphs and tables given as WordprocessingML."""
    document = docx.Document()
    end = document.element.body[-1]
    for part in parts:
        element = parse_xml(re.sub(r"^<(w:\w+)", rf"<\1 {NAMESPACES}", part))
        end.addprevious(element)
    return document


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int, list_id: int = 77) -> str:
    inner = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return paragraph(text, inner)


def with_list(document: docx.document.Document) -> docx.document.Document:
    """Adds list 77, a chapter, a section and an item, and list 78, the same from 5 on."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for at, (form, pattern) in enumerate(LEVELS)
    )
    root = document.part.numbering_part.element
    shared = f'<w:abstractNum {NAMESPACES} w:abstractNumId="77">{levels}</w:abstractNum>'
    root.insert(0, parse_xml(shared))
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    for number, more in ((77, ""), (78, override)):
        item = f'<w:num {NAMESPACES} w:numId="{number}"><w:abstractNumId w:val="77"/>{more}</w:num>'
        root.append(parse_xml(item))
    return document


def text_of(document: docx.document.Document) -> str:
    (read,) = read_all(saved(document), "a.docx")
    return read.text


def numbered_document() -> docx.document.Document:
    return with_list(
        body_of(
            numbered("总则", 0),
            numbered("目的", 1),
            numbered("甲", 2),
            numbered("乙", 2),
            numbered("依据", 1),
            numbered("附则", 0),
            numbered("施行", 1),
            numbered("另一个", 0, 78),
        )
    )


def test_automatic_numbers_are_written_out() -> None:
    assert text_of(numbered_document()).split("\n") == [
        *("第一章 总则", "一、目的", "一.一.1 甲", "一.一.2 乙", "二、依据"),
        *("第二章 附则", "一、施行", "第五章 另一个", ""),
    ]


def test_automatic_numbers_are_those_that_libreoffice_writes(tmp_path: Path) -> None:
    """An independent oracle for the counting."""
    if libreoffice.program() is None:
        skip_or_fail("no LibreOffice is installed")
    data = converted(saved(numbered_document()), ".docx", "txt:Text (encoded):UTF8", tmp_path)
    theirs = data.decode("utf-8-sig").split()
    assert "".join(text_of(numbered_document()).split()) == "".join(theirs)


def test_chinese_numerals_are_read_back() -> None:
    for number in (*range(1, 130), 200, 305, 999, 1000, 1010, 2019, 9999):
        assert parse_integer(chinese(number, "零一二三四五六七八九", "十百千")) == number
    assert spelled(21, "chineseLegalSimplified") == "贰拾壹"
    assert [spelled(4, form) for form in ("upperRoman", "lowerLetter")] == ["IV", "d"]
    assert spelled(3, "decimalEnclosedCircle") == "③"


def test_insertions_are_in_and_deletions_out() -> None:
    text = text_of(
        body_of(
            "<w:p><w:r><w:t>留</w:t></w:r><w:ins><w:r><w:t>增</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
            "<w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
            "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>尾</w:t><w:br/><w:t>次行</w:t></w:r></w:p>"
        )
    )
    assert text == "留增移来尾\n次行\n"


def test_text_boxes_controls_and_links_are_read_once() -> None:
    inner = "<w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent>"
    box = (
        "<mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    text = text_of(
        body_of(
            f"<w:p><w:r>{box}</w:r><w:hyperlink><w:r><w:t>链接字</w:t></w:r></w:hyperlink></w:p>",
            f"<w:sdt><w:sdtContent>{paragraph('控件字')}</w:sdtContent></w:sdt>",
        )
    )
    assert text == "链接字\n框中字\n控件字\n"


def test_merged_and_deleted_cells() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    down, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl><w:tr>{cell('省', down)}{cell('任务', wide)}</w:tr>"
        f"<w:tr>{cell('', more)}{cell('单位')}{cell('主题')}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删')}{cell('去')}{cell('行')}</w:tr>"
        f"<w:tr>{cell('江苏省', down)}{cell('溧水区')}{cell('一')}</w:tr>"
        f"<w:tr>{cell('', more)}{cell('鼓楼区')}{cell('二')}</w:tr></w:tbl>"
    )
    (read,) = read_all(saved(body_of(table)), "a.docx")
    assert cells_of(read, read.tables[0]) == [
        ["省", "任务", "任务"],
        ["省", "单位", "主题"],
        ["江苏省", "溧水区", "一"],
        ["江苏省", "鼓楼区", "二"],
    ]
    flat = "省 任务 单位 主题 江苏省 溧水区 一 鼓楼区 二"
    assert read.text.split() == flat.split()


def test_a_table_for_layout_is_walked_through() -> None:
    document = docx.Document()
    outer = document.add_table(rows=1, cols=1)
    outer.cell(0, 0).text = "框中段落"
    inner = outer.cell(0, 0).add_table(2, 2)
    for at, text in enumerate("甲乙丙丁"):
        inner.cell(at // 2, at % 2).text = text
    (read,) = read_all(saved(document), "a.docx")
    assert read.text.split() == ["框中段落", *"甲乙丙丁"]
    assert cells_of(read, read.tables[0]) == [["甲", "乙"], ["丙", "丁"]]


def test_headers_and_footers_are_at_the_end_once() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    for _ in range(2):
        section = document.add_section()
        section.orientation = WD_ORIENTATION.LANDSCAPE
        section.header.is_linked_to_previous = False
        section.header.paragraphs[0].text = "民政部文件"
        section.footer.is_linked_to_previous = False
        section.footer.paragraphs[0].text = "— 1 —"
    (read,) = read_all(saved(document), "a.docx")
    assert read.text.split() == ["正文", "民政部文件"]
    assert "页眉" in read.notes[0].message


@pytest.mark.parametrize("part", ["word/footnotes.xml", "word/endnotes.xml"])
def test_notes_are_at_the_end(part: str) -> None:
    kind = part.removeprefix("word/").removesuffix("s.xml")
    xml = (
        f"<w:{kind}s {NAMESPACES}><w:{kind} w:id='1'>{paragraph('注中字')}</w:{kind}></w:{kind}s>"
    ).encode()
    source = zipfile.ZipFile(io.BytesIO(saved(body_of(paragraph("正文")))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/_rels/document.xml.rels":
                relation = (
                    '<Relationship Id="rIdNotes" Type="http://schemas.openxmlformats.org/'
                    f'officeDocument/2006/relationships/{kind}s" Target="{kind}s.xml"/>'
                )
                content = content.replace(
                    b"</Relationships>", f"{relation}</Relationships>".encode()
                )
            archive.writestr(name, content)
        archive.writestr(part, xml)
    (read,) = read_all(file.getvalue(), "a.docx")
    assert read.text.split() == ["正文", "注中字"]
