"""Every failure of the index that a user can act on."""

from __future__ import annotations


class IndexerError(Exception):
    """Base of all indexer errors: a cause in ``message``, how to put it right in ``hint``."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EngineError(IndexerError):
    """The engine could not be opened or could not answer."""


class IndexDamaged(EngineError):
    """The index directory is missing parts, altered, or not ours."""


class IndexBusy(EngineError):
    """Another process is writing the index."""


class EngineUnavailable(EngineError):
    """The engine cannot answer just now; the same call may succeed when it is tried again."""


class IndexForeign(EngineError):
    """The index belongs to another version of the program, which may still be running."""


class PageOutOfRange(IndexerError):
    """A page past the end was asked for; ``last`` is the last that exists."""

    def __init__(self, page: int, last: int) -> None:
        super().__init__(f"没有第 {page} 页，最后一页是第 {last} 页", f"请改为 page={last} 或更小")
        self.page = page
        self.last = last


class RecordNotFound(IndexerError):
    """No record of that id is in the index."""


class ThemeNotFound(IndexerError):
    """No theme of that name is in the lexicon."""


class LexiconError(IndexerError):
    """A lexicon file has a mistake; the message names file, line and hint."""


class ExportError(IndexerError):
    """The result cannot be written in that format."""
