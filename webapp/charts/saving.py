"""A picture as a file of its own: SVG, PNG; its numbers as CSV.

A file says what it shows (a title), where it comes from (a line; the provenance that
exports have is in its metadata), and has its own colours on white.  PNG is rendered by resvg,
which needs a font with Chinese characters on the server: where there is none,
the reader gets an error instead of a picture without words.
"""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import IO

import resvg_py
from markupsafe import Markup
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from indexer.exports.delimited import write_lines
from indexer.exports.rows import FILTER_LABELS, Provenance
from webapp.charts.numbers import Grid, Series
from webapp.charts.palette import INK, SOFT
from webapp.charts.pictures import Picture
from webapp.charts.svg import FONT_FAMILY, NAMESPACE, element, text, text_width
from webapp.errors import PictureError
from webapp.web.languages import gettext as _

#: Pixels of a PNG for one unit of the drawing: sharp in print and on fine screens.
PNG_SCALE = 2
_MARGIN = 20.0
_TITLE, _HEAD = 18.0, 44.0
_SMALL, _SMALL_LINE = 11.0, 17.0
_COUNT = "记录数"


def svg_file(picture: Picture, provenance: Provenance, source: str) -> str:
    """The picture as a document of its own, with title, notes and source.

    ``source`` stands below the picture; the whole provenance, with the index's
    version and stamp, is in the file's metadata.
    """
    drawing, title = picture.drawing, picture.caption.striptags()
    width = max(drawing.width, 420.0, text_width(title, _TITLE))
    stated = (*picture.notes, source)
    lines = [line for one in stated for line in _wrapped(one, width)]
    height = _HEAD + drawing.height + 16 + len(lines) * _SMALL_LINE
    below = _HEAD + drawing.height + 24
    body = (
        element("title", title),
        element("desc", source),
        element("metadata", provenance.sentence()),
        element("rect", width=width + 2 * _MARGIN, height=height + 2 * _MARGIN, fill="#ffffff"),
        element(
            "g",
            text(title, 0, _TITLE, font_size=_TITLE, font_weight="bold"),
            element("g", drawing.body, transform=f"translate(0 {_HEAD:g})"),
            *(
                text(line, 0, below + i * _SMALL_LINE, font_size=_SMALL, fill=SOFT)
                for i, line in enumerate(lines)
            ),
            transform=f"translate({_MARGIN:g} {_MARGIN:g})",
        ),
    )
    whole_width, whole_height = width + 2 * _MARGIN, height + 2 * _MARGIN
    return element(
        "svg", *body, xmlns=NAMESPACE, viewBox=f"0 0 {whole_width:g} {whole_height:g}",
        width=whole_width, height=whole_height, role="group", color=INK,
        font_family=FONT_FAMILY,
    )  # fmt: skip


def _wrapped(line: str, width: float) -> Iterator[str]:
    """The line broken where it gets wider than ``width``, behind a semicolon if there is one."""
    rest = line
    while text_width(rest, _SMALL) > width:
        fits = next(i for i in range(len(rest)) if text_width(rest[: i + 1], _SMALL) > width)
        cut = rest.rfind("；", 0, fits) + 1 or max(1, fits)
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


@dataclass(frozen=True, slots=True)
class Size:
    """A size that a PNG is made for, in pixels; ``height`` of ``None`` follows the picture.

    ``dpi`` is what the file says of itself, so that a program that inserts it knows how
    large it is meant to be.
    """

    width: int
    height: int | None = None
    dpi: int = 96


#: 16 cm, the width of the text on a page of A4, at 300 dpi; a slide of 16 : 9.
SIZES: Mapping[str, Size] = {"word": Size(1890, None, 300), "slide": Size(1920, 1080)}


def png_file(
    svg: str, *, size: Size | None = None, about: str = "", system_fonts: bool = True
) -> bytes:
    """An SVG as PNG, twice its own size or of ``size``; ``about`` is its description.

    Raises :class:`~webapp.errors.PictureError` where no font has Chinese
    characters, as if ``system_fonts`` is false.
    """
    if not _writes_chinese(system_fonts):
        raise PictureError(
            _("服务器上没有中文字体，画不出 PNG"),
            _("请保存为 SVG；管理员可安装思源黑体或 Noto Sans CJK 后重新启动服务"),
        )
    if size is None:
        return _described(_render(svg, PNG_SCALE, system_fonts), None, about)
    width, height = _natural(svg)
    scale = min(size.width / width, (size.height or math.inf) / height)
    return _described(_render(svg, scale, system_fonts), size, about)


def _natural(svg: str) -> tuple[float, float]:
    root = ET.fromstring(str(svg))
    return float(root.attrib["width"]), float(root.attrib["height"])


def _described(png: bytes, size: Size | None, about: str) -> bytes:
    """The picture on white of exactly the size, with its description and resolution."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    if size is not None:
        whole = Image.new("RGB", (size.width, size.height or picture.height), "#ffffff")
        at = (whole.width - picture.width) // 2, (whole.height - picture.height) // 2
        whole.paste(picture, at)
        picture = whole
    words = PngInfo()
    if about:
        words.add_itxt("Description", about)
    file = io.BytesIO()
    dpi = size.dpi if size else 96 * PNG_SCALE
    picture.save(file, "PNG", pnginfo=words, dpi=(dpi, dpi))
    return file.getvalue()


@cache
def _writes_chinese(system_fonts: bool) -> bool:
    """Whether two characters come out, and not as the same empty box."""
    drawn = {_render(_probe(char), 1, system_fonts) for char in ("", "政", "搜")}
    return len(drawn) == 3


def _probe(char: str) -> str:
    body = Markup("") if not char else text(char, 2, 26, font_size=24, fill=INK)
    return element("svg", body, xmlns=NAMESPACE, width=32, height=32, font_family=FONT_FAMILY)


def _render(svg: str, scale: float, system_fonts: bool) -> bytes:
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=str(svg), zoom=scale, skip_system_fonts=not system_fonts
        )
    except ValueError as error:
        raise PictureError(_("画不出 PNG：%(why)s", why=str(error)), _("请保存为 SVG")) from error
    return bytes(drawn)


def csv_file(numbers: Series | Grid, provenance: Provenance, stream: IO[bytes]) -> None:
    """All numbers as a table, in the form of the other exports.

    A :class:`Series` has a value and its count on each line; a :class:`Grid` has
    a line for each row and a column for each column.
    """
    if isinstance(numbers, Series):
        head = (FILTER_LABELS[numbers.facet], _COUNT)
        rows = [(item.label, str(item.count)) for item in numbers.items]
        write_lines(head, rows, provenance, stream)
        return
    columns = numbers.columns.items
    write_lines(
        (FILTER_LABELS[numbers.rows.facet], *(item.label for item in columns)),
        (
            (row.label, *(str(numbers.count(row, column)) for column in columns))
            for row in numbers.rows.items
        ),
        provenance,
        stream,
    )
