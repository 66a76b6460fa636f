"""Searching one index from threads and processes while it is written to.

A sample of :mod:`tests.bench.hammer`, which does the same for as long as one likes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indexer.results.model import IndexRecord
from tests.bench.hammer import prepare, run


def copies(entries: tuple[IndexRecord, ...], number: int) -> list[IndexRecord]:
    """The records dealt out to several policies."""
    return [
        replace(entry, policy=replace(entry.policy, id=f"文件{at % number}"), order=at)
        for at, entry in enumerate(entries)
    ]


def test_answers_are_those_of_one_thread_while_a_writer_commits(
    tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    plan = prepare(tmp_path, copies(entries, 6), commits=4, searches=300)
    assert plan.changed > 0.3, "the commits change too little to tell answers apart"
    shared = run(plan, threads=4, processes=1)
    assert (shared.wrong.value, shared.committed.value) == (0, 4)
    assert shared.done.value >= 300
