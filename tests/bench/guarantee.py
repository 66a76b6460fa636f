"""The guarantee over files at scale: what stands in a file is found, and nothing else.

    python -m tests.bench.guarantee --data DIR [--laws 300] [--files 70] [--substrings 5000]
                                    [--file-substrings 1500] [--seed N]

Documents are laws as Markdown files, and files of seven formats that are made of
pieces of laws: paragraphs, some wrapped, with signs put in (①, ㎡, ½, 10⁴), and a table.
All go the way of a user's file: read, parsed, indexed with their whole text.

Random substrings, 1 to 40 characters long and partly rewritten (traditional
characters, full-width letters, other punctuation, two units swapped), are drawn by
character: from the laws' files as they lie, over lines and headings; from the made files
as their text is read, over lines and cells, and from the very pieces that were written.
Each is searched as a quoted text.  The policies that the engine finds, by a record or as
a document, are compared with those that looking through the files' texts finds, which
knows nothing of the engine (``tests/support/oracle.py`` folds).  A piece that was written
must be found in its own file, whatever the reader made of it.

Exit status 1 on any miss or false hit.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.formats.read import decode_source
from corpus.parsing.notice import parse_document, with_id
from indexer.engines.base import IndexReader, PolicyRecords, Search
from indexer.query.tree import Phrase
from indexer.results.model import IndexRecord
from indexer.versions.build import text_of_file
from tests.bench.laws import FILE
from tests.support import oracle, rewriting
from tests.support.engines import INFO, embedded
from tests.support.notice_files import (
    NoticeParts,
    as_csv,
    as_docx,
    as_json,
    as_page,
    as_xlsx,
)

NAME = "guarantee"
MAX_CHARACTERS = 40
_BETWEEN = "\x01"  # no folded character is it
SHOWN = 10
#: Documents that are fetched at a time.
PAGE = 200
SIGNS = ("①", "②", "㎡", "½", "№", "10⁴", "℃", "○", "³", "Ⅳ")
#: Columns at which a program wraps a paragraph.
WRAPPED = 36
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


@dataclass(frozen=True)
class Made:
    """A file and its policy; ``pieces`` are texts that stand in it, as they were written."""

    name: str
    policy: PolicyRecords
    pieces: tuple[str, ...]


def laws(data: Path) -> Iterator[tuple[str, str]]:
    """Title and text of each law."""
    with lzma.open(data / FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            law = json.loads(line)
            yield law["title"], law["text"]


def read(name: str, data: bytes, order: int) -> PolicyRecords:
    """A file as it is indexed, its records in orders from ``order``."""
    parsed = with_id(parse_document(decode_source(data, name)), name)
    entries = tuple(
        IndexRecord(record, parsed.policy, order + at, {}, ())
        for at, record in enumerate(parsed.records)
    )
    return PolicyRecords(parsed.policy, entries, *text_of_file(parsed))


def law_files(data: Path, count: int) -> Iterator[Made]:
    """Laws as Markdown files; the pieces are the files themselves."""
    for at, (title, text) in enumerate(islice(laws(data), count)):
        written = text if title in text else f"# {title}\n\n{text}"
        name = f"law-{at}.md"
        yield Made(name, read(name, written.encode(), at << 20), (written,))


def signed(text: str, chance: random.Random) -> str:
    """A text with signs put in."""
    for _ in range(max(1, len(text) // 40)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(SIGNS) + text[at:]
    return text


def parts(chance: random.Random, lines: Sequence[str]) -> NoticeParts:
    """A notice of pieces of laws: a title, paragraphs, and a table of a few rows."""
    some = [signed(line.strip("#>*- ")[:400], chance) for line in chance.sample(lines, 12)]
    rows = tuple((str(n), some[n][:20], some[n + 3][:60], some[n + 6]) for n in range(1, 4))
    return NoticeParts(("关于安排有关事项的通知", *some[10:], *some[:1]), rows)


def wrapped(notice: NoticeParts) -> str:
    """A plain text whose paragraphs a program wrapped, and a table with a line a cell."""
    lines = [
        paragraph[at : at + WRAPPED]
        for paragraph in notice.paragraphs
        for at in range(0, len(paragraph), WRAPPED)
    ]
    cells = [cell for row in (("序号", "单位", "主题", "内容"), *notice.rows) for cell in row]
    return "\n".join([*lines, "", *cells]) + "\n"


WRITERS: dict[str, Callable[[NoticeParts], bytes]] = {
    ".txt": lambda notice: wrapped(notice).encode(),
    ".md": lambda notice: "\n\n".join(notice.paragraphs).encode(),
    ".docx": as_docx,
    ".xlsx": as_xlsx,
    ".csv": lambda notice: as_csv(notice).encode(),
    ".html": lambda notice: as_page(notice).encode(),
    ".json": as_json,
}
#: Formats that have only the table, or only the paragraphs, of a notice.
ROWS_ONLY, PARAGRAPHS_ONLY = (".xlsx", ".csv"), (".md", ".json")


def made_files(data: Path, count: int, chance: random.Random) -> Iterator[Made]:
    """Files of every format in turn."""
    lines = [
        line.strip()
        for _, text in islice(laws(data), 60)
        for line in text.splitlines()
        if len(line.strip()) > 20
    ]
    for at in range(count):
        ending, write = list(WRITERS.items())[at % len(WRITERS)]
        notice = parts(chance, lines)
        pieces = [cell for row in notice.rows for cell in row[1:]]
        if ending in PARAGRAPHS_ONLY:
            pieces = []
        if ending not in ROWS_ONLY:
            pieces += notice.paragraphs
        name = f"made-{at}{ending}"
        yield Made(name, read(name, write(notice), (at + (1 << 20)) << 20), tuple(pieces))


class Scan:
    """The characters of all files in one string, a mark between two texts."""

    def __init__(self, files: Sequence[Made]) -> None:
        self._names = [each.name for each in files]
        self._starts: list[int] = []
        pieces: list[str] = []
        at = 0
        for each in files:
            self._starts.append(at)
            # A heading path stands in records only, put together of several lines.
            own = {text: None for e in each.policy.records for text in oracle.texts(e).values()}
            policy = each.policy.policy
            meta = {policy.title, policy.number, policy.issuer}
            texts = [each.policy.text, *(text for text in own if text not in meta)]
            piece = "".join(oracle.read_characters(text) + _BETWEEN for text in texts)
            pieces.append(piece)
            at += len(piece)
        self._text = "".join(pieces)
        self._starts.append(at)

    def find(self, text: str) -> set[str]:
        """The names of the files in which ``text`` stands."""
        wanted = oracle.read_characters(text)
        found: set[str] = set()
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            file = bisect_right(self._starts, at) - 1
            found.add(self._names[file])
            at = self._text.find(wanted, self._starts[file + 1])
        return found


def draw(texts: Sequence[str], chance: random.Random) -> tuple[str, str]:
    """A rewriting's name and a substring that went through it."""
    while True:
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        part = text[start : start + chance.randint(1, MAX_CHARACTERS)]
        weights = [weight for _, weight in REWRITINGS.values()]
        name = chance.choices(list(REWRITINGS), weights)[0]
        rewritten = REWRITINGS[name][0](part, chance)
        if oracle.units(rewritten):
            return name, rewritten


def found(reader: IndexReader, text: str) -> set[str]:
    """The policies that the engine finds, by a record or as documents."""
    search = Search(Phrase(text), facets=("policy",), sort="source", size=PAGE, partial=False)
    first = reader.search(search)
    names = {value for value, count in first.facets["policy"] if count}
    size = max(PAGE, first.total)
    pages = -(-(first.total + first.document_total) // size)
    whole: set[str] = set()
    if first.document_total:
        for page in range(1, pages + 1):
            answer = reader.search(search._replace(size=size, page=page))
            whole |= {each.policy.id for each in answer.documents}
    if len(whole) != first.document_total or whole & names:
        raise AssertionError(f"{text!r}: {first.document_total} documents, {len(whole)} shown")
    return names | whole


@dataclass
class Report:
    """What was compared, and what was wrong."""

    misses: int = 0
    false_hits: int = 0
    hits: int = 0
    shown: int = 0

    def compare(self, what: str, text: str, expected: set[str], got: set[str]) -> None:
        self.hits += len(expected)
        self.misses += len(expected - got)
        self.false_hits += len(got - expected)
        if expected != got and self.shown < SHOWN:
            self.shown += 1
            print(f"{what}: {text!r}: missed {sorted(expected - got)[:3]}, ", end="")
            print(f"wrongly found {sorted(got - expected)[:3]}", flush=True)


def run(reader: IndexReader, files: Sequence[Made], substrings: int, seed: int) -> Report:
    """Compares substrings of some files, and reports."""
    chance, scan, report = random.Random(seed), Scan(files), Report()
    started = time.perf_counter()
    drawn: Counter[str] = Counter()
    for number in range(1, substrings + 1):
        file = chance.choice(files)
        written = chance.random() < 0.5
        what, text = draw(file.pieces if written else [file.policy.text], chance)
        drawn[what] += 1
        expected = scan.find(text)
        if written and what == "as published":
            expected |= {file.name}
        report.compare(f"{file.name}, {what}", text, expected, found(reader, text))
        if number % 500 == 0:
            rate = number / (time.perf_counter() - started)
            so_far = f"{report.misses} misses, {report.false_hits} false hits"
            print(f"{number} substrings, {so_far}, {rate:.1f} a second", file=sys.stderr)
    print(", ".join(f"{name} {count}" for name, count in sorted(drawn.items())))
    print(f"{len(files)} files, {substrings} substrings, {report.hits} hits expected: ", end="")
    print(f"{report.misses} misses, {report.false_hits} false hits", flush=True)
    return report


def indexed(directory: Path, files: Sequence[Made]) -> IndexReader:
    """An index of the files."""
    engine = embedded(directory)
    writer = engine.create(NAME)
    writer.add([each.policy for each in files])
    writer.commit(INFO)
    return engine.open(NAME)


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description="The guarantee over files, against a scan")
    options.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    options.add_argument("--laws", type=int, default=300, help="laws (default 300)")
    options.add_argument("--files", type=int, default=70, help="made files (default 70)")
    options.add_argument("--substrings", type=int, default=5_000, help="of laws (default 5000)")
    options.add_argument("--file-substrings", type=int, default=1_500, help="of made files")
    options.add_argument("--seed", type=int, default=1, help="of the random draws (default 1)")
    chosen = options.parse_args(arguments)
    wrong = 0
    made = list(made_files(chosen.data, chosen.files, random.Random(chosen.seed)))
    for files, substrings in (
        (list(law_files(chosen.data, chosen.laws)), chosen.substrings),
        (made, chosen.file_substrings),
    ):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            reader = indexed(Path(scratch), files)
            try:
                report = run(reader, files, substrings, chosen.seed)
            finally:
                reader.close()
        wrong += report.misses + report.false_hits
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
