"""What a running application holds: the index it searches and the library behind it.

``create_app`` puts one :class:`State` into ``app.extensions["zhengsou"]``;
views fetch it with :func:`state`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from corpus.library import Library
from indexer.searcher import Searcher
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """Opened once when the application starts; safe to use from every thread."""

    settings: Settings
    searcher: Searcher
    library: Library


def state() -> State:
    """The state of the application that answers the current request."""
    held: State = current_app.extensions["zhengsou"]
    return held
