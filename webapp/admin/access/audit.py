"""The audit log: what was done over the management pages, a line each, never rewritten.

    <home>/admin/audit.jsonl

A line is on disk before the page that reports the action is sent.  Lines of
other processes do not mix: each is one short write to the end of the file,
made under a lock that they share.
"""

from __future__ import annotations

import json
import os
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from webapp.errors import AdminError

_LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Action:
    """One action: when (UTC, ISO 8601), what, on what, how it ended, and from which address.

    ``session`` is a short name that the actions of one login share; ``address``
    is what the server saw, which behind a proxy is the proxy.
    """

    at: str
    action: str
    subject: str
    outcome: str
    session: str
    address: str


class AuditLog:
    """The log of one home."""

    def __init__(self, home: Path) -> None:
        self.path = home / "admin" / "audit.jsonl"

    def write(
        self, action: str, subject: str, outcome: str, *, session: str = "", address: str = ""
    ) -> Action:
        """Appends an action; it is durable when this returns.

        Raises :class:`~webapp.errors.AdminError`: what cannot be logged must not be done.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Action(now, action, subject, outcome, session, address)
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=_LOCK_SECONDS), self.path.open("ab") as file:
                file.write(line.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
        except (OSError, Timeout) as error:
            reason = getattr(error, "strerror", None) or error
            raise AdminError(
                f"无法写入操作日志“{self.path}”：{reason}", "请检查磁盘空间与目录权限后再试"
            ) from error
        return entry

    def latest(self, most: int) -> tuple[Action, ...]:
        """The last ``most`` actions, newest first; a line that a crash cut short is left out."""
        try:
            with self.path.open("rb") as file:
                lines = deque(file, maxlen=most)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise AdminError(
                f"无法读取操作日志“{self.path}”：{error.strerror}", "请检查文件权限"
            ) from error
        return tuple(entry for line in reversed(lines) if (entry := _entry(line)))


def _entry(line: bytes) -> Action | None:
    try:
        return Action(**json.loads(line.decode("utf-8")))
    except (ValueError, TypeError):
        return None
