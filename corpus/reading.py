"""Interim: plain text and JSON Lines as documents, and documents as policies."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from corpus.document import SourceDocument, Stated
from corpus.errors import SourceError
from corpus.notice import parse
from corpus.policy import ParsedPolicy
from corpus.sources import decode_source, extension_of, read_bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that was not read, and why."""

    name: str
    error: SourceError


def read_documents(data: bytes, name: str) -> Iterator[SourceDocument | Refused]:
    """The documents in the bytes of a file ``name``."""
    lowered = name.lower()
    if lowered.endswith(".jsonl.xz"):
        yield from _read_jsonl(lzma.open(io.BytesIO(data)), name)  # noqa: SIM115
    elif lowered.endswith(".jsonl.gz"):
        yield from _read_jsonl(cast("IO[bytes]", gzip.open(io.BytesIO(data))), name)  # noqa: SIM115
    elif lowered.endswith(".jsonl"):
        yield from _read_jsonl(io.BytesIO(data), name)
    else:
        source = decode_source(data, name)
        yield SourceDocument(source.text, name, source.sha256, extension_of(name), data)


def read_path(path: Path) -> Iterator[SourceDocument | Refused]:
    """The documents in the file at ``path``."""
    return read_documents(read_bytes(path), path.name)


def _read_jsonl(lines: IO[bytes], name: str) -> Iterator[SourceDocument | Refused]:
    number = 0
    for line in lines:
        if not line.strip():
            continue
        number += 1
        member = f"{name}/{number}" if number > 1 else name
        try:
            row = json.loads(line)
            keys = ("title", "number", "issuer", "date", "category", "url")
            stated = {key: row.get(key) or None for key in keys}
            text = row["text"]
        except (ValueError, KeyError, TypeError) as error:
            yield Refused(member, SourceError(f"“{member}”不是一份文件：{error}", "请检查这一行"))
            continue
        digest = hashlib.sha256(line).hexdigest()
        yield SourceDocument(text, member, digest, ".jsonl", line, (), Stated(**stated))


def parse_document(document: SourceDocument, correction: object = None) -> ParsedPolicy:
    """The document as a policy."""
    stated = document.stated
    parsed = parse(
        document.text,
        source=document.source,
        sha256=document.sha256,
        url=stated.url,
        category=stated.category,
    )
    title = stated.title or parsed.policy.title
    policy = replace(
        parsed.policy,
        title=title,
        number=stated.number or parsed.policy.number,
        issuer=stated.issuer or parsed.policy.issuer,
        date=stated.date or parsed.policy.date,
        id=stated.number or parsed.policy.number or title,
    )
    old = parsed.policy.id
    records = tuple(replace(r, id=policy.id + r.id.removeprefix(old)) for r in parsed.records)
    return replace(parsed, policy=policy, records=records)
