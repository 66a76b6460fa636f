"""Files made to harm are refused or read safely, in words that help, and never hang."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Refused, SourceDocument
from corpus.errors import SourceError
from corpus.formats.read import Limits, extensions, read_documents
from corpus.policy import ParsedPolicy
from tests.corpus.formats.test_read import read_all, zipped
from tests.support.notice_files import as_docx, as_page, as_pdf, as_xlsx, parts_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMALL = Limits(file_bytes=3_000_000, expanded_bytes=10_000_000, members=50, pages=2, seconds=20)


def refusal(data: bytes, name: str, limits: Limits = SMALL) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(read_documents(data, name, limits))
    assert caught.value.hint
    return caught.value


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """An Office file with one part replaced."""
    source = zipfile.ZipFile(io.BytesIO(package))
    return zipped({**{part: source.read(part) for part in source.namelist()}, name: content})


def test_bombs_are_refused_before_they_go_off() -> None:
    zeros = bytes(50_000_000)
    for data, name in (
        (gzip.compress(zeros, mtime=0), "a.txt.gz"),
        (lzma.compress(zeros, preset=0), "a.txt.xz"),
        (gzip.compress(gzip.compress(zeros)), "a.txt.gz.gz"),
        (zipped({"a.txt": zeros}), "a.zip"),
    ):
        said = refusal(data, name).message
        assert "膨胀" in said or "超过" in said, said


def test_a_bomb_in_a_bomb_is_refused_and_the_rest_is_read() -> None:
    inner = zipped({f"{n}.txt": b"x" * 2_900_000 for n in range(9)})
    found = list(read_documents(zipped({"甲.txt": "甲".encode(), "里.zip": inner}), "a.zip", SMALL))
    assert [d.source for d in found if isinstance(d, SourceDocument)][-1] == "a.zip/甲.txt"
    refused = [reading for reading in found if isinstance(reading, Refused)]
    assert refused and all("超过" in r.error.message for r in refused)


def test_archives_in_archives_end_somewhere() -> None:
    data = "甲".encode()
    for depth in range(5):
        data = zipped({f"{depth}.txt": data} if depth == 0 else {f"{depth}.zip": data})
    (only,) = read_documents(data, "a.zip", SMALL)
    assert isinstance(only, Refused)
    assert "3 层" in only.error.message


def test_too_many_members_and_too_large_files_are_said() -> None:
    lines = b'{"title": "t", "text": "x"}\n' * 60
    found = list(read_documents(lines, "a.jsonl", SMALL))
    assert len(found) == 51
    assert isinstance(found[-1], Refused)
    assert "其余没有读取" in found[-1].error.message
    assert "超过 3 MB" in refusal(b"x" * 3_000_001, "a.txt").message
    line = json.dumps({"title": "t", "text": "x" * 3_000_000}).encode()
    assert "超过 3 MB" in refusal(lzma.compress(line), "a.jsonl.xz").message


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;">]>',
    ],
    ids=["external", "laughs"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_documents_with_entities_are_refused(
    notice: ParsedPolicy, declaration: str, encoding: str
) -> None:
    parts = parts_of(notice)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?>{declaration}'
        f'<w:document xmlns:w="{namespace}">'
        "<w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"
    )
    data = with_part(as_docx(parts), "word/document.xml", xml.encode(encoding))
    assert "实体" in refusal(data, "a.docx").message
    data = with_part(as_xlsx(parts), "xl/sharedStrings.xml", xml.encode(encoding))
    assert "实体" in refusal(data, "a.xlsx").message


def test_a_package_that_unpacks_without_end_is_refused(notice: ParsedPolicy) -> None:
    data = with_part(as_docx(parts_of(notice)), "word/media/a.xml", b" " * 60_000_000)
    assert "膨胀" in refusal(data, "a.docx", Limits()).message


def test_broken_documents_are_said_to_be_broken(notice: ParsedPolicy, browser: Browser) -> None:
    parts = parts_of(notice)
    pdf = as_pdf(browser, as_page(parts))
    for data, name in ((as_docx(parts), "a.docx"), (as_xlsx(parts), "a.xlsx"), (pdf, "a.pdf")):
        for cut in (len(data) // 2, len(data) - 100, 600):
            said = refusal(data[:cut], name, Limits()).message
            assert "损坏" in said or "不完整" in said or "没有文字层" in said, (name, cut, said)
    assert (
        "损坏" in refusal(with_part(as_docx(parts), "word/document.xml", b"<x"), "a.docx").message
    )
    assert "超过 2 页" in refusal(pdf, "a.pdf").message


def test_a_scan_without_text_is_said_to_be_one(browser: Browser) -> None:
    picture = "<svg width=300 height=300><rect width=300 height=300 fill=gray /></svg>"
    error = refusal(as_pdf(browser, picture), "扫描.pdf")
    assert "扫描件" in error.message
    assert "OCR" in error.hint


def locked_pdf() -> bytes:
    """A blank page, encrypted by the standard handler with a password that is not empty."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    key = hashlib.md5(b"\x01" * 32 + bytes(32)).digest()[:5]
    owner, user = pad, hashlib.sha256(key).digest()  # no password gives this user entry
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
        % (owner.hex().encode(), user.hex().encode()),
    )
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>"
    return body + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF\n"
        % (table, trailer, len(body))
    )


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    error = refusal(locked_pdf(), "密.pdf")
    assert "密码" in error.message
    assert "密码" in error.hint


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    stream = zlib.compress(zlib.compress(bytes(100_000_000)))
    pdf = b"%PDF-1.4\n1 0 obj<</Length 9>>stream\n" + stream + b"\nendstream endobj"
    said = refusal(pdf, "a.pdf").message
    assert "超过" in said or "膨胀" in said


def test_locked_archives_and_documents_are_said_to_be_locked() -> None:
    data = bytearray(zipped({"a.txt": "甲".encode()}))
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(header) + (6 if header == b"PK\x03\x04" else 8)] |= 1
    (only,) = read_documents(bytes(data), "a.zip")
    assert isinstance(only, Refused)
    assert "密码" in only.error.message
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "密码" in refusal(locked, "a.docx").message


def test_scripts_are_no_text() -> None:
    page = (
        "<html><body onload='x()'><p>正文<script>脚本</script><style>样式</style>"
        "<iframe srcdoc='框架'></iframe><p hidden>藏<p style='display: none'>隐<p>尾"
    )
    (read,) = read_all(page.encode(), "a.html")
    assert read.text.split() == ["正文", "尾"]
    assert "藏 隐" in read.notes[0].message


@pytest.mark.parametrize("opening", ["<div>", "<table><tr><td>", "<b>", "<ul><li>"])
def test_pages_nested_without_end_are_refused(opening: str) -> None:
    assert "嵌套" in refusal(f"<html>{opening * 50_000}字".encode(), "a.html").message
    (read,) = read_all(f"<html>{opening * 2_500}字".encode(), "a.html")
    assert read.text.strip() == "字"


def test_json_nested_without_end_is_refused() -> None:
    assert "JSON" in refusal(b"[" * 100_000, "a.json").message
    (only,) = read_documents(b'{"title": ' + b"[" * 100_000 + b"\n", "a.jsonl")
    assert isinstance(only, Refused)


def test_a_cell_far_out_does_not_fill_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "单位"
    book.active["XFD1048576"] = "主题"
    file = io.BytesIO()
    book.save(file)
    (read,) = read_all(file.getvalue(), "a.xlsx")
    assert read.text.split() == ["单位", "主题"]
    sheet = "xl/worksheets/sheet1.xml"
    xml = zipfile.ZipFile(file).read(sheet)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="B2:XFC1000000"/></mergeCells>'
    data = with_part(file.getvalue(), sheet, xml.replace(b"</sheetData>", merged))
    (read,) = read_all(data, "a.xlsx")
    assert read.text.split() == ["单位", "主题"]
    assert [note.code for note in read.notes] == ["merged-unread"]


MAGIC = (
    b"PK\x03\x04", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08",
    b"\xfd7zXZ\x00", b"<html><table><tr><td rowspan=0>", b'{"title":', b"\xff\xfe", b"[",
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\n", b"a,b\n",
)  # fmt: skip
WITHOUT_OFFICE = sorted(set(extensions()) - {".doc", ".wps", ".dot", ".rtf", ".odt"})


def check_harmless(data: bytes, name: str) -> None:
    """Nothing but documents, refusals and :class:`SourceError` comes of the bytes."""
    try:
        for reading in read_documents(data, name, SMALL):
            if isinstance(reading, SourceDocument):
                reading.text.encode()
                ends = [cell.span.end for table in reading.tables for cell in table.cells]
                assert max(ends, default=0) <= len(reading.text)
    except SourceError as error:
        assert error.message and error.hint


@settings(max_examples=150)
@given(st.sampled_from(MAGIC), st.binary(max_size=400), st.sampled_from(WITHOUT_OFFICE))
def test_arbitrary_bytes_are_harmless_under_any_name(
    magic: bytes, data: bytes, extension: str
) -> None:
    check_harmless(data, "a" + extension)
    if not magic.startswith(b"\xd0"):  # else LibreOffice would be asked
        check_harmless(magic + data, "a" + extension)


@pytest.fixture(scope="module")
def whole_files(notice: ParsedPolicy, browser: Browser) -> dict[str, bytes]:
    parts = parts_of(notice)
    page = as_page(parts)
    return {
        ".docx": as_docx(parts),
        ".xlsx": as_xlsx(parts),
        ".html": page.encode(),
        ".pdf": as_pdf(browser, "<p>民政部通知<table border=1><tr><td>甲<td>乙<tr><td>丙<td>丁"),
        ".xz": lzma.compress(page.encode()),
        ".zip": zipped({"甲.txt": "甲".encode(), "乙.html": page.encode()}),
    }


@settings(max_examples=60)
@given(st.data())
def test_damaged_files_are_harmless(whole_files: dict[str, bytes], data: st.DataObject) -> None:
    extension = data.draw(st.sampled_from(sorted(whole_files)))
    file = bytearray(whole_files[extension])
    places = st.integers(0, len(file) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        file[place] = byte
    start = data.draw(places)
    del file[start : start + data.draw(st.sampled_from((0, 1, 50, 5000)))]
    check_harmless(bytes(file), "a" + extension)
