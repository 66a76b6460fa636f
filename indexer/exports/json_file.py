"""JSON and JSON Lines: the search's own object, for programs.

Hits are written one by one, so that a large result needs no second copy in
memory, and each stands on a line of its own, so that files compare well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, Any

from indexer.exports.rows import Provenance
from indexer.results.grouped import GroupedDocument, GroupedResults
from indexer.results.model import DocumentHit, Hit, Results


def _encode(value: Any) -> bytes:
    # An unpaired surrogate becomes its JSON escape instead of a failure.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def write_json(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """The results' object with every hit or document, and ``provenance`` as its last key."""
    if isinstance(results, GroupedResults):
        bare: Results = replace(results, grouped=())
    else:
        bare = replace(results, hits=(), documents=())
    head = {**bare.to_dict(), "provenance": provenance.to_dict()}
    opening = b"{\n"
    for key, value in head.items():
        stream.write(opening + _encode(key) + b": ")
        if key in ("hits", "documents"):
            _write_items(_items(results), stream)
        else:
            stream.write(_encode(value))
        opening = b",\n"
    stream.write(b"\n}\n")


def _items(results: Results) -> Sequence[Hit | DocumentHit | GroupedDocument]:
    return results.grouped if isinstance(results, GroupedResults) else results.listed


def _write_items(items: Sequence[Hit | DocumentHit | GroupedDocument], stream: IO[bytes]) -> None:
    opening = b"[\n"
    for item in items:
        stream.write(opening + _encode(item.to_dict()))
        opening = b",\n"
    stream.write(b"\n]" if items else b"[]")


def write_jsonl(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """One hit a line, or one document, and nothing else."""
    for item in _items(results):
        stream.write(_encode(item.to_dict()) + b"\n")
