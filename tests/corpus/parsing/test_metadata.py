"""The frame of official documents other than the bundled notice."""

from __future__ import annotations

import pytest

from corpus.formats.read import decode_source
from corpus.parsing.metadata import Frame, read_frame
from corpus.parsing.notice import parse_document
from corpus.parsing.titles import category_of
from corpus.text.normalize import split_lines


def frame(text: str) -> Frame:
    return read_frame(split_lines(text))


def test_a_circular_of_several_offices() -> None:
    found = frame(
        """民政部文件
民发〔2021〕12号
民政部 财政部关于加强城乡
社区治理工作的通知
各省、自治区、直辖市民政厅（局）、财政厅（局）：
现就有关事项通知如下。
附件：1. 清单
      2. 表格
民政部
财政部
二〇二一年三月五日
附件1
清单
附件2：
表格"""
    )
    assert found.title == "民政部 财政部关于加强城乡社区治理工作的通知"
    assert found.number == "民发〔2021〕12号"
    assert found.issuer == "民政部 财政部"
    assert found.date == "2021-03-05"
    assert found.category == "通知"
    assert found.recipients == "各省、自治区、直辖市民政厅（局）、财政厅（局）"
    assert [label for label in found.breaks.values() if label] == ["附件1", "附件2"]


def test_the_signature_names_the_issuer_where_the_title_does_not() -> None:
    found = frame(
        "关于印发《规则》的通知\n（国办发[2020]3号）\n\n正文。\n\n国务院办公厅\n2020年1月2日"
    )
    assert found.issuer == "国务院办公厅"
    assert found.number == "国办发[2020]3号"
    assert found.recipients is None


def test_an_order() -> None:
    found = frame("中华人民共和国国务院令\n第709号\n\n快递暂行条例\n")
    assert found.number is None  # number and office on two lines: not guessed
    found = frame("中华人民共和国国务院令第709号\n\n行政区划管理条例（修订）\n\n第一条 为了管理。")
    assert found.number == "中华人民共和国国务院令第709号"
    assert found.issuer == "中华人民共和国国务院"
    assert found.title == "行政区划管理条例（修订）"
    assert found.category == "条例"


def test_a_law_with_its_adoption_below_the_title() -> None:
    found = frame(
        "中华人民共和国城市居民委员会组织法\n\n"
        "（1989年12月26日第七届全国人民代表大会常务委员会第十一次会议通过）\n\n"
        "第一条 为了加强建设。"
    )
    assert found.date == "1989-12-26"
    assert found.category == "法"
    assert found.issuer == "全国人民代表大会常务委员会"
    assert (found.number, found.recipients) == (None, None)


def test_a_markdown_title() -> None:
    found = frame("# 社区服务管理办法\n\n## 第一章 总则\n\n正文：\n")
    assert found.title == "社区服务管理办法"
    assert found.category == "办法"
    assert found.recipients is None


def test_an_impossible_date_is_no_date() -> None:
    found = frame("民政部关于试点的函\n\n正文。\n\n民政部\n2019年13月45日")
    assert found.date is None
    assert found.issuer == "民政部"


def test_a_date_above_the_title_is_not_the_title() -> None:
    found = frame("2019年3月25日\n民政部关于试点的通知\n\n正文。")
    assert (found.title, found.date) == ("民政部关于试点的通知", "2019-03-25")


def test_a_title_ends_at_a_blank_line() -> None:
    assert frame("社区治理\n\n有关工作通知\n").title == "社区治理"
    assert frame("社区治理\n有关工作通知\n").title == "社区治理有关工作通知"


@pytest.mark.parametrize("line", ["一、有关事项如下：", "附件：", "正文。说明如下："])
def test_not_every_line_with_a_colon_names_recipients(line: str) -> None:
    assert frame(f"关于试点的通知\n\n{line}\n").recipients is None


@pytest.mark.parametrize("line", ["（三）联系方式", "请认真落实。", "附件：清单"])
def test_not_every_line_above_the_date_is_a_signature(line: str) -> None:
    assert frame(f"关于试点的通知\n\n正文。\n{line}\n2019年3月1日").issuer is None


def test_nothing_is_guessed_from_nothing() -> None:
    found = frame(" \n\n")
    assert (found.title, found.number, found.issuer, found.date) == (None,) * 4
    assert found.breaks == {}


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("民政部关于同意确认实验区的批复", "批复"),
        ("社区服务管理办法（试行）", "办法"),
        ("国务院关于修改办法的决定", "决定"),
        ("民法典", "法典"),
        ("劳动者加班费的认定", None),
    ],
)
def test_categories(title: str, category: str | None) -> None:
    assert category_of(title) == category


def test_a_table_without_a_title_is_called_after_its_file() -> None:
    table = "单位,主题,内容\n" + "".join(
        f"{unit},党建引领,完善机制\n" for unit in ("上海市徐汇区", "江苏省南京市雨花台区")
    )
    policy = parse_document(decode_source(table.encode(), "2019年名单.csv")).policy
    assert policy.title == "2019年名单"


def test_the_path_to_a_page_is_neither_title_nor_issuer() -> None:
    text = "您的位置：首页 > 政务公开\n\n民政部关于社区治理的批复\n\n民函〔2019〕41号\n\n内容。\n"
    policy = parse_document(decode_source(text.encode(), "批复.txt")).policy
    assert (policy.title, policy.issuer) == ("民政部关于社区治理的批复", "民政部")


def test_the_path_above_a_page_is_left_out_of_the_title() -> None:
    lines = (
        "首页 > 政务公开 > 政策文件",
        "关于做好社区工作的通知",
        "民发〔2021〕31号",
        "各省民政厅：",
    )
    text = "\n".join((*lines, "一、正文。", "民政部", "2021年5月6日"))
    parsed = parse_document(decode_source(text.encode(), "通知.txt"))
    assert (parsed.policy.title, parsed.policy.issuer) == (lines[1], "民政部")


def test_the_cells_of_a_table_above_the_signature_sign_nothing() -> None:
    page = (
        "<p>关于确认试点的通知</p><p>民办发〔2018〕7号</p><p>一、正文。</p>"
        "<table border=1><tr><td>序号<td>单位<td>主题"
        "<tr><td>1<td>江苏省南京市玄武区<td>邻里</table>"
        "<p>民政部办公厅</p><p>2018年4月2日</p>"
    )
    document = decode_source(f"<html><body>{page}</body></html>".encode(), "notice.html")
    policy = parse_document(document).policy
    assert (policy.issuer, policy.date) == ("民政部办公厅", "2018-04-02")
