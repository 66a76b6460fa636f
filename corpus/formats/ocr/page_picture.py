"""The picture of a page: what a reader compares recognised text with.

Formats of fixed pages have a function ``page_picture`` beside their ``read``.
A picture is grey, upright as it lies in the file, and about 200 dots an inch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from corpus.errors import SourceError
from corpus.formats.detect import FORMATS, detect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    PagePicture = Callable[[bytes, str, int], tuple[Image, float]]


def page_picture(data: bytes, name: str, number: int) -> tuple[Image, float]:
    """The picture of page ``number`` (from 1), and how many points a pixel of it is.

    Raises :class:`SourceError` where the file has no pages, or no such page.
    """
    reader = import_module(f"corpus.formats.{FORMATS[detect(data, name)].module}")
    draw = cast("PagePicture | None", getattr(reader, "page_picture", None))
    if draw is None:
        raise SourceError(f"文件“{name}”没有固定的页，不能显示页面图像", "请打开原文件查看")
    return draw(data, name, number)
