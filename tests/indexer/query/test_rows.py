"""The rows of the advanced form: they mean the query, and every query has rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query.parser import MAX_CHARACTERS, parse
from indexer.query.rows import JOINS, ROW_FIELDS, WITHIN, Form, Row, form_of, query_of
from indexer.query.tree import And, Node
from tests.indexer.query.test_rendering import TYPED


@pytest.mark.parametrize(
    ("form", "query"),
    [
        (Form(), ""),
        (Form((Row("三社联动"), Row("  "))), "三社联动"),
        (Form((Row("党建", "title"), Row("网格化", join="not"))), "主题:党建 -网格化"),
        (
            Form((Row("网格化"), Row("信息化", join="or"), Row("社区"))),
            "(网格化 OR 信息化) 社区",
        ),
        (Form((Row("网格化"), Row("信息化", join="or"))), "网格化 OR 信息化"),
        (
            Form((Row("社区"), Row("物业", join="not"), Row("减负", join="or"))),
            "社区 -(物业 OR 减负)",
        ),
        (Form((Row("物业 减负", "body"),)), "内容:(物业 减负)"),
        (Form((Row("“三社+N”", "title"),)), "主题:“三社+N”"),
        (Form((Row("民函（2019）41号", "number"),)), "文号:民函（2019）41号"),
        (Form((Row("平台"), Row("信息")), within="sentence"), "同句:(平台 信息)"),
        (
            Form((Row("平台"), Row("信息"), Row("网格", join="not")), within="sentence"),
            "同句:(平台 信息) -网格",
        ),
        (Form((Row("平台"),), within="sentence"), "同句:(平台)"),
        (Form((Row("平台"), Row("信息")), within="document"), "同文件:(平台 信息)"),
        (Form((Row("党建"),), since="2015", until="2019"), "党建 年:2015..2019"),
        (Form(since="2018"), "年:2018.."),
        (Form(since="2019", until="2019"), "年:2019"),
        (Form((Row("机制", join="not"),)), "-机制"),
    ],
)
def test_rows_are_written_as_one_would_type_them(form: Form, query: str) -> None:
    assert query_of(form) == query
    again = query_of(form_of(query))
    assert parse(again).tree == parse(query).tree


def test_a_query_fills_in_the_rows() -> None:
    assert form_of("主题:党建 (网格化 OR 信息化) -单位:南京 年:2015..2019") == Form(
        (
            Row("党建", "title"),
            Row("网格化"),
            Row("信息化", join="or"),
            Row("南京", "unit", "not"),
        ),
        since="2015",
        until="2019",
    )
    assert form_of("同句:(平台 内容:信息)") == Form(
        (Row("平台"), Row("信息", "body")), within="sentence"
    )
    # What the form has no field for is a row's text.
    assert form_of("省:四川 (A B OR C)") == Form((Row("省:四川"), Row("A B OR C")))


def same(one: Node, other: Node) -> bool:
    """Whether the trees differ in nothing but the order of what is AND-ed."""
    parts = [
        sorted(map(repr, tree.children)) if isinstance(tree, And) else [repr(tree)]
        for tree in (one, other)
    ]
    return parts[0] == parts[1]


@given(TYPED)
@example("同句:(A 省:四川)")
@example("文号:民函(2019)41号 -(“a” OR 主题:b)")
@example("NOT -x")
@example("同文件:(A -B) C")
@example("同文件:(A -B)")
@example("同文件:(A 同句:(B C) 年:2019) -D")
@example("主题:(同文件:(A B) C)")
@example("年:2019 年:2018..")
def test_every_query_comes_back_from_its_rows(text: str) -> None:
    form = form_of(text)
    back = query_of(form)
    if len(back) <= MAX_CHARACTERS:
        assert same(parse(back).tree, parse(text).tree), (form, back)


ROWS = st.builds(
    Row, TYPED, st.one_of(st.none(), st.sampled_from(ROW_FIELDS)), st.sampled_from(JOINS)
)
YEARS = st.sampled_from(["", "2015", "2019"])


@given(st.builds(Form, st.lists(ROWS, max_size=5).map(tuple), st.sampled_from(WITHIN), YEARS))
def test_what_a_form_writes_fills_in_the_same_form(form: Form) -> None:
    text = query_of(form)
    back = query_of(form_of(text))
    if max(len(text), len(back)) <= MAX_CHARACTERS:
        assert same(parse(back).tree, parse(text).tree), (text, back)
