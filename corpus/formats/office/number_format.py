"""A number as a cell shows it: 000123, 2019.10, 12.5%, 2019年3月.

A format has up to four sections, for positive, negative and zero numbers and for
texts (ECMA-376, part 1, 18.8.31).  What stands in it besides the places for digits
is shown as it is; formats that nobody reads numbers from in official lists
(fractions, exponents) show the number as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

#: A piece of a format: a quoted or escaped text, a condition or colour, padding, a sign.
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(\[[^\]]*\])|_.|\*.|(.)', re.DOTALL)
_PLACES = "0#?"
_NOT_READ = re.compile(r"[Ee][+-]|/|General|@", re.IGNORECASE)
_DATE_PART = re.compile(r"y{1,4}|m{1,5}|d{1,4}|h{1,2}|s{1,2}", re.IGNORECASE)
_MOST_DIGITS = 15

Pieces = Sequence[tuple[str, bool]]  # each with whether it is a sign of the format


def shown_number(value: float, code: str) -> str:
    """``value`` as the format ``code`` shows it; digits beyond the fifteenth are lost."""
    sections = _sections(code)
    number = Decimal(repr(value))
    at = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    pieces = sections[at]
    signs = "".join(char for char, own in pieces if own)
    if _NOT_READ.search(signs) or not pieces:
        return f"{value:.{_MOST_DIGITS}g}"
    if not any(char in _PLACES for char in signs):  # "无" for a zero
        return "".join(char for char, _ in pieces).strip() or f"{value:.{_MOST_DIGITS}g}"
    sign = "-" if number < 0 and at == 0 else ""
    return sign + _laid_out(abs(number), pieces).strip()


def shown_date(value: date | datetime, code: str) -> str | None:
    """A date as a format with 年 shows it; ``None`` for any other format."""
    pieces = _sections(code)[0]
    text = "".join(char for char, _ in pieces)
    if "年" not in text:
        return None
    parts = {"y": value.year, "m": value.month, "d": value.day}
    if isinstance(value, datetime):
        parts |= {"h": value.hour, "s": value.second}

    def of(found: re.Match[str]) -> str:
        key, width = found.group()[0].lower(), len(found.group())
        if key not in parts:
            return ""
        if key == "y":
            return f"{value.year:04}"[-2 if width < 3 else -4 :]
        return f"{parts[key]:0{min(width, 2)}}"

    if re.search("h", text, re.IGNORECASE):  # with a time of day: minutes are months' letter
        return None
    return _DATE_PART.sub(of, text).strip()


def _sections(code: str) -> list[list[tuple[str, bool]]]:
    """The sections as characters, each with whether it has a meaning in the format."""
    sections: list[list[tuple[str, bool]]] = [[]]
    for found in _PIECE.finditer(code):
        quoted, escaped, bracketed, plain = found.groups()
        if plain == ";":
            sections.append([])
        elif bracketed is not None:
            currency = re.match(r"\[\$([^\]-]+)", bracketed)
            sections[-1].extend((char, False) for char in (currency[1] if currency else ""))
        elif plain is not None:
            sections[-1].append((plain, True))
        else:
            sections[-1].extend((char, False) for char in quoted or escaped or "")
    return sections


def _laid_out(number: Decimal, pieces: Pieces) -> str:
    """The digits in their places, with what stands between and around them."""
    signs = [char if own else " " for char, own in pieces]
    number *= Decimal(100) ** signs.count("%")
    places = [at for at, char in enumerate(signs) if char in _PLACES]
    point = next((at for at, char in enumerate(signs) if char == "."), None)
    whole = [at for at in places if point is None or at < point]
    rest = [at for at in places if point is not None and at > point]
    commas = [at for at, char in enumerate(signs) if char == ","]
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    scale = sum(bool(places) and at > places[-1] for at in commas)
    number /= Decimal(1000) ** scale
    rounded = number.quantize(Decimal(1).scaleb(-len(rest)), ROUND_HALF_UP)
    integer, _, fraction = f"{rounded:f}".partition(".")
    least = sum(signs[at] == "0" for at in whole)
    integer = (integer if integer != "0" or least else "").rjust(least, "0")
    needed = max((n for n, at in enumerate(rest, 1) if signs[at] == "0"), default=0)
    while len(fraction) > needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    digits = _in_places(integer, whole, grouped)
    tail = dict(zip(rest, fraction, strict=False))
    out = []
    for at, (char, own) in enumerate(pieces):
        if at in digits or at in tail:
            out.append(digits.get(at, tail.get(at, "")))
        elif at == point:
            out.append("." if fraction else "")
        elif not (own and (char in _PLACES or char == ",")):
            out.append(char)
    return "".join(out)


def _in_places(integer: str, whole: Sequence[int], grouped: bool) -> dict[int, str]:
    """The digits of a whole number by their places, from the last; what is left over in front."""
    if not whole:
        return {}
    if grouped:
        return {whole[-1]: f"{int(integer or 0):,}" if integer else ""}
    cut = len(integer) - len(whole) + 1
    if cut <= 0:
        return dict(zip(whole[-len(integer) :] if integer else [], integer, strict=True))
    return dict(zip(whole, [integer[:cut], *integer[cut:]], strict=True))
