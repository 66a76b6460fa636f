"""How long a search on the command line takes, as a whole process.

    python -m tests.bench.cold --data DIR [--laws 300] [--home DIR] [--runs 10]

The commands run in turn, so that other work on the machine hits all alike;
beside our search stand what any Python program costs before it does anything,
and what its libraries cost.  Disk caches are warm, but for what the very first
search does that no later one has to (it is printed apart: compiling kernels,
say).  ``--home`` keeps the home, and uses it again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.home import make_home

QUERY = "社区 治理"


def commands(home: Path) -> dict[str, list[str]]:
    """What is run: a name and the arguments of Python."""
    ours = ["-m", "webapp.cli"]
    search = [*ours, "search", QUERY, "--home", str(home)]
    return {
        "an empty Python program": ["-c", "pass"],
        "import flask": ["-c", "import flask"],
        "import numpy": ["-c", "import numpy"],
        "zhengsou --version": [*ours, "--version"],
        "zhengsou search, table": search,
        "zhengsou search, JSON": [*search, "--format", "json"],
    }


def seconds(arguments: Sequence[str]) -> float:
    """How long one process takes; one that fails ends the bench."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def run(home: Path, runs: int) -> None:
    timed = commands(home)
    *_, last = timed.values()
    print(f"the first search of this home: {seconds(last):.2f} s")
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(runs):
        for name, arguments in timed.items():
            times[name].append(seconds(arguments))
    for name, found in times.items():
        spread = f"{1000 * min(found):.0f} to {1000 * max(found):.0f}"
        print(f"{name:26} median {1000 * median(found):6.0f} ms   ({spread}, {runs} runs)")


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    options.add_argument("--laws", type=int, default=300, help="in the library (default 300)")
    options.add_argument("--home", type=Path, help="keeps the home")
    options.add_argument("--runs", type=int, default=10, help="of each command (default 10)")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home = chosen.home or Path(scratch) / "home"
        make_home(home, chosen.data, chosen.laws)
        run(home, chosen.runs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
