"""What a running application holds: the index it searches and the library behind it.

``create_app`` puts one :class:`State` into ``app.extensions["zhengsou"]``;
views fetch it with :func:`state`.
"""

from __future__ import annotations

from flask import current_app, g, has_app_context

from corpus.library.library import Library
from corpus.progress import Progress
from indexer.searcher import Searcher
from indexer.versions.live import LiveSearcher
from indexer.versions.open import Opened
from webapp.settings import Settings
from webapp.web.near_duplicates import NearDuplicates


class State:
    """Opened once when the application starts; safe to use from every thread.

    A request sees one version of the index from its beginning to its end.
    """

    def __init__(self, settings: Settings, progress: Progress | None = None) -> None:
        """``progress`` is called with the steps of building the index, where it is built first.

        Raises the errors of :mod:`corpus.errors` and :mod:`indexer.errors`.
        """
        self.settings = settings
        self._live = LiveSearcher(settings.home, progress)
        self._near_duplicates: NearDuplicates | None = None

    @property
    def searcher(self) -> Searcher:
        """The public search call."""
        return self._opened().searcher

    @property
    def library(self) -> Library:
        """The library that the searcher's records are from."""
        return self._opened().library

    @property
    def near_duplicates(self) -> NearDuplicates:
        """Those of :attr:`library`; a changed library is compared again."""
        known = self._near_duplicates
        if known is None or not known.is_of(self.library):
            known = self._near_duplicates = NearDuplicates(self.library)
        return known

    def _opened(self) -> Opened:
        if not has_app_context():
            return self._live.current()
        if "opened" not in g:
            g.opened = self._live.current()
        opened: Opened = g.opened
        return opened


def state() -> State:
    """The state of the application that answers the current request."""
    held: State = current_app.extensions["zhengsou"]
    return held
