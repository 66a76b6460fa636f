"""Pictures (PNG, JPEG, TIFF): scans of pages, read by recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import SourceError
from corpus.formats.content import Content
from corpus.formats.layout.page import PageText
from corpus.formats.limits import Budget, Limits
from corpus.formats.ocr.drawing import check_size, opened, points_of, shrunk
from corpus.formats.ocr.fill import content_with_scans

if TYPE_CHECKING:
    from PIL.Image import Image


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The text on the picture, or on each of its pages.

    Raises :class:`SourceError` when the picture is broken or too large, has no
    text, or when the libraries for recognition are not installed.
    """
    with opened(data, name, budget.limits) as picture:
        count = int(getattr(picture, "n_frames", 1))
    if count > budget.limits.pages:
        message = f"图片“{name}”超过 {budget.limits.pages} 页，没有读取"
        raise SourceError(message, "请拆分成几个文件再添加")
    pages = [PageText(0.0) for _ in range(count)]
    return content_with_scans(data, name, pages, range(1, count + 1), budget)


def page_picture(data: bytes, name: str, number: int) -> tuple[Image, float]:
    """Page ``number`` (from 1) of the picture, and how many points a pixel of it is."""
    limits = Limits()
    with opened(data, name, limits) as picture:
        if not 1 <= number <= int(getattr(picture, "n_frames", 1)):
            raise SourceError(f"图片“{name}”没有第 {number} 页", "请核对页码")
        picture.seek(number - 1)
        check_size(picture, name, limits)
        small = shrunk(picture)
    return small, points_of(small)
