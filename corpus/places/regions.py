"""Administrative divisions: from a unit's name to its place in GB/T 2260.

A unit is written from the province down, with steps left out where the writer
found them plain: 江苏省南京市雨花台区, 湖北省宜都市 (its prefecture 宜昌市 goes
without saying), 天津市河北区, 浙江省衢州市.  :func:`match` reads such a name from
a position of a text, taking the longest name at each step; :func:`resolve` reads
a whole unit.  Short forms (恩施州, 湖南, 兵团; :mod:`corpus.places.short_names`) are read where
no full name is as long.  Names change over the years, and a name may come back with
another code, so every division carries the months in which it stood and the one
nearest to the policy's date wins.  :func:`later_names` tells what became of one.
Units may be in traditional script; texts in which names are looked for are given
simplified (:func:`corpus.text.script.simplify`).

The data is vendored in ``data/`` (sources and licences: ``data/README.md``) and
read once, on first use.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from corpus.places.short_names import short_forms, stem
from corpus.policy import Region
from corpus.text.script import simplify

#: The four municipalities under the central government, by province prefix.
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
#: The revision of GB/T 2260 after which ``successors.csv`` tells of changes.
_BEFORE_CHANGES = "201904"
_XINJIANG = "65"
#: The Xinjiang Production and Construction Corps, which stands like a province, and its divisions.
_CORPS = re.compile(r"(?:新疆)?(?:生产建设)?兵团(?:第?[一二三四五六七八九十]{1,3}师)?")
_CORPS_DIVISION = re.compile("第?[一二三四五六七八九十]{1,3}师")
#: Words between a province and what it administers itself.
_BETWEEN_LEVELS = re.compile("(?:省|自治区)?直辖(?:县级?)?(?:行政(?:区划|单位|区))?|市辖区")


class Division(NamedTuple):
    """One name of one code, and the months (years * 12 + month) it stood."""

    code: str
    name: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Match:
    """A name read from a text: the region, and where in the text it ended.

    ``gap`` counts the months between the date asked for and the time in which
    the names stood; 0 when all of them were in force.
    """

    region: Region
    end: int
    gap: int


@dataclass(frozen=True, slots=True)
class Successor:
    """What a division became: new code and name, and who says so.

    ``date`` is ISO 8601, possibly without day; ``None`` where no source states it.
    """

    code: str
    name: str
    date: str | None
    source: str


class _Form(IntEnum):
    """How a name is written; a stem is a name only before a division within it."""

    FULL = 0
    SHORT = 1
    STEM = 2


class _Chain(NamedTuple):
    """A reading: ever narrower divisions, where their names end, and how short they are."""

    divisions: tuple[Division, ...]
    end: int
    shortness: int


@dataclass(frozen=True, slots=True)
class _Table:
    """The divisions by name and by code.

    ``names`` are full names and all that may stand for one, each with its
    :class:`_Form`; ``stems`` are names without a kind.
    """

    names: dict[str, tuple[tuple[Division, _Form], ...]]
    by_code: dict[str, tuple[Division, ...]]
    stems: dict[str, tuple[Division, ...]]
    longest: int
    last: int


def resolve(unit: str, date: str | None = None) -> Region | None:
    """The region that ``unit`` begins with, as of ``date`` (ISO 8601; ``None``: today's).

    What follows the last known name (a street, an institution) is left aside.
    ``None`` when the unit begins with no division's name, or with one that
    stands in several places (朝阳区).
    """
    found = _match_unit(unit[: 3 * _table().longest], date)
    return found.region if found else None


def resolve_whole(unit: str, date: str | None = None) -> Region | None:
    """Like :func:`resolve`, but ``None`` unless the names take up all of ``unit``."""
    if len(unit) > 3 * _table().longest:  # a name for each level, at the most
        return None
    found = _match_unit(unit, date)
    return found.region if found and found.end == len(unit) else None


def region_of(code: str, date: str | None = None) -> Region | None:
    """The region of a code of GB/T 2260, named as of ``date``; ``None`` for an unknown code."""
    table = _table()
    if code not in table.by_code:
        return None
    return _region(table, code, _month(date) if date else table.last)


def match(text: str, start: int = 0, *, date: str | None = None, within: str = "") -> Match | None:
    """Reads the longest chain of division names that begins at ``start``.

    ``within`` is the beginning of a code (``"32"``: Jiangsu, ``"3201"``:
    Nanjing) below which the first name must lie; empty: anywhere.  Of equally
    long readings the one nearest to ``date`` wins, then the higher level; where
    that leaves two places, the name is ambiguous and the reading ends before it.
    """
    table = _table()
    month = _month(date) if date else table.last
    readings: dict[int, dict[tuple[int, int, int], set[str]]] = {}
    for chain in _chains(table, text, start, within):
        code = chain.divisions[-1].code
        gap = sum(_gap(division, month) for division in chain.divisions)
        rank = (gap, chain.shortness, _level(code))
        readings.setdefault(chain.end, {}).setdefault(rank, set()).add(code)
    for end in sorted(readings, reverse=True):
        rank, codes = min(readings[end].items())
        if len(codes) == 1:
            return Match(_region(table, codes.pop(), month), end, rank[0])
    return None


def match_stem(text: str, *, date: str | None = None, within: str) -> Region | None:
    """The one division below ``within`` that ``text`` names without its kind (杭州, 通州)."""
    table = _table()
    month = _month(date) if date else table.last
    gaps: dict[int, set[str]] = {}
    for division in table.stems.get(text, ()):
        if _is_below(division, within):
            gaps.setdefault(_gap(division, month), set()).add(division.code)
    codes = gaps[min(gaps)] if gaps else set()
    return _region(table, codes.pop(), month) if len(codes) == 1 else None


@lru_cache(maxsize=4096)
def _match_unit(unit: str, date: str | None) -> Match | None:
    """:func:`match` at the beginning, remembered: a table's units are asked for repeatedly.

    A stem may stand at the end of a unit that names its province (浙江杭州), and a
    province's may be the whole of it.
    """
    plain = simplify(unit)
    found = match(plain, date=date)
    if found and (found.end == len(plain) or not _is_upper(found.region)):
        return found
    ends = [found.end] if found else [end for end in (2, 3) if plain[:end] in _province_stems()]
    for end in ends:
        code = found.region.code if found else _province_stems()[plain[:end]]
        region = region_of(code or "", date) if end == len(plain) else None
        region = region or match_stem(plain[end:], date=date, within=_prefix(code or ""))
        if region:
            return Match(region, len(plain), 0)
    return found


def _is_upper(region: Region) -> bool:
    return region.code is not None and _level(region.code) < 2


@cache
def _province_stems() -> dict[str, str]:
    """The provinces' codes by their names without a kind."""
    return {
        name: division.code
        for name, divisions in _table().stems.items()
        for division in divisions
        if division.code.endswith("0000")
    }


def later_names(code: str) -> tuple[Successor, ...]:
    """What became of the division ``code``, the larger part first; empty if nothing is known."""
    return _successors().get(code, ())


def divisions() -> tuple[Division, ...]:
    """Every name of every code in the data, in the order of the codes."""
    return tuple(division for named in _table().by_code.values() for division in named)


@cache
def openings() -> frozenset[str]:
    """The first two characters of everything that a name may begin with."""
    words = (*_table().names, *_table().stems, "兵团", "生产")
    return frozenset(word[:2] for word in words)


def is_name(text: str) -> bool:
    """Whether some division is or was called so, whichever."""
    return text in _table().names


def starts(text: str, start: int = 0) -> Iterator[int]:
    """Positions in ``text`` from ``start`` at which the name of a province or prefecture begins."""
    for found in _start_pattern().finditer(text, start):
        yield found.start()


def begins_at(text: str, start: int) -> bool:
    """Whether the name of a province or prefecture begins at ``start``."""
    return _start_pattern().match(text, start) is not None


def _chains(table: _Table, text: str, start: int, within: str) -> Iterator[_Chain]:
    """All readings from ``start``: chains of ever narrower divisions, and their ends."""
    for division, form, end in _names_at(table, text, start, within):
        level = _level(division.code)
        if form != _Form.STEM:
            yield _Chain((division,), end, form)
        if level < 2:
            for chain in _below(table, text, end, division, level):
                yield _Chain((division, *chain.divisions), chain.end, chain.shortness + form)
    if within in ("", _XINJIANG):
        yield from _corps_chains(table, text, start, within)


def _below(
    table: _Table, text: str, start: int, division: Division, level: int
) -> Iterator[_Chain]:
    """The readings from ``start`` below ``division``, whose name ends there."""
    if start >= len(text):
        return
    prefix = _prefix(division.code)
    yield from _chains(table, text, start, prefix)
    if level == 0 and text[start] in "省自直市" and (words := _BETWEEN_LEVELS.match(text, start)):
        yield from _chains(table, text, words.end(), prefix)


def _corps_chains(table: _Table, text: str, start: int, within: str) -> Iterator[_Chain]:
    """The readings of 兵团第八师石河子市; below Xinjiang the division alone says enough."""
    found = _CORPS.match(text, start) if text[start : start + 1] in ("新", "生", "兵") else None
    if found is None and within and text[start : start + 1]:
        found = _CORPS_DIVISION.match(text, start)
    if found is None:
        return
    xinjiang = table.by_code[_XINJIANG + "0000"][-1]
    if not within:
        yield _Chain((xinjiang,), found.end(), _Form.SHORT)
    for chain in _chains(table, text, found.end(), _XINJIANG):
        yield _Chain((xinjiang, *chain.divisions), chain.end, chain.shortness + _Form.SHORT)


def _names_at(
    table: _Table, text: str, start: int, within: str
) -> Iterator[tuple[Division, _Form, int]]:
    """Divisions below ``within`` whose name stands at ``start``, with the name's end."""
    names = table.names
    for end in range(min(len(text), start + table.longest), start + 1, -1):
        for division, form in names.get(text[start:end], ()):
            if _is_below(division, within):
                yield division, form, end


def _is_below(division: Division, within: str) -> bool:
    return division.code.startswith(within) and _prefix(division.code) != within


def _region(table: _Table, code: str, month: int) -> Region:
    """The region of ``code``, its upper levels named as of ``month``."""

    def name(of: str) -> str | None:
        named = table.by_code.get(of)
        return min(named, key=lambda division: _gap(division, month)).name if named else None

    province = name(code[:2] + "0000")
    level = _level(code)
    city = name(code[:4] + "00") if level > 0 else None
    if code[:2] in MUNICIPALITIES:
        city = province
    return Region(province, city, name(code) if level == 2 else None, code)


def _gap(division: Division, month: int) -> int:
    """Months between ``month`` and the time in which the name stood; 0 within it."""
    return max(division.since - month, month - division.until, 0)


def _level(code: str) -> int:
    """0 province, 1 prefecture, 2 county."""
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _prefix(code: str) -> str:
    """The part of ``code`` that the divisions below it share."""
    return code[: 2 * (_level(code) + 1)]


def _month(date: str) -> int:
    """A month number from ``YYYY-MM…`` or ``YYYYMM``; a bare year counts as its middle."""
    digits = date.replace("-", "")
    return int(digits[:4]) * 12 + (int(digits[4:6]) if len(digits) >= 6 else 6)


def _data(name: str) -> io.StringIO:
    return io.StringIO((files("corpus") / "data" / name).read_text(encoding="utf-8"))


@cache
def _table() -> _Table:
    names: dict[str, list[tuple[Division, _Form]]] = {}
    by_code: dict[str, list[Division]] = {}
    stems: dict[str, list[Division]] = {}
    months: dict[str, int] = {}
    rows = csv.reader(_data("divisions.tsv"), delimiter="\t")
    next(rows)
    for code, name, since, until in rows:
        for revision in (since, until):
            if revision not in months:
                months[revision] = _month(revision)
        division = _dated(Division(code, name, months[since], months[until]))
        by_code.setdefault(code, []).append(division)
        plain = simplify(name)  # 乾安县 is 干安县 in the shadow of any text
        names.setdefault(plain, []).append((division, _Form.FULL))
        for short in short_forms(plain, code):
            names.setdefault(short, []).append((division, _Form.SHORT))
        if bare := stem(plain, code):
            stems.setdefault(bare, []).append(division)
            if _level(code) < 2:
                names.setdefault(bare, []).append((division, _Form.STEM))
    return _Table(
        names={name: tuple(found) for name, found in names.items()},
        by_code={code: tuple(found) for code, found in by_code.items()},
        stems={name: tuple(found) for name, found in stems.items()},
        longest=max(map(len, names)),
        last=max(months.values()),
    )


def _dated(division: Division) -> Division:
    """A division with the month in which it began or ended, where a source states it.

    Between two revisions of the data lie years; the successors' dates lie between.
    """
    began, ended = _changes()
    since = began.get(division.code, division.since)
    until = ended.get(division.code, division.until)
    if since < division.since and since > _month(_BEFORE_CHANGES):
        division = division._replace(since=since)
    if until > division.until and division.until == _month(_BEFORE_CHANGES):
        division = division._replace(until=until)
    return division


@cache
def _changes() -> tuple[dict[str, int], dict[str, int]]:
    """By code, the first month of a division that began, the last of one that ended."""
    began: dict[str, int] = {}
    ended: dict[str, int] = {}
    for code, successors in _successors().items():
        for successor in successors:
            if successor.date:
                began[successor.code] = _month(successor.date)
                ended[code] = _month(successor.date) - 1
    return began, ended


@cache
def _start_pattern() -> re.Pattern[str]:
    names = {
        name
        for name, forms in _table().names.items()
        for division, form in forms
        if _level(division.code) == 0 or (_level(division.code) == 1 and form != _Form.STEM)
    }
    names |= {"新疆生产建设兵团", "兵团第"}
    return re.compile("|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))))


@cache
def _successors() -> dict[str, tuple[Successor, ...]]:
    found: dict[str, list[Successor]] = {}
    for row in csv.DictReader(_data("successors.csv")):
        successor = Successor(row["new_code"], row["new_name"], row["date"] or None, row["source"])
        found.setdefault(row["code"], []).append(successor)
    return {code: tuple(successors) for code, successors in found.items()}
