"""Reading lines, numbers and dates, without touching the text they stand in.

Texts are kept as published; what a parser needs to understand of them is read
here: :func:`split_lines` gives the non-blank lines with their offsets,
:func:`parse_integer` and :func:`parse_date` understand Arabic, full-width and
Chinese numerals (三十一, 二〇一九年三月二十五日, 2019-03-25), :func:`joined` joins cells that
were broken over lines, and :func:`letters_of` gives what two copies of a text share.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.policy import Span
from corpus.text.script import simplify

_DIGITS = {"〇": 0, "○": 0, "零": 0, **{c: i for i, c in enumerate("一二三四五六七八九", start=1)}}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[0-9０-９〇○零一二三四五六七八九十百千]"
#: What typists write for the zero of a date: 二ＯＯ八年, 二00八年, 二○○八年.
_ZEROS = "〇○◯零OoＯｏ0０"
_ZERO = str.maketrans(dict.fromkeys(_ZEROS, "〇"))
#: Figures may be set wide: 2 0 1 9 年 1 1 月.
_DAY = rf"(?:[1-9１-９一二三四五六七八九十廿卅{_ZEROS}]\s?){{1,3}}"
_YEAR = rf"(?:(?:[1-9１-９{_ZEROS}]\s?){{4}}|(?:[一二三四五六七八九{_ZEROS}]\s?){{4}})"
_DATE = re.compile(rf"(?P<year>{_YEAR})\s*年\s*(?P<month>{_DAY}|元)\s*月\s*(?P<day>{_DAY})\s*日")
_PARTIAL_DATE = re.compile(
    rf"(?P<year>{_YEAR})(?:\s*年(?:\s*(?P<month>{_DAY}|元)\s*月(?:份)?)?|\s*[-./－．／]\s*(?P<part>[0-9０-９]{{1,2}}))?"
)
_NUMERIC_DATE = re.compile(
    r"(?<![0-9.])(?P<year>[0-9０-９]{4})\s*(?P<sep>[-./－．／])\s*(?P<month>[0-9０-９]{1,2})"
    r"\s*(?P=sep)\s*(?P<day>[0-9０-９]{1,2})(?![0-9０-９])"
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ENDED = re.compile(r"[。！？；：.!?;:][”’」』）)】]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line without the white space around it.

    ``blank_before`` tells whether the text begins here or a blank line precedes.
    """

    text: str
    span: Span
    blank_before: bool


def split_lines(text: str) -> tuple[Line, ...]:
    """The non-blank lines of ``text``; ``text[span.start:span.end]`` is a line's text."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    offset, blank = 0, True
    for raw in text.splitlines(keepends=True):
        content = raw.strip()
        if content:
            start = offset + raw.index(content)
            yield Line(content, Span(start, start + len(content)), blank)
        blank = not content
        offset += len(raw)


def parse_integer(text: str) -> int | None:
    """The value of a whole number in Arabic, full-width or Chinese numerals, else ``None``.

    Understands 31, ３１, 三十一, 一百零八 and digit by digit 二〇一九; up to 9999.
    """
    if not re.fullmatch(rf"{_NUMERAL}+", text) or len(text) > 9:
        return None
    if text.isdecimal():
        return int(text)
    if any(c.isdecimal() for c in text):
        return None
    if not any(c in _TENS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _TENS:
            total += (digit or 1) * _TENS[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def parse_date(text: str) -> str | None:
    """The first date in ``text`` in ISO 8601; ``None`` without a valid one.

    Understands 2019年3月25日, 二〇一九年三月二十五日, 2019-03-25, 2019.3.25, 2019/3/25.
    """
    found = find_dates(text)
    return found[0][0] if found else None


def find_dates(text: str) -> tuple[tuple[str, int, int], ...]:
    """The valid dates in ``text`` in ISO 8601, each with where it begins and ends."""
    matches = [*_DATE.finditer(text), *_NUMERIC_DATE.finditer(text)]
    dates = []
    for found in sorted(matches, key=lambda found: found.start()):
        year, month, day = (_date_part(found[name]) for name in ("year", "month", "day"))
        with contextlib.suppress(ValueError):  # 13月, 2月30日: not a date, perhaps a later one is
            dates.append((date(year, month, day).isoformat(), found.start(), found.end()))
    return tuple(dates)


def is_date(text: str) -> bool:
    """Whether ``text`` is a date and nothing else, valid or not."""
    return bool(_DATE.fullmatch(text) or _NUMERIC_DATE.fullmatch(text))


def parse_partial_date(text: str) -> str | None:
    """A month (``2019-03``) or a year (``2019``) that is all of ``text``; ``None`` for none.

    Understands 2019年3月, 二〇一九年, 2019-03 and 2019; years from 1000 to 2999.
    """
    found = _PARTIAL_DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month = _date_part(found["year"]), found["month"] or found["part"]
    if not 1000 <= year < 3000:
        return None
    if month is None:
        return f"{year}"
    return f"{year}-{_date_part(month):02}" if 1 <= _date_part(month) <= 12 else None


def _date_part(text: str) -> int:
    """The number that a part of a date says, with letters for zero; 0 for none."""
    text = "".join(text.split()).replace("元", "一")
    if not text.isdecimal():
        text = text.translate(_ZERO).replace("廿", "二十").replace("卅", "三十")
        digits = {full: plain for plain, full in enumerate("１２３４５６７８９", start=1)}
        if any(c.isdecimal() for c in text):  # 2〇19: figures beside a Chinese zero
            text = "".join("0" if c == "〇" else str(digits.get(c, c)) for c in text)
    return parse_integer(text) or 0


def raised(text: str) -> str:
    """``text`` as it is set above the line: its digits as superscripts (10⁴, 平方米[¹])."""
    return text.translate(_RAISED)


def joined(lines: Sequence[str]) -> str:
    """The lines of one cell as one text.

    A line that breaks off in the middle is joined to the next without a break;
    after the end of a sentence the break is a paragraph's and stays.
    """
    parts: list[str] = []
    for line in lines:
        if parts and _ENDED.search(parts[-1]):
            parts.append("\n")
        parts.append(line)
    return "".join(parts)


def letters_of(text: str) -> str:
    """The letters and digits of a text, folded: what two copies of it have in common."""
    return _NOT_LETTERS.sub("", simplify(unicodedata.normalize("NFKC", text))).lower()
