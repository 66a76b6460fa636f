"""Near-duplicates are found as a comparison of all pairs would find them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.library.near_duplicates import (
    Fingerprint,
    find_near_duplicates,
    fingerprint,
    groups,
    near_duplicates_of,
    similarity,
)
from corpus.library.review import described, warnings_of
from corpus.parsing.notice import parse, with_id
from corpus.policy import ParsedPolicy


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
