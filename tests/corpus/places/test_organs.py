"""Whose name a title or a signature is: one organ, several, and where the name ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.places.organs import is_organ, named_in_title, split_issuers, words

MINISTRIES = [
    *("民政部", "财政部", "人力资源和社会保障部", "人力资源社会保障部", "国家发展改革委员会"),
    *("国家发展和改革委员会", "中共中央组织部", "中共中央办公厅", "国务院办公厅", "最高人民法院"),
    *("国务院国有资产监督管理委员会", "退役军人事务部", "中央军委政治工作部", "民政部办公厅"),
]


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("国务院批转发展改革委关于深化改革重点工作意见的通知", "国务院"),
        ("河北省人民政府批转省民政厅关于做好救灾工作报告的通知", "河北省人民政府"),
        ("国务院办公厅转发民政部等部门关于加快推进社区养老意见的通知", "国务院办公厅"),
        (
            "北京市人民政府办公厅转发市民政局《关于加强社区服务的意见》的通知",
            "北京市人民政府办公厅",
        ),
        ("国务院办公厅印发关于城乡社区服务体系建设规划的通知", "国务院办公厅"),
        ("最高人民检察院印发《人民检察院办案规则》的通知", "最高人民检察院"),
        (
            "中共中央办公厅 国务院办公厅印发《关于加强城乡社区协商的意见》",
            "中共中央办公厅 国务院办公厅",
        ),
        ("民政部对“关于加强社区建设的建议”的答复", "民政部"),
        ("民政部对十三届全国人大二次会议第1234号建议的答复", "民政部"),
        ("民政部关于对政协提案的复函", "民政部"),
        ("民政部等七部门关于加强社区建设的通知", "民政部等七部门"),
        ("对外贸易经济合作部关于加强管理的通知", "对外贸易经济合作部"),
        ("关于印发《规则》的通知", None),
        ("海上航行警告和航行通告管理规定", None),
        ("中华人民共和国对外贸易法", None),
        ("社会团体登记管理条例", None),
    ],
)
def test_a_verb_ends_the_name_of_the_issuer(title: str, issuer: str | None) -> None:
    assert named_in_title(title) == issuer


@pytest.mark.parametrize(
    ("issuer", "organs"),
    [
        ("民政部 财政部 人力资源社会保障部", ["民政部", "财政部", "人力资源社会保障部"]),
        ("民政部　财政部、国家发展改革委", ["民政部", "财政部", "国家发展改革委"]),
        ("财政部税务总局", ["财政部", "税务总局"]),
        ("国务院和中央军委", ["国务院", "中央军委"]),
        ("民 政 部", ["民政部"]),
        ("中共北京市委 办公厅", ["中共北京市委办公厅"]),
        ("中共北京市委北京市人民政府", ["中共北京市委", "北京市人民政府"]),
        ("北京市民政局北京市财政局", ["北京市民政局", "北京市财政局"]),
        ("北京市高级人民法院北京市人民检察院", ["北京市高级人民法院", "北京市人民检察院"]),
        ("国家税务总局北京市税务局", ["国家税务总局北京市税务局"]),
        ("河北省民政厅 财政厅", ["河北省民政厅", "河北省财政厅"]),
        ("河北省民政厅 省财政厅", ["河北省民政厅", "河北省财政厅"]),
        ("省民政厅 省财政厅", ["省民政厅", "省财政厅"]),
        (
            "新疆维吾尔自治区人民政府新疆生产建设兵团",
            ["新疆维吾尔自治区人民政府", "新疆生产建设兵团"],
        ),
        ("新疆生产建设兵团民政局", ["新疆生产建设兵团民政局"]),
        ("河北省人民政府国资委", ["河北省人民政府国资委"]),
        ("民政部等七部门", ["民政部"]),
    ],
)
def test_a_joint_name_is_taken_apart(issuer: str, organs: list[str]) -> None:
    assert list(split_issuers(issuer)) == organs


@given(
    st.lists(st.sampled_from(MINISTRIES), min_size=1, max_size=5, unique=True),
    st.sampled_from(["", " ", "、", "　", "\n"]),
)
def test_names_come_back_whole_whatever_stands_between(names: list[str], between: str) -> None:
    assert list(split_issuers(between.join(names))) == names


@given(st.sampled_from(sorted(words().national)))
def test_no_known_organ_is_cut(name: str) -> None:
    assert split_issuers(name) == (name,)
    assert is_organ(name)
