"""Completing what is being typed.

:func:`build_suggestions` collects, when an index is built, what there is to
suggest: the words of the index, the themes that records carry (with the
phrases that mean them), the units, the titles of records and of policies.
:class:`Completer` completes the last chunk, literal or field value in the
search box from them, by its beginning in Chinese, traditional or simplified,
or by pinyin: in full (``sanshe``), by initials (``ssld``), both mixed
(``sansheld``), or behind Han characters that stand already (``三社ld``).

What has been typed in full comes first, then what most records carry; among
equals a theme before a unit, a title, a word, and the shorter before the
longer.  A count says how many records carry the word, theme, unit or title.
Themes and policy titles become conditions (``议题:三社联动``), for that is where
they are found; everything else becomes text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from corpus.places.short_names import short_forms
from indexer.analysis.pinyin import syllables, typed
from indexer.engines.base import IndexReader
from indexer.linguistics import Linguistics
from indexer.query.lexer import Lexeme, Scope, lex
from indexer.query.rendering import FIELD_NAMES, render_text
from indexer.results.model import IndexRecord, Suggestion
from indexer.suggest.term_book import (
    KINDS,
    MAX_KEY,
    BookEntry,
    EntryKind,
    Numbers,
    TermBook,
    key_of,
    term_book_arrays,
)
from indexer.themes.lexicon import ThemeLexicon

DEFAULT_COMPLETIONS = 10
MAX_COMPLETIONS = 20
#: The box's text is looked at up to here; a query may be no longer either.
_MAX_TYPED = 1000
#: What may stand in a field; where no field is named, everything may be meant.
_KINDS_IN: Mapping[Scope, tuple[EntryKind, ...]] = {
    "title": ("title", "term"),
    "body": ("term",),
    "unit": ("unit", "term"),
    "policy": ("policy", "term"),
    "theme": ("theme",),
    "keyword": ("term",),
}
_HAN_THEN_LATIN = regex.compile(r"(.*\p{Han})([a-z]+)")
#: Words worth suggesting: with Han characters or Latin letters, and not only one of them.
TERM = regex.compile(r"(?=.*[\p{Han}a-z])..+")


def build_suggestions(reader: IndexReader, known: Linguistics) -> dict[str, NDArray[Any]]:
    """What an index has to suggest, as the arrays of a term book."""
    return term_book_arrays(_entries(reader, known))


def _entries(reader: IndexReader, known: Linguistics) -> Iterator[BookEntry]:
    for word, count in reader.terms():
        if TERM.fullmatch(word) and word not in known.analyzer.stop_words:
            yield BookEntry(word, "term", count)
    themes, titles, policies = Counter[str](), Counter[str](), Counter[str]()
    units: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for found in reader.scan():
        record = found.record
        themes.update(list(record.themes))
        policies[record.policy.title] += 1
        if record.record.title:
            titles[record.record.title] += 1
        if record.record.unit:
            units[record.record.unit, _starts(record)] += 1
    yield from _themes(known.themes, themes)
    yield from (BookEntry(unit, "unit", n, starts=starts) for (unit, starts), n in units.items())
    yield from (BookEntry(title, "title", count) for title, count in titles.items())
    yield from (BookEntry(title, "policy", count) for title, count in policies.items())


def _themes(lexicon: ThemeLexicon, counts: Mapping[str, int]) -> Iterator[BookEntry]:
    """Themes that records carry, by name and by the phrases that mean them."""
    for theme in lexicon.themes:
        if count := counts.get(theme.name, 0):
            for name in dict.fromkeys((theme.name, *theme.phrases)):
                yield BookEntry(name, "theme", count, group=theme.name)


def _starts(entry: IndexRecord) -> tuple[int, ...]:
    """Where one may begin to type a unit: at its beginning, its city, its county."""
    unit, region = entry.record.unit or "", entry.record.region
    code = (region.code if region else None) or ""
    names: list[str] = []
    for name, own in ((region.city, f"{code[:4]}00"), (region.county, code)) if region else ():
        if name:
            names += [name, *short_forms(name, own)]
    places = (unit.find(name) for name in names)
    return tuple(sorted({0, *(place for place in places if place > 0)}))


class Completer:
    """Completes the text of a search box.  Immutable; threads may share it."""

    def __init__(self, book: TermBook) -> None:
        self._book = book

    def complete(self, text: str, limit: int = DEFAULT_COMPLETIONS) -> tuple[Suggestion, ...]:
        """At most ``limit`` ways to go on typing; what stands before is kept.

        Nothing is suggested behind a blank, or for a chunk that is closed.
        """
        last, scope, before = _last_operand(text)
        if last is None or (scope is not None and scope not in _KINDS_IN):
            return ()
        key = key_of(last.text)
        if not key or len(key) > MAX_KEY:
            return ()
        kinds = KINDS if scope is None else _KINDS_IN[scope]
        found: dict[str, Suggestion] = {}
        for entry in self._find(key, kinds):
            suggestion = _suggestion(entry, before, scope, last.kind == "literal")
            found.setdefault(suggestion.query, suggestion)
            if len(found) == limit:
                break
        return tuple(found.values())

    def _find(self, key: str, kinds: tuple[EntryKind, ...]) -> Iterator[BookEntry]:
        """The best entries for what was typed, each group once."""
        seen: set[int] = set()
        for numbers in self._found(key):
            if len(kinds) < len(KINDS):
                allowed = [KINDS.index(kind) for kind in kinds]
                numbers = numbers[np.isin(self._book.kinds[numbers], allowed)]
            for number in _smallest_first(numbers):
                group = int(self._book.groups[number])
                entry = self._book.entry(number)
                # There is nothing to complete in a text that is there already.
                if group in seen or (entry.kind != "theme" and key_of(entry.text) == key):
                    continue
                seen.add(group)
                yield entry

    def _found(self, key: str) -> Iterator[Numbers]:
        """Entries that fit what was typed, better ways to fit first."""
        for spelling in dict.fromkeys((key, typed(key))):
            yield from self._book.beginning(spelling)
        if mixed := _HAN_THEN_LATIN.fullmatch(key):
            begun, longer = self._book.beginning("".join(syllables(mixed[1])) + mixed[2])
            by_pinyin = np.concatenate([begun, longer])
            yield np.intersect1d(by_pinyin, np.concatenate(self._book.beginning(mixed[1])))


def _smallest_first(numbers: Numbers) -> Iterator[int]:
    """Distinct numbers in order; the first ones without sorting all."""
    done, size = -1, 256
    while size < len(numbers):
        for number in np.unique(np.partition(numbers, size)[:size]).tolist():
            if number > done:
                yield number
                done = number
        size *= 16
    yield from (number for number in np.unique(numbers).tolist() if number > done)


def _last_operand(text: str) -> tuple[Lexeme | None, Scope | None, str]:
    """The chunk or open literal at the end, its field, and what stands before it."""
    lexemes, warnings = lex(text[:_MAX_TYPED])
    last = lexemes[-1] if lexemes and len(text) <= _MAX_TYPED else None
    if last is None or last.prefix:
        return None, None, text
    at_end = last.start + len(last.text) == len(text)
    is_open = any(warning.code == "unclosed-quote" for warning in warnings)
    if not (last.kind == "text" and at_end) and not (last.kind == "literal" and is_open):
        return None, None, text
    scope = lexemes[-2].scope if len(lexemes) > 1 and lexemes[-2].kind == "field" else None
    return last, scope, text[: last.start]


def _suggestion(entry: BookEntry, before: str, scope: Scope | None, literal: bool) -> Suggestion:
    """An entry as the box's next text."""
    name = ""
    if scope is None and entry.kind in ("theme", "policy") and not literal:
        name = FIELD_NAMES["theme" if entry.kind == "theme" else "policy"] + ":"
    query = before + name + render_text(entry.text, quoted=literal)
    kind = "title" if entry.kind == "policy" else entry.kind
    return Suggestion(kind, query, entry.text, entry.count)
