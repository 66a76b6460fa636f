"""Patterns: how a theme is said in many ways at once, in a small language.

    {党建|党组织|党支部} … {引领|领导|核心}
    {矛盾|纠纷} ~ {化解|调解|排查} --{劳动|合同}

    text            stands as it is; a space means nothing
    {甲|乙|丙}      one of these; next to a text or a group they make one word:
                    社区{居民|党员|}大会 is 社区居民大会, 社区党员大会 or 社区大会
    …               something between, in one clause;  …(6)  at most 6 units of it
    …，…            the same, and a comma or colon may stand between: in one sentence
    ~  ~，~         like … and …，…, in any order (at most four parts; ~(6) is bounded too)
    +{甲|乙}        at the end, after a space: one of these stands in the same clause too
    -{甲|乙}        none of these stands in the same clause
    ++{…}  --{…}    the same for the whole sentence

Full-width signs are read as their narrow forms, three full stops and doubled ellipses as
one ellipsis.  :func:`parse_pattern` reads a pattern into the same :class:`Pattern` that the
tables of a theme file give; :mod:`indexer.themes.matching` meets it with position lists,
so no pattern can be slow: parts, alternatives and gaps are bounded here, and nothing is
ever tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import NoReturn

from indexer.analysis.phrases import phrase_key
from indexer.errors import LexiconError

DEFAULT_GAP = 5
MAX_GAP = 30
#: In any order there are as many chains as orders.
MAX_ANY_ORDER = 4
#: Bounds of one written pattern: its characters, its parts, the words of one part or
#: condition, and the units of one word.
MAX_LENGTH, MAX_PARTS, MAX_ALTERNATIVES, MAX_UNITS = 2000, 8, 96, 30
#: The words that groups side by side may make.
MAX_JOINED = 400

_SIGNS = frozenset("{}|…~")
_NARROW = str.maketrans("｛｝｜～＋－（）", "{}|~+-()")
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<condition>(?:(?<=\s)|^)(?P<sign>\+\+?|--?)\{(?P<company>[^{}]*)\})"
    r"|\{(?P<group>[^{}]*)\}"
    r"|(?P<gap>(?P<kind>[…~])(?P<over>[,，](?P=kind))?(?:\((?P<size>\d{1,4})\))?)"
    r"|(?P<text>[^{}|…~\s]+)"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases in order within one sentence, at most ``gap`` units apart.

    A phrase may be several, written with ``|`` between them: one of them has to stand
    there.  With ``any_order`` the phrases may come in any order, with ``one_clause`` all
    stand within one clause (commas, colons and line ends divide clauses).  With ``near``
    they count only where one of its phrases stands in the same sentence too, before or
    after them: so a word that means the theme only in some company can be distinguished.
    With ``not_near`` they do not count where one of its phrases stands in the same
    sentence.  ``beside`` and ``not_beside`` say the same of the clause that the first
    phrase stands in.  ``gaps``, where given, is the gap behind each phrase but the last, and
    ``crossing`` tells whether it may run over the end of a clause.
    ``written`` is the pattern as it was written, empty for one that was given as a table.
    """

    phrases: tuple[str, ...]
    gap: int = DEFAULT_GAP
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    any_order: bool = False
    one_clause: bool = False
    gaps: tuple[int, ...] = ()
    crossing: tuple[bool, ...] = ()
    beside: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    written: str = ""

    def __str__(self) -> str:
        return self.written or "…".join(phrase.replace("|", "/") for phrase in self.phrases)

    @property
    def steps(self) -> tuple[tuple[str, ...], ...]:
        """The phrases, each with its alternatives."""
        return tuple(map(alternatives, self.phrases))

    @property
    def company(self) -> tuple[str, ...]:
        """All phrases that must or must not stand near."""
        return (*self.near, *self.not_near, *self.beside, *self.not_beside)


def alternatives(phrase: str) -> tuple[str, ...]:
    """The phrases that one phrase of a pattern stands for."""
    return tuple(phrase.split("|"))


def is_pattern(text: str) -> bool:
    """Whether a way to say a theme is written as a pattern, not as a plain phrase."""
    return not _SIGNS.isdisjoint(_narrow(text))


def pattern_key(text: str) -> tuple[str, ...]:
    """Equal for plain phrases that match the same places, and for patterns written alike."""
    return ("{}", "".join(_narrow(text).split())) if is_pattern(text) else phrase_key(text)


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """A pattern as it is written; raises :class:`~indexer.errors.LexiconError`."""
    return _Parser(text).read()


def _narrow(text: str) -> str:
    narrow = text.translate(_NARROW).replace("...", "…")
    return re.sub("…+", "…", narrow)


@dataclass
class _Parser:
    """One pass over a written pattern.

    ``parts`` are the alternatives of each part; ``gaps`` stand between them.
    """

    text: str
    parts: list[tuple[str, ...]] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    kinds: list[tuple[str, bool]] = field(default_factory=list)
    company: dict[str, list[str]] = field(default_factory=dict)
    open: bool = False

    def read(self) -> Pattern:
        narrow, at = _narrow(self.text), 0
        if len(narrow) > MAX_LENGTH:
            self._fail("太长", f"一个模式最多 {MAX_LENGTH} 个字，请分成几个")
        while at < len(narrow):
            token = _TOKEN.match(narrow, at)
            if token is None:
                self._fail_at(narrow, at)
            self._take(token)
            at = token.end()
        return self._made()

    def _take(self, token: re.Match[str]) -> None:
        if token["space"]:
            return
        if token["condition"]:
            words = self._words(token["company"], token["condition"])
            if not all(words):
                self._fail(f"条件“{token['condition']}”里有空的一项", "“|”的两边都要有词")
            self.company.setdefault(token["sign"], []).extend(words)
        elif self.company:
            self._fail(f"条件后面还有“{token[0]}”", "“+{…}”和“-{…}”要写在最后")
        elif token["gap"]:
            self._gap(token)
        elif token["group"] is not None:
            self._add(self._words(token["group"], token[0]))
        else:
            self._add((token["text"],))

    def _words(self, inside: str, token: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(each.strip() for each in inside.split("|")))
        if len(words) > MAX_ALTERNATIVES:
            self._fail(f"“{token[:12]}…”里有 {len(words)} 个词", _TOO_MANY)
        return words

    def _add(self, words: tuple[str, ...]) -> None:
        """A text or group: next to another it makes one word with it."""
        if self.open:
            before = self.parts.pop()
            if len(before) * len(words) > MAX_JOINED:
                self._fail("相连的几组合起来有太多种写法", f"最多 {MAX_JOINED} 种，请分成几个模式")
            words = tuple(a + b for a, b in product(before, words))
        self.parts.append(words)
        self.open = True

    def _gap(self, token: re.Match[str]) -> None:
        if not self.open:
            self._fail(f"“{token[0]}”前面没有词", "间隔要写在两个词或两组词之间")
        size = int(token["size"]) if token["size"] else MAX_GAP
        if not 1 <= size <= MAX_GAP:
            self._fail(f"间隔“{token[0]}”不对", f"括号里请写 1 到 {MAX_GAP}，或不写括号")
        self.gaps.append(size)
        self.kinds.append((token["kind"], bool(token["over"])))
        self.open = False

    def _made(self) -> Pattern:
        if not self.open:
            self._fail("以间隔结尾，或没有词", "间隔要写在两个词或两组词之间")
        if len(self.parts) > MAX_PARTS:
            self._fail(f"有 {len(self.parts)} 段", f"最多 {MAX_PARTS} 段，请分成几个")
        kinds = dict.fromkeys(self.kinds)
        free = any(sign == "~" for sign, _over in kinds)
        if free and len(kinds) > 1:
            self._fail("用了几种间隔", "用“~”的模式里，间隔要么都是“~”，要么都是“~，~”")
        if free and len(self.parts) > MAX_ANY_ORDER:
            self._fail("次序不定的段太多", f"“~”最多连接 {MAX_ANY_ORDER} 段，请分成几个")
        for words in (*self.parts, *self.company.values()):
            self._check(words)
        return Pattern(
            tuple("|".join(part) for part in self.parts),
            max(self.gaps, default=0),
            tuple(self.company.get("++", ())),
            tuple(self.company.get("--", ())),
            any_order=free,
            one_clause=not any(over for _sign, over in kinds),
            gaps=() if free else tuple(self.gaps),
            crossing=() if free else tuple(over for _sign, over in self.kinds),
            beside=tuple(self.company.get("+", ())),
            not_beside=tuple(self.company.get("-", ())),
            written=" ".join(self.text.split()),
        )

    def _check(self, words: Iterable[str]) -> None:
        for word in words:
            units = phrase_key(word)
            if not units:
                self._fail("有一段可以是空的", "每一段都至少要有一个字；“|”的两边都要有词")
            if len(units) > MAX_UNITS:
                self._fail(f"“{word[:12]}…”太长", f"一个词最多 {MAX_UNITS} 个字")

    def _fail_at(self, narrow: str, at: int) -> NoReturn:
        """The sign that could not be read, with what is likely meant."""
        sign = narrow[at]
        said = {
            "{": ("有“{”没有配对的“}”", "请补上“}”；花括号里不能再有花括号"),
            "}": ("有“}”没有配对的“{”", "请补上“{”，或删去“}”"),
            "|": ("“|”在花括号外", "几种写法要放在花括号里，例如 {引领|领导}"),
        }
        self._fail(*said.get(sign, (f"不认识“{sign}”", "请看词表开头的说明")))

    def _fail(self, problem: str, hint: str) -> NoReturn:
        shown = self.text if len(self.text) <= 200 else self.text[:200] + "……"
        raise LexiconError(f"模式“{shown}”{problem}", hint)


_TOO_MANY = f"最多 {MAX_ALTERNATIVES} 种，请分成几个模式"
