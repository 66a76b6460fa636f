"""What the style sheets within a page say of its lists (CSS Lists, CSS Cascade).

Only as much of CSS is read as tells whether an item has a number: selectors of
elements, classes and names, one within another.  Of other selectors the parts
that are not read are taken as met, and such a rule, where it counts, gives no
number: a number that no reader of the page sees must not be made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from selectolax.lexbor import LexborNode

NONE = "none"
_NO_SYNTAX = re.compile(r"/\*.*?(?:\*/|\Z)|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
_DECLARATION = re.compile(r"(?:^|;)\s*list-style(-type)?\s*:([^;]*)", re.IGNORECASE)
_COMPOUND = re.compile(r"(\*|[a-z][a-z0-9-]*)?((?:[.#][a-z0-9_-]+)*)")
_UNREAL = re.compile(r":(?:before|after|marker|first-letter|first-line|selection|placeholder)$")
_POSITIONS = ("inside", "outside", NONE)
_AGAIN = ("inherit", "unset", "revert", "revert-layer")  # for an item: what its list has
#: More selectors than this say too much about lists to look at each for each list.
_MOST_RULES = 100
_MOST_WITHIN = 5


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a simple selector can ask of an element."""

    tag: str
    names: frozenset[str]  # .class and #name
    holds: bool = False  # the next part is its child, not any descendant


@dataclass(frozen=True, slots=True)
class _Selector:
    """Elements within elements, the outermost first; ``exact`` where all was read."""

    parts: tuple[_Facts, ...]
    exact: bool

    @property
    def weight(self) -> tuple[int, int, int]:
        """The specificity (Selectors 4, 17)."""
        names = [name for part in self.parts for name in part.names]
        ids = sum(name.startswith("#") for name in names)
        return ids, len(names) - ids, sum(bool(part.tag) for part in self.parts)


class _Met(NamedTuple):
    """Which first parts of a selector are met, a bit for each number of them."""

    here: int  # the last of them by this element
    within: int  # or by one around it


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: _Selector
    style: str
    important: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """A pair of braces: its selectors, none where what is in it says nothing of the screen."""

    selectors: str
    exact: bool
    printed: bool


class ListStyles:
    """The rules for lists in a page's own style sheets, each a text."""

    def __init__(self, sheets: Sequence[str] = ()) -> None:
        rules = dict.fromkeys(rule for sheet in sheets for rule in _rules(sheet))
        self._rules = tuple(rules)
        self._around: dict[int, list[_Met]] = {}  # by element
        self._found: dict[tuple[int, _Facts], str | None] = {}

    def style(self, node: LexborNode) -> str | None:
        """The kind of numbers for an ``ol`` or ``li``; ``None`` where the sheets are silent.

        The style that the element states itself counts, its attribute ``type`` does not.
        """
        own = stated(node.attributes.get("style") or "")
        if not self._rules:
            return own[0] if own else None
        if len(self._rules) > _MOST_RULES:
            return own[0] if own else NONE
        facts, parent = _facts(node), node.parent
        key = (parent.mem_id if parent else 0, facts)
        if key not in self._found:
            self._found[key] = self._winner(facts, self._met(parent))
        found = self._found[key]
        if found and found.startswith("!") and not (own and own[1]):
            return found[1:]
        return own[0] if own else found and found.removeprefix("!")

    def _winner(self, facts: _Facts, around: Sequence[_Met]) -> str | None:
        """The style of the strongest rule, after ``!`` where it is important."""
        best: tuple[tuple[bool, tuple[int, int, int], int], str] | None = None
        for order, (rule, outer) in enumerate(zip(self._rules, around, strict=True)):
            parts = rule.selector.parts
            if not _fits(parts[-1], facts) or not _meet(parts, facts, outer).here >> len(parts) - 1:
                continue
            rank = (rule.important, rule.selector.weight, order)
            if best is None or rank > best[0]:
                style = rule.style if rule.selector.exact else NONE
                best = rank, f"!{style}" if rule.important else style
        return best[1] if best else None

    def _met(self, node: LexborNode | None) -> list[_Met]:
        """How much of each rule's selector an element and those around it meet."""
        path: list[LexborNode] = []
        while node is not None and node.mem_id not in self._around:
            path.append(node)
            node = node.parent
        met = self._around[node.mem_id] if node is not None else [_Met(0, 0)] * len(self._rules)
        for inner in reversed(path):
            facts = _facts(inner)
            pairs = zip(self._rules, met, strict=True)
            met = [_meet(rule.selector.parts, facts, outer) for rule, outer in pairs]
            self._around[inner.mem_id] = met
        return met


def stated(declarations: str) -> tuple[str, bool] | None:
    """The style that declarations give to a list, and whether ``!important``."""
    best: tuple[str, bool] | None = None
    for short, value in _DECLARATION.findall(_NO_SYNTAX.sub(" ", declarations)):
        words = value.lower().replace("!", " ! ").split()
        important = "!" in words
        if important:
            words = words[: words.index("!")]
        if best and best[1] and not important:
            continue
        best = _style(words, shorthand=not short), important
    return best


def _style(words: Sequence[str], *, shorthand: bool) -> str:
    """The type among the words of a value; what is none is ``disc`` in the shorthand."""
    kinds = [word for word in words if word not in _POSITIONS and "(" not in word]
    if kinds:
        return "inherit" if kinds[0] in _AGAIN else kinds[0]
    return "disc" if shorthand and NONE not in words else NONE


def _rules(sheet: str) -> Iterator[_Rule]:
    blocks: list[_Block] = []
    for text, mark in _pieces(_NO_SYNTAX.sub(" ", sheet)):
        declared, semicolon, selectors = text.rpartition(";")
        if mark == "{":
            yield from _of_block(blocks, declared) if semicolon else ()
            blocks.append(_block(selectors.strip().lower(), blocks[-1] if blocks else None))
        else:
            yield from _of_block(blocks, text)
            if blocks:
                blocks.pop()


def _pieces(sheet: str) -> Iterator[tuple[str, str]]:
    """The texts before each brace, with the brace."""
    parts = re.split(r"([{}])", sheet)
    yield from zip(parts[::2], [*parts[1::2], "}"], strict=True)


def _block(head: str, outer: _Block | None) -> _Block:
    exact = outer is None or (outer.exact and not outer.selectors)
    printed = outer is not None and outer.printed
    if not head.startswith("@"):
        return _Block(head, exact, printed)
    printed = printed or re.fullmatch(r"@media\s+print", head) is not None
    known = re.fullmatch(r"@media\s+(?:screen|all)", head) is not None
    return _Block("", exact and known, printed)


def _of_block(blocks: Sequence[_Block], declarations: str) -> Iterator[_Rule]:
    found = stated(declarations) if "list-style" in declarations.lower() else None
    if found is None or not blocks or blocks[-1].printed:
        return
    block = blocks[-1]
    for text in dict.fromkeys(_flat(block.selectors).split(",")):
        selector = _selector(text.strip(), block.exact)
        if selector is not None and selector.parts[-1].tag in ("", "ol", "li"):
            yield _Rule(selector, *found)


def _flat(selectors: str) -> str:
    """Selectors without what stands in brackets, of which a colon tells."""
    out, depth = [], 0
    for piece in re.split(r"([()\[\]])", selectors):
        if piece in ("(", "["):
            depth += 1
            out.append(":")
        elif piece in (")", "]"):
            depth = max(0, depth - 1)
        elif not depth:
            out.append(piece)
    return "".join(out)


def _selector(text: str, exact: bool) -> _Selector | None:
    """A selector without brackets; ``None`` for what is no element."""
    if not text or _UNREAL.search(text):
        return None
    parts: list[_Facts] = []
    for word in re.sub(r"([>+~])", r" \1 ", text).split():
        if word in (">", "+", "~"):
            exact = exact and word == ">"
            if parts:
                last = parts.pop()
                parts += [replace(last, holds=True)] if word == ">" else []
            continue
        found = _COMPOUND.match(word)
        assert found is not None  # it matches the empty text
        exact = exact and found.end() == len(word)
        tag = "" if found[1] in (None, "*") else found[1]
        parts.append(_Facts(tag, frozenset(re.findall(r"[.#][a-z0-9_-]+", found[2]))))
    if len(parts) > _MOST_WITHIN:
        parts, exact = parts[-_MOST_WITHIN:], False
    return _Selector(tuple(parts), exact) if parts else None


def _meet(parts: tuple[_Facts, ...], facts: _Facts, outer: _Met) -> _Met:
    """What an element within ``outer`` meets."""
    here = 0
    for at, part in enumerate(parts):
        before = outer.here if at and parts[at - 1].holds else outer.within
        if (not at or before >> at - 1 & 1) and _fits(part, facts):
            here |= 1 << at
    return _Met(here, outer.within | here)


def _fits(part: _Facts, facts: _Facts) -> bool:
    return part.tag in ("", facts.tag) and part.names <= facts.names


def _facts(node: LexborNode) -> _Facts:
    attributes = node.attributes
    classes = (attributes.get("class") or "").lower().split()
    name = (attributes.get("id") or "").lower()
    names = [f".{each}" for each in classes] + ([f"#{name}"] if name else [])
    return _Facts(node.tag or "", frozenset(names))
