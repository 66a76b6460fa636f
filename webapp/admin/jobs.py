"""Work that takes longer than a request: in a thread, its state kept on disk.

A :class:`Job` changes nothing but the state of its batch or task and what its
work does; the page that shows it asks for the state, whichever process answers.
A job that runs writes a heartbeat every few seconds, however long a single step
takes.  If the process dies, the heartbeat stops and the job can be tried again:
adding the same files twice changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from corpus.errors import CorpusError
from corpus.progress import Progress
from indexer.errors import IndexerError
from webapp.admin.heartbeat import claiming
from webapp.admin.tasks import Task, Tasks
from webapp.errors import WebError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_log = logging.getLogger(__name__)
#: Seconds between two writes of the progress.
_PAUSE = 0.5
#: Seconds between two heartbeats.
_BEAT = 15.0
#: Seconds that a request waits for its task before a page follows it.
PATIENCE = 3.0

#: What a job does: given whom to report to, the fields that its end fills.
Work = Callable[[Progress], Mapping[str, Any]]
#: Writes the end of a job into the audit log.
Log = Callable[[str], None]

#: A frozen dataclass with the fields that a job fills: a batch, a task.
Kept = TypeVar("Kept", bound="DataclassInstance")


class Store(Protocol[Kept]):
    """Where the state of a job is kept."""

    def put(self, item: Kept) -> Kept:
        """Keeps the state, and gives it back with the time."""


class Job(Generic[Kept]):
    """Takes a batch or a task from one state to another."""

    def __init__(self, store: Store[Kept], item: Kept, work: Work, *, during: str, after: str):
        self._store: Store[Kept] = store
        self._work = work
        self._after = after
        self._reported = ("", 0.0)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._item: Kept = store.put(
            replace(item, state=during, step="", done=0, total=0, message="", hint="")
        )

    def start(self, log: Log) -> threading.Thread:
        """Begins the work beside the request."""
        thread = threading.Thread(target=self.run, args=(log,), daemon=True)
        threading.Thread(target=self._beat, daemon=True).start()
        thread.start()
        return thread

    def run(self, log: Log) -> None:
        """Does the work, and keeps on disk how it ended."""
        try:
            end = {"state": self._after, "step": "", "done": 0, "total": 0}
            end, outcome = {**end, **self._work(self._report)}, "ok"
        except (CorpusError, IndexerError, WebError) as error:
            end = {"state": "failed", "message": error.message, "hint": error.hint}
            outcome = f"failed: {error.message}"
        except Exception:
            _log.exception("管理页的任务出错")
            hint = "请在服务器日志中查看原因，然后再试一次"
            end = {"state": "failed", "message": "程序内部出错", "hint": hint}
            outcome = "failed: internal error"
        self._over.set()
        try:
            log(outcome)
        except WebError:
            _log.exception("无法写入操作日志")
        self._keep(end)

    def _report(self, message: str, done: int, total: int) -> None:
        at = time.monotonic()
        last, reported = self._reported
        if message == last and at - reported < _PAUSE and (not total or done < total):
            return
        self._reported = (message, at)
        self._keep({"step": message, "done": done, "total": total})

    def _beat(self) -> None:
        while not self._over.wait(_BEAT):
            self._keep({})

    def _keep(self, changes: Mapping[str, Any]) -> None:
        """Writes the state; a full disk must not end the work."""
        with self._lock:
            if self._over.is_set() and "state" not in changes:
                return
            self._item = replace(self._item, **changes)
            try:
                self._item = self._store.put(self._item)
            except WebError:
                _log.exception("无法写入任务的进度")


def run_task(tasks: Tasks, task: Task, work: Work, log: Log) -> Task:
    """Begins a task, and says how it stands after at most :data:`PATIENCE` seconds.

    Where one of its name is under way, that one is given back and nothing is begun.
    """
    with claiming(tasks.folder):
        current = tasks.get(task.name)
        if current is not None and current.is_running:
            return current
        thread = Job(tasks, task, work, during="running", after="done").start(log)
    thread.join(PATIENCE)
    return tasks.get(task.name) or task
