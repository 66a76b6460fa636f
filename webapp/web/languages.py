"""Chinese first, English on request: the set-up of Flask-Babel.

Messages are written in Chinese in code and templates; the Chinese text is the
message id.  ``translations/en`` holds the English.  A request's language is
``?lang=``, else the cookie that an earlier ``?lang=`` left, else Chinese.
Official texts, and what the core says of them, are Chinese in either language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask_babel  # type: ignore[import-untyped]
from babel.support import NullTranslations
from flask import Flask, Response, g, has_app_context, has_request_context, request
from markupsafe import Markup

from webapp.web.assets import ENDPOINTS

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def gettext(message: str, **variables: Any) -> str:
    """The message in the request's language; in Chinese where there is no request."""
    found: str = _catalogue().gettext(message) if has_app_context() else message
    return found % variables if variables else found


def ngettext(one: str, many: str, num: int) -> str:
    """The message for a count, which it may name as ``num``; in the request's language."""
    found: str = _catalogue().ngettext(one, many, num)
    return found % {"num": num}


def _catalogue() -> NullTranslations:
    """The messages in the language of the current request, looked up once in it."""
    if "catalogue" not in g:
        g.catalogue = flask_babel.get_translations()
    found: NullTranslations = g.catalogue
    return found


def _on_page(message: str, **variables: Any) -> Markup:
    """The message in a template: what is put into it is escaped."""
    return Markup(_catalogue().gettext(message)) % variables


def _counted_on_page(one: str, many: str, num: int, **variables: Any) -> Markup:
    return Markup(_catalogue().ngettext(one, many, num)) % {"num": num, **variables}


def chosen() -> str:
    """The language of the current request, a key of :data:`LANGUAGES`."""
    for value in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if value in LANGUAGES:
            return str(value)
    return "zh"


def explicit() -> str | None:
    """The language that links and forms must carry until the cookie has come back."""
    if "explicit_lang" not in g:
        value = request.args.get("lang")
        carried = value in LANGUAGES and request.cookies.get(COOKIE) != value
        g.explicit_lang = value if carried else None
    found: str | None = g.explicit_lang
    return found


def register(app: Flask) -> None:
    """Sets up translation, the cookie, and ``lang`` for visitors without cookies."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parents[1] / "translations")
    flask_babel.Babel(app, default_locale="zh", locale_selector=chosen)
    # What Flask-Babel installs looks the language up for every message.
    app.jinja_env.globals |= {"_": _on_page, "gettext": _on_page, "ngettext": _counted_on_page}
    app.after_request(_remember)
    app.url_defaults(_carry)


def _remember(response: Response) -> Response:
    """Keeps an explicit choice in a cookie, and says to caches that pages depend on it."""
    if request.endpoint in ENDPOINTS:
        return response
    response.vary.add("Cookie")
    value = explicit()
    if value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=_YEAR,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    """Adds ``lang`` to addresses until the browser has shown that it keeps the cookie."""
    if endpoint in ENDPOINTS or not has_request_context():
        return
    value = explicit()
    if value:
        values.setdefault("lang", value)
