"""Themes hold on lists that somebody brings tomorrow, and see an idea in other words."""

from __future__ import annotations

import pytest

from tests.bench.themes import count, found_themes, zones_of
from tests.support.zone_lists import HALVES


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("社区党建为统领", "党建引领"),
        ("由党组织协调各方力量", "党建引领"),
        ("把支部建在网格上", "党建引领"),
        ("畅通民主议事渠道", "社区协商"),
        ("天天村民说事", "社区协商"),
        ("三社有机联动", "三社联动"),
        ("建成社区大脑", "智慧社区与信息化"),
        ("义工上门", "志愿服务"),
        ("为社区松绑", "社区减负增效"),
        ("干部照单履职", "清单制"),
        ("善行折成分，年底兑换", "积分与信用激励"),
        ("红白事简办", "移风易俗"),
        ("账目晒在阳光下让村民看", "村务公开"),
        ("搬迁群众住进新社区", "搬迁与转型社区"),
        ("外来务工人员与居民同等待遇", "流动人口融入"),
    ],
)
def test_an_idea_is_seen_in_other_words(text: str, theme: str) -> None:
    assert theme in found_themes(text)


@pytest.mark.parametrize("half", HALVES)
def test_themes_hold_on_other_lists(half: str) -> None:
    counts = count(zones_of(half))
    precision, recall = counts.scores(counts.themes)
    assert precision >= 0.95
    assert recall >= 0.80
