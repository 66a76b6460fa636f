"""Themes of the bundled notice, and of texts that only look alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.parsing import notice
from corpus.policy import Record
from indexer.analysis.analyzer import ENDER, literal_texts
from indexer.analysis.phrases import phrase_key
from indexer.errors import ThemeNotFound
from indexer.results.model import Evidence
from indexer.themes.lexicon import (
    INCLUDE_RULE,
    RECORD_FIELD,
    Pattern,
    Theme,
    ThemeLexicon,
    default_lexicon,
)
from indexer.themes.parts import evidence_parts
from indexer.themes.pattern import parse_pattern
from indexer.themes.theme_file import RecordDecision
from tests.support import gold_themes
from tests.support.zone_lists import zone_lists

NOTICE = Path(corpus.__file__).parent / "texts" / "000_ecd089e9178dfbd0.txt"


def record(body: str, title: str = "") -> Record:
    return Record("x/passage-1", "passage", 1, title, body, None, None, None, ())


def themes_of(body: str, title: str = "") -> list[str]:
    return list(default_lexicon().assign(record(body, title)))


@cache
def records() -> tuple[Record, ...]:
    text = NOTICE.read_text(encoding="utf-8")
    return notice.parse(text, source=NOTICE.name, sha256="0" * 64).records


def zones() -> dict[int, Record]:
    return {r.n: r for r in records() if r.kind == "zone"}


def test_themes_stand_on_exactly_the_right_zones_and_words() -> None:
    """Precision and coverage both: what a reader found, nothing less and nothing more."""
    assert zones().keys() == gold_themes.ZONES.keys()
    for n, zone in zones().items():
        found = default_lexicon().assign(zone)
        words = {name: tuple(dict.fromkeys(e.phrase for e in found[name])) for name in found}
        assert words == gold_themes.ZONES[n], f"zone {n}, {zone.unit}"


def test_what_a_zone_calls_its_topic_is_covered() -> None:
    """Every 实验主题 carries evidence itself, not only the content below it."""
    for zone in zones().values():
        found = default_lexicon().assign(zone)
        assert any(e.field == "title" for es in found.values() for e in es), zone.title


@pytest.mark.parametrize("text", gold_themes.PASSAGES)
def test_other_texts_carry_what_they_say_and_no_more(text: str) -> None:
    assert set(themes_of(text)) == gold_themes.PASSAGES[text]


def test_every_theme_is_met_in_the_notice_or_on_another_list() -> None:
    met = {name for zone in zones().values() for name in default_lexicon().assign(zone)}
    read = {name for each in zone_lists() for zone in each.zones for name in zone.themes}
    named = {name for zone in gold_themes.ZONES.values() for name in zone}
    assert met == named
    assert {theme.name for theme in default_lexicon().themes} - {"乡村治理"} == named | read


def test_evidence_points_at_words_that_meet_its_rule() -> None:
    for rec in records():
        for name, evidence in default_lexicon().assign(rec).items():
            assert evidence, f"{rec.id} carries {name} without evidence"
            for piece in evidence:
                field = getattr(rec, piece.field)
                assert field[piece.start : piece.end] == piece.phrase
                kind, _, rule = piece.rule.partition(":")
                said = "".join(literal_texts(piece.phrase))
                if kind == "variant":
                    assert tuple(literal_texts(piece.phrase)) == phrase_key(rule)
                else:
                    steps = steps_of(rule)
                    assert kind in ("near", "pattern")
                    firsts = [step for step in steps if said.startswith(step)]
                    lasts = [step for step in steps if said.endswith(step)]
                    assert firsts and lasts, (said, rule)
                    if "~" not in rule and "/" not in rule:
                        assert said.startswith(steps[0]) and said.endswith(steps[-1])
                    parts = evidence_parts(piece)
                    assert parts[0][0] == piece.start and parts[-1][1] == piece.end
                meant = default_lexicon().resolve(rule)
                assert meant is not None
                assert meant.name == name


def steps_of(rule: str) -> list[tuple[str, ...]]:
    """The words of each part of a rule, written or given as a table, without punctuation."""
    if "{" in rule:
        named = [list(step) for step in parse_pattern(rule).steps]
    else:
        named = [step.split("/") for step in rule.split("…")]
    return [tuple("".join(phrase_key(word)) for word in step) for step in named]


def rule_of(pattern: Pattern) -> str:
    return f"{'pattern' if len(pattern.phrases) > 1 else 'near'}:{pattern}"


@pytest.mark.parametrize("theme", default_lexicon().themes, ids=lambda theme: theme.name)
def test_each_theme_shows_by_examples_what_its_patterns_mean(theme: Theme) -> None:
    assert theme.examples
    assert theme.counterexamples
    for text in theme.counterexamples:
        assert theme.name not in themes_of(text), text
    for text in theme.examples:
        assert theme.name in themes_of(text), text
    assert len(theme.examples) >= 2 and len(theme.counterexamples) >= 2
    assert theme.description
    for pattern in theme.patterns:  # by itself: among others the first and longest counts
        alone = replace(theme, name="没有这个名称", phrases=(), patterns=(pattern,))
        found = [ThemeLexicon([alone]).assign(record(text)) for text in theme.examples]
        assert any(found), pattern


def test_examples_that_the_rules_do_not_bear_out_are_named() -> None:
    theme = Theme("清单制", ("清单",), examples=("列出职责",), counterexamples=("负面清单",))
    one, other = ThemeLexicon([theme]).warnings(())
    assert "“列出职责”没有命中" in one
    assert "“负面清单”却命中" in other


def test_an_open_pattern_brings_its_theme_with_the_words_as_published() -> None:
    evidence = default_lexicon().assign(zones()[25])["三社联动"]
    assert [(e.field, e.phrase, e.rule) for e in evidence] == [
        ("title", "三社+N”联动", "pattern:三社+N…联动"),
        ("body", "三社+N”联动", "pattern:三社+N…联动"),
    ]


def test_the_title_weighs_more_than_the_body() -> None:
    assert next(iter(default_lexicon().assign(zones()[16]))) == "居民需求与项目化"
    assert themes_of("完善居民公约。再议居民公约。", "推进志愿服务") == ["志愿服务", "居民公约"]
    # Of equal weight: the order of the lexicon.
    assert themes_of("居民公约与三社联动") == ["三社联动", "居民公约"]


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("深化“三社联动”机制探索", "三社联动"),
        ("深化「三社聯動」機制探索", "三社联动"),
        ("打造１５分钟便民生活圈", "15分钟社区服务圈"),
        ("政府购买养老服务", "政府购买服务"),
        ("发动居民积极参与", "居民参与"),
        ("健全自治、法治、德治相结合的体系", "三治融合"),
        ("驻社区机关企事业单位", "驻区单位履责"),
        ("打造社区“云”治理", "智慧社区与信息化"),
        ("数字化背景下的社区治理", "智慧社区与信息化"),
        ("社区治理和服务信息平台", "智慧社区与信息化"),
        ("社区与社会组织、社会工作者、社区志愿者、社会慈善资源的联动机制", "三社联动"),
    ],
)
def test_another_way_to_say_it_counts(text: str, theme: str) -> None:
    assert theme in themes_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "国家实行药品价格清单制度",
        "政府部门、企业和社会组织应当予以配合",
        "城乡规划主管部门",
        "企业之间的合同纠纷可以调解",
        "帮助老年人办理优待证",
        "征求居民意见",
        "财政、应急管理等部门按照职责分工",
        "第三社区与第四社区的联动",
        "完善三社。联动各方",
        "生活垃圾分类治理",
        "内蒙古自治区居民自治区域",
        "引导居民委员会参与环境监督",
        "市场主体积极参与竞争",
        "政府购买的服务器",
        "提供细微服务",
        "企业清单上的清单价格",
        "邻里家园",
        "联合国全社会组织动员",
        "公司债券的期限为一年以上",
        "组织、领导黑社会组织",
        "报经济和信息化部门备案",
        "编制问题清单，制定相应的措施",
        "把招标的项目化整为零",
        "党组织领导班子成员",
        "扩大数据采集的范围",
        "货物联网查询",
        "有三年以上社会工作经历",
        "公共精神卫生服务机构",
        "促进居民就业。鼓励企业参与竞争",
        "中国共产党领导的多党合作和政治协商制度",
        "",
    ],
)
def test_what_only_shares_a_word_carries_no_theme(text: str) -> None:
    assert themes_of(text) == []


def test_near_relatives_are_told_apart() -> None:
    assert themes_of("人人参与、人人尽力") == ["居民参与"]
    assert themes_of("多方力量积极参与") == ["多方参与"]


def test_the_unit_is_not_what_a_record_is_about() -> None:
    rec = Record("x/zone-1", "zone", 1, "", "", "三社联动试点县", None, None, ())
    assert default_lexicon().assign(rec) == {}


def test_a_theme_is_found_by_name_or_variant_in_any_writing() -> None:
    lexicon = default_lexicon()
    for said in ("三社联动", "三社聯動", "“三社联动”", "五社联动", "三社＋Ｎ联动"):
        theme = lexicon.resolve(said)
        assert theme is not None
        assert theme.name == "三社联动"
    assert lexicon.resolve("三社") is None
    assert lexicon.resolve("") is None
    assert "三社+N…联动" in lexicon.variants_of("三社联动")
    with pytest.raises(ThemeNotFound, match="没有议题“无此议题”"):
        lexicon.variants_of("无此议题")


def test_a_variant_is_met_exactly_where_it_stands() -> None:
    """Against a plain scan of the text without its punctuation."""
    for rec in records():
        found = default_lexicon().assign(rec)
        for theme in default_lexicon().themes:
            said = [
                phrase
                for phrase in (theme.name, *theme.phrases)
                for field in (rec.title, rec.body)
                if "".join(phrase_key(phrase)) in "".join(literal_texts(field))
            ]
            by_variant = {e.rule for e in found.get(theme.name, ()) if e.rule.startswith("variant")}
            assert bool(said) == bool(by_variant), (rec.id, theme.name, said)


def test_one_record_can_be_included_and_excluded_with_a_reason() -> None:
    theme = Theme(
        "居民公约",
        included=(RecordDecision("x/passage-1", "附图写的是公约"),),
        excluded=(RecordDecision("x/passage-2", "这里说的是废止"),),
    )
    lexicon = ThemeLexicon([theme])
    one, two = record("没有写"), replace(record("居民公约"), id="x/passage-2")
    assert lexicon.assign(one) == {
        "居民公约": (Evidence(RECORD_FIELD, 0, 0, "附图写的是公约", INCLUDE_RULE),)
    }
    assert lexicon.assign(two) == {}
    assert [e.rule for e in lexicon.assign(record("居民公约"))["居民公约"]] == [
        "variant:居民公约",
        INCLUDE_RULE,
    ]


def test_decisions_and_relations_that_lead_nowhere_are_named() -> None:
    theme = Theme(
        "居民公约",
        broader=("村民自治", "没有的议题"),
        included=(RecordDecision("x/passage-9", "记错了"),),
    )
    circle = Theme("居民自治", ("村民自治",), broader=("居民公约",))
    said = list(ThemeLexicon([theme, circle]).warnings({"x/passage-1"}))
    assert [w for w in said if "“x/passage-9”" in w and "居民公约" in w]
    assert [w for w in said if "“没有的议题”" in w]
    assert len([w for w in said if "上位" in w and "绕" in w]) == 2
    assert len(said) == 4


def test_the_packaged_relations_lead_somewhere_and_both_ways() -> None:
    lexicon = default_lexicon()
    assert list(lexicon.warnings(())) == []
    for theme in lexicon.themes:
        for other in lexicon.broader(theme.name):
            assert theme in lexicon.narrower(other.name)
        for other in lexicon.related(theme.name):
            assert theme in lexicon.related(other.name)
            assert theme != other
    assert [t.name for t in lexicon.narrower("党建引领")] == ["区域化党建"]


def test_the_stamp_follows_the_content() -> None:
    theme = Theme("三社联动", ("五社联动",))
    stamp = ThemeLexicon([theme]).stamp
    assert ThemeLexicon([theme]).stamp == stamp
    assert ThemeLexicon([Theme("三社联动")]).stamp != stamp
    assert ThemeLexicon([theme, Theme("居民公约")]).stamp != stamp
    assert ThemeLexicon([Theme("三社联动", ("五社联动",), (), ("第五社",))]).stamp != stamp


def _chain_heads(units: list[str], gap: int, barred: str) -> set[int]:
    """Where 三社, 联 and 动 begin a chain, by trying every three places."""

    def places(word: str) -> list[int]:
        return [i for i in range(len(units)) if units[i : i + len(word)] == list(word)]

    bars = {i + k for i in places(barred) for k in range(len(barred))}
    return {
        a
        for a in places("三社")
        for b in places("联")
        for c in places("动")
        if 0 <= b - a - 2 <= gap and 0 <= c - b - 1 <= gap
        if ENDER not in units[a:c] and bars.isdisjoint((a, a + 1, b, c))
    }


@pytest.mark.parametrize(
    ("pattern", "carried", "not_carried"),
    [
        (
            Pattern(("甲|乙丙", "丁"), 1),
            ("甲丁", "乙丙，戊丁"),
            ("乙丁", "丙丁", "甲戊戊丁", "丁甲"),
        ),
        (
            Pattern(("甲", "乙", "丙"), 1, any_order=True),
            ("丙甲戊乙", "乙、丙甲"),
            ("甲乙", "甲乙戊戊丙"),
        ),
        (
            Pattern(("甲", "乙"), 5, one_clause=True),
            ("甲、戊乙",),
            ("甲，乙", "甲：乙", "甲\n乙", "甲；乙"),
        ),
        (Pattern(("甲", "乙"), not_near=("丙",)), ("甲乙。丙",), ("甲乙，丙", "丙甲乙")),
        (Pattern(("甲|乙",), near=("丙",), not_near=("丁",)), ("乙戊丙",), ("乙丁丙", "甲。丙")),
    ],
    ids=str,
)
def test_what_a_pattern_can_say(
    pattern: Pattern, carried: tuple[str, ...], not_carried: tuple[str, ...]
) -> None:
    lexicon = ThemeLexicon([Theme("没有这个名称", (), (pattern,))])
    for text in carried:
        (piece,) = lexicon.assign(record(text))["没有这个名称"]
        assert piece.rule == rule_of(pattern)
    for text in not_carried:
        assert not lexicon.assign(record(text)), text


@given(st.text("甲乙丙，。", max_size=20), st.integers(0, 3), st.booleans())
def test_any_order_is_every_order(text: str, gap: int, one_clause: bool) -> None:
    def carries(pattern: Pattern) -> bool:
        return bool(ThemeLexicon([Theme("没有", (), (pattern,))]).assign(record(text)))

    phrases = ("甲", "乙|丙", "丙")
    ways = [Pattern(each, gap, one_clause=one_clause) for each in permutations(phrases)]
    anyhow = Pattern(phrases, gap, any_order=True, one_clause=one_clause)
    assert carries(anyhow) == any(map(carries, ways))


@given(st.text("三社联动，。", max_size=24), st.integers(0, 4))
def test_patterns_hold_within_a_sentence_and_their_gap(text: str, gap: int) -> None:
    pattern = Pattern(("三社", "联", "动"), gap)
    lexicon = ThemeLexicon([Theme("没有这个名称", (), (pattern,), ("社社动",))])
    found = lexicon.assign(record(text)).get("没有这个名称", ())
    heads = _chain_heads(literal_texts(text), gap, "社社动")
    assert bool(found) == bool(heads)
    assert {len(literal_texts(text[: e.start])) for e in found} <= heads
    assert all(a.end <= b.start for a, b in pairwise(found))
