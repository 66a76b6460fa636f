"""The numbers of HTML lists as a browser shows them (HTML, 4.4.5 to 4.4.8; CSS Counter Styles).

They stand nowhere in the text of the page, but its reader sees them and cites
them.  Where an item begins with a number of its own (一、, (1), 2.), the page most
likely shows none: its style is not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from corpus.formats.numbering import spelled

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
    "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting",
    "trad-chinese-informal": "chineseCounting",
    "simp-chinese-formal": "chineseLegalSimplified",
    "cjk-decimal": "ideographDigital",
}
_CHINESE = ("cjk-", "simp-chinese", "trad-chinese")
_NO_NUMBERS = frozenset(("none", "disc", "circle", "square"))
_STYLE = re.compile(r"list-style(?:-type)?\s*:([^;}]*)", re.IGNORECASE)
_RULE = re.compile(r"(?:^|[},\s])ol\s*(?:,[^{}]*)?\{([^}]*)\}", re.IGNORECASE)
_OWN_NUMBER = re.compile(
    r"\s*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.．、]"
    r"|第[一二三四五六七八九十百\d]+[章节条款项]|[①-⑳])"
)
_MOST = 9  # digits of a number


class ListNumbers:
    """Counts the items of a page's lists while it is walked.

    ``styles`` are the rules of its own style sheets.
    """

    def __init__(self, styles: str = "") -> None:
        self._next: dict[int, int] = {}  # by list
        self._unnumbered = any(_style_of(rule) == "none" for rule in _RULE.findall(styles))

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
        style = _declared(item) or _declared(parent)
        if style is None:
            style = "none" if self._unnumbered else "decimal"
        if style in _NO_NUMBERS or _OWN_NUMBER.match(_beginning(item)):
            return ""
        mark = "、" if style.startswith(_CHINESE) and style != "cjk-decimal" else ". "
        return _spelled(number, style) + mark


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


def _declared(node: LexborNode) -> str | None:
    """The style that an element states itself."""
    stated = _style_of(node.attributes.get("style") or "")
    return stated or _TYPES.get((node.attributes.get("type") or "").strip())


def _style_of(declarations: str) -> str | None:
    found = _STYLE.findall(declarations)
    words = found[-1].lower().replace("!important", "").split() if found else []
    known = (*_FORMS, *_ALPHABETS, *_NO_NUMBERS, "decimal")
    return next((word for word in words if word in known), None)


def _spelled(number: int, style: str) -> str:
    if style in _ALPHABETS:
        return _lettered(number, _ALPHABETS[style])
    if style in _FORMS:
        return spelled(number, _FORMS[style])
    return str(number)


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
