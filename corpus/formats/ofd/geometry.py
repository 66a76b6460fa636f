"""Places on an OFD page: matrices, boxes, and lists of numbers as the format writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Points in a millimetre, the unit of OFD.
POINTS = 72 / 25.4
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_FARTHEST = 1e6  # millimetres; what is farther away is a mistake


@dataclass(frozen=True, slots=True)
class Matrix:
    """An affine map: ``(x, y)`` becomes ``(a x + c y + e, b x + d y + f)``."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def after(self, first: Matrix) -> Matrix:
        """The map that does ``first`` and then this."""
        return Matrix(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            self.a * first.e + self.c * first.f + self.e,
            self.b * first.e + self.d * first.f + self.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def is_upright(self) -> bool:
        """Whether what runs from left to right still does."""
        return self.a > 0 and abs(self.b) < 0.1 * self.a

    @property
    def across(self) -> float:
        """How much longer a horizontal stretch becomes."""
        return math.hypot(self.a, self.b)

    @property
    def down(self) -> float:
        """How much longer a vertical stretch becomes."""
        return math.hypot(self.c, self.d)


def numbers(text: str | None) -> list[float]:
    """The numbers in an attribute; what is no number, or is out of any page, is left out."""
    found = (float(each) for each in _NUMBER.findall(text or ""))
    return [each for each in found if abs(each) < _FARTHEST]


def number(text: str | None, otherwise: float) -> float:
    return next(iter(numbers(text)), otherwise)


def object_matrix(boundary: str | None, ctm: str | None) -> Matrix:
    """From an object's own coordinates to those around it (GB/T 33190-2016, 8.5)."""
    box = numbers(boundary)
    own = numbers(ctm)
    corner = Matrix(e=box[0], f=box[1]) if len(box) >= 2 else Matrix()
    return corner.after(Matrix(*own)) if len(own) == 6 else corner


def offsets(text: str | None, count: int) -> Iterator[float]:
    """At most ``count`` offsets between characters; ``g n d`` stands for ``n`` times ``d``."""
    parts = iter((text or "").split())
    for part in parts:
        times = 1
        if part == "g":
            times = int(number(next(parts, ""), 0))
            part = next(parts, "")
        value = number(part, 0.0)
        for _ in range(min(times, count)):
            yield value
        count -= max(0, times)
        if count <= 0:
            return
