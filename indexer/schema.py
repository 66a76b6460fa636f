"""What is indexed of a record, said once and for every engine.

Text fields are searched; facets are counted and filtered by; the rest of a
record is stored and given back as it came.  A record without a field (a
passage has no unit) is simply empty there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from indexer.results.model import IndexRecord

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


def facet_values(entry: IndexRecord) -> dict[str, tuple[str, ...]]:
    """The record's values in each facet; single-valued ones hold at most one."""
    region = entry.record.region
    single = {
        "kind": entry.record.kind,
        "policy": entry.policy.id,
        "issuer": entry.policy.issuer,
        "year": entry.policy.date[:4] if entry.policy.date else None,
        "province": region.province if region else None,
        "city": region.city if region else None,
        "county": region.county if region else None,
    }
    values = {name: (value,) if value else () for name, value in single.items()}
    return {**values, "theme": tuple(entry.themes), "keyword": entry.keywords}
