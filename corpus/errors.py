"""Every failure of the corpus that a user can act on."""

from __future__ import annotations


class CorpusError(Exception):
    """Base of all corpus errors: a cause in ``message``, and in ``hint`` what the user can do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SourceError(CorpusError):
    """A file that cannot be read as a policy text."""


class LibraryError(CorpusError):
    """A home directory that cannot be read or written, or holds foreign files."""


class PolicyNotFound(CorpusError):
    """No policy of that id is in the library."""


class CorrectionError(CorpusError):
    """A correction file that says something which cannot be followed."""
