"""The heartbeat of work whose state is kept on disk, and the lock under which it begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from webapp.errors import AdminError
from webapp.web.languages import gettext as _

#: Work without a heartbeat for so long has died with its process.
SILENCE = timedelta(seconds=60)
_CLAIM_SECONDS = 10


def now() -> str:
    """The time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def is_silent(seen_at: str) -> bool:
    """Whether the last heartbeat is longer ago than :data:`SILENCE`."""
    try:
        return datetime.now(UTC) - datetime.fromisoformat(seen_at) > SILENCE
    except (ValueError, TypeError):
        return True


@contextmanager
def claiming(folder: Path) -> Iterator[None]:
    """Keeps two requests from beginning the same work, in any process.

    Raises :class:`~webapp.errors.AdminError` where the lock cannot be had.
    """
    lock = folder.parent / f"{folder.name}.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=_CLAIM_SECONDS):
            yield
    except OSError as error:  # Timeout is one
        if isinstance(error, Timeout):
            raise AdminError(_("另一项管理操作正在开始"), _("请稍后再试")) from error
        raise unwritable(lock, error) from error


def unwritable(path: Path, error: OSError) -> AdminError:
    """What to say where the state of work, or an upload, cannot be kept."""
    return AdminError(
        _("无法写入“%(path)s”：%(why)s", why=error.strerror or error, path=path),
        _("请检查磁盘空间与目录权限后再试"),
    )
