"""What one line of a list of zones says: a heading, units, or a unit with its task.

    河北省（3个）                      a heading: what is below lies there
    湖北省：恩施州、宜昌市              units behind the name that they stand under
    江苏省南京市建邺区、东台市          units one after another
    1. 北京市石景山区：打造品牌。……     a unit and what is said of it

:mod:`.listing` puts the lines together.  How units are read, one in the light of the
other, is for :mod:`corpus.places.units`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.parsing.tables.columns import is_figures
from corpus.places.regions import Match, match, match_stem, openings, resolve_whole
from corpus.places.units import NOWHERE, Context, Unit, level_of, read_units, within
from corpus.policy import Region, Span
from corpus.text.normalize import Line, parse_integer

_NUMERAL = "0-9０-９〇零一二三四五六七八九十百"
_MARK = re.compile(
    rf"(?:[|｜│┃]\s*)?(?:(?P<a>[{_NUMERAL}]{{1,7}})\s*[.．、]\s*|[（(](?P<b>[{_NUMERAL}]{{1,7}})[）)]\s*、?"
    rf"|第(?P<d>[{_NUMERAL}]{{1,5}})[个家项名]\s*[:：、.．]?\s*|第[{_NUMERAL}]{{1,3}}批\s*[:：]\s*"
    r"|(?P<c>[0-9０-９]{1,7})(?=\s)\s+|(?P<e>[①-⒛㈠-㈩㊀-㊉❶-❿⓵-⓾])\s*"
    r"|[A-ZＡ-ＺⅠ-Ⅻ]\s*[.．、)）]\s*|[-*•●·◆■▪]\s+|——?\s*|(?<=[|｜│┃])|(?<=[|｜│┃]\s))"
)
_SEPARATOR = re.compile(r"\s*(?:——?|—|--|[:：→])\s*|\s+(?=《)")
_REST_OF_UNIT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{0,14}(?:[（(][^（）()]{1,20}[）)])?")
_OFFICE = re.compile(r"(厅|局|委|办|部|处|院|公司|大学|学会|中心|政府|会)(?:[（(].*[）)])?$")
_HEADING = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,24}?)\s*(?P<remark>[（(][^（）()]{1,12}[）)]|共?[0-9０-９]{1,3}[个家])?"
    r"\s*(?P<colon>[:：]?)"
)
_STATED = re.compile(rf"[（(]?\s*共?计?\s*([{_NUMERAL}]+)\s*[个家][\u4e00-\u9fff、]{{0,8}}[）)]?")
_SPREAD = re.compile(r"[\u4e00-\u9fff](?:\s[\u4e00-\u9fff]){1,12}")  # 北 京 市
#: What may stand before a name: brackets, quotes, marks.
_OPENING = '（(【[“"‘*＊※★☆△▲'
_HEADING_MARKS = "#* "  # of Markdown
_VILLAGE = re.compile("[镇乡街道村]")
_LONGEST_HEADING = 40
_LONGEST_UNIT = 60  # with its mark


@dataclass(slots=True)
class Item:
    """An item: the line of its unit, number, unit, what is said of it, and further lines."""

    at: int
    own: int | None
    unit: str
    region: Region | None
    content: str
    spans: list[Span]
    lines: list[int] = field(default_factory=list)


class Heading(NamedTuple):
    """A name that what is below stands under, and how many units it says there are.

    ``sure``: nothing else than a heading is written so; a bare name may be a unit.
    """

    context: Context
    stated: int | None
    sure: bool
    own: int | None
    colon: bool


class Items(NamedTuple):
    """A line's items; ``lead`` is the name before the colon that they stand under, if any."""

    items: list[Item]
    lead: Heading | None


class Above(NamedTuple):
    """What a line stands under: the headings in force, the narrowest last."""

    contexts: tuple[Context, ...] = ()

    @property
    def context(self) -> Context:
        return self.contexts[-1] if self.contexts else NOWHERE

    def under(self, heading: Context) -> Above:
        """The headings in force below ``heading``: those around it, and itself."""
        kept = [c for c in self.contexts if within(c.region, heading.region)]
        return Above((*kept, heading))


def own_number(text: str) -> tuple[int | None, int]:
    """The number that a line begins with, and where its words begin."""
    mark = _MARK.match(text)
    if mark is None:
        return None, 0
    if mark["e"]:
        return int(unicodedata.numeric(mark["e"])), mark.end()
    return parse_integer(mark["a"] or mark["b"] or mark["c"] or mark["d"] or ""), mark.end()


def read_heading(line: Line, above: Above, date: str | None) -> Heading | None:
    """The heading that a line is, if it names a division and nothing else."""
    text = line.text
    if len(text) > _LONGEST_HEADING:
        return None
    if _SPREAD.fullmatch(text):
        text = "".join(text.split())
    start = len(text) - len(text.lstrip(_HEADING_MARKS))
    own, length = own_number(text[start:])
    found = _HEADING.fullmatch(text.rstrip(_HEADING_MARKS), start + length)
    return _heading(found, own, above, date) if found else None


def _heading(
    found: re.Match[str], own: int | None, above: Above, date: str | None
) -> Heading | None:
    remark = found["remark"] or ""
    stated = _STATED.fullmatch(remark)
    if remark and not stated:
        return None
    context = _division(found["name"], above, date)
    if context is None:
        return None
    count = parse_integer(stated[1]) if stated else None
    sure = bool(found["colon"] or count or level_of(context.region) == 0)
    return Heading(context, count, sure, own, bool(found["colon"]))


def _division(name: str, above: Above, date: str | None) -> Context | None:
    """The division that ``name`` is, below the headings or anywhere, its name completed."""
    whole = [
        (found, outer)
        for outer in (*reversed(above.contexts), NOWHERE)
        if (found := _reading(name, 0, outer, date)) and found.end == len(name)
    ]
    if whole:
        found, outer = max(whole, key=lambda pair: -pair[0].gap)
        return Context(outer.name + name, found.region)
    if region := resolve_whole(name, date):  # 浙江杭州
        return Context(name, region)
    for outer in above.contexts[-1:]:
        if stem := match_stem(name, date=date, within=_prefix(outer)):
            return Context(outer.name + name, stem)
    return None


def _reading(text: str, start: int, outer: Context, date: str | None) -> Match | None:
    """The name at ``start`` below ``outer``; anywhere where that is nowhere."""
    return match(text, start, date=date, within=_prefix(outer) if outer.region else "")


def _prefix(context: Context) -> str:
    code = context.region.code if context.region else None
    return code[: 2 * (level_of(context.region) + 1)] if code else "-"


def read_led(line: Line, at: int, above: Above, date: str | None) -> Items | None:
    """The units of a line that names what they stand under: 河北省：石家庄市鹿泉区、平山县."""
    text = line.text
    own, start = own_number(text)
    separator = _SEPARATOR.search(text, start, start + _LONGEST_HEADING)
    if separator is None or separator.end() == len(text):
        return None
    name = text[start : separator.start()]
    found = _HEADING.fullmatch("".join(name.split()) if _SPREAD.fullmatch(name) else name)
    lead = _heading(found, own, above, date) if found else None
    if lead is None:
        return None
    units = read_units(text, separator.end(), lead.context, date)
    outer = lead.context.region
    if not any(unit.region == outer or within(outer, unit.region) for unit in units):
        return None
    if level_of(outer) == 2 and len(units) < 2 and not _VILLAGE.search(units[0].name):
        return None  # 岭东区：智慧社区 is a task
    return Items(_items(line, at, None, units), lead._replace(sure=True))


def read_bare(line: Line, at: int, above: Above, date: str | None) -> list[Item]:
    """The units of a line that names them and nothing else; empty for any other line."""
    own, start = own_number(line.text)
    units = read_units(line.text, start, above.context, date)
    return _items(line, at, own, units)


def _items(
    line: Line, at: int, own: int | None, units: Sequence[Unit], content: str = ""
) -> list[Item]:
    """The items of one line, which share it out between them; the first has its number."""
    begin = line.span.start
    cuts = [begin, *(begin + unit.start for unit in units[1:]), line.span.end]
    return [
        Item(at, own if not n else None, unit.name, unit.region, content, [Span(*cuts[n : n + 2])])
        for n, unit in enumerate(units)
    ]


def read_item(line: Line, at: int, above: Above, date: str | None) -> list[Item]:
    """The items of a line that says something of a unit, or of several; empty for any other."""
    text = line.text
    own, start = own_number(text)
    group = above.context
    readings = [
        (found, outer)
        for outer in ((group, NOWHERE) if group.region else (NOWHERE,))
        if (found := _reading(text, start, outer, date))
    ]
    if not readings:
        return []
    found, outer = max(readings, key=lambda pair: (pair[0].end, -pair[0].gap))
    name = outer.name
    if not name and within(group.region, found.region) and not _names(text[start:], group):
        name = group.name
    one = _one(line, start, found)
    if one is None:
        return _several(line, at, above, date)
    end, content = one
    unit = Unit(name + text[start:end], found.region, start, end)
    return _items(line, at, own, [unit], content)


def _names(text: str, group: Context) -> bool:
    """Whether a unit says itself what it stands under."""
    province = group.region.province if group.region else None
    return text.startswith((group.name[:2], (province or group.name)[:2]))


def _one(line: Line, start: int, found: Match) -> tuple[int, str] | None:
    """Where the unit that begins at ``start`` ends, and what is said of it."""
    rest = _REST_OF_UNIT.match(line.text, found.end)
    end = rest.end() if rest else found.end
    separator = _SEPARATOR.match(line.text, end)
    if separator is None or _OFFICE.search(line.text[start:end]):
        return None
    content = line.text[separator.end() :]
    return None if not content or is_figures(content) else (end, content)


def _several(line: Line, at: int, above: Above, date: str | None) -> list[Item]:
    """Items that share what is said of them: 鹿泉区、平山县：完善机制."""
    own, start = own_number(line.text)
    separator = re.compile("[:：]").search(line.text, start)
    if separator is None:
        return []
    content = line.text[separator.end() :].strip()
    if not content or is_figures(content):
        return []
    before = line.text[: separator.start()]
    units = read_units(before, start, above.context, date)
    if len(units) < 2 or not all(unit.region for unit in units):
        return []
    return _items(line, at, own, units, content)


def may_begin(text: str) -> bool:
    """Whether a list may begin with a line, by the first characters of a name; quick."""
    start = len(text) - len(text.lstrip("# "))
    start += own_number(text[start : start + 12])[1]
    while start < len(text) and text[start] in _OPENING:
        start += 1
    opening = text[start : start + 2]
    return opening in openings() or (
        opening[1:].isspace() and _SPREAD.match(text, start) is not None
    )


def may_be_an_item(text: str) -> bool:
    """Whether a line has what divides a unit from its task; most lines have not."""
    return _SEPARATOR.search(text, 0, _LONGEST_UNIT) is not None
