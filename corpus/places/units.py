"""Units that a line or a cell names one after another, each read in the light of the others.

    江苏省南京市建邺区、东台市        ->  江苏省南京市建邺区, 江苏省东台市
    湖北省：恩施州、宜昌市           ->  (the caller reads the colon)  湖北省恩施州, 湖北省宜昌市
    石家庄市鹿泉区（河北）           ->  one unit in Hebei; its text stays whole
    河北省（石家庄市鹿泉区、平山县）   ->  two units
    浙江省  杭州市  上城区           ->  one unit whose levels stand apart
    修文县六屯镇大木村、龙场镇蜈蚣村   ->  two villages of 修文县

A unit's text is what stands there, completed by the names that it leaves to those
before it or above it (:class:`Context`), so that :func:`region_of_unit` can read it
alone.  A name that fits several divisions, or none, keeps its text and has no region.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.places.regions import (
    Match,
    begins_at,
    is_name,
    match,
    match_stem,
    resolve,
    resolve_whole,
)
from corpus.policy import Region
from corpus.text.script import simplify

#: Signs that stand beside a unit and are no part of its name: quotes, marks of a footnote.
_BESIDE = '“”‘’"*＊※★☆△▲'
#: Signs that number the units of a line.
_NUMBERS = "①-⒛㈠-㈩㊀-㊉❶-❿⓵-⓾"
_BREAK = re.compile(rf"[\s、，,；;。|｜│┃/／{_NUMBERS}{_BESIDE}]")
_COLUMNS = re.compile(r"[\s|｜│┃]+")
#: What divides units, with the number of the next where they are numbered within a line.
_BREAKS = re.compile(
    rf"[\s、，,；;。|｜│┃/／{_BESIDE}]*"
    r"(?:[0-9０-９]{1,4}\s*[.．、]\s*|[（(][0-9０-９一二三四五六七八九十]{1,3}[）)]\s*"
    rf"|[{_NUMBERS}]\s*)?"
)
_JOINED = re.compile("以及|[和及与暨]")
_TAIL = re.compile(
    r"等?(?:\s*[0-9０-９〇零一二三四五六七八九十百]*\s*[个家]?(?:单位|地区|地方|省|市|县|区|、|[（(）)])*)"
    rf"[。；;，,\s{_BESIDE}]*"
)
#: What may follow a division's name within a unit: something below it.
_PART = re.compile(
    r"(?:(?![等为])[\u4e00-\u9fffA-Za-z0-9])*(?:街道|地区|镇|乡|苏木|社区|村|屯|组|嘎查|牧场|农场|林场|团场?|连"
    r"|(?:开发|高新技术产业|高新|经开|经济|示范|保税|合作|管理|管委|旅游|度假|风景|工业|新|园|矿|林|特)区"
    r"|产业园|工业园|科技城|管委会|居委会|村委会|合作社"
    r"|小学|中学|学校|幼儿园|图书馆|文化馆|博物馆|医院|卫生院|养老院|敬老院|福利院|派出所|司法所)(?:办事处)?"
)
_OFFICE = re.compile("(?:厅|局|委员会|委|办公室|部|处|院|公司|大学|学会|中心|政府)$")
_DIVISION = re.compile(r"(?:(?![等为的以])[\u4e00-\u9fff]){1,10}[县市区旗州盟]")
#: What captions are made of: 试点县, 西部地区, 第一批示范村.
_GENERIC = re.compile(
    "试点|示范|实验|试验|名单|创建|先行|重点|[东中西]部|东北|^各|有关|其他|部分|^本|第.批|县市|市县|区县|县区"
)
_OPENING = {"（": "）", "(": ")", "【": "】", "[": "]", "〔": "〕"}
#: Words of a sentence that follow the units which it names.
_WORDS = re.compile("等|为|确[认定]|命名|认定|列入|设立|开展|纳入|授予|选定|批准|评定|继续|以新")
_CORPS = re.compile("(?:生产建设)?兵团")
_LONGEST_REMARK = 200
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit named in a line: its text, completed, its region, and where in the line it stands.

    ``region`` is ``None`` where its name is no division's, or fits several.
    """

    name: str
    region: Region | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """A name that stands above or before units, completed, with its region."""

    name: str = ""
    region: Region | None = None


NOWHERE = Context()


def level_of(region: Region | None) -> int:
    """0 province, 1 prefecture, 2 county; 3 where nothing is known."""
    code = region.code if region else None
    if code is None:
        return 3
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def read_units(
    text: str, start: int = 0, context: Context = NOWHERE, date: str | None = None
) -> list[Unit]:
    """The units that ``text`` names from ``start`` on; empty unless it names nothing else.

    ``context`` is what stands above them, ``date`` (ISO 8601) the day for their names.
    """
    return _Reader(text, date).read(start, len(text), context)


def leading_units(text: str, start: int, stop: int, date: str | None = None) -> list[Unit]:
    """The units that ``text[:stop]`` names one after another from ``start``, whatever follows."""
    return _Reader(text, date, loose=True).read(start, stop, NOWHERE)


def region_of_unit(unit: str, date: str | None = None) -> Region | None:
    """The region that a unit's whole text tells, also in brackets: 平山县（河北）."""
    bracketed = unit[:1] in _OPENING or unit[-1:] in _OPENING.values()
    units = read_units(simplify(unit), 0, NOWHERE, date) if bracketed else []
    if len(units) == 1 and units[0].region:
        return units[0].region
    plain = unit.lstrip("".join(_OPENING))
    region = resolve(plain, date)
    return _around_zone(plain, region, date) or region


def _around_zone(unit: str, region: Region | None, date: str | None) -> Region | None:
    """The city that a zone below a province is named for: 安徽省合肥高新技术产业开发区."""
    if level_of(region) > 0 or not _PART.search(unit):
        return None
    found = match(simplify(unit), date=date)
    rest = simplify(unit)[found.end :] if found else ""
    for end in range(min(len(rest) - 2, 6), 1, -1):
        stem = match_stem(rest[:end], date=date, within=_prefix(region))
        if stem and _PART.fullmatch(rest, end):
            return stem
    return None


def unread_division(unit: str, date: str | None = None) -> str:
    """What of a unit's text is written like a division's name and is none; empty for most."""
    plain = simplify(unit)
    found = match(plain, date=date)
    rest = plain[found.end :] if found else ""
    if not found or level_of(found.region) > 1 or not _DIVISION.fullmatch(rest):
        return ""
    return "" if _PART.fullmatch(rest) or resolve_whole(unit, date) else unit[found.end :]


def names_province(unit: str, region: Region) -> bool:
    """Whether a unit's text says in which province it lies, in full or in short."""
    plain, province = simplify(unit), simplify(region.province or "")
    return plain.startswith(province[:2]) or _CORPS.match(plain) is not None


class _Reader:
    """Reads the units of one text (in simplified script); ``loose``: other words may follow."""

    def __init__(self, text: str, date: str | None, *, loose: bool = False) -> None:
        self._text = text
        self._date = date
        self._loose = loose

    def read(self, start: int, stop: int, context: Context) -> list[Unit]:
        units: list[Unit] = []
        at = _BREAKS.match(self._text, start, stop).end()  # type: ignore[union-attr]
        while at < stop:
            if units and _TAIL.fullmatch(self._text, at, stop):
                break
            spaced = bool(units) and _COLUMNS.fullmatch(self._text, units[-1].end, at) is not None
            before = units[-1] if units else None
            found = self._next(at, stop, before, context)
            if not found:
                return units if self._loose else []
            if spaced and before and _narrows(before, found[0]):
                first = found[0]
                name = before.name + self._text[first.start : first.end]
                units[-1:] = [Unit(name, first.region, before.start, first.end), *found[1:]]
            else:
                units += found
            end = units[-1].end
            at = self._after(units[-1], stop, context)
            if at == end < stop:  # nothing divides it from what follows
                return units if self._loose or _TAIL.fullmatch(self._text, at, stop) else []
        return units

    def _after(self, before: Unit, stop: int, context: Context) -> int:
        """Where the next unit begins, behind what divides it from the one before."""
        breaks = _BREAKS.match(self._text, before.end, stop)
        at = breaks.end() if breaks else before.end
        joined = _JOINED.match(self._text, at, stop)
        if joined is None:
            return at
        contexts = _contexts(before, context, self._date)  # 和平区 begins with no conjunction
        found, _ = self._longest(at, stop, contexts, context.region)
        return at if found else joined.end()

    def _next(self, at: int, stop: int, before: Unit | None, context: Context) -> list[Unit]:
        """The unit at ``at``, or those that a bracket behind it names."""
        start = at
        named = self._bracket(at, stop)
        if named:
            region = resolve_whole(self._text[at + 1 : named - 1], self._date)
            if region is None:
                return []
            context, before = Context(self._text[at + 1 : named - 1], region), None
            at = named
        contexts = _contexts(before, context, self._date)
        found, lead = self._longest(at, stop, contexts, context.region)
        end = self._piece_end(at, stop, found, contexts)
        if end is None:
            return []
        closing = self._bracket(end, stop)
        if closing:
            return self._bracketed(at, end, closing, found, lead, contexts)
        if found:
            name, region = lead + self._text[at:end], found.region
        else:
            name, region = self._nameless(self._text[at:end], contexts)
        return [Unit(self._text[start:end] if named else name, region, start, end)]

    def _longest(
        self, at: int, stop: int, contexts: Sequence[Context], outer: Region | None
    ) -> tuple[Match | None, str]:
        """The best reading, and the text that completes it: longest, nearest in time.

        Of the contexts the narrowest decides, but the widest that gives the same
        division is named: 河北省：石家庄市鹿泉区、平山县 has 河北省平山县.
        """
        readings: list[tuple[Match, str]] = []
        for each in contexts:
            found = match(self._text, at, date=self._date, within=_prefix(each.region))
            if found and found.end <= stop:
                readings.append((found, each.name))
        free = match(self._text, at, date=self._date)
        if free and free.end <= stop and self._may_stand(free, at, outer):
            named = names_province(self._text[at : at + 6], free.region)
            around = [c.name for c in contexts if within(c.region, free.region)]
            readings.append((free, "" if named or not around else around[-1]))
        if not readings:
            return None, ""
        best, _ = max(readings, key=lambda reading: (reading[0].end, -reading[0].gap))
        return best, next(lead for found, lead in reversed(readings) if found == best)

    def _may_stand(self, found: Match, at: int, outer: Region | None) -> bool:
        """Whether a reading fits below ``outer``: it lies there, or says itself where it lies."""
        return outer is None or within(outer, found.region) or begins_at(self._text, at)

    def _piece_end(
        self, at: int, stop: int, found: Match | None, contexts: Sequence[Context]
    ) -> int | None:
        """Where the unit that begins at ``at`` ends; ``None`` where there is none."""
        begin = found.end if found else at
        end = begin
        while end < stop and not _BREAK.match(self._text, end) and self._text[end] not in _OPENING:
            end += 1
        rest = self._text[begin:end]
        if found is None:
            return self._nameless_end(at, end, contexts)
        if self._loose and (words := _WORDS.search(rest)):
            rest, end = rest[: words.start()], begin + words.start()
        if not rest or _PART.fullmatch(rest):
            return end
        if _TAIL.fullmatch(self._text, begin, stop):
            return begin
        joined = _JOINED.match(rest)
        if self._loose or (joined and joined.end() < len(rest)):
            return begin
        # 山西省城区: there are several, so the province is all that is sure
        return end if level_of(found.region) < 2 and _DIVISION.fullmatch(rest) else None

    def _nameless_end(self, at: int, end: int, contexts: Sequence[Context]) -> int | None:
        """The end of a unit that no full name begins: a stem, a village, an unknown name."""
        piece = self._text[at:end]
        if self._stem(piece, contexts) or (not contexts and resolve_whole(piece, self._date)):
            return end
        joined = _JOINED.search(piece, 2)
        if joined and self._stem(piece[: joined.start()], contexts):
            return at + joined.start()
        if len(piece) > _LONGEST_NAME or _OFFICE.search(piece):
            return None
        return end if is_named_like_a_unit(piece) else None

    def _stem(self, piece: str, contexts: Sequence[Context]) -> tuple[Context, Region] | None:
        """What a stem, or a stem with something below it (合肥高新区), names below a context.

        Where nothing stands above it, a province's short name (新疆) names the province.
        """
        for each in contexts:
            below = _prefix(each.region)
            if found := match_stem(piece, date=self._date, within=below):
                return each, found
            for end in range(min(len(piece) - 2, 6), 1, -1):
                found = match_stem(piece[:end], date=self._date, within=below)
                if found and _PART.fullmatch(piece, end):
                    return each, found
        province = None if contexts else resolve_whole(piece, self._date)
        return (NOWHERE, province) if province and level_of(province) == 0 else None

    def _nameless(self, piece: str, contexts: Sequence[Context]) -> tuple[str, Region | None]:
        """The completed name of such a unit, and its region: its own or what it lies in."""
        if stem := self._stem(piece, contexts):
            return stem[0].name + piece, stem[1]
        if not contexts and (region := resolve_whole(piece, self._date)):
            return piece, region  # 河北, 浙江杭州
        above = contexts[0] if contexts else NOWHERE
        return above.name + piece, above.region if _PART.fullmatch(piece) else None

    def _bracket(self, at: int, stop: int) -> int | None:
        """Where the bracket that opens at ``at`` has closed."""
        close = _OPENING.get(self._text[at : at + 1])
        end = self._text.find(close, at, min(stop, at + _LONGEST_REMARK)) if close else -1
        return end + 1 if end > 0 else None

    def _bracketed(
        self,
        at: int,
        end: int,
        closing: int,
        found: Match | None,
        lead: str,
        contexts: Sequence[Context],
    ) -> list[Unit]:
        """What a bracket behind a name means: its province, units within it, or a remark."""
        text = self._text
        content = text[end + 1 : closing - 1].strip()
        outer = resolve_whole(content, self._date) or self._upper(content, contexts)
        if outer:
            inner = match(text, at, date=self._date, within=_prefix(outer))
            region = inner.region if inner and inner.end >= (found.end if found else 0) else None
            region = region or match_stem(text[at:end], date=self._date, within=_prefix(outer))
            if region or found is None:
                return [Unit(text[at:closing], region, at, closing)]
        if found and found.end == end and not content.endswith(("个", "家")):
            above = Context(lead + text[at:end], found.region)
            units = self.read(end + 1, closing - 1, above)
            if units and all(within(found.region, unit.region) for unit in units):
                last = units[-1]
                return [*units[:-1], Unit(last.name, last.region, last.start, closing)]
        region = found.region if found else None
        return [Unit(lead + text[at:closing], region, at, closing)]

    def _upper(self, stem: str, contexts: Sequence[Context]) -> Region | None:
        """The province or prefecture that a bracket names by its stem: 鼓楼区（南京）."""
        for below in (*(_prefix(each.region) for each in contexts), ""):
            found = match_stem(stem, date=self._date, within=below)
            if found and level_of(found) < 2:
                return found
        return None


def is_named_like_a_unit(name: str) -> bool:
    """Whether a text could be a division's or a smaller unit's name by its last characters."""
    named = _DIVISION.fullmatch(name) or _PART.fullmatch(name)
    return named is not None and (is_name(name) or not _GENERIC.search(name))


def _narrows(before: Unit, unit: Unit) -> bool:
    """Whether ``unit`` only goes on with the levels of the one before it."""
    return level_of(before.region) < 2 and within(before.region, unit.region)


def within(outer: Region | None, inner: Region | None) -> bool:
    """Whether ``inner`` lies in ``outer`` and is not the same."""
    if outer is None or inner is None or not outer.code or not inner.code:
        return False
    return inner.code != outer.code and inner.code.startswith(_prefix(outer))


def _prefix(region: Region | None) -> str:
    """The beginning of the codes within a region; of nowhere, one that no code has."""
    if region is None or not region.code:
        return "-"
    return region.code[: 2 * (level_of(region) + 1)]


def _contexts(before: Unit | None, context: Context, date: str | None) -> tuple[Context, ...]:
    """What a name may leave unsaid, the narrowest first."""
    found = [context] if context.region else []
    if before and before.region:
        own = level_of(before.region)
        for level in range(own - (own == 1), -1, -1):
            lead = _lead(before.name, before.region.code or "", level, date)
            if lead and (not context.region or lead.region != context.region):
                found.append(lead)
    return tuple(sorted(found, key=lambda each: -level_of(each.region)))


@lru_cache(maxsize=1024)
def _lead(name: str, code: str, level: int, date: str | None) -> Context | None:
    """The beginning of ``name`` that names the division of that level around ``code``."""
    wanted = (code[: 2 * (level + 1)] + "0000")[:6]
    for end in range(len(name), 1, -1):
        region = resolve_whole(name[:end], date)
        if region and region.code == wanted:
            return Context(name[:end], region)
    return None
