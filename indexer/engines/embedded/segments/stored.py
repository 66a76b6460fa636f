"""Stored records: pieces in one blob, decoded when they are asked for.

The texts are pieces of their own, so that showing a title costs no JSON; the
policy, which many records share, is stored once and decoded once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from corpus.policy import Policy, Record, Region, Span
from indexer.engines.base import Themes
from indexer.engines.embedded.segments.array_file import Array
from indexer.engines.embedded.segments.segment_format import PIECES
from indexer.results.model import IndexRecord
from indexer.schema import DEFAULT_FIELDS

#: Texts may hold half of a surrogate pair.
_ERRORS = "surrogatepass"
#: What is written here begins with its value: nothing is to be skipped before it.
_decoded = json.JSONDecoder().raw_decode
#: Units, titles, bodies, then the id, then what is neither.
_ID = 3
assert DEFAULT_FIELDS == ("unit", "title", "body")


def encode_policy(policy: Policy) -> bytes:
    """A policy as JSON."""
    return _dumps(asdict(policy))


def encode_id(entry: IndexRecord) -> bytes:
    """The id of a record."""
    return entry.record.id.encode("utf-8", _ERRORS)


def encode_rest(entry: IndexRecord) -> bytes:
    """What is neither policy, text nor id of a record, as JSON."""
    record, region = entry.record, entry.record.region
    return _dumps(
        (
            record.kind,
            record.n,
            record.unit is None,
            record.status,
            (region.province, region.city, region.county, region.code) if region else None,
            [(span.start, span.end) for span in record.place],
            entry.order,
            entry.keywords,
        )
    )


def _dumps(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", _ERRORS)


class StoredRecords:
    """The records of one segment.  Threads may share it."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        blob, offsets = arrays["stored/blob"], arrays["stored/offsets"]
        self._blob, self._offsets = blob.data, offsets.data
        self._rows = arrays["stored/policy"].data
        self._policy_blob = arrays["policies/blob"].data
        self._policy_offsets = arrays["policies/offsets"].data
        self._policies: dict[int, Policy] = {}

    def _piece(self, doc: int, piece: int) -> str:
        at = doc * PIECES + piece
        cut = self._blob[self._offsets[at] : self._offsets[at + 1]]
        return str(cut, "utf-8", _ERRORS)

    def _pieces(self, doc: int) -> list[str]:
        """All pieces of a document, which lie one behind the other."""
        at = doc * PIECES
        bounds = self._offsets[at : at + PIECES + 1].tolist()
        cuts = [self._blob[first:end] for first, end in pairwise(bounds)]
        return [str(cut, "utf-8", _ERRORS) if cut else "" for cut in cuts]

    def text(self, doc: int, field: str) -> str:
        """The text of a default field, empty where there is none."""
        return self._piece(doc, DEFAULT_FIELDS.index(field))

    def id_of(self, doc: int) -> str:
        """The id of a document's record, without decoding the rest."""
        return self._piece(doc, _ID)

    def fields(self, doc: int) -> dict[str, str]:
        """The id and the texts as the stored fields of a Whoosh document."""
        texts = {name: self.text(doc, name) for name in DEFAULT_FIELDS}
        if not texts["unit"]:
            del texts["unit"]
        return {"id": self.id_of(doc), **texts}

    def policy(self, doc: int) -> Policy:
        """The policy of a record."""
        row = self._rows[doc]
        policy = self._policies.get(row)
        if policy is None:
            cut = self._policy_blob[self._policy_offsets[row] : self._policy_offsets[row + 1]]
            policy = Policy.from_dict(json.loads(str(cut, "utf-8", _ERRORS)))
            self._policies[row] = policy
        return policy

    def record(self, doc: int, themes: Themes) -> IndexRecord:
        """The whole record, as it went in but for its ``themes``."""
        unit, title, body, name, rest = self._pieces(doc)
        (kind, n, no_unit, status, region, place, order, keywords), _ = _decoded(rest)
        record = Record(
            name,
            kind,
            n,
            title,
            body,
            None if no_unit else unit,
            status,
            Region(*region) if region else None,
            tuple([Span(*span) for span in place]),
        )
        return IndexRecord(record, self.policy(doc), order, themes, tuple(keywords))
