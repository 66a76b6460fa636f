"""Files and folders are read as they are, one document after another, or refused helpfully."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import os
import random
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from corpus.document import Reading, Refused, Skipped, SourceDocument, Stated
from corpus.errors import SourceError
from corpus.formats.read import Limits, extensions, read_documents, read_path, read_source
from corpus.policy import ParsedPolicy
from indexer.analysis.folding import fold
from tests.support.notice_files import as_docx, parts_of

LAWS = [
    {"title": "甲办法", "text": "# 甲办法\n\n第一条 为了规范。", "date": "2019-03-25"},
    {"title": "乙办法", "text": "第二条 略。", "category": "部门规章", "date": ""},
    {"title": "丙办法", "text": "第三条 略。", "url": "https://example.gov.cn/c", "issuer": None},
]


def lines_of(laws: list[dict[str, str | None]]) -> bytes:
    return b"".join(json.dumps(law, ensure_ascii=False).encode() + b"\n" for law in laws)


def documents(readings: list[Reading]) -> list[SourceDocument]:
    assert all(isinstance(reading, SourceDocument) for reading in readings), readings
    return [reading for reading in readings if isinstance(reading, SourceDocument)]


def read_all(data: bytes, name: str) -> list[SourceDocument]:
    """The documents in a file, each of which is the same when read from its own bytes."""
    found = documents(list(read_documents(data, name)))
    for document in found:
        (again,) = read_documents(document.data, document.sha256 + document.extension)
        assert isinstance(again, SourceDocument)
        assert document.sha256 == hashlib.sha256(document.data).hexdigest()
        ours = (document.text, document.tables, document.stated, document.notes)
        assert (again.text, again.tables, again.stated, again.notes) == ours
        assert (again.data, again.extension) == (document.data, document.extension)
    return found


def test_text_is_kept_character_for_character(tmp_path: Path) -> None:
    text = "\u3000标题\r\n\r\n正文“引号”\u2028 末行\n"
    path = tmp_path / "通知.TXT"
    path.write_bytes(text.encode("utf-8"))
    source = read_source(path)
    assert source.text == text
    assert source.source == "通知.TXT"
    assert source.extension == ".txt"
    assert source.sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_byte_order_mark_is_no_text_but_part_of_the_hash(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf# \xe6\xb3\x95"
    path = tmp_path / "法.md"
    path.write_bytes(data)
    source = read_source(path)
    assert source.text == "# 法"
    assert source.extension == ".md"
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"],
)
def test_every_part_of_the_notice_is_read_in_every_encoding(
    notice: ParsedPolicy, encoding: str
) -> None:
    chooser = random.Random(encoding)
    for length in (12, 30, 300, len(notice.text)):
        for _ in range(20):
            start = chooser.randrange(len(notice.text) - length + 1)
            text = notice.text[start : start + length]
            if text.strip():
                (read,) = read_all(text.encode(encoding), "通知.txt")
                assert read.text == text
                marked = encoding.startswith("utf-8") or encoding in ("utf-16", "utf-32")
                guessed = [note.code for note in read.notes] == ["encoding-guessed"]
                assert guessed is not marked, "a guess is told"


def traditional(text: str) -> str:
    """Every character in a traditional form, told by the folding of the index."""
    forms: dict[str, str] = {}
    for lead in range(0xA4, 0xC7):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            char = bytes((lead, trail)).decode("big5", errors="ignore")
            if char:
                forms.setdefault(fold(char).text, char)
    return "".join(forms.get(char, "" if char > "\x7f" else char) for char in text)


def test_traditional_text_in_big5_is_read(notice: ParsedPolicy) -> None:
    text = traditional(notice.text)
    assert len(text) > 0.7 * len(notice.text)
    chooser = random.Random(5)
    for length in (20, 100, 1000):
        for _ in range(20):
            start = chooser.randrange(len(text) - length)
            part = text[start : start + length]
            (read,) = read_all(part.encode("big5"), "通知.txt")
            assert read.text == part
    (read,) = read_all(text.encode("gb18030"), "通知.txt")
    assert read.text == text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "第一行\n".encode() + "民政部".encode("gbk"), "第11字节（第2行，0xC3）"),
        ("a.txt", b"\xef\xbb\xbf" + "通知".encode() + b"\xff", "第10字节"),
        ("a.txt", b"\xff\xff", "第1字节"),
        ("a.txt", "通知\0".encode(), "第7字节"),
        ("a.txt", b" \r\n\xe3\x80\x80", "没有文字"),
        ("a.txt", b"", "空的"),
        ("a.docx", b"\0\1\2\3" * 100, ".docx"),
        ("a.py", b"import os", "不支持"),
        ("a.rar", b"Rar!\x1a\x07\x00" + bytes(50), "RAR"),
        ("a.pdf", b"GIF89a" + bytes(50), "GIF 图片"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50), "已损坏"),
        ("a.ofd", b"", "空的"),
        ("a.json", b'{"title": 1, "text": "x"}', "“title”应是文字，却是 数字"),
        ("a.json", b'{"title": "x"}', "text"),
        ("a.json", b'{"title": "x",', "第1行"),
        ("a.xz", lzma.compress("通知".encode())[:-9], "不完整"),
        ("a.gz", gzip.compress("通知".encode(), mtime=0)[:-9], "不完整"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "没有文件"),
    ],
)
def test_unfit_files_are_named_with_cause_and_mend(name: str, data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(read_documents(data, name))
    assert f"“{name}”" in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint


def test_missing_files_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="找不到"):
        list(read_path(tmp_path / "无.txt"))
    folder = tmp_path / "夹.txt"
    folder.mkdir()
    with pytest.raises(SourceError, match="没有文件"):
        list(read_path(folder))


def test_content_goes_before_the_name(notice: ParsedPolicy) -> None:
    data = as_docx(parts_of(notice))
    (read,) = read_all(data, "其实是文档.txt")
    assert read.extension == ".docx"
    assert notice.policy.title in read.text
    (read,) = read_all("<!DOCTYPE html><p>民政部通知".encode(), "网页.doc")
    assert (read.extension, read.text.strip()) == (".html", "民政部通知")
    (read,) = read_all("民政部通知".encode(), "文本.docx")
    assert (read.extension, read.text) == (".txt", "民政部通知")
    (read,) = read_all(notice.text.encode(), "stdin")
    assert read.text == notice.text


def test_the_formats_are_listed() -> None:
    assert {".txt", ".md", ".docx", ".pdf", ".xz"} <= set(extensions())


@pytest.mark.parametrize("name", ["laws.jsonl", "laws.jsonl.gz", "laws.jsonl.xz", "stdin"])
def test_json_lines_are_documents(name: str) -> None:
    data = lines_of(LAWS)
    if name.endswith(".gz"):
        data = gzip.compress(data)
    elif name.endswith(".xz"):
        data = lzma.compress(data)
    found = read_all(data, name)
    above = ["", "乙办法\n\n", "丙办法\n\n"]  # the titles that only a field gives
    texts = [title + str(law["text"]) for title, law in zip(above, LAWS, strict=True)]
    assert [document.text for document in found] == texts
    assert [document.source for document in found] == [f"{name}/第{n}行" for n in (1, 2, 3)]
    assert [document.extension for document in found] == [".json"] * 3
    assert found[0].stated == Stated(title="甲办法", date="2019-03-25")
    assert found[1].stated == Stated(title="乙办法", category="部门规章")
    assert found[2].stated == Stated(title="丙办法", url="https://example.gov.cn/c")


def test_a_bad_line_is_refused_and_the_others_are_read() -> None:
    data = lines_of(LAWS[:1]) + b'{"title": "x", "text": 5}\n\nnonsense\n' + lines_of(LAWS[1:])
    found = list(read_documents(data, "laws.jsonl"))
    refused = [reading for reading in found if isinstance(reading, Refused)]
    assert [reading.name for reading in refused] == ["laws.jsonl/第2行", "laws.jsonl/第4行"]
    assert all("laws.jsonl/第" in reading.error.message for reading in refused)
    assert len(found) == 5


def test_unknown_fields_and_odd_values_are_told() -> None:
    law = {
        "标题": "甲",
        "正文": "乙",
        "id": 5,
        "日期": "二〇一九年三月二十五日",
        "url": "javascript:1",
    }
    (read,) = read_all(json.dumps([law]).encode(), "a.json")
    assert (read.source, read.stated.date, read.stated.url) == ("a.json/第1项", "2019-03-25", None)
    said = " ".join(note.message for note in read.notes)
    assert "id" in said and "javascript:1" in said


def test_a_large_collection_is_never_held_in_memory(tmp_path: Path) -> None:
    text = "第一条 为了规范城乡社区治理。\n" * 4000
    path = tmp_path / "laws.jsonl.xz"
    with lzma.open(path, "wb", preset=0) as file:
        for n in range(100):
            file.write(json.dumps({"title": str(n), "text": text}).encode() + b"\n")
    limits = Limits(ratio=100_000)  # the same line again and again packs like a bomb
    tracemalloc.start()
    count = sum(isinstance(read, SourceDocument) for read in read_path(path, limits))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100
    assert peak < 15_000_000, f"{peak} bytes for 35 MB of JSON"


def test_folders_are_read_whole_and_every_file_is_accounted_for(tmp_path: Path) -> None:
    folder = tmp_path / "文件夹"
    (folder / "2019" / "网页_files").mkdir(parents=True)
    texts = {"附件10.txt": "十", "附件2.txt": "二", "2019/通知😀.md": "# 通知"}
    texts["2019/" + "长" * 80 + ".txt"] = "长"
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "2019" / "网页.html").write_text("<p>网页", encoding="utf-8")
    (folder / "2019" / "网页_files" / "a.js").write_text("x", encoding="utf-8")
    others = ["~$x.docx", ".DS_Store", "Thumbs.db", ".hidden/x.txt", "附件2.txt.toml"]
    for name in others:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"title = 1")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 cut")
    if os.name != "nt":
        (folder / "2019" / "回").symlink_to(folder, target_is_directory=True)
    found = list(read_path(folder))
    read = [reading.source for reading in found if isinstance(reading, SourceDocument)]
    assert set(read) == {*texts, "2019/网页.html"}
    assert read.index("附件2.txt") < read.index("附件10.txt"), "natural order"
    assert [r.name for r in found if isinstance(r, Refused)] == ["坏.pdf"]
    skipped = {reading.name: reading.reason for reading in found if isinstance(reading, Skipped)}
    assert set(others) | {"2019/网页_files/a.js"} <= set(skipped)
    assert all(skipped.values())
    if os.name != "nt":
        assert "链接" in skipped["2019/回"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text on other systems")
def test_file_names_that_are_no_text_are_read_and_said(tmp_path: Path) -> None:
    for name, data in (("通知.txt", b"a"), ("坏.txt", b"\xff\xff")):
        (tmp_path / os.fsdecode(name.encode("gb18030"))).write_bytes(data)
    refused, read = sorted(read_path(tmp_path), key=lambda reading: type(reading).__name__)
    assert isinstance(read, SourceDocument)
    assert isinstance(refused, Refused)
    refused.error.message.encode()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_archives_are_read_with_their_names_made_harmless() -> None:
    long = "长" * 250
    inner = zipped({"内/乙.txt": "乙".encode()})
    data = zipped(
        {
            "../../外.txt": b"a",
            "/根.txt": b"b",
            "C:\\盘\\丁.txt": b"c",
            f"{long}.txt": b"d",
            "😀.txt": b"e",
            "里.zip": inner,
            "空.txt": b"",
            "__MACOSX/._x.txt": b"x",
            "甲.txt.xz": lzma.compress("甲".encode()),
        }
    )
    found = list(read_documents(data, "包.zip"))
    read = {d.source: d for d in found if isinstance(d, SourceDocument)}
    assert set(read) == {
        *("包.zip/外.txt", "包.zip/根.txt", "包.zip/盘/丁.txt", f"包.zip/{long}.txt"),
        *("包.zip/😀.txt", "包.zip/里.zip/内/乙.txt", "包.zip/甲.txt.xz"),
    }
    assert read["包.zip/甲.txt.xz"].extension == ".txt"
    (refused,) = (reading for reading in found if isinstance(reading, Refused))
    assert (refused.name, "空的" in refused.error.message) == ("包.zip/空.txt", True)
    assert [r.name for r in found if isinstance(r, Skipped)] == ["包.zip/__MACOSX/._x.txt"]


def test_names_in_archives_from_windows_are_gb18030() -> None:
    name = "民政部通知/附件一.txt"
    placeholder = "x" * len(name.encode("gb18030"))
    data = zipped({placeholder: "通知".encode()})
    data = data.replace(placeholder.encode(), name.encode("gb18030"))
    (read,) = read_all(data, "包.zip")
    assert read.source == f"包.zip/{name}"
