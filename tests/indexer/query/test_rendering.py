"""Query text made from trees: it means the tree it was made from."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from indexer.query.normal_form import conjunction, disjunction, negation
from indexer.query.parser import MAX_CHARACTERS, parse
from indexer.query.rendering import render
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
)

PIECES = [
    *(
        "三社联动",
        "党建",
        "社区",
        "A",
        "PPP",
        "N+1",
        "2019",
        "1,000",
        "http://x.y",
        "AND",
        "OR",
        "NOT",
    ),
    *("主题:", "内容：", "单位:(", "标题:“", "文号:", "省:", "市:", "议题:", "同句:(", "年:"),
    *(
        "年:2019",
        "2015..2019",
        "..2017",
        "至2018",
        *"-－*()（）“”\"「」『』，、；。！|｜:：'\n\u3000",
    ),
    *([" "] * 8),
]
TYPED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("三社联动　党建", "三社联动 党建"),
        ("主题:(三社 OR 党建)", "主题:三社 OR 主题:党建"),
        ("（三社｜党建）－网格 “基层治理”", '(三社 OR 党建) -网格 "基层治理"'),
        ("年:2015-2019 省：四川", "年:2015..2019 省:四川"),
        ("同句:(社区 治理)", "同句:(社区 治理)"),
        ("document:(社区 -治理)", "同文件:(社区 -治理)"),
        ("-社区", "-社区"),
        ("NOT --社区", "NOT --社区"),
        ('“他说"好"”', '“他说"好"”'),
        ("OR。", "。OR"),
        ("", ""),
    ],
)
def test_a_query_is_written_plainly(typed: str, plain: str) -> None:
    assert render(parse(typed).tree) == plain


def holds_all_quotes(node: Node) -> bool:
    """Whether a literal holds so many sorts of quotes that none is left to put it in."""
    match node:
        case And(children) | Or(children):
            return any(map(holds_all_quotes, children))
        case Not(child) | Sentence(child) | Document(child):
            return holds_all_quotes(child)
        case Phrase(text) | Metadata(text):
            return bool(set(text) & set('"＂')) and bool(set(text) & set("“”「」『』"))
    return False


@given(TYPED | st.text(max_size=60))
@example('「 a " “ 「 『 b')
@example("。-社区 OR。 。主题:甲 --甲")
@example("同文件:(甲 同句:(乙 丙) -丁) | 同文件：-戊")
@example("同句:(甲 乙 -丙) | -(-(甲 | 乙*) 年:2019..)")
def test_whatever_was_typed_is_written_so_that_it_reads_the_same(typed: str) -> None:
    tree = parse(typed).tree
    assume(not holds_all_quotes(tree))
    written = render(tree)
    assume(len(written) <= MAX_CHARACTERS)
    assert parse(written).tree == tree, written


@given(st.text(alphabet='三社"“”「」『』＂', min_size=1, max_size=12))
def test_a_literal_that_no_quotes_can_hold_keeps_its_units(text: str) -> None:
    assume(set(text) & set("三社"))
    read = parse(render(Phrase(text))).tree
    assert isinstance(read, Phrase)
    units = str.maketrans("", "", '"“”「」『』＂ ')
    assert read.text.translate(units) == text.translate(units)


WORDS = st.text(alphabet="三社联动党建A1+", min_size=1, max_size=5)
FIELDS = st.sampled_from([None, "title", "body", "unit", "policy", "number", "issuer"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Chunk, WORDS, FIELDS, st.booleans()),
    st.builds(Phrase, WORDS, FIELDS, st.booleans()),
)
CONDITIONS: st.SearchStrategy[Node] = st.one_of(
    st.builds(Metadata, WORDS, st.sampled_from(["province", "city", "county", "theme", "keyword"])),
    st.sampled_from([DateRange("2019-01-01", "2019-12-31"), DateRange(None, "2018-12-31")]),
    st.builds(DateRange, st.just("2015-01-01"), st.sampled_from([None, "2019-12-31"])),
)


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda nodes: conjunction(nodes) or Nothing()),
        several.map(lambda nodes: disjunction(nodes) or Nothing()),
    )


def excluding(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        compound(inner),
        inner.map(lambda node: conjunction([negation(node)]) or Nothing()),
    )


TREES = st.recursive(
    st.one_of(LEAVES, CONDITIONS, st.recursive(LEAVES, compound, max_leaves=4).map(Sentence)),
    excluding,
    max_leaves=8,
)


@given(st.one_of(TREES, TREES.map(Document)))
def test_any_tree_in_normal_form_survives_writing_and_reading(tree: Node) -> None:
    assert parse(render(tree)).tree == tree, render(tree)
