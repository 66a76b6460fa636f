"""How a longer job says how far it is: one protocol for libraries, indexes and faces."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what is being done, how much of it is done, and of how much (0: unknown)."""

    def __call__(self, message: str, done: int, total: int) -> None: ...


def silent(message: str, done: int, total: int) -> None:
    """The progress of a job that nobody watches."""
