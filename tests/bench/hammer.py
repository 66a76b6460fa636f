"""Threads and processes searching one index while a writer commits.

    python -m tests.bench.hammer --data DIR [--queries 100000] [--records 3000]
                                 [--threads 8] [--processes 4] [--commits 40]

First one thread alone writes a row of versions (each takes a policy out and puts
another in, so that nearly every answer changes) and notes for each the answer
to every question: totals, ids, match kinds, scores and facet counts.  Then the
same versions are written again, each on the one before, spread over the run,
while threads of one process and other processes search the latest, and now and
then an older one, whose files the new ones share.  An answer is right if it is
the noted one of that version.  Exit status 1 on any other answer or any exception.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import Page, Search
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.query.parser import parse
from indexer.results.model import IndexInfo, IndexRecord
from tests.bench.laws import read_laws
from tests.bench.ours import load_kernels
from tests.bench.workload import FIXED, FIXED_PHRASES
from tests.support.engines import by_policy

INFO = IndexInfo("hammer", "1970-01-01T00:00:00+00:00", 0, "")
SHOWN = 5
#: How many of the searches are of the latest version.
LATEST = 0.8
REPORT_SECONDS = 10
QUERIES = (
    *FIXED,
    *(f"“{text}”" for text in FIXED_PHRASES),
    "社区 OR 街道 OR 居民",
    "社区治理",
    "三社联动 OR 党建引领",
    "服务 -居民自治",
    "主题:社区",
    "标题:条例 -处罚",
    "同句:(应当 规定)",
    "年:2010..2020 管理",
    "（责任 OR 义务） 机关",
    "",
)


@dataclass(frozen=True, slots=True)
class Shared:
    """Numbers that all processes see: commits done, searches done and wrong."""

    committed: Synchronized[int]
    done: Synchronized[int]
    wrong: Synchronized[int]

    @classmethod
    def new(cls) -> Shared:
        context = get_context("spawn")
        return cls(*(context.Value("q", 0) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written and asked.  ``noted[state][question]`` is an answer's digest."""

    directory: Path
    steps: tuple[tuple[str, tuple[IndexRecord, ...]], ...]
    noted: tuple[tuple[str, ...], ...]
    searches: int

    @property
    def changed(self) -> float:
        """The share of the answers that are other ones after a commit."""
        pairs = [pair for two in pairwise(self.noted) for pair in zip(*two, strict=True)]
        return sum(before != after for before, after in pairs) / len(pairs)


def questions() -> list[Search]:
    """Every query by relevance, and on a later page by date."""
    trees = [parse(text).tree for text in QUERIES]
    return [
        *(Search(tree, size=10) for tree in trees),
        *(Search(tree, sort="date", facets=("year",), size=5) for tree in trees),
    ]


def digest(page: Page) -> str:
    """All that an answer says, in short."""
    hits = [(hit.record.record.id, hit.match, hit.score) for hit in page.hits]
    facets = [(name, *page.facets[name]) for name in sorted(page.facets)]
    said = repr((page.total, page.partial_total, hits, facets))
    return hashlib.sha256(said.encode()).hexdigest()


def engine_in(directory: Path) -> EmbeddedEngine:
    return EmbeddedEngine(directory, default_analyzer())


def name_of(number: int) -> str:
    """The name of the version after so many commits."""
    return f"v{number}"


def split(records: Iterable[IndexRecord], commits: int) -> tuple[list[IndexRecord], list[Any]]:
    """What is there at first, and the steps: a policy's id to take out, records to put in."""
    policies: dict[str, list[IndexRecord]] = {}
    for entry in records:
        policies.setdefault(entry.policy.id, []).append(entry)
    if len(policies) < 4:
        raise SystemExit("too few policies: take more --records")
    names = list(policies)
    chance = random.Random(1)
    out = chance.sample(names, len(names) // 2)
    first = [entry for name in names if name not in out for entry in policies[name]]
    inside = [name for name in names if name not in out]
    steps = []
    for _ in range(commits):
        leaving = inside.pop(chance.randrange(len(inside)))
        coming = out.pop(chance.randrange(len(out)))
        steps.append((leaving, tuple(policies[coming])))
        inside.append(coming)
        out.append(leaving)
    return first, steps


def begin(directory: Path, first: Iterable[IndexRecord]) -> None:
    """Writes the first version."""
    writer = engine_in(directory).create(name_of(0))
    writer.add(by_policy(first))
    writer.commit(INFO)


def commit(directory: Path, number: int, step: tuple[str, tuple[IndexRecord, ...]]) -> None:
    """Writes the version of that number on the one before."""
    leaving, coming = step
    writer = engine_in(directory).create(name_of(number), name_of(number - 1))
    writer.delete(leaving)
    writer.add(by_policy(coming))
    writer.commit(INFO)


def note(directory: Path, first: Sequence[IndexRecord], steps: Sequence[Any]) -> list[Any]:
    """The answers of one thread alone, for every version."""
    asked = questions()

    def answers(number: int) -> tuple[str, ...]:
        reader = engine_in(directory).open(name_of(number))
        return tuple(digest(reader.search(search)) for search in asked)

    begin(directory, first)
    noted = [answers(0)]
    for number, step in enumerate(steps, 1):
        commit(directory, number, step)
        noted.append(answers(number))
    return noted


def prepare(scratch: Path, records: Iterable[IndexRecord], commits: int, searches: int) -> Plan:
    """Notes the right answers, and makes the version that is searched at first."""
    first, steps = split(records, commits)
    noted = note(scratch / "alone", first, steps)
    directory = scratch / "shared"
    begin(directory, first)
    return Plan(directory, tuple(steps), tuple(noted), searches)


class Readers:
    """The opened versions of one process."""

    def __init__(self, directory: Path, *, compiled: bool) -> None:
        self._engine = engine_in(directory)
        self._compiled = compiled
        self._opened: dict[int, EmbeddedReader] = {}
        self._lock = threading.Lock()

    def get(self, number: int) -> EmbeddedReader:
        """A version, opened once."""
        with self._lock:
            if number not in self._opened:
                reader = self._engine.open(name_of(number))
                if self._compiled:
                    load_kernels(reader)
                self._opened[number] = reader
            return self._opened[number]


def hammer(plan: Plan, shared: Shared, readers: Readers, seed: int) -> None:
    """Searches until enough searches are done, comparing every answer."""
    chance, asked = random.Random(seed), questions()
    while shared.done.value < plan.searches:
        number = chance.randrange(len(asked))
        latest = shared.committed.value
        version = latest if chance.random() < LATEST else chance.randint(0, latest)
        try:
            answer = digest(readers.get(version).search(asked[number]))
            wrong = answer != plan.noted[version][number]
            reason = f"not the answer of version {version}"
        except Exception:
            wrong, reason = True, traceback.format_exc()
        with shared.done.get_lock():
            shared.done.value += 1
        if wrong:
            with shared.wrong.get_lock():
                shared.wrong.value += 1
                told = shared.wrong.value <= SHOWN
            if told:
                print(f"{asked[number].tree}: {reason}", flush=True)


def searching_process(plan: Plan, shared: Shared, threads: int, seed: int) -> None:
    """One process whose threads share the opened versions.

    Several threads search with compiled kernels, where there are any; the
    answers are those of the plain ones.
    """
    readers = Readers(plan.directory, compiled=threads > 1)
    pool = [
        threading.Thread(target=hammer, args=(plan, shared, readers, seed + n))
        for n in range(threads)
    ]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()


def writing_process(plan: Plan, shared: Shared) -> None:
    """Commits step by step, evenly over the searches."""
    for number, step in enumerate(plan.steps, 1):
        while shared.done.value < plan.searches * number / (len(plan.steps) + 1):
            time.sleep(0.01)
        commit(plan.directory, number, step)
        shared.committed.value = number


def run(plan: Plan, threads: int, processes: int) -> Shared:
    """The whole run; what was counted."""
    context, shared = get_context("spawn"), Shared.new()
    workers = [
        context.Process(target=writing_process, args=(plan, shared)),
        context.Process(target=searching_process, args=(plan, shared, threads, 1000)),
        *(
            context.Process(target=searching_process, args=(plan, shared, 1, n))
            for n in range(processes)
        ),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(REPORT_SECONDS)
        while worker.is_alive():
            said = f"{shared.done.value} searches, commit {shared.committed.value}"
            print(f"{said}, {shared.wrong.value} wrong", file=sys.stderr, flush=True)
            worker.join(REPORT_SECONDS)
        if worker.exitcode:
            shared.wrong.value += 1
            print(f"a process ended with status {worker.exitcode}")
    return shared


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    options.add_argument("--queries", type=int, default=100_000, help="searches (default 100000)")
    options.add_argument("--records", type=int, default=3_000, help="paragraphs (default 3000)")
    options.add_argument("--threads", type=int, default=8, help="of one process (default 8)")
    options.add_argument("--processes", type=int, default=4, help="beside it (default 4)")
    options.add_argument("--commits", type=int, default=40, help="while they search (default 40)")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        records = read_laws(chosen.data, chosen.records)
        plan = prepare(Path(scratch), records, chosen.commits, chosen.queries)
        print(f"{len(plan.steps)} commits change {100 * plan.changed:.0f}% of the answers")
        started = time.perf_counter()
        shared = run(plan, chosen.threads, chosen.processes)
        rate = shared.done.value / (time.perf_counter() - started)
    print(
        f"{shared.done.value} searches by {chosen.threads} threads and {chosen.processes} "
        f"processes, {shared.committed.value} commits meanwhile, {shared.wrong.value} wrong, "
        f"{rate:.0f} a second"
    )
    return 1 if shared.wrong.value or shared.committed.value < chosen.commits else 0


if __name__ == "__main__":
    raise SystemExit(main())
