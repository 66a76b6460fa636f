"""Automatic numbers of DOCX paragraphs, which stand nowhere in the text.

Word keeps for each list the pattern of its levels (第%1条, %1、, （%2）) and counts
while it lays out the page.  A notice's 一、 or a table's 序号 would be lost, so
they are counted here the same way: a paragraph's number comes from itself or
from its style, a level starts again after a higher one (ISO/IEC 29500-1, 17.9).
Bullets are marks without content, and are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACEHOLDER = re.compile(r"%([1-9])")
_CHINESE = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_ROMAN_LOW = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


class Numbering:
    """Counts the numbered paragraphs of one document, in document order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}  # list -> what it counts together with
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str | None, int, str | None]] = {}
        for relation in document.part.rels.values():
            if relation.is_external:
                continue
            if relation.reltype.endswith("/numbering"):
                self._read_lists(_root(relation.target_part))
            elif relation.reltype.endswith("/styles"):
                self._read_styles(_root(relation.target_part))

    def label(self, paragraph: etree._Element) -> str:
        """The number of the paragraph, which is counted by asking; empty where it has none."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        number, at = found
        levels = self._levels.get(number, {})
        level = levels.get(at)
        if level is None or level.form in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(self._lists[number], {})
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [key for key in counts if key > at]:
            del counts[deeper]

        def value(found: re.Match[str]) -> str:
            other = int(found[1]) - 1
            of = levels.get(other, level)
            return spelled(counts.get(other, of.start), of.form)

        return _PLACEHOLDER.sub(value, level.pattern)

    def _list_of(self, paragraph: etree._Element) -> tuple[str, int] | None:
        properties = paragraph.find(_W + "pPr")
        if properties is None:
            return None
        style = _value(properties.find(_W + "pStyle"))
        number, level = _numbered(properties)
        seen: set[str] = set()
        while number is None and style and style not in seen and style in self._styles:
            seen.add(style)
            number, of_style, style = self._styles[style]
            level = of_style if level is None else level
        if number in (None, "0") or number not in self._levels:
            return None
        return number, level or 0

    def _read_lists(self, root: etree._Element) -> None:
        abstract = {
            element.get(_W + "abstractNumId", ""): dict(map(_level, element.iter(_W + "lvl")))
            for element in root.iter(_W + "abstractNum")
        }
        for element in root.iter(_W + "num"):
            number = element.get(_W + "numId", "")
            shared = _value(element.find(_W + "abstractNumId")) or ""
            levels = dict(abstract.get(shared, {}))
            restarted = False
            for override in element.iter(_W + "lvlOverride"):
                at = _integer(override.get(_W + "ilvl"), 0)
                start = _value(override.find(_W + "startOverride"))
                for own in override.iter(_W + "lvl"):
                    levels[at] = _level(own)[1]
                if start is not None and at in levels:
                    old = levels[at]
                    levels[at] = _Level(old.form, old.pattern, _integer(start, 1))
                    restarted = True
            self._levels[number] = levels
            self._lists[number] = f"num {number}" if restarted else f"abstract {shared}"

    def _read_styles(self, root: etree._Element) -> None:
        for element in root.iter(_W + "style"):
            properties = element.find(_W + "pPr")
            number, level = (None, None) if properties is None else _numbered(properties)
            based = _value(element.find(_W + "basedOn"))
            self._styles[element.get(_W + "styleId", "")] = (number, level or 0, based)


def spelled(number: int, form: str) -> str:
    """``number`` in one of Word's number formats; an unknown one gives Arabic digits."""
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
    ):
        return chinese(number, _CHINESE, "十百千")
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return chinese(number, _FORMAL, "拾佰仟")
    if form in ("upperLetter", "lowerLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(abs(number)))
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "ideographTraditional" and 0 < number <= 10:
        return _STEMS[number - 1]
    if form == "ideographZodiac" and 0 < number <= 12:
        return _BRANCHES[number - 1]
    return str(number)


def chinese(number: int, digits: str, units: str) -> str:
    """A number below ten thousand in Chinese numerals, 十二 without 一 before it."""
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    out, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            out += (digits[0] if zero and out else "") + digits[digit]
            out += units[power - 1] if power else ""
            zero = False
        else:
            zero = True
    tens = digits[1] + units[0]
    return out.removeprefix(digits[1]) if out.startswith(tens) and number < 20 else out


def _roman(number: int) -> str:
    out = ""
    for value, letters in (*_ROMAN, *_ROMAN_LOW):
        out += letters * (number // value)
        number %= value
    return out


def _root(part: Any) -> etree._Element:
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _level(element: etree._Element) -> tuple[int, _Level]:
    form = _value(element.find(_W + "numFmt")) or "decimal"
    pattern = _value(element.find(_W + "lvlText")) or ""
    start = _integer(_value(element.find(_W + "start")), 1)
    return _integer(element.get(_W + "ilvl"), 0), _Level(form, pattern, start)


def _numbered(properties: etree._Element) -> tuple[str | None, int | None]:
    number = _value(properties.find(f"{_W}numPr/{_W}numId"))
    level = _value(properties.find(f"{_W}numPr/{_W}ilvl"))
    return number, None if level is None else _integer(level, 0)


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else element.get(_W + "val")


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
