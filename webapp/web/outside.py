"""Answers given outside of the application: beside its prefix, and to what is no request.

They carry the same security headers and the same JSON shape as all others
(:data:`HEADERS` is what :mod:`webapp.web.security` adds to those), but no style
and no language: there is no request context that they could come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from webapp.errors import Failure
from webapp.web.json_text import dumps

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: What every answer carries.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_PAGE = """<!doctype html>
<html lang="zh-Hans">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">{again}
<title>{message}</title>
<h1>{message}</h1>
<p>{hint}</p>
</html>
"""


def render(
    failure: Failure, path: str, retry_after: int | None = None
) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body that report a failure to a client that asked for ``path``.

    JSON below any ``/api/`` and for ``/healthz``, else a plain page, which asks
    again by itself where it may after ``retry_after`` seconds.
    """
    if "/api/" in path or path.endswith("/healthz"):
        kind, text = "application/json", dumps(failure.to_dict())
    else:
        kind = "text/html; charset=utf-8"
        again = f'\n<meta http-equiv="refresh" content="{retry_after}">' if retry_after else ""
        text = _PAGE.format(message=escape(failure.message), hint=escape(failure.hint), again=again)
    # A lone surrogate cannot be sent; it can only come from a path that was no text.
    body = text.encode("utf-8", "replace")
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **HEADERS,
        **({"Retry-After": str(retry_after)} if retry_after else {}),
    }
    return list(headers.items()), body


class PrefixMount:
    """WSGI middleware: serves an application under a path prefix.

    ``SCRIPT_NAME`` and ``PATH_INFO`` are set as PEP 3333 has it, so that every
    address the application builds carries the prefix.  A path outside of the
    prefix is answered with 404.  Where the server has set ``SCRIPT_NAME``
    already, it has mounted the application itself, and nothing is changed.
    """

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if environ.get("SCRIPT_NAME"):
            return self.app(environ, start_response)
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            failure = Failure(404, "not_found", "这里没有页面", f"政搜在 {self.prefix}/ 下")
            headers, body = render(failure, path)
            start_response(f"404 {HTTPStatus(404).phrase}", headers)
            return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
        environ["SCRIPT_NAME"] = self.prefix
        environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        return self.app(environ, start_response)
