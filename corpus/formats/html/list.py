"""The numbers of HTML lists as a browser shows them (HTML, 4.4.5 to 4.4.8; CSS Counter Styles).

They stand nowhere in the text of the page, but its reader sees them and cites
them.  Where an item begins with a number of its own (一、, (1), 2.), the page most
likely shows none: its style is not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from corpus.formats.html.list_styles import ListStyles
from corpus.formats.office.numbering import chinese, spelled

#: Values of the attribute ``type``, and the styles (of CSS) that they mean.
_TYPES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_ALPHABETS = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A"}
#: Styles by the number format of Word that spells the same.
_FORMS = {
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero",
}
#: Digits, units and the sign of negative numbers (CSS Counter Styles, 7.2).
_COUNTED = {
    "cjk-ideographic": ("零一二三四五六七八九", "十百千", "負"),
    "trad-chinese-informal": ("零一二三四五六七八九", "十百千", "負"),
    "simp-chinese-informal": ("零一二三四五六七八九", "十百千", "负"),
    "trad-chinese-formal": ("零壹貳參肆伍陸柒捌玖", "拾佰仟", "負"),
    "simp-chinese-formal": ("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "负"),
}
_CJK_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_CHINESE = frozenset(("cjk-decimal", *_COUNTED))
_KNOWN = frozenset(("decimal", *_FORMS, *_CHINESE, *_ALPHABETS))
_OWN_NUMBER = re.compile(
    r"\s*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.．、]"
    r"|第[一二三四五六七八九十百\d]+[章节条款项]|[①-⑳])"
)
_MOST = 9  # digits of a number


class ListNumbers:
    """Counts the items of a page's lists while it is walked.

    ``styles`` are the rules of its own style sheets.
    """

    def __init__(self, styles: ListStyles | None = None) -> None:
        self._next: dict[int, int] = {}  # by list
        self._styles = styles or ListStyles()

    def marker(self, item: LexborNode) -> str:
        """What is shown before an item of a list (``li``); empty where nothing is."""
        parent = item.parent
        if parent is None or parent.tag != "ol":
            return ""
        given = _integer(item.attributes.get("value"))
        number = self._next.get(parent.mem_id) if given is None else given
        if number is None:
            number = _first(parent)
        backwards = "reversed" in parent.attributes
        self._next[parent.mem_id] = number + (-1 if backwards else 1)
        style = self._style(item, parent)
        if style not in _KNOWN or _OWN_NUMBER.match(_beginning(item)):
            return ""
        return _spelled(number, style) + ("、" if style in _CHINESE else ". ")

    def _style(self, item: LexborNode, parent: LexborNode) -> str:
        """The kind of an item's number: its own, else that of its list."""
        own = self._styles.style(item) or _TYPES.get(item.attributes.get("type") or "")
        if own and own != "inherit":
            return own
        whole = self._styles.style(parent)
        return whole or _TYPES.get(parent.attributes.get("type") or "", "decimal")


def _beginning(item: LexborNode) -> str:
    """The first text in an item."""
    texts = (
        node.text_content or "" for node in item.traverse(include_text=True) if node.tag == "-text"
    )
    return next((text for text in texts if text.strip()), "")


def _first(parent: LexborNode) -> int:
    start = _integer(parent.attributes.get("start"))
    if start is not None:
        return start
    return sum(1 for _ in _items(parent)) if "reversed" in parent.attributes else 1


def _items(parent: LexborNode) -> Iterator[LexborNode]:
    child = parent.child
    while child is not None:
        if child.tag == "li":
            yield child
        child = child.next


def _spelled(number: int, style: str) -> str:
    if style in _ALPHABETS:
        return _lettered(number, _ALPHABETS[style])
    if style in _FORMS:
        return spelled(number, _FORMS[style])
    if style in _COUNTED and abs(number) < 10_000:
        return _counted(number, style)
    if style in _CHINESE and number >= 0:
        return str(number).translate(_CJK_DIGITS)
    return str(number)


def _counted(number: int, style: str) -> str:
    digits, units, minus = _COUNTED[style]
    text = chinese(abs(number), digits, units)
    if style.endswith("-formal") and 10 <= abs(number) < 20:
        text = digits[1] + text
    return minus + text if number < 0 else text


def _lettered(number: int, first: str) -> str:
    """a … z, aa, ab …; digits where there is no letter."""
    if number < 1:
        return str(number)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord(first) + rest) + letters
    return letters


def _integer(text: str | None) -> int | None:
    found = re.match(rf"\s*([+-]?\d{{1,{_MOST}}})(?!\d)", text or "")
    return int(found[1]) if found else None
