"""Synonyms: seen, bounded in scope, alive under every operator, and off on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.library.library import Library
from indexer.curation.word_preview import preview
from indexer.errors import LexiconError
from indexer.linguistics import (
    DICTIONARY,
    STOP_WORDS,
    SYNONYMS,
    default_linguistics,
    load_linguistics,
    packaged_synonyms,
)
from indexer.query.synonyms import SynonymRule, Synonyms, parse_synonyms
from indexer.query.tree import Alternative
from indexer.searcher import Searcher
from indexer.versions.open import open_searcher

TEXT = """关于加强居民委员会建设的通知

一、居民委员会应当依法开展工作。

二、居委会主任由选举产生。

三、村民委员会与社工站合作，社区工作者参加。

四、贯彻中国共产党第十九次全国代表大会精神。
"""


@pytest.fixture(scope="module")
def committees(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A library of one notice that writes the same bodies in several ways."""
    home = tmp_path_factory.mktemp("synonyms")
    source = home / "通知.txt"
    source.write_text(TEXT, encoding="utf-8")
    Library.open(home).add(source)
    return open_searcher(home)


def found(searcher: Searcher, query: str, *, synonyms: bool = True) -> dict[str, str | None]:
    results = searcher.export(query, synonyms=synonyms)
    return {hit.record.record.body[:8]: hit.match for hit in results.hits}


def test_an_abbreviation_finds_the_full_form_and_is_marked(committees: Searcher) -> None:
    results = committees.export("居委会")
    by_body = {hit.record.record.body: hit for hit in results.hits}
    full = by_body["一、居民委员会应当依法开展工作。"]
    assert full.match == "words"
    ((start, end),) = full.highlights["body"]
    assert full.record.record.body[start:end] == "居民委员会"
    assert by_body["二、居委会主任由选举产生。"].match == "literal"
    assert results.expansions == ("居民委员会",)
    assert "同义说法“居民委员会”" in results.interpretation


def test_it_works_the_other_way_inside_a_longer_chunk_and_in_a_field(
    committees: Searcher,
) -> None:
    assert found(committees, "居民委员会主任") == {"二、居委会主任由": "words"}
    assert found(committees, "内容:居民委员会主任") == {"二、居委会主任由": "words"}


@pytest.mark.parametrize(
    "query", ["居委会 依法", "(居委会 OR 火星) 依法", "同句:(居委会 依法)", "居委会 -选举 依法"]
)
def test_it_survives_every_operator(committees: Searcher, query: str) -> None:
    assert found(committees, query) == {"一、居民委员会应": "words"}
    assert found(committees, query, synonyms=False) == {}


def test_quotes_and_exclusions_take_texts_as_typed(committees: Searcher) -> None:
    assert found(committees, "“居委会”") == {"二、居委会主任由": "literal"}
    assert "一、居民委员会应" in found(committees, "-居委会")


def test_a_congress_is_found_by_its_short_name(committees: Searcher) -> None:
    matches = found(committees, "党的十九大")
    assert matches == {"四、贯彻中国共产": "words", "希望上述实验区以": "literal"}


def test_what_is_ambiguous_is_no_synonym(committees: Searcher) -> None:
    terms = {rule.term for rule in packaged_synonyms()}
    assert "社工" not in terms
    assert committees.export("社工").expansions == ()


def test_a_term_counts_as_a_whole_word_only() -> None:
    known = default_linguistics()
    assert known.synonyms.alternatives("二十九大队", known.analyzer) == ()
    assert known.synonyms.alternatives("加强居委会工作", known.analyzer) == (
        Alternative("加强居民委员会工作"),
    )


def test_every_packaged_term_is_found_in_running_text() -> None:
    known = default_linguistics()
    for rule in packaged_synonyms():
        offered = {other.text for other in known.synonyms.alternatives(rule.term, known.analyzer)}
        assert rule.means in offered, rule


def test_a_rule_can_be_one_way_and_of_one_field() -> None:
    rules = parse_synonyms(
        '[[synonym]]\nterm = "两委"\nmeans = ["党支部和村委会"]\nfields = ["title"]\n', "x.toml"
    )
    assert rules == (SynonymRule("两委", "党支部和村委会", ("title",)),)
    known = default_linguistics()
    assert Synonyms(rules).alternatives("两委", known.analyzer) == (
        Alternative("党支部和村委会", ("title",)),
    )
    assert Synonyms(rules).alternatives("党支部和村委会", known.analyzer) == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[synonym]\nterms = ["甲乙", "丙丁"]', 1),
        ('\n[[synonym]]\nterms = ["甲乙"]', 2),
        ('[[synonym]]\nterms = ["甲乙", "丙"]', 1),
        ('[[synonym]]\nterms = ["甲乙", "丙丁"]\n\n[[synonym]]\nword = "x"', 4),
        ('[[synonym]]\nterms = "甲乙"', 1),
        ('[[synonym]]\nterm = "甲乙"\nmeans = ["丙丁"]\nfields = ["正文"]', 1),
        ('words = ["甲乙"]', 1),
        ("[[synonym]]", 1),
    ],
)
def test_a_mistake_is_told_with_file_line_and_mend(text: str, line: int) -> None:
    with pytest.raises(LexiconError) as caught:
        parse_synonyms(text, "家/synonyms.toml")
    assert caught.value.message.startswith(f"家/synonyms.toml 第 {line} 行：")
    assert caught.value.hint


# The user's own words


def write(home: Path, **files: str) -> None:
    for name, text in files.items():
        known = {"dictionary": DICTIONARY, "stopwords": STOP_WORDS, "synonyms": SYNONYMS}
        (home / known[name]).write_text(text, encoding="utf-8")


def test_user_words_change_the_analysis_and_the_index_follows(tmp_path: Path) -> None:
    before = open_searcher(tmp_path)
    version = before.info.version
    assert before.export("三社联动").total == 5
    before.close()
    write(
        tmp_path,
        dictionary="# 自己的词\n四聚式\n",
        stopwords="联动\n",
        synonyms='[[synonym]]\nterms = ["网格化", "双网共生"]\n',
    )
    told = preview(tmp_path)
    assert told is not None
    changes = {(c.kind, c.text): (c.added, c.before, c.after) for c in told.changes}
    assert changes["word", "四聚式"] == (True, 1, 1)
    assert changes["synonym", "双网共生"] == (True, 1, 3)
    # Zone 7 has the new word; 联动 is no keyword of zones 2 and 25 any more.
    changed = {identifier.split("/")[1] for identifier in told.records}
    assert changed == {"zone-2", "zone-7", "zone-25"}

    after = open_searcher(tmp_path)
    assert after.info.version != version
    assert preview(tmp_path) is None
    for kind, text in changes:
        assert after.search(text).total == changes[kind, text][2], text
    after.close()
    for name in (DICTIONARY, STOP_WORDS, SYNONYMS):
        (tmp_path / name).unlink()
    again = open_searcher(tmp_path)
    assert again.info.version == version
    again.close()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (DICTIONARY, "社区\n社", "第 2 行"),
        (DICTIONARY, "两个 词", "第 1 行"),
        (SYNONYMS, "[[synonym]]", "第 1 行"),
        (STOP_WORDS, "、", "第 1 行"),
    ],
)
def test_a_wrong_user_file_is_an_error_that_names_it(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        load_linguistics(tmp_path)
    assert str(tmp_path / name) in caught.value.message
    assert said in caught.value.message


def test_a_user_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / DICTIONARY).write_bytes("社区治理".encode("gb18030"))
    with pytest.raises(LexiconError, match="无法读取"):
        load_linguistics(tmp_path)
