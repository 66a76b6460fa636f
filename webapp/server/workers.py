"""Several worker processes on one socket: started, watched, replaced, ended.

Uvicorn's supervisor does the work.  What is added: each worker says in a
queue that it has loaded the application, or why it could not, so that the
parent can tell the address or the cause, once; and a worker ends when its
parent is gone, so that it does not hold the port for ever.

Workers are spawned, never forked, so that every system runs the same way.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

from uvicorn import Config
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from corpus.errors import CorpusError
from indexer.errors import IndexerError
from webapp.errors import ServerError, WebError

if TYPE_CHECKING:
    from a2wsgi import WSGIMiddleware

#: What a worker reports: ``None`` once it is loaded, else the cause and the hint.
Reports: TypeAlias = "SimpleQueue[tuple[str, str] | None]"


def new_reports() -> Reports:
    """A queue for the reports of workers that are going to be started."""
    return multiprocessing.get_context("spawn").SimpleQueue()


def load_in_worker(load: Callable[[], WSGIMiddleware], reports: Reports) -> WSGIMiddleware:
    """The application of this worker process; says in ``reports`` how it went."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        app = load()
    except (CorpusError, IndexerError, WebError) as error:
        reports.put((error.message, error.hint))
    except OSError as error:
        reports.put((f"不能打开馆藏或索引：{error}", "请检查 --home 所指的目录"))
    except Exception as error:
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        reports.put((f"工作进程不能启动（{cause}）", "请用 --workers 1 再试，看原因是否相同"))
    else:
        reports.put(None)
        return app
    sys.exit(STARTUP_FAILURE)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # On Windows this ends the process at once; elsewhere requests are finished first.
        os.kill(os.getpid(), signal.SIGTERM)


class Workers(Multiprocess):
    """The supervisor of ``config.workers`` processes."""

    def __init__(
        self,
        config: Config,
        listener: socket.socket,
        reports: Reports,
        ready: Callable[[], None],
    ) -> None:
        super().__init__(config, [listener])
        self._reports = reports
        self._ready = ready
        self._loaded = False
        self._failure: tuple[str, str] | None = None

    def run(self) -> None:
        """Runs until SIGTERM or Ctrl-C; calls ``ready`` once the first worker is loaded.

        Raises :class:`~webapp.errors.ServerError` if one could not start.
        """
        super().run()
        self._hear()
        if self._failure is not None:
            raise ServerError(*self._failure)

    def init_processes(self) -> None:
        """Starts the workers."""
        super().init_processes()
        self._let_go()

    def keep_subprocess_alive(self) -> None:
        """Replaces the workers that died, but for those that never got to work."""
        died = any(process.exitcode is not None for process in self.processes)
        self._hear()
        if died and not self._loaded and self._failure is None:
            self._failure = ("工作进程意外退出", "请查看上面的输出；内存是否足够？")
        if self._failure is not None:
            self.should_exit.set()
            return
        super().keep_subprocess_alive()
        self._let_go()

    def _let_go(self) -> None:
        """Leaves the workers' ends of their pipes to them.

        Otherwise a process that waits for a worker to answer would not see that it died, and would
        replace none until its time is up.
        """
        for process in self.processes:
            process.child_conn.close()

    def terminate_all(self) -> None:
        """Lets the workers finish what is under way; new connections are refused from here on."""
        for listener in self.sockets:
            listener.close()
        super().terminate_all()

    def _hear(self) -> None:
        while not self._reports.empty():
            failure = self._reports.get()
            if failure is not None:
                self._failure = self._failure or failure
            elif not self._loaded:
                self._loaded = True
                self._ready()
