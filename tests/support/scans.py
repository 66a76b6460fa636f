"""Scans for tests: pages of a PDF as pictures, laid askew as on a scanner's glass."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import pypdfium2
from PIL import Image


def pictures_of(pdf: bytes, *, dpi: int = 200, askew: float = 0.4) -> list[Image.Image]:
    """Each page as a grey picture, turned by ``askew`` degrees."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    bicubic = Image.Resampling.BICUBIC
    return [page.rotate(askew, bicubic, fillcolor=255) for page in pages]


def as_scanned_pdf(pictures: Sequence[Image.Image], *, dpi: int = 200) -> bytes:
    """The pictures as a scanner writes them: a PDF of JPEG pages without text."""
    file = io.BytesIO()
    first, *others = pictures
    first.save(file, "PDF", save_all=True, append_images=others, resolution=dpi, quality=85)
    return file.getvalue()


def encoded(picture: Image.Image, form: str, *others: Image.Image, **options: str) -> bytes:
    """A picture as a file of Pillow's format ``form``; ``others`` are further pages of TIFF."""
    file = io.BytesIO()
    pages = {"save_all": True, "append_images": list(others)} if others else {}
    picture.save(file, form, **pages, **options)
    return file.getvalue()


def as_jbig2(picture: Image.Image, *, random: bool = False) -> bytes:
    """A JBIG2 file (ITU-T T.88) of a black and white picture, as one region coded by MMR.

    ``random``: all headers of segments stand before all data.
    """
    white = picture.convert("1").point(lambda value: 255 - value)
    tiff = encoded(white, "TIFF", compression="group4")
    with Image.open(io.BytesIO(tiff)) as opened:
        strips = zip(opened.tag_v2[273], opened.tag_v2[279], strict=True)  # type: ignore[attr-defined]
        mmr = b"".join(tiff[start : start + size] for start, size in strips)
    size = struct.pack(">II", *picture.size)
    parts = [
        (48, 1, size + bytes(11)),  # the page
        (38, 1, size + bytes(9) + b"\1" + mmr),  # the region
        (49, 1, b""),
        (51, 0, b""),
    ]
    heads = [struct.pack(">IBBBI", n, k, 0, page, len(d)) for n, (k, page, d) in enumerate(parts)]
    file = b"\x97JB2\r\n\x1a\n" + bytes([not random, 0, 0, 0, 1])
    if random:
        return file + b"".join(heads) + b"".join(data for *_, data in parts)
    return file + b"".join(head + data for head, (*_, data) in zip(heads, parts, strict=True))
