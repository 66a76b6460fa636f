"""Themes that an encoder proposes, and what accepting one writes."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.policy import Record
from indexer.curation.proposals import accepted, proposals, proposed
from indexer.searcher import Searcher
from indexer.semantic.encoder import SemanticError
from indexer.themes.in_force import themes_of
from indexer.themes.theme_file import Theme
from tests.support.encoders import CharacterEncoder


def zone(number: int, body: str) -> Record:
    return Record(f"x/zone-{number}", "zone", number, "", body, None, None, None, ())


def test_a_zone_is_proposed_for_the_theme_of_its_nearest_example() -> None:
    encoder = CharacterEncoder()
    themes = (Theme("食堂", examples=("长者食堂",)), Theme("河道", examples=("河道保洁",)))
    records = [zone(1, "河道的保洁"), zone(2, "长者的食堂"), zone(3, "夜校")]
    rows = encoder.passages([each.body for each in records])
    found = proposals(list(zip(records, rows, strict=True)), themes, encoder.passages, 0.6)
    assert {(each.record.n, each.theme) for each in found} == {(1, "河道"), (2, "食堂")}
    assert [each.similarity for each in found] == sorted(
        (each.similarity for each in found), reverse=True
    )
    assert proposals([(records[0], np.asarray(rows[0]))], (), encoder.passages) == ()


def test_what_is_accepted_counts_and_keeps_the_file() -> None:
    before = '# mine\n[[theme]]\nname = "夜校"\nvariants = ["市民夜校"]\n'
    text = accepted(before, "themes.toml", [("夜校", "x/zone-3"), ("三社联动", "x/zone-1")])
    assert text.startswith("# mine\n")
    lexicon = themes_of(text, "themes.toml").lexicon
    assert "夜校" in lexicon.assign(zone(3, "晚上上课"))
    assert "三社联动" in lexicon.assign(zone(1, "晚上上课"))
    assert "夜校" in lexicon.assign(zone(4, "市民夜校"))


@pytest.mark.parametrize(
    "before",
    [
        '[[theme]]\nname = "夜校"\nvariants = ["市民夜校"]\n'
        'include_record = [{record = "x/zone-1", reason = "已核对"}]\n',
        '[[theme]]\nname = "夜校"\nvariants = ["市民夜校"]\n\n[[theme.include_record]]\n'
        'record = "x/zone-1"\nreason = "已核对"\n',
    ],
)
def test_what_is_accepted_stands_once_however_the_file_is_written(before: str) -> None:
    chosen = [("夜校", "x/zone-1"), ("夜校", "x/zone-3"), ("夜校", "x/zone-3")]
    text = accepted(before, "themes.toml", chosen)
    assert text.count("x/zone-1") == text.count("x/zone-3") == 1 and "已核对" in text
    lexicon = themes_of(text, "themes.toml").lexicon
    assert "夜校" in lexicon.assign(zone(3, "晚上上课"))


def test_without_an_encoder_it_is_said(searcher: Searcher) -> None:
    plain = Searcher(searcher.reader, searcher.linguistics, searcher.policies())
    with pytest.raises(SemanticError, match="编码模型"):
        proposed(plain)
