"""JSON and JSON Lines: the search's own object, for programs.

Hits are written one by one, so that a large result needs no second copy in
memory, and each stands on a line of its own, so that files compare well.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import IO, Any

from indexer.exports.rows import Provenance
from indexer.results.model import Results


def _encode(value: Any) -> bytes:
    # An unpaired surrogate becomes its JSON escape instead of a failure.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def write_json(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """The results' object with every hit, and ``provenance`` as its last key."""
    head = {**replace(results, hits=(), documents=()).to_dict(), "provenance": provenance.to_dict()}
    opening = b"{\n"
    for key, value in head.items():
        stream.write(opening + _encode(key) + b": ")
        if key == "hits":
            _write_hits(results, stream)
        else:
            stream.write(_encode(value))
        opening = b",\n"
    stream.write(b"\n}\n")


def _write_hits(results: Results, stream: IO[bytes]) -> None:
    opening = b"[\n"
    for hit in results.listed:
        stream.write(opening + _encode(hit.to_dict()))
        opening = b",\n"
    stream.write(b"\n]" if results.listed else b"[]")


def write_jsonl(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """One hit a line and nothing else."""
    for hit in results.listed:
        stream.write(_encode(hit.to_dict()) + b"\n")
