"""One page of an OFD document: what it shows, its templates and composite objects included.

    page -> templates and layers -> blocks and composite objects, one in another
         -> text objects (characters), paths (ruling lines), pictures

What is not to be seen is left out.  A text that is not drawn (a layer that a
scanner's recognition laid over a picture) is text where nothing else is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from corpus.errors import SourceError
from corpus.formats.layout.page import Char, PageText, centre, middle
from corpus.formats.layout.ruled import Print, read_print
from corpus.formats.ofd.geometry import POINTS, Matrix, object_matrix
from corpus.formats.ofd.package import child, child_text, local
from corpus.formats.ofd.paths import ruling_lines
from corpus.formats.ofd.text import read_text

_DEEPEST = 12  # blocks and composite objects in one another
_SQUARE = 30.0  # points: the squares in which written places are looked up


@dataclass(slots=True)
class Drawn:
    """What stands on a page so far.

    ``pictures`` are resources and where the unit square of each lies; ``paths``
    counts what is drawn by lines and curves.
    """

    chars: list[Char] = field(default_factory=list)
    unseen: list[Char] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[tuple[str, Matrix]] = field(default_factory=list)
    paths: int = 0


class Drawing:
    """Draws the content of pages; ``units`` are the composite objects by their ``ID``.

    ``most`` objects may stand on one page; ``broken`` makes the error where there are more.
    """

    def __init__(
        self,
        units: Mapping[str, etree._Element],
        most: int,
        broken: Callable[[str], SourceError],
    ) -> None:
        self._units = units
        self._most = most
        self._broken = broken
        self._left = most
        self._drawn = Drawn()

    def draw(self, contents: list[etree._Element]) -> Drawn:
        """What the roots of a page and of its templates show together."""
        self._left, self._drawn = self._most, Drawn()
        for root in contents:
            content = child(root, "Content")
            if content is not None:
                self._block(content, Matrix(), True, 0)
        return self._drawn

    def _block(self, block: etree._Element, matrix: Matrix, seen: bool, depth: int) -> None:
        if depth > _DEEPEST:
            raise self._broken(f"页面对象嵌套超过 {_DEEPEST} 层")
        for element in block:
            self._left -= 1
            if self._left < 0:
                raise self._broken(f"一页中的对象超过 {self._most} 个")
            if element.get("Visible", "true").lower() in ("false", "0"):
                continue
            self._element(element, matrix, seen, depth)

    def _element(self, element: etree._Element, matrix: Matrix, seen: bool, depth: int) -> None:
        kind = local(element)
        if kind in ("Layer", "PageBlock"):
            self._block(element, matrix, seen, depth + 1)
            return
        own = matrix.after(object_matrix(element.get("Boundary"), element.get("CTM")))
        seen = seen and element.get("Alpha") != "0"
        if kind == "TextObject":
            shown = seen and not _is_undrawn(element)
            (self._drawn.chars if shown else self._drawn.unseen).extend(read_text(element, own))
        elif kind == "PathObject":
            self._drawn.paths += 1
            self._drawn.edges.extend(ruling_lines(child_text(element, "AbbreviatedData"), own))
        elif kind == "ImageObject":
            self._drawn.pictures.append((element.get("ResourceID", ""), own))
        elif kind == "CompositeObject":
            unit = self._units.get(element.get("ResourceID", ""))
            content = child(unit, "Content") if unit is not None else None
            if content is not None:
                self._block(content, own, seen, depth + 1)


def page_text(drawn: Drawn, size: tuple[float, float]) -> PageText:
    """The lines and tables of a page; ``size`` is its width and height in millimetres."""
    chars = [*drawn.chars, *_unwritten(drawn)]
    coded = [char for char in chars if _has_code(char["text"])]
    printed = Print(size[0] * POINTS, size[1] * POINTS, list(_once(coded)), drawn.edges)
    return replace(read_print(printed), unmapped=len(chars) - len(coded))


def _once(chars: list[Char]) -> Iterator[Char]:
    """The characters without those that are printed over themselves, to look bold."""
    printed: set[tuple[str, int, int]] = set()
    for char in chars:
        x, y = round(char["x0"]), round(char["top"])
        near = ((char["text"], x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if printed.isdisjoint(near):
            yield char
        printed.add((char["text"], x, y))


def _is_undrawn(text: etree._Element) -> bool:
    filled = text.get("Fill", "true").lower() not in ("false", "0")
    outlined = text.get("Stroke", "false").lower() in ("true", "1")
    return not (filled or outlined)


def _has_code(char: str) -> bool:
    return char != "\N{REPLACEMENT CHARACTER}" and unicodedata.category(char) not in ("Co", "Cc")


def _unwritten(drawn: Drawn) -> Iterator[Char]:
    """The characters that are not drawn, where none that are drawn stand."""
    squares: dict[tuple[int, int], list[Char]] = {}
    for char in drawn.chars:
        squares.setdefault(_square(char), []).append(char)
    for char in drawn.unseen:
        column, row = _square(char)
        near = (
            other
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for other in squares.get((column + across, row + down), ())
        )
        if not any(_covers(other, char) for other in near):
            yield char


def _square(char: Char) -> tuple[int, int]:
    return int(centre(char) // _SQUARE), int(middle(char) // _SQUARE)


def _covers(char: Char, other: Char) -> bool:
    return bool(
        char["x0"] <= centre(other) < char["x1"] and char["top"] <= middle(other) < char["bottom"]
    )
