"""Interim: documents as policies."""

from __future__ import annotations

from dataclasses import replace

from corpus.document import SourceDocument
from corpus.notice import parse
from corpus.policy import ParsedPolicy


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
