"""The texts of some records, folded and strung together, to be looked through at once.

A page shows up to sixty records of a sentence or two each.  What costs time there are the
calls, not the characters: so the texts of a field are made one text, in which each
pattern is looked for once.  Between two of them stands :data:`BREAK`, a symbol.  A symbol
is a unit of the literal stream like any letter, so nothing that stands in a row is found
across it, unless the query has the symbol itself; then each text is looked through alone.

Only where a clause may hold a word is it cut into words.  The segmenter cuts what stands
between two punctuation marks by itself, so a clause is cut as its whole text would be.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

import regex

from indexer.analysis.analyzer import Analyzer, as_literal
from indexer.analysis.folding import Folded, fold
from indexer.results.record import IndexRecord
from indexer.results.spans import Range
from indexer.schema import text_of

#: Stands between two texts; folded it is itself.
BREAK = "▒"
#: Ranges by field, for the place of a record among those that are looked through.
Found = dict[int, dict[str, list[Range]]]

#: In folded text.  None of these is ever a part of a word, in either segmenter.
BOUNDS = rf"[{BREAK}\n。、，；：！？,;:!?()《》“”]"
_BOUND = regex.compile(BOUNDS)
_BOUND_BEFORE = regex.compile(f"(?r){BOUNDS}")


class Texts:
    """The texts of some records; each field is folded when it is needed."""

    def __init__(self, entries: Sequence[IndexRecord]) -> None:
        self._entries = entries
        self._fields: dict[str, _Strung] = {}
        self._words: dict[str, list[str]] = {}

    def literal(
        self, pattern: regex.Pattern[str], fields: Collection[str], *, apart: bool = False
    ) -> Found:
        """Where a pattern stands; leftmost, not overlapping.

        ``apart``: it may match :data:`BREAK`.
        """
        found: Found = {}
        for field in fields:
            strung = self._strung(field)
            for span in strung.matches(pattern, apart):
                at = strung.at(span[0])
                ranges = strung.ranges(at, 0, (span,))
                found.setdefault(at, {}).setdefault(field, []).extend(ranges)
        return found

    def words(
        self,
        wanted: frozenset[str],
        fields: Collection[str],
        among: Collection[int],
        analyzer: Analyzer,
    ) -> Found:
        """Where some words stand in the records ``among``."""
        found: Found = {}
        for field in fields:
            strung = self._strung(field)
            for at, start, clause in strung.clauses(wanted, among):
                if clause not in self._words:
                    self._words[clause] = analyzer.segmenter.cut(clause)
                if spans := analyzer.word_spans(self._words[clause], wanted):
                    ranges = strung.ranges(at, start, spans)
                    found.setdefault(at, {}).setdefault(field, []).extend(ranges)
        return found

    def _strung(self, field: str) -> _Strung:
        if field not in self._fields:
            self._fields[field] = _Strung([text_of(entry, field) for entry in self._entries])
        return self._fields[field]


class _Strung:
    """Some texts one behind the other, folded; the first begins at ``begins[0]``."""

    def __init__(self, texts: Sequence[str]) -> None:
        whole = fold(BREAK.join(texts))
        #: Each by itself, where a character may fold to several or to none.
        self._folded: Sequence[Folded] | None = None
        if not isinstance(whole.starts, range):
            self._folded = [fold(text) for text in texts]
            texts = [each.text for each in self._folded]
        ends = enumerate(accumulate(map(len, texts)), 1)
        self._begins = [0, *(end + at for at, end in ends)]
        self._text = BREAK.join(texts) if self._folded else whole.text
        self._literal = as_literal(self._text)

    def matches(self, pattern: regex.Pattern[str], apart: bool) -> Iterator[Range]:
        """Where a pattern stands; with ``apart`` it is looked for in one text after the other."""
        if not apart:
            for match in pattern.finditer(self._literal):
                yield match.span()
            return
        for first, last in zip(self._begins[:-1], self._begins[1:], strict=True):
            for match in pattern.finditer(self._literal[first : last - 1]):
                yield first + match.start(), first + match.end()

    def clauses(
        self, words: frozenset[str], among: Collection[int]
    ) -> Iterator[tuple[int, int, str]]:
        """The clauses that may hold one of some words, each with its text and its place.

        Only those of the texts ``among``.
        """
        text, done = self._text, 0
        for start in _starts(text, words):
            if start < done or (at := self.at(start)) not in among:
                continue
            before, after = _BOUND_BEFORE.search(text, 0, start), _BOUND.search(text, start)
            first = before.end() if before else 0
            done = after.start() if after else len(text)
            yield at, first, text[first:done]

    def ranges(self, at: int, start: int, spans: Iterable[Range]) -> list[Range]:
        """Spans that count from ``start`` as ranges of a text as it was before it was folded."""
        start -= self._begins[at]
        if self._folded is None:
            return [(start + first, start + last) for first, last in spans]
        own = self._folded[at]
        return [(own.starts[start + first], own.ends[start + last - 1]) for first, last in spans]

    def at(self, place: int) -> int:
        """The number of the text at a place."""
        return bisect_right(self._begins, place) - 1


def _starts(text: str, words: frozenset[str]) -> list[int]:
    """Where one of some words may stand, ascending."""
    starts = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            starts.append(at)
            at = text.find(word, at + 1)
    return sorted(starts)
