"""The production server: uvicorn, the application in threads, one address.

The port is taken before anything else is done, so that a second server on it
fails at once.  A single worker is this very process: nothing is loaded
twice before the first page.  Several are processes that share the socket
(:mod:`webapp.server.workers`); each opens the index for itself, and the operating
system shares the mapped pages.  SIGTERM and Ctrl-C let requests that are
under way finish.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from a2wsgi import WSGIMiddleware
from uvicorn.server import HANDLED_SIGNALS

from corpus.progress import Progress, silent
from webapp import create_app
from webapp.errors import ServerError
from webapp.server.protocol import MAX_HEAD, Protocol
from webapp.server.waiting import waiting
from webapp.server.workers import Workers, load_in_worker, new_reports
from webapp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Threads of a worker that run Python code: more than cores, as exports stream.
THREADS = 16
#: Connections that wait in the system's queue for a worker to take them.
BACKLOG = 1024
#: Seconds that requests under way have to finish after SIGTERM.
DRAIN_SECONDS = 30
#: Seconds that a worker may stay silent (it is starting, say) before it is replaced.
SILENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: an IP address and a port."""

    ip: str
    port: int

    @classmethod
    def of(cls, listener: socket.socket) -> Address:
        """The address that a socket is bound to."""
        name = listener.getsockname()
        return cls(name[0], name[1])

    @property
    def is_everywhere(self) -> bool:
        """Whether it stands for all addresses of the machine."""
        return ipaddress.ip_address(self.ip).is_unspecified

    def url(self, prefix: str = "") -> str:
        """What to type into a browser on this machine."""
        ip = ipaddress.ip_address(self.ip)
        if ip.is_unspecified:
            ip = ipaddress.ip_address("::1" if ip.version == 6 else "127.0.0.1")
        host = f"[{ip}]" if ip.version == 6 else str(ip)
        return f"http://{host}:{self.port}{prefix}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``port`` of ``host``; 0 picks a free port.

    Connections wait until a worker takes them.  Raises
    :class:`~webapp.errors.ServerError` with what to do instead.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ServerError(f"找不到主机 {host}", "请检查 --host，本机是 127.0.0.1") from error
    # Named as TCP, because asyncio turns Nagle's algorithm off only for what says so: an
    # answer in two pieces would wait for the client's delayed acknowledgement, 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        # Else connections of an earlier server, long closed, would hold the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from error
    return listener


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


def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    workers: int,
    ready: Callable[[], None],
    busy: Callable[[], None] = lambda: None,
) -> None:
    """Runs until SIGTERM or Ctrl-C; calls ``ready`` once requests are answered.

    ``busy`` is called where the start takes a while, since the index has to be built
    first, say; from then on visitors get a page that says so (:mod:`webapp.server.waiting`).

    A worker process that dies is replaced.  Raises
    :class:`~webapp.errors.ServerError` if one cannot start; a single worker
    raises the errors of :func:`webapp.create_app` as they are.
    """
    load = partial(_load, settings)
    if workers == 1:
        with waiting(listener, busy) as progress:
            app = load(progress)
        server = _Server(_config(lambda: app, 1), ready)
        with server.listening_for_signals():
            server.run([listener])
        return
    reports = new_reports()
    config = _config(partial(load_in_worker, load, reports), workers)
    # Our supervisor reports in one line what its supervisor would say.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    Workers(config, listener, reports, ready).run()


def _load(settings: Settings, progress: Progress = silent) -> WSGIMiddleware:
    """The application as uvicorn takes it: each request in a thread."""
    app = _log_to_stderr(create_app(settings, progress))
    return WSGIMiddleware(app, workers=THREADS)  # type: ignore[arg-type]  # its own WSGI types


def _log_to_stderr(app: WSGIApplication) -> WSGIApplication:
    """What goes wrong in a request is no result, so it is not to go to stdout."""

    def logging_to_stderr(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        environ["wsgi.errors"] = sys.stderr
        return app(environ, start_response)

    return logging_to_stderr


def _config(load: Callable[[], WSGIMiddleware], workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        load,
        factory=True,
        interface="asgi3",
        workers=workers,
        loop="asyncio",
        http=Protocol,
        h11_max_incomplete_event_size=MAX_HEAD,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        backlog=BACKLOG,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_worker_healthcheck=SILENCE_SECONDS,
    )


class _Server(uvicorn.Server):
    """A server in this process that says when it listens and ends as one that has done its job."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to take connections, then says so."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def listening_for_signals(self) -> Iterator[None]:
        """Takes the signals before and after uvicorn does, which raises them again at its end."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
