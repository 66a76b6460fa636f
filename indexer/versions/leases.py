"""Who still reads which index version: so that none is removed under a reader.

    <home>/index/readers/<version directory>.<process>-<random>

A reader makes such a file and locks it for as long as it has the version open.
The system frees the lock when the process ends, however it ends, so a file that
can be locked belongs to no process and is removed.  Locked files, unlike open
directories or signals, mean the same on every system.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from filelock import FileLock, Timeout


class Lease:
    """A reader's hold on one version; it ends with :meth:`release`, or with the process."""

    def __init__(self, lock: FileLock | None) -> None:
        self._lock = lock

    def release(self) -> None:
        """Gives the version up.  Releasing twice is allowed."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release(force=True)
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink()

    def __del__(self) -> None:
        self.release()


class Leases:
    """The readers of one home's index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, version: str) -> Lease:
        """A hold on a version directory's name; without effect where nothing can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{version}.{os.getpid()}-{secrets.token_hex(4)}"
            # Requests of any thread may be the last to let go.
            lock = FileLock(path, timeout=0, thread_local=False)
            lock.acquire()
        except (OSError, Timeout):
            return Lease(None)
        return Lease(lock)

    def is_read(self, version: str) -> bool:
        """Whether anybody holds the version; sweeps what dead readers left."""
        found = False
        for path in self._folder.glob(f"{version}.*"):
            lock = FileLock(path, timeout=0, thread_local=False)
            try:
                lock.acquire()
            except (OSError, Timeout):
                found = True
                continue
            Lease(lock).release()
        return found
