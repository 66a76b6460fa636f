"""Tasks: work on the whole library that may outlast a request, one of a kind at a time.

    <home>/admin/tasks/<name>.json     how far it is, and what came of it

Taking a policy out, previewing and applying themes and looking for candidates
take moments on a small library and minutes on a large one.  :func:`webapp.admin.jobs.run_task`
begins one and waits a little; where that is not enough, a page follows it,
whichever worker process answers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from corpus.files import write_atomically
from webapp.admin.heartbeat import is_silent, now, unwritable

#: The tasks there are.
NAMES = ("removal", "correction", "preview", "themes", "candidates")


@dataclass(frozen=True, slots=True)
class Task:
    """How a task stands: ``state`` is ``running``, ``done`` or ``failed``.

    ``subject`` says what it was run for; ``result`` is what its page shows.
    """

    name: str
    subject: str = ""
    state: str = "running"
    step: str = ""
    done: int = 0
    total: int = 0
    seen_at: str = ""
    message: str = ""
    hint: str = ""
    result: str = ""

    @property
    def is_stalled(self) -> bool:
        """Whether it is under way, but its heartbeat has stopped."""
        return self.state == "running" and is_silent(self.seen_at)

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state == "running" and not self.is_stalled


class Tasks:
    """The tasks of one home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "admin" / "tasks"

    def get(self, name: str) -> Task | None:
        """How the task of a name stands; ``None`` where it was never run."""
        if name not in NAMES:
            return None
        try:
            return Task(**json.loads((self.folder / f"{name}.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, item: Task) -> Task:
        """Keeps how a task stands now.

        Raises :class:`~webapp.errors.AdminError` where that cannot be written.
        """
        kept = replace(item, seen_at=now())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            data = json.dumps(asdict(kept), ensure_ascii=False).encode("utf-8", "replace")
            write_atomically(self.folder / f"{item.name}.json", data)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        return kept
