"""The fields of a record that are searched, said once and for every engine.

What is counted and filtered by stands in :mod:`indexer.results.facets`; the
rest of a record is stored and given back as it came.  A record without a field (a
passage has no unit) is simply empty there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from indexer.results.record import IndexRecord

#: Changes whenever an index of the same records may differ; part of the stamp.
SCHEMA_VERSION = "4"

#: Searched when the query names no field, in the order of display.
DEFAULT_FIELDS = ("unit", "title", "body")
#: Searched through their names only.
POLICY_FIELDS = ("policy", "number", "issuer")
TEXT_FIELDS = DEFAULT_FIELDS + POLICY_FIELDS

_TEXT_OF: Mapping[str, Callable[[IndexRecord], str | None]] = {
    "unit": lambda entry: entry.record.unit,
    "title": lambda entry: entry.record.title,
    "body": lambda entry: entry.record.body,
    "policy": lambda entry: entry.policy.title,
    "number": lambda entry: entry.policy.number,
    "issuer": lambda entry: entry.policy.issuer,
}


def text_of(entry: IndexRecord, field: str) -> str:
    """The text of one of :data:`TEXT_FIELDS`, empty where there is none."""
    return _TEXT_OF[field](entry) or ""
