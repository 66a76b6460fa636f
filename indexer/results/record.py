"""A record as the index keeps it: with its policy, its themes and their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.policy import Policy, Record, Region


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a record carries a theme: the phrase, where it stands, which rule."""

    field: str
    start: int
    end: int
    phrase: str
    rule: str


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """A record as the index keeps it: with its policy, themes and keywords.

    ``order`` is the document order over the whole library.  ``themes`` maps a
    theme's name to its evidence, the weightiest theme first.
    """

    record: Record
    policy: Policy
    order: int
    themes: Mapping[str, tuple[Evidence, ...]]
    keywords: tuple[str, ...]

    @property
    def region(self) -> Region | None:
        """Where the record belongs: its own region, or else that of the issuing organ."""
        own = self.record.region
        return own if own and own.full_name else self.policy.region
