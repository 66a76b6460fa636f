"""Parsed policies as JSON Lines, sealed.

A policy's file has a line for the policy (with its text, furniture,
warnings and findings), one for each record, and a last one with the SHA-256 of all lines
before: :func:`loads` gives back values equal to those that :func:`dumps` was
given, or ``None`` when the file is damaged or was written by another version of
the parser.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from corpus.policy import Finding, ParsedPolicy, ParseWarning, Policy, Record, Region, Span


def dumps(parsed: ParsedPolicy, parser_version: int, given: str = "") -> bytes:
    """``parsed`` as UTF-8 JSON Lines, sealed with their hash.

    ``given`` stands for what else it was made of, besides the source.
    """
    head = {
        "parser": parser_version,
        "given": given,
        "policy": asdict(parsed.policy),
        "text": parsed.text,
        "furniture": [[span.start, span.end] for span in parsed.furniture],
        "warnings": [asdict(warning) for warning in parsed.warnings],
        "findings": [asdict(finding) for finding in parsed.findings],
        "page_starts": parsed.page_starts,
    }
    lines = [head, *map(_record_to_dict, parsed.records)]
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8")
    return body + json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode("ascii") + b"\n"


def loads(data: bytes, parser_version: int, given: str = "") -> ParsedPolicy | None:
    """The policy in ``data``; ``None`` unless whole and made by ``parser_version`` of ``given``."""
    body, _, seal = data.rstrip(b"\n").rpartition(b"\n")
    body += b"\n"
    if seal != json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode("ascii"):
        return None
    # A break within a text is escaped.  One array is read much faster than line by line.
    lines = body.decode("utf-8").removesuffix("\n").replace("\n", ",")
    head, *records = json.loads(f"[{lines}]")
    if head["parser"] != parser_version or head.get("given", "") != given:
        return None
    return ParsedPolicy(
        policy=Policy.from_dict(head["policy"]),
        text=head["text"],
        records=tuple(map(_record_from_dict, records)),
        furniture=_spans(head["furniture"]),
        warnings=tuple(ParseWarning.from_dict(warning) for warning in head["warnings"]),
        findings=tuple(map(_finding_from_dict, head["findings"])),
        page_starts=tuple(head.get("page_starts", ())),
    )


def _record_to_dict(record: Record) -> dict[str, Any]:
    return asdict(record) | {"place": [[span.start, span.end] for span in record.place]}


def _record_from_dict(values: dict[str, Any]) -> Record:
    values["region"] = Region(**values["region"]) if values["region"] else None
    values["place"] = _spans(values["place"])
    return Record(**values)


def _finding_from_dict(values: dict[str, Any]) -> Finding:
    place = Span(**values["place"]) if values["place"] else None
    return Finding(**values | {"place": place})


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple([Span(start, end) for start, end in pairs])
