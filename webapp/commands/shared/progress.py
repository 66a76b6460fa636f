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
    ProgressColumn,
    Task,
    TextColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from corpus.formats.scans import SCANNING
from corpus.progress import Progress, silent
from indexer.searcher import Searcher
from indexer.semantic.making import ENCODING
from indexer.versions.open import open_searcher
from webapp.commands.shared import output

#: Work that is done sooner shows no bar.
PATIENCE_SECONDS = 1.0


def _unit(task: Task) -> str:
    """What is counted: pages where scans are recognised, records encoded, else documents."""
    if task.description == ENCODING:
        return "条"
    return "页" if task.description.startswith(SCANNING) else "份"


class _Count(ProgressColumn):
    """How many documents are done, and of how many."""

    def render(self, task: Task) -> Text:
        """The count, or nothing of work that cannot be counted."""
        if not task.total:
            return Text("")
        total = f"{task.total:,.0f}"
        counted = f"{task.completed:>{len(total)},.0f} / {total} {_unit(task)}"
        return Text(counted, style="progress.download")


class _Rate(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing before there is one."""
        speed = task.finished_speed or task.speed
        if not speed or not task.total:
            return Text("")
        unit = _unit(task)
        return Text(f"{speed:,.0f} {unit}/秒" if speed >= 1 else f"{60 * speed:,.1f} {unit}/分")


class _Left(ProgressColumn):
    """How much time is left, in words."""

    def render(self, task: Task) -> Text:
        """The time left, or nothing before it is known."""
        time_left = task.time_remaining
        if not task.total or not time_left or task.finished:
            return Text("")
        minutes, seconds = divmod(int(time_left), 60)
        shown = f"{minutes} 分 {seconds:02} 秒" if minutes else f"{seconds} 秒"
        return Text(f"还需约 {shown}", style="progress.remaining")


class Bar:
    """A progress bar on stderr: only on a terminal, only for work over a second.

    What else is to stand on the terminal meanwhile is printed in :meth:`aside`.
    """

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._started = time.monotonic()
        self._bar = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(20),
            _Count(),
            _Rate(),
            _Left(),
            console=self._console,
            transient=True,
            redirect_stdout=False,  # results may go to a file
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("", total=None)
        self._shown = False
        self._message = ""

    def __call__(self, message: str, done: int, total: int) -> None:
        """Takes a step of :class:`corpus.progress.Progress`."""
        patient = time.monotonic() - self._started < PATIENCE_SECONDS
        if not self._shown and (patient or not self._console.is_terminal):
            return
        if message != self._message:  # another part of the work, with a rate of its own
            self._message = message
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(message, total=total or None)
        self._bar.update(self._task, completed=done, total=total or None)
        if not self._shown:
            self._shown = True
            self._bar.start()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Takes the bar off the terminal while something else is printed."""
        if self._shown:
            self._bar.stop()
        try:
            yield
        finally:
            if self._shown:
                self._bar.start()

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
def open_with_progress(home: Path, also: Progress = silent) -> Iterator[Searcher]:
    """The searcher of ``home``, closed at the end; builds what is missing first.

    ``also`` is called with each step, as the bar is.
    A mistake in the user's theme file is reported and does not prevent a search.
    """
    with progress_bar() as bar:

        def step(message: str, done: int, total: int) -> None:
            also(message, done, total)
            bar(message, done, total)

        searcher = open_searcher(home, progress=step)
    if problem := searcher.linguistics.in_force.problem:
        output.note(f"提示：{problem.message}。{problem.hint}。在此之前沿用原来的议题词表")
    try:
        yield searcher
    finally:
        searcher.close()
