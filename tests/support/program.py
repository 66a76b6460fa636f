"""The program ``zhengsou`` as its users meet it: arguments, streams and a status.

:func:`run`, :func:`printed` and :func:`refused` call the program's entry point in this
process, which is quick.  :func:`process` starts a process of its own, for what only a
whole process shows: the encoding of a terminal, pipes, signals, what gets loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from webapp import cli

#: How a process runs the program.
COMMAND = (sys.executable, "-m", "webapp.cli")


@dataclass(frozen=True, slots=True)
class Done:
    """A run that is over: its exit status, and what it wrote to its two streams."""

    status: int
    out: bytes
    err: bytes

    @property
    def result(self) -> str:
        """What it wrote to stdout."""
        return self.out.decode("utf-8")

    @property
    def said(self) -> str:
        """What it wrote to stderr."""
        return self.err.decode("utf-8")


class _Program(click.Command):
    """The entry point :func:`webapp.cli.main`, as click's runner takes a command."""

    def main(self, args: Sequence[str], prog_name: str) -> None:  # type: ignore[override]
        """Runs it with arguments as the system would pass them."""
        with _argv(prog_name, *args):
            cli.main()


@contextmanager
def _argv(*arguments: str) -> Iterator[None]:
    before, sys.argv = sys.argv, list(arguments)
    try:
        yield
    finally:
        sys.argv = before


def run(home: Path, *args: str, stdin: bytes = b"") -> Done:
    """The program with these arguments, on a home that the environment names."""
    environment = {name: None for name in os.environ if _is_ours(name)}
    done = CliRunner().invoke(
        _Program("zhengsou"), args, input=stdin, env={**environment, "ZHENGSOU_HOME": str(home)}
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout_bytes, done.stderr_bytes)


def printed(home: Path, *args: str) -> str:
    """What a command that must succeed writes to stdout."""
    done = run(home, *args)
    assert done.status == 0, done.said
    return done.result


def refused(home: Path, *args: str, status: int) -> str:
    """What a command that must fail says: on stderr, without a traceback."""
    done = run(home, *args)
    assert done.status == status, done.said
    assert done.out == b""
    assert "Traceback" not in done.said
    return done.said


def process(
    home: Path, *args: str | bytes, env: Mapping[str, str] | None = None, **options: Any
) -> Done:
    """The program with these arguments in a process of its own."""
    ended = subprocess.run(
        [*COMMAND, *args],
        env=environment(home, env or {}),
        capture_output=True,
        timeout=120,
        check=False,
        **options,
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


def environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of ours, but with ``home`` and ``more``."""
    kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    return {**kept, "ZHENGSOU_HOME": str(home), **more}


def _is_ours(name: str) -> bool:
    return name.startswith(("PYTHONIO", "ZHENGSOU_"))
