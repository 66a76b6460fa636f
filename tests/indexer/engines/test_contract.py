"""What every engine must do, run over each of them.

A new engine is added by one more entry in ``ENGINES``: a function that makes
an empty engine in a directory.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import Engine, Page, Ranked, Search
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.kernels import choice
from indexer.errors import PageOutOfRange, RecordNotFound
from indexer.linguistics import default_linguistics
from indexer.query.parser import parse
from indexer.query.tree import And, Everything, Node, Not, Phrase, expanded
from indexer.results.model import SORTS, Evidence, Filters, IndexInfo, IndexRecord
from tests.conftest import skip_or_fail
from tests.support import oracle, queries, rewriting
from tests.support.agreement import ORDER, compare

INFO = IndexInfo("test", "2026-01-01T00:00:00+00:00", 0, "stamp")


def _embedded(directory: Path) -> Engine:
    return EmbeddedEngine(directory, INFO, default_analyzer())


def _compiled(directory: Path) -> Engine:
    """The embedded engine with the kernels that a large index is searched with."""
    engine = EmbeddedEngine(directory, INFO, default_analyzer())
    engine.kernels.load()
    if choice.name(engine.kernels.now) != "numba":
        skip_or_fail("numba cannot be loaded: pip install numba")
    return engine


ENGINES: dict[str, Callable[[Path], Engine]] = {"embedded": _embedded, "compiled": _compiled}


@pytest.fixture(scope="module", params=ENGINES)
def make(request: pytest.FixtureRequest) -> Callable[[Path], Engine]:
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def engine(
    make: Callable[[Path], Engine],
    tmp_path_factory: pytest.TempPathFactory,
    entries: tuple[IndexRecord, ...],
) -> Iterator[Engine]:
    """An engine that holds the notice, added in three commits."""
    filled = make(tmp_path_factory.mktemp("engine"))
    for start in range(0, len(entries), 20):
        filled.add(entries[start : start + 20])
        filled.commit()
    yield filled
    filled.close()


def ids(page: Page) -> list[str]:
    return [hit.record.record.id for hit in page.hits]


def found(engine: Engine, tree: Node, filters: Filters | None = None) -> set[str]:
    return set(ids(engine.search(Search(tree, filters or Filters(), size=None))))


def quoted(entries: tuple[IndexRecord, ...], text: str) -> set[str]:
    """Records that hold ``text`` literally in a default field, by reading them all."""
    tree = Phrase(text)
    return {entry.record.id for entry in entries if oracle.match(tree, entry)}


# The Ctrl+F guarantee


def test_every_short_substring_is_found_and_nothing_else(
    engine: Engine, entries: tuple[IndexRecord, ...]
) -> None:
    """All distinct runs of one and two units, every one of them."""
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        for field in ("unit", "title", "body"):
            units = oracle.units(oracle.texts(entry)[field])
            for size in (1, 2):
                seen |= {units[i : i + size] for i in range(len(units) - size + 1)}
    assert len(seen) > 1000
    for units in sorted(seen):
        text = " ".join(units)
        assert found(engine, Phrase(text)) == quoted(entries, text), f"{text!r}"


@settings(max_examples=400)
@given(data=st.data())
def test_any_substring_is_found_and_nothing_else(
    engine: Engine, entries: tuple[IndexRecord, ...], data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(entries))
    text = data.draw(st.sampled_from([t for t in oracle.texts(entry).values() if t]))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 60)))
    part = text[start:end]
    assert found(engine, Phrase(part)) == quoted(entries, part)


REWRITINGS = (
    rewriting.traditional,
    rewriting.full_width,
    rewriting.other_case,
    rewriting.punctuated,
    rewriting.unpunctuated,
    rewriting.other_enders,
)


@settings(max_examples=250)
@given(data=st.data(), chance=st.integers(0, 2**32).map(random.Random))
def test_how_a_part_is_written_does_not_matter(
    engine: Engine, entries: tuple[IndexRecord, ...], data: st.DataObject, chance: random.Random
) -> None:
    """Traditional characters, full width, case and punctuation, all at once."""
    entry = data.draw(st.sampled_from(entries))
    text = data.draw(st.sampled_from([t for t in oracle.texts(entry).values() if t]))
    start = data.draw(st.integers(0, len(text) - 1))
    part = written = text[start : start + data.draw(st.integers(1, 40))]
    for rewrite in data.draw(st.lists(st.sampled_from(REWRITINGS), min_size=1, unique=True)):
        written = rewrite(written, chance)
    assert found(engine, Phrase(written)) == quoted(entries, part), written


# Themes assigned anew


def test_themes_assigned_anew_are_as_if_added_so(
    make: Callable[[Path], Engine], tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    given = {"新议题": (Evidence("body", 0, 2, "社区", "variant:社区"),)}
    changed = tuple(
        replace(entry, themes={**given, **entry.themes} if n % 3 else {})
        for n, entry in enumerate(entries)
    )
    moved, fresh = make(tmp_path / "moved"), make(tmp_path / "fresh")
    moved.add(entries)
    moved.commit()
    moved.reassign({entry.record.id: entry.themes for entry in changed} | {"没有/zone-1": given})
    assert next(moved.records()).themes == entries[0].themes  # not before the commit
    moved.commit()
    fresh.add(changed)
    fresh.commit()
    reopened = make(tmp_path / "moved")
    for query in ("三社联动", "社区 治理", "议题:新议题", "-议题:新议题", "同句:(社区 机制)"):
        for filters in (Filters(), Filters(theme=("新议题", "三社联动"))):
            search = Search(parse(query).tree, filters, size=200)
            expected = fresh.search(search)
            assert moved.search(search) == reopened.search(search) == expected
    assert list(moved.records()) == list(fresh.records()) == list(reopened.records())
    # A record that is added again has the themes that it is added with.
    moved.add(entries[:5])
    moved.commit()
    assert list(moved.records()) == [*entries[:5], *changed[5:]]
    for engine in (moved, fresh, reopened):
        engine.close()


# Queries against the oracle


@pytest.fixture(scope="module")
def varied(entries: tuple[IndexRecord, ...]) -> tuple[IndexRecord, ...]:
    """The notice and made-up records of several policies, dates, regions and scripts."""
    return (*entries, *queries.records(random.Random(3), 90, first=len(entries)))


@pytest.fixture(scope="module")
def varied_engine(
    make: Callable[[Path], Engine],
    tmp_path_factory: pytest.TempPathFactory,
    varied: tuple[IndexRecord, ...],
) -> Iterator[Engine]:
    filled = make(tmp_path_factory.mktemp("varied"))
    for start in range(0, len(varied), 50):
        filled.add(varied[start : start + 50])
        filled.commit()
    yield filled
    filled.close()


@settings(max_examples=120)
@given(chance=st.integers(0, 2**32).map(random.Random), synonyms=st.booleans())
def test_queries_agree_with_reading_every_text(
    varied_engine: Engine, varied: tuple[IndexRecord, ...], chance: random.Random, synonyms: bool
) -> None:
    """Full and partial hits, match kinds, totals and facets, with and without filters."""
    typed = queries.query(chance)
    filters = queries.filters(chance, varied)
    tree = parse(typed).tree
    if synonyms:
        known = default_linguistics()
        tree = expanded(tree, lambda text: known.synonyms.alternatives(text, known.analyzer))
    comparison = compare(varied_engine, varied, tree, filters)
    assert not comparison.disagreements, (typed, filters.to_dict())


@given(
    chance=st.integers(0, 2**32).map(random.Random),
    values=st.sampled_from((0, 1, 2, 5, 12, 64, 65, 100)),
)
def test_some_values_of_facets_are_the_first_of_all(
    varied_engine: Engine, varied: tuple[IndexRecord, ...], chance: random.Random, values: int
) -> None:
    """Whatever is asked for, also by the short way; chosen values stand behind the first."""
    filters = chance.choice((Filters(), queries.filters(chance, varied)))
    word = chance.choice(default_analyzer().word_texts(chance.choice(varied).record.body) or ["无"])
    tree = chance.choice((parse(queries.query(chance)).tree, Phrase(word, "body")))
    whole = varied_engine.search(Search(tree, filters)).facets
    some = varied_engine.search(Search(tree, filters, values=values)).facets
    assert some.keys() == whole.keys()
    for name, pairs in whole.items():
        chosen = [pair for pair in pairs[values:] if pair[0] in filters.chosen(name)]
        assert tuple(some[name]) == (*pairs[:values], *chosen)


def test_fields_that_some_records_lack_do_not_spoil_the_order(
    varied_engine: Engine, varied: tuple[IndexRecord, ...]
) -> None:
    tree = parse("发文字号:民函 OR 单位:成都市 OR 社区").tree
    assert not compare(varied_engine, varied, tree, Filters()).disagreements


SENTENCES = [
    ("同句:(党建 楼宇)", "加强党建。楼宇自治", None),
    ("同句:(党建 楼宇)", "加强党建，楼宇自治。", "literal"),
    ("同句:(党建 OR 楼宇)", "加强党建。楼宇自治", "literal"),
    ("同句:(党建工作 楼宇)", "党建的各项工作进楼宇。", "words"),
    ("同句:(党建工作 楼宇)", "党建工作。党建的各项工作进楼宇。", "words"),
    ("同句:“党建。”", "加强党建！", "literal"),
    ("同句:“党建。楼宇”", "加强党建。楼宇自治", None),
    ("同句:(平台n* 楼宇)", "News 平台建在楼宇。", "words"),
    ("同句:(主题:党建 内容:楼宇)", "党建与楼宇", None),
    ("-同句:(党建 楼宇)", "党建与楼宇", None),
]


@pytest.mark.parametrize(("typed", "body", "match"), SENTENCES)
def test_parts_within_one_sentence(
    make: Callable[[Path], Engine],
    tmp_path: Path,
    entries: tuple[IndexRecord, ...],
    typed: str,
    body: str,
    match: str | None,
) -> None:
    engine = make(tmp_path)
    entry = replace(_altered(entries[0], body), themes={})
    engine.add([replace(entry, record=replace(entry.record, title="", unit=None))])
    engine.commit()
    hits = engine.search(Search(parse(typed).tree, size=None)).hits
    assert [hit.match for hit in hits] == ([match] if match else [])
    engine.close()


def test_a_facet_crossed_with_itself_counts_each_value_and_what_it_goes_with(
    engine: Engine, entries: tuple[IndexRecord, ...]
) -> None:
    pairs = engine.cross(Everything(), Filters(), "theme", "theme")
    assert pairs == oracle.cross(entries, Filters(), "theme", "theme")
    counts = dict(engine.search(Search(Everything())).facets["theme"])
    assert {value: count for (value, other), count in pairs.items() if value == other} == counts
    assert all(pairs[b, a] == count for (a, b), count in pairs.items())


def test_similar_records_share_most_of_what_is_rare(
    engine: Engine, entries: tuple[IndexRecord, ...]
) -> None:
    for entry in entries:
        expected = oracle.similar(entry, entries)
        got = engine.similar(entry.record.id, len(entries))
        assert {other.record.id: score for other, score in got} == pytest.approx(expected, abs=1e-5)
        assert [score for _, score in got] == sorted((s for _, s in got), reverse=True)
        assert engine.similar(entry.record.id, 3) == got[:3]
    with pytest.raises(RecordNotFound):
        engine.similar("没有这个/zone-1", 5)


# Partial hits, order, pages


def test_partial_hits_keep_what_was_not_relaxed(engine: Engine) -> None:
    page = engine.search(Search(parse("“三社联动” 党建 火星 -专业").tree, size=50))
    assert page.total == 0
    assert page.partial_total > 0
    for hit in page.hits:
        assert hit.match == "partial"
        texts = oracle.texts(hit.record)
        assert any(oracle.stands_in(text, "三社联动", quoted=True) for text in texts.values())
        assert not any(oracle.stands_in(text, "专业", quoted=True) for text in texts.values())


def test_full_hits_come_before_partial_ones_and_literal_ones_before_words(engine: Engine) -> None:
    page = engine.search(Search(parse("三社联动").tree, size=200))
    assert all(0 < hit.score < 1000 for hit in page.hits)
    kinds = [hit.match for hit in page.hits]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert kinds.count("partial") == page.partial_total > 0
    assert len(page.hits) == page.total + page.partial_total


@pytest.mark.parametrize("sort", SORTS)
def test_pages_joined_are_the_whole(engine: Engine, sort: str) -> None:
    whole = engine.search(Search(parse("社区 治理").tree, sort=sort, size=200))
    count = whole.total + whole.partial_total
    joined = []
    for page in range(1, -(-count // 7) + 1):
        joined += ids(engine.search(Search(parse("社区 治理").tree, sort=sort, page=page, size=7)))
    assert joined == ids(whole)
    assert len(set(joined)) == count


def test_a_page_past_the_end_names_the_last(engine: Engine) -> None:
    with pytest.raises(PageOutOfRange) as caught:
        engine.search(Search(Everything(), page=999, size=20))
    assert caught.value.last == -(-engine.count(Everything(), Filters()) // 20)


def test_sorting_by_region_follows_the_codes(engine: Engine) -> None:
    page = engine.search(Search(Everything(), Filters(kind=("zone",)), sort="region", size=None))
    codes = [hit.record.record.region.code for hit in page.hits if hit.record.record.region]
    assert codes == sorted(codes, key=str)
    assert len(codes) == 31


def test_source_order_is_document_order(engine: Engine, entries: tuple[IndexRecord, ...]) -> None:
    expected = [entry.record.id for entry in entries]
    assert ids(engine.search(Search(Everything(), sort="source", size=None))) == expected
    assert [entry.record.id for entry in engine.records()] == expected


def test_records_come_back_as_they_went_in(
    engine: Engine, entries: tuple[IndexRecord, ...]
) -> None:
    assert tuple(engine.records()) == entries
    assert engine.record(entries[-1].record.id).record == entries[-1]
    assert engine.record(entries[-1].record.id).match is None
    with pytest.raises(RecordNotFound):
        engine.record("没有这个/zone-1")


def test_terms_count_the_records_that_have_them(
    engine: Engine, entries: tuple[IndexRecord, ...]
) -> None:
    terms = dict(engine.terms("三社"))
    assert "三社" in terms
    for term, count in terms.items():
        has = [
            entry
            for entry in entries
            if any(
                term in {token.text for token in default_analyzer().words(text)}
                for field, text in oracle.texts(entry).items()
                if field in ("unit", "title", "body")
            )
        ]
        assert count == len(has), term


# Writing


def _altered(entry: IndexRecord, body: str) -> IndexRecord:
    return replace(entry, record=replace(entry.record, body=body))


def test_writes_become_visible_with_the_commit(
    make: Callable[[Path], Engine], tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    assert engine.search(Search(Everything())).total == 0
    engine.add(entries)
    assert engine.count(Everything(), Filters()) == 0
    engine.commit()
    assert engine.count(Everything(), Filters()) == len(entries)
    engine.close()
    again = make(tmp_path)
    assert again.count(Everything(), Filters()) == len(entries)
    again.close()
    again.close()


def test_adding_a_known_id_replaces_the_record(
    make: Callable[[Path], Engine], tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    engine.add(entries)
    engine.commit()
    engine.add([_altered(entries[0], "火星基地"), _altered(entries[1], "月球基地")])
    engine.add([_altered(entries[1], "木星基地")])
    engine.commit()
    assert engine.count(Everything(), Filters()) == len(entries)
    assert found(engine, Phrase("火星基地")) == {entries[0].record.id}
    assert found(engine, Phrase("月球基地")) == set()
    assert found(engine, Phrase("木星基地")) == {entries[1].record.id}
    engine.close()


def test_deleting_a_policy_removes_all_its_records(
    make: Callable[[Path], Engine], tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    other = [
        replace(
            entry,
            record=replace(entry.record, id=f"另一文件/{entry.record.kind}-{entry.record.n}"),
            policy=replace(entry.policy, id="另一文件"),
        )
        for entry in entries
    ]
    engine.add(entries)
    engine.commit()
    engine.add(other)
    engine.delete(entries[0].policy.id)
    engine.commit()
    assert found(engine, Everything()) == {entry.record.id for entry in other}
    assert engine.search(Search(Everything())).facets["policy"] == (("另一文件", len(other)),)
    without = And((Everything(), Not(Phrase("社区"))))
    assert found(engine, without) == {
        entry.record.id for entry in other if not oracle.match(Phrase("社区"), entry)
    }
    engine.add(entries)
    engine.delete(entries[0].policy.id)
    engine.commit()
    assert found(engine, Everything()) == {entry.record.id for entry in other}
    engine.close()


def test_threads_get_the_same_answers_as_one(engine: Engine) -> None:
    typed = [word for word in queries.WORDS for _ in range(6)]
    random.Random(7).shuffle(typed)

    def answer(text: str) -> tuple[str, list[str], int]:
        page = engine.search(Search(parse(text).tree, size=50))
        return text, ids(page), page.partial_total

    alone = {text: answer(text) for text in queries.WORDS}
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(answer, typed):
            assert result == alone[result[0]]


@pytest.mark.parametrize("query", ["三社联动", "清单", "社区 居民", "居民自治 网格化", "党建引领"])
def test_short_queries_find_titles_before_bodies(engine: Engine, query: str) -> None:
    page = engine.search(Search(parse(query).tree, size=200))

    def rank(hit: Ranked) -> tuple[int, int]:
        title = hit.record.record.title
        inside = sum(oracle.stands_in(title, chunk, quoted=False) for chunk in query.split())
        return ["literal", "words", "partial"].index(hit.match or ""), -inside

    ranks = [rank(hit) for hit in page.hits]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
