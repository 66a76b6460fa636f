"""Thousands of made-up queries, each answered twice: by the engine, and by reading.

    python -m tests.bench.oracle [--queries 5000] [--records 400] [--seed N]

The records are the bundled notice's and made-up ones of several policies.  For
every query the full hits with their match kinds, the partial hits, the totals
and the facets are compared with those of ``tests/support/oracle.py``, with and without
synonyms and filters.  Disagreements are printed; exit status 1 on any.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpus.library.library import Library
from indexer.engines.base import IndexReader
from indexer.linguistics import Linguistics, Vocabulary
from indexer.query.parser import parse
from indexer.query.tree import expanded
from indexer.results.model import IndexRecord
from indexer.versions.open import prepare
from tests.support import queries
from tests.support.agreement import compare
from tests.support.engines import embedded, write

SHOWN = 10


def all_records(
    home: Path, known: Linguistics, count: int, chance: random.Random
) -> tuple[IndexRecord, ...]:
    """The notice's records, then ``count`` made-up ones."""
    policies = prepare(Library.open(home), known)
    notice = tuple(entry for policy in policies for entry in policy.records)
    return (*notice, *queries.records(chance, count, first=len(notice)))


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description="Queries answered twice")
    options.add_argument("--queries", type=int, default=5_000, help="queries (default 5000)")
    options.add_argument("--records", type=int, default=400, help="made-up records (default 400)")
    options.add_argument("--seed", type=int, default=1, help="of the random draws (default 1)")
    chosen = options.parse_args(arguments)
    chance = random.Random(chosen.seed)
    known = Linguistics.of(Vocabulary())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        records = all_records(Path(scratch), known, chosen.records, chance)
        reader = write(embedded(Path(scratch, "engine")), "oracle", records)
        try:
            return run(reader, records, known, chosen.queries, chance)
        finally:
            reader.close()


def run(
    reader: IndexReader,
    records: tuple[IndexRecord, ...],
    known: Linguistics,
    count: int,
    chance: random.Random,
) -> int:
    """Compares and reports; 1 on any disagreement."""
    wrong = 0
    kinds: Counter[str] = Counter()
    started = time.perf_counter()
    for number in range(1, count + 1):
        typed = queries.query(chance)
        tree = parse(typed).tree
        if chance.random() < 0.5:
            tree = expanded(tree, lambda text: known.synonyms.alternatives(text, known.analyzer))
        filters = queries.filters(chance, records)
        answer = compare(reader, records, tree, filters)
        kinds.update(str(hit.match) for hit in answer.page.hits)
        found = answer.disagreements
        wrong += bool(found)
        if found and wrong <= SHOWN:
            print(f"{typed!r} {filters.to_dict()} {tree}\n  {' '.join(found[:4])}", flush=True)
        if number % 500 == 0:
            print(f"{number} queries, {wrong} wrong", file=sys.stderr, flush=True)
    spent = time.perf_counter() - started
    hits = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
    print(f"{len(records)} records, {count} queries in {spent:.0f} s ({hits} hits)")
    print(f"{wrong} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
