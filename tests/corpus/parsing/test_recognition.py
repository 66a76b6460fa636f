"""The report names what was found, where, and what was not."""

from __future__ import annotations

from corpus.document import SourceDocument, Stated
from corpus.parsing.notice import parse, parse_document
from corpus.parsing.recognition import report
from corpus.policy import ParsedPolicy


def test_the_report_of_the_notice(notice: ParsedPolicy) -> None:
    found = report(notice)
    lines = notice.text.splitlines()
    for each in found.fields:
        assert each.value is not None
        if each.origin == "text":
            assert each.line is not None
            assert each.value.rstrip("：") in lines[each.line - 1] or each.field in (
                "date",
                "category",
            )
    assert {each.field: each.line for each in found.fields}["date"] == (
        lines.index("2019年3月25日") + 1
    )
    assert found.attachments == ("全国社区治理和服务创新实验区实验任务",)
    [table] = found.tables
    assert (table.shape, table.label, table.rows) == ("flattened", "逐行表格", 31)
    assert table.columns == ("实验单位", "实验主题", "实验内容")
    assert (found.zones, found.passages) == (31, len(notice.records) - 31)
    assert found.unresolved == found.missing == found.warnings == ()
    assert not found.has_problems


def test_what_is_missing_is_named() -> None:
    parsed = parse("工作安排\n\n请各单位落实。\n", source="安排.txt", sha256="0" * 64)
    found = report(parsed)
    assert found.missing == ("发文字号", "发文机关", "成文日期", "文种", "主送机关")
    assert found.tables == ()


def test_units_of_no_known_place_are_named() -> None:
    head = "关于试点的通知\n2019年3月1日\n实验单位\n实验主题\n实验内容\n"
    text = head + "1\n乌有乡\n甲\n乙\n2\n衢州市\n丙\n丁"
    found = report(parse(text, source="x.txt", sha256="0" * 64))
    assert found.unresolved == ((1, "乌有乡"),)
    assert found.has_problems


def test_origins_are_told_apart() -> None:
    document = SourceDocument(
        "正文。", "社区治理.txt", "0" * 64, ".txt", b"", stated=Stated(date="2020-01-02")
    )
    by_field = {each.field: each for each in report(parse_document(document)).fields}
    assert (by_field["date"].value, by_field["date"].origin) == ("2020-01-02", "stated")
    assert by_field["title"].origin == "text"


def test_headings_are_counted() -> None:
    law = (
        "# 办法\n\n## 第一章 总则 ##\n\n第一条 甲。\n\n第二条 乙。\n\n## 第二章 附则\n\n第三条 丙。"
    )
    parsed = parse(law, source="x.md", sha256="0" * 64)
    assert report(parsed).headings == 5
    assert [(record.title, record.body) for record in parsed.records] == [
        ("", "办法"),
        ("", "第一章 总则"),
        ("第一章 总则 › 第一条", "第一条 甲。"),
        ("第一章 总则 › 第二条", "第二条 乙。"),
        ("", "第二章 附则"),
        ("第二章 附则 › 第三条", "第三条 丙。"),
    ]
    assert [law[span.start : span.end] for span in parsed.furniture] == ["# ", "## ", " ##", "## "]
