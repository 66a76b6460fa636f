"""The theme file: TOML in, :class:`Theme` s out, and every mistake explained.

The format is described at the head of ``lexicon/themes.toml``; the user's own
file has the same.  Reading is strict: an unknown key, a phrase that could
never match, or one that leads to two themes raises
:class:`~indexer.errors.LexiconError` with the file, the line and what to do.
How a user's file and the packaged one become one lexicon is the matter of
:mod:`indexer.themes.merge`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from indexer.analysis.analyzer import ENDER
from indexer.analysis.phrases import phrase_key
from indexer.errors import LexiconError
from indexer.themes.pattern import (
    DEFAULT_GAP,
    MAX_ANY_ORDER,
    MAX_GAP,
    Pattern,
    alternatives,
    is_pattern,
    parse_pattern,
)
from indexer.themes.toml_file import Table, TomlFile

_RELATION_KEYS = ("broader", "related")
_RECORD_KEYS = ("include_record", "exclude_record")
_THEME_KEYS = (
    *("name", "description", "variants", "patterns", "exclude", "examples", "counterexamples"),
    *_RELATION_KEYS,
    *_RECORD_KEYS,
    *("automatic", "replace", "remove"),
)
_PATTERN_KEYS = ("phrases", "gap", "near", "not_near", "order", "within")
_DECISION_KEYS = ("record", "reason")

#: What a table does to a packaged theme of the same name.
Mode = Literal["extend", "replace", "remove"]


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """Somebody's decision on a single record, whatever its text says, and why."""

    record: str
    reason: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A named idea and how texts say it.

    ``phrases`` mean the theme as ``name`` does, ``patterns`` are phrases with
    gaps, and whatever overlaps a phrase of ``exclude`` doesn't count.
    ``examples`` are texts that carry the theme, ``counterexamples`` texts that do not.
    ``broader`` and ``related`` name other themes; they guide a reader and
    assign nothing.  ``included`` records carry the theme, ``excluded`` ones
    don't.  ``automatic`` marks a theme that was extracted from the corpus and
    that nobody has confirmed.  ``description`` says in one sentence what it is about.
    """

    name: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exclude: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    included: tuple[RecordDecision, ...] = ()
    excluded: tuple[RecordDecision, ...] = ()
    automatic: bool = False
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    description: str = ""

    @property
    def variants(self) -> tuple[str, ...]:
        """All ways to say it beside the name, a gap written ``…``."""
        return (*self.phrases, *(str(pattern) for pattern in self.patterns))

    @property
    def written(self) -> tuple[str, ...]:
        """The ways to say it as they are written one by one: phrases and written patterns."""
        return (*self.phrases, *(p.written for p in self.patterns if p.written))


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A table of a theme file: a theme, and what it does to a packaged one."""

    theme: Theme
    mode: Mode = "extend"


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme file, read: its tables, and the candidates that were rejected."""

    entries: tuple[ThemeEntry, ...] = ()
    rejected: tuple[str, ...] = ()

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of all tables, in file order."""
        return tuple(entry.theme for entry in self.entries)


def read_theme_file(text: str, source: str) -> ThemeFile:
    """What a file's ``text`` says; ``source`` names the file in errors.

    Raises :class:`~indexer.errors.LexiconError`.
    """
    return _Reader(text, source).read()


def parse_themes(text: str, source: str) -> tuple[Theme, ...]:
    """The themes of a file alone; raises :class:`~indexer.errors.LexiconError`."""
    return read_theme_file(text, source).themes


def _each(phrases: tuple[str, ...]) -> Iterator[str]:
    for phrase in phrases:
        yield from alternatives(phrase)


class _Reader:
    """One pass over a theme file."""

    def __init__(self, text: str, source: str) -> None:
        self._file = TomlFile(text, source, "theme", ["candidates"])
        self._owners: dict[tuple[str, ...], str] = {}

    def read(self) -> ThemeFile:
        entries = (self._entry(table, index) for index, table in enumerate(self._file.tables))
        return ThemeFile(tuple(entries), self._rejected())

    def _rejected(self) -> tuple[str, ...]:
        """``[candidates] rejected``: phrases that are not proposed again."""
        table = self._file.others.get("candidates", {})
        rejected = table.get("rejected", []) if isinstance(table, dict) else None
        strange = isinstance(table, dict) and table.keys() - {"rejected"}
        texts = isinstance(rejected, list) and all(isinstance(r, str) for r in rejected)
        if strange or not texts:
            hint = '请写成 [candidates] 一行，下一行 rejected = ["甲", "乙"]'
            self._file.fail("candidates 的写法不对", hint, self._file.line("candidates"))
        return tuple(rejected or ())

    def _entry(self, table: Table, index: int) -> ThemeEntry:
        file = self._file
        file.known(table, _THEME_KEYS, index)
        name = table.get("name")
        if not isinstance(name, str) or not name.strip():
            file.fail_in(index, "议题没有名称", '请写上 name = "议题名称"', "name")
        name = name.strip()
        replace, remove = (file.flag(table, key, index) for key in ("replace", "remove"))
        if remove:
            if table.keys() - {"name", "remove"}:
                hint = "remove = true 去掉一个议题；要改写它，请用 replace = true"
                file.fail_in(index, f"要去掉的议题“{name}”还写了别的键", hint, "remove")
            self._own(name, name, index)
            return ThemeEntry(Theme(name), "remove")
        return ThemeEntry(self._theme(name, table, index), "replace" if replace else "extend")

    def _theme(self, name: str, table: Table, index: int) -> Theme:
        file = self._file
        self._own(name, name, index)
        said = file.strings(table, "variants", index)
        phrases = tuple(each for each in said if not is_pattern(each))
        for phrase in phrases:
            self._own(phrase, name, index)
        written = (self._written(each, name, index) for each in said if is_pattern(each))
        exclude = file.strings(table, "exclude", index)
        for phrase in exclude:
            self._usable(phrase, index, shortest=2)
        tables = (self._pattern(p, name, index) for p in file.array(table, "patterns", index))
        broader, related = (self._relations(table, key, name, index) for key in _RELATION_KEYS)
        included, excluded = (self._decisions(table, key, index) for key in _RECORD_KEYS)
        for decision in excluded:
            if decision.record in {other.record for other in included}:
                message = f"记录“{decision.record}”既被列入又被排除"
                file.fail_in(index, message, "请只留一处", f'"{decision.record}"', last=True)
        return Theme(
            name,
            phrases,
            (*tables, *written),
            exclude,
            broader,
            related,
            included,
            excluded,
            file.flag(table, "automatic", index),
            file.strings(table, "examples", index),
            file.strings(table, "counterexamples", index),
            file.text(table, "description", index),
        )

    def _relations(self, table: Table, key: str, name: str, index: int) -> tuple[str, ...]:
        names = self._file.strings(table, key, index)
        for other in names:
            if phrase_key(other) == phrase_key(name):
                hint = "请删去它自己的名称"
                self._file.fail_in(index, f"{key} 里写了议题“{name}”自己", hint, key)
        return names

    def _decisions(self, table: Table, key: str, index: int) -> tuple[RecordDecision, ...]:
        file = self._file
        decisions: dict[str, RecordDecision] = {}
        for row in file.array(table, key, index):
            if not isinstance(row, dict):
                hint = f'请另起一行写 [[theme.{key}]]，下面写 record = "…" 和 reason = "…"'
                file.fail_in(index, f"{key} 的一项不是表", hint, key)
            file.known(row, _DECISION_KEYS, index)
            record, reason = (file.text(row, each, index) for each in _DECISION_KEYS)
            if not record or not reason:
                lacking = "record（记录编号）" if not record else "reason（理由）"
                hint = "列入或排除一条记录，都要写明记录编号和理由"
                file.fail_in(index, f"{key} 没有写 {lacking}", hint, f'"{record or reason}"', key)
            if record in decisions:
                message = f"{key} 里有两处记录“{record}”"
                file.fail_in(index, message, "请只留一处", f'"{record}"', last=True)
            decisions[record] = RecordDecision(record, reason)
        return tuple(decisions.values())

    def _written(self, text: str, theme: str, index: int) -> Pattern:
        """A way to say a theme that is written as a pattern."""
        try:
            pattern = parse_pattern(text)
        except LexiconError as error:
            self._file.fail_in(index, error.message, error.hint, text, text[:12])
        for phrase in (*_each(pattern.phrases), *pattern.company):
            self._usable(phrase, index, shortest=1)
        if len(pattern.phrases) == 1:
            for phrase in alternatives(pattern.phrases[0]):
                if self._owners.get(phrase_key(phrase)) != theme:
                    self._own(phrase, theme, index, text)
        return pattern

    def _pattern(self, table: Any, theme: str, index: int) -> Pattern:
        file = self._file
        if not isinstance(table, dict):
            hint = '请写成 { phrases = ["甲", "乙"], gap = 4 }'
            file.fail_in(index, "patterns 的一项不是表", hint, "patterns")
        file.known(table, _PATTERN_KEYS, index)
        phrases = file.strings(table, "phrases", index)
        near, not_near = (file.strings(table, key, index) for key in ("near", "not_near"))
        if len(phrases) < (1 if near else 2):
            hint = "只有一个短语时请写进 variants，或用 near 写明同一句里还要有什么"
            file.fail_in(index, "模式少于两个短语", hint, *(phrases or ("phrases",)))
        for phrase in phrases:
            if not all(each.strip() for each in alternatives(phrase)):
                message = f"短语“{phrase}”里有空的一项"
                file.fail_in(index, message, "“|”的两边都要有短语", f'"{phrase}"')
        if len(phrases) == 1:
            for phrase in alternatives(phrases[0]):
                self._own(phrase, theme, index)
        for phrase in (*_each(phrases), *near, *not_near):
            self._usable(phrase, index, shortest=1)
        any_order = self._choice(table, "order", ("given", "any"), index) == "any"
        one_clause = self._choice(table, "within", ("sentence", "clause"), index) == "clause"
        if any_order and len(phrases) > MAX_ANY_ORDER:
            hint = f"次序不定的模式最多 {MAX_ANY_ORDER} 个短语，请分成几个模式"
            file.fail_in(index, f"模式有 {len(phrases)} 个短语", hint, phrases[0], "order")
        return Pattern(phrases, self._gap(table, index), near, not_near, any_order, one_clause)

    def _gap(self, table: Table, index: int) -> int:
        gap = table.get("gap", DEFAULT_GAP)
        if not isinstance(gap, int) or isinstance(gap, bool) or not 0 <= gap <= MAX_GAP:
            hint = f"请写 0 到 {MAX_GAP} 的整数"
            self._file.fail_in(index, f"gap 的值 {gap!r} 不对", hint, f"gap = {gap}", "gap")
        return gap

    def _choice(self, table: Table, key: str, allowed: tuple[str, ...], index: int) -> str:
        """One of the ``allowed`` words, the first where the key is missing."""
        value = table.get(key, allowed[0])
        if value not in allowed:
            hint = "请写 " + " 或 ".join(f'"{word}"' for word in allowed)
            self._file.fail_in(index, f"{key} 的值 {value!r} 不对", hint, key)
        return str(value)

    def _own(self, phrase: str, theme: str, index: int, written: str = "") -> None:
        """Makes ``phrase`` lead to ``theme``, and to no other; it may stand in a pattern."""
        key = self._usable(phrase, index, shortest=2)
        if key in self._owners:
            message = f"“{phrase}”已经用在议题“{self._owners[key]}”里"
            hint = "每个名称和短语只能写一次，请删去其中一处"
            if phrase == theme:
                self._file.fail_in(index, message, hint, "name")
            self._file.fail_in(index, message, hint, f'"{written or phrase}"', phrase, last=True)
        self._owners[key] = theme

    def _usable(self, phrase: str, index: int, *, shortest: int) -> tuple[str, ...]:
        """The key of a phrase that can match, and not on every character."""
        key = phrase_key(phrase)
        if ENDER in key:
            hint = "短语不能跨句，请去掉句末标点，或改用 patterns"
            message = f"短语“{phrase}”里有句末标点"
            self._file.fail_in(index, message, hint, f'"{phrase}"', phrase)
        if len("".join(key)) < shortest:
            hint = f"短语至少要有 {shortest} 个字"
            self._file.fail_in(index, f"短语“{phrase}”太短", hint, f'"{phrase}"', phrase)
        return key
