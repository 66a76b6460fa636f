"""Highlights and snippets: ranges first, HTML last.

:func:`highlight` says which ranges of a record's texts to mark for a query
tree; they are computed from the same tokens as the index, so what is marked
is what was searched.  A chunk that stands literally is marked as one span
from its first to its last unit; only where it stands nowhere literally are
its single words marked.  :func:`snippet` turns a text and its ranges into
HTML in which everything but ``<mark>`` is escaped, cut at sentence or clause
bounds where the text is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from indexer.analysis.analyzer import (
    ENDER,
    ENDERS,
    SINGLE,
    Analyzer,
    as_literal,
)
from indexer.analysis.folding import fold
from indexer.query.tree import Chunk, Node, Phrase, chunks_of, rewritten
from indexer.query.unit_row import UnitRow, unit_row
from indexer.results.record import IndexRecord
from indexer.results.spans import Range, mark, merge
from indexer.results.texts import BREAK, Found, Texts
from indexer.schema import DEFAULT_FIELDS, text_of

#: A snippet holds at most about this many characters of the text.
SNIPPET_SIZE = 160
_CLAUSE = regex.compile(r"[^。！？；，、：!?;,:\n]*[。！？；，、：!?;,:\n]+[”’」』）)]*|.+$")

# Between two units stands what is neither unit nor sentence ender.
_SKIPPED = rf"[^{SINGLE}{ENDERS}]*+"
_ENDER_RUN = rf"(?<![{ENDERS}]{_SKIPPED})[{ENDERS}](?:{_SKIPPED}[{ENDERS}])*+"
_RUNS = ("[0-9]", "[a-z]")

#: The ranges of a record by field.
Marks = dict[str, tuple[Range, ...]]
_NO_PATTERN = regex.compile(r"(?!)")


def highlight(tree: Node, entry: IndexRecord, analyzer: Analyzer) -> Marks:
    """What to mark in the record's default fields, sorted and disjoint."""
    (marks,) = highlights(tree, (entry,), analyzer)
    return marks


def highlights(tree: Node, entries: Sequence[IndexRecord], analyzer: Analyzer) -> list[Marks]:
    """What to mark in each of some records."""
    plan = _plan(tree)
    if not plan or not entries:
        return [dict.fromkeys(DEFAULT_FIELDS, ()) for _ in entries]
    texts = Texts(entries)
    marks: list[dict[str, list[Range]]] = [{field: [] for field in DEFAULT_FIELDS} for _ in entries]
    for ways in plan:
        for at, fields in _found(texts, ways, range(len(entries)), analyzer).items():
            for field, ranges in fields.items():
                marks[at][field].extend(ranges)
    return [{field: merge(own) if own else () for field, own in each.items()} for each in marks]


def _found(texts: Texts, ways: tuple[_Wanted, ...], entries: range, analyzer: Analyzer) -> Found:
    """Where a chunk stands, of which ``ways`` has what was typed and other ways to write it."""
    # What was typed goes before its synonyms, a whole phrase before its words.
    chunk, *others = ways
    found = texts.literal(chunk.pattern, chunk.fields, apart=chunk.apart)
    missing = [at for at in entries if at not in found]
    if missing and others:
        _unite(found, missing, [texts.literal(o.pattern, o.fields, apart=o.apart) for o in others])
        missing = [at for at in missing if at not in found]
    if missing and chunk.by_words:
        among = frozenset(missing)
        words = [
            texts.words(_leaves(each.text, analyzer), each.fields, among, analyzer) for each in ways
        ]
        _unite(found, missing, words)
    return found


def _unite(found: Found, missing: Iterable[int], parts: Sequence[Found]) -> None:
    """Adds for some records what any of the ``parts`` has of them."""
    for at in missing:
        for part in parts:
            for field, ranges in part.get(at, {}).items():
                found.setdefault(at, {}).setdefault(field, []).extend(ranges)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to look for of one chunk: a pattern over folded text, or words.

    ``apart``: the pattern may match what stands between two texts.
    """

    text: str
    fields: tuple[str, ...]
    pattern: regex.Pattern[str]
    by_words: bool
    apart: bool


@lru_cache(maxsize=1024)
def _plan(tree: Node) -> tuple[tuple[_Wanted, ...], ...]:
    """The chunks of a tree, each followed by the ways in which it may be written as well."""
    return tuple(
        tuple(_wanted(each) for each in (chunk, *rewritten(chunk))) for chunk in chunks_of(tree)
    )


def _wanted(chunk: Chunk | Phrase) -> _Wanted:
    fields = DEFAULT_FIELDS if chunk.field is None else tuple({chunk.field} & {*DEFAULT_FIELDS})
    row = unit_row(chunk)
    pattern = literal_pattern(row, chunk.prefix)
    return _Wanted(chunk.text, fields, pattern, isinstance(chunk, Chunk), BREAK in row.units)


@lru_cache(maxsize=4096)
def literal_pattern(row: UnitRow, prefix: bool) -> regex.Pattern[str]:
    """Finds ``row`` in folded text where its units stand one after the other.

    With ``prefix`` a last unit that is the beginning of a run is marked with all of it.
    """
    if not row.units:
        return _NO_PATTERN
    last = len(row.units) - 1
    pieces = (
        _unit(unit, row.opens and at == 0, row.closes and at == last, prefix)
        for at, unit in enumerate(row.units)
    )
    first, *others = pieces
    # The set is written once and called from then on, since compiling it takes longest.
    skipped = f"(?P<skipped>{_SKIPPED})" if others else ""
    return regex.compile("(?V1)" + first + skipped + "(?&skipped)".join(others))


def _unit(unit: str, opens: bool, closes: bool, prefix: bool) -> str:
    if unit == ENDER:
        return _ENDER_RUN
    for kind in _RUNS:
        if regex.fullmatch(f"{kind}+", unit):
            end = f"(?!{kind})" if not closes else f"{kind}*+" if prefix else ""
            return ("" if opens else f"(?<!{kind})") + unit + end
    return regex.escape(unit)


@lru_cache(maxsize=4096)
def _leaves(text: str, analyzer: Analyzer) -> frozenset[str]:
    return frozenset(word.text for word in analyzer.leaf_words(text))


def clause_marks(text: str, clause: Chunk | Phrase) -> tuple[Range, ...]:
    """Where a clause stands literally in any text."""
    folded = fold(text)
    found = _wanted(clause).pattern.finditer(as_literal(folded.text))
    spans = (match.span() for match in found)
    return merge((folded.starts[start], folded.ends[end - 1]) for start, end in spans)


def snippets(entry: IndexRecord, marks: Mapping[str, Sequence[Range]]) -> dict[str, str]:
    """A snippet of each default field."""
    return {field: snippet(text_of(entry, field), marks[field]) for field in DEFAULT_FIELDS}


def snippet(text: str, marks: Sequence[Range], size: int = SNIPPET_SIZE) -> str:
    """HTML of the part of ``text`` with most marks, about ``size`` characters.

    ``…`` shows where something was left out.
    """
    if len(text) <= size:
        return mark(text, marks)
    start, end = _window(text, marks, size)
    html = mark(text, marks, start, end)
    return ("…" if start > 0 else "") + html + ("…" if end < len(text) else "")


def _window(text: str, marks: Sequence[Range], size: int) -> Range:
    """The run of whole clauses with most marks that fits; a hard cut if none does."""
    clauses = [match.span() for match in _CLAUSE.finditer(text)] or [(0, len(text))]
    best, best_marks = (0, 0), -1
    left = 0
    for right, (_, end) in enumerate(clauses):
        while end - clauses[left][0] > size and left < right:
            left += 1
        start = clauses[left][0]
        held = sum(start <= first and last <= end for first, last in marks)
        longer = held == best_marks and start == best[0]
        if end - start <= size and (held > best_marks or longer):
            best, best_marks = (start, end), held
    if best_marks > 0 or (best_marks == 0 and not marks):
        return best
    first = marks[0][0] if marks else 0
    start = max(0, min(first - size // 4, len(text) - size))
    return start, start + size
