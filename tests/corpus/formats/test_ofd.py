"""OFD files are read as they look: their text, their tables, and what is not text named."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.document import Refused, SourceDocument
from corpus.errors import SourceError
from corpus.formats.read import Limits, read_documents
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy
from tests.conftest import skip_or_fail
from tests.corpus.formats.test_formats import check_paragraphs, check_table
from tests.corpus.formats.test_read import read_all
from tests.support.notice_files import NoticeParts, parts_of, rows_of
from tests.support.ofd_files import (
    document,
    lines_of,
    package,
    page,
    path,
    text,
    written_by_ofdrw,
    zipped_parts,
)

DATA = Path(__file__).parents[2] / "data" / "ofd"
UNIT = """<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:CompositeGraphicUnits>
<ofd:CompositeGraphicUnit ID="70" Width="100" Height="50"><ofd:Content>{}</ofd:Content>
</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"""
USUAL = Limits()
RESOURCES = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"


@pytest.fixture(scope="module")
def parts(notice: ParsedPolicy) -> NoticeParts:
    return parts_of(notice)


def read_one(data: bytes) -> SourceDocument:
    (read,) = read_all(data, "通知.ofd")
    return read


def lines(data: bytes) -> list[str]:
    return [line for line in read_one(data).text.splitlines() if line]


def refusal(data: bytes, limits: Limits = USUAL) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(read_documents(data, "通知.ofd", limits))
    assert "“通知.ofd”" in caught.value.message and caught.value.hint
    return caught.value


def check_notice(data: bytes, parts: NoticeParts, notice: ParsedPolicy) -> None:
    """The text, the table and every zone with its region; what is not read is named."""
    read = read_one(data)
    check_paragraphs(read, parts)
    check_table(read, parts)
    parsed = parse_document(read)

    def zones(policy: ParsedPolicy) -> list[object]:
        found = (record for record in policy.records if record.kind == "zone")
        return [(z.n, z.unit, z.title, z.body, z.region, z.status) for z in found]

    assert zones(parsed) == zones(notice)
    assert (parsed.policy.title, parsed.policy.number) == (parts.title, notice.policy.number)
    assert "民政部文件" in read.text.splitlines()[-2:]
    assert "— 1 —" not in read.text
    assert any("实验任务说明.txt" in note.message for note in read.notes)


def test_the_notice_as_ofdrw_wrote_it(parts: NoticeParts, notice: ParsedPolicy) -> None:
    check_notice((DATA / "notice.ofd").read_bytes(), parts, notice)


def test_the_notice_as_ofdrw_writes_it_here(
    parts: NoticeParts, notice: ParsedPolicy, tmp_path: Path
) -> None:
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("Java and Maven write this file; the one in tests/data is read without them")
    attached = tmp_path / "说明.txt"
    attached.write_text("说明", encoding="utf-8")
    try:
        written = written_by_ofdrw(lines_of(parts, attached), tmp_path)
    except subprocess.CalledProcessError as error:
        skip_or_fail(f"ofdrw cannot be fetched or run: {error.stdout[-300:]!r}")
    check_notice(written, parts, notice)


def test_offsets_place_each_character() -> None:
    code = 'DeltaX="g 2 5 -10 g 5 5" DeltaY="0 0 7 g 5 0"'
    words = text("甲乙丙丁戊己庚辛壬", 20, 20, code=code)
    assert lines(package(document([page(words)]))) == ["甲乙丙", "丁戊己庚辛壬"]
    spaced = text("甲乙丙", 20, 20, code='DeltaX="5 30"')
    assert lines(package(document([page(spaced)]))) == ["甲乙 丙"]
    endless = text("甲乙丙", 20, 20, code='DeltaX="g 999999999 5"')
    assert lines(package(document([page(endless)]))) == ["甲乙丙"]


def test_matrices_place_what_is_scaled_and_turned() -> None:
    scaled = text("甲乙", 20, 40, size=10, more='CTM="0.5 0 0 0.5 0 0"')
    whole = text("丙丁", 30, 40, size=5)
    turned = text("机密", 100, 100, more='CTM="0.7 0.7 -0.7 0.7 0 0"')
    read = read_one(package(document([page(whole, scaled, turned)])))
    assert read.text.split() == ["甲乙丙丁", "机密"]
    assert any("旋转" in note.message for note in read.notes)


def test_text_stands_in_reading_order_whatever_order_it_is_drawn_in() -> None:
    words = ["第一行。", "第二行在它的下面。", "第三行又在第二行的下面。"]
    objects = [text(each, 20, 20 + 10 * at) for at, each in enumerate(words)]
    assert lines(package(document([page(*reversed(objects))]))) == words


def test_blocks_templates_and_composite_objects_are_read() -> None:
    block = f"<ofd:PageBlock ID='5'>{text('块中的字', 20, 40)}</ofd:PageBlock>"
    composite = '<ofd:CompositeObject ID="6" ResourceID="70" Boundary="20 60 100 50"/>'
    used = '<ofd:Template TemplateID="3" ZOrder="Background"/>'
    read = document(
        [page(text("正文", 20, 50), block, composite, before=used)],
        '<ofd:TemplatePage ID="3" BaseLoc="Tpls/3.xml"/>' + RESOURCES,
    )
    read["Tpls/3.xml"] = page(text("模板中的字", 20, 30))
    read["DocumentRes.xml"] = UNIT.format(text("复合对象中的字", 0, 10))
    assert lines(package(read)) == ["模板中的字", "块中的字", "正文", "复合对象中的字"]


def test_what_is_hidden_or_printed_twice_is_read_once_or_not() -> None:
    shown = text("公开的字", 20, 20)
    bold = text("公开的字", 20.1, 20.1)
    layer = text("公幵的宇", 20.6, 20.4, more='Alpha="0"')
    hidden = text("隐藏的字", 20, 40, more='Visible="false"')
    assert lines(package(document([page(shown, bold, layer, hidden)]))) == ["公开的字"]
    scan = text("识别出的字", 20, 20, more='Fill="false"')
    assert lines(package(document([page(scan)]))) == ["识别出的字"]


@pytest.mark.parametrize("drawn", ["strokes", "rectangles", "bars"])
def test_ruling_lines_of_every_kind_make_a_table(drawn: str) -> None:
    xs, ys = (20, 60, 120), (30, 40, 50, 60)
    if drawn == "strokes":
        rules = [path(f"M 20 {y} L 120 {y}") for y in ys]
        rules += [path("M 0 0 L 0 30", f"{x} 30 1 30") for x in xs]
    elif drawn == "rectangles":
        rules = [
            path(f"M {x} {y} L {right} {y} L {right} {low} L {x} {low} C")
            for x, right in pairwise(xs)
            for y, low in pairwise(ys)
        ]
    else:
        rules = [path(f"M 20 {y} L 120 {y} L 120 {y + 0.2} L 20 {y + 0.2} C") for y in ys]
        rules += [path(f"M {x} 30 L {x + 0.2} 30 L {x + 0.2} 60 L {x} 60 C") for x in xs]
    words = [
        text(f"{n}行{column}列", x + 5, y + 2)
        for n, y in enumerate(ys[:-1])
        for column, x in enumerate(xs[:-1])
    ]
    read = read_one(package(document([page(*rules, *words)])))
    assert rows_of(read) == [[f"{n}行{column}列" for column in range(2)] for n in range(3)]


def test_several_documents_are_several() -> None:
    data = package(
        document([page(text("第一件", 20, 20))]),
        document([page(text("第二件", 20, 20))]),
        titles=("通知", "附表"),
    )
    read = read_all(data, "通知.ofd")
    assert [each.text.strip() for each in read] == ["第一件", "第二件"]
    assert [each.source for each in read] == ["通知.ofd/1 通知", "通知.ofd/2 附表"]
    for each in read:
        (again,) = read_all(each.data, f"{each.sha256}{each.extension}")
        assert again.text == each.text
    assert len({each.sha256 for each in read}) == 2


def test_writers_differ_in_case_slashes_and_namespaces() -> None:
    read = document([page(text("正文", 20, 20)).replace("2016", "2012")])
    parts = {f"DOC_0\\{place}": part for place, part in read.items()}
    root = zipfile.ZipFile(io.BytesIO(package(read))).read("OFD.xml")
    data = zipped_parts({"/OFD.XML": root.replace(b"Doc_0/", b"/Doc_0//"), **parts})
    assert lines(data) == ["正文"]


def test_annotations_and_characters_without_code_are_named() -> None:
    read = document(
        [page(text("正\ue123文", 20, 20))], more="<ofd:Annotations>A.xml</ofd:Annotations>"
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "<ofd:Page><ofd:FileLoc>B.xml</ofd:FileLoc></ofd:Page>"
    remark = f"<ofd:Annot>{text('批注', 1, 1)}</ofd:Annot>"
    read["A.xml"] = f"<ofd:Annotations {space}>{listed}</ofd:Annotations>"
    read["B.xml"] = f"<ofd:PageAnnot {space}>{remark}</ofd:PageAnnot>"
    notes = {note.code for note in read_one(package(read)).notes}
    assert notes == {"characters-unmapped", "annotation-unread"}


def bad_files() -> dict[str, tuple[bytes, str]]:
    one = document([page(text("正文", 20, 20))])
    deep = text("字", 1, 1)
    for _ in range(30):
        deep = f"<ofd:PageBlock>{deep}</ofd:PageBlock>"
    without = {place: part for place, part in one.items() if place != "Pages/0.xml"}
    entity = '<!DOCTYPE a [<!ENTITY b "c">]>' + str(one["Document.xml"])
    return {
        "no zip": (b"%OFD 1.0 \0\1", "不是 ZIP 结构"),
        "text": ("通知".encode(), "不是 ZIP 结构"),
        "another zip": (zipped_parts({"a.txt": "甲"}), "缺少 OFD.xml"),
        "cut": (package(one)[:-40], "已损坏"),
        "no document": (zipped_parts({"OFD.xml": "<a/>"}), "没有文档"),
        "no root": (package({}), "缺少 Doc_0/Document.xml"),
        "no page": (package(document([])), "没有页"),
        "page lost": (package(without), "缺少 Doc_0/Pages/0.xml"),
        "broken": (package({**one, "Pages/0.xml": "<ofd:Page>"}), "不是完整的 XML"),
        "entity": (package({**one, "Document.xml": entity}), "外部实体"),
        "encrypted": (package({**one, "../Encryptions.xml": "<a/>"}), "加密"),
        "empty": (package(document([page()])), "没有文字"),
        "shapes": (package(document([page(path("M 1 1 B 2 2 3 3 4 4"))])), "只有图形"),
        "unmapped": (package(document([page(text("\ue123\ue124", 20, 20))])), "没有字符编码"),
        "deep": (package(document([page(deep)])), "嵌套超过"),
    }


@pytest.mark.parametrize("what", bad_files())
def test_what_cannot_be_read_is_refused_with_cause_and_hint(what: str) -> None:
    data, said = bad_files()[what]
    assert said in refusal(data).message


def test_composite_objects_within_themselves_are_refused() -> None:
    composite = '<ofd:CompositeObject ID="6" ResourceID="70" Boundary="0 0 100 50"/>'
    read = document([page(composite)], RESOURCES)
    read["DocumentRes.xml"] = UNIT.format(composite * 10)
    said = refusal(package(read), Limits(objects=1000)).message
    assert "嵌套超过" in said or "对象超过 1000 个" in said


def test_limits_on_pages_and_size_hold() -> None:
    pages = [page(text("正文", 20, 20))] * 3
    assert "超过 2 页" in refusal(package(document(pages)), Limits(pages=2)).message
    bomb = document([page(text("正文" + " " * 30_000_000, 20, 20))])
    assert "膨胀" in refusal(package(bomb)).message


def test_a_bad_file_among_others_is_named_and_the_rest_is_read() -> None:
    data = zipped_parts({"甲.ofd": package(document([page(text("甲", 20, 20))])), "乙.ofd": "x"})
    found = list(read_documents(data, "a.zip"))
    assert [type(each) for each in found] == [Refused, SourceDocument]
