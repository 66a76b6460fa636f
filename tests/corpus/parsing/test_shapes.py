"""The same 31 zones come back from a table of any shape, and every line is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Cell, SourceDocument, SourceTable
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy, Record, Span
from tests.support.shapes import NAMES, Box, Sheet, below_province, draw, province_of
from tests.support.shared_lines import without_shared_lines

EXAMPLES = settings(max_examples=60)


class Rows(tuple[Record, ...]):
    """The notice's rows, which a failing example need not print in full."""

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


@pytest.fixture(scope="module")
def rows(notice: ParsedPolicy) -> Rows:
    return Rows(record for record in notice.records if record.kind == "zone")


def zones(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "zone"]


def fields(records: Sequence[Record], without: str = "") -> list[tuple[object, ...]]:
    return [(r.unit, r.region, "" if without == "title" else r.title, r.body) for r in records]


def assert_covered(parsed: ParsedPolicy) -> None:
    """Each character that is no white space is in one place: of a record or of the furniture."""
    records = without_shared_lines(parsed)
    spans = [span for record in records for span in record.place] + list(parsed.furniture)
    times = [0] * len(parsed.text)
    for span in spans:
        for at in range(span.start, span.end):
            times[at] += 1
    wrong = [
        (at, times[at], char)
        for at, char in enumerate(parsed.text)
        if times[at] > 1 or (not times[at] and not char.isspace())
    ]
    assert wrong == []
    ids = [record.id for record in parsed.records]
    assert len(set(ids)) == len(ids)


def read(document: SourceDocument) -> ParsedPolicy:
    parsed = parse_document(document)
    assert_covered(parsed)
    return parsed


@dataclass(frozen=True)
class Layout:
    """How a table is laid out; ``pages`` are the rows before which a page breaks."""

    columns: tuple[str, ...]
    names: dict[str, str]
    merged: bool
    pages: tuple[int, ...]
    repeated: bool
    restarts: bool
    caption: bool
    between: str
    double_head: bool
    filler: str


@st.composite
def layouts(draw: st.DrawFn, *, flat: bool = False) -> Layout:
    columns = ["unit", "title", "body"]
    if draw(st.booleans()):
        columns.insert(0, "province")
    if not flat and draw(st.booleans()):
        columns.insert(draw(st.integers(0, len(columns))), "other")
    if not flat or draw(st.booleans()):
        columns = list(draw(st.permutations(columns)))
    if flat and "province" in columns:  # place columns stand together where cells are lines
        columns.remove("province")
        columns.insert(columns.index("unit"), "province")
    restarts = False
    if draw(st.booleans()):
        columns.insert(0, "number")
        restarts = draw(st.booleans())
    names = {column: draw(st.sampled_from(NAMES[column])) for column in columns}
    pages = draw(st.lists(st.integers(1, 30), max_size=3, unique=True))
    return Layout(
        columns=tuple(columns),
        names=names,
        merged=draw(st.booleans()),
        pages=tuple(sorted(pages)),
        repeated=draw(st.booleans()),
        restarts=restarts,
        caption=draw(st.booleans()),
        between=draw(st.sampled_from(["\n", "\n\n", "\t"])),
        double_head=draw(st.booleans()),
        filler=draw(st.sampled_from(["", "第一批"])),
    )


def cell(layout: Layout, row: Record, column: str, number: int) -> str:
    province = "province" in layout.columns
    return {
        "number": str(number),
        "province": province_of(row),
        "unit": below_province(row) if province else row.unit or "",
        "title": row.title,
        "body": row.body,
        "other": layout.filler,
    }[column]


def numbers(layout: Layout, rows: Sequence[Record]) -> list[int]:
    if not layout.restarts:
        return [row.n for row in rows]
    counts: dict[str, int] = {}
    found = []
    for row in rows:
        counts[province_of(row)] = counts.get(province_of(row), 0) + 1
        found.append(counts[province_of(row)])
    return found


def head(layout: Layout) -> list[list[Box | None]]:
    names: list[Box | None] = [Box(layout.names[column]) for column in layout.columns]
    if not layout.double_head or len(names) < 3:
        return [names]
    above: list[Box | None] = []
    below: list[Box | None] = []
    themes = {"title", "body"}
    for at, column in enumerate(layout.columns):
        following = layout.columns[at + 1] if at + 1 < len(layout.columns) else ""
        if column in themes and following in themes:
            above.append(Box("任务安排", colspan=2))
            below.append(names[at])
        elif column in themes and at and layout.columns[at - 1] in themes:
            above.append(None)
            below.append(names[at])
        else:
            above.append(Box(layout.names[column], rowspan=2))
            below.append(None)
    return [above, below]


def page(layout: Layout, rows: Sequence[Record], own: Sequence[int]) -> list[list[Box | None]]:
    """The rows of a page, the provinces merged over those they cover."""
    grid: list[list[Box | None]] = []
    for at, (row, number) in enumerate(zip(rows, own, strict=True)):
        line: list[Box | None] = []
        for column in layout.columns:
            if column != "province" or not layout.merged:
                line.append(Box(cell(layout, row, column, number)))
            elif at and province_of(rows[at - 1]) == province_of(row):
                line.append(None)
            else:
                rest = [province_of(other) == province_of(row) for other in rows[at:]]
                count = rest.index(False) if False in rest else len(rest)
                line.append(Box(province_of(row), rowspan=count))
        grid.append(line)
    return grid


@EXAMPLES
@given(layout=layouts())
def test_cells_of_any_layout(rows: Rows, layout: Layout) -> None:
    sheet = Sheet()
    own = numbers(layout, rows)
    cuts = [0, *layout.pages, len(rows)]
    for at, (start, stop) in enumerate(pairwise(cuts)):
        grid = page(layout, rows[start:stop], own[start:stop])
        if at == 0 or layout.repeated:
            grid = head(layout) + grid
        if at == 0 and layout.caption:
            grid.insert(0, [Box("实验任务一览", colspan=len(layout.columns))])
        draw(sheet, grid, layout.between)
        sheet.write(f"\n— {at + 1} —\n" if at % 2 else "\n")
    parsed = read(sheet.document())
    found = zones(parsed)
    bodies = [(r.unit, r.region, r.title) for r in found]
    assert bodies == [(r.unit, r.region, r.title) for r in rows]
    extra = f"\n{layout.names['other']}：{layout.filler}" if "other" in layout.columns else ""
    extra = extra if layout.filler else ""
    assert [r.body for r in found] == [r.body + extra for r in rows]
    assert [r.n for r in found] == [r.n for r in rows]
    codes = {warning.code for warning in parsed.warnings}
    assert codes <= {"number-restart"}


@EXAMPLES
@given(layout=layouts(flat=True))
def test_lines_of_any_layout(rows: Rows, layout: Layout) -> None:
    sheet = Sheet()
    own = numbers(layout, rows)
    names = [layout.names[column] for column in layout.columns]
    sheet.write("\n".join(names) + "\n")
    for at, (row, number) in enumerate(zip(rows, own, strict=True)):
        if at in layout.pages and layout.repeated:
            sheet.write("\n".join(names) + "\n")
        same = at and province_of(rows[at - 1]) == province_of(row)
        for column in layout.columns:
            if not (column == "province" and layout.merged and same):
                sheet.write(cell(layout, row, column, number) + "\n")
    parsed = read(sheet.document())
    assert fields(zones(parsed)) == fields(rows)
    codes = {warning.code for warning in parsed.warnings}
    assert codes <= {"number-restart", "number-missing"}


MARKS = ("", "{n}. ", "{n}、", "（{n}）", "- ")


@EXAMPLES
@given(
    mark=st.sampled_from(MARKS),
    separator=st.sampled_from(["：", ":", "——", " —— "]),
    grouped=st.booleans(),
    group=st.sampled_from(["{p}", "{p}（{k}个）", "（一）{p}", "## {p}", "{p}："]),
    style=st.sampled_from(["sentence", "paragraph", "body"]),
    gap=st.sampled_from(["\n", "\n\n"]),
)
def test_lists(
    rows: Rows,
    mark: str,
    separator: str,
    grouped: bool,
    group: str,
    style: str,
    gap: str,
) -> None:
    sheet = Sheet()
    for at, row in enumerate(rows):
        if grouped and (not at or province_of(rows[at - 1]) != province_of(row)):
            count = sum(province_of(other) == province_of(row) for other in rows)
            sheet.write(group.format(p=province_of(row), k=count) + gap)
        unit = below_province(row) if grouped else row.unit
        content = {
            "sentence": f"{row.title}。{row.body}",
            "paragraph": f"{row.title}{gap}{row.body}",
            "body": row.body,
        }[style]
        sheet.write(f"{mark.format(n=row.n)}{unit}{separator}{content}{gap}")
    parsed = read(sheet.document())
    expected = fields(rows, without="title" if style == "body" else "")
    assert fields(zones(parsed)) == expected
    assert [r.n for r in zones(parsed)] == [r.n for r in rows]


@st.composite
def tabled_notices(draw: st.DrawFn, text: str) -> SourceDocument:
    """The notice with tables stated over it at random, as a bad reader might."""
    tables = []
    for _ in range(draw(st.integers(1, 3))):
        cells = []
        for _ in range(draw(st.integers(0, 12))):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, min(len(text), start + 200)))
            row, column = draw(st.integers(0, 5)), draw(st.integers(0, 4))
            spans = draw(st.integers(1, 3)), draw(st.integers(1, 3))
            cells.append(Cell(row, column, Span(start, end), *spans))
        tables.append(SourceTable(tuple(cells)))
    return SourceDocument(text, "x.html", "0" * 64, ".html", b"", tables=tuple(tables))


@EXAMPLES
@given(data=st.data())
def test_no_stated_table_makes_a_line_vanish(notice: ParsedPolicy, data: st.DataObject) -> None:
    read(data.draw(tabled_notices(notice.text)))
