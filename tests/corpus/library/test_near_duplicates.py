"""Near-duplicates are found as a comparison of all pairs would find them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.library.near_duplicates import (
    Fingerprint,
    NearDuplicate,
    families,
    find_near_duplicates,
    fingerprint,
    groups,
    is_version,
    near_duplicates_of,
    similarity,
)
from corpus.library.review import described, warnings_of
from corpus.parsing.notice import parse, with_id
from corpus.policy import ParsedPolicy, Policy, Region


def print_of(text: str, policy_id: str, title: str | None = None) -> Fingerprint:
    parsed = with_id(parse(text, source=f"{policy_id}.txt", sha256="0" * 64), policy_id)
    if title:
        parsed = replace(parsed, policy=replace(parsed.policy, title=title))
    return fingerprint(parsed)


def test_the_same_notice_saved_twice(notice: ParsedPolicy) -> None:
    copy = notice.text.replace("\n\n", "\r\n").replace("：", ":").replace("，", "， ")
    pairs = find_near_duplicates([fingerprint(notice), print_of(copy, "copy")])
    assert [(p.first, p.second, p.kind, p.similarity) for p in pairs] == [
        (notice.policy.id, "copy", "同文", 1.0)
    ]


def test_a_copy_in_the_other_script_is_the_same() -> None:
    simplified = "民政部关于开展社区协商试点工作的通知\n各省民政厅：\n请结合实际执行，为期两年。"
    traditional = "民政部關於開展社區協商試點工作的通知\n各省民政廳：\n請結合實際執行，為期兩年。"
    [pair] = find_near_duplicates([print_of(simplified, "简"), print_of(traditional, "繁")])
    assert (pair.kind, pair.similarity) == ("同文", 1.0)


def test_a_copy_in_which_one_word_differs_is_not_called_the_same(notice: ParsedPolicy) -> None:
    copy = notice.text.replace("三社联动", "四社联动", 1)
    [pair] = find_near_duplicates([fingerprint(notice), print_of(copy, "copy")])
    assert pair.kind == "同文" and 0.97 <= pair.similarity < 1
    assert described(pair).startswith("内容几乎相同") and "100%" not in described(pair)


def test_a_copy_with_the_furniture_of_a_page(notice: ParsedPolicy) -> None:
    copy = "首页 > 政策文件 > 正文\n" + notice.text + "\n扫一扫在手机打开当前页\n"
    [pair] = near_duplicates_of(print_of(copy, "copy", notice.policy.title), [fingerprint(notice)])
    assert (pair.first, pair.second, pair.kind) == (notice.policy.id, "copy", "同文")


def test_an_amended_law() -> None:
    law = "# 社区服务条例\n\n2015年3月1日 某市第一届人民代表大会第一次会议通过\n\n" + "\n\n".join(
        f"第{n}条 {words(n, 60)}。" for n in range(1, 40)
    )
    amended = law.replace("2015年3月1日", "2020年5月6日")
    for n in range(1, 12):
        amended = amended.replace(words(n, 60), words(n + 1000, 60))
    other = "# 物业管理条例\n\n" + "\n\n".join(
        f"第{n}条 {words(n + 5000, 60)}。" for n in range(1, 40)
    )
    prints = [print_of(law, "old"), print_of(other, "other"), print_of(amended, "new")]
    [pair] = find_near_duplicates(prints)
    assert (pair.first, pair.second, pair.kind) == ("old", "new", "修订")
    assert 0.3 < pair.similarity < 0.8


def test_another_title_is_merely_alike(notice: ParsedPolicy) -> None:
    other = notice.text.replace("民函〔2019〕41号", "民函〔2019〕42号")
    first = fingerprint(notice)
    [pair] = find_near_duplicates([first, print_of(other, "other", "另一个批复")])
    assert pair.kind == "近似"


def words(seed: int, length: int) -> str:
    """Letters that no other seed has in the same order."""
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(length))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=2, max_size=14))
def test_no_pair_of_a_comparison_of_all_is_missed(shapes: list[tuple[int, int]]) -> None:
    prints = []
    for at, (family, changes) in enumerate(shapes):
        parts = [words(family * 100 + n, 40) for n in range(20)]
        for n in range(changes):
            parts[n] = words(10_000 + at * 100 + n, 40)
        prints.append(print_of("\n".join(parts), f"p{at}", f"标题{at}"))
    brute = {
        (a.policy_id, b.policy_id)
        for at, a in enumerate(prints)
        for b in prints[at + 1 :]
        if similarity(a, b) >= 0.6
    }
    found = {(p.first, p.second) for p in find_near_duplicates(prints)}
    assert found == brute
    for at, each in enumerate(prints):
        new = {p.first for p in near_duplicates_of(each, prints[:at])}
        assert new == {a for a, b in brute if b == each.policy_id}


@pytest.mark.parametrize("text", ["", "。", "甲", "甲乙丙"])
def test_short_texts(text: str) -> None:
    first, second = print_of(text, "a"), print_of(text, "b")
    assert similarity(first, second) == 1.0
    assert similarity(first, print_of("完全不同的一段文字而已", "c")) == 0.0


def test_many_copies_stay_connected() -> None:
    prints = [print_of("\n".join(words(n, 40) for n in range(20)), f"p{at}") for at in range(60)]
    pairs = find_near_duplicates(prints)
    reached = {"p0"}
    for pair in pairs:
        if pair.first in reached:
            reached.add(pair.second)
    assert len(reached) == 60
    assert len(pairs) < 60 * 13


def test_a_large_group_of_copies_is_named_as_a_whole(notice: ParsedPolicy) -> None:
    text = notice.text
    prints = [print_of(text + "\n" * at, f"copy {at}") for at in range(30)]
    pairs = find_near_duplicates(prints)
    assert groups(pairs, "同文") == (tuple(f"copy {at}" for at in range(30)),)
    told = list(warnings_of([], pairs))
    assert len(told) == 30
    assert all(each.message.count("copy") == 29 for each in told)


# Families: copies and versions that count as one document


def policy(title: str, province: str | None = None) -> Policy:
    region = Region(province, None, None, None) if province else None
    return Policy(title, title, None, None, None, None, None, None, "x", "", region=region)


def pair(similarity: float, kind: str) -> NearDuplicate:
    return NearDuplicate("a", "b", similarity, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("titles", "similarity", "kind", "one"),
    [
        (("慈善法", "中华人民共和国慈善法"), 0.12, "修订", True),
        (("慈善法", "慈善法（2023年修正）"), 0.12, "修订", False),
        (("慈善法", "慈善法"), 0.12, "修订", True),
        (("诉讼规则", "诉讼规则（试行）"), 0.35, "修订", True),
        (("宪法修正案（1999年）", "宪法修正案（2004年）"), 0.16, "修订", False),
        (("政府工作报告", "政府工作报告"), 0.2, "修订", False),
        (("关于修改《慈善法》的决定", "关于修改《慈善法》的决定"), 0.3, "修订", False),
        (("关于开展试点的通知", "关于开展试点的通知"), 0.7, "修订", True),
        (("湖州市立法条例", "嘉兴市立法条例"), 0.86, "近似", False),
        (("关于人脸识别的规定", "最高人民法院关于人脸识别的规定"), 0.99, "同文", True),
        (("济南市电梯规定", "莱芜市电梯规定"), 0.98, "同文", False),
        (("见附件", "另一个见附件的通知"), 1.0, "同文", False),
    ],
)
def test_what_is_merely_alike_is_no_version(
    titles: tuple[str, str], similarity: float, kind: str, one: bool
) -> None:
    first, second = map(policy, titles)
    assert is_version(pair(similarity, kind), first, second) is one


def test_organs_of_two_regions_issue_two_documents() -> None:
    there, here = policy("物业管理条例", "山东省"), policy("物业管理条例", "浙江省")
    assert not is_version(pair(0.9, "修订"), there, here)
    assert is_version(pair(0.9, "修订"), there, there)
    assert is_version(pair(1.0, "同文"), there, here)


def test_a_family_does_not_chain_different_laws() -> None:
    law = [words(n, 60) for n in range(20)]
    alike = [*law[:17], *(words(900 + n, 60) for n in range(3))]
    texts = {
        "旧": ("慈善条例", law),
        "新": ("慈善条例", [*law[:8], *(words(500 + n, 60) for n in range(12))]),
        "副本": ("慈善条例", law),
        "别的": ("公益条例", alike),
        "别的副本": ("公益条例", alike),
    }
    prints = [print_of("\n".join(text), name, title) for name, (title, text) in texts.items()]
    policies = {name: policy(title) for name, (title, _) in texts.items()}
    pairs = find_near_duplicates(prints)
    assert {frozenset((p.first, p.second)) for p in pairs} >= {frozenset(("旧", "别的"))}
    assert families(pairs, policies) == (("旧", "新", "副本"), ("别的", "别的副本"))
