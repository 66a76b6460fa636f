"""Work on a batch that takes longer than a request: in a thread, told on disk.

A :class:`Job` changes nothing but its batch's state and what its task does; the
page that shows the batch asks for the state, whichever process answers it.  If
the process dies, the batch falls silent and can be tried again: adding the same
files twice changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from corpus.errors import CorpusError
from indexer.errors import IndexerError
from webapp.admin.staging import Batch, Outcome, Staging
from webapp.errors import WebError

_log = logging.getLogger(__name__)
#: Seconds between two writes of the progress.
_PAUSE = 0.5

#: Told what is being done, how much of it is done, and of how much (0: unknown).
Tell = Callable[[str, int, int], None]
#: What a job does: given who to tell, what became of each document.
Task = Callable[[Tell], tuple[Outcome, ...]]
#: Writes the end of a job into the audit log.
Log = Callable[[str], None]


class Job:
    """Takes a batch from one state to another."""

    def __init__(self, staging: Staging, batch: Batch, task: Task, *, during: str, after: str):
        self._staging = staging
        self._task = task
        self._after = after
        self._told = 0.0
        self._batch = staging.put(
            replace(batch, state=during, step="", done=0, total=0, message="", hint="")
        )

    def start(self, log: Log) -> None:
        """Begins the work beside the request."""
        threading.Thread(target=self.run, args=(log,), daemon=True).start()

    def run(self, log: Log) -> None:
        """Does the work; whatever happens is in the batch afterwards."""
        try:
            outcomes = self._task(self._tell)
        except (CorpusError, IndexerError, WebError) as error:
            self._fail(error.message, error.hint)
            log(f"failed: {error.message}")
        except Exception:
            _log.exception("处理上传的文件时出错")
            self._fail("程序内部出错", "请在服务器日志中查看原因，然后再试一次")
            log("failed: internal error")
        else:
            self._staging.put(
                replace(self._batch, state=self._after, outcomes=outcomes, step="", done=0, total=0)
            )
            log("ok")

    def _tell(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told < _PAUSE and done < total:
            return
        self._told = now
        self._batch = self._staging.put(replace(self._batch, step=step, done=done, total=total))

    def _fail(self, message: str, hint: str) -> None:
        self._staging.put(replace(self._batch, state="failed", message=message, hint=hint))
