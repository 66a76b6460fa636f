"""The recognition report: what of a document was understood, and what was not.

:func:`report` gathers it from a parsed policy, for ``add --dry-run`` and the pages
to show before anything is kept.  Every field is named whether it was found or not:
an empty line tells a reader where to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from corpus.corrections import FIELDS
from corpus.evidence import Evidence, LocatedWarning, Locator, locate, words_of
from corpus.policy import Finding, ParsedPolicy, Record

#: Fields that a document may well do without, named only where they were found.
_RARE = ("url", "validity", "validity_note", "successor")
ORIGINS = {"text": "正文", "stated": "来源所注", "correction": "更正文件", "file": "文件名"}
_SHAPES = {"grid": "表格", "flattened": "逐行表格", "listing": "列表", "named": "正文列举"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A field of the policy: its value or ``None``, and where it was found.

    ``origin`` is ``text``, ``stated``, ``correction`` or ``file``; ``line`` is the
    number of the line in the text, from 1, where it was read from the text, and
    ``evidence`` the words that it was read from.
    """

    field: str
    label: str
    value: str | None
    origin: str | None
    line: int | None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class RecognisedTable:
    """A table of zones: its shape, the names of its columns, its rows and its line."""

    shape: str
    label: str
    columns: tuple[str, ...]
    rows: int
    line: int | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised of a document.

    ``issuers`` are the issuing organs one by one, ``level`` and ``region`` (its full
    name) those of the first, ``None`` where its name does not tell.
    ``unresolved`` are the zones whose unit is no known division (number, unit);
    ``missing`` the names of the fields that were not found.
    """

    policy_id: str
    source: str
    fields: tuple[Recognised, ...]
    issuers: tuple[str, ...]
    level: str | None
    region: str | None
    attachments: tuple[str, ...]
    headings: int
    tables: tuple[RecognisedTable, ...]
    zones: int
    passages: int
    unresolved: tuple[tuple[int, str], ...]
    warnings: tuple[LocatedWarning, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The Chinese names of the fields that were not found."""
        return tuple(each.label for each in self.fields if each.value is None)

    def to_dict(self) -> dict[str, Any]:
        """All of it for JSON, with ``missing``."""
        return {**asdict(self), "missing": list(self.missing)}

    @property
    def has_problems(self) -> bool:
        """Whether somebody should look at the document before trusting it."""
        return bool(self.warnings or self.unresolved)


def report(parsed: ParsedPolicy) -> Recognition:
    """What was recognised of ``parsed``."""
    locator = Locator(parsed.text)
    by_field = {finding.field: finding for finding in reversed(parsed.findings)}
    zones = [record for record in parsed.records if record.kind == "zone"]
    headings = by_field.get("heading")
    return Recognition(
        policy_id=parsed.policy.id,
        source=parsed.policy.source,
        fields=tuple(_fields(by_field, parsed.text, locator)),
        issuers=parsed.policy.organs,
        level=parsed.policy.level,
        region=parsed.policy.region.full_name if parsed.policy.region else None,
        attachments=tuple(f.value for f in parsed.findings if f.field == "attachment"),
        headings=int(headings.value) if headings else 0,
        tables=tuple(_table(f, locator) for f in parsed.findings if f.field == "table"),
        zones=len(zones),
        passages=len(parsed.records) - len(zones),
        unresolved=tuple(_unresolved(zones)),
        warnings=tuple(locate(parsed)),
    )


def _fields(findings: dict[str, Finding], text: str, locator: Locator) -> Iterator[Recognised]:
    for name, label in FIELDS.items():
        finding = findings.get(name)
        if finding:
            evidence = words_of(finding, text, locator)
            line = evidence.line
            yield Recognised(name, label, finding.value, finding.origin, line, evidence)
        elif name not in _RARE:
            yield Recognised(name, label, None, None, None)


def _table(finding: Finding, locator: Locator) -> RecognisedTable:
    shape, rows, columns = finding.value.split(":", 2)
    line = locator.line_of(finding.place.start) if finding.place else None
    names = tuple(filter(None, columns.split("\t")))
    return RecognisedTable(shape, _SHAPES.get(shape, shape), names, int(rows), line)


def _unresolved(zones: list[Record]) -> Iterator[tuple[int, str]]:
    for zone in zones:
        if zone.region is None:
            yield zone.n, zone.unit or ""
