"""Completing what is typed: all that begins so, nothing else, the best first.

The brute force here reads the records themselves and asks pypinyin for every
reading; it shares nothing with the arrays of the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from indexer.analysis.analyzer import default_analyzer
from indexer.analysis.pinyin import spellings, syllables
from indexer.errors import IndexDamaged
from indexer.query.parser import parse
from indexer.query.tree import Metadata
from indexer.results.model import IndexRecord, Suggestion
from indexer.searcher import Searcher
from indexer.suggest.completion import Completer
from indexer.suggest.term_book import BookEntry, TermBook, term_book_arrays
from indexer.themes.lexicon import default_lexicon
from tests.support import oracle

MOST = 20


@dataclass(frozen=True)
class Known:
    """Something that may be completed: how it is shown, and how it may be begun."""

    kind: str
    label: str
    count: int
    beginnings: tuple[str, ...]


def joined(text: str) -> str:
    return "".join(oracle.units(text))


#: The places of the notice that pypinyin alone reads otherwise.
PLACES = {"长宁": ["chang", "ning"], "新都": ["xin", "du"], "魏都": ["wei", "du"]}


def readings(text: str) -> Iterator[str]:
    """In full, by initials, and the first syllables in full with initials behind."""
    chars = joined(text)
    usual = lazy_pinyin(chars, errors=list)
    called = list(usual)
    for place, reading in PLACES.items():
        at = chars.find(place if chars == place else f"{place}区")
        if at >= 0 and len(called) == len(chars):
            called[at : at + len(place)] = reading
    yield from spelled(chars, called)
    if chars in PLACES:  # a word too
        yield from spelled(chars, usual)


def spelled(chars: str, full: list[str]) -> Iterator[str]:
    full = [one.replace("lve", "lue").replace("nve", "nue") for one in full]
    if len(full) != len(chars) or chars.isascii():
        return
    initials = [one if char.isascii() else one[0] for char, one in zip(chars, full, strict=True)]
    for whole in range(len(full) + 1) if len(full) <= 8 else (0, len(full)):
        yield "".join(full[:whole] + initials[whole:])


def known(kind: str, label: str, count: int, *starts: str) -> Known:
    beginnings = [b for text in (label, *starts) for b in (joined(text), *readings(text))]
    return Known(kind, label, count, tuple(beginnings))


@pytest.fixture(scope="module")
def everything(entries: tuple[IndexRecord, ...]) -> list[Known]:
    """All that the notice has to suggest, found by reading it."""
    words, themes, titles, policies = (Counter[str]() for _ in range(4))
    found: list[Known] = []
    for entry in entries:
        record = entry.record
        texts = (record.unit or "", record.title, record.body)
        words.update({w for t in texts for w in default_analyzer().word_texts(t)})
        themes.update(list(entry.themes))
        titles.update([record.title] if record.title else [])
        policies.update([entry.policy.title])
        if record.unit and record.region:
            names = (record.region.city, record.region.county)
            tails = [record.unit[record.unit.index(n) :] for n in names if n and n in record.unit]
            found.append(known("unit", record.unit, 1, *tails))
    stop_words = default_analyzer().stop_words
    for word, count in words.items():
        if len(word) > 1 and word not in stop_words and not word.isdigit():
            found.append(known("term", word, count))
    found += [known("title", title, count) for title, count in (titles + policies).items()]
    for theme in default_lexicon().themes:
        names = (theme.name, *theme.phrases) if themes[theme.name] else ()
        found += [known("theme", name, themes[theme.name]) for name in names]
    return found


def fitting(everything: list[Known], typed: str) -> set[tuple[str, str, int]]:
    """What begins with ``typed``, but for what is ``typed`` and says nothing new."""
    return {
        (one.kind, theme_of(one), one.count)
        for one in everything
        if any(beginning.startswith(typed) for beginning in one.beginnings)
        and (one.kind == "theme" or joined(one.label) != typed)
    }


def theme_of(one: Known | Suggestion) -> str:
    """A theme is one suggestion, under whichever of its names it was found."""
    theme = default_lexicon().resolve(one.label) if one.kind == "theme" else None
    return theme.name if theme else one.label


@given(st.data())
def test_whatever_begins_so_is_found_and_nothing_else(
    searcher: Searcher, everything: list[Known], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(everything))
    beginning = data.draw(st.sampled_from(one.beginnings))[:24]
    typed = beginning[: data.draw(st.integers(1, len(beginning)))]
    if parse(typed).warnings or typed.upper() in ("AND", "OR", "NOT"):
        return
    found = searcher.complete(typed, MOST)
    expected = fitting(everything, typed)
    given_ = {(each.kind, theme_of(each), each.count) for each in found}
    assert len(given_) == len(found)
    assert given_ <= expected
    assert len(found) == min(MOST, len(expected))
    if len(expected) > MOST:
        exact = {(o.kind, theme_of(o)) for o in everything if typed in o.beginnings}
        rest = [each.count for each in found if (each.kind, theme_of(each)) not in exact]
        assert rest == sorted(rest, reverse=True)


@pytest.mark.parametrize(
    "typed", ["sanshe", "ssld", "sansheld", "三社", "三社ld", "SanShe", "san'she"]
)
def test_sanshe_liandong_is_found_however_it_is_typed(searcher: Searcher, typed: str) -> None:
    found = [(each.kind, each.query) for each in searcher.complete(typed)]
    assert ("theme", "议题:三社联动") in found
    assert ("term", "三社联动") in found


def test_traditional_and_full_width_input_completes_too(searcher: Searcher) -> None:
    plain = [each.label for each in searcher.complete("党建领")]
    assert plain
    assert [each.label for each in searcher.complete("黨建領")] == plain
    assert searcher.complete("ｓａｎｓｈｅ")[0].label == searcher.complete("sanshe")[0].label


@pytest.mark.parametrize(
    ("typed", "before", "field"),
    [
        ("三社联动 dangj", "三社联动 ", None),
        ("三社联动　党建", "三社联动　", None),
        ("(社区 OR dangj", "(社区 OR ", None),
        ("-dangj", "-", None),
        ("内容:dangj", "内容:", "body"),
        ("議題：dangj", "議題：", "theme"),
        ("网格化，“党建", "网格化，", None),
    ],
)
def test_only_the_last_chunk_is_completed(
    searcher: Searcher, typed: str, before: str, field: str | None
) -> None:
    found = searcher.complete(typed)
    assert any("党建引领" in each.query for each in found)
    assert all(each.query.startswith(before) for each in found)
    assert len({each.query for each in found}) == len(found)
    kinds = {each.kind for each in found}
    assert kinds == {"body": {"term"}, "theme": {"theme"}}.get(field or "", kinds)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "三社联动 ",
        "三社联动 OR",
        '"三社联动"',
        "三社*",
        "省:四",
        "年:20",
        "。",
        "x" * 2000,
    ],
)
def test_where_nothing_is_being_typed_nothing_is_suggested(searcher: Searcher, typed: str) -> None:
    assert searcher.complete(typed) == ()


@given(st.text(max_size=40))
def test_any_text_is_taken_and_every_completion_can_be_searched(
    searcher: Searcher, typed: str
) -> None:
    for each in searcher.complete(typed, 3):
        assert each.label
        assert each.query.startswith(typed[:1]) or not typed[0].isspace()
        parse(each.query)


def test_a_theme_becomes_a_condition_that_counts_the_same(searcher: Searcher) -> None:
    found = [each for each in searcher.complete("社区", MOST) if each.kind == "theme"]
    assert found
    for each in found:
        assert searcher.search(each.query).total == each.count


def test_titles_and_units_are_put_so_that_they_are_found(
    searcher: Searcher, everything: list[Known]
) -> None:
    for one in everything:
        if one.kind in ("unit", "title"):
            typed = joined(one.label)[:8]
            if parse(typed).warnings:
                continue
            suggestion = {s.label: s for s in searcher.complete(typed, MOST)}.get(one.label)
            if suggestion:
                assert searcher.search(suggestion.query).total >= suggestion.count > 0


def test_pinyin_is_no_part_of_ordinary_search(searcher: Searcher) -> None:
    assert searcher.search("sanshe").total == 0
    assert searcher.search("“三设联动”").total == 0


def test_a_book_is_ranked_by_kind_only_among_equals(tmp_path: Path) -> None:
    entries = [
        BookEntry("治理", "term", 9),
        BookEntry("治理体系", "term", 3),
        BookEntry("治理体系", "theme", 3),
        BookEntry("治理县", "unit", 3),
        BookEntry("治理办", "term", 3),
    ]
    found = Completer(TermBook(term_book_arrays(entries))).complete("zhil")
    assert [(each.kind, each.label) for each in found] == [
        ("term", "治理"), ("theme", "治理体系"), ("unit", "治理县"), ("term", "治理办"),
        ("term", "治理体系"),
    ]  # fmt: skip


def test_a_library_without_records_suggests_nothing(tmp_path: Path) -> None:
    assert Completer(TermBook(term_book_arrays([]))).complete("三社") == ()


def test_a_book_with_a_part_missing_is_damage_with_a_mend(tmp_path: Path) -> None:
    arrays = term_book_arrays([BookEntry("治理", "term", 9)])
    del arrays["keys"]
    with pytest.raises(IndexDamaged) as caught:
        TermBook(arrays)
    assert "--rebuild" in caught.value.hint


def test_a_field_takes_only_what_it_can_hold(searcher: Searcher) -> None:
    for each in searcher.complete("议题:社区"):
        assert isinstance(parse(each.query).tree, Metadata)


@pytest.mark.parametrize(
    ("place", "reading"),
    [
        ("上海市长宁区", "shanghaishichangningqu"),
        ("四川省成都市新都区", "sichuanshengchengdushixinduqu"),
        ("洪洞县", "hongtongxian"),
        ("单县", "shanxian"),
        ("乐亭县", "laotingxian"),
        ("六安市", "luanshi"),
        ("铅山县", "yanshanxian"),
        ("番禺区", "panyuqu"),
        ("东阿县", "dongexian"),
        ("蔚县", "yuxian"),
        ("漯河市", "luoheshi"),
        ("宕昌县", "tanchangxian"),
        ("三都水族自治县", "sandushuizuzizhixian"),
        ("长治", "changzhi"),
        ("乐陵", "laoling"),
        ("廊坊市大城县", "langfangshidaichengxian"),
        ("大城市", "dachengshi"),
        ("称多县", "chenduoxian"),
        ("长治县", "changzhixian"),
        ("武都地区", "wududiqu"),
        ("长岛县", "changdaoxian"),
    ],
)
def test_places_are_read_as_they_are_called(place: str, reading: str) -> None:
    assert "".join(syllables(place)) == reading
    assert reading in spellings(place, 8)


def test_what_is_a_place_and_a_word_may_be_typed_either_way() -> None:
    assert {"minle", "minyue"} <= set(spellings("民乐", 8))
    assert "".join(syllables("全新都市")) == "quanxindushi"
