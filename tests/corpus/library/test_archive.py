"""Stored policies come back equal, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.library.archive import dumps, loads
from corpus.parsing.notice import parse
from corpus.policy import ParsedPolicy


@given(
    st.text(alphabet='第一条章附件实验单位主题内容12\n\u2028 。：北京市海淀区"\\😀', max_size=80)
)
def test_any_policy_comes_back_equal(text: str) -> None:
    parsed = parse(text, source="甲.txt", sha256="a" * 64)
    assert loads(dumps(parsed, 7), 7) == parsed


def test_the_notice_comes_back_equal(notice: ParsedPolicy) -> None:
    assert loads(dumps(notice, 1), 1) == notice


def test_another_parsers_records_are_refused(notice: ParsedPolicy) -> None:
    assert loads(dumps(notice, 1), 2) is None


@given(data=st.data())
def test_no_altered_byte_goes_unnoticed(notice: ParsedPolicy, data: st.DataObject) -> None:
    stored = bytearray(dumps(notice, 1))
    at = data.draw(st.integers(0, len(stored) - 2))
    stored[at] ^= data.draw(st.integers(1, 255))
    assert loads(bytes(stored), 1) is None
    assert loads(dumps(notice, 1)[:at], 1) is None
