"""The characters of an OFD text object, each at its place.

A text object states where each character begins: ``X`` and ``Y`` of the first,
and offsets from one to the next.  It does not state how wide a character is;
that is the offset to the next, or what is usual for a character of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

from lxml import etree

from corpus.formats.layout.page import Char, usual_width
from corpus.formats.ofd.geometry import POINTS, Matrix, number, offsets
from corpus.formats.ofd.package import local

_ABOVE, _BELOW = 0.86, 0.14  # of a size: how far a character reaches from its baseline
_WIDEST = 1.3  # sizes: what has more to the next character has white space behind it
_WIDEST_NARROW = 1.0


def read_text(element: etree._Element, matrix: Matrix) -> Iterator[Char]:
    """The characters of a text object, in points; ``matrix`` leads from it to the page.

    A character without a code of its own has a private one, or none.
    """
    size = number(element.get("Size"), 0.0)
    if size <= 0:
        return
    stretch = number(element.get("HScale"), 1.0)
    turned = number(element.get("CharDirection"), 0.0) % 360 != 0
    x = y = 0.0
    for code in (each for each in element if local(each) == "TextCode"):
        text = code.text or ""
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        for char, across, down in _placed(code, text, size * stretch):
            yield _char(char, matrix, (x, y), size, (across, stretch, turned))
            x, y = x + across, y + down


def _placed(code: etree._Element, text: str, wide: float) -> Iterator[tuple[str, float, float]]:
    """Each character with the offsets to the next; its own width where none are given."""
    across, down = code.get("DeltaX"), code.get("DeltaY")
    count = len(text)
    if across is None and down is None:
        yield from ((char, usual_width(char) * wide, 0.0) for char in text)
        return
    rights = chain(offsets(across, count), repeat(0.0))
    downs = chain(offsets(down, count), repeat(0.0))
    yield from zip(text, rights, downs, strict=False)


def _char(
    text: str,
    matrix: Matrix,
    at: tuple[float, float],
    size: float,
    drawn: tuple[float, float, bool],
) -> Char:
    across, stretch, turned = drawn
    usual = usual_width(text)
    most = (_WIDEST if usual == 1.0 else _WIDEST_NARROW) * size * stretch
    width = across if 0 < across <= most else usual * size * stretch
    x, base = matrix.point(*at)
    high = size * matrix.down
    return {
        "text": text,
        "x0": x * POINTS,
        "x1": (x + width * matrix.across) * POINTS,
        "top": (base - _ABOVE * high) * POINTS,
        "bottom": (base + _BELOW * high) * POINTS,
        "size": high * POINTS,
        "upright": matrix.is_upright and not turned,
    }
