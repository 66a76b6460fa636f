"""Blocks of rows: records as a page prints them, each with the records it stands together with.

The page of a document and the excerpt on a record's page set their rows alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from markupsafe import Markup

from corpus.policy import Record
from indexer.results.model import Range
from webapp.reading.marking import Mark
from webapp.reading.roles import Setting

#: A long text is laid out in pieces of so many paragraphs.
LEAF_ROWS = 50
#: Roles whose records stand together in a block of their own; all others are text.
_BLOCKS = {"title": "title", "contents": "contents", "zone": "zones", "cells": "cells"}
_ZONE_FIELDS = ("unit", "title", "body")


def anchor(record: Record) -> str:
    """The anchor of a record on the page of its policy."""
    return f"{record.kind}-{record.n}"


_EMPTY = Markup("")


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a page prints it; HTML with marks.

    ``tag`` is the element of a paragraph.  ``lead`` is the bold beginning of the
    text (第一条), which goes on in ``body``.  ``cells`` are those of a table's row.
    """

    anchor: str
    record: Record
    role: str
    tag: str = "p"
    lead: Markup = _EMPTY
    body: Markup = _EMPTY
    unit: Markup = _EMPTY
    title: Markup = _EMPTY
    cells: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Records set together: ``title``, ``contents``, ``zones``, ``cells`` or ``text``.

    ``columns`` are the fields that any row of a table of zones has.
    """

    kind: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()


def row_of(
    record: Record,
    setting: Setting,
    ranges: Mapping[str, Sequence[Range]],
    mark: Mark,
    tag: str = "p",
) -> Row:
    """A record as a page prints it, its ``ranges`` by field marked by ``mark``."""
    name, role = anchor(record), setting.role
    if role == "zone":
        [unit] = mark(record.unit or "", ranges.get("unit", ()))
        [title] = mark(record.title, ranges.get("title", ()))
        [body] = mark(record.body, ranges.get("body", ()))
        return Row(name, record, role, unit=unit, title=title, body=body)
    inside = ranges.get("body", ())
    if role == "cells":
        ends = list(accumulate(len(cell) + 1 for cell in record.body.split("\n")[:-1]))
        return Row(name, record, role, cells=tuple(mark(record.body, inside, ends)))
    lead, body = mark(record.body, inside, (setting.lead,))
    return Row(name, record, role, tag, lead=lead, body=body)


def blocks_of(rows: Sequence[Row]) -> tuple[Block, ...]:
    """Rows in document order, those of one kind together."""
    grouped = groupby(rows, key=lambda row: _BLOCKS.get(row.role, "text"))
    return tuple(_block(kind, tuple(run)) for kind, run in grouped)


def _block(kind: str, rows: tuple[Row, ...]) -> Block:
    columns: tuple[str, ...] = ()
    if kind == "zones":
        columns = tuple(f for f in _ZONE_FIELDS if any(getattr(row, f) for row in rows))
    return Block(kind, rows, columns)
