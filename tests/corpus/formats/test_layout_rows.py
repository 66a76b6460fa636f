"""Tables without ruling lines, laid out by the test and read back: right, or not at all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats.content import TextBuilder
from corpus.formats.layout.columns import find_head, take_tables
from corpus.formats.layout.flow import write
from corpus.formats.layout.page import Line, PageTable, PageText, Run, line_of_runs
from corpus.formats.layout.rows import Cells, Keys, Part, read_rows

SIZE, PITCH = 10.0, 14.0
#: How many lines the cells of a row have: number, unit, theme, content.
ROW = st.tuples(st.just(1), *[st.integers(1, 4)] * 3)


def line(text: str, x: float, top: float) -> Line:
    return line_of_runs([Run(text, x, x + SIZE * len(text), top, top + SIZE, SIZE, top + SIZE)])


def laid_out(rows: list[tuple[int, ...]], padding: float, align: float) -> list[Cells]:
    """The rows' lines where a browser puts them: ``align`` is 0 at the top, 0.5 in the middle."""
    top, found = 100.0, []
    for n, counts in enumerate(rows, start=1):
        height = max(counts) * PITCH
        row: Cells = []
        for column, count in enumerate(counts):
            start = top + padding + align * (height - count * PITCH)
            texts = [str(n)] if column == 0 else [*["满" * 9] * (count - 1), "末行"]
            row.append(
                [line(text, 100.0 * column, start + at * PITCH) for at, text in enumerate(texts)]
            )
        found.append(row)
        top += height + 2 * padding
    return found


def part_of(rows: list[Cells], first: bool = True) -> Part:
    return Part(tuple([line for row in rows for line in row[at]] for at in range(4)), first)


@settings(max_examples=200)
@given(
    rows=st.lists(ROW, min_size=2, max_size=12),
    padding=st.sampled_from([0.0, 1.0, 3.0, 8.0]),
    align=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_rows_are_read_as_they_were_laid_out_or_not_at_all(
    rows: list[tuple[int, ...]], padding: float, align: float
) -> None:
    wanted = laid_out(rows, padding, align)
    read = read_rows([part_of(wanted)], Keys(0, True, ()))
    assert read is None or read == wanted
    if padding >= 1.0 and any(max(row) > 1 for row in rows):
        assert read == wanted


@given(
    rows=st.lists(ROW.filter(lambda row: max(row) > 1), min_size=4, max_size=8),
    cut=st.integers(1, 3),
)
def test_a_row_broken_over_pages_is_one(rows: list[tuple[int, ...]], cut: int) -> None:
    """Its lines below the break stand at the top of the next page, without the number.

    Where no row follows there, they may be anything.
    """
    wanted = laid_out(rows, 3.0, 0.0)
    kept, moved = wanted[: cut + 1], wanted[cut + 1 :]
    broken = [cell[:1] for cell in kept[-1]]
    rest = [cell[1:] for cell in kept[-1]]
    pages = [part_of([*kept[:-1], broken]), part_of([rest, *moved], first=False)]
    assert read_rows(pages, Keys(0, True, ())) == (wanted if moved else None)


def page_of(lines: list[Line]) -> PageText:
    return PageText(842.0, sorted(lines, key=lambda each: each.top))


def words(*runs: tuple[str, float], top: float) -> Line:
    found = [
        Run(text, x, x + SIZE * len(text), top, top + SIZE, SIZE, top + SIZE) for text, x in runs
    ]
    return line_of_runs(found)


HEAD = (("序　号", 0.0), ("试点单位", 60.0), ("项目名称", 160.0), ("主要内容", 260.0))


def test_numbers_that_do_not_follow_leave_the_text_alone() -> None:
    lines = [words(*HEAD, top=50.0)]
    lines += [
        words((n, 0.0), ("北京市东城区", 60.0), ("议事厅", 160.0), ("协商共治", 260.0), top=top)
        for n, top in (("1", 70.0), ("5", 90.0), ("2", 110.0))
    ]
    page = page_of(lines)
    assert take_tables([page]) == 1
    assert page.items == lines


def test_a_table_ends_where_a_line_crosses_its_columns() -> None:
    lines = [words(*HEAD, top=50.0)]
    lines += [
        words((n, 0.0), ("北京市东城区", 60.0), ("议事厅", 160.0), ("协商共治", 260.0), top=top)
        for n, top in (("1", 70.0), ("2", 90.0))
    ]
    behind = words(("各地要加强对试点工作的指导", 0.0), top=110.0)
    page = page_of([*lines, behind])
    assert take_tables([page]) == 0
    table, last = page.items
    assert isinstance(table, PageTable)
    assert [cell.text for cell in table.cells[4:8]] == ["1", "北京市东城区", "议事厅", "协商共治"]
    assert last == behind


def test_running_text_is_no_head() -> None:
    for text in ("试点单位和主要内容如下", "序号", "本办法所称试点单位，是指"):
        assert find_head([words((text, 0.0), top=50.0)], 0) is None


def rows_of(numbers: Iterable[int], top: float, theme: str = "协商") -> list[Line]:
    texts = (("北京市东城区", 60.0), (theme, 160.0), ("协商共治", 260.0))
    return [words((str(n), 0.0), *texts, top=top + 20.0 * at) for at, n in enumerate(numbers)]


@pytest.mark.parametrize(
    "behind",
    [
        [words(("民政部办公厅", 280.0), top=60.0), words(("2019年3月25日", 270.0), top=80.0)],
        [words(("二、工作要求", 260.0), top=60.0)],
        [words(("总结", 60.0), top=60.0)],
        [words(("2019年3月", 0.0), top=60.0)],
    ],
)
def test_what_follows_on_the_next_page_is_no_rest_of_a_table(behind: list[Line]) -> None:
    """A signature, a heading, a short line: with no row below them they are none of a row's."""
    rows = rows_of((1, 2, 3), 700.0)
    pages = [page_of([words(*HEAD, top=680.0), *rows]), page_of(behind)]
    assert take_tables(pages) == 0
    (table,) = pages[0].items
    assert isinstance(table, PageTable)
    texts = [cell.text for cell in table.cells[4:]]
    assert texts == [run.text for row in rows for run in row.runs]
    assert pages[1].items == behind
    again = page_of([*behind, *rows_of((4, 5), 120.0)])
    if len(behind) == 1 and behind[0].text == "二、工作要求":
        pages = [page_of([words(*HEAD, top=680.0), *rows]), again]
        assert take_tables(pages) == 1
        assert len(pages[0].items) == 4


def test_a_last_cell_that_may_go_on_overleaf_leaves_the_text_alone() -> None:
    lines = [words(*HEAD, top=660.0)]
    for n, top in ((1, 680.0), (2, 714.0), (3, 748.0)):
        lines += [*rows_of((n,), top, "满满满满满满满")]
        lines += [words(("末行", 160.0), top=top + 14.0)] if n < 3 else []
    assert take_tables([page_of(lines)]) == 0
    pages = [page_of(lines), page_of([words(("余", 160.0), top=60.0)])]
    assert take_tables(pages) == 1
    assert [len(page.items) for page in pages] == [6, 1]


def test_a_character_without_a_width_is_not_lost() -> None:
    rows = rows_of((1, 2, 3), 70.0)
    mark = Run("Ⓧ", 300.0, 300.0, 90.0, 100.0, SIZE, 100.0)  # where the column ends
    rows[1] = line_of_runs([*rows[1].runs, mark])
    page = page_of([words(*HEAD, top=50.0), *rows])
    assert take_tables([page]) == 0
    (table,) = page.items
    assert isinstance(table, PageTable)
    assert sum(cell.text.count("Ⓧ") for cell in table.cells) == 1


@pytest.mark.parametrize(
    "number", ["— {} —", "- {} -", "第{}页", "第 {} 页 共 3 页", "{}", "{} / 3"]
)
def test_page_numbers_above_a_foot_that_differs_are_no_text(number: str) -> None:
    pages = []
    for at, foot in enumerate(("第一章 总则", "第二章 组织", "第三章 附则"), start=1):
        lines = [words((f"正文{foot}的一些话语在这里", 60.0), top=top) for top in (100.0, 114.0)]
        lines += [words(("民政部公报", 60.0), top=785.0)]  # the number stands beside it
        lines.append(words((number.format(at), 290.0), top=790.0))
        pages.append(page_of([*lines, words((foot, 60.0), top=810.0)]))
    wanted = "".join(
        item.text
        for page in pages
        for item in page.items
        if isinstance(item, Line) and not 780.0 < item.top < 800.0
    )
    builder = TextBuilder()
    assert write(pages, builder).heads == ["民政部公报"]
    assert "".join(builder.text.split("\n")) == wanted


def test_a_number_of_a_row_at_the_edge_stays() -> None:
    """Beside its row and last on its page, with a page's number at the same height overleaf."""
    rows = rows_of((1, 2, 3), 740.0)
    rows[2] = words(*[(run.text, run.x0) for run in rows[2].runs[1:]], top=780.0)
    pages = [page_of([words(*HEAD, top=720.0), *rows, words(("3", 0.0), top=783.0)])]
    pages.append(page_of([words(("正文" * 9, 0.0), top=400.0), words(("4", 0.0), top=783.0)]))
    builder = TextBuilder()
    write(pages, builder)
    assert "3\n北京市东城区" in builder.text
    assert "4" not in builder.text
