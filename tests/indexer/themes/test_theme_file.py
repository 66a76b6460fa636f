"""Mistakes in a theme file are explained with file, line and mend."""

from __future__ import annotations

import pytest

from indexer.errors import LexiconError
from indexer.themes.theme_file import Pattern, RecordDecision, Theme, parse_themes, read_theme_file

GOOD = """\
# 说明
[[theme]]
name = "三社联动"
variants = ["五社联动"]
patterns = [{ phrases = ["三社+N", "联动"], gap = 4 }]
exclude = ["第三社"]

[[theme]]
name = "居民公约"
broader = ["居民自治"]
related = ["三社联动"]
automatic = true
replace = true
[[theme.include_record]]
record = "民函〔2019〕41号/zone-18"
reason = "主题就是公约"
[[theme.exclude_record]]
record = "民函〔2019〕41号/zone-1"
reason = "只是顺便提到"

[[theme]]
name = "社区规划"
remove = true

[candidates]
rejected = ["工作机制"]
"""


def test_reads_what_the_file_says() -> None:
    first, second, third = parse_themes(GOOD, "议题.toml")
    assert first == Theme("三社联动", ("五社联动",), (Pattern(("三社+N", "联动"), 4),), ("第三社",))
    assert first.variants == ("五社联动", "三社+N…联动")
    assert second == Theme(
        "居民公约",
        broader=("居民自治",),
        related=("三社联动",),
        included=(RecordDecision("民函〔2019〕41号/zone-18", "主题就是公约"),),
        excluded=(RecordDecision("民函〔2019〕41号/zone-1", "只是顺便提到"),),
        automatic=True,
    )
    assert third == Theme("社区规划")
    file = read_theme_file(GOOD, "议题.toml")
    assert [entry.mode for entry in file.entries] == ["extend", "replace", "remove"]
    assert file.rejected == ("工作机制",)


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ('name = "三社联动"', 'name = "三社联动', 3, "TOML"),
        ('name = "居民公约"', 'name = "居民公约"\nvariants = ["村规', 10, "TOML"),
        ('name = "社区规划"', 'name = "三社联动"', 22, "已经用在议题“三社联动”里"),
        ('["居民自治"]', '["居民公约"]', 10, "自己"),
        ("automatic = true", 'automatic = "是"', 12, "automatic"),
        ("remove = true", "remove = true\nvariants = []", 23, "别的键"),
        ('reason = "主题就是公约"', 'reason = ""', 15, "reason"),
        ('reason = "主题就是公约"', 'because = "主题就是公约"', 16, "because"),
        ('record = "民函〔2019〕41号/zone-18"\n', "", 15, "record"),
        ('zone-1"', 'zone-18"', 18, "既被列入又被排除"),
        ('exclude = ["第三社"]', "exclude_record = [1]", 6, "exclude_record"),
        ('rejected = ["工作机制"]', "rejected = [1]", 25, "candidates"),
        ('rejected = ["工作机制"]', "refused = []", 25, "candidates"),
        ("# 说明", 'title = "x"', 1, "title"),
        ('name = "三社联动"', 'nane = "三社联动"', 3, "nane"),
        ('name = "三社联动"\n', "", 2, "没有名称"),
        ('name = "居民公约"', 'name = "  "', 9, "没有名称"),
        ('name = "居民公约"', 'name = "三社联动"', 9, "三社联动"),
        ('name = "居民公约"', 'name = "居民公约"\nvariants = ["五社联动"]', 10, "五社联动"),
        ('["五社联动"]', '["五社联动", "“五社”联动"]', 4, "“五社”联动"),
        ('["五社联动"]', "[]", 4, "variants"),
        ('["五社联动"]', '"五社联动"', 4, "variants"),
        ('["五社联动"]', "[5]", 4, "5"),
        ('["五社联动"]', '["，"]', 4, "太短"),
        ('["五社联动"]', '["社"]', 4, "太短"),
        ('["五社联动"]', '["五社。联动"]', 4, "句末标点"),
        ('["三社+N", "联动"]', '["三社+N"]', 5, "少于两个"),
        ("gap = 4", "gap = 99", 5, "99"),
        ("gap = 4", "gap = true", 5, "gap"),
        ("gap = 4", "within = 4", 5, "within"),
        ("gap = 4", 'within = "paragraph"', 5, "within"),
        ("gap = 4", 'order = "random"', 5, "order"),
        ("gap = 4", 'not_near = ["。"]', 5, "句末标点"),
        ("gap = 4", "near = [5]", 5, "near"),
        ('"联动"], gap = 4', '"甲", "乙", "丙", "丁"], order = "any"', 5, "5 个短语"),
        ('["三社+N", "联动"]', '["三社+N", "联动|"]', 5, "空的一项"),
        ('["三社+N", "联动"]', '["联动|"], near = ["社区"]', 5, "空的一项"),
        ('exclude = ["第三社"]', 'examples = "三社"', 6, "examples"),
        ("[{ phrases", '["三社", { phrases', 5, "patterns"),
        ('["第三社"]', '[""]', 6, "太短"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, cause: str) -> None:
    assert old in GOOD
    with pytest.raises(LexiconError) as caught:
        parse_themes(GOOD.replace(old, new, 1), "议题.toml")
    assert f"议题.toml 第 {line} 行" in caught.value.message
    assert cause in caught.value.message
    assert caught.value.hint


def test_tables_of_another_shape_are_a_mistake() -> None:
    with pytest.raises(LexiconError, match=r"\[\[theme\]\]|表的数组"):
        parse_themes('theme = "三社联动"\n', "议题.toml")
    with pytest.raises(LexiconError, match="没有名称"):
        parse_themes('theme = [{ variants = ["三社联动"] }]\n', "议题.toml")
