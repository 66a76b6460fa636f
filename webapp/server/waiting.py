"""What is answered before the index is there: 503, how far it is, and when to ask again.

A server that has to build first holds its port already, so that a second one
fails at once.  Without an answer, a visitor would look at a page that loads for
minutes.  So a thread takes the connections until the application is there.
Where the index is there, or is made in a moment, that thread never starts: the
connections of that moment wait.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from webapp.errors import Failure
from webapp.web.outside import render

#: Seconds of building that visitors wait for without an answer.
PATIENCE_SECONDS = 3.0
#: Seconds of a start that reports no building; the kernels may have to be compiled.
START_SECONDS = 10.0
#: Seconds after which a page asks again.
RETRY_AFTER = 5
_READ_SECONDS = 5


class Waiting:
    """Takes the connections of a listener, once work has been going on for a while."""

    def __init__(self, listener: socket.socket, on_answer: Callable[[], None]) -> None:
        """``on_answer`` is called when visitors begin to be answered that they must wait."""
        self._listener = listener
        self._on_answer = on_answer
        self._began: float | None = None
        self._server: _Server | None = None
        self._over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(START_SECONDS, self._answer, ("正在启动",))
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, message: str, done: int, total: int) -> None:
        """Takes a step of :class:`corpus.progress.Progress`."""
        now = time.monotonic()
        self._began = self._began or now
        step = f"{message} {done} / {total}" if total else message
        if self._server is not None:
            self._server.step = step
        elif now - self._began >= PATIENCE_SECONDS:
            self._answer(step)

    def _answer(self, step: str) -> None:
        """Begins to answer, unless that has begun or is no longer needed."""
        with self._lock:
            if self._server is not None or self._over:
                return
            self._server = _Server(self._listener, step)
            threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        self._on_answer()

    def close(self) -> None:
        """Leaves the listener to the application; connections that were taken are answered."""
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._server is not None:
                self._server.shutdown()


@contextlib.contextmanager
def waiting(listener: socket.socket, on_answer: Callable[[], None]) -> Iterator[Waiting]:
    """A :class:`Waiting` that is over when the work is done or has failed."""
    found = Waiting(listener, on_answer)
    try:
        yield found
    finally:
        found.close()


class _Server(ThreadingHTTPServer):
    """Answers on a socket that it neither opened nor closes."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, step: str) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.step = step

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hung up is no error."""


class _Handler(BaseHTTPRequestHandler):
    """Says that there is no answer yet, whatever was asked."""

    timeout = _READ_SECONDS
    default_request_version = "HTTP/1.0"  # its answers have headers
    server: _Server

    def answer(self) -> None:
        """The answer to every request."""
        failure = Failure(
            503,
            "index_building",
            "索引正在重建或打开，完成之前不能检索",
            f"现在是：{self.server.step}。请稍后再试",
        )
        path = getattr(self, "path", "")  # of a request that could be read
        with contextlib.suppress(ValueError):  # http://[/ is no address
            path = urlsplit(path).path
        headers, body = render(failure, path, RETRY_AFTER)
        self.send_response_only(failure.status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what cannot be read, or asks for an unknown method, like all else."""
        self.answer()

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing: there is no log of requests."""
