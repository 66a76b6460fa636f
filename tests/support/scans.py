"""Scans for tests: pages of a PDF as pictures, laid askew as on a scanner's glass."""

from __future__ import annotations

import io
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


def encoded(picture: Image.Image, form: str, *others: Image.Image) -> bytes:
    """A picture as a file of Pillow's format ``form``; ``others`` are further pages of TIFF."""
    file = io.BytesIO()
    pages = {"save_all": True, "append_images": list(others)} if others else {}
    picture.save(file, form, **pages)
    return file.getvalue()
