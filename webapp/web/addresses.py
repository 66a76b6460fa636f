"""Addresses within the site, each built once.

A page of results holds some hundred of them.  Without scheme and host an
address depends only on where the application is mounted, on the language that
links must carry (:func:`webapp.web.languages.explicit`), on its view and the
values, so :func:`url_for` keeps what Flask's own has built.  Queries differ
from request to request: :func:`with_parameters` puts them behind a kept
address instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import flask
from flask import g, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from webapp.web.languages import explicit

#: Addresses kept, and the length up to which values are worth it: together under 10 MB.
_KEPT, _SHORT = 4096, 300
#: What RFC 3986 lets stand in a query, so that addresses stay readable.
_SAFE = "!$'()*,/:;?@"


def url_for(endpoint: str, **values: Any) -> str:
    """What :func:`flask.url_for` gives; kept if it is relative, short and all of text."""
    place = _place()
    size = 0
    for name, value in values.items():
        if value is not None and (type(value) is not str or name.startswith("_")):
            place = None
            break
        size += len(value or "")
    if place is None or size > _SHORT:
        return flask.url_for(endpoint, **values)
    return _built(place, endpoint, tuple(values.items()))


def without_slash() -> str | None:
    """The requested address without the slash at its end, where a page stands there."""
    path = request.path.rstrip("/")
    if path == request.path or not path.startswith("/") or path.startswith("//"):
        return None
    try:
        flask.current_app.create_url_adapter(request).match(path)  # type: ignore[union-attr]
    except (HTTPException, RoutingException):
        return None
    query = request.query_string.decode("ascii", "replace")
    return f"{quote(request.script_root + path)}{'?' + query if query else ''}"


def _place() -> tuple[str, str | None] | None:
    """What addresses of the current request depend on: the mount and the carried language."""
    if not has_request_context():
        return None
    if "place" not in g:
        g.place = request.script_root, explicit()
    found: tuple[str, str | None] = g.place
    return found


@lru_cache(_KEPT)
def _built(
    place: tuple[str, str | None], endpoint: str, values: tuple[tuple[str, str | None], ...]
) -> str:
    """``place`` is what Flask and our own defaults read from the request."""
    return flask.url_for(endpoint, **dict(values))  # type: ignore[arg-type]


def quoted(value: str) -> str:
    """A value as a query string holds it."""
    return _quoted(value) if len(value) <= _SHORT else quote_plus(value, safe=_SAFE)


@lru_cache(_KEPT)
def _quoted(value: str) -> str:
    return quote_plus(value, safe=_SAFE)


def encoded(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values as a query string."""
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)


def with_parameters(address: str, query: str) -> str:
    """The address with a query string added behind what it has."""
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def record_url(record_id: str, q: str = "") -> str:
    """The page of a record, with the query whose hits it marks."""
    return with_parameters(
        url_for("pages.record", record_id=record_id), encoded([("q", q)] if q else [])
    )


def policy_url(policy_id: str, q: str = "", anchor: str = "", at: str = "") -> str:
    """The page of a policy, with the query whose hits it marks, at one of its records.

    ``at`` is the anchor of a record on the part that is shown, for a policy that is
    read in parts.
    """
    page = url_for("pages.policy", policy_id=policy_id)
    pairs = [(name, value) for name, value in (("q", q), ("at", at)) if value]
    address = with_parameters(page, encoded(pairs))
    return f"{address}#{anchor}" if anchor else address


def panel_url(pairs: Iterable[tuple[str, str]]) -> str:
    """The address of the export panel of a search, or of a list of records (``id``)."""
    return with_parameters(url_for("exporting.panel"), encoded(pairs))


def switch_url(language: str) -> str:
    """The address of the current page in another language.

    Parameters are written behind it as they came: as keywords, some names
    would be taken for Flask's own (``_scheme``, ``endpoint``).
    """
    if request.endpoint is None:
        return url_for("pages.search", lang=language)
    page = url_for(request.endpoint, **{**(request.view_args or {}), "lang": None})
    return with_parameters(page, encoded([*_asked("lang"), ("lang", language)]))


def same_parameters(endpoint: str) -> str:
    """The address of another view with the parameters of this request, as they came."""
    return with_parameters(url_for(endpoint, lang=None), encoded(_asked()))


def with_changed(name: str, value: str | None) -> str:
    """The current address with another value of a parameter, or without it for ``None``."""
    page = url_for(request.endpoint or "", **{**(request.view_args or {}), "lang": None})
    changed = [] if value is None else [(name, value)]
    return with_parameters(page, encoded([*_asked(name), *changed]))


def _asked(*without: str) -> list[tuple[str, str]]:
    pairs = request.args.items(multi=True)
    return [(name, value) for name, value in pairs if name not in without]
