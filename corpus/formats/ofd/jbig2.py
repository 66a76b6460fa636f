"""JBIG2 pictures (ITU-T T.88): how offices store black and white scans in OFD.

Pillow cannot read them.  PDF has the same coding as a filter, so PDFium draws them:

    file: header, segments  ->  the segments of its first page  ->  a PDF of one picture  ->  drawn

A PDF takes the segments without the file's header and without the ends of page and
file (ISO 32000-1, 7.4.7).  In a file of random access all segment headers stand
before all data; here they are brought together (T.88, annex D).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from corpus.errors import SourceError
from corpus.formats.limits import Limits
from corpus.formats.ocr.drawing import check_pixels

_MAGIC = b"\x97JB2\r\n\x1a\n"
_PAGE_INFORMATION, _END_OF_PAGE, _END_OF_STRIPE, _END_OF_FILE = 48, 49, 50, 51
_UNKNOWN = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment: its kind, its page (0: of all pages), its header and its data."""

    kind: int
    page: int
    header: bytes
    data: bytes


def is_jbig2(data: bytes) -> bool:
    """Whether ``data`` are a JBIG2 file by its first bytes."""
    return data.startswith(_MAGIC)


def decode(data: bytes, name: str, limits: Limits) -> Image.Image:
    """The first page of a JBIG2 file, grey; raises :class:`SourceError` where there is none."""
    try:
        segments = [each for each in _segments(data) if each.page in (0, 1)]
        width, height = _size(segments)
    except (struct.error, ValueError, IndexError, StopIteration) as error:
        raise _broken(name) from error
    check_pixels(width, height, name, limits)
    kept = [each for each in segments if each.kind not in (_END_OF_PAGE, _END_OF_FILE)]
    stream = b"".join(each.header + each.data for each in kept)
    try:
        document = pypdfium2.PdfDocument(_pdf(stream, width, height))
        try:
            drawn: Image.Image = document[0].render(scale=1, grayscale=True).to_pil()
            return drawn
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise _broken(name) from error


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments of a file; raises :class:`ValueError` or :class:`struct.error` if broken."""
    flags = data[len(_MAGIC)]
    at = len(_MAGIC) + 1 + (0 if flags & 2 else 4)
    if flags & 1:
        while at < len(data):
            header, kind, page, length, at = _header(data, at)
            yield _Segment(kind, page, header, _cut(data, at, length))
            at += length
            if kind == _END_OF_FILE:
                return
    else:
        heads: list[tuple[bytes, int, int, int]] = []
        while not heads or heads[-1][1] != _END_OF_FILE:
            header, kind, page, length, at = _header(data, at)
            heads.append((header, kind, page, length))
        for header, kind, page, length in heads:
            yield _Segment(kind, page, header, _cut(data, at, length))
            at += length


def _header(data: bytes, start: int) -> tuple[bytes, int, int, int, int]:
    """A segment's header: its bytes, the kind, the page, the length of the data, and its end."""
    number, flags, count = struct.unpack_from(">IBB", data, start)
    at = start + 5
    referred = count >> 5
    if referred == 7:  # the long form
        referred = struct.unpack_from(">I", data, at)[0] & 0x1FFFFFFF
        at += 4 + (referred + 8) // 8
    else:
        at += 1
    at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4)
    page, length = struct.unpack_from(">II" if flags & 0x40 else ">BI", data, at)
    at += 8 if flags & 0x40 else 5
    if length == _UNKNOWN:
        raise ValueError("a segment of unknown length")
    return data[start:at], flags & 0x3F, page, length, at


def _cut(data: bytes, start: int, length: int) -> bytes:
    if start + length > len(data):
        raise ValueError("a segment beyond the end")
    return data[start : start + length]


def _size(segments: list[_Segment]) -> tuple[int, int]:
    """Width and height in pixels, as the page's information has them, or its last stripe."""
    information = next(each for each in segments if each.kind == _PAGE_INFORMATION)
    width, height = struct.unpack_from(">II", information.data)
    if height == _UNKNOWN:
        stripes = [each.data for each in segments if each.kind == _END_OF_STRIPE]
        height = struct.unpack(">I", stripes[-1])[0] + 1
    return width, height


def _pdf(stream: bytes, width: int, height: int) -> bytes:
    """A PDF of one page that is the picture, a point a pixel."""
    drawn = f"{width} 0 0 {height} 0 0 cm /P Do".encode()
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace"
        f" /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode /Length {len(stream)} >>"
    )
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R"
        " /Resources << /XObject << /P 5 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"%s\nstream\n%s\nendstream" % (picture.encode(), stream),
    ]
    file, places = b"%PDF-1.5\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(file),
    )
    return file + head + table + end


def _broken(name: str) -> SourceError:
    message = f"OFD 中的图片“{name}”（JBIG2）已损坏，读不了"
    return SourceError(message, "请用 OFD 阅读器打开，另存为 PDF 后再添加")
