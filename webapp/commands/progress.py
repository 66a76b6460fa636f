"""Opening the index from the command line, with a progress bar where it takes a while."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from indexer.build import open_searcher
from indexer.searcher import Searcher
from webapp.commands import output

#: Work that is done sooner shows no bar.
PATIENCE_SECONDS = 1.0


class _Rate(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing before there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/秒" if speed else "")


class Bar:
    """A progress bar on stderr: only on a terminal, only for work over a second."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._started = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._shown = False
        self._message = ""

    def __call__(self, message: str, done: int, total: int) -> None:
        """Takes a step of :class:`indexer.build.Progress`."""
        patient = time.monotonic() - self._started < PATIENCE_SECONDS
        if not self._shown and (patient or not self._console.is_terminal):
            return
        if not self._shown:
            self._shown = True
            self._bar.start()
        if message != self._message:  # another part of the work, with a rate of its own
            self._message = message
            self._bar.reset(self._task, description=message, total=total)
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Removes the bar from the terminal."""
        if self._shown:
            self._bar.stop()


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar that is gone when the work is done or has failed."""
    bar = Bar()
    try:
        yield bar
    finally:
        bar.close()


@contextmanager
def open_with_progress(home: Path) -> Iterator[Searcher]:
    """The searcher of ``home``, closed at the end; builds what is missing first.

    A mistake in the user's theme file is told, and keeps nobody from searching.
    """
    with progress_bar() as bar:
        searcher = open_searcher(home, progress=bar)
    if problem := searcher.linguistics.in_force.problem:
        output.note(f"提示：{problem.message}。{problem.hint}。在此之前沿用原来的议题词表")
    try:
        yield searcher
    finally:
        searcher.close()
