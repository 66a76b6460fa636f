"""Mistakes in a theme file are explained with file, line and mend."""

from __future__ import annotations

import pytest

from indexer.errors import LexiconError
from indexer.themefile import Pattern, Theme, parse_themes

GOOD = """\
# 说明
[[theme]]
name = "三社联动"
variants = ["五社联动"]
patterns = [{ phrases = ["三社+N", "联动"], gap = 4 }]
exclude = ["第三社"]

[[theme]]
name = "居民公约"
"""


def test_reads_what_the_file_says() -> None:
    first, second = parse_themes(GOOD, "议题.toml")
    assert first == Theme("三社联动", ("五社联动",), (Pattern(("三社+N", "联动"), 4),), ("第三社",))
    assert first.variants == ("五社联动", "三社+N…联动")
    assert second == Theme("居民公约")


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ('name = "三社联动"', 'name = "三社联动', 3, "TOML"),
        ('name = "居民公约"', 'name = "居民公约"\nvariants = ["村规', 10, "TOML"),
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
