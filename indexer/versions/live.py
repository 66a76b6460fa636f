"""An opened index that follows the home: a rebuild is seen without a restart.

A :class:`LiveSearcher` looks at the pointer to the current index version
before each use.  Where it has changed, the new version is opened beside the
old one and taken from then on; requests that are still under way finish on
the version they began with, which stays on disk as long as one of them has it.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from corpus.errors import CorpusError
from corpus.progress import Progress
from indexer.errors import IndexerError
from indexer.versions.open import Opened, open_home
from indexer.versions.store import IndexStore

_log = logging.getLogger(__name__)


class LiveSearcher:
    """The current searcher of a home; threads may share it."""

    def __init__(self, home: Path, progress: Progress | None = None) -> None:
        """Builds what is missing; raises as :func:`indexer.versions.open.open_searcher` does."""
        self._home = home
        self._store = IndexStore(home)
        self._lock = threading.Lock()
        self._refused = ""
        self._opened = open_home(home, progress=progress)

    def current(self) -> Opened:
        """The opened index, of the version that is current now.

        A new version that cannot be opened is refused once, with a line in
        the log; the last one that could be goes on answering.
        """
        pointer = self._store.pointer().strip()
        if pointer not in ("", self._opened.pointer, self._refused) and self._lock.acquire(False):
            try:
                self._opened = open_home(self._home)
            except (CorpusError, IndexerError) as error:
                self._refused = pointer
                _log.warning("新的索引打不开，继续使用原来的：%s。%s", error.message, error.hint)
            finally:
                self._lock.release()
        return self._opened
