"""The policy's description, put together from all that is known of it.

A correction goes before what the source states in fields of its own, that before
what the text is read to say, and only the title falls back to the file's name.
Each value is a :class:`~corpus.policy.Finding` that says which it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from corpus.corrections import FIELDS, Correction
from corpus.document import SourceDocument
from corpus.parsing.metadata import Frame
from corpus.parsing.titles import category_of
from corpus.places.jurisdiction import jurisdiction
from corpus.places.organs import split_issuers
from corpus.policy import Finding, Policy, Span
from corpus.text.normalize import Line
from corpus.text.script import Originals, simplify

_STATED = ("title", "number", "issuer", "date", "category", "url")
_READ = ("title", "number", "issuer", "date", "recipients", "validity")


@dataclass(frozen=True, slots=True)
class Description:
    """The policy, and where each of its values comes from."""

    policy: Policy
    findings: tuple[Finding, ...]


def describe(
    document: SourceDocument, frame: Frame, lines: Sequence[Line], correction: Correction
) -> Description:
    """The description of ``document``, whose ``frame`` was read from ``lines``."""
    values: dict[str, str | None] = {}
    findings: list[Finding] = []
    for name in FIELDS:
        finding = _finding(name, document, frame, lines, correction)
        values[name] = finding.value if finding else None
        if finding:
            findings.append(finding)
    title = values["title"] or PurePath(document.source).stem
    if values["title"] is None:
        findings.insert(0, Finding("title", title, "file"))
    if values["category"] is None and not correction.has("category"):
        named = next(finding for finding in findings if finding.field == "title")
        values["category"] = category_of(title)
        if values["category"]:
            findings.append(replace(named, field="category", value=values["category"]))
    issuers = _issuers(values["issuer"], frame)
    region, level = jurisdiction(
        issuers,
        title,
        values["category"],
        f"{document.folder}/{document.source}",
        values["date"],
    )
    policy = Policy(
        id=values["number"] or title,
        title=title,
        number=values["number"],
        issuer=values["issuer"],
        date=values["date"],
        category=values["category"],
        recipients=values["recipients"],
        url=values["url"],
        source=document.source,
        sha256=document.sha256,
        validity=values["validity"],
        validity_note=values["validity_note"],
        successor=values["successor"],
        issuers=issuers,
        region=region,
        level=level,
        ocr=document.ocr,
    )
    return Description(policy, tuple(findings))


def _finding(
    name: str,
    document: SourceDocument,
    frame: Frame,
    lines: Sequence[Line],
    correction: Correction,
) -> Finding | None:
    if correction.has(name):
        value = correction.get(name)
        return Finding(name, value, "correction") if value else None
    stated = getattr(document.stated, name) if name in _STATED else None
    if stated:
        return Finding(name, stated, "stated")
    value = getattr(frame, name) if name in _READ else None
    return Finding(name, value, "text", _place(name, frame, lines)) if value else None


def _issuers(issuer: str | None, frame: Frame) -> tuple[str, ...]:
    """Each organ of the issuer, as the frame read it, or as another origin writes it."""
    if issuer is None:
        return ()
    if issuer == frame.issuer:
        return frame.issuers
    plain = simplify(issuer)
    originals = Originals(issuer, plain)
    return tuple(originals.of(name) for name in split_issuers(plain))


def _place(name: str, frame: Frame, lines: Sequence[Line]) -> Span | None:
    """The lines of the text that a value was read from."""
    at: Sequence[int]
    if name == "title":
        at = frame.title_lines
    elif name == "recipients":
        at = frame.recipients_lines
    else:
        at = (frame.found_at[name],) if name in frame.found_at else ()
    return Span(lines[at[0]].span.start, lines[at[-1]].span.end) if at else None
