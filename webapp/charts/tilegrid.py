"""Where each province's square stands in a map without borders.

A tile grid map gives every division one square of the same size, about where
it lies: counts compare fairly (a small municipality is as visible as a large
region), and no boundary is drawn.  The arrangement is our own: neighbours stay
neighbours where the grid lets them, north is up.  All 34 divisions at the
province level are there, by the first two digits of their GB/T 2260 code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Place(NamedTuple):
    """Row and column from the north-west corner, and the short name to print."""

    row: int
    column: int
    name: str


PLACES: Mapping[str, Place] = {
    "23": Place(0, 8, "黑龙江"),
    "65": Place(1, 0, "新疆"),
    "15": Place(1, 5, "内蒙古"),
    "11": Place(1, 6, "北京"),
    "22": Place(1, 8, "吉林"),
    "62": Place(2, 2, "甘肃"),
    "64": Place(2, 3, "宁夏"),
    "61": Place(2, 4, "陕西"),
    "14": Place(2, 5, "山西"),
    "13": Place(2, 6, "河北"),
    "12": Place(2, 7, "天津"),
    "21": Place(2, 8, "辽宁"),
    "54": Place(3, 1, "西藏"),
    "63": Place(3, 2, "青海"),
    "51": Place(3, 3, "四川"),
    "50": Place(3, 4, "重庆"),
    "41": Place(3, 5, "河南"),
    "37": Place(3, 6, "山东"),
    "53": Place(4, 3, "云南"),
    "52": Place(4, 4, "贵州"),
    "42": Place(4, 5, "湖北"),
    "34": Place(4, 6, "安徽"),
    "32": Place(4, 7, "江苏"),
    "31": Place(4, 8, "上海"),
    "45": Place(5, 4, "广西"),
    "43": Place(5, 5, "湖南"),
    "36": Place(5, 6, "江西"),
    "33": Place(5, 7, "浙江"),
    "44": Place(6, 5, "广东"),
    "35": Place(6, 6, "福建"),
    "71": Place(6, 8, "台湾"),
    "46": Place(7, 4, "海南"),
    "82": Place(7, 5, "澳门"),
    "81": Place(7, 6, "香港"),
}
ROWS = 1 + max(place.row for place in PLACES.values())
COLUMNS = 1 + max(place.column for place in PLACES.values())
