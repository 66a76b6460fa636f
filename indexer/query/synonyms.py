"""Synonyms and abbreviations: other ways to write what was asked for.

A rule says that one term may be looked for as another: both ways
(居委会 ↔ 居民委员会) or one way, everywhere or only in some fields.  The rules
come from ``lexicon/synonyms.toml`` and from a file of the same form in the
user's home; the format is described at the head of the packaged file.

:meth:`Synonyms.alternatives` rewrites a chunk of a query: wherever a term
stands in it as a whole word, its synonyms may stand instead.  What comes out
is never mixed into the query silently: the alternatives hang on the chunk
(:attr:`indexer.query.tree.Chunk.alternatives`), the interpretation names them, a
hit by one of them counts as a word match, and the user can switch them off.
Quoted text is never rewritten.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from indexer.analysis.analyzer import Analyzer, literal_units
from indexer.analysis.phrases import PhraseTrie, Place, phrase_key
from indexer.errors import LexiconError
from indexer.query.tree import Alternative, TextField

#: No chunk gets more alternatives than this.
MAX_ALTERNATIVES = 8
_KEYS = frozenset({"terms", "term", "means", "fields"})
_TABLE = re.compile(r"\s*\[\[\s*synonym\s*\]\]")
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """A query for ``term`` also finds ``means``; ``fields`` empty: anywhere."""

    term: str
    means: str
    fields: tuple[TextField, ...] = ()


def parse_synonyms(text: str, source: str) -> tuple[SynonymRule, ...]:
    """The rules of a file's ``text``; ``source`` names the file in errors.

    Raises :class:`~indexer.errors.LexiconError` with the file, the line and
    the hint.
    """
    lines = text.splitlines()
    tables = [number for number, line in enumerate(lines, 1) if _TABLE.match(line)]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found else len(lines)
        _fail(source, line, f"不是合法的 TOML（{error}）", "请检查这一行的引号、括号和逗号")
    rows = data.pop("synonym", [])
    if data or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        _fail(source, 1, "文件里只能有 [[synonym]] 表", "每条同义词以一行 [[synonym]] 开头")
    rules: list[SynonymRule] = []
    for index, row in enumerate(rows):
        line = tables[index] if index < len(tables) else 1
        rules.extend(_rules(row, source, line))
    return tuple(dict.fromkeys(rules))


def _rules(row: dict[str, Any], source: str, line: int) -> Iterator[SynonymRule]:
    if unknown := row.keys() - _KEYS:
        hint = "可用的键是 terms，或 term 与 means，以及 fields"
        _fail(source, line, f"不认识的键“{min(unknown)}”", hint)
    fields = _strings(row, "fields", source, line) if "fields" in row else ()
    for field in fields:
        if field not in get_args(TextField):
            _fail(source, line, f"不认识的字段“{field}”", f"可用：{' '.join(get_args(TextField))}")
    if "terms" in row:
        terms = _strings(row, "terms", source, line)
        if len(terms) < 2 or "term" in row or "means" in row:
            _fail(source, line, "terms 要有两个以上的词，且不与 term、means 同用", "请补上或分开写")
        pairs: Iterable[tuple[str, str]] = itertools.permutations(terms, 2)
    else:
        term = row.get("term")
        if not isinstance(term, str):
            _fail(
                source, line, "没有写 terms，也没有写 term", '例如 terms = ["居委会", "居民委员会"]'
            )
        _check(term, source, line)
        pairs = ((term, other) for other in _strings(row, "means", source, line))
    for term, other in pairs:
        yield SynonymRule(term, other, fields)  # type: ignore[arg-type]  # checked above


def _strings(row: dict[str, Any], key: str, source: str, line: int) -> tuple[str, ...]:
    values = row.get(key)
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        _fail(source, line, f"{key} 不是带引号的词的数组", f'请写成 {key} = ["甲", "乙"]')
    if key != "fields":
        for value in values:
            _check(value, source, line)
    return tuple(values)


def _check(term: str, source: str, line: int) -> None:
    if len("".join(phrase_key(term))) < 2:
        _fail(source, line, f"“{term}”太短", "同义词至少要有两个字")


def _fail(source: str, line: int, message: str, hint: str) -> NoReturn:
    raise LexiconError(f"{source} 第 {line} 行：{message}", hint)


class Synonyms:
    """An immutable set of rules; threads may share it."""

    def __init__(self, rules: Iterable[SynonymRule]) -> None:
        self.rules = tuple(dict.fromkeys(rules))
        self._by_key: dict[tuple[str, ...], list[SynonymRule]] = {}
        for rule in self.rules:
            self._by_key.setdefault(phrase_key(rule.term), []).append(rule)
        self._trie = PhraseTrie(self._by_key)
        said = "\0".join(map(repr, self.rules))
        self.stamp = hashlib.sha256(said.encode()).hexdigest()[:16]

    def terms(self) -> tuple[str, ...]:
        """Every term and every meaning, once."""
        return tuple(dict.fromkeys(t for rule in self.rules for t in (rule.term, rule.means)))

    def of(self, text: str) -> tuple[str, ...]:
        """The synonyms of a term."""
        return tuple(rule.means for rule in self._by_key.get(phrase_key(text), ()))

    def alternatives(self, text: str, analyzer: Analyzer) -> tuple[Alternative, ...]:
        """The ways to write ``text`` with synonyms for terms in it, at most eight."""
        units = literal_units(text)
        places = self._whole_words(text, analyzer)
        if not places:
            return ()
        choices = [(None, *self._by_key[place.key]) for place in places]
        found: list[Alternative] = []
        for chosen in itertools.product(*choices):
            rules = [rule for rule in chosen if rule is not None]
            if not rules or len(found) == MAX_ALTERNATIVES:
                continue
            written, after = "", 0
            for place, rule in zip(places, chosen, strict=True):
                start, end = units[place.first].start, units[place.stop - 1].end
                written += text[after:start] + (rule.means if rule else text[start:end])
                after = end
            scopes = [set(rule.fields) for rule in rules if rule.fields]
            fields = sorted(set.intersection(*scopes)) if scopes else ()
            if fields or not scopes:
                found.append(Alternative(written + text[after:], tuple(fields)))
        return tuple(dict.fromkeys(found))

    def _whole_words(self, text: str, analyzer: Analyzer) -> list[Place]:
        """Terms that begin and end where words do; leftmost, longest, not overlapping."""
        units = literal_units(text)
        spotted = list(self._trie.scan([unit.text for unit in units]))
        if not spotted:
            return []
        words = analyzer.segments(text)
        starts, ends = {word.start for word in words}, {word.end for word in words}
        places: list[Place] = []
        for place in sorted(spotted, key=lambda p: (p.first, -p.stop)):
            whole = units[place.first].start in starts and units[place.stop - 1].end in ends
            if whole and (not places or place.first >= places[-1].stop):
                places.append(place)
        return places
