"""Timing builds, each in a process of its own.

A fresh process has no caches that an earlier build filled, and its memory is
its own: the peak is that of the process and its children together, above what
it had with all passages read (they are in memory before the clock starts, and
so are the dictionaries).  A small index is built first, so that what is
compiled or loaded once is there.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from indexer.engines.base import PolicyRecords
from indexer.linguistics import default_linguistics
from indexer.results.model import IndexRecord
from tests.bench import ours
from tests.bench.passages import SHAPE, Passages, documents
from tests.bench.peers.base import Document
from tests.bench.peers.known import PEERS

OURS = "ours"
_WARM_UP = 200
_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """What to build: ``engine`` is :data:`OURS` or a peer's name, ``writer`` the peer's way."""

    engine: str
    writer: str
    directory: Path
    passages: Passages
    size: int
    repeat: bool


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds, of them those for making a peer's tokens, disk and memory in bytes.

    Ours makes its tokens in its own call, so no share of it is known.
    """

    seconds: float
    analysing: float
    disk: int
    memory: int


def build(job: Job) -> Built:
    """Builds in a new process.  Raises ``ChildProcessError`` where that fails."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(job, there))
    process.start()
    there.close()
    try:
        built: Built = here.recv()
    except EOFError:
        process.join()
        raise ChildProcessError(f"building {job.engine} failed, see above") from None
    process.join()
    return built


def _child(job: Job, connection: Connection) -> None:
    records = list(job.passages.read(job.size, repeat=job.repeat))
    policies = job.passages.policies(records) if job.engine == OURS else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _write(job, Path(scratch), records[:_WARM_UP], policies[:1])
    job.directory.mkdir(parents=True, exist_ok=True)
    with _Peak() as peak:
        started = time.perf_counter()
        analysing = _write(job, job.directory, records, policies)
        seconds = time.perf_counter() - started
    disk = sum(path.stat().st_size for path in job.directory.rglob("*") if path.is_file())
    if job.engine == OURS:
        ours.finish(job.directory)
    connection.send(Built(seconds, analysing, disk, peak.memory))


def _write(
    job: Job, directory: Path, records: list[IndexRecord], policies: list[PolicyRecords]
) -> float:
    """Builds, a peer's index from records, ours from policies; the seconds of a peer's tokens."""
    if job.engine == OURS:
        ours.load_kernels()
        ours.build(directory, policies)
        return 0.0
    made = _Clocked(documents(records, default_linguistics().analyzer))
    PEERS[job.engine].write(directory, made, SHAPE, job.writer)
    return made.seconds


class _Clocked:
    """An iterator that knows how long its values took."""

    def __init__(self, values: Iterator[Document]) -> None:
        self._values = values
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Document]:
        return self

    def __next__(self) -> Document:
        started = time.perf_counter()
        try:
            return next(self._values)
        finally:
            self.seconds += time.perf_counter() - started


class _Peak:
    """Watches the memory of this process and its children from a thread."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._base = self._resident()
        self.memory = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _resident(self) -> int:
        total = int(self._process.memory_info().rss)
        for child in self._process.children(recursive=True):
            with suppress(psutil.Error):
                total += child.memory_info().rss
        return total

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            self.memory = max(self.memory, self._resident() - self._base)
