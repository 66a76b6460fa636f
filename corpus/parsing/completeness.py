"""Does the table hold what the text promises?  The completeness check.

A notice names its units twice: in the running text, abbreviated as in speech
(江苏省南京市溧水区、徐州市鼓楼区: the province is carried on), and in full in the
rows of its appendix.  :func:`named_units` reads the running text,
:func:`check` compares it with the rows, division by division, and a stated
number (31个单位) with their count, which :func:`stated_counts` finds.  What differs is
a warning: a copy that lost a row, or a row that the text does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.places.regions import Match, begins_at, match, starts
from corpus.policy import ParseWarning, Region, Span, WarningPlace
from corpus.text.normalize import parse_integer

_NUMERAL = "0-9０-９〇零一二三四五六七八九十百"
_SEPARATOR = re.compile(r"以及|[、，,；;和及与]")
_CONTINUED = re.compile(r"[^。；，]*新的?[^。；，]{0,6}(?:主题|任务|内容)")
_APPENDIX = re.compile(r"(?m)^\s*附件")
_APPENDED_LIST = re.compile(
    rf"(?m)^\s*附\s*件\s*[{_NUMERAL}]*\s*[:：]?\s*(?:$|.*(?:名单|实验|试点|试验|示范|主题|任务|单位|地区|一览|清单|表))"
)
#: A text that names fewer units may well do without a table.
_UNITS_OF_A_TABLE = 5
#: 31个单位, 三十一个试点县（市、区）, 6个示范村; 20个省 are no units.
_COUNT = re.compile(
    rf"(?<![第{_NUMERAL}])([{_NUMERAL}]+)\s*[个家处]\s*(?!省)[\u4e00-\u9fff]{{0,8}}?(?:单位|实验区|试验区|示范区"
    r"|试点|地区|地方|城市|园区|基地|街道|社区|县|市|区|旗|乡|镇|村)"
)
#: Counts that speak of a part, or of what is to come.
_NO_TOTAL = re.compile(
    "(?:其中|每|各|至少|不超过|不少于|最多|推荐|原则上|选择|分别)[^，。；]{0,12}$"
)
#: A sentence or a caption that says how many units a list has.
_ANNOUNCES = re.compile("名单|附件|附后|确认|确定|公布|同意|批准|命名|认定|选定|如下")
_PILOTS = re.compile("名单|(?:实验|试验|示范|试点)[^，。；]{0,6}(?:单位|地区|区|县|市|村|社区)")
_MEASURED = re.compile(rf"[{_NUMERAL}]\s*[个家处]")
_NUMBER = re.compile(rf"[{_NUMERAL}]+\s*[个家处]")
_TOTAL = re.compile(rf"[共计]\s*([{_NUMERAL}]+)\s*[个家处]")
_LONGEST_CAPTION = 40
#: So many rows, or doubled units, are named at once.
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit that the running text names; ``continued``: it goes on with a new theme.

    ``words`` are those of the text, which may carry on the province of the unit before.
    """

    region: Region
    continued: bool
    words: str


class _Said(NamedTuple):
    """A division, and the words of the sentence that name it."""

    region: Region
    words: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The units that one sentence lists, and the counts that it states."""

    units: tuple[NamedUnit, ...]
    run_lengths: frozenset[int]
    counts: tuple[StatedCount, ...]


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A number of units that a text states, where (标题 or 正文), and in which words."""

    where: str
    count: int
    words: str


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


def check(listings: Sequence[Listing], zones: Sequence[ZoneUnit]) -> tuple[ParseWarning, ...]:
    """Compares the running text's units with the rows'.

    Only sentences that share a unit with the rows speak about the table (all do
    where there are no rows).  ``units-extra`` needs a text that lists at least
    half of the rows: 北京市石景山区等单位 is no list.
    """
    codes = {zone.region.code for zone in zones if zone.region}
    relevant = _relevant(listings, zones)
    named = {unit.region.code: unit for listing in relevant for unit in listing.units}
    warnings = list(_duplicates(zones))
    missing = [unit for code, unit in named.items() if code not in codes]
    if missing:
        names = "、".join(unit.region.full_name for unit in missing)
        counts = f"正文列出{len(named)}个单位，识别出{len(zones)}个"
        message = f"{counts}；正文列出、附件表格中却没有的单位：{names}"
        place = WarningPlace(words=missing[0].words)
        warnings.append(ParseWarning("units-missing", message, place))
    if len(named) * 2 >= len(zones):
        extra = [z for z in zones if z.region is None or z.region.code not in named]
        if named and extra:
            units = "、".join(f"{zone.unit}（第{zone.n}行）" for zone in extra)
            message = f"附件表格中有、正文却没有列出的单位：{units}"
            place = WarningPlace(row=extra[0].n, words=extra[0].unit)
            warnings.append(ParseWarning("units-extra", message, place))
    return tuple(warnings)


def _relevant(listings: Sequence[Listing], zones: Sequence[ZoneUnit]) -> list[Listing]:
    codes = {zone.region.code for zone in zones if zone.region}
    return [
        listing
        for listing in listings
        if not zones or any(unit.region.code in codes for unit in listing.units)
    ]


def stated_counts(
    title: str, paragraphs: Sequence[str], *, listed: bool
) -> tuple[StatedCount, ...]:
    """The numbers of units that the title, captions and announcing sentences state as a total.

    Where nothing is ``listed``, a sentence must speak of pilots or of a list of names:
    laws state many numbers.  The texts must be in simplified script.
    """
    found = list(_counts(title, "标题"))
    for paragraph in paragraphs:
        if not _MEASURED.search(paragraph):
            continue
        for sentence in paragraph.split("。"):
            if not _ANNOUNCES.search(sentence) or not (listed or _PILOTS.search(sentence)):
                continue
            found.extend(_counts(sentence, "正文"))
            if len(paragraph) < _LONGEST_CAPTION and "名单" in sentence:
                totals = (
                    (parse_integer(total[1]), total[0]) for total in _TOTAL.finditer(sentence)
                )
                found.extend(StatedCount("正文", n, words) for n, words in totals if n)
    return tuple(dict.fromkeys(found))


def _counts(sentence: str, where: str) -> Iterator[StatedCount]:
    for found in _COUNT.finditer(sentence):
        number = parse_integer(found[1])
        if number and number > 1 and not _NO_TOTAL.search(sentence, 0, found.start()):
            words = _NUMBER.match(found[0])
            yield StatedCount(where, number, words[0] if words else found[0])


def announces_appendix(text: str) -> bool:
    """Whether a line of the text begins with 附件."""
    return _APPENDIX.search(text) is not None


def announces_list(text: str) -> bool:
    """Whether a line names an appendix that may list the units: 附件, 附件：试点名单."""
    return _APPENDED_LIST.search(text) is not None


def missing_table(
    listings: Sequence[Listing], confirmed: int, text: str
) -> tuple[ParseWarning, ...]:
    """A warning where a text lists units and announces an appendix, but has no table.

    ``confirmed`` is how many units the text says were chosen: few are enough then.
    """
    units = {u.region.code for each in listings for u in each.units if u.region.city}
    count = len(units) if len(units) >= _UNITS_OF_A_TABLE else confirmed
    appendix = _APPENDIX.search(text)
    if not count or not appendix:
        return ()
    message = f"正文列出{count}个单位并附有附件，文中却没有附件表格，识别出0个单位"
    place = WarningPlace(span=Span(appendix.end() - len("附件"), appendix.end()))
    return (ParseWarning("table-missing", message, place),)


def _listing(sentence: str, runs: Sequence[tuple[list[_Said], int]]) -> Listing:
    units = tuple(
        NamedUnit(region, _is_continued(sentence, end), words)
        for said, end in runs
        for region, words in said
    )
    counts = tuple(_counts(sentence, "正文"))
    return Listing(units, frozenset(len(said) for said, _ in runs), counts)


def _is_listing(sentence: str, said: Sequence[_Said], end: int) -> bool:
    """Several units, or one that stands for others or goes on: no place by the way."""
    return len(said) > 1 or sentence.startswith("等", end) or _is_continued(sentence, end)


def _is_continued(sentence: str, end: int) -> bool:
    return _CONTINUED.match(sentence, end) is not None


def _runs(sentence: str, date: str | None) -> Iterator[tuple[list[_Said], int]]:
    """Enumerations of units below the province, and where each ends."""
    done = 0
    for start in starts(sentence):
        if start < done:
            continue
        said, done = _run(sentence, start, date)
        units = [each for each in said if each.region.county or not _is_province(each.region)]
        if units:
            yield units, done


def _run(sentence: str, start: int, date: str | None) -> tuple[list[_Said], int]:
    """Reads units from ``start`` while separators join them."""
    said: list[_Said] = []
    at = end = start
    while found := _next_unit(sentence, at, said[-1].region if said else None, date):
        end = found.end
        said.append(_Said(found.region, sentence[at:end]))
        separator = _SEPARATOR.match(sentence, end)
        if separator is None:
            break
        at = separator.end()
    return said, end


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
    """Units that stand in several rows; of very many only the first are named."""
    rows: dict[str, list[int]] = {}
    for zone in zones:
        rows.setdefault(zone.unit, []).append(zone.n)
    doubled = [(unit, numbers) for unit, numbers in rows.items() if len(numbers) > 1]
    for unit, numbers in doubled[:_MOST_NAMED]:
        shown = "、".join(map(str, numbers[:_MOST_NAMED]))
        more = "等" if len(numbers) > _MOST_NAMED else ""
        message = f"附件表格中单位“{unit}”出现{len(numbers)}次（第{shown}{more}行）"
        yield ParseWarning("units-duplicate", message, WarningPlace(numbers[0], words=unit))
    if len(doubled) > _MOST_NAMED:
        message = f"附件表格中还有{len(doubled) - _MOST_NAMED}个单位各出现多次"
        yield ParseWarning("units-duplicate", message)


def count_mismatch(
    listings: Sequence[Listing], zones: Sequence[ZoneUnit], stated: Sequence[StatedCount]
) -> Iterator[ParseWarning]:
    """Stated counts that fit neither the rows, nor those not continued, nor a list."""
    listings = _relevant(listings, zones)
    fitting = {len(zones), sum(not zone.continued for zone in zones)}
    of_lists = {length for listing in listings for length in listing.run_lengths}
    counts: dict[int, StatedCount] = {}
    for each in stated:
        if each.where == "标题" or each.count not in of_lists:
            counts.setdefault(each.count, each)
    for listing in listings:
        for each in listing.counts:
            if each.count not in listing.run_lengths:
                counts.setdefault(each.count, each)
    for count, each in counts.items():
        if count not in fitting:
            message = f"{each.where}说有{count}个单位，实际识别出{len(zones)}个，请核对"
            yield ParseWarning("count-mismatch", message, WarningPlace(words=each.words))
