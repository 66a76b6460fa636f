"""How scans are read: where finished pages are kept, who follows the work, who may stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError
from corpus.progress import Progress, silent

#: How the message of the recognition's progress begins; what it counts are pages.
SCANNING = "识别文字"


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Scans:
    """What goes with the recognition of pages.

    ``folder`` keeps finished pages (``None``: nothing is kept); ``stopped`` is asked
    between pages and while one is read.
    """

    folder: Path | None = None
    progress: Progress = silent
    stopped: Callable[[], bool] = _never


class ScanStopped(CorpusError):
    """Recognition was stopped on request; the pages finished so far are kept."""
