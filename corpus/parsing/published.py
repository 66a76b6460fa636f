"""What was read from a text's shadow in simplified script, as the text has it.

Titles, numbers, offices, units and cells are quoted as published; dates, the kind
of document and the state of validity are the reader's own words and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.parsing.metadata import Frame
from corpus.parsing.tables.rows import Row, Table
from corpus.text.normalize import Line
from corpus.text.script import Originals


def published_frame(frame: Frame, lines: Sequence[Line], originals: Originals) -> Frame:
    """``frame`` with the text's own characters; ``lines`` are the text's."""

    def of(value: str | None, at: Sequence[int]) -> str | None:
        return originals.of(value, [lines[i].span for i in at]) if value else value

    def place(name: str) -> tuple[int, ...]:
        return (frame.found_at[name],) if name in frame.found_at else frame.title_lines

    return replace(
        frame,
        title=of(frame.title, frame.title_lines),
        number=of(frame.number, place("number")),
        issuer=of(frame.issuer, place("issuer")),
        issuers=tuple(originals.of(name) for name in frame.issuers),
        recipients=of(frame.recipients, frame.recipients_lines),
        attachments=tuple(
            (originals.of(name, [lines[at].span]), at) for name, at in frame.attachments
        ),
    )


def published_table(table: Table, originals: Originals) -> Table:
    """``table`` with the text's own characters in its rows, columns and warnings."""
    return replace(
        table,
        columns=tuple(originals.of(name, table.head) for name in table.columns),
        rows=tuple(_published_row(row, originals) for row in table.rows),
        warnings=tuple(
            replace(warning, message=originals.quoted(warning.message))
            for warning in table.warnings
        ),
    )


def _published_row(row: Row, originals: Originals) -> Row:
    def of(value: str | None) -> str | None:
        return originals.of(value, row.place) if value else value

    return replace(row, unit=of(row.unit), title=of(row.title), body=of(row.body))
