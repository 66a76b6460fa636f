"""Servers for the tests: one in a thread of this process, one as a user starts it.

:func:`served` is quick: the production server, its protocol and its threads, without
loading everything in another process.  :func:`serving` is that process, for signals,
workers, and what stands on its streams.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from a2wsgi import WSGIMiddleware

from tests.support.program import COMMAND, environment
from webapp import create_app
from webapp.server.server import THREADS, Address, _config, _log_to_stderr, _Server, listen
from webapp.settings import Settings


@contextmanager
def served(home: Path, *, url_prefix: str = "") -> Iterator[str]:
    """The address of a server on a home and a free port, without a slash at its end."""
    settings = Settings(home, url_prefix, ("127.0.0.1",))
    app = create_app(settings)
    middleware = WSGIMiddleware(_log_to_stderr(app), workers=THREADS)  # type: ignore[arg-type]
    ready = threading.Event()
    server = _Server(_config(lambda: middleware, 1), ready.set)
    with closing(listen("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), name="server")
        thread.start()
        try:
            assert ready.wait(60), "the server does not start"
            yield Address.of(listener).url(settings.url_prefix).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(60)
            middleware.executor.shutdown()
            app.extensions["zhengsou"].searcher.close()


@contextmanager
def serving(home: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server's process and the address that it printed."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *args],
        env=environment(home, {"PYTHONUTF8": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()
            yield process, address
        finally:
            process.terminate()
            process.wait(timeout=60)
