"""Levelling a scan that was laid askew, and finding the ruling lines of its tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import cv2
import numpy as np

_LONG = 6.0  # times as wide as high: a line that shows how the page is turned
_MOST = 10.0  # degrees
_FEWEST = 3
_LEVEL = 0.03  # degrees
_SHORTEST = 0.025  # of the picture's width
_LINES_ACROSS, _LINES_DOWN = 2.0, 1.5  # heights of a line: no stroke of a character is longer
_THICKEST = 0.012  # of the picture's width; a double line is one
_BLOCK, _DARKER = 31, 12  # pixels around and by how much a line is darker than they are


@dataclass(frozen=True, slots=True)
class Level:
    """A turn around a picture's middle, in degrees, clockwise as it was laid askew."""

    degrees: float
    width: int
    height: int

    @classmethod
    def of(cls, boxes: Sequence[Any], width: int, height: int) -> Level:
        """The turn that most long lines of text show."""
        angles = []
        for box in boxes:
            (x0, y0), (x1, y1) = box[0], box[1]
            if x1 - x0 > _LONG * math.dist(box[0], box[3]):
                angles.append(math.degrees(math.atan2(y1 - y0, x1 - x0)))
        found = median(angles) if len(angles) >= _FEWEST else 0.0
        return cls(found if _LEVEL < abs(found) < _MOST else 0.0, width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the picture lies after it is levelled."""
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        across, down = x - self.width / 2, y - self.height / 2
        return (
            self.width / 2 + across * cos + down * sin,
            self.height / 2 - across * sin + down * cos,
        )

    def turn(self, pixels: Any) -> Any:
        """The picture, levelled, in shades of grey."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        if not self.degrees:
            return grey
        matrix = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), self.degrees, 1.0)
        return cv2.warpAffine(
            grey, matrix, (self.width, self.height), flags=cv2.INTER_LINEAR, borderValue=255
        )


def ruling_lines(grey: Any, line: float) -> Iterator[tuple[float, float, float, float]]:
    """The straight dark lines across and down: left, top, right, bottom, along their middle.

    ``line`` is how high a line of large text is, in pixels.
    """
    width = grey.shape[1]
    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _BLOCK, _DARKER
    )
    thickest = max(4.0, _THICKEST * width)
    across = (int(max(20.0, _SHORTEST * width, _LINES_ACROSS * line)), 1)
    down = (1, int(max(20.0, _SHORTEST * width, _LINES_DOWN * line)))
    for kernel in (across, down):
        bridged = cv2.dilate(dark, np.ones((3, 3), np.uint8))
        lines = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones(kernel[::-1], np.uint8))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(lines)
        for left, top, long, high, _ in boxes[1:].tolist():
            if kernel is across and high <= thickest:
                yield left, top + high / 2, left + long, top + high / 2
            elif kernel is down and long <= thickest:
                yield left + long / 2, top, left + long / 2, top + high
