"""What was recognised on pages, and where finished pages are kept.

    a page's picture -> PageReading: lines with their score, ruling lines
                     -> <folder>/<sha256 of the file>/<page>.json

Recognising a page takes seconds, so a finished page is kept: a run that was
stopped goes on where it ended, and a file that is read again gives the same text
without recognition.  Places are in pixels of the picture after it was levelled.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.files import write_atomically


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as it was recognised: its text, how sure that is (0–1), and where it stands.

    ``centres`` are the middles of its characters from the left.
    """

    text: str
    score: float
    left: float
    right: float
    middle: float
    height: float
    centres: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was recognised on a page: ``width`` and ``height`` in pixels, ``points`` a pixel.

    ``rules`` are its straight lines: left, top, right, bottom.
    """

    engine: str
    width: int
    height: int
    points: float
    lines: tuple[ReadLine, ...]
    rules: tuple[tuple[float, float, float, float], ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> PageReading:
        """Raises :class:`ValueError`, :class:`KeyError` or :class:`TypeError` for anything else."""
        values = json.loads(text)
        lines = tuple(
            ReadLine(**{**line, "centres": tuple(line["centres"])}) for line in values["lines"]
        )
        rules = tuple((x0, top, x1, bottom) for x0, top, x1, bottom in values["rules"])
        return cls(**{**values, "lines": lines, "rules": rules})


class PageStore:
    """The finished pages of one file; without a folder, nothing is kept."""

    def __init__(self, folder: Path | None, sha256: str) -> None:
        self._folder = folder / sha256 if folder is not None else None

    def get(self, page: int) -> PageReading | None:
        """A page that is finished; a damaged one counts as not finished."""
        if self._folder is None:
            return None
        try:
            return PageReading.from_json(self._path(page).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, page: int, reading: PageReading) -> None:
        """Keeps a page; where that cannot be written, it is recognised again another time."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(page), reading.to_json().encode("utf-8"), durable=False)

    def _path(self, page: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{page}.json"
