"""From an official document to a policy and its records, without any I/O.

    text   ->  its shadow in simplified script, which the next steps read
    lines  ->  frame (title, number, recipients, signature, date)
           ->  description: corrections, stated fields, the frame
           ->  tables: a record for each row (zone)
           ->  each other line, or one of several zones: a record a paragraph (passage)
           ->  completeness check: the running text against the rows

:func:`parse_document` is pure: the same arguments give the same value, and
offsets point into the text exactly as it was given.  Every non-blank line ends up
in one record's place or in the furniture (a table's head, the ``##`` of a heading);
whatever looks wrong on the way is a :class:`~corpus.policy.ParseWarning` in Chinese for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.corrections import FIELDS, NO_CORRECTION, Correction, ZoneCorrection, find_region
from corpus.document import SourceDocument, Stated
from corpus.parsing.completeness import (
    Listing,
    ZoneUnit,
    announces_appendix,
    announces_list,
    check,
    continued_codes,
    count_mismatch,
    missing_table,
    named_units,
    stated_counts,
)
from corpus.parsing.description import describe
from corpus.parsing.metadata import Frame, read_frame
from corpus.parsing.named_zones import named_zones
from corpus.parsing.passages import Groups, Passages, passages
from corpus.parsing.published import published_frame, published_table
from corpus.parsing.tables.find import Layout, read_layout, read_tables
from corpus.parsing.tables.rows import Row, Table
from corpus.parsing.wrapping import joined_lines, wrapped
from corpus.places.regions import is_name, resolve
from corpus.places.units import names_province, region_of_unit, unread_division
from corpus.policy import Finding, ParsedPolicy, ParseWarning, Policy, Record, Span, WarningPlace
from corpus.text.normalize import Line, split_lines
from corpus.text.script import Originals, simplify

_QUOTED = 20  # characters
#: Goes up whenever the same text gives other records, so that stored ones are made again.
PARSER_VERSION = 16


def parse(
    text: str, *, source: str, sha256: str, url: str | None = None, category: str | None = None
) -> ParsedPolicy:
    """Reads a plain ``text`` into a policy and its records.

    ``source`` is the file name, ``sha256`` the hash of the file; ``category``
    overrides the kind of document that the title states.
    """
    stated = Stated(url=url, category=category)
    return parse_document(SourceDocument(text, source, sha256, ".txt", b"", stated=stated))


def parse_document(
    document: SourceDocument, correction: Correction = NO_CORRECTION
) -> ParsedPolicy:
    """Reads ``document`` into a policy and its records, put right by ``correction``.

    Never fails: what cannot be understood stays a passage, and is warned of.
    """
    text, shadow = document.text, simplify(document.text)
    lines = split_lines(text)
    plain = lines if shadow is text else split_lines(shadow)
    originals = Originals(text, shadow)
    layout = read_layout(shadow, plain, document.tables)
    title = simplify(document.stated.title) if document.stated.title else None
    frame = published_frame(read_frame(plain, layout.tabular, title), lines, originals)
    policy, findings = _described(document, frame, lines, correction)
    tables, rows = read_tables(plain, layout, policy.date)
    folded = _folded(shadow, plain, frame, tables, layout, document.extension)
    joined = (*_broken(frame), *folded)
    running = _running(plain, frame, tables, layout, joined)
    named = () if tables else named_zones(running, policy.date)
    confirmed = sum(len(table.rows) for table in named)
    if named and not announces_list(text):
        tables = named
    tables = tuple(published_table(table, originals) for table in tables)
    shown = passages(policy.id, lines, frame, tables, Groups(rows, joined, layout.rules))
    spoken = [joined_lines([line.text for line in paragraph]) for paragraph in running]
    compared = tables or announces_appendix(text)  # others have nothing to be compared with
    listings = named_units(spoken, policy.date) if compared else ()
    stated = stated_counts(simplify(policy.title), spoken, listed=bool(tables))
    zones = _zones(policy.id, tables, policy.date, listings)
    zones, unused = _corrected(zones, correction.zones, policy.date)
    warnings = (
        *document.notes,
        *_differences(frame),
        *_joins(folded, lines),
        *_warnings(text, policy, tables, zones, listings),
        *(() if tables else missing_table(listings, confirmed, text)),
        *count_mismatch(listings, _units(zones), stated),
        *unused,
    )
    return ParsedPolicy(
        policy,
        text,
        tuple(_in_order(shown, zones)),
        _furniture(tables, [lines[at] for at in layout.rules], shown),
        warnings,
        (*findings, *_structure(lines, frame, tables, shown.headings)),
        document.page_starts,
    )


def _furniture(tables: Sequence[Table], rules: Sequence[Line], shown: Passages) -> tuple[Span, ...]:
    """What stands in no record: heads of tables, ruled lines, the marks of headings.

    A head that says more than names of columns is a passage.
    """
    said = {span.start for record in shown.records for span in record.place}
    heads = (span for table in tables for span in table.head if span.start not in said)
    spans = (*heads, *(line.span for line in rules), *shown.marks)
    return tuple(sorted(spans, key=lambda span: span.start))


def _in_order(running: Passages, zones: Sequence[Record]) -> Iterator[Record]:
    """All records as the text has them; zones in the order of their rows.

    Where sets of columns stand side by side, rows that follow each other stand apart.
    Of lines that zones share and of zones that follow each other, the lines come first,
    so that the zones stay together as a table.
    """
    keys: list[tuple[int, Record]] = [(record.place[0].start, record) for record in running.records]
    reached = 0
    for zone in zones:
        reached = max(reached, zone.place[0].start)
        keys.append((reached, zone))
    ordered = [record for _, record in sorted(keys, key=lambda pair: pair[0])]

    def listed(record: Record) -> bool:
        return record.kind == "zone" or record.id in running.shared

    for _, records in groupby(ordered, key=listed):
        yield from sorted(records, key=lambda record: record.kind == "zone")


def _described(
    document: SourceDocument, frame: Frame, lines: Sequence[Line], correction: Correction
) -> tuple[Policy, tuple[Finding, ...]]:
    described = describe(document, frame, lines, correction)
    return described.policy, described.findings


def with_id(parsed: ParsedPolicy, policy_id: str) -> ParsedPolicy:
    """The same policy under another id, which its records' ids follow."""
    old = parsed.policy.id
    if old == policy_id:
        return parsed
    records = (replace(r, id=policy_id + r.id.removeprefix(old)) for r in parsed.records)
    return replace(parsed, policy=replace(parsed.policy, id=policy_id), records=tuple(records))


def _zones(
    policy_id: str, tables: Sequence[Table], date: str | None, listings: Sequence[Listing]
) -> list[Record]:
    """A record for each row, with its region and whether the text says it goes on."""
    continued = continued_codes(listings)
    return [_zone(policy_id, row, date, continued) for table in tables for row in table.rows]


def _zone(policy_id: str, row: Row, date: str | None, continued: frozenset[str]) -> Record:
    region = region_of_unit(row.unit, date) if row.unit else None
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
        place=row.place,
    )


def _corrected(
    zones: Sequence[Record], corrections: Sequence[ZoneCorrection], date: str | None
) -> tuple[list[Record], list[ParseWarning]]:
    """The zones after a correction, and what it says of rows that do not exist."""
    wanted = {each.n: each for each in corrections}
    found = []
    for zone in zones:
        each = wanted.pop(zone.n, None)
        found.append(_corrected_zone(zone, each, date) if each else zone)
    unused = [
        ParseWarning("correction-unused", f"更正文件更正了第{n}行，附件表格却没有这一行")
        for n in wanted
    ]
    return found, unused


def _corrected_zone(zone: Record, correction: ZoneCorrection, date: str | None) -> Record:
    unit = zone.unit if correction.unit is None else correction.unit or None
    region = zone.region
    if correction.region is not None:
        region = find_region(correction.region, date)
    elif unit != zone.unit:
        region = resolve(unit, date) if unit else None
    return replace(
        zone,
        unit=unit,
        title=zone.title if correction.title is None else correction.title,
        body=zone.body if correction.body is None else correction.body,
        region=region,
        status=(zone.status or "confirmed") if unit else None,
    )


def _running(
    lines: Sequence[Line],
    frame: Frame,
    tables: Sequence[Table],
    layout: Layout,
    joined: Sequence[Sequence[int]],
) -> list[tuple[Line, ...]]:
    """The paragraphs in which units are named: all but the recipients and the tables."""
    apart = {*frame.recipients_lines, *layout.tabular}
    for table in tables:
        apart |= table.within
    groups = {group[0]: group for group in joined}
    later = {at for group in joined for at in group[1:]}
    return [
        tuple(lines[each] for each in groups.get(at, (at,)))
        for at in range(len(lines))
        if at not in apart and at not in later
    ]


def _broken(frame: Frame) -> Iterator[Sequence[int]]:
    """A title, and recipients, that stand on several lines."""
    return (group for group in (frame.title_lines, frame.recipients_lines) if len(group) > 1)


def _folded(
    text: str,
    lines: Sequence[Line],
    frame: Frame,
    tables: Sequence[Table],
    layout: Layout,
    extension: str,
) -> tuple[Sequence[int], ...]:
    """Groups of lines that are one paragraph, which a program wrapped."""
    apart = {*frame.title_lines, *frame.recipients_lines, *frame.breaks, *frame.found_at.values()}
    apart |= {*layout.tabular, *layout.rules}
    for table in tables:
        apart |= table.within
    return wrapped(text, lines, apart, extension)


def _joins(joined: Sequence[Sequence[int]], lines: Sequence[Line]) -> Iterator[ParseWarning]:
    """How many lines were joined, and where the first are."""
    if not joined:
        return
    line = lines[min(group[0] for group in joined)]
    first = line.text[:_QUOTED]
    breaks = sum(len(group) - 1 for group in joined)
    message = f"有{breaks}处折行已连成段落（共{len(joined)}段，原文不变），第一段是“{first}”……"
    yield ParseWarning("lines-joined", message, WarningPlace(span=line.span))


def _structure(
    lines: Sequence[Line], frame: Frame, tables: Sequence[Table], headings: int
) -> Iterator[Finding]:
    """What else was recognised: appendices, headings, tables of zones."""
    for name, at in frame.attachments:
        yield Finding("attachment", name, "text", lines[at].span)
    if headings:
        yield Finding("heading", str(headings), "text")
    for table in tables:
        columns = "\t".join(filter(None, table.columns))
        value = f"{table.shape}:{len(table.rows)}:{columns}"
        yield Finding("table", value, "text", _beginning(table))


def _warnings(
    text: str,
    policy: Policy,
    tables: Sequence[Table],
    zones: Sequence[Record],
    listings: Sequence[Listing],
) -> tuple[ParseWarning, ...]:
    if not text.strip():
        return (ParseWarning("empty", "文件中没有文字"),)
    warnings = [_at_table(warning, table) for table in tables for warning in table.warnings]
    units = _units(zones)
    if policy.date is None and any(unit.region for unit in units):
        message = "文中没有成文日期，单位所在的行政区划按现行区划判断"
        warnings.append(ParseWarning("date-missing", message))
    warnings.extend(_odd_units(units, policy.date))
    if any(table.shape != "named" for table in tables):
        warnings.extend(check(listings, units))
    return tuple(warnings)


def _at_table(warning: ParseWarning, table: Table) -> ParseWarning:
    """A warning of a table; where it names no row or words, it is about the table's beginning."""
    if warning.place is not None:
        return warning
    return replace(warning, place=WarningPlace(span=_beginning(table)))


def _beginning(table: Table) -> Span | None:
    """The first line of a table's head, or of its first row where it has no head."""
    spans = table.head or (table.rows[0].place if table.rows else ())
    return spans[0] if spans else None


def _units(zones: Sequence[Record]) -> list[ZoneUnit]:
    return [
        ZoneUnit(zone.n, zone.unit, zone.region, zone.status == "continued")
        for zone in zones
        if zone.unit
    ]


def _differences(frame: Frame) -> Iterator[ParseWarning]:
    """What the page's head says otherwise than the text."""
    for each in frame.differences:
        message = (
            f"{FIELDS[each.field]}：页面表头写的是“{each.head}”，正文写的是“{each.text}”，请核对"
        )
        yield ParseWarning("head-differs", message, WarningPlace(words=each.head))


def _odd_units(units: Sequence[ZoneUnit], date: str | None) -> Iterator[ParseWarning]:
    """Units unlike most others of the table: of no known place, or without their province."""
    located = [unit for unit in units if unit.region]
    full = {u.n for u in located if u.region and names_province(u.unit, u.region)}
    for unit in units:
        place = WarningPlace(unit.n, words=unit.unit)
        if unit.region is None and 2 * len(located) > len(units):
            why = "有几处同名，没有写明在哪个省" if is_name(unit.unit) else "在行政区划数据中查不到"
            message = f"附件表格第{unit.n}行的单位“{unit.unit}”{why}"
            yield ParseWarning("region-unknown", message, place)
        elif unread := unread_division(unit.unit, date):
            message = (
                f"附件表格第{unit.n}行的单位“{unit.unit}”中的“{unread}”"
                "查不到，或有几处同名，所属区划只认到上一级"
            )
            yield ParseWarning("region-partial", message, place)
        elif unit.region and unit.n not in full and 2 * len(full) > len(units):
            message = f"附件表格第{unit.n}行的单位“{unit.unit}”没有写明省份，可能缺了前半"
            yield ParseWarning("unit-partial", message, place)
