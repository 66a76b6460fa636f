"""Killing processes that add, and looking at what they leave behind.

A process adds a folder of small documents, committing every second one and
letting the index follow often, and writes down what is acknowledged.  It is
killed (SIGKILL, nothing can be caught) at a random moment, by turns of its whole time and
shortly after a random number of acknowledgements; then :func:`inspect`
demands: the library opens, everything acknowledged is in it, everything in it is
whole; the index that was current is undamaged and holds every policy with all of
its records or not at all; and after the next start all that the library holds
is found.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from corpus.library.library import Library
from corpus.library.writer import Outcome
from indexer.versions import ingest as intake
from indexer.versions.contents import CONTENTS, load_contents
from indexer.versions.open import open_searcher
from indexer.versions.store import IndexStore

DOCUMENTS = 12
#: So many processes are killed for each one after which the next start is tried too.
START_AGAIN = 4
ACKNOWLEDGED = "acknowledged"


def make_documents(folder: Path) -> dict[str, str]:
    """Small documents, each with a word of its own; the words by policy id."""
    folder.mkdir()
    words = {}
    for number in range(1, DOCUMENTS + 1):
        title, word = f"第{number}号办法", f"记号{number:03}"
        lines = "\n\n".join(f"第{n}条 {word}之{n}，社区治理。" for n in range(1, 5))
        text = f"# {title}\n\n{lines}\n"
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")
        words[title] = word
    return words


def add(home: Path, folder: Path) -> None:
    """What the process that is killed does."""
    intake._GROUP_DOCUMENTS = 2  # type: ignore[attr-defined]
    intake._FEWEST_RECORDS = 15  # type: ignore[attr-defined]
    acknowledged = os.open(home / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(outcomes: Sequence[Outcome]) -> None:
        text = "".join(f"{outcome.entry.id}\n" for outcome in outcomes)
        os.write(acknowledged, text.encode())

    intake.add_paths(home, [folder], on_commit=say)


@dataclass(frozen=True, slots=True)
class Killed:
    """What was left after one kill: how many were acknowledged, held, and in the index."""

    finished: bool
    acknowledged: int
    held: int
    indexed: int


def kill_at_random(work: Path, times: int, seed: int) -> Iterator[Killed]:
    """Kills so many processes; raises ``AssertionError`` where one left something wrong."""
    chance = random.Random(seed)
    words = make_documents(work / "files")
    template = work / "template"
    open_searcher(template).close()
    duration = 0.0
    for number in range(times + 1):
        home = work / f"home{number}"
        shutil.copytree(template, home)
        process = _context().Process(target=add, args=(home, work / "files"))
        started = time.monotonic()
        process.start()
        # The first one runs to its end: it shows how long that takes.
        if number % 2 or not number:
            process.join(chance.uniform(0, duration) if number else None)
        else:
            _wait_for(process, home / ACKNOWLEDGED, chance.randrange(DOCUMENTS))
            process.join(chance.uniform(0, 0.02))
        finished = not process.is_alive()
        process.kill()
        process.join()
        if not number:
            duration = time.monotonic() - started
        else:
            yield inspect(home, words, finished, number % START_AGAIN == 0)
        process.close()
        shutil.rmtree(home)


def _wait_for(process: BaseProcess, log: Path, documents: int) -> None:
    """Waits until so many documents are acknowledged: most of the time goes into the index."""
    while process.is_alive() and (log.read_bytes().count(b"\n") if log.exists() else 0) < documents:
        process.join(0.001)


def _context() -> multiprocessing.context.BaseContext:
    """Starts processes that have loaded everything, where the system can do that quickly."""
    methods = multiprocessing.get_all_start_methods()
    if "forkserver" not in methods:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.warm", "tests.support.killing"])
    return context


def inspect(home: Path, words: dict[str, str], finished: bool, start_again: bool) -> Killed:
    """Looks at what a killed process left; raises ``AssertionError``.

    With ``start_again`` also at what the next start makes of it.
    """
    log = home / ACKNOWLEDGED
    acknowledged = log.read_text(encoding="utf-8").split() if log.exists() else []
    library = Library.open(home)
    held = {policy.id for policy in library.policies()} & {*words}
    assert {*acknowledged} <= held, "something acknowledged is lost"
    assert len(library) == len(held) + 1, "something is there that nobody added"
    for policy in library.policies():
        assert library.parsed(policy.id).policy == policy
        assert library.source_path(policy.id).is_file()
    indexed = _inspect_index(home, library)
    if start_again:
        _inspect_search(home, held)
    return Killed(finished, len(acknowledged), len(held), indexed)


def _inspect_search(home: Path, held: set[str]) -> None:
    """The next start finds all that the library holds, and nothing else."""
    searcher = open_searcher(home)
    found = searcher.export("记号*").hits
    searcher.close()
    counts = Counter(hit.record.policy.id for hit in found)
    assert {*counts} == held, "what is found is not what the library holds"
    assert set(counts.values()) <= {4}, "a policy is found in part"


def _inspect_index(home: Path, library: Library) -> int:
    """The number of policies in the index that was current when the process died."""
    store = IndexStore(home)
    version = store.current()
    assert version is not None
    assert list(store.verify(version, in_full=True)) == []
    contents = load_contents(version.read(CONTENTS))
    assert contents is not None
    whole = {held.policy.id: held.records for held in library.held()}
    for policy_id, (_, count) in contents.policies.items():
        assert whole[policy_id] == count
    assert sum(count for _, count in contents.policies.values()) == version.manifest.records
    return len(contents.policies) - 1
