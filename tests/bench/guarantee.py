"""The literal guarantee at scale: what stands in a text is found, and nothing else.

    python -m tests.bench.guarantee --data DIR [--records 30000] [--substrings 5000]
                                    [--seed N] [--engine DIR]

Random substrings of random paragraphs, 1 to 40 characters long and partly rewritten
(traditional characters, full-width letters, other punctuation, two units
swapped), are searched as a quoted text; the records that the engine finds are
compared with those that reading all texts finds.  The reading knows nothing of
the engine: it looks through the characters that ``tests/support/oracle.py`` folds
(:class:`Scan`).  Of a text that thousands of records have, the total and some pages
are compared (:func:`differences`).

``--engine`` names a directory that keeps the index for the next run; the index
in it must hold the same records.  Exit status 1 on any miss or false hit.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from indexer.engines.base import IndexReader, Search
from indexer.errors import PageOutOfRange
from indexer.query.tree import Everything, Phrase
from indexer.results.model import IndexRecord
from tests.bench.laws import read_laws
from tests.support import oracle, rewriting
from tests.support.engines import embedded, write

NAME = "guarantee"
MAX_CHARACTERS = 40
_BETWEEN = "\x01"  # no folded character is it
SHOWN = 10
#: Hits that are fetched at a time, and pages beyond which not all are fetched.
PAGE = 200
MANY_PAGES = 10
FIELDS = ("unit", "title", "body")
#: How a substring is changed before it is searched, and how often.
REWRITINGS: dict[str, tuple[Callable[[str, random.Random], str], int]] = {
    "as published": (lambda text, _: text, 4),
    "traditional": (rewriting.traditional, 2),
    "full-width": (rewriting.full_width, 1),
    "other case": (rewriting.other_case, 1),
    "punctuation put in": (rewriting.punctuated, 2),
    "punctuation left out": (rewriting.unpunctuated, 1),
    "other sentence enders": (rewriting.other_enders, 1),
    "two units swapped": (rewriting.swapped, 1),
}


class Scan:
    """The characters of all texts of all records in one string, a mark between two texts."""

    def __init__(self, records: Sequence[IndexRecord]) -> None:
        self._ids = [entry.record.id for entry in records]
        pieces: list[str] = []
        self._starts: list[int] = []
        titles: dict[str, str] = {}
        at = 0
        for entry in records:
            self._starts.append(at)
            texts = oracle.texts(entry)
            for name in FIELDS:
                text = texts[name]
                # Many records share a title; a body is read once.
                if name == "body":
                    piece = oracle.read_characters(text)
                else:
                    piece = titles.setdefault(text, "") or oracle.read_characters(text)
                    titles[text] = piece
                pieces.append(piece + _BETWEEN)
                at += len(pieces[-1])
        self._text = "".join(pieces)
        self._starts.append(at)

    def find(self, text: str) -> list[str]:
        """The ids of the records in which ``text`` stands, in document order."""
        wanted = oracle.read_characters(text)
        found: list[str] = []
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            record = bisect_right(self._starts, at) - 1
            found.append(self._ids[record])
            at = self._text.find(wanted, self._starts[record + 1])
        return found


def draw(records: Sequence[IndexRecord], chance: random.Random) -> tuple[str, str]:
    """A rewriting's name and a substring that went through it."""
    while True:
        texts = [text for text in oracle.texts(chance.choice(records)).values() if text]
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        part = text[start : start + chance.randint(1, MAX_CHARACTERS)]
        weights = [weight for _, weight in REWRITINGS.values()]
        name = chance.choices(list(REWRITINGS), weights)[0]
        rewritten = REWRITINGS[name][0](part, chance)
        if oracle.units(rewritten):
            return name, rewritten


def open_index(directory: Path, records: Sequence[IndexRecord]) -> IndexReader:
    """An index that holds ``records``; written where there is none yet."""
    engine = embedded(directory)
    if not (directory / NAME).exists():
        started = time.perf_counter()
        write(engine, NAME, records)
        print(f"built the index in {time.perf_counter() - started:.1f} s", flush=True)
    reader = engine.open(NAME)
    held = reader.search(Search(Everything(), size=1)).total
    if held != len(records):
        reader.close()
        raise SystemExit(f"{directory} holds {held} records, not {len(records)}: name another")
    return reader


def differences(
    reader: IndexReader, text: str, expected: list[str], chance: random.Random
) -> tuple[set[str], set[str]]:
    """The ids that the engine misses, and those that it finds wrongly.

    Where thousands of records have a text, not all are fetched: the total,
    the first and the last page and some others must be what they ought to be.
    """
    search = Search(Phrase(text), facets=(), sort="source", size=PAGE)
    last = max(1, -(-len(expected) // PAGE))
    pages = set(range(1, last + 1))
    if last > MANY_PAGES:
        pages = {1, last, *(chance.randint(1, last) for _ in range(MANY_PAGES))}
    missed: set[str] = set()
    wrong: set[str] = set()
    for page in sorted(pages):
        try:
            answer = reader.search(search._replace(page=page))
        except PageOutOfRange as error:
            return {f"everything after page {error.last}"}, set()
        if answer.total != len(expected):
            wrong.add(f"{answer.total} records instead of {len(expected)}")
        got = {hit.record.record.id for hit in answer.hits}
        ought = set(expected[(page - 1) * PAGE : page * PAGE])
        missed |= ought - got
        wrong |= got - ought
    return missed, wrong


def run(reader: IndexReader, records: Sequence[IndexRecord], substrings: int, seed: int) -> int:
    """Compares and reports; the number of misses and false hits."""
    chance = random.Random(seed)
    started = time.perf_counter()
    scan = Scan(records)
    print(f"read all texts in {time.perf_counter() - started:.1f} s", flush=True)
    misses = false_hits = hits = shown = 0
    drawn: Counter[str] = Counter()
    started = time.perf_counter()
    for number in range(1, substrings + 1):
        name, text = draw(records, chance)
        drawn[name] += 1
        expected = scan.find(text)
        missed, wrong = differences(reader, text, expected, chance)
        hits += len(expected)
        misses += len(missed)
        false_hits += len(wrong)
        if (missed or wrong) and shown < SHOWN:
            shown += 1
            print(f"{name}: {text!r}: missed {sorted(missed)[:3]}, ", end="")
            print(f"wrongly found {sorted(wrong)[:3]}", flush=True)
        if number % 500 == 0:
            rate = number / (time.perf_counter() - started)
            # With the counts, so that a run that is cut short still says what it found.
            so_far = f"{misses} misses, {false_hits} false hits"
            print(
                f"{number} substrings, {so_far}, {rate:.1f} a second", file=sys.stderr, flush=True
            )
    rate = substrings / (time.perf_counter() - started)
    print(", ".join(f"{name} {count}" for name, count in sorted(drawn.items())))
    print(f"{len(records)} records, {substrings} substrings, {hits} hits expected")
    print(f"{misses} misses, {false_hits} false hits, {rate:.1f} substrings a second")
    return misses + false_hits


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description="The literal guarantee, against a scan")
    options.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    options.add_argument("--records", type=int, default=30_000, help="paragraphs (default 30000)")
    options.add_argument("--substrings", type=int, default=5_000, help="searches (default 5000)")
    options.add_argument("--seed", type=int, default=1, help="of the random draws (default 1)")
    options.add_argument("--engine", type=Path, help="directory that keeps the index")
    chosen = options.parse_args(arguments)
    records = list(read_laws(chosen.data, chosen.records))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        reader = open_index(chosen.engine or Path(scratch), records)
        try:
            wrong = run(reader, records, chosen.substrings, chosen.seed)
        finally:
            reader.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
