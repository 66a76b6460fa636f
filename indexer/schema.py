"""The fields of a record that are searched, said once and for every engine.

What is counted and filtered by stands in :mod:`indexer.results.facets`; the
rest of a record is stored and given back as it came.  A record without a field (a
passage has no unit) is simply empty there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from corpus.policy import Policy, Record

#: Changes whenever an index of the same records may differ; part of the stamp.
SCHEMA_VERSION = "5"
#: Changes whenever the term book of the same entries may differ; part of the stamp.
TERM_BOOK_VERSION = "3"

#: Searched when the query names no field, in the order of display.
DEFAULT_FIELDS = ("unit", "title", "body")
#: Searched through their names only.
POLICY_FIELDS = ("policy", "number", "issuer")
TEXT_FIELDS = DEFAULT_FIELDS + POLICY_FIELDS


class Indexed(Protocol):
    """A record and the policy that it is from, as :class:`indexer.results.record.IndexRecord`."""

    @property
    def record(self) -> Record:
        """The record."""

    @property
    def policy(self) -> Policy:
        """The policy that it is from."""


_TEXT_OF: Mapping[str, Callable[[Indexed], str | None]] = {
    "unit": lambda entry: entry.record.unit,
    "title": lambda entry: entry.record.title,
    "body": lambda entry: entry.record.body,
    "policy": lambda entry: entry.policy.title,
    "number": lambda entry: entry.policy.number,
    "issuer": lambda entry: entry.policy.issuer,
}


def text_of(entry: Indexed, field: str) -> str:
    """The text of one of :data:`TEXT_FIELDS`, empty where there is none."""
    return _TEXT_OF[field](entry) or ""
