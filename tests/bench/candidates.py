"""How long candidate themes take, in what memory, and which they are.

    python -m tests.bench.candidates --data DIR [--sizes 30000 120000 365000] [--show 30]

Each size runs in a process of its own, so that its peak of memory is its own.
``DIR`` holds ``laws.jsonl.xz``.  The list is to be read: would an expert of the
field accept these as themes?
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

from indexer.curation.candidates import Candidate, propose
from indexer.linguistics import default_linguistics
from tests.bench.laws import read_laws

if sys.platform != "win32":
    import resource

SIZES = (30_000, 120_000, 365_000)


def measure(data: Path, size: int, show: int) -> tuple[float, float, tuple[Candidate, ...]]:
    """Seconds, reading the file among them; the peak of memory in MB; and the candidates."""
    records = (entry.record for entry in read_laws(data, size))
    started = time.perf_counter()
    found = propose(records, default_linguistics(), limit=show)
    return time.perf_counter() - started, peak_mb(), found


def peak_mb() -> float:
    """The most memory that this process ever held; not a number where the system doesn't say."""
    if sys.platform == "win32":
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--show", type=int, default=30)
    args = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    for size in args.sizes:
        with context.Pool(1) as pool:
            seconds, memory, found = pool.apply(measure, (args.data, size, args.show))
        print(f"{size:,} records: {seconds:.1f} s, {memory:.0f} MB at most")
    for each in found:
        print(f"{each.phrase}\t{each.count}\t{each.records}\t{each.policies}\t{each.score}")


if __name__ == "__main__":
    main()
