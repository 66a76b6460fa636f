"""The form in which a person corrects what was recognised, and the correction that it says.

A form shows what holds now: what the text was read to say, put right by the correction
file that there is.  What comes back is compared with the reading *without* any
correction, so that a field set back to it is corrected no longer, and a field left as it
is never becomes a correction.  Rows that are not on the page keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.corrections import FIELDS, VALIDITIES, Correction, ZoneCorrection
from corpus.evidence import Evidence
from corpus.parsing.recognition import Recognised, report
from corpus.policy import ParsedPolicy, Record

#: Rows of a table on one page of the form.
ROWS = 100
_CELLS = ("unit", "title", "body", "region")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form.

    ``value`` is what holds now, ``read`` what the text says without a correction, and
    ``evidence`` the words that it was read from.
    """

    name: str
    label: str
    value: str
    read: str
    evidence: Evidence | None
    choices: tuple[str, ...] = ()

    @property
    def is_corrected(self) -> bool:
        """Whether a correction says otherwise than the text."""
        return not _same(self.value, self.read)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table in the form: its number, and its cells by name."""

    n: int
    cells: Mapping[str, str]
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What a page of the form shows."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    page: int
    last: int


def form_of(
    read: ParsedPolicy, now: ParsedPolicy, page: int, typed: Mapping[str, str] | None = None
) -> Form:
    """The form for a policy that is ``read`` so without a correction, and ``now`` with it.

    ``typed`` is what was sent and could not be followed: it is not lost.
    """
    found = {each.field: each for each in report(read).fields}
    corrected = {zone.n: zone for zone in _zones(now)}
    rows = [(zone, corrected.get(zone.n, zone)) for zone in _zones(read)]
    last = max(1, -(-len(rows) // ROWS))
    page = min(max(1, page), last)
    return Form(
        fields=tuple(
            _field(name, found.get(name), _text(getattr(now.policy, name)), typed)
            for name in FIELDS
        ),
        rows=tuple(_row(*each, typed) for each in rows[(page - 1) * ROWS : page * ROWS]),
        page=page,
        last=last,
    )


def _field(name: str, found: Recognised | None, now: str, typed: Mapping[str, str] | None) -> Field:
    read = (found.value if found else None) or ""
    value = typed.get(name, now) if typed is not None else now
    choices = VALIDITIES if name == "validity" else ()
    return Field(name, FIELDS[name], value, read, found.evidence if found else None, choices)


def _row(read: Record, now: Record, typed: Mapping[str, str] | None) -> Row:
    cells, before = _cells(now), _cells(read)
    corrected = any(not _same(cells[name], before[name]) for name in _CELLS)
    if typed is not None:
        cells = {name: typed.get(_key(read.n, name), cells[name]) for name in _CELLS}
    return Row(read.n, cells, corrected)


def correction_in(sent: Mapping[str, str], read: ParsedPolicy, before: Correction) -> Correction:
    """What a sent form corrects of what was ``read``; ``before`` is the correction so far."""
    described = {name: _text(getattr(read.policy, name)) for name in FIELDS}
    values = []
    for name in FIELDS:
        value = _line_ends(sent[name]).strip() if name in sent else before.get(name) or ""
        kept = name not in sent and before.has(name)
        if kept or (name in sent and not _same(value, described[name])):
            values.append((name, value or None))
    corrected = {zone.n: zone for zone in before.zones}
    for zone in _zones(read):
        if _key(zone.n, "unit") in sent:
            corrected.pop(zone.n, None)
            if found := _zone_in(sent, zone):
                corrected[zone.n] = found
    return Correction(tuple(values), tuple(corrected[n] for n in sorted(corrected)))


def _zone_in(sent: Mapping[str, str], zone: Record) -> ZoneCorrection | None:
    """The correction of a row; a region that is left empty follows from the unit."""
    changed: dict[str, str | None] = dict.fromkeys(_CELLS)
    for name, read in _cells(zone).items():
        value = _line_ends(sent.get(_key(zone.n, name), read)).strip()
        if not _same(value, read) and (value or name != "region"):
            changed[name] = value
    if not any(value is not None for value in changed.values()):
        return None
    return ZoneCorrection(zone.n, **changed)


def _zones(parsed: ParsedPolicy) -> Sequence[Record]:
    """The rows by number, each number once."""
    zones = (record for record in parsed.records if record.kind == "zone")
    return list({zone.n: zone for zone in zones}.values())


def _cells(zone: Record) -> dict[str, str]:
    region = zone.region.full_name if zone.region else ""
    return {"unit": zone.unit or "", "title": zone.title, "body": zone.body, "region": region}


def _key(n: int, name: str) -> str:
    return f"zone-{n}-{name}"


def _text(value: object) -> str:
    """A field's value as text; several offices are joined as a correction file writes them."""
    if isinstance(value, tuple | list):
        return "；".join(map(str, value))
    return "" if value is None else str(value)


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _same(one: str, other: str) -> bool:
    """Whether two values differ in no more than runs of white space."""
    return " ".join(one.split()) == " ".join(other.split())
