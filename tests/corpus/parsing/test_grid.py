"""Tables that a format states: broken over pages, merged, without a head, or none of zones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpus.document import Cell, SourceDocument, SourceTable
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy, Record, Span
from tests.support.shapes import Box, Sheet, draw


def grid(*rows: Sequence[str | None]) -> list[list[Box | None]]:
    return [[None if text is None else Box(text) for text in row] for row in rows]


def read(*tables: list[list[Box | None]]) -> ParsedPolicy:
    sheet = Sheet()
    for table in tables:
        draw(sheet, table, "\n")
    return parse_document(sheet.document())


def zones(parsed: ParsedPolicy) -> list[tuple[int, str | None, str, str]]:
    return [(r.n, r.unit, r.title, r.body) for r in parsed.records if r.kind == "zone"]


HEAD = ("序号", "试点单位", "试点主题", "试点任务")


def test_a_row_broken_over_pages_is_one_row() -> None:
    parsed = read(
        grid(
            HEAD, ("1", "北京市石景山区", "甲", "内容一"), ("2", "黑龙江省双鸭山市", "乙", "前半，")
        ),
        grid(("", "岭东区", "", "后半"), ("3", "上海市长宁区", "丙", "内容三")),
    )
    assert zones(parsed) == [
        (1, "北京市石景山区", "甲", "内容一"),
        (2, "黑龙江省双鸭山市岭东区", "乙", "前半，后半"),
        (3, "上海市长宁区", "丙", "内容三"),
    ]
    assert parsed.warnings == ()


def test_a_merged_province_goes_on_behind_a_page_break() -> None:
    head = ("省份", "试点地区", "任务")
    parsed = read(
        grid(head, ("浙江省", "杭州市江干区", "一"), ("", "绍兴市越城区", "二")),
        grid(("", "衢州市", "三"), ("安徽省", "合肥市包河区", "四")),
    )
    assert [unit for _, unit, _, _ in zones(parsed)] == [
        "浙江省杭州市江干区",
        "浙江省绍兴市越城区",
        "浙江省衢州市",
        "安徽省合肥市包河区",
    ]


def test_a_unit_with_two_tasks_is_two_rows() -> None:
    table = grid(
        HEAD, ("1", None, "甲", "一"), ("2", None, "乙", "二"), ("3", "上海市长宁区", "丙", "三")
    )
    table[1][1] = Box("北京市石景山区", rowspan=2)
    assert zones(read(table)) == [
        (1, "北京市石景山区", "甲", "一"),
        (2, "北京市石景山区", "乙", "二"),
        (3, "上海市长宁区", "丙", "三"),
    ]


def test_province_city_and_county_in_columns_of_their_own() -> None:
    parsed = read(
        grid(
            ("省", "市", "县（市、区）", "主要任务"),
            ("北京市", "北京市", "石景山区", "一"),
            ("湖北省", "宜昌市", "宜都市", "二"),
            ("", "", "枝江市", "三"),
            ("", "咸宁市", "", "四"),
        )
    )
    assert [unit for _, unit, _, _ in zones(parsed)] == [
        "北京市石景山区",
        "湖北省宜昌市宜都市",
        "湖北省宜昌市枝江市",
        "湖北省咸宁市",
    ]


def test_a_table_without_a_head_is_read_and_said() -> None:
    parsed = read(
        grid(
            ("1", "北京市石景山区", "社区协商"),
            ("2", "上海市长宁区", "分类治理"),
            ("3", "四川省邛崃市", "共治共享"),
        )
    )
    assert [(n, unit, title) for n, unit, title, _ in zones(parsed)] == [
        (1, "北京市石景山区", "社区协商"),
        (2, "上海市长宁区", "分类治理"),
        (3, "四川省邛崃市", "共治共享"),
    ]
    assert [w.code for w in parsed.warnings] == ["head-missing"]


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("单位", "联系人", "电话"),
            ("北京市民政局", "张某某", "010-1"),
            ("天津市", "李", "022-2"),
        ),
        (("地区", "任务数", "资金（万元）"), ("北京市", "10", "5.5"), ("河北省", "20", "7.1")),
        (("地区", "任务"), ("北京市", "10"), ("河北省", "20")),
        (("序号", "事项", "责任单位"), ("1", "制定方案", "民政部"), ("2", "开展评估", "财政部")),
        (("项目", "单位", "数量"), ("社区站", "个", "31"), ("床位", "张", "500")),
        (("时间", "议程"), ("9:00", "开幕"), ("10:00", "讨论")),
    ],
)
def test_other_tables_stay_passages_a_row_each(rows: Sequence[Sequence[str]]) -> None:
    parsed = read(grid(*rows))
    assert zones(parsed) == []
    bodies = [record.body for record in parsed.records]
    for row in rows:
        assert "\n".join(row) in bodies


def test_two_tables_keep_their_numbers_apart() -> None:
    first = grid(HEAD, ("1", "北京市石景山区", "甲", "一"), ("2", "上海市长宁区", "乙", "二"))
    second = grid(HEAD, ("1", "四川省邛崃市", "丙", "三"), ("2", "湖北省宜都市", "丁", "四"))
    assert [(n, unit) for n, unit, _, _ in zones(read(first, second))] == [
        (1, "北京市石景山区"),
        (2, "上海市长宁区"),
        (3, "四川省邛崃市"),
        (4, "湖北省宜都市"),
    ]


def test_a_page_laid_out_in_a_table_is_running_text() -> None:
    text = "民政部关于试点的通知\n\n正文。\n\n一、要求\n\n请落实。\n\n民政部\n\n2019年3月25日"
    whole = SourceTable((Cell(0, 0, Span(0, len(text))),))
    document = SourceDocument(text, "page.html", "0" * 64, ".html", b"", tables=(whole,))
    parsed = parse_document(document)
    assert (parsed.policy.title, parsed.policy.date) == ("民政部关于试点的通知", "2019-03-25")
    assert [record.title for record in parsed.records if record.body == "请落实。"] == ["一、要求"]


def test_a_table_inside_the_table_of_a_page() -> None:
    sheet = Sheet(text="民政部关于试点的通知\n\n")
    draw(sheet, grid(HEAD, ("1", "北京市石景山区", "甲", "一"), ("2", "衢州市", "乙", "二")), "\n")
    whole = SourceTable((Cell(0, 0, Span(0, len(sheet.text))),))
    document = SourceDocument(
        sheet.text, "page.html", "0" * 64, ".html", b"", tables=(whole, *sheet.tables)
    )
    assert [unit for _, unit, _, _ in zones(parse_document(document))] == [
        "北京市石景山区",
        "衢州市",
    ]


def test_records_stand_in_the_order_of_the_text() -> None:
    parsed = read(grid(HEAD, ("1", "北京市石景山区", "甲", "一"), ("2", "衢州市", "乙", "二")))
    starts = [record.place[0].start for record in parsed.records]
    assert starts == sorted(starts)
    assert isinstance(parsed.records[-1], Record)


def test_a_band_over_rows_completes_their_units_and_its_count_is_checked() -> None:
    table = [
        *grid(("序号", "单位", "主题")),
        [Box("一、福建省（3个）", colspan=3), None, None],
        *grid(("1", "福州市鼓楼区", "居民协商"), ("2", "厦门市海沧区", "社区共治")),
        [Box("第二批", colspan=3), None, None],
        *grid(("3", "上海市长宁区", "织网工程"), ("江苏省（2个）", "", "")),
        *grid(("4", "南京市鼓楼区、徐州市鼓楼区", "三社联动")),
    ]
    parsed = read(table)
    assert [unit for _, unit, _, _ in zones(parsed)] == [
        "福建省福州市鼓楼区",
        "福建省厦门市海沧区",
        "上海市长宁区",
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
    ]
    bands = [record.body for record in parsed.records if record.kind == "passage"]
    assert {"一、福建省（3个）", "第二批", "江苏省（2个）"} <= set(bands)
    counted = [w.message for w in parsed.warnings if w.code == "count-mismatch"]
    assert counted == ["“福建省”注明3个单位，其下识别出2个"]


def test_a_table_of_two_hundred_columns_is_one_of_zones_with_all_it_says() -> None:
    further = [f"第{n}项" for n in range(197)]
    rows = [("北京市石景山区", "甲"), ("上海市长宁区", "乙"), ("江苏省南京市鼓楼区", "丙")]
    parsed = read(
        grid(
            ("序号", "单位", "主题", *further),
            *(
                (str(n), unit, theme, *(f"{theme}{at}" for at in range(197)))
                for n, (unit, theme) in enumerate(rows, 1)
            ),
        )
    )
    assert [(n, unit, title) for n, unit, title, _ in zones(parsed)] == [
        (n, *row) for n, row in enumerate(rows, 1)
    ]
    assert all(
        f"第196项：{theme}196" in zone[3]
        for zone, (_, theme) in zip(zones(parsed), rows, strict=True)
    )
