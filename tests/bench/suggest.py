"""Completion and spelling at scale: how long a key press and a slip take.

    python -m tests.bench.suggest --data DIR [--records 30000] [--keep DIR]

Words, titles and counts are taken from the paragraphs of ``laws.jsonl.xz`` by
the analyzer alone (no index is needed), written as a term book and opened as a
server would.  Then beginnings of entries, weighted by how many records carry
them, are completed, typed in Chinese and in pinyin from the first key on; and
slips are made in terms and put right.  Prints median and p99 in milliseconds.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from indexer.analysis.analyzer import default_analyzer
from indexer.analysis.pinyin import spellings
from indexer.engines.embedded.segments.array_file import ArrayFile, write_arrays
from indexer.suggest.completion import TERM, Completer
from indexer.suggest.spelling import Speller
from indexer.suggest.term_book import BookEntry, TermBook, term_book_arrays
from tests.bench.laws import read_laws

SAMPLES = 2000


def collect(data: Path, records: int) -> list[BookEntry]:
    """What the first ``records`` paragraphs have to suggest."""
    analyzer = default_analyzer()
    words, titles, policies = Counter[str](), Counter[str](), Counter[str]()
    for entry in read_laws(data, records):
        texts = (entry.record.title, entry.record.body)
        words.update({word for text in texts for word in analyzer.word_texts(text)})
        titles[entry.record.title] += 1
        policies[entry.policy.title] += 1
    return [
        *(BookEntry(word, "term", n) for word, n in words.items() if TERM.fullmatch(word)),
        *(BookEntry(title, "title", n) for title, n in titles.items() if title),
        *(BookEntry(title, "policy", n) for title, n in policies.items()),
    ]


def measure(name: str, call: Callable[[str], Sequence[object]], texts: Sequence[str]) -> None:
    """Calls once with every text and prints how long it took."""
    times, answered = [], 0
    for text in texts:
        started = time.perf_counter()
        answered += bool(call(text))
        times.append((time.perf_counter() - started) * 1000)
    p99 = quantiles(times, n=100)[98]
    share = 100 * answered // len(texts)
    print(f"{name:32} median {median(times):7.3f} ms   p99 {p99:7.3f} ms   answered {share}%")


def slip(text: str, chance: random.Random, alphabet: str) -> str:
    """One character replaced, left out, or changed with its neighbour."""
    at = chance.randrange(len(text) - 1)
    return chance.choice(
        [
            text[:at] + chance.choice(alphabet) + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ]
    )


def run(directory: Path, data: Path, records: int) -> None:
    started = time.perf_counter()
    entries = collect(data, records)
    print(
        f"{records} records, {len(entries)} entries, read in {time.perf_counter() - started:.1f} s"
    )
    started = time.perf_counter()
    with (directory / "book").open("wb") as file:
        write_arrays(file, term_book_arrays(entries).items())
    size = (directory / "book").stat().st_size / 1e6
    print(f"written in {time.perf_counter() - started:.1f} s, {size:.1f} MB")
    started = time.perf_counter()
    book = TermBook(ArrayFile.open(directory / "book"))
    completer, speller = Completer(book), Speller(book, default_analyzer())
    print(f"opened in {(time.perf_counter() - started) * 1000:.1f} ms")

    chance = random.Random(1)
    drawn = chance.choices(entries, [entry.count for entry in entries], k=SAMPLES)
    chinese = [entry.text[: chance.randint(1, len(entry.text))] for entry in drawn]
    typed = [chance.choice([*spellings(entry.text, 6)] or [entry.text]) for entry in drawn]
    latin = [text[: chance.randint(1, len(text))] for text in typed]
    completer.complete("sheq")
    speller.corrections("三设联动")
    measure("Chinese prefixes", completer.complete, chinese)
    measure("pinyin prefixes", completer.complete, latin)
    measure(
        "one letter", completer.complete, [chance.choice("abcdefghjlmnpqrstwxyz") for _ in latin]
    )
    measure("a query's last chunk", completer.complete, [f"三社联动 {text}" for text in latin])
    measure("a field's value", completer.complete, [f"主题:{text}" for text in latin])
    alphabet = "".join(entry.text for entry in drawn)
    terms = [entry.text for entry in drawn if entry.kind == "term" and len(entry.text) > 2]
    measure("slips", speller.corrections, [slip(text, chance, alphabet) for text in terms])
    chunks = [a + slip(b, chance, alphabet) for a, b in pairwise(terms)]
    measure("slips in longer chunks", speller.corrections, chunks)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--keep", type=Path, help="directory to leave the term book in")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        run(options.keep, options.data, options.records)
    else:
        with tempfile.TemporaryDirectory() as directory:
            run(Path(directory), options.data, options.records)


if __name__ == "__main__":
    main()
