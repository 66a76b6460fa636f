"""The pictures on an OFD page, put where they stand: what a scan in the format consists of."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from corpus.errors import SourceError
from corpus.formats.limits import Limits
from corpus.formats.ocr.drawing import check_size, fitted_scale, flattened
from corpus.formats.ofd.geometry import POINTS, Matrix
from corpus.formats.ofd.jbig2 import decode, is_jbig2

if TYPE_CHECKING:
    from corpus.formats.ofd.bodies import Document
    from corpus.formats.ofd.page import Drawn


def draw_pictures(
    document: Document, drawn: Drawn, size: tuple[float, float], limits: Limits
) -> tuple[Image.Image, float]:
    """A page of ``size`` millimetres with its pictures, and how many points a pixel is.

    Raises :class:`SourceError` where one of them cannot be read or is too large.
    """
    scale = fitted_scale(size[0] * POINTS, size[1] * POINTS)
    pixels = scale * POINTS  # a millimetre
    page = Image.new("L", (max(1, int(size[0] * pixels)), max(1, int(size[1] * pixels))), 255)
    for resource, matrix in drawn.pictures:
        place = document.media.get(resource, "")
        if place not in document.package:
            continue  # a picture that the file lacks
        with _opened(document.package.read(place), place, limits) as picture:
            _paste(page, flattened(picture), matrix, pixels)
    return page, 1 / scale


def _paste(page: Image.Image, picture: Image.Image, matrix: Matrix, pixels: float) -> None:
    """Puts a picture where its unit square lies; the darker of two that lie on each other shows."""
    across, down = picture.width, picture.height
    # From pixels of the page to pixels of the picture: the square's map, the other way round.
    a, b, c, d, e, f = (
        value * pixels for value in (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    )
    whole = a * d - b * c
    if abs(whole) < 1e-6:
        return
    back = (
        d / whole * across, -c / whole * across, (c * f - d * e) / whole * across,
        -b / whole * down, a / whole * down, (b * e - a * f) / whole * down,
    )  # fmt: skip
    layer = picture.transform(
        page.size, Image.Transform.AFFINE, back, Image.Resampling.BICUBIC, fillcolor=255
    )
    page.paste(layer, mask=layer.point([255 - shade for shade in range(256)]))


def _opened(data: bytes, place: str, limits: Limits) -> Image.Image:
    if is_jbig2(data):
        return decode(data, place, limits)
    try:
        picture = Image.open(io.BytesIO(data))
    except Exception as error:  # Pillow raises OSError, DecompressionBombError, SyntaxError …
        message = f"OFD 中的图片“{place}”读不了（{type(error).__name__}）"
        raise SourceError(message, "请用 OFD 阅读器打开，另存为 PDF 后再添加") from error
    check_size(picture, place, limits)
    return picture
