"""At the size of a real library: does anything grow faster than the library does?

    python -m tests.bench.size --data DIR [--records 30000 120000 365000] [--keep DIR]

For each size the first laws of ``laws.jsonl.xz`` with about so many records are
added by ``zhengsou add``, as a user would, into a home of its own; then the same
file again, one more document, and one removed.  Every command runs as a process.
Printed are its seconds, by the clock and of the processor, and highest resident
memory; what is on disk; and medians of queries, the last page, facets, the
largest policy's page and an export in a process that has the index open.  The
last lines give, for every measure, how much it grew from size to size against
how much the records did.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

from corpus.parsing.notice import parse
from indexer.exports.registry import export
from indexer.results.model import MAX_SIZE, Filters
from indexer.versions.live import LiveSearcher
from tests.bench.laws import FILE
from webapp import create_app
from webapp.settings import Settings

QUERIES = (
    "行政许可",
    "“人民政府”",
    "社区 治理",
    "安全生产 OR 消防",
    "标题:总则 罚款",
    "土地 -征收",
)
REPEATS = 5
SIZES = (30_000, 120_000, 365_000)


def cut(data: Path, records: int, target: Path) -> int:
    """The first laws with at least so many records, as JSON Lines; the number of records."""
    found = 0
    with lzma.open(data / FILE, "rt", encoding="utf-8") as lines, target.open("w") as out:
        for line in lines:
            if found >= records:
                break
            out.write(line)
            found += len(parse(json.loads(line)["text"], source="law.md", sha256="0" * 64).records)
    return found


def run(home: Path, *args: str) -> tuple[float, float, float]:
    """Runs a command; seconds, seconds of the processor, highest resident memory in MiB."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "webapp.cli", *args, "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        _, status, usage = os.wait4(process.pid, 0)
        said = process.stderr.read().decode() if process.stderr else ""
    if status:
        raise SystemExit(f"zhengsou {' '.join(args)} failed: {said}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def timed(call: Callable[[], object]) -> float:
    """The median of a few calls in milliseconds, after one that warms caches."""
    call()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


def size_of(folder: Path) -> float:
    """What a folder takes on disk in MiB, shared files once."""
    seen = {}
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            seen[status.st_ino] = status.st_size
    return sum(seen.values()) / 2**20


def measure(data: Path, records: int, folder: Path) -> dict[str, float]:
    """All figures for one size."""
    home, source = folder / "home", folder / "laws.jsonl"
    figures: dict[str, float] = {"records": cut(data, records, source)}

    def command(name: str, *args: str) -> None:
        measured = run(home, *args)
        for unit, value in zip(("s", "CPU s", "MiB"), measured, strict=True):
            figures[f"{name}, {unit}"] = value
        print(f"          {name}: {figures[f'{name}, s']:.1f} s", flush=True)

    command("add", "add", str(source))
    command("add again", "add", str(source))
    one = folder / "一件.txt"
    one.write_text("关于测试的通知\n\n各单位：\n为了测试，再加入一件。\n", encoding="utf-8")
    command("add one more", "add", str(one))
    command("remove one", "remove", "关于测试的通知")
    command("search, cold", "search", "行政许可")
    command("check", "check")
    command("stats", "stats")
    command("list", "list")
    figures["library, MiB"] = size_of(home / "library")
    figures["index, MiB"] = size_of(home / "index")
    return figures | _answers(home)


def _answers(home: Path) -> dict[str, float]:
    """Medians in a process that has the index open."""
    started = time.perf_counter()
    live = LiveSearcher(home)
    searcher = live.current().searcher
    figures = {"open, ms": (time.perf_counter() - started) * 1000}
    for query in QUERIES:
        figures[f"query {query}, ms"] = timed(lambda query=query: searcher.search(query))  # type: ignore[misc]
    everything = searcher.search("", size=MAX_SIZE)
    last = everything.last_page
    figures["last page, ms"] = timed(lambda: searcher.search("", page=last, size=MAX_SIZE))
    client = create_app(Settings.build(home=home)).test_client()
    figures["page of results, ms"] = timed(lambda: client.get("/?q=行政许可").get_data())
    figures["first page, ms"] = timed(lambda: client.get("/").get_data())
    figures["API, ms"] = timed(lambda: client.get("/api/search?q=行政许可").get_data())
    largest = everything.facets["policy"][0]
    address = f"/policy/{largest.value}?q=规定"
    figures["largest policy, records"] = largest.count
    figures["largest policy, ms"] = timed(lambda: client.get(address).get_data())
    figures["largest policy, KiB"] = len(client.get(address).get_data()) / 1024
    figures["complete, ms"] = timed(lambda: searcher.complete("行政"))
    some = Filters(policy=tuple(value.value for value in everything.facets["policy"][:20]))
    exported = searcher.export("", filters=some)
    figures["export of 20 policies, ms"] = timed(lambda: export(exported, "csv", io.BytesIO()))
    searcher.close()
    return figures


def main() -> None:
    """Measures every size and prints the growth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with laws.jsonl.xz")
    parser.add_argument("--records", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--keep", type=Path, help="keep the homes in this folder")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="zhengsou-size-"))
    results = []
    try:
        for records in options.records:
            place = folder / str(records)
            place.mkdir(parents=True)
            figures = measure(options.data, records, place)
            results.append(figures)
            for name, value in figures.items():
                print(f"{records:>8}  {name:36} {value:12.1f}", flush=True)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    for before, after in pairwise(results):
        records = after["records"] / before["records"]
        print(f"\n{before['records']:.0f} -> {after['records']:.0f} records: × {records:.2f}")
        for name in before:
            if before[name] and name != "records":
                grown = after[name] / before[name]
                print(f"  {name:36} × {grown:6.2f}   ({grown / records:.2f} of linear)")


if __name__ == "__main__":
    main()
