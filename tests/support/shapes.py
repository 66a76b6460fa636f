"""The notice's 31 rows laid out as ministries lay out their tables, for the parser to read back.

A :class:`Sheet` is a text under construction with the cells that a format would
state.  Every layout is made from the same rows, so that the parser can be held
against them whatever the shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.document import Cell, SourceDocument, SourceTable
from corpus.policy import Record, Span

#: Names that real notices give the columns.
NAMES = {
    "number": ("序号", "编号", "序 号"),
    "province": ("省份", "省（区、市）", "所在省份", "省（自治区、直辖市）"),
    "unit": ("实验单位", "试点单位", "申报单位", "实验区名称", "试点地区", "创建单位"),
    "title": ("实验主题", "项目名称", "试点主题", "创新主题", "试点项目名称"),
    "body": ("实验内容", "主要内容", "任务", "改革事项", "创新内容", "重点任务"),
    "other": ("备注", "批次", "推荐单位"),
}
TITLE = "民政部关于确认全国社区治理和服务创新实验区的通知"
TOP = f"{TITLE}\n民函〔2019〕41号\n\n各省、自治区、直辖市民政厅（局）：\n\n现予公布。\n\n"
SIGNED = "附件：实验任务\n\n民政部\n\n2019年3月25日\n\n附件\n\n实验任务\n\n"


@dataclass(slots=True)
class Sheet:
    """A text that grows, and the tables stated over it."""

    text: str = TOP + SIGNED
    tables: list[SourceTable] = field(default_factory=list)

    def write(self, text: str) -> Span:
        """Appends ``text`` and gives its span."""
        start = len(self.text)
        self.text += text
        return Span(start, len(self.text))

    def document(self) -> SourceDocument:
        """The document as a reader of files would hand it over."""
        return SourceDocument(
            self.text, "shape.html", "0" * 64, ".html", b"", tables=tuple(self.tables)
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A cell to be written: its text and how many rows and columns it covers."""

    text: str
    rowspan: int = 1
    colspan: int = 1


def province_of(row: Record) -> str:
    """The province that the row's unit begins with."""
    assert row.region is not None
    assert row.region.province is not None
    return row.region.province


def below_province(row: Record) -> str:
    """The unit without its province."""
    assert row.unit is not None
    return row.unit.removeprefix(province_of(row))


def draw(sheet: Sheet, boxes: Sequence[Sequence[Box | None]], between: str) -> None:
    """Writes a grid, a cell a line or a row a line; ``None`` is covered by a merged cell."""
    cells: list[Cell] = []
    for at, row in enumerate(boxes):
        for column, box in enumerate(row):
            if box is None:
                continue
            span = sheet.write(box.text)
            cells.append(Cell(at, column, span, box.rowspan, box.colspan))
            sheet.write(between)
        sheet.write("\n")
    sheet.tables.append(SourceTable(tuple(cells)))
