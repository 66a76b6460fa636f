"""Every failure of the faces that a user can act on, with its HTTP status.

The classes carry a cause in ``message``, what to do in ``hint``, a stable ``code``
for programs and the ``status`` of the answer.  :func:`describe` gives the same
four things for any failure of the project, so that the pages, the API and the
command line say the same of it; :mod:`webapp.web.error_pages` renders them.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import CorpusError, PolicyNotFound
from indexer.errors import (
    EngineError,
    EngineUnavailable,
    ExportError,
    IndexerError,
    PageOutOfRange,
    RecordNotFound,
    ThemeNotFound,
)


class WebError(Exception):
    """Base of all errors of the faces: cause, hint, code and HTTP status."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(WebError):
    """A setting (keyword, option or environment variable) that cannot be used."""

    code = "bad_setting"


class ServerError(WebError):
    """The server cannot start at that address, or its workers died."""

    code = "server_error"


class BadParameter(WebError):
    """A request parameter that is unknown or cannot be used; it is named."""

    status = 400
    code = "bad_parameter"

    def __init__(self, parameter: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.parameter = parameter


class NoParameters(BadParameter):
    """A parameter for an address that takes none."""


class NotServed(WebError):
    """A request for a host name that this server does not answer to."""

    status = 400
    code = "bad_host"


class NotHere(WebError):
    """Nothing stands at that address: an unknown page, format or id."""

    status = 404
    code = "not_found"


class AdminError(WebError):
    """Credentials, audit log or uploads that cannot be read or written."""

    code = "admin_error"


class Forbidden(WebError):
    """A change without a valid session, or from a form that is not ours."""

    status = 403
    code = "forbidden"


class PictureError(WebError):
    """A picture that this server cannot draw; a service that is not there."""

    status = 501
    code = "picture_unavailable"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a face says of a failure: HTTP status, code, cause and hint."""

    status: int
    code: str
    message: str
    hint: str

    def to_dict(self) -> dict[str, dict[str, str]]:
        """The one JSON shape of all failures."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


#: The more precise class first: the first that fits decides.
_OF_OTHER_PACKAGES: tuple[tuple[type[CorpusError] | type[IndexerError], int, str], ...] = (
    (PageOutOfRange, 404, "page_out_of_range"),
    (RecordNotFound, 404, "record_not_found"),
    (ThemeNotFound, 404, "theme_not_found"),
    (PolicyNotFound, 404, "policy_not_found"),
    (ExportError, 400, "export_error"),
    (EngineUnavailable, 503, "try_again"),
    (EngineError, 503, "index_unavailable"),
    (IndexerError, 500, "index_error"),
    (CorpusError, 500, "library_error"),
)


def describe(error: WebError | IndexerError | CorpusError) -> Failure:
    """Status, code, cause and hint of any failure that the project raises."""
    if isinstance(error, WebError):
        return Failure(error.status, error.code, error.message, error.hint)
    for kind, status, code in _OF_OTHER_PACKAGES:
        if isinstance(error, kind):
            return Failure(status, code, error.message, error.hint)
    raise TypeError(f"not an error of this project: {type(error).__name__}")
