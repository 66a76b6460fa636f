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
from html import escape

import regex

from indexer.analysis import Analyzer, Token, literal_texts, literal_units
from indexer.query import Chunk, Node, Phrase, chunks_of, rewritten
from indexer.results import IndexRecord, Range
from indexer.schema import DEFAULT_FIELDS, text_of

#: A snippet holds at most about this many characters of the text.
SNIPPET_SIZE = 160
_CLAUSE = regex.compile(r"[^。！？；，、：!?;,:\n]*[。！？；，、：!?;,:\n]+[”’」』）)]*|.+$")


def highlight(tree: Node, entry: IndexRecord, analyzer: Analyzer) -> dict[str, tuple[Range, ...]]:
    """What to mark in the record's default fields, sorted and disjoint."""
    chunks = tuple(chunks_of(tree))
    if not chunks:
        return dict.fromkeys(DEFAULT_FIELDS, ())
    texts = {field: text_of(entry, field) for field in DEFAULT_FIELDS}
    marks: dict[str, list[Range]] = {field: [] for field in DEFAULT_FIELDS}
    units = {field: literal_units(text) for field, text in texts.items()}
    for chunk in chunks:
        found = _literal_marks(units, chunk)
        # What was typed goes before its synonyms, a whole phrase before its words.
        others = rewritten(chunk)
        if not any(found.values()):
            found = _united(_literal_marks(units, other) for other in others)
        if not any(found.values()) and isinstance(chunk, Chunk):
            found = _united(_word_marks(texts, each, analyzer) for each in (chunk, *others))
        for field, ranges in found.items():
            marks[field].extend(ranges)
    return {field: merge(ranges) for field, ranges in marks.items()}


def literal_ranges(units: Sequence[Token], wanted: list[str], prefix: bool) -> list[Range]:
    """Where ``wanted`` stands unit after unit; leftmost, not overlapping.

    With ``prefix`` the last unit may be the beginning of a longer one.
    """
    if not wanted:
        return []
    have = [unit.text for unit in units]
    *head, last = wanted
    size = len(wanted)
    ranges: list[Range] = []
    at = 0
    while at + size <= len(have):
        tail = have[at + size - 1]
        if have[at] == wanted[0] or (size == 1 and prefix):
            fits = tail == last or (prefix and tail.startswith(last))
            if fits and have[at : at + size - 1] == head:
                ranges.append((units[at].start, units[at + size - 1].end))
                at += size
                continue
        at += 1
    return ranges


_Marks = dict[str, list[Range]]


def _shown(chunk: Chunk | Phrase) -> tuple[str, ...]:
    """The default fields that the chunk is searched in."""
    return DEFAULT_FIELDS if chunk.field is None else tuple({chunk.field} & {*DEFAULT_FIELDS})


def _literal_marks(units: Mapping[str, Sequence[Token]], chunk: Chunk | Phrase) -> _Marks:
    wanted = literal_texts(chunk.text)
    return {f: literal_ranges(units[f], wanted, chunk.prefix) for f in _shown(chunk)}


def _word_marks(texts: Mapping[str, str], chunk: Chunk, analyzer: Analyzer) -> _Marks:
    wanted = {word.text for word in analyzer.leaf_words(chunk.text)}
    return {
        field: [(w.start, w.end) for w in analyzer.words(texts[field]) if w.text in wanted]
        for field in _shown(chunk)
        if wanted
    }


def _united(parts: Iterable[_Marks]) -> _Marks:
    united: _Marks = {}
    for part in parts:
        for field, ranges in part.items():
            united.setdefault(field, []).extend(ranges)
    return united


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The ranges sorted, overlapping ones united."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def snippets(entry: IndexRecord, marks: Mapping[str, Sequence[Range]]) -> dict[str, str]:
    """A snippet of each default field."""
    return {field: snippet(text_of(entry, field), marks[field]) for field in DEFAULT_FIELDS}


def snippet(text: str, marks: Sequence[Range], size: int = SNIPPET_SIZE) -> str:
    """HTML of the part of ``text`` with most marks, about ``size`` characters.

    ``…`` shows where something was left out.
    """
    start, end = _window(text, marks, size)
    html = mark(text, marks, start, end)
    return ("…" if start > 0 else "") + html + ("…" if end < len(text) else "")


def mark(text: str, marks: Sequence[Range], start: int = 0, end: int | None = None) -> str:
    """HTML of ``text[start:end]`` with ``<mark>`` around the ranges."""
    end = len(text) if end is None else end
    pieces: list[str] = []
    at = start
    for first, last in marks:
        first, last = max(first, at), min(last, end)
        if first < last:
            pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    return "".join([*pieces, escape(text[at:end])])


def _window(text: str, marks: Sequence[Range], size: int) -> Range:
    """The run of whole clauses with most marks that fits; a hard cut if none does."""
    if len(text) <= size:
        return 0, len(text)
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
