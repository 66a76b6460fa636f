"""What a reference manager needs to know of a record, in no format yet.

A record is cited as a part of its policy: title, issuer and date are the
policy's, the record is the place in it (附件第7项) with what it is about.
:mod:`indexer.citations.bibtex`, ``ris`` and ``csl`` write it down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import regex

from corpus.policy import Policy, Record
from indexer.citations.gbt7714 import locator, recognised_note

LANGUAGE = "zh-CN"
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One citable thing.

    ``issued`` is an ISO date, perhaps to the month or year only; what is not known
    is ``None`` or empty.

    ``key`` is plain ASCII, the same on every machine, and different for every
    record.  ``visited`` is stated only together with ``url``.
    """

    key: str
    title: str
    issuers: tuple[str, ...]
    number: str | None
    category: str | None
    issued: str | None
    place: str
    note: str
    abstract: str
    keywords: tuple[str, ...]
    url: str | None
    visited: date


def of_policy(policy: Policy, visited: date) -> Reference:
    """A whole policy."""
    return Reference(
        key=_key(policy),
        title=policy.title,
        issuers=policy.organs,
        number=policy.number,
        category=_category(policy),
        issued=policy.date,
        place="",
        note=recognised_note(policy),
        abstract="",
        keywords=(),
        url=policy.url,
        visited=visited,
    )


def of_record(
    policy: Policy, record: Record, keywords: tuple[str, ...], visited: date
) -> Reference:
    """A record of a policy; ``keywords`` are its themes and keywords."""
    about = "：".join(part for part in (record.unit, record.title) if part)
    return Reference(
        key=f"{_key(policy)}-{record.kind}-{record.n}",
        title=policy.title,
        issuers=policy.organs,
        number=policy.number,
        category=_category(policy),
        issued=policy.date,
        place=locator(record),
        note="；".join(filter(None, (about, recognised_note(policy)))),
        abstract=record.body,
        keywords=tuple(dict.fromkeys(keywords)),
        url=policy.url,
        visited=visited,
    )


def _category(policy: Policy) -> str | None:
    """The kind of document, where it is a word and not a code of the source (DLC)."""
    known = policy.category
    return known if known and _HAN.search(known) else None


def _key(policy: Policy) -> str:
    """``zhengsou2019-`` and eight hex digits of the id, which may be any text."""
    year = (policy.date or "")[:4]
    digest = hashlib.sha256(policy.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"zhengsou{year}-{digest}"
