"""The least that a server can do: Flask answering ``{}``, served as ours is.

    python -m tests.bench.floor WORKERS

Prints its address, as ``zhengsou serve`` does; see :mod:`tests.bench.serving`.
"""

from __future__ import annotations

import sys
from functools import partial

from a2wsgi import WSGIMiddleware
from flask import Flask

from webapp.server.server import server
from webapp.server.workers import Workers, load_in_worker, new_reports


def load() -> WSGIMiddleware:
    """The application, in as many threads as ours has."""
    app = Flask("floor")
    app.add_url_rule("/<path:path>", view_func=lambda path: {}, endpoint="floor")
    return WSGIMiddleware(app, workers=server.THREADS)  # type: ignore[arg-type]  # as in webapp


def main() -> None:
    workers = int(sys.argv[1])
    listener = server.listen("127.0.0.1", 0)
    reports = new_reports()
    # The very configuration of our own server.
    config = server._config(partial(load_in_worker, load, reports), workers)
    port = listener.getsockname()[1]
    Workers(config, listener, reports, lambda: print(f"http://127.0.0.1:{port}/", flush=True)).run()


if __name__ == "__main__":
    main()
