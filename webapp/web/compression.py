"""Answers travel compressed: pages, data and joined files, by Flask-Compress.

A page of results shrinks to about a sixth.  Files to keep are sent as they
are (an original is to arrive byte for byte, an export says how long it is or
streams), and so is a part of a file, which must match its ``Content-Range``.
"""

from __future__ import annotations

from flask import Flask, Response
from flask_compress import Compress

#: Brotli first, as it packs Chinese text best; gzip for clients without it.
_ALGORITHMS = ("br", "gzip")


def register(app: Flask) -> None:
    """Compresses what a view answered, where the client takes it and it pays.

    To be registered before anything else that touches answers, so that it runs last.
    """
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=list(_ALGORITHMS),
        COMPRESS_ALGORITHM_STREAMING=list(_ALGORITHMS),
    )
    compress = Compress(app)

    def pack(response: Response) -> Response:
        kept = "attachment" in response.headers.get("Content-Disposition", "")
        if kept or response.status_code == 206:
            return response
        _close_at_the_end(response)
        if response.status_code < 400:
            return compress.after_request(response)
        # Flask-Compress packs successes only; the page of an error is a page as well.
        status, response.status_code = response.status, 200
        response = compress.after_request(response)
        response.status = status
        return response

    app.after_request(pack)


def _close_at_the_end(response: Response) -> None:
    """Closes the content, a file say, once it is sent: packing puts another in its place."""
    close = getattr(response.response, "close", None)
    if close is not None:
        response.call_on_close(close)
