"""Kill -9 while documents are added, many times over.

    python -m tests.bench.kill [--times 200] [--seed N]

What is demanded after each kill is in :mod:`tests.support.killing`.  Prints how far the
killed processes had come; fails at the first thing lost or left half done.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.killing import kill_at_random


def main() -> None:
    """Kills, looks, and counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    held: Counter[int] = Counter()
    unseen = finished = 0
    with tempfile.TemporaryDirectory(prefix="zhengsou-kill-") as work:
        for number, one in enumerate(kill_at_random(Path(work), options.times, options.seed), 1):
            held[one.held] += 1
            finished += one.finished
            unseen += one.held > one.indexed
            if not number % 20:
                print(f"{number} killed", flush=True)
    print(f"{options.times} processes killed, {finished} had finished; nothing lost or half done")
    print(f"{unseen} died between a commit of the library and the index that follows it")
    print(
        "documents committed at the kill: "
        + ", ".join(f"{k}: {v}×" for k, v in sorted(held.items()))
    )


if __name__ == "__main__":
    main()
