"""What every answer carries, and what is refused before a view runs.

Pages load nothing from elsewhere and hold no inline script or style, so the
content security policy can forbid everything but our own files.  A request is
refused if its ``Host`` is not a served name (a foreign page could otherwise
read a local library by rebinding its DNS name), if its address is too long,
if it brings a body, or if its parameters are no UTF-8.

Werkzeug's ``TRUSTED_HOSTS`` is not used: it never accepts an IPv6 address
(``[::1]:8000``), and it fails before there is an address to link to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

from webapp.errors import NotServed
from webapp.settings import Settings
from webapp.web.assets import ENDPOINTS, FOREVER
from webapp.web.languages import gettext as _
from webapp.web.outside import HEADERS
from webapp.web.urls import check_encoding

#: Bytes of path and query string: more than a query of 10,000 Chinese characters
#: takes, less than what the server itself refuses.
MAX_ADDRESS = 128 * 1024
#: Bytes of a request body.  Only the forms of the management pages have one; uploads
#: may be larger once the session is known (:mod:`webapp.admin.access.guard`).
MAX_BODY = 64 * 1024
_PORT = re.compile(r":[0-9]{0,5}")


def register(app: Flask, settings: Settings, bodies: Mapping[str, int]) -> None:
    """Adds the checks before, and the headers after, every request.

    ``bodies`` gives the bytes of body that an endpoint may be sent, where that is
    more than :data:`MAX_BODY`.
    """
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    def check() -> None:
        # The style sheet of the refusal itself is no secret.
        if request.endpoint not in ENDPOINTS and not is_served(request.host, settings.served_hosts):
            raise NotServed(
                _("这台服务器不以 %(host)s 为名", host=request.host or "?"),
                _(
                    "请用 %(known)s 访问；管理员可在环境变量 ZHENGSOU_ALLOWED_HOSTS 中增加名称",
                    known=" ".join(settings.served_hosts),
                ),
            )
        if len(request.path) + len(request.query_string) > MAX_ADDRESS:
            abort(414)
        if request.content_length is None and "Transfer-Encoding" in request.headers:
            abort(411)  # a body of unknown length is not read
        if (request.content_length or 0) > bodies.get(request.endpoint or "", MAX_BODY):
            abort(413)
        check_encoding(request.query_string)

    app.before_request(check)
    app.after_request(_add_headers)
    app.url_defaults(_version_static)


def is_served(host: str, names: tuple[str, ...]) -> bool:
    """Whether a ``Host`` header, with or without a port, is one of the names.

    Names are lower case, IPv6 addresses without brackets; one that begins with
    a dot stands for its subdomains.
    """
    host = host.lower()
    if host.startswith("["):
        bare, _bracket, port = host[1:].partition("]")
    else:
        bare, colon, port = host.partition(":")
        bare, port = bare.removesuffix("."), colon + port
    # The feed and the search description repeat the header as an address.
    if port and not _PORT.fullmatch(port):
        return False
    return any(
        bare == name or (name.startswith(".") and (bare.endswith(name) or bare == name[1:]))
        for name in names
    )


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response
    version = request.args.get("v")
    asked = str((request.view_args or {}).get("filename", ""))
    if response.status_code == 200 and version and version == _digest_of(asked):
        response.headers["Cache-Control"] = FOREVER
    return response


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    """Adds the hash of the file to its address, so that it can be cached for long."""
    if endpoint == "static":
        values.setdefault("v", _digest_of(str(values.get("filename", ""))))


def _digest_of(filename: str) -> str | None:
    """The hash of one of our own files; ``None`` for anything else that was asked for."""
    path = safe_join(str(current_app.static_folder), filename)
    return _digest(Path(path)) if path else None


@lru_cache(256)
def _digest(path: Path) -> str | None:
    """The first 12 hex digits of a file's SHA-256; ``None`` if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except (OSError, ValueError):  # not there, a directory, or no name that a file can have
        return None
