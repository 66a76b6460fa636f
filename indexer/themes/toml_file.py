"""A TOML file that people write by hand: strict reading, and every mistake explained.

``tomllib`` keeps no positions of values, but a user who made a mistake needs its
line.  A :class:`TomlFile` finds it again by looking through the lines of the
table that the value stands in.  All of its readers raise
:class:`~indexer.errors.LexiconError` with the file, the line and the hint.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any, NoReturn

from indexer.errors import LexiconError

Table = dict[str, Any]

_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


class TomlFile:
    """A file that consists of an array of tables ``[[name]]`` and few other keys.

    ``tables`` are the array's tables, ``others`` the values of the other keys.
    Raises :class:`~indexer.errors.LexiconError` for a syntax error, an unknown
    key and an array of another shape.
    """

    def __init__(self, text: str, source: str, name: str, others: Iterable[str] = ()) -> None:
        self._source = source
        self._lines = text.split("\n")  # as tomllib and editors count them
        opening = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
        self._openings = [n for n, line in enumerate(self._lines) if opening.match(line)]
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._fail_syntax(error)
        tables = data.pop(name, [])
        others = tuple(others)
        for key in data:
            if key not in others:
                known = "、".join([f"[[{name}]]", *others])
                self.fail(f"不认识的键“{key}”", f"文件里只能有 {known}", self.line(key))
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.fail(f"{name} 不是表的数组", f"每一项以一行 [[{name}]] 开头", self.line(name))
        self.tables: list[Table] = tables
        self.others: Table = data

    def known(self, table: Table, keys: Iterable[str], index: int) -> None:
        """Refuses keys that a table cannot have."""
        keys = tuple(keys)
        for key in table:
            if key not in keys:
                self.fail_in(index, f"不认识的键“{key}”", f"可用的键是 {'、'.join(keys)}", key)

    def text(self, table: Table, key: str, index: int) -> str:
        """A text that may be missing or empty."""
        value = table.get(key, "")
        if not isinstance(value, str):
            self.fail_in(index, f"{key} 的值 {value!r} 不是文字", "请加上双引号", key)
        return value.strip()

    def flag(self, table: Table, key: str, index: int) -> bool:
        """A truth value, false where it is missing."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fail_in(index, f"{key} 的值 {value!r} 不对", "请写 true 或 false", key)
        return value

    def array(self, table: Table, key: str, index: int) -> list[Any]:
        """An array, empty only where it is missing."""
        value = table.get(key, [])
        if not isinstance(value, list) or (key in table and not value):
            hint = "请写成方括号里的数组，不需要时删去这一行"
            self.fail_in(index, f"{key} 是空的或不是数组", hint, key)
        return value

    def strings(self, table: Table, key: str, index: int) -> tuple[str, ...]:
        """An array of texts."""
        values = self.array(table, key, index)
        for value in values:
            if not isinstance(value, str):
                message = f"{key} 里的 {value!r} 不是文字"
                self.fail_in(index, message, "请加上双引号", str(value), key)
        return tuple(values)

    def fail_in(
        self, index: int, message: str, hint: str, *needles: str, last: bool = False
    ) -> NoReturn:
        """Refuses something in a table: at the line where the first needle stands."""
        self.fail(message, hint, self._in_table(index, *needles, last=last))

    def fail(self, message: str, hint: str, line: int | None) -> NoReturn:
        """Refuses the file; ``line`` counts from 1."""
        place = f"{self._source} 第 {line} 行" if line else self._source
        raise LexiconError(f"{place}：{message}", hint)

    def line(self, needle: str) -> int | None:
        """The first line, counted from 1, that ``needle`` stands in."""
        return self._line(needle, range(len(self._lines)))

    def _in_table(self, index: int, *needles: str, last: bool) -> int | None:
        """The line, counted from 1, of the first needle that stands in a table."""
        if index >= len(self._openings):  # written as an inline array, all in one
            return None
        first = self._openings[index]
        following = self._openings[index + 1 : index + 2]
        lines = range(first, following[0] if following else len(self._lines))
        for needle in needles:
            line = self._line(needle, reversed(lines) if last else lines)
            if line is not None:
                return line
        return first + 1

    def _line(self, needle: str, lines: Iterable[int]) -> int | None:
        for n in lines:
            if needle in self._lines[n].partition("#")[0]:
                return n + 1
        return None

    def _fail_syntax(self, error: tomllib.TOMLDecodeError) -> NoReturn:
        position = _POSITION.search(str(error))
        detail = _POSITION.sub("", str(error))
        line = int(position[1]) if position and position[1] else len(self._lines)
        self.fail(f"不是合法的 TOML（{detail}）", "请检查这一行的引号、括号和逗号", line)
