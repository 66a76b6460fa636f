"""When a directory last changed: asked at every search, so it has to cost next to nothing.

An open directory is asked about faster than a path; where directories cannot
be opened (on Windows), the path is asked about.
"""

from __future__ import annotations

import os
import weakref
from functools import partial
from pathlib import Path


class DirectoryWatch:
    """A directory that is looked at often.  Threads may share it.

    It stays this directory: one that is made in its place is not looked at.
    """

    def __init__(self, directory: Path) -> None:
        try:
            place = os.open(directory, os.O_RDONLY)
        except OSError:
            self._ask = partial(os.stat, str(directory))
        else:
            self._ask = partial(os.fstat, place)
            weakref.finalize(self, os.close, place)

    def changed(self) -> int:
        """When something was last made, removed or renamed in it, in nanoseconds.

        Raises ``OSError``.
        """
        return self._ask().st_mtime_ns
