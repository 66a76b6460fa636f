"""Sheets of cells: a list with a policy a row, or tables of one document.

A sheet whose head names a title and a text (标题, 正文, …) is a list: each row is
a document.  Any other is a document with a table, for instance the zones of
an appendix (单位, 主题, 内容); the lines above its head, a cell each, are its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.formats.content import Content, GridCell, Member, Part, TextBuilder
from corpus.formats.fields import FIELDS, field_of
from corpus.formats.json_file import dump
from corpus.policy import ParseWarning

_HEAD_ROWS = 10
#: Heads of what was done where, by whom: such a table belongs to one document.
_ZONE_HEADS = ("实验", "试点", "申报", "项目", "主题", "任务", "地区", "序号")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by name, with the cells that hold something or are merged, in reading order."""

    name: str
    cells: tuple[GridCell, ...]


def read_sheets(sheets: Sequence[Sheet], notes: Sequence[ParseWarning]) -> Content | Iterator[Part]:
    """The rows of the sheets as documents where all are lists, else the sheets as one."""
    filled = [sheet for sheet in sheets if any(cell.text.strip() for cell in sheet.cells)]
    heads = [_list_head(sheet) for sheet in filled]
    if filled and all(heads):
        return _documents(filled, [head for head in heads if head])
    builder = TextBuilder()
    for sheet in filled:
        if len(filled) > 1:
            builder.blank()
            builder.line(sheet.name)
        _write(sheet, builder)
    return Content(builder.text, builder.tables, notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class _Head:
    """The row of a list's head, and the names of its columns."""

    row: int
    names: dict[int, str]


def _rows(sheet: Sheet) -> dict[int, list[GridCell]]:
    rows: dict[int, list[GridCell]] = {}
    for cell in sheet.cells:
        rows.setdefault(cell.row, []).append(cell)
    return rows


def _list_head(sheet: Sheet) -> _Head | None:
    """The head of a list of policies, with a title's and a text's column; ``None``: no list."""
    rows = _rows(sheet)
    for at in list(rows)[:_HEAD_ROWS]:
        names = {cell.column: "".join(cell.text.split()) for cell in rows[at] if cell.text.strip()}
        if any(name.startswith(_ZONE_HEADS) for name in names.values()) and not _says_all(names):
            return None
        fields = {field_of(name) for name in names.values()}
        if {"title", "text"} <= fields:
            return _Head(at, names)
    return None


def _says_all(names: dict[int, str]) -> bool:
    """Whether the head names a running text beyond doubt, whatever stands beside it."""
    fields = [field_of(name) for name in names.values()]
    return "title" in fields and bool(
        {"正文", "全文", "text"} & {n.lower() for n in names.values()}
    )


def _documents(sheets: Sequence[Sheet], heads: Sequence[_Head]) -> Iterator[Part]:
    for sheet, head in zip(sheets, heads, strict=True):
        for at, row in _rows(sheet).items():
            values = {cell.column: cell.text for cell in row if cell.text.strip()}
            if at <= head.row or not values:
                continue
            label = f"第{at + 1}行" if len(sheets) == 1 else f"{sheet.name}第{at + 1}行"
            yield Member(label, f"{label}.json", dump(_fields(head, values)))


def _fields(head: _Head, values: dict[int, str]) -> dict[str, str]:
    """The row's cells under their documented names; the first of several of a name has it."""
    fields: dict[str, str] = {}
    for column, name in head.names.items():
        field = field_of(name)
        key = field if field and field not in fields else name
        while key in fields:
            key += "（另一列）"
        fields[key] = values.pop(column, "")
    for column, text in values.items():
        fields[f"第{column + 1}列"] = text
    return {name: text for name, text in fields.items() if text or name in FIELDS}


def _write(sheet: Sheet, builder: TextBuilder) -> None:
    """The sheet as text: rows of a single cell before and behind the table are its lines."""
    rows = [row for row in _rows(sheet).values() if any(cell.text.strip() for cell in row)]
    filled = [sum(bool(cell.text.strip()) for cell in row) for row in rows]
    first = next((at for at, count in enumerate(filled) if count > 1), len(rows))
    last = next((at for at in range(len(rows) - 1, -1, -1) if filled[at] > 1), -1)
    reach = max((c.row + c.rowspan for row in rows[first : last + 1] for c in row), default=0)
    while last + 1 < len(rows) and rows[last + 1][0].row < reach:  # a merged cell goes on there
        last += 1
    _write_lines(rows[:first], builder)
    if rows[first : last + 1]:
        places = {row[0].row: at for at, row in enumerate(rows[first : last + 1])}
        builder.table(
            GridCell(places[c.row], c.column, c.text, _height(c, places), c.colspan)
            for row in rows[first : last + 1]
            for c in row
        )
    _write_lines(rows[last + 1 :] if last >= first else [], builder)


def _height(cell: GridCell, places: dict[int, int]) -> int:
    """How many of the rows that are not empty the cell covers."""
    if cell.rowspan == 1:
        return 1
    return sum(cell.row <= row < cell.row + cell.rowspan for row in places) or 1


def _write_lines(rows: list[list[GridCell]], builder: TextBuilder) -> None:
    for row in rows:
        for cell in row:
            builder.line(cell.text)
