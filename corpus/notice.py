"""From an official text to a policy and its records, without any I/O.

    lines  ->  frame (title, number, recipients, signature, date)
           ->  tables: a record for each row (zone)
           ->  every other line: a record for each paragraph (passage)
           ->  completeness check: the running text against the rows

:func:`parse` is pure: the same arguments give the same value, and offsets point
into the text exactly as it was given.  Every non-blank line ends up in one
record's place or in the furniture (a table's head); whatever looks wrong on the
way is a :class:`~corpus.policy.ParseWarning` in Chinese for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from corpus.completeness import (
    Listing,
    ZoneUnit,
    announces_appendix,
    check,
    continued_codes,
    missing_table,
    named_units,
)
from corpus.headings import HeadingPath
from corpus.metadata import Frame, read_frame
from corpus.normalize import Line, split_lines
from corpus.policy import ParsedPolicy, ParseWarning, Policy, Record, Span
from corpus.regions import resolve
from corpus.table import Row, Table, read_tables

#: Goes up whenever the same text gives other records, so that stored ones are made anew.
PARSER_VERSION = 2


def parse(
    text: str, *, source: str, sha256: str, url: str | None = None, category: str | None = None
) -> ParsedPolicy:
    """Reads ``text`` into a policy and its records.

    ``source`` is the file name, ``sha256`` the hash of the file; ``category``
    overrides the kind of document that the title states.  Never fails: what
    cannot be understood stays a passage, and is warned of.
    """
    lines = split_lines(text)
    frame = read_frame(lines)
    policy = _policy(frame, source=source, sha256=sha256, url=url, category=category)
    tables = read_tables(lines, frame.date)
    passages = _passages(policy.id, lines, frame, tables)
    listings: tuple[Listing, ...] = ()
    if tables or announces_appendix(text):  # others have nothing to be compared with
        listings = named_units(_running_text(lines, frame, tables), frame.date)
    zones = _zones(policy.id, tables, frame.date, listings)
    warnings = _warnings(text, frame, tables, zones, listings)
    records = sorted((*passages, *zones), key=lambda record: record.place[0].start)
    furniture = tuple(line.span for table in tables for line in table.head)
    return ParsedPolicy(policy, text, tuple(records), furniture, warnings)


def with_id(parsed: ParsedPolicy, policy_id: str) -> ParsedPolicy:
    """The same policy under another id, which its records' ids follow."""
    old = parsed.policy.id
    if old == policy_id:
        return parsed
    records = (replace(r, id=policy_id + r.id.removeprefix(old)) for r in parsed.records)
    return replace(parsed, policy=replace(parsed.policy, id=policy_id), records=tuple(records))


def _policy(
    frame: Frame, *, source: str, sha256: str, url: str | None, category: str | None
) -> Policy:
    title = frame.title or PurePath(source).stem
    return Policy(
        id=frame.number or title,
        title=title,
        number=frame.number,
        issuer=frame.issuer,
        date=frame.date,
        category=category or frame.category,
        recipients=frame.recipients,
        url=url,
        source=source,
        sha256=sha256,
    )


def _passages(
    policy_id: str, lines: Sequence[Line], frame: Frame, tables: Sequence[Table]
) -> list[Record]:
    """A record for each line that belongs to no table row and no table head."""
    path = HeadingPath()
    records: list[Record] = []
    in_tables = {at for table in tables for at in range(table.start, table.stop)}
    leftovers = {line.span for table in tables for line in table.leftovers}
    for at, line in enumerate(lines):
        if at in in_tables and line.span not in leftovers:
            continue
        if at in frame.breaks:
            path.reset()
        title = "" if at in frame.title_lines else path.enter(line.text)
        if at in frame.breaks:
            path.reset(frame.breaks[at])
        records.append(_passage(policy_id, len(records) + 1, title, line))
    return records


def _passage(policy_id: str, n: int, title: str, line: Line) -> Record:
    return Record(
        id=f"{policy_id}/passage-{n}",
        kind="passage",
        n=n,
        title=title,
        body=line.text,
        unit=None,
        status=None,
        region=None,
        place=(line.span,),
    )


def _zones(
    policy_id: str, tables: Sequence[Table], date: str | None, listings: Sequence[Listing]
) -> list[Record]:
    """A record for each row, with its region and whether the text says it goes on."""
    continued = continued_codes(listings)
    return [_zone(policy_id, row, date, continued) for table in tables for row in table.rows]


def _zone(policy_id: str, row: Row, date: str | None, continued: frozenset[str]) -> Record:
    region = resolve(row.unit, date) if row.unit else None
    goes_on = region is not None and region.code in continued
    return Record(
        id=f"{policy_id}/zone-{row.n}",
        kind="zone",
        n=row.n,
        title=row.title or "",
        body=row.body or "",
        unit=row.unit,
        status=("continued" if goes_on else "confirmed") if row.unit else None,
        region=region,
        place=tuple(Span(line.span.start, line.span.end) for line in row.lines),
    )


def _running_text(lines: Sequence[Line], frame: Frame, tables: Sequence[Table]) -> tuple[str, ...]:
    """The paragraphs in which units are named: all but the recipients and the tables."""
    apart = {frame.recipients_line}
    for table in tables:
        apart.update(range(table.start, table.stop))
    return tuple(line.text for at, line in enumerate(lines) if at not in apart)


def _warnings(
    text: str,
    frame: Frame,
    tables: Sequence[Table],
    zones: Sequence[Record],
    listings: Sequence[Listing],
) -> tuple[ParseWarning, ...]:
    if not text.strip():
        return (ParseWarning("empty", "文件中没有文字"),)
    warnings = [warning for table in tables for warning in table.warnings]
    units = [
        ZoneUnit(zone.n, zone.unit, zone.region, zone.status == "continued")
        for zone in zones
        if zone.unit
    ]
    warnings.extend(_odd_units(units))
    if tables:
        warnings.extend(check(listings, units, frame.title or ""))
    else:
        warnings.extend(missing_table(listings, text))
    return tuple(warnings)


def _odd_units(units: Sequence[ZoneUnit]) -> Iterator[ParseWarning]:
    """Units unlike most others of the table: of no known place, or without their province."""
    located = [unit for unit in units if unit.region]
    full = {u.n for u in located if u.region and u.unit.startswith(u.region.province or "")}
    for unit in units:
        if unit.region is None and 2 * len(located) > len(units):
            message = f"附件表格第{unit.n}行的单位“{unit.unit}”在行政区划数据中查不到"
            yield ParseWarning("region-unknown", message)
        elif unit.region and unit.n not in full and 2 * len(full) > len(units):
            message = f"附件表格第{unit.n}行的单位“{unit.unit}”没有写明省份，可能缺了前半"
            yield ParseWarning("unit-partial", message)
