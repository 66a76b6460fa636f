"""Made-up strings through the parser, with its time, and some through the whole search.

    python -m tests.bench.fuzz [--strings 100000] [--searches 5000] [--seed N]

The parser has 10 ms for 1,000 characters; a string that seems slow is timed
again, so that another program's work is not held against it.  The searches
run over the bundled notice.  Exit status 1 on any exception or late parse.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from indexer.query.parser import parse
from indexer.versions.open import open_searcher
from tests.support import hostile

#: For 1,000 characters; a longer text is cut there, a shorter one gets as long.
BOUND_MS = 10.0
LONGEST = 3000
SHOWN = 10
#: Runs of a string that seemed slow; the best counts.
REPEATS = 10


def parse_ms(typed: str) -> float:
    """Milliseconds of one parse."""
    started = time.perf_counter()
    parse(typed)
    return 1000 * (time.perf_counter() - started)


def parse_all(count: int, chance: random.Random) -> int:
    """Parses ``count`` strings; the number that raised or took too long."""
    wrong = characters = 0
    worst, worst_text, spent = 0.0, "", 0.0
    for _ in range(count):
        typed = hostile.made_up(chance, LONGEST)
        characters += len(typed)
        try:
            took = parse_ms(typed)
            spent += took
            if took > BOUND_MS / 4:
                took = min(took, *(parse_ms(typed) for _ in range(REPEATS)))
        except Exception:
            wrong += 1
            if wrong <= SHOWN:
                print(f"{typed!r}\n{traceback.format_exc()}", flush=True)
            continue
        if took > BOUND_MS:
            wrong += 1
            print(f"{took:.2f} ms for {len(typed)} characters: {typed[:60]!r}", flush=True)
        if took > worst:
            worst, worst_text = took, typed
    print(f"{count} strings, {characters} characters parsed in {spent / 1000:.1f} s")
    print(f"worst {worst:.2f} ms for {len(worst_text)} characters: {worst_text[:40]!r}")
    return wrong


def search_all(count: int, chance: random.Random) -> int:
    """Searches ``count`` strings; the number that raised."""
    wrong = 0
    warned: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        searcher = open_searcher(Path(home))
        for number in range(1, count + 1):
            typed = hostile.made_up(chance, LONGEST)
            started = time.perf_counter()
            try:
                results = searcher.search(typed)
                json.dumps(results.to_dict(), ensure_ascii=False).encode("utf-8")
            except Exception:
                wrong += 1
                if wrong <= SHOWN:
                    print(f"{typed!r}\n{traceback.format_exc()}", flush=True)
                continue
            times.append((1000 * (time.perf_counter() - started), typed[:60]))
            warned.update(warning.code for warning in results.warnings)
            if number % 1000 == 0:
                print(f"{number} searches, {wrong} wrong", file=sys.stderr, flush=True)
        searcher.close()
    if times:
        times.sort()
        print(f"{count} searches, median {times[len(times) // 2][0]:.1f} ms, the slowest:")
        for took, typed in times[-3:]:
            print(f"{took:9.0f} ms {typed!r}")
        print("warnings: " + ", ".join(f"{code} {n}" for code, n in warned.most_common()))
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description="Made-up strings, parsed and searched")
    options.add_argument("--strings", type=int, default=100_000, help="parsed (default 100000)")
    options.add_argument("--searches", type=int, default=5_000, help="searched (default 5000)")
    options.add_argument("--seed", type=int, default=1, help="of the random draws (default 1)")
    chosen = options.parse_args(arguments)
    chance = random.Random(chosen.seed)
    wrong = parse_all(chosen.strings, chance) + search_all(chosen.searches, chance)
    print(f"{wrong} exceptions or late parses")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
