"""Zones that only the running text names: 同意将河北省邯郸市肥乡区，…等单位确认为实验区.

A sentence confirms the units that it lists between 将 (确定, 同意, 公布) and 为…实验区
(试点, 示范).  Where a document has no table and no list of zones, each unit of such a
sentence is one, without theme and content.  The sentence stays a passage; the words
that name a unit are the zone's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.parsing.tables.rows import Row, Table
from corpus.places.regions import MUNICIPALITIES, starts
from corpus.places.units import Unit, leading_units, level_of
from corpus.policy import Span
from corpus.text.normalize import Line

_AREA = "实验区|试验区|示范|试点|先行区|先行先试|改革区|创新区|合作区|实验单位|试验单位|称号|基地"
_VERB = (
    "确认|确定|命名|认定|列为|列入|作为|设立|设为|选定|批准|评定|纳入|增补|授予|开展|建设|成为"
    "|升级|为"
)
#: What stands before the units of such a sentence, and behind them.
_BEFORE = re.compile(
    "(?:将|把|确认|确定|同意|批准|命名|选定|认定|授予|公布|新增|增补)(?:以下|下列)?[:：]?$"
)
_BEHIND = re.compile(rf"(?P<others>等[^，。；]{{0,24}}?)?，?(?:{_VERB})[^。；]{{0,40}}?(?:{_AREA})")
_ALONE = re.compile("确认|确定|命名|认定|列为|列入|作为|设立|选定|批准|授予")
_LISTS_THEM = re.compile(
    f"名单[^。；，]{{0,6}}[:：]$|(?:{_AREA})(?:地区|单位|城市|县|市|区)?(?:为|有|是|包括)?[:：]$"
    f"|(?:确认|确定|公布|批准|命名|选定)[^。；，]{{0,20}}(?:{_AREA})[^。；，]{{0,10}}(?:为|是|有|[:：])[:：]?$"
    f"|(?:确认|确定|公布|批准|命名|选定|认定)[^。；]{{0,60}}(?:{_AREA})[^。；]{{0,12}}"
    "(?:分别|具体)(?:是|为)?[:：]?$"
)
#: What is conferred on units: 授予…“全国社区建设示范区”称号.
_CONFERRED = re.compile(
    rf"(?:等[^，。；]{{0,12}})?[“\"《「]?[^，。；]{{0,24}}(?:{_AREA})[^，。；]{{0,6}}(?:称号|荣誉|牌匾)"
)
_CONTINUED = re.compile("[^。；，]*(?:继续|新的?)[^。；，]{0,12}(?:主题|任务|内容|实验|试点)")
#: What a text must have to be looked at closely.
_HINT = re.compile(_AREA)
_SENTENCE = re.compile("[^。]+")


def named_zones(paragraphs: Sequence[Sequence[Line]], date: str | None) -> tuple[Table, ...]:
    """The units that the paragraphs (lines, each) confirm, as the rows of a table, if any."""
    found: dict[str, tuple[Unit, tuple[Span, ...]]] = {}
    for lines in paragraphs:
        text = "".join(line.text for line in lines)
        if not _HINT.search(text):
            continue
        for unit in _confirmed(text, date):
            code = unit.region.code if unit.region else None
            found.setdefault(f"{code}/{unit.name}", (unit, tuple(_places(lines, unit))))
    if not found:
        return ()
    rows = tuple(
        Row(n, unit.name, None, None, place) for n, (unit, place) in enumerate(found.values(), 1)
    )
    return (Table("named", (), (), rows, frozenset(), frozenset(), ()),)


def _places(lines: Sequence[Line], unit: Unit) -> Iterator[Span]:
    """Where a unit of the lines' joined text stands: on one line, or on two."""
    passed = 0
    for line in lines:
        start, end = max(unit.start, passed), min(unit.end, passed + len(line.text))
        if start < end:
            yield Span(line.span.start + start - passed, line.span.start + end - passed)
        passed += len(line.text)


def _confirmed(text: str, date: str | None) -> Iterator[Unit]:
    for sentence in _SENTENCE.finditer(text):
        if not _HINT.search(sentence.group()):
            continue
        done = sentence.start()
        confirmed = False
        for start in starts(text[: sentence.end()], sentence.start()):
            if start < done:
                continue
            units = leading_units(text, start, sentence.end(), date)
            if not units:
                continue
            before, done = text[done:start], units[-1].end
            behind = text[done : sentence.end()]
            confirmed = _confirms(before, behind) or (confirmed and _goes_on(before, behind))
            if confirmed and _is_enumeration(units, behind):
                yield from units


def _confirms(before: str, behind: str) -> bool:
    if _LISTS_THEM.search(before) or (before.endswith("授予") and _CONFERRED.match(behind)):
        return True
    return _BEFORE.search(before) is not None and _BEHIND.match(behind) is not None


def _goes_on(before: str, behind: str) -> bool:
    """Whether units behind confirmed ones go on with a new theme."""
    return len(before) < 40 and _CONTINUED.match(behind) is not None


def _is_enumeration(units: Sequence[Unit], behind: str) -> bool:
    """Whether units below the province are named: several, or one that alone is confirmed.

    A municipality may be one of several cities.
    """
    if any(level_of(unit.region) == 0 and not _is_municipality(unit) for unit in units):
        return False
    alone = _ALONE.match(behind) or _CONTINUED.match(behind)
    return len(units) > 1 or alone is not None


def _is_municipality(unit: Unit) -> bool:
    code = unit.region.code if unit.region else None
    return code is not None and code[:2] in MUNICIPALITIES
