"""Sessions of the management pages: a signed cookie, for these pages alone.

Flask's own signed cookie does the work; what is ours is where its key comes
from (the home's credentials, so that all worker processes share it and a new
token ends all sessions) and that no other page reads or sets it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from webapp.admin.access.credentials import Credentials, read_credentials
from webapp.errors import AdminError
from webapp.settings import Settings

#: What every address of the management pages begins with, below the prefix.
ROOT = "/admin"
#: How long a session lasts after the last request.
LIFETIME = timedelta(hours=8)
_SALT = "zhengsou-admin-session"


class AdminSessions(SecureCookieSessionInterface):
    """Opens a session below :data:`ROOT` where there are credentials, none elsewhere."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def credentials(self) -> Credentials | None:
        """The home's credentials as they are now."""
        return read_credentials(self._settings.home)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that the request's cookie holds, an empty one without a valid cookie."""
        if not _is_below(request.path, ROOT):
            return None  # Flask makes one that cannot be written of it
        try:
            return super().open_session(app, request)
        except AdminError:
            return None  # the guard reads the same file, and says what is wrong with it

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Signs with the home's key; ``None`` where there is none."""
        found = self.credentials()
        if found is None:
            return None
        return URLSafeTimedSerializer(
            found.key,
            salt=_SALT,
            serializer=self.serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )

    def get_cookie_name(self, app: Flask) -> str:
        return "zhengsou_admin"

    def get_cookie_path(self, app: Flask) -> str:
        return f"{self._settings.url_prefix}{ROOT}"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Strict"


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")
