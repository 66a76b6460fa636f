"""Pictures of pages: how large they may be, and how large they are made."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageSequence

from corpus.errors import SourceError
from corpus.formats.limits import Limits

#: Dots an inch, at which small print can still be read.
DPI = 200
POINTS_PER_INCH = 72
#: The sides of a page of A4, in points: how large a picture without a page is taken to be.
_A4 = (595.3, 841.9)
#: Pixels that are recognised at once; 200 dots an inch give 3.9 million on A4.
MOST_PIXELS = 5_500_000


def fitted_scale(width: float, height: float) -> float:
    """Pixels a point for a page of ``width`` by ``height`` points."""
    scale = DPI / POINTS_PER_INCH
    return min(scale, math.sqrt(MOST_PIXELS / max(1.0, width * height)))


def points_of(picture: Image.Image) -> float:
    """How many points a pixel is, where the picture is as wide as A4, upright or on its side."""
    return _A4[picture.width > picture.height] / picture.width


def shrunk(picture: Image.Image) -> Image.Image:
    """The picture in shades of grey on white, with no more pixels than are recognised at once."""
    share = math.sqrt(MOST_PIXELS / max(1, picture.width * picture.height))
    size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
    if share < 1:
        picture.draft("L", size)
    grey = flattened(picture)
    share = math.sqrt(MOST_PIXELS / max(1, grey.width * grey.height))
    return grey.resize(size, Image.Resampling.LANCZOS) if share < 1 else grey


def flattened(picture: Image.Image) -> Image.Image:
    """The picture in shades of grey, what shows through it white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        return Image.alpha_composite(paper, whole).convert("L")
    if picture.mode.startswith(("I", "F")):
        low, high = picture.getextrema()
        span = max(1e-9, float(high) - float(low))  # type: ignore[arg-type]
        return picture.point(lambda value: value * (255 / span) - low * 255 / span).convert("L")  # type: ignore[operator]
    return picture.convert("L")


@contextmanager
def opened(data: bytes, name: str, limits: Limits) -> Iterator[Image.Image]:
    """An image file, its size looked at before its pixels; raises :class:`SourceError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                check_size(picture, name, limits)
                yield picture
    except Image.DecompressionBombError:
        raise _too_large(name, limits) from None
    except SourceError:
        raise
    except Exception as error:  # Pillow raises OSError, ValueError, SyntaxError, struct.error …
        message = f"图片“{name}”已损坏或没有下载完整（{type(error).__name__}）"
        raise SourceError(message, "请用看图软件打开检查，另存一份后再试") from error


def check_size(picture: Image.Image, name: str, limits: Limits) -> None:
    """Raises :class:`SourceError` where a picture has more pixels than may be read."""
    check_pixels(picture.width, picture.height, name, limits)


def check_pixels(width: int, height: int, name: str, limits: Limits) -> None:
    """Like :func:`check_size`, for a picture that is not opened yet."""
    if width * height > limits.pixels:
        raise _too_large(name, limits)


def frames(picture: Image.Image) -> Iterator[Image.Image]:
    """The pages of an image file."""
    yield from ImageSequence.Iterator(picture)


def _too_large(name: str, limits: Limits) -> SourceError:
    side = math.isqrt(limits.pixels)
    message = f"图片“{name}”太大，没有读取：最多 {side}×{side} 像素"
    return SourceError(message, "请缩小（每英寸 200 至 300 点即可）或裁成几张后再添加")
