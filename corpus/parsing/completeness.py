"""Does the table hold what the text promises?  The completeness check.

A notice names its units twice: in the running text, abbreviated as in speech
(江苏省南京市溧水区、徐州市鼓楼区: the province is carried on), and in full in the
rows of its appendix.  :func:`named_units` reads the running text,
:func:`check` compares it with the rows, division by division, and a stated
number (31个单位) with their count.  What differs is a warning: a copy that lost
a row, or a row that the text does not know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.places.regions import Match, begins_at, match, starts
from corpus.policy import ParseWarning, Region
from corpus.text.normalize import parse_integer
from corpus.text.script import simplify

_SEPARATOR = re.compile(r"以及|[、，,；;和及与]")
_CONTINUED = re.compile(r"[^。；，]*新的?[^。；，]{0,6}(?:主题|任务|内容)")
_APPENDIX = re.compile(r"(?m)^\s*附件")
#: A text that names fewer units may well do without a table.
_UNITS_OF_A_TABLE = 5
_COUNT = re.compile(
    r"([0-9０-９〇零一二三四五六七八九十百]+)\s*[个家]\s*"
    r"(?:单位|实验区|试验区|示范区|试点|地区|地方|城市|县|市|区)"
)


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit that the running text names; ``continued``: it goes on with a new theme."""

    region: Region
    continued: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The units that one sentence lists, and the counts that it states."""

    units: tuple[NamedUnit, ...]
    run_lengths: frozenset[int]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ZoneUnit:
    """What the check needs of a row: its number, unit, region and status."""

    n: int
    unit: str
    region: Region | None
    continued: bool


def named_units(paragraphs: Sequence[str], date: str | None) -> tuple[Listing, ...]:
    """The listings of units in the running text, a sentence each, read as of ``date``."""
    listings: list[Listing] = []
    for paragraph in paragraphs:
        for sentence in paragraph.split("。"):
            runs = [run for run in _runs(sentence, date) if _is_listing(sentence, *run)]
            if runs:
                listings.append(_listing(sentence, runs))
    return tuple(listings)


def continued_codes(listings: Sequence[Listing]) -> frozenset[str]:
    """Codes of the divisions that go on with a new theme."""
    units = (unit for listing in listings for unit in listing.units)
    return frozenset(unit.region.code for unit in units if unit.continued and unit.region.code)


def check(
    listings: Sequence[Listing], zones: Sequence[ZoneUnit], title: str
) -> tuple[ParseWarning, ...]:
    """Compares the running text's units and counts with the rows'.

    Only sentences that share a unit with the rows speak about the table (all do
    where there are no rows).  ``units-extra`` needs a text that lists at least
    half of the rows: 北京市石景山区等单位 is no list.
    """
    codes = {zone.region.code for zone in zones if zone.region}
    relevant = [
        listing
        for listing in listings
        if not zones or any(unit.region.code in codes for unit in listing.units)
    ]
    named = {unit.region.code: unit.region for listing in relevant for unit in listing.units}
    warnings = list(_duplicates(zones))
    missing = [region.full_name for code, region in named.items() if code not in codes]
    if missing:
        message = f"正文列出、附件表格中却没有的单位：{'、'.join(missing)}"
        warnings.append(ParseWarning("units-missing", message))
    if len(named) * 2 >= len(zones):
        extra = [z for z in zones if z.region is None or z.region.code not in named]
        if named and extra:
            units = "、".join(f"{zone.unit}（第{zone.n}行）" for zone in extra)
            message = f"附件表格中有、正文却没有列出的单位：{units}"
            warnings.append(ParseWarning("units-extra", message))
    warnings.extend(_count_mismatch(relevant, zones, title))
    return tuple(warnings)


def announces_appendix(text: str) -> bool:
    """Whether a line of the text begins with 附件."""
    return _APPENDIX.search(text) is not None


def missing_table(listings: Sequence[Listing], text: str) -> tuple[ParseWarning, ...]:
    """A warning where a text lists units and announces an appendix, but has no table."""
    units = {u.region.code for each in listings for u in each.units if u.region.city}
    if len(units) < _UNITS_OF_A_TABLE or not announces_appendix(text):
        return ()
    message = f"正文列出{len(units)}个单位并附有附件，文中却没有附件表格"
    return (ParseWarning("table-missing", message),)


def _listing(sentence: str, runs: Sequence[tuple[list[Region], int]]) -> Listing:
    units = tuple(
        NamedUnit(region, _is_continued(sentence, end))
        for regions, end in runs
        for region in regions
    )
    counts = tuple(n for text in _COUNT.findall(sentence) if (n := parse_integer(text)))
    return Listing(units, frozenset(len(regions) for regions, _ in runs), counts)


def _is_listing(sentence: str, regions: Sequence[Region], end: int) -> bool:
    """Several units, or one that stands for others or goes on: no place by the way."""
    return len(regions) > 1 or sentence.startswith("等", end) or _is_continued(sentence, end)


def _is_continued(sentence: str, end: int) -> bool:
    return _CONTINUED.match(sentence, end) is not None


def _runs(sentence: str, date: str | None) -> Iterator[tuple[list[Region], int]]:
    """Enumerations of units below the province, and where each ends."""
    done = 0
    for start in starts(sentence):
        if start < done:
            continue
        regions, done = _run(sentence, start, date)
        units = [region for region in regions if region.county or not _is_province(region)]
        if units:
            yield units, done


def _run(sentence: str, start: int, date: str | None) -> tuple[list[Region], int]:
    """Reads units from ``start`` while separators join them."""
    regions: list[Region] = []
    at = end = start
    while found := _next_unit(sentence, at, regions[-1] if regions else None, date):
        regions.append(found.region)
        end = found.end
        separator = _SEPARATOR.match(sentence, end)
        if separator is None:
            break
        at = separator.end()
    return regions, end


def _next_unit(sentence: str, at: int, before: Region | None, date: str | None) -> Match | None:
    """The unit at ``at``, its upper levels carried on from the unit ``before``.

    The longest reading wins, then the one closest in time, then the one that
    carries on most.
    """
    readings: list[Match | None] = []
    if before and before.code:
        carried = dict.fromkeys((before.code[:4].removesuffix("00"), before.code[:2]))
        readings.extend(match(sentence, at, date=date, within=within) for within in carried)
    if begins_at(sentence, at):
        readings.append(match(sentence, at, date=date))
    found = (reading for reading in readings if reading)
    return max(found, key=lambda reading: (reading.end, -reading.gap), default=None)


def _is_province(region: Region) -> bool:
    return region.code is not None and region.code.endswith("0000")


def _duplicates(zones: Sequence[ZoneUnit]) -> Iterator[ParseWarning]:
    for unit, times in Counter(zone.unit for zone in zones).items():
        if times > 1:
            rows = "、".join(str(zone.n) for zone in zones if zone.unit == unit)
            message = f"附件表格中单位“{unit}”出现{times}次（第{rows}行）"
            yield ParseWarning("units-duplicate", message)


def _count_mismatch(
    listings: Sequence[Listing], zones: Sequence[ZoneUnit], title: str
) -> Iterator[ParseWarning]:
    """Stated counts that fit neither the rows, nor those not continued, nor a list."""
    fitting = {len(zones), sum(not zone.continued for zone in zones)}
    stated = [n for text in _COUNT.findall(simplify(title)) if (n := parse_integer(text))]
    for listing in listings:
        stated.extend(n for n in listing.counts if n not in listing.run_lengths)
    for count in dict.fromkeys(stated):
        if count not in fitting:
            message = f"正文说有{count}个单位，附件表格有{len(zones)}行"
            yield ParseWarning("count-mismatch", message)
