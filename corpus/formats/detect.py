"""Which format bytes are in: recognised by what stands in them, by the name only among texts.

Binary formats have their signatures; what is packed with ZIP is recognised by the
members it has, an old Office file by its streams.  Texts look alike, so that
the name decides between them, except that a page is a page under any name
(old Office files from the web often are).
"""

from __future__ import annotations

import codecs
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from corpus.errors import SourceError
from corpus.formats.encoding import SAVE_AS_TEXT


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that reads it, and the extensions it is kept under, usual one first."""

    module: str
    extensions: tuple[str, ...]


FORMATS = {
    "plain": Format("plain", (".txt", ".md", ".markdown", ".text")),
    "html": Format("html.page", (".html", ".htm", ".xhtml", ".shtml")),
    "mhtml": Format("html.mhtml", (".mhtml", ".mht")),
    "docx": Format("office.word", (".docx", ".docm", ".dotx")),
    "pdf": Format("pdf.document", (".pdf",)),
    "ofd": Format("ofd.document", (".ofd",)),
    "xlsx": Format("office.spreadsheet", (".xlsx", ".xlsm")),
    "csv": Format("delimited", (".csv", ".tsv")),
    "json": Format("json_file", (".json",)),
    "jsonl": Format("json_file", (".jsonl", ".ndjson")),
    "doc": Format("office.legacy", (".doc", ".wps", ".dot")),
    "rtf": Format("office.legacy", (".rtf",)),
    "odt": Format("office.legacy", (".odt",)),
    "xls": Format("office.legacy", (".xls", ".et")),
    "ods": Format("office.legacy", (".ods",)),
    "zip": Format("zipped", (".zip",)),
    "png": Format("ocr.picture", (".png",)),
    "jpeg": Format("ocr.picture", (".jpg", ".jpeg")),
    "tiff": Format("ocr.picture", (".tif", ".tiff")),
}
#: Streams that unpack to one file.
PACKED = {b"\x1f\x8b": ".gz", b"\xfd7zXZ\x00": ".xz"}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_UNREADABLE = (
    (b"Rar!", "RAR 压缩包", "请先解压，再添加其中的文件，或改用 ZIP 压缩"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请先解压，再添加其中的文件，或改用 ZIP 压缩"),
    (b"BZh", "bzip2 压缩文件", "请先解压，再添加其中的文件"),
    (b"GIF8", "GIF 图片", "请用看图软件另存为 PNG 后再添加"),
    (b"BM6", "BMP 图片", "请用看图软件另存为 PNG 后再添加"),
    (b"MZ", "程序文件", SAVE_AS_TEXT),
    (b"\x7fELF", "程序文件", SAVE_AS_TEXT),
)
_HEAD = 4096
_PAGE_STARTS = ("<!doctype html", "<html", "<head", "<!-- saved from url")


def extension_of(name: str) -> str:
    """The extension of a file name: with dot, in lower case; empty where there is none."""
    return PurePath(name).suffix.lower()


def extensions() -> tuple[str, ...]:
    """The file name extensions that are read, with their dots."""
    known = (extension for form in FORMATS.values() for extension in form.extensions)
    return tuple(sorted({*known, *PACKED.values()}))


def packed_extension(head: bytes) -> str | None:
    """``.gz`` or ``.xz`` where ``head`` begins such a stream."""
    return next((ext for magic, ext in PACKED.items() if head.startswith(magic)), None)


def detect(data: bytes, name: str) -> str:
    """The key in :data:`FORMATS` of the format of ``data``, a file called ``name``.

    Raises :class:`SourceError` when it is in none of them, or is broken.
    """
    if not data:
        raise SourceError(f"文件“{name}”是空的，没有文字", "请检查文件是否下载或复制完整")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _detect_zip(data, name)
    if extension_of(name) in FORMATS["ofd"].extensions:
        message = f"文件“{name}”不是有效的 OFD 文件（不是 ZIP 结构），可能没有下载完整"
        raise SourceError(message, "请重新下载，或用 OFD 阅读器打开检查，另存一份后再试")
    if data.startswith(_OLE):
        return _detect_ole(data, name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    for magic, kind in _PICTURES:
        if data.startswith(magic) and not _is_text_name(name):
            return kind
    for magic, what, hint in _UNREADABLE:
        if data.startswith(magic) and not _is_text_name(name):
            raise SourceError(f"文件“{name}”是{what}，读不出文字", hint)
    return _detect_text(data, name)


def kept_extension(kind: str, name: str) -> str:
    """What a file of the format is kept under: its own extension where that is usual for it."""
    usual = FORMATS[kind].extensions
    own = extension_of(name)
    return own if own in usual else usual[0]


def _is_text_name(name: str) -> bool:
    return extension_of(name) in FORMATS["plain"].extensions + FORMATS["csv"].extensions


def _detect_zip(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        message = f"文件“{name}”的压缩结构已损坏，可能没有下载或复制完整"
        raise SourceError(message, "请重新下载，或用原来的软件打开后另存一份再试") from None
    except Exception as error:  # zlib.error and whatever else a damaged member raises
        message = f"文件“{name}”的压缩结构已损坏：{error}"
        raise SourceError(message, "请重新下载，或用原来的软件打开后另存一份再试") from None
    if "word/document.xml" in names or (
        "[Content_Types].xml" in names and any(part.startswith("word/") for part in names)
    ):
        return "docx"
    if any(part.startswith("xl/workbook") for part in names):
        return "xlsx"
    if any(part.startswith("ppt/") for part in names) and "[Content_Types].xml" in names:
        raise _presentation(name)
    if any(part.lstrip("/").lower() == "ofd.xml" for part in names):
        return "ofd"
    if extension_of(name) in FORMATS["ofd"].extensions:
        message = f"文件“{name}”不是完整的 OFD 文件：缺少 OFD.xml"
        raise SourceError(message, "请重新下载，或用 OFD 阅读器打开检查，另存一份后再试")
    for mime, found in ((b".text", "odt"), (b".spreadsheet", "ods")):
        if kind.startswith(b"application/vnd.oasis.opendocument" + mime):
            return found
    if kind.startswith(b"application/vnd.oasis.opendocument.presentation"):
        raise _presentation(name)
    return "zip"


def _detect_ole(data: bytes, name: str) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        message = f"文件“{name}”设有打开密码，读不了"
        raise SourceError(message, "请用密码打开，取消密码后另存一份再添加")
    if has("WordDocument"):
        return "doc"
    if has("Workbook") or has("Book"):
        return "xls"
    if has("PowerPoint Document"):
        raise _presentation(name)
    own = extension_of(name)
    if own in FORMATS["xls"].extensions:
        return "xls"
    if own in FORMATS["doc"].extensions:
        return "doc"
    message = f"文件“{name}”是旧版 Office 的一种文件，但不是 Word 文档或 Excel 表格"
    raise SourceError(message, SAVE_AS_TEXT)


def _presentation(name: str) -> SourceError:
    return SourceError(f"文件“{name}”是演示文稿，目前不能读", "请在原来的软件中导出为 PDF 后再添加")


def _detect_text(data: bytes, name: str) -> str:
    head = _ascii(data[:_HEAD]).lstrip().lower()
    if "mime-version:" in head and ("multipart/related" in head or "text/html" in head):
        return "mhtml"
    if head.startswith(_PAGE_STARTS):
        return "html"
    if head.startswith("<?xml") and "<html" in head:
        return "html"
    own = extension_of(name)
    for kind in ("plain", "html", "csv", "jsonl", "json"):
        if own in FORMATS[kind].extensions:
            return kind
    if own and own not in extensions():
        known = "、".join(extensions())
        raise SourceError(f"不支持文件“{name}”的格式，目前能读 {known}", SAVE_AS_TEXT)
    if head.startswith('{"'):
        return "jsonl"  # a single line is one object just as well
    if head.startswith("[") and head[1:].lstrip().startswith("{"):
        return "json"
    if (
        own
        and 0 in data[:_HEAD]
        and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        message = f"文件“{name}”的内容不是 {own} 格式，可能已损坏或没有下载完整"
        raise SourceError(message, "请用原来的软件打开检查，另存一份后再试")
    return "plain"


def _ascii(head: bytes) -> str:
    """The ASCII in ``head``, whichever of the usual encodings it is in."""
    return head.replace(b"\0", b"").decode("ascii", errors="ignore")
