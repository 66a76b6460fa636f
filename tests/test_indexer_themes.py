"""Themes of the bundled notice, and of texts that only look alike."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus import notice
from corpus.policy import Record
from indexer.analysis import ENDER, literal_texts
from indexer.errors import ThemeNotFound
from indexer.phrases import phrase_key
from indexer.themes import Pattern, Theme, ThemeLexicon, default_lexicon

NOTICE = Path(corpus.__file__).parent / "texts" / "000_ecd089e9178dfbd0.txt"

# Read off the notice by hand: the zones whose theme or content is about this.
ZONES = {
    "三社联动": {7, 16, 23, 25, 31},
    "党建引领": {2, 23, 26, 27},
    "区域化党建": {23},
    "网格化服务管理": {11, 20, 30},
    "社区分类治理": {6, 15},
    "15分钟社区服务圈": {14, 22},
    "邻里互助": {1, 10},
    "智慧社区与信息化": {1, 9, 13, 24, 27},
    "大数据与人工智能": {9, 13},
    "社区减负增效": {29},
    "清单制": {6, 28, 29},
    "居民公约": {18},
    "社区物业服务管理": {2},
    "政府购买服务": {8},
    "共建共治共享": {1, 12, 28},
    "社区协商": {27},
    "社区提案": {26},
    "居民自治": {11, 15, 20, 30},
    "居民参与": {3, 19},
    "多方参与": {2, 25, 26, 27},
    "驻区单位履责": {28},
    "社会组织": {16, 25},
    "社会工作": {16, 25},
    "社区工作者": {5},
    "志愿服务": {1},
    "积分与信用激励": {1, 27},
    "棚户区改造": {4, 17},
    "矛盾纠纷化解": {17},
    "社区资源盘活": {12, 19},
    "居民需求与项目化": {8, 16, 22, 23, 24},
    "精细化治理": {6, 13},
    "三治融合": {18},
    "依法治理": {12},
    "市级统筹": {21},
    "欠发达地区": {31},
    "社区微服务": {24},
}


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


def test_themes_stand_on_exactly_the_right_zones() -> None:
    found: dict[str, set[int]] = defaultdict(set)
    for n, zone in zones().items():
        for name in default_lexicon().assign(zone):
            found[name].add(n)
    assert {name: found[name] for name in ZONES} == ZONES


def test_every_zone_has_a_theme() -> None:
    assert len(zones()) == 31
    assert [n for n, zone in zones().items() if not default_lexicon().assign(zone)] == []


def test_every_theme_is_met_in_the_notice() -> None:
    met = {name for zone in zones().values() for name in default_lexicon().assign(zone)}
    assert {theme.name for theme in default_lexicon().themes} == met


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
                    first, *_, last = ("".join(phrase_key(p)) for p in rule.split("…"))
                    assert kind == "pattern"
                    assert said.startswith(first)
                    assert said.endswith(last)
                meant = default_lexicon().resolve(rule)
                assert meant is not None
                assert meant.name == name


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
    ],
)
def test_another_way_to_say_it_counts(text: str, theme: str) -> None:
    assert theme in themes_of(text)


@pytest.mark.parametrize(
    "text",
    [
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


@given(st.text("三社联动，。", max_size=24), st.integers(0, 4))
def test_patterns_hold_within_a_sentence_and_their_gap(text: str, gap: int) -> None:
    pattern = Pattern(("三社", "联", "动"), gap)
    lexicon = ThemeLexicon([Theme("没有这个名称", (), (pattern,), ("社社动",))])
    found = lexicon.assign(record(text)).get("没有这个名称", ())
    heads = _chain_heads(literal_texts(text), gap, "社社动")
    assert bool(found) == bool(heads)
    assert {len(literal_texts(text[: e.start])) for e in found} <= heads
    assert all(a.end <= b.start for a, b in pairwise(found))
