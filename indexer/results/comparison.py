"""What a few records share, so that they can be read side by side.

Shared are themes and keywords that two of the records or more have, and runs
of text: two units of the literal stream or more (so width, case, script and
punctuation make no difference) that stand in another of the records too.  A
run ends with its sentence, and where its neighbouring units stand together in
no other record.  Every two policies share 探索 and 机制: of a run, only what reaches
from its first telling word to its last is marked, and nothing where there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.analysis.analyzer import ENDER, Token, literal_units
from indexer.results.model import Hit, Range

#: The texts that are compared with each other, whatever field they stand in.
FIELDS = ("title", "body")

_Pair = tuple[str, str]
#: From the first to the last word of a text that says something, ``None`` without such.
Telling = Callable[[str], Range | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the records; ``marks`` are the shared runs in each of :data:`FIELDS`."""

    hit: Hit
    marks: Mapping[str, tuple[Range, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The records in the order given, and what at least two of them have.

    ``themes`` and ``keywords`` map a name to the number of records that have
    it, most first.
    """

    records: tuple[Compared, ...]
    themes: Mapping[str, int]
    keywords: Mapping[str, int]


def compare(hits: Sequence[Hit], telling: Telling | None = None) -> Comparison:
    """Compares records; takes time linear in their length.

    ``telling`` leaves out what says nothing, as
    :meth:`indexer.analysis.keywords.KeywordExtractor.telling` does; without it, all that is
    shared is marked.
    """
    units = [{field: literal_units(_text(hit, field)) for field in FIELDS} for hit in hits]
    pairs = [{pair for field in FIELDS for pair in _pairs(own[field])} for own in units]
    records = []
    for at, hit in enumerate(hits):
        others: set[_Pair] = set().union(*pairs[:at], *pairs[at + 1 :])
        marks = {field: shared_runs(units[at][field], others) for field in FIELDS}
        if telling:
            marks = {f: tuple(_told(_text(hit, f), marks[f], telling)) for f in FIELDS}
        records.append(Compared(hit, marks))
    return Comparison(
        tuple(records),
        _shared(hit.record.themes for hit in hits),
        _shared(hit.record.keywords for hit in hits),
    )


def shared_runs(units: Sequence[Token], others: set[_Pair]) -> tuple[Range, ...]:
    """The runs of ``units`` whose neighbours are a pair of ``others``, as ranges."""
    runs: list[Range] = []
    open_run = False
    for first, second in pairwise(units):
        if (first.text, second.text) in others:
            start = runs.pop()[0] if open_run else first.start
            runs.append((start, second.end))
            open_run = True
        else:
            open_run = False
    return tuple(runs)


def _told(text: str, runs: Iterable[Range], telling: Telling) -> Iterator[Range]:
    """What each run of a text says, if anything."""
    for start, end in runs:
        if found := telling(text[start:end]):
            yield start + found[0], start + found[1]


def _text(hit: Hit, field: str) -> str:
    record = hit.record.record
    return record.title if field == "title" else record.body


def _pairs(units: Sequence[Token]) -> set[_Pair]:
    return {
        (first.text, second.text)
        for first, second in pairwise(units)
        if ENDER not in (first.text, second.text)
    }


def _shared(names: Iterable[Iterable[str]]) -> dict[str, int]:
    counts = Counter(name for each in names for name in set(each))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {name: count for name, count in ordered if count > 1}
