"""Whose signature and date are the notice's, and what its page's head says otherwise."""

from __future__ import annotations

import pytest

from corpus.parsing.notice import parse
from corpus.policy import ParsedPolicy


def read(text: str) -> ParsedPolicy:
    return parse(text, source="通知.txt", sha256="0" * 64)


def test_what_is_forwarded_is_signed_by_others() -> None:
    found = read(
        "国务院批转民政部关于社区建设意见的通知\n国发〔2000〕1号\n各省人民政府：\n现转发给你们。\n"
        "国务院\n二○○○年一月二日\n民政部关于社区建设的意见\n国务院：\n一、关于监测。\n要加强。\n"
        "民政部\n一九九九年十二月三十一日"
    )
    policy = found.policy
    assert (policy.issuer, policy.date, policy.number) == (
        "国务院",
        "2000-01-02",
        "国发〔2000〕1号",
    )
    by_body = {record.body: record.title for record in found.records}
    assert by_body["民政部关于社区建设的意见"] == ""
    assert by_body["一九九九年十二月三十一日"] == ""  # no part of 一、


def test_a_forwarded_number_is_not_the_notices() -> None:
    found = read(
        "北京市人民政府办公厅转发市民政局关于社区工作意见的通知\n各区人民政府：\n现转发给你们。\n"
        "北京市人民政府办公厅\n2001年2月3日\n关于社区工作的意见\n京民发〔2001〕7号\n正文。\n"
        "北京市民政局\n2001年1月20日"
    )
    assert found.policy.number is None
    assert (found.policy.date, found.policy.issuers) == ("2001-02-03", ("北京市人民政府办公厅",))


def test_several_sign_what_the_title_sums_up() -> None:
    found = read(
        "民政部等三部门关于加强工作的通知\n各省：\n正文。\n特此通知。\n民政部\n财政部\n卫生部\n"
        "（印章）\n2001年2月3日"
    )
    assert found.policy.issuer == "民政部等三部门"
    assert found.policy.issuers == ("民政部", "财政部", "卫生部")


def test_two_sign_on_one_line() -> None:
    found = read("关于加强工作的通知\n各省：\n正文。\n民政部　　财政部\n2001年2月3日")
    assert found.policy.issuers == ("民政部", "财政部")


def test_a_signature_completes_what_the_title_leaves_out() -> None:
    found = read(
        "省民政厅 省财政厅关于工作的通知\n各市：\n正文。\n江西省民政厅 江西省财政厅\n2001年2月3日"
    )
    assert found.policy.issuer == "省民政厅 省财政厅"
    assert found.policy.issuers == ("江西省民政厅", "江西省财政厅")
    assert found.policy.region is not None and found.policy.region.full_name == "江西省"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2020年3月", "2020-03"),
        ("二〇二〇年三月", "2020-03"),
        ("2020年", "2020"),
        ("二ＯＯ八年十月一日", "2008-10-01"),
        ("二00八年十月一日", "2008-10-01"),
        ("二零零八年十月一日", "2008-10-01"),
        ("二○○八年一○月O1日", "2008-10-01"),
        ("2O08年10月1日", "2008-10-01"),
    ],
)
def test_dates_as_far_as_they_are_known(line: str, date: str) -> None:
    found = read(f"关于工作的通知\n各省：\n正文。\n民政部\n{line}")
    assert (found.policy.date, found.policy.issuer) == (date, "民政部")


HEAD = "索引号：1/2019-00041\n发文机关：{}\n发文字号：{}\n成文日期：{}\n"
TEXT = "民政部关于同意建设的批复\n民函〔2019〕41号\n北京市民政局：\n同意。\n民政部\n2019年3月25日"


def test_a_head_that_says_otherwise_is_told() -> None:
    found = read(HEAD.format("财政部", "民函〔2019〕42号", "2019-03-26") + TEXT)
    policy = found.policy
    assert (policy.issuer, policy.number, policy.date) == (
        "民政部",
        "民函〔2019〕41号",
        "2019-03-25",
    )
    told = [w.message for w in found.warnings if w.code == "head-differs"]
    assert ["财政部" in told[1], "42号" in told[0], "2019-03-26" in told[2]] == [True] * 3


def test_a_head_that_says_the_same_is_not() -> None:
    found = read(HEAD.format("民政部", "民函[2019]41号", "2019年03月25日") + TEXT)
    assert not found.warnings


def test_recipients_over_wrapped_lines_and_below_a_head() -> None:
    long = "各省、自治区、直辖市人民政府，国务院各部\n委、各直属机构，各有关\n单位：\n"
    found = read(
        HEAD.format("民政部", "民函〔2019〕41号", "2019年03月25日") * 3
        + TEXT.replace("北京市民政局：\n", long)
    )
    assert (
        found.policy.recipients
        == "各省、自治区、直辖市人民政府，国务院各部委、各直属机构，各有关单位"
    )


def test_labels_alone_on_their_lines_are_the_head_of_a_page() -> None:
    found = read(
        "索引号\n1133/2019\n主题分类\n民政\n发文机关\n民政部\n成文日期\n2019-03-25\n" + TEXT
    )
    assert found.policy.title == "民政部关于同意建设的批复"
    assert (found.policy.issuer, found.policy.date) == ("民政部", "2019-03-25")
    assert not found.warnings


def test_an_order_is_its_organs_not_its_signers() -> None:
    found = read(
        "中华人民共和国民政部令\n第71号\n\n《规定》已经审议通过。\n部长　李某\n2021年9月14日\n"
        "社会组织行政处罚程序规定\n第一条　为了规范。"
    )
    assert (found.policy.issuer, found.policy.level) == ("中华人民共和国民政部", "国家")


def test_a_title_whose_last_word_is_set_wide() -> None:
    found = read(
        "民政部\n财政部\n关于做好工作的\n通　　知\n民发〔2020〕1号\n各省：\n正文。\n2020年1月2日"
    )
    assert found.policy.title == "民政部 财政部关于做好工作的通知"
    assert found.policy.issuers == ("民政部", "财政部")


@pytest.mark.parametrize(
    "menu",
    [
        "首页\n政务公开\n",
        "首页 > 政务公开 > 通知公告\n",
        "当前位置：首页 > 政策\n登录 | 注册\n",
        "登录\n创建账号\n某某网\n",
        "字体：大 中 小\n打印本页 关闭窗口\n",
    ],
)
def test_a_menu_is_no_title(menu: str) -> None:
    found = read(menu + TEXT)
    assert found.policy.title == "民政部关于同意建设的批复"
    assert (found.policy.issuer, found.policy.recipients) == ("民政部", "北京市民政局")
