"""Files to text: the only room that knows file formats.

A format is a reader, a function from a file's bytes to its text, registered
under the file name extensions it serves.  :func:`read_source` reads a file,
:func:`decode_source` bytes that are at hand already; both keep the text as it
is, line ends included, and raise :class:`~corpus.errors.SourceError` in words
that say what is wrong with the file and how to mend it.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from corpus.errors import SourceError

#: From a file's bytes and its name (for messages) to its text.
Reader = Callable[[bytes, str], str]

_SAVE_AS_UTF8 = "请用文本编辑器打开该文件，另存为 UTF-8 编码的文本文件后再试"
_SAVE_AS_TEXT = "请在原来的软件中打开该文件，另存为 UTF-8 编码的纯文本（.txt）后再试"
#: First bytes of formats that are sometimes renamed to .txt.
_MAGIC = (
    (b"PK\x03\x04", "Office 文档或 ZIP 压缩包"),
    (b"%PDF", "PDF 文档"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文档"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x1f\x8b", "gzip 压缩文件"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's text as published, its name, and the SHA-256 of its bytes in hex."""

    text: str
    source: str
    sha256: str


def read_source(path: Path) -> SourceText:
    """Reads the file at ``path``.

    Raises :class:`SourceError` when it cannot be opened, is of an unknown or
    binary format, holds no text, or is not UTF-8.
    """
    _reader(path.name)  # an unknown format is said before anything is read
    return decode_source(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """The bytes of the file at ``path``; raises :class:`SourceError` when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"找不到文件“{path}”", "请检查路径和文件名是否正确") from None
    except IsADirectoryError:
        raise SourceError(f"“{path}”是文件夹，不是文件", "请给出其中的文件") from None
    except OSError as error:
        hint = "请检查文件的读取权限，以及所在磁盘是否正常"
        raise SourceError(f"无法读取文件“{path}”：{error.strerror or error}", hint) from error


def decode_source(data: bytes, name: str) -> SourceText:
    """The text in ``data``, the bytes of a file ``name``; raises as :func:`read_source` does."""
    text = _reader(name)(data, name)
    if not text.strip():
        raise SourceError(f"文件“{name}”中没有文字", "请检查文件内容是否完整")
    return SourceText(text, name, hashlib.sha256(data).hexdigest())


def is_web_address(url: str) -> bool:
    """Whether a link to ``url`` leads to a page of the web, and nowhere else."""
    if any(char.isspace() or not char.isprintable() for char in url):
        return False  # browsers drop some of these, and read another address
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def extensions() -> tuple[str, ...]:
    """The file name extensions that can be read, with their dots."""
    return tuple(sorted(_READERS))


def extension_of(name: str) -> str:
    """The extension of a file name as the registry spells it: with dot, in lower case."""
    return PurePath(name).suffix.lower()


def _reader(name: str) -> Reader:
    reader = _READERS.get(extension_of(name))
    if reader is None:
        known = "、".join(extensions())
        raise SourceError(f"不支持文件“{name}”的格式，目前能读 {known}", _SAVE_AS_TEXT)
    return reader


def _read_plain(data: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceError(f"文件“{name}”不是纯文本，而像是{what}", _SAVE_AS_TEXT)
    if data.startswith(_UTF16):
        raise SourceError(f"文件“{name}”是 UTF-16 编码，不是 UTF-8", _SAVE_AS_UTF8)
    zero = data.find(0)
    if zero >= 0:
        message = f"文件“{name}”不是纯文本：第{zero + 1}字节是空字符"
        raise SourceError(message, _SAVE_AS_TEXT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(_undecodable(data, name, error), _SAVE_AS_UTF8) from None


def _undecodable(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """What is wrong with text that is not UTF-8, and which encoding it may be in."""
    # The codec counts from behind the byte order mark.
    at = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
    line = data.count(b"\n", 0, at) + 1
    message = f"文件“{name}”不是 UTF-8 编码：第{at + 1}字节（第{line}行，0x{data[at]:02X}）无法识别"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return message
    return message + "，可能是 GBK 或 GB18030 编码"


_READERS: dict[str, Reader] = {".txt": _read_plain, ".md": _read_plain, ".markdown": _read_plain}
