"""What every reader of appendix tables gives: rows, and the lines that they stand on.

A table of zones comes as cells (:mod:`corpus.parsing.tables.grid`), as lines, one cell each
(:mod:`corpus.parsing.tables.flattened`), or as a list 单位：任务
(:mod:`corpus.parsing.tables.listing`).  All of
them end as a :class:`Table`; :func:`compose` makes a row's fields from its cells
the same way for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.parsing.tables.columns import PLACE_ROLES, Named, compose_unit
from corpus.policy import ParseWarning, Span

#: What stands beside a place's name in its cell: emphasis of Markdown, a mark of a footnote.
_BESIDE_A_PLACE = "*＊※★☆△▲_ "

Shape = Literal["grid", "flattened", "listing", "named"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``n`` is unique in the text; a cell that is not there is ``None``.

    ``place`` are the spans of the source that are this row's and no other's.
    """

    n: int
    unit: str | None
    title: str | None
    body: str | None
    place: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of zones.

    ``within`` are the indices of the lines that the table stands on, ``claimed``
    those of them that rows and head take up; the others are still passages.
    ``columns`` are the names of the columns as printed, for the report.
    """

    shape: Shape
    columns: tuple[str, ...]
    head: tuple[Span, ...]
    rows: tuple[Row, ...]
    within: frozenset[int]
    claimed: frozenset[int]
    warnings: tuple[ParseWarning, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name as printed, and the role it was found to have."""

    name: str
    named: Named | None

    @property
    def role(self) -> str:
        """The role; ``other`` for a name that is not known."""
        return self.named.role if self.named else "other"


def compose(
    columns: Sequence[Column], cells: Sequence[str], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Unit, title and body of a row; what is empty is left out.

    ``known`` gives the place cells that a row takes over from above it.  Columns
    beyond the three fields go into the body, each with its name before it, so
    that nothing written is lost.
    """
    known = known or {}
    found: dict[str, str] = {}
    places: dict[str, str] = dict(known)
    extra: list[str] = []
    for column, text in zip(columns, cells, strict=True):
        if not text or column.role == "number":
            continue
        if column.role in PLACE_ROLES and not (column.role == "unit" and places.get("unit")):
            places[column.role] = text.strip(_BESIDE_A_PLACE)
        elif column.role in ("title", "body") and column.role not in found:
            found[column.role] = text
        else:
            extra.append(f"{column.name}：{text}" if column.name else text)
    unit = compose_unit([places.get(role, "") for role in PLACE_ROLES])
    if unit:
        found["unit"] = unit
    if extra:
        found["body"] = "\n".join(filter(None, (found.get("body", ""), *extra)))
    return found
