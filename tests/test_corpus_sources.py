"""Files are read as they are, or refused in words that help."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus.errors import SourceError
from corpus.sources import extensions, read_source


def test_text_is_kept_character_for_character(tmp_path: Path) -> None:
    text = "\u3000标题\r\n\r\n正文“引号”\u2028 末行\n"
    path = tmp_path / "通知.TXT"
    path.write_bytes(text.encode("utf-8"))
    source = read_source(path)
    assert source.text == text
    assert source.source == "通知.TXT"
    assert source.sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_byte_order_mark_is_no_text_but_part_of_the_hash(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf# \xe6\xb3\x95"
    path = tmp_path / "法.md"
    path.write_bytes(data)
    source = read_source(path)
    assert source.text == "# 法"
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "第一行\n民政部通知".encode("gbk"), "第1字节"),
        ("a.txt", "第一行\n".encode() + "民政部".encode("gbk"), "第11字节（第2行，0xC3）"),
        ("a.txt", "第一行\n".encode() + "民政部".encode("gbk"), "UTF-8"),
        ("a.txt", "民政部通知".encode("gbk"), "GBK"),
        ("a.txt", b"\xef\xbb\xbf" + "通知".encode() + b"\xff", "第10字节"),
        ("a.txt", "通知".encode("utf-16"), "UTF-16"),
        ("a.txt", b"PK\x03\x04\x14\x00", "Office"),
        ("a.txt", b"%PDF-1.7", "PDF"),
        ("a.txt", "通知\0".encode(), "第7字节"),
        ("a.txt", b" \r\n\xe3\x80\x80", "没有文字"),
        ("a.txt", b"", "没有文字"),
        ("a.docx", "通知".encode(), ".txt"),
        ("a", "通知".encode(), "不支持"),
    ],
)
def test_unfit_files_are_named_with_cause_and_mend(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert f"“{name}”" in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint


def test_other_bytes_are_not_called_gbk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xff")
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert "GBK" not in caught.value.message
    assert "另存为 UTF-8" in caught.value.hint


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="找不到"):
        read_source(tmp_path / "无.txt")
    folder = tmp_path / "夹.txt"
    folder.mkdir()
    with pytest.raises(SourceError) as caught:
        read_source(folder)
    assert "夹.txt" in caught.value.message


def test_the_formats_are_listed() -> None:
    assert {".txt", ".md"} <= set(extensions())
