"""Lines, numbers and dates are read without touching the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.normalize import is_date, joined, parse_date, parse_integer, split_lines


@given(st.text(alphabet="甲 \u3000\t乙\r\n\u2028\ufeff1", max_size=60))
def test_lines_are_slices_and_leave_only_white_space_between_them(text: str) -> None:
    lines = split_lines(text)
    rest = text
    for line in reversed(lines):
        assert text[line.span.start : line.span.end] == line.text
        assert line.text == line.text.strip()
        rest = rest[: line.span.start] + rest[line.span.end :]
    assert not rest.strip()


def test_a_blank_line_before_is_noticed() -> None:
    lines = split_lines("甲\n乙\r\n\r\n丙")
    assert [line.blank_before for line in lines] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("31", 31),
        ("３１", 31),
        ("三十一", 31),
        ("十", 10),
        ("二十", 20),
        ("一百零八", 108),
        ("二〇一九", 2019),
        ("", None),
        ("三x", None),
        ("3十", None),
        ("第三", None),
    ],
)
def test_integers(text: str, value: int | None) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019年3月25日", "2019-03-25"),
        ("２０１９年０３月２５日", "2019-03-25"),
        ("二〇一九年三月二十五日", "2019-03-25"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("2019 年 3 月 5 日", "2019-03-05"),
        ("2019年13月1日", None),
        ("2019年2月30日", None),
        ("2019年2月30日改为2019年3月1日", "2019-03-01"),
        ("2018年以来", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    assert parse_date(text) == iso


def test_a_date_line_is_nothing_but_a_date() -> None:
    assert is_date("2019年3月25日")
    assert not is_date("2019年3月25日起施行")


def test_a_broken_cell_is_joined_and_paragraphs_stay_apart() -> None:
    assert joined(["黑龙江省双鸭山市", "岭东区"]) == "黑龙江省双鸭山市岭东区"
    assert joined(["第一段。", "第二段", "接着"]) == "第一段。\n第二段接着"
