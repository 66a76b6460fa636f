"""The production server: granian, worker processes, one address.

The parent takes care that the port is free and starts the workers; each opens
the index for itself (the operating system shares the mapped pages).  A single
worker also builds what is missing, so that nothing is loaded twice before the
first page; several find it built, so that none waits for another.  SIGTERM
lets requests that are under way finish.

Workers are spawned, never forked, so that every system runs the same way.
What makes a worker give up before it serves comes back to the parent through
a queue and is told there, once, in one line.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import logging
import multiprocessing
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.queues import SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from corpus.errors import CorpusError
from indexer.errors import IndexerError
from webapp import create_app
from webapp.errors import ServerError, WebError
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Threads of a worker that run Python code: more than cores, as exports stream.
THREADS = 16
#: Requests a worker holds before it lets the others wait in the system's queue.
BACKPRESSURE = 256
#: Seconds that requests under way have to finish after SIGTERM.
DRAIN_SECONDS = 30
_POLL_SECONDS = 0.02

#: Granian's own words are not results, so they go to stderr.
_LOGGING = {
    "handlers": {
        name: {
            "class": "logging.StreamHandler",
            "formatter": formatter,
            "stream": "ext://sys.stderr",
        }
        for name, formatter in (("console", "generic"), ("access", "access"))
    }
}
#: Cause and mend of each worker that could not start.
Failures: TypeAlias = "SimpleQueue[tuple[str, str]]"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: an IP address and a port that was free a moment ago."""

    ip: str
    port: int

    def url(self, prefix: str = "") -> str:
        """What to type into a browser on this machine."""
        ip = ipaddress.ip_address(self.ip)
        if ip.is_unspecified:
            ip = ipaddress.ip_address("::1" if ip.version == 6 else "127.0.0.1")
        host = f"[{ip}]" if ip.version == 6 else str(ip)
        return f"http://{host}:{self.port}{prefix}/"


def find_address(host: str, port: int) -> Address:
    """Resolves ``host`` and makes sure that ``port`` is free; 0 picks a free one.

    Raises :class:`~webapp.errors.ServerError` with what to do instead.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ServerError(f"找不到主机 {host}", "请检查 --host，本机是 127.0.0.1") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Else connections of an earlier server, long closed, would hold the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
        except OSError as error:
            raise _refused(host, port, error) from error
        name = probe.getsockname()
        return Address(name[0], name[1])


def _refused(host: str, port: int, error: OSError) -> ServerError:
    if error.errno == errno.EADDRINUSE:
        return ServerError(
            f"端口 {port} 已被占用",
            "请用 --port 换一个端口（--port 0 自动选择），或先停止占用它的程序",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return ServerError(f"{host} 不是这台机器的地址", "请检查 --host，本机是 127.0.0.1")
    if error.errno in (errno.EACCES, errno.EPERM):
        return ServerError(f"没有权限使用端口 {port}", "请用 --port 换一个 1024 以上的端口")
    return ServerError(f"不能在 {host}:{port} 上监听：{error.strerror}", "请检查 --host 和 --port")


def serve(settings: Settings, address: Address, *, workers: int, ready: Callable[[], None]) -> None:
    """Runs until SIGTERM or Ctrl-C; calls ``ready`` once the first worker answers.

    A worker that dies is replaced.  Raises
    :class:`~webapp.errors.ServerError` if the first ones cannot start, or
    their successors die at once.
    """
    multiprocessing.set_start_method("spawn", force=True)
    failures: Failures = multiprocessing.get_context("spawn").SimpleQueue()
    server = Server(
        "zhengsou",
        address=address.ip,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=BACKPRESSURE,
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=DRAIN_SECONDS,
        log_level=LogLevels.critical,
        log_dictconfig=_LOGGING,
    )

    def listening() -> None:
        # A worker that cannot even start is our failure; one that dies later is replaced.
        server.respawn_failed_workers = True
        logging.getLogger("_granian").setLevel(logging.ERROR)
        ready()

    stopped = threading.Event()
    watcher = threading.Thread(
        target=_announce, args=(address, settings, listening, stopped), daemon=True
    )
    watcher.start()
    try:
        server.serve(target_loader=partial(load, settings, failures), wrap_loader=False)
    except SystemExit as error:
        if failures.empty():
            raise ServerError("工作进程意外退出", "请查看上面的输出；内存是否足够？") from error
        raise ServerError(*failures.get()) from error
    finally:
        stopped.set()
        watcher.join()


def load(settings: Settings, failures: Failures) -> WSGIApplication:
    """The application of a worker process; it says in ``failures`` why there is none."""
    try:
        if sys.stderr.isatty():
            # Only here, since the bar's libraries take a while to load.
            from webapp.commands.progress import open_with_progress

            with open_with_progress(settings.home):
                pass
        return create_app(settings)
    except (CorpusError, IndexerError, WebError) as error:
        failures.put((error.message, error.hint))
    except OSError as error:
        failures.put((f"不能打开馆藏或索引：{error}", "请检查 --home 所指的目录"))
    except KeyboardInterrupt:
        pass
    sys.exit(1)


def _announce(
    address: Address, settings: Settings, ready: Callable[[], None], stopped: threading.Event
) -> None:
    """Waits until the server answers, whatever it says, and tells it."""
    while not stopped.wait(_POLL_SECONDS):
        if _answers(address, settings):
            ready()
            return


def _answers(address: Address, settings: Settings) -> bool:
    host = address.url().removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host, timeout=DRAIN_SECONDS)
    try:
        connection.request("GET", f"{settings.url_prefix}/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
