"""The query language: what a user types, and what it is read as.

Examples state the contract line by line; the properties check, for any text
at all, what every reader of a tree relies on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import literal_units
from indexer.query.parser import MAX_CHARACTERS, MAX_CLAUSES, MAX_DEPTH, MAX_NESTING, parse
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Everything,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Sentence,
    TextField,
)

NOTICE = Path(__file__).parents[3] / "corpus" / "texts" / "000_ecd089e9178dfbd0.txt"


def codes(query: Query) -> list[str]:
    return [warning.code for warning in query.warnings]


def walk(node: Node, depth: int = 1) -> Iterator[tuple[Node, int]]:
    yield node, depth
    children: tuple[Node, ...] = ()
    if isinstance(node, And | Or):
        children = node.children
    elif isinstance(node, Not | Sentence | Document):
        children = (node.child,)
    for child in children:
        yield from walk(child, depth + 1)


def c(text: str, field: TextField | None = None) -> Chunk:
    return Chunk(text, field)


def p(text: str, field: TextField | None = None) -> Phrase:
    return Phrase(text, field)


def without(*nodes: Node) -> And:
    return And((Everything(), *map(Not, nodes)))


READINGS: list[tuple[str, Node]] = [
    # chunks side by side
    ("三社联动", c("三社联动")),
    ("三社联动 党建", And((c("三社联动"), c("党建")))),
    (
        "党建\u3000引领，社区、治理；服务,创新;实验\n区",
        And(tuple(map(c, ["党建", "引领", "社区", "治理", "服务", "创新", "实验", "区"]))),
    ),
    ("党建 AND 社区", And((c("党建"), c("社区")))),
    ("A B OR C D", Or((And((c("A"), c("B"))), And((c("C"), c("D")))))),
    ("经费1,000元", c("经费1,000元")),
    ("2018,2019", And((c("2018"), c("2019")))),
    # either
    ("A OR B", Or((c("A"), c("B")))),
    ("A｜B|C||D", Or((c("A"), c("B"), c("C"), c("D")))),
    ("a ＯＲ b", Or((c("a"), c("b")))),
    ("a or b", And((c("a"), c("or"), c("b")))),
    ('A "OR" B', And((c("A"), p("OR"), c("B")))),
    ("ORDER ANDMAYBE", And((c("ORDER"), c("ANDMAYBE")))),
    # without
    ("社区 -养老", And((c("社区"), Not(c("养老"))))),
    ("社区 －养老", And((c("社区"), Not(c("养老"))))),
    ("社区 NOT 养老", And((c("社区"), Not(c("养老"))))),
    ("-养老", without(c("养老"))),
    ("-养老 -物业", without(c("养老"), c("物业"))),
    ("-(A B)", without(And((c("A"), c("B"))))),
    ('-"养老"', without(p("养老"))),
    ("-主题:养老", without(c("养老", "title"))),
    ("主题:-养老", without(c("养老", "title"))),
    ("A OR -B", Or((c("A"), without(c("B"))))),
    ("(-A) B", And((Not(c("A")), c("B")))),
    ("NOT NOT A", c("A")),
    ("-(-A)", c("A")),
    *((f"社区 {dash}养老", And((c("社区"), Not(c("养老"))))) for dash in "–−‐‑‒－﹣"),
    ("–(A B)", without(And((c("A"), c("B"))))),
    ("2015–2019", c("2015–2019")),
    ("三社-联动", c("三社-联动")),
    ("三社 - 联动", And((c("三社"), c("联动")))),
    ("--社区", c("--社区")),
    # quotes
    ('"三社联动"', p("三社联动")),
    ("“三社联动”", p("三社联动")),
    ("「三社联动」", p("三社联动")),
    ("『三社联动』", p("三社联动")),
    ("＂三社联动＂", p("三社联动")),
    ("前“中”后", And((c("前"), p("中"), c("后")))),
    ('"民函〔2019〕41号"', p("民函〔2019〕41号")),
    ('"a OR (b)，-c*"', p("a OR (b)，-c*")),
    ('"打造“老街坊”品牌"', p("打造“老街坊”品牌")),
    ("“打造“老街坊”品牌”", p("打造“老街坊”品牌")),
    ("「三社『联动』与「社区」」", p("三社『联动』与「社区」")),
    ('"老街坊”品牌"', p("老街坊”品牌")),
    ('“三社"', p("三社")),
    ('"三社”', p("三社")),
    ("”三社”", p("三社")),
    ('“三社" OR “联动"', Or((p("三社"), p("联动")))),
    ("it's ‘社区’", And((c("it's"), c("‘社区’")))),
    ("“。”", p("。")),
    # groups
    ("(A OR B) C", And((Or((c("A"), c("B"))), c("C")))),
    ("（A｜B）C", And((Or((c("A"), c("B"))), c("C")))),
    ("民政厅（局）", And((c("民政厅"), c("局")))),
    ("((A)) ((B C))", And((c("A"), c("B"), c("C")))),
    ("A OR (B OR (C))", Or((c("A"), c("B"), c("C")))),
    # fields
    ("主题:党建", c("党建", "title")),
    ("主題：黨建", c("黨建", "title")),
    ("内容： 党建 社区", And((c("党建", "body"), c("社区")))),
    ("Unit:北京", c("北京", "unit")),
    ("标题:批复 机关:民政部", And((c("批复", "policy"), c("民政部", "issuer")))),
    ("文号:“民函〔2019〕41号”", p("民函〔2019〕41号", "number")),
    ("发文字号:41", c("41", "number")),
    ("文号:民函（2019）41号 党建", And((c("民函（2019）41号", "number"), c("党建")))),
    ("发文字号：民函(2019)41", c("民函(2019)41", "number")),
    ("number:［2019］41号", c("［2019］41号", "number")),
    ("-文号:（2019）41号", without(c("（2019）41号", "number"))),
    ("文号:(民函 OR 民发)", Or((c("民函", "number"), c("民发", "number")))),
    ("国发（2016）第 12 号", c("国发（2016）第 12 号")),
    ("（民函(2019)41号）", c("民函(2019)41号")),
    ("党建（2019）", And((c("党建"), c("2019")))),
    ("主题:(A OR 内容:B “C”)", Or((c("A", "title"), And((c("B", "body"), p("C", "title")))))),
    ("省:四川", Metadata("四川", "province")),
    ("市:(成都 OR 宜昌)", Or((Metadata("成都", "city"), Metadata("宜昌", "city")))),
    ("区县:“徐汇”", Metadata("徐汇", "county")),
    (
        "议题:三社联动 keyword:物业",
        And((Metadata("三社联动", "theme"), Metadata("物业", "keyword"))),
    ),
    ("附件:全国", c("附件:全国")),
    ("北京市:石景山", c("北京市:石景山")),
    ("15:30", c("15:30")),
    # years
    ("年:2019", DateRange("2019-01-01", "2019-12-31")),
    ("year：２０１９年", DateRange("2019-01-01", "2019-12-31")),
    *(
        (f"年:2015{to}2019", DateRange("2015-01-01", "2019-12-31"))
        for to in ("..", "-", "—", "–", "−")
    ),
    ("年:2015年至2019年", DateRange("2015-01-01", "2019-12-31")),
    ("年:2015——2019", DateRange("2015-01-01", "2019-12-31")),
    ("年:2015..", DateRange("2015-01-01", None)),
    ("年:2015至今", DateRange("2015-01-01", None)),
    ("年:..2019", DateRange(None, "2019-12-31")),
    ("年:-2019", DateRange(None, "2019-12-31")),
    ("-年:2019", without(DateRange("2019-01-01", "2019-12-31"))),
    # prefixes
    ("社区*", Chunk("社区", prefix=True)),
    ("三社+n＊ 党建", And((Chunk("三社+n", prefix=True), c("党建")))),
    ("主题:“三社”*", Phrase("三社", "title", prefix=True)),
    # one sentence
    ("同句:(A B)", Sentence(And((c("A"), c("B"))))),
    ("主题:同句：(A “B”)", Sentence(And((c("A", "title"), p("B", "title"))))),
    ("同文件:(A “B”)", Document(And((c("A"), p("B"))))),
    ("同文件：A", Document(c("A"))),
    ("document:(A -B)", Document(And((c("A"), Not(c("B")))))),
    ("-同文件:(A B)", without(Document(And((c("A"), c("B")))))),
    ("同文件:(A 同文件:(B C))", Document(And((c("A"), c("B"), c("C"))))),
    ("同文件:(A 同句:(B C))", Document(And((c("A"), Sentence(And((c("B"), c("C")))))))),
    ("同句:(A 同文件:(B C))", Sentence(And((c("A"), c("B"), c("C"))))),
    ("-同句:(A B)", without(Sentence(And((c("A"), c("B")))))),
    ("同句:(A 同句:(B C))", Sentence(And((c("A"), c("B"), c("C"))))),
    # punctuation and nothing
    ("", Everything()),
    (" \u3000\n", Everything()),
    ("探索建立健全机制。", c("探索建立健全机制")),
    ("一。二！", c("一。二")),
    ("“机制。”", p("机制。")),
    ("社区 …… 《", c("社区")),
    ("三社 OR ……", c("三社")),
    ("+", c("+")),
]


#: What those of the above lose that lose something.
LOST = {
    "2015–2019": "–",
    "经费1,000元": ",",
    "三社-联动": "-",
    "三社 - 联动": "-",
    "--社区": "-",
    '"a OR (b)，-c*"': "()，-*",
    '"打造“老街坊”品牌"': "“”",
    "“打造“老街坊”品牌”": "“”",
    "「三社『联动』与「社区」」": "『』「」",
    '"老街坊”品牌"': "”",
    "it's ‘社区’": "'‘’",
    "附件:全国": ":",
    "北京市:石景山": ":",
    "15:30": ":",
    "探索建立健全机制。": "。",
    "一。二！": "！",
    "社区 …… 《": "…《",
    "三社 OR ……": "…",
}


@pytest.mark.parametrize(("typed", "tree"), READINGS)
def test_reading_names_no_more_than_what_it_loses(typed: str, tree: Node) -> None:
    query = parse(typed)
    assert query == Query(typed, tree, query.warnings)
    lost = [(w.code, w.about) for w in query.warnings]
    assert lost == ([("ignored-signs", (LOST[typed],))] if typed in LOST else [])
    assert all(sign in warning.message for warning in query.warnings for sign in LOST[typed])


def test_what_is_searched_is_not_named_as_lost() -> None:
    for typed in ("“≤5%≥3‰±§2×~=°”", "“民函〔2019〕41号”", "民函（2019）41号", "三社 联动，党建"):
        assert not parse(typed).warnings, typed


ODDITIES: list[tuple[str, Node, list[str]]] = [
    (
        "http://www.mca.gov.cn/a?b=c",
        c("http://www.mca.gov.cn/a?b=c"),
        ["no-wildcard", "ignored-signs"],
    ),
    ("社?区", c("社?区"), ["no-wildcard"]),
    ("社区?", c("社区"), ["ignored-signs"]),
    ("什么是三社联动？", c("什么是三社联动"), ["ignored-signs"]),
    ("A*B", And((c("A"), c("B"))), ["cnki-and"]),
    ("“A”*（B）", And((p("A"), c("B"))), ["cnki-and"]),
    ("A * B", And((c("A"), c("B"))), ["lone-star"]),
    ("*A", c("A"), ["lone-star"]),
    ("议题:三社*", Metadata("三社", "theme"), ["lone-star"]),
    ("A OR", c("A"), ["dangling-operator"]),
    ("OR A", c("A"), ["dangling-operator"]),
    ("A OR OR B", Or((c("A"), c("B"))), ["dangling-operator"]),
    ("A AND OR B", And((c("A"), c("B"))), ["dangling-operator"]),
    ("A NOT", c("A"), ["dangling-operator"]),
    ("(A AND) B", And((c("A"), c("B"))), ["dangling-operator"]),
    ("(A OR B", Or((c("A"), c("B"))), ["unclosed-bracket"]),
    ("A) B）", And((c("A"), c("B"))), ["stray-bracket"]),
    ("“三社联动 党建", p("三社联动 党建"), ["unclosed-quote"]),
    ("老街坊”品牌", And((c("老街坊"), c("品牌"))), ["stray-quote"]),
    ("三社」", c("三社"), ["stray-quote"]),
    ("主题:", c("主题"), ["empty-field"]),
    ("社区 OR 省：", Or((c("社区"), c("省"))), ["empty-field"]),
    ("年:abc", c("abc"), ["bad-year"]),
    ("年:0000", c("0000"), ["bad-year"]),
    ("年:20152019", c("20152019"), ["bad-year"]),
    ("年:2019..2015", DateRange("2015-01-01", "2019-12-31"), ["year-order"]),
    (
        "同句:(A B -C 省:四川)",
        And((Sentence(And((c("A"), c("B")))), Not(c("C")), Metadata("四川", "province"))),
        ["sentence-conditions"],
    ),
    ("同句:(-A)", without(c("A")), ["sentence-conditions"]),
    ("三社\x00联动", And((c("三社"), c("联动"))), ["unreadable"]),
    ("三社\ud800", c("三社"), ["unreadable"]),
    ("\x00", Everything(), ["unreadable"]),
    ("，", Nothing(), ["punctuation"]),
    ("……。", Nothing(), ["punctuation"]),
    ("“，”", Nothing(), ["punctuation"]),
    ("()", Nothing(), ["punctuation"]),
    ("-", Nothing(), ["punctuation"]),
    ("OR", Nothing(), ["dangling-operator", "punctuation"]),
    ("年:-", Nothing(), ["bad-year", "punctuation"]),
]


@pytest.mark.parametrize(("typed", "tree", "expected"), ODDITIES)
def test_what_is_odd_is_read_leniently_and_said(
    typed: str, tree: Node, expected: list[str]
) -> None:
    query = parse(typed)
    assert query.tree == tree
    assert codes(query) == expected
    assert all(warning.message for warning in query.warnings)


def test_invisible_characters_of_pasted_text_change_nothing() -> None:
    assert parse("\ufeff-三社\u200b联动") == parse("-三社联动")


def test_clauses_past_the_limit_are_cut() -> None:
    query = parse(" ".join(f"词{n}" for n in range(MAX_CLAUSES + 1)))
    assert query.tree == And(tuple(c(f"词{n}") for n in range(MAX_CLAUSES)))
    assert codes(query) == ["too-many-clauses"]
    assert not parse(" ".join(f"词{n}" for n in range(MAX_CLAUSES))).warnings


def test_characters_past_the_limit_are_cut_and_only_that_is_said() -> None:
    query = parse("“" + "社" * 10_000 + "”")
    assert query.tree == p("社" * (MAX_CHARACTERS - 1))
    assert codes(query) == ["too-long"]
    assert len(query.text) == MAX_CHARACTERS


def test_deep_nesting_keeps_its_innermost_text() -> None:
    query = parse("(" * 400 + "三社" + ")" * 400 + " 党建")
    assert query.tree == And((c("三社"), c("党建")))
    assert codes(query) == ["nesting"]


HOSTILE = [
    "社区 ANDMAYBE " * 1000,
    "[" * 10_000,
    "[" * 1000,
    "^0",
    "社区^0",
    "(" * 1000 + "社区" + ")" * 1000,
    "(社区 OR " * 1000,
    "-(社区 " * 1000,
    "-(a OR -(b " * 1000,
    "同句:(a OR -(b " * 1000,
    "主题:(" * 1000,
    "主题: OR " * 1000,
    "同句:" * 1000,
    "社区~/5",
    "[a TO b]",
    "a\x00b",
    "\ud800\udfff",
    "社区" * 5000,
    "“" * 1000,
    '“"' * 1000,
    "”“" * 1000,
    "「『" * 1000,
    "NOT " * 1000 + "社区",
    "-" * 1000,
    "*" * 1000,
    "a*" * 1000,
    "年:" * 1000,
    "\ufdfa" * 1000,
    "e" + "\u0301" * 1000,
    "1,000," * 1000,
]


def check_promises(query: Query) -> None:
    """What every reader of a tree relies on, and every page that shows it."""
    query.text.encode("utf-8")
    assert not any(
        unicodedata.category(char) == "Cc" for char in query.text if char not in "\t\n\r"
    )
    assert len(query.text) <= MAX_CHARACTERS
    assert len(set(query.warnings)) == len(query.warnings)
    nodes = list(walk(query.tree))
    assert max(depth for _, depth in nodes) <= MAX_DEPTH <= 32
    leaves = [node for node, _ in nodes if isinstance(node, Chunk | Phrase | Metadata | DateRange)]
    assert len(leaves) <= MAX_CLAUSES
    assert all(literal_units(leaf.text) for leaf in leaves if not isinstance(leaf, DateRange))
    assert not isinstance(query.tree, Not)
    for node, _ in nodes:
        if isinstance(node, And | Or):
            assert len(node.children) > 1
            assert not any(isinstance(child, type(node) | Nothing) for child in node.children)
        if isinstance(node, And):
            assert any(not isinstance(child, Not) for child in node.children)
        if isinstance(node, Or | Not | Sentence | Document):
            children = node.children if isinstance(node, Or) else (node.child,)
            assert not any(isinstance(child, Not | Everything) for child in children)
        if isinstance(node, Sentence):
            assert all(isinstance(part, And | Or | Chunk | Phrase) for part, _ in walk(node.child))


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_are_read(typed: str) -> None:
    check_promises(parse(typed))


_SIGNS = tuple('()（）"“”「」『』|｜-－*＊:： ，、；。\u3000\x00\ud800+=\u0338')
_PIECES = ("AND", "OR", "NOT", "主题:", "省：", "年:", "同句:", "2015..2019", "社区", "三社+N", "a")
_SYNTAX = st.lists(st.sampled_from(_SIGNS + _PIECES), max_size=60).map("".join)


@given(st.text() | _SYNTAX | st.text(st.characters(), max_size=20))
@example("=\u0338")
@settings(max_examples=400, deadline=None)
def test_any_text_is_read(typed: str) -> None:
    check_promises(parse(typed))


HAN = st.text("社区治理三联动党建服务创新实验", min_size=1, max_size=6)


@given(HAN, HAN, st.sampled_from([" ", "\u3000", "，", "、", "；", ",", ";", " AND ", "\n"]))
def test_chunks_side_by_side_are_both_wanted(one: str, other: str, gap: str) -> None:
    assert parse(one + gap + other).tree == And((c(one), c(other)))


QUOTABLE = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cf", "Cn"], exclude_characters='"“”「」『』＂'),
    max_size=60,
).filter(
    lambda text: not any(unicodedata.normalize("NFKC", char) in '"“”「」『』' for char in text)
)


@given(QUOTABLE, st.sampled_from(['""', "“”", "「」", "『』", "＂＂", '“"', '"”']))
@settings(deadline=None)
def test_quoted_text_is_one_literal_exactly(text: str, quotes: str) -> None:
    expected = p(text) if literal_units(text) else Nothing()
    assert parse(quotes[0] + text + quotes[1]).tree == expected


@given(st.data())
@settings(deadline=None)
def test_any_fragment_of_the_notice_can_be_quoted(data: st.DataObject) -> None:
    notice = NOTICE.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(notice) - 1))
    fragment = notice[start : start + data.draw(st.integers(1, 300))]
    expected = p(fragment) if literal_units(fragment) else Nothing()
    assert parse(f'"{fragment}"').tree == expected


def test_brackets_up_to_the_limit_keep_their_meaning() -> None:
    typed: str = "-戊 丁"
    tree: Node = And((Not(c("戊")), c("丁")))
    for level in range(MAX_NESTING):
        typed = f"甲 OR ({typed})" if level % 2 == 0 else f"乙 ({typed})"
        tree = Or((c("甲"), tree)) if level % 2 == 0 else And((c("乙"), tree))
    assert parse(typed) == Query(typed, tree)
    assert codes(parse(f"({typed})")) == ["nesting"]
