"""What the style sheets within a page say of its lists (CSS Lists, CSS Cascade).

tinycss2 reads the sheets, selectolax finds what their selectors select, cssselect
weighs them.  Where something that concerns lists is unclear, no list has a
number: one that no reader of the page sees must not be made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cssselect
import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

NONE = "none"
_PROPERTIES = ("list-style", "list-style-type")
_POSITIONS = ("inside", "outside", NONE)
_AGAIN = ("inherit", "unset", "revert", "revert-layer")  # for an item: what its list has
#: At-rules that hold rules; of those for a screen it is known that they are followed.
_GROUPS = ("media", "supports", "layer", "container")
_ON_SCREEN = ("screen", "all")
_ON_PAPER = "print"
#: More selectors than this say too much about lists to look each up.
_MOST_SELECTORS = 100
#: Characters of a selector.
_LONGEST_SELECTOR = 300
_DEEPEST = 5  # groups within groups


class _Unclear(Exception):
    """The sheets say something of lists that is not understood."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """The type that declarations give to a list, and whether ``!important``."""

    style: str
    important: bool


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """What decides between rules that select the same element: the highest is followed."""

    important: bool
    specificity: tuple[int, int, int]
    order: int


class ListStyles:
    """The types of a page's lists by its own style sheets and ``style`` attributes."""

    def __init__(self, page: LexborHTMLParser | None = None) -> None:
        self._given: dict[int, tuple[_Rank, str]] = {}  # by element
        self._clear = True
        if page is not None:
            try:
                self._follow(page)
            except (_Unclear, RecursionError):  # what is nested by thousands is nobody's style
                self._clear = False

    def style(self, node: LexborNode) -> str | None:
        """The type of an ``ol`` or ``li`` in lower case; ``None`` where nothing is said of it.

        The attribute ``type`` is not looked at.
        """
        text = node.attributes.get("style") or ""
        own = (
            _declared(tinycss2.parse_blocks_contents(text))
            if "list-style" in text.lower()
            else None
        )
        if not self._clear:
            return own.style if own else NONE
        given = self._given.get(node.mem_id)
        if given and (own is None or (given[0].important and not own.important)):
            return given[1]
        return own.style if own else None

    def _follow(self, page: LexborHTMLParser) -> None:
        rules: dict[str, list[tuple[int, _Declared]]] = {}
        order = 0
        for sheet in page.css("style"):
            for selector, declared in _rules(sheet.text()):
                order += 1
                rules.setdefault(selector, []).append((order, declared))
        if len(rules) > _MOST_SELECTORS or any(len(each) > _LONGEST_SELECTOR for each in rules):
            raise _Unclear
        for selector, said in rules.items():
            self._apply(page, selector, said)

    def _apply(
        self, page: LexborHTMLParser, selector: str, said: Iterable[tuple[int, _Declared]]
    ) -> None:
        try:
            (parsed,) = cssselect.parse(selector)
            if parsed.pseudo_element is not None:  # ``li::before`` is no item
                return
            nodes = [node for node in page.css(selector) if node.tag in ("ol", "li")]
        except (cssselect.SelectorError, SelectolaxError, ValueError) as error:
            raise _Unclear from error
        for order, declared in said:
            rank = _Rank(declared.important, parsed.specificity(), order)
            for node in nodes:
                before = self._given.get(node.mem_id)
                if before is None or rank > before[0]:
                    self._given[node.mem_id] = rank, declared.style


def _declared(content: Iterable[Any]) -> _Declared | None:
    """What the last declaration says that counts; rules nested within it are not understood."""
    best: _Declared | None = None
    for each in content:
        if each.type in ("qualified-rule", "at-rule") and _names_lists(each.content or ()):
            raise _Unclear
        if each.type != "declaration" or each.lower_name not in _PROPERTIES:
            continue
        if best is None or each.important or not best.important:
            best = _Declared(_type(each), each.important)
    return best


def _names_lists(tokens: Iterable[Any]) -> bool:
    return any(token.type == "ident" and token.lower_value in _PROPERTIES for token in tokens)


def _type(declaration: Any) -> str:
    """The type among the words of a value; the shorthand sets what it does not name to ``disc``."""
    words = [token.lower_value for token in declaration.value if token.type == "ident"]
    for word in words:
        if word not in _POSITIONS:
            return "inherit" if word in _AGAIN else str(word)
    return "disc" if declaration.lower_name == "list-style" and NONE not in words else NONE


def _rules(sheet: str) -> Iterator[tuple[str, _Declared]]:
    """Each selector of a sheet with what it declares of lists."""
    if "list-style" in sheet.lower():
        rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
        yield from _of_rules(rules, sure=True, depth=0)


def _of_rules(rules: Iterable[Any], *, sure: bool, depth: int) -> Iterator[tuple[str, _Declared]]:
    for rule in rules:
        if rule.type == "qualified-rule":
            declared = _declared(tinycss2.parse_blocks_contents(rule.content))
            if declared is not None:
                given = declared if sure else _Declared(NONE, declared.important)
                yield from ((selector, given) for selector in _selectors(rule.prelude))
        elif rule.type == "at-rule" and rule.lower_at_keyword in _GROUPS and rule.content:
            condition = tinycss2.serialize(rule.prelude).strip().lower()
            if rule.lower_at_keyword == "media" and condition == _ON_PAPER:
                continue
            if depth == _DEEPEST:
                raise _Unclear
            known = rule.lower_at_keyword == "media" and condition in _ON_SCREEN
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _of_rules(inner, sure=sure and known, depth=depth + 1)


def _selectors(prelude: Iterable[Any]) -> Iterator[str]:
    """The selectors of a rule, which commas divide."""
    part: list[Any] = []
    for token in (*prelude, None):
        if token is None or token == ",":
            yield tinycss2.serialize(part).strip()
            part = []
        elif token.type != "comment":
            part.append(token)
