"""Folding under arbitrary Unicode: what is cut out is found, and marked where it stands.

Texts are drawn from all of Unicode, with more than chance would give of what
makes trouble: combining marks, jamo, emoji sequences, flags, compatibility and
rare Han characters, half-width kana, ligatures, right-to-left text, invisible
characters.
"""

from __future__ import annotations

import itertools
import random
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.text.script import usual_characters
from indexer.analysis.analyzer import ENDER, default_analyzer, fold, fold_text, literal_texts
from indexer.query.parser import parse
from indexer.query.tree import Phrase
from indexer.results.highlight import highlight
from indexer.results.model import IndexRecord
from tests.support import oracle, queries, rewriting
from tests.support.engines import embedded, write

TROUBLE = (
    "𠮷𠀀𪜀𫝀𰀀㐂鿿〇々豈﨎𠔜⼀⼈⺠社區治理聯動里裡裏",  # rare, compatibility, radicals
    "e\u0301\u0323\u0300n\u0303A\u030a\u0345\u20dd3\ufe0f\u20e3",  # combining marks, a keycap
    "\u1100\u1161\u11a8한글\u1112\u1161\u11ab\u115f\u1160\u3164",  # jamo and fillers
    "👨\u200d👩\u200d👧\u200d👦👍🏽🏳\ufe0f\u200d🌈🇨🇳🇭🇰🇨",  # emoji sequences, flags, half a flag
    "ｶﾞﾊﾟﾞ゛か゛㌔㍿㊞㈱①⑳½㎏㏂㏠ﬁﬃŉǆŒßİΣςﷺ",  # half-width, squared, enclosed, ligatures
    "שָׁלוֹםالسلامक्षिநிกำ",  # right to left, Indic and Thai clusters
    "\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\u00ad\u034f\U000e0100\ufe0f\U000e0041",
    "。！？；;!?｡︒‼⁉\n\r\u2028\u2029…，、“”（）：—·",  # sentence enders, what is skipped
    "aZ09ａＺ０９+＋_%\u0660\u0967\u00b2\u2082\x00\x1f\x85\ufdd0\uffff",  # runs, other digits, junk
)

characters = st.one_of(
    st.sampled_from(list("".join(TROUBLE))),
    st.sampled_from(list("社区治理三联动ab1。")),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.text(characters, max_size=40)
QUOTES = '"“”「」『』'


def graphemes(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def cuts(text: str) -> list[int]:
    """Where a text may be cut: between graphemes, also within a run of letters or digits."""
    return list(itertools.accumulate(map(len, graphemes(text)), initial=0))


@st.composite
def substrings(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and a part of it that may be searched."""
    text = draw(texts.filter(lambda text: bool(literal_texts(text))))
    places = cuts(text)
    start, end = sorted(draw(st.tuples(*[st.sampled_from(places)] * 2)))
    part = text[start:end]
    return text, part if literal_texts(part) else text


def contains(have: list[str], want: list[str]) -> bool:
    """Whether units stand in a row, the first as the end and the last as the beginning of one."""
    if len(want) == 1:
        return any(want[0] in unit for unit in have)
    return any(
        part[0].endswith(want[0]) and part[1:-1] == want[1:-1] and part[-1].startswith(want[-1])
        for part in (have[at : at + len(want)] for at in range(len(have) - len(want) + 1))
    )


@settings(max_examples=1000)
@given(substrings())
@example(("e\u200b\u0301", "e"))
@example(("🇨🇳🇭", "🇨🇳🇭"))
@example(("ISO9001", "O9"))
def test_a_part_stands_in_the_whole_by_character(case: tuple[str, str]) -> None:
    text, part = case
    assert contains(literal_texts(text), literal_texts(part))
    assert oracle.stands_in(text, part, quoted=True)


@settings(max_examples=500)
@given(texts, texts)
def test_units_and_characters_are_two_ways_to_say_the_same(text: str, other: str) -> None:
    for typed in (other, other[:2], other[:1]):
        if want := literal_texts(typed):
            there = oracle.stands_in(text, typed, quoted=True)
            assert contains(literal_texts(text), want) == there


@settings(max_examples=500)
@given(texts)
def test_folding_looks_at_each_grapheme_alone(text: str) -> None:
    folded = fold(text)
    pieces = [fold_text(grapheme) for grapheme in graphemes(text)]
    assert folded.text == "".join(pieces) == fold_text(text)
    bounds, at = {0}, 0
    for grapheme in graphemes(text):
        at += len(grapheme)
        bounds.add(at)
    assert {*folded.starts, *folded.ends} <= bounds
    for index, (start, end) in enumerate(zip(folded.starts, folded.ends, strict=True)):
        assert folded.text[index] in fold_text(text[start:end])


def every_simplified() -> list[str]:
    return [char for forms in rewriting.traditional_forms().values() for char in forms]


def test_each_traditional_character_is_its_simplified_one() -> None:
    forms = rewriting.traditional_forms()
    assert len(forms) > 2500
    for simplified, traditional in forms.items():
        for char in traditional:
            assert literal_texts(char) == literal_texts(simplified), (char, simplified)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("豈", "岂"),  # a compatibility ideograph
        ("⼈⺠⻔⻓⻛", "人民门长风"),  # radicals of either block
        ("衞値効隣羣峯喫", "卫值效邻群峰吃"),  # forms of Hong Kong, Taiwan and Japan
        ("隨著藉由明瞭答覆", "随着借由明了答复"),  # one character for two in traditional texts
        ("二○一九", "二〇一九"),
        ("½ ㎧", "1/2 m/s"),
        ("30℃", "30°C"),
        ("２０１９Ｎｏ𝟏", "2019No1"),
        ("臺灣", "台湾"),
        ("㍿", "株式会社"),
        ("ｶﾞ", "ガ"),
        ("ﬃ", "ffi"),
        ("②", "2"),
        ("e\u0301", "é"),
        ("\u1112\u1161\u11ab", "한"),
        ("社\u200b区", "社区"),
        ("葛\U000e0100", "葛"),
    ],
)
def test_what_counts_as_the_same(typed: str, text: str) -> None:
    assert literal_texts(typed) == literal_texts(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("①2019年②3个", ["1", "2019", "年", "2", "3", "个"]),
        ("10²元10⁴Ⅳ3½5", ["10", "2", "元", "10", "4", "iv", "3", "1", "2", "5"]),
        ("50㎡ №5 ℡88 a㏒b", ["50", "m", "2", "no", "5", "tel", "88", "a", "log", "b"]),
        ("⑴⒈1 Ⓐb", ["1", "1", "1", "a", "b"]),
        ("ISO9001 GB 50016", ["iso", "9001", "gb", "50016"]),
        ("≤5%≥3‰±§2×~=°", [*"≤5%≥3‰±§2×~=°"]),
        ("甲|乙──丙·丁/戊", [*"甲乙丙丁戊"]),
        ("甲\n乙\r\n丙。\n丁", [*"甲乙丙。丁"]),
    ],
)
def test_what_joins_and_what_stands_alone(text: str, units: list[str]) -> None:
    assert literal_texts(text) == units


def test_a_table_of_variants_leads_to_characters_that_stay() -> None:
    table = usual_characters()
    assert all(usual.translate(table) == usual for usual in table.values())
    assert not {ord(usual) for usual in table.values()} & {p for p in table if chr(p) != table[p]}
    assert all(len(usual) == 1 for usual in table.values())


def test_what_is_shared_by_the_scripts_stays_in_words() -> None:
    words = default_analyzer().word_texts("著作权")
    assert "著作权" in words or "著作" in words


# Through the index


def in_quotes(part: str) -> Phrase:
    """The part as a literal: read from a query text where one can hold it."""
    clean = not any(unicodedata.normalize("NFKC", char) in QUOTES for char in part)
    if not clean or not literal_texts(part):
        return Phrase(part)
    tree = parse(f'"{part}"').tree
    assert isinstance(tree, Phrase), part
    assert literal_texts(tree.text) == literal_texts(part)
    return tree


def check_marks(entry: IndexRecord, tree: Phrase) -> None:
    """What is marked is what was searched, and no more than it has to be."""
    wanted = literal_texts(tree.text)
    fields = oracle.texts(entry)
    marks = highlight(tree, entry, default_analyzer())
    assert any(marks.values())
    for field, ranges in marks.items():
        after = 0
        for start, end in ranges:
            assert after <= start < end <= len(fields[field])
            after = end
            span = fields[field][start:end]
            pieces = graphemes(span)
            if all(len("".join(literal_texts(piece))) <= 1 for piece in pieces):
                assert literal_texts(span) == wanted, (span, wanted)
            elif all(len(literal_texts(piece)) <= 1 for piece in pieces):
                # A grapheme of several letters, such as ﬀ, may hold a part of a word.
                assert "".join(wanted) in "".join(literal_texts(span)), (span, wanted)
            else:  # a grapheme such as ㍿ or ½ cannot be marked in part
                assert contains(literal_texts(span), wanted), (span, wanted)
            edges = (literal_texts(pieces[0]), literal_texts(pieces[-1]))
            assert all(edges) or wanted == [ENDER], (span, wanted)


@settings(max_examples=60)
@example(
    [("e\u200b\u0301", "e\u200b\u0301"), ("\u1100\u00ad\u1161\ufeff\u11a8", "\u1161\ufeff\u11a8")],
    0,
)
@example([("aﬀb", "F")], 0)
@given(st.lists(substrings(), min_size=1, max_size=5), st.integers(0, 9))
def test_every_part_is_found_and_marked(cases: list[tuple[str, str]], seed: int) -> None:
    made = list(queries.records(random.Random(seed), len(cases)))
    entries = [
        replace(entry, record=replace(entry.record, body=text))
        for entry, (text, _) in zip(made, cases, strict=True)
    ]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        reader = write(embedded(Path(directory)), "folding", entries)
        for entry, (_, part) in zip(entries, cases, strict=True):
            tree = in_quotes(part)
            hits = list(reader.scan(tree))
            found = {hit.record.record.id for hit in hits}
            assert entry.record.id in found, part
            assert found == {e.record.id for e in entries if oracle.match(tree, e)}, part
            for hit in hits:
                check_marks(hit.record, tree)
        reader.close()
