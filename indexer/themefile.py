"""The theme file: TOML in, :class:`Theme` s out, and every mistake explained.

The format is described at the head of ``lexicon/themes.toml``.  Reading is
strict: an unknown key, a phrase that could never match, or one that leads to
two themes raises :class:`~indexer.errors.LexiconError` with the file, the line
and what to do.  ``tomllib`` keeps no positions of values, so lines are found
again by looking through the table that the value stands in.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from indexer.analysis import ENDER
from indexer.errors import LexiconError
from indexer.phrases import phrase_key

DEFAULT_GAP = 5
MAX_GAP = 30

_THEME_KEYS = ("name", "variants", "patterns", "exclude")
_PATTERN_KEYS = ("phrases", "gap")
_TABLE = re.compile(r"\s*\[\[\s*theme\s*\]\]")
_TOML_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases in order within one sentence, at most ``gap`` units apart."""

    phrases: tuple[str, ...]
    gap: int = DEFAULT_GAP

    def __str__(self) -> str:
        return "…".join(self.phrases)


@dataclass(frozen=True, slots=True)
class Theme:
    """A named idea and how texts say it.

    ``phrases`` mean the theme as ``name`` does, ``patterns`` are phrases with
    gaps, and whatever overlaps a phrase of ``exclude`` doesn't count.
    """

    name: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def variants(self) -> tuple[str, ...]:
        """All ways to say it beside the name, a gap written ``…``."""
        return (*self.phrases, *(str(pattern) for pattern in self.patterns))


def parse_themes(text: str, source: str) -> tuple[Theme, ...]:
    """The themes of a file's ``text``; ``source`` names the file in errors.

    Raises :class:`~indexer.errors.LexiconError`.
    """
    return _Reader(text, source).themes()


class _Reader:
    """One pass over a theme file, with its lines at hand for errors."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        self._lines = text.splitlines()
        self._tables = [n for n, line in enumerate(self._lines) if _TABLE.match(line)]
        self._owners: dict[tuple[str, ...], str] = {}

    def themes(self) -> tuple[Theme, ...]:
        try:
            data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            self._fail_syntax(error)
        for key in data:
            if key != "theme":
                hint = "文件里只能有 [[theme]] 表"
                self._fail(f"不认识的键“{key}”", hint, self._line(key, 0, len(self._lines)))
        tables = data.get("theme", [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self._fail(
                "theme 不是表的数组",
                "每个议题以一行 [[theme]] 开头",
                self._line("theme", 0, len(self._lines)),
            )
        return tuple(self._theme(table, index) for index, table in enumerate(tables))

    def _theme(self, table: dict[str, Any], index: int) -> Theme:
        self._known(table, _THEME_KEYS, index)
        name = table.get("name")
        if not isinstance(name, str) or not name.strip():
            hint = '请写上 name = "议题名称"'
            self._fail("议题没有名称", hint, self._in_table(index, "name"))
        self._own(name, name, index)
        phrases = self._strings(table, "variants", index)
        for phrase in phrases:
            self._own(phrase, name, index)
        exclude = self._strings(table, "exclude", index)
        for phrase in exclude:
            self._usable(phrase, index, shortest=2)
        patterns = self._array(table, "patterns", index)
        return Theme(name, phrases, tuple(self._pattern(p, index) for p in patterns), exclude)

    def _pattern(self, table: Any, index: int) -> Pattern:
        if not isinstance(table, dict):
            hint = '请写成 { phrases = ["甲", "乙"], gap = 4 }'
            self._fail("patterns 的一项不是表", hint, self._in_table(index, "patterns"))
        self._known(table, _PATTERN_KEYS, index)
        phrases = self._strings(table, "phrases", index)
        if len(phrases) < 2:
            line = self._in_table(index, *(phrases or ("phrases",)))
            self._fail("模式少于两个短语", "只有一个短语时请写进 variants", line)
        for phrase in phrases:
            self._usable(phrase, index, shortest=1)
        gap = table.get("gap", DEFAULT_GAP)
        if not isinstance(gap, int) or isinstance(gap, bool) or not 0 <= gap <= MAX_GAP:
            line = self._in_table(index, phrases[0], "gap")
            self._fail(f"gap 的值 {gap!r} 不对", f"请写 0 到 {MAX_GAP} 的整数", line)
        return Pattern(phrases, gap)

    def _own(self, phrase: str, theme: str, index: int) -> None:
        """Makes ``phrase`` lead to ``theme``, and to no other."""
        key = self._usable(phrase, index, shortest=2)
        if key in self._owners:
            message = f"“{phrase}”已经用在议题“{self._owners[key]}”里"
            hint = "每个名称和短语只能写一次，请删去其中一处"
            self._fail(message, hint, self._in_table(index, f'"{phrase}"', phrase, last=True))
        self._owners[key] = theme

    def _usable(self, phrase: str, index: int, *, shortest: int) -> tuple[str, ...]:
        """The key of a phrase that can match, and not on every character."""
        key = phrase_key(phrase)
        line = self._in_table(index, f'"{phrase}"', phrase)
        if ENDER in key:
            hint = "短语不能跨句，请去掉句末标点，或改用 patterns"
            self._fail(f"短语“{phrase}”里有句末标点", hint, line)
        if len("".join(key)) < shortest:
            hint = f"短语至少要有 {shortest} 个字"
            self._fail(f"短语“{phrase}”太短", hint, line)
        return key

    def _known(self, table: dict[str, Any], keys: tuple[str, ...], index: int) -> None:
        for key in table:
            if key not in keys:
                hint = f"可用的键是 {'、'.join(keys)}"
                self._fail(f"不认识的键“{key}”", hint, self._in_table(index, key))

    def _array(self, table: dict[str, Any], key: str, index: int) -> list[Any]:
        value = table.get(key, [])
        if not isinstance(value, list) or (key in table and not value):
            hint = "请写成方括号里的数组，不需要时删去这一行"
            self._fail(f"{key} 是空的或不是数组", hint, self._in_table(index, key))
        return value

    def _strings(self, table: dict[str, Any], key: str, index: int) -> tuple[str, ...]:
        values = self._array(table, key, index)
        for value in values:
            if not isinstance(value, str):
                line = self._in_table(index, str(value), key)
                self._fail(f"{key} 里的 {value!r} 不是文字", "请加上双引号", line)
        return tuple(values)

    def _in_table(self, index: int, *needles: str, last: bool = False) -> int | None:
        """The line, counted from 1, of the first needle that stands in a table."""
        if index >= len(self._tables):  # themes in one inline array have no tables of their own
            return None
        first = self._tables[index]
        stop = self._tables[index + 1] if index + 1 < len(self._tables) else len(self._lines)
        found = [self._line(needle, first, stop, last=last) for needle in needles]
        return next((line for line in found if line is not None), first + 1)

    def _line(self, needle: str, first: int, stop: int, *, last: bool = False) -> int | None:
        lines = range(first, stop)
        for n in reversed(lines) if last else lines:
            if needle in self._lines[n].partition("#")[0]:
                return n + 1
        return None

    def _fail_syntax(self, error: tomllib.TOMLDecodeError) -> NoReturn:
        position = _TOML_POSITION.search(str(error))
        detail = _TOML_POSITION.sub("", str(error))
        line = int(position[1]) if position and position[1] else len(self._lines)
        self._fail(f"不是合法的 TOML（{detail}）", "请检查这一行的引号、括号和逗号", line)

    def _fail(self, message: str, hint: str, line: int | None) -> NoReturn:
        place = f"{self._source} 第 {line} 行" if line else self._source
        raise LexiconError(f"{place}：{message}", hint)
