"""What every engine must do, run over each of them.

A new engine is added by one more entry in ``ENGINES``: a function that makes
an engine, which may use a directory.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.policy import Region, first_day
from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import NO_FILTERS, Engine, IndexReader, Page, Ranked, Search
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.kernels import choice
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.engines.memory import MemoryEngine
from indexer.errors import EngineError, EngineUnavailable, PageOutOfRange, RecordNotFound
from indexer.linguistics import default_linguistics
from indexer.query.parser import parse
from indexer.query.tree import And, Everything, Metadata, Node, Not, Phrase, expanded
from indexer.results.model import FACETS, SORTS, Evidence, Filters, IndexRecord
from tests.conftest import skip_or_fail
from tests.support import oracle, queries, rewriting
from tests.support.agreement import ORDER, compare
from tests.support.engines import INFO, by_policy, write
from tests.support.grouped import disagreements


class _Compiled(EmbeddedEngine):
    """The embedded engine with the kernels that a large index is searched with."""

    def open(self, name: str) -> EmbeddedReader:
        reader = super().open(name)
        reader.kernels.load()
        if choice.name(reader.kernels.now) != "numba":
            skip_or_fail("numba cannot be loaded: pip install numba")
        return reader


Make = Callable[[Path], Engine]
ENGINES: dict[str, Make] = {
    "embedded": lambda directory: EmbeddedEngine(directory, default_analyzer()),
    "compiled": lambda directory: _Compiled(directory, default_analyzer()),
    "memory": lambda directory: MemoryEngine(default_analyzer()),
}


@pytest.fixture(scope="module", params=ENGINES)
def make(request: pytest.FixtureRequest) -> Make:
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def reader(
    make: Make, tmp_path_factory: pytest.TempPathFactory, entries: tuple[IndexRecord, ...]
) -> Iterator[IndexReader]:
    """An index of the notice."""
    opened = write(make(tmp_path_factory.mktemp("engine")), "notice", entries)
    yield opened
    opened.close()


def ids(page: Page) -> list[str]:
    return [hit.record.record.id for hit in page.hits]


def found(reader: IndexReader, tree: Node, filters: Filters = NO_FILTERS) -> set[str]:
    return {hit.id for hit in reader.scan(tree, filters)}


def quoted(entries: tuple[IndexRecord, ...], text: str) -> set[str]:
    """Records that hold ``text`` literally in a default field, by reading them all."""
    tree = Phrase(text)
    return {entry.record.id for entry in entries if oracle.match(tree, entry)}


# The Ctrl+F guarantee


def test_every_short_substring_is_found_and_nothing_else(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
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
        assert found(reader, Phrase(text)) == quoted(entries, text), f"{text!r}"


@settings(max_examples=400)
@given(data=st.data())
def test_any_substring_is_found_and_nothing_else(
    reader: IndexReader, entries: tuple[IndexRecord, ...], data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(entries))
    text = data.draw(st.sampled_from([t for t in oracle.texts(entry).values() if t]))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 60)))
    part = text[start:end]
    assert found(reader, Phrase(part)) == quoted(entries, part)


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
    reader: IndexReader,
    entries: tuple[IndexRecord, ...],
    data: st.DataObject,
    chance: random.Random,
) -> None:
    """Traditional characters, full width, case and punctuation, all at once."""
    entry = data.draw(st.sampled_from(entries))
    text = data.draw(st.sampled_from([t for t in oracle.texts(entry).values() if t]))
    start = data.draw(st.integers(0, len(text) - 1))
    part = written = text[start : start + data.draw(st.integers(1, 40))]
    for rewrite in data.draw(st.lists(st.sampled_from(REWRITINGS), min_size=1, unique=True)):
        written = rewrite(written, chance)
    assert found(reader, Phrase(written)) == quoted(entries, part), written


# Themes given afterwards


def test_themes_given_afterwards_are_as_if_added_so(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    given = {"新议题": (Evidence("body", 0, 2, "社区", "variant:社区"),)}
    changed = tuple(
        replace(entry, themes={**given, **entry.themes} if n % 3 else {})
        for n, entry in enumerate(entries)
    )
    engine = make(tmp_path)
    before = write(engine, "before", entries)
    themes = {entry.record.id: entry.themes for entry in changed} | {"没有/zone-1": given}
    moved = write(engine, "moved", base="before", themes=themes)
    fresh = write(engine, "fresh", changed)
    for query in ("三社联动", "社区 治理", "议题:新议题", "-议题:新议题", "同句:(社区 机制)"):
        for filters in (Filters(), Filters(theme=("新议题", "三社联动"))):
            search = Search(parse(query).tree, filters, size=200)
            assert moved.search(search) == fresh.search(search)
    assert records(moved) == records(fresh) == list(changed)
    assert records(before) == list(entries)  # the version before stays as it is
    # A policy that is added again has the themes that it is added with.
    again = write(engine, "again", entries, base="moved")
    assert records(again) == list(entries)
    for opened in (before, moved, fresh, again):
        opened.close()


def records(reader: IndexReader) -> list[IndexRecord]:
    return [hit.record for hit in reader.scan()]


# Queries against the oracle


@pytest.fixture(scope="module")
def varied(entries: tuple[IndexRecord, ...]) -> tuple[IndexRecord, ...]:
    """The notice and made-up records of several policies, dates, regions and scripts."""
    return (*entries, *queries.records(random.Random(3), 90, first=len(entries)))


@pytest.fixture(scope="module")
def varied_reader(
    make: Make, tmp_path_factory: pytest.TempPathFactory, varied: tuple[IndexRecord, ...]
) -> Iterator[IndexReader]:
    """An index of the varied records, written in several versions."""
    engine = make(tmp_path_factory.mktemp("varied"))
    policies = by_policy(varied)
    for at, some in enumerate((policies[:1], policies[1:3], policies[3:])):
        base = f"v{at - 1}" if at else None
        entries = [entry for policy in some for entry in policy.records]
        opened = write(engine, f"v{at}", entries, base=base)
    writer = engine.create("folded", f"v{at}")
    writer.fold(FAMILIES)
    writer.commit(INFO)
    opened.close()
    opened = engine.open("folded")
    yield opened
    opened.close()


@settings(max_examples=120)
@given(chance=st.integers(0, 2**32).map(random.Random), synonyms=st.booleans())
def test_queries_agree_with_reading_every_text(
    varied_reader: IndexReader,
    varied: tuple[IndexRecord, ...],
    chance: random.Random,
    synonyms: bool,
) -> None:
    """Full and partial hits, match kinds, totals and facets, with and without filters."""
    typed = queries.query(chance)
    filters = queries.filters(chance, varied)
    tree = parse(typed).tree
    if synonyms:
        known = default_linguistics()
        tree = expanded(tree, lambda text: known.synonyms.alternatives(text, known.analyzer))
    comparison = compare(varied_reader, varied, tree, filters)
    assert not comparison.disagreements, (typed, filters.to_dict())


def test_a_place_has_its_zones_and_what_its_organs_issued(
    varied_reader: IndexReader, varied: tuple[IndexRecord, ...]
) -> None:
    """Not what such an organ issued for a zone that is somewhere else."""

    def at(own: bool, name: str) -> set[str]:
        return found(varied_reader, Metadata(name, "province", own=own))

    for name in ("四川", "北京", "江苏"):
        zones = {e.record.id for e in varied if _in(e.record.region, name)}
        issued = {e.record.id for e in varied if not e.record.region and _in(e.policy.region, name)}
        assert at(True, name) == zones
        assert at(False, name) == zones | issued
    assert issued == set() != zones


def _in(region: Region | None, name: str) -> bool:
    return bool(region and region.province and region.province.startswith(name))


# Documents


FAMILIES = (
    ("川府发〔2015〕7号", "苏政发〔2018〕30号", "没有这个"),
    ("無日期的通知", "民函〔2012〕5号"),
)


@settings(max_examples=25)
@given(chance=st.integers(0, 2**32).map(random.Random), folded=st.booleans())
def test_answers_by_document_agree_with_reading_every_text(
    varied_reader: IndexReader,
    varied: tuple[IndexRecord, ...],
    chance: random.Random,
    folded: bool,
) -> None:
    """Counts, kinds, their order, pages, versions and facets, with and without filters."""
    typed, filters = queries.query(chance), queries.filters(chance, varied)
    families = FAMILIES if folded else ()
    tree = parse(typed).tree
    wrong = disagreements(varied_reader, varied, families, tree, filters)
    assert not wrong, (typed, filters.to_dict(), folded)


@settings(max_examples=25)
@given(chance=st.integers(0, 2**32).map(random.Random), folded=st.booleans())
def test_a_facet_counts_the_documents_that_its_value_would_leave(
    varied_reader: IndexReader,
    varied: tuple[IndexRecord, ...],
    chance: random.Random,
    folded: bool,
) -> None:
    tree, filters = parse(queries.query(chance)).tree, queries.filters(chance, varied)
    page = varied_reader.documents(Search(tree, filters, folded=folded))
    for facet in chance.sample(FACETS, 4) if page.total_documents else ():
        for value, count in page.facets[facet]:
            search = Search(tree, filters.choose(facet, (value,)), folded=folded)
            assert varied_reader.documents(search).total_documents == count, (facet, value)


@pytest.mark.parametrize("folded", [True, False])
def test_documents_stand_in_the_order_that_was_asked_for(
    varied_reader: IndexReader, varied: tuple[IndexRecord, ...], folded: bool
) -> None:
    first: dict[str, IndexRecord] = {}
    for entry in varied:
        first.setdefault(entry.policy.id, entry)

    def order(sort: str) -> list[str]:
        search = Search(Everything(), sort=sort, folded=folded)
        return [each.policy.id for each in varied_reader.documents(search).documents]

    source = order("source")
    assert source == sorted(source, key=lambda name: first[name].order)
    dates = [first[name].policy.date or "" for name in order("date")]
    assert dates == sorted(dates, reverse=True)
    assert {*source} == {*order("date")} == {*order("region")} == {*order("relevance")}
    # Where the issuer has no region, the first record that has one decides.
    issued = {entry.policy.id: entry.policy.region for entry in varied}
    placed = [
        issued[n]
        or next((e.record.region for e in varied if e.policy.id == n and e.record.region), None)
        for n in order("region")
    ]
    codes = [region.code or "9" if region else "9" for region in placed]
    assert codes == sorted(codes)


@pytest.mark.parametrize("query", ["社区", "党建引领 社区", "“治理”", "治理机制"])
def test_more_of_the_same_never_ranks_a_document_lower(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...], query: str
) -> None:
    """Two documents with the same best hit: the one with another hit stands before."""
    tree = parse(query).tree
    some = [e for e in entries if oracle.match(tree, e)][:3]

    def copies(name: str, order: int, count: int) -> Iterator[IndexRecord]:
        policy = replace(entries[0].policy, id=name, title=name)
        for at in range(4):
            entry = some[min(at, len(some) - 1)]
            body = entry.record.body if at < count else "无关"
            title = entry.record.title if at < count else ""
            record = replace(entry.record, id=f"{name}/zone-{at}", title=title, body=body, unit="")
            yield replace(entry, record=record, policy=policy, order=order + at)

    reader = write(make(tmp_path), "two", copies("少", 0, 1), copies("多", 10, 3))
    got = reader.documents(Search(tree)).documents
    if isinstance(reader, EmbeddedReader):
        assert [each.policy.id for each in got if each.records] == ["多", "少"]
    assert {each.policy.id: each.records for each in got} == {"多": 3, "少": 1}
    reader.close()


def test_families_travel_with_the_version_and_lose_what_is_gone(
    make: Make, tmp_path: Path, varied: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    write(engine, "apart", varied).close()
    writer = engine.create("folded", "apart")
    writer.flush()
    writer.fold(FAMILIES)
    writer.commit(INFO)
    gone = "苏政发〔2018〕30号"
    left = tuple(entry for entry in varied if entry.policy.id != gone)
    without = write(engine, "without", base="folded", gone=[gone])
    again = engine.create("again", "folded")
    again.fold(())
    again.commit(INFO)
    tree = parse("社区").tree
    assert not disagreements(engine.open("apart"), varied, (), tree, Filters())
    assert engine.open("apart").documents(Search(tree)).total_documents == 6
    assert not disagreements(engine.open("folded"), varied, FAMILIES, tree, Filters())
    assert not disagreements(without, left, FAMILIES, tree, Filters())
    assert engine.open("again").documents(Search(tree)).total_documents == 6


def test_a_page_of_documents_past_the_end_names_the_last(varied_reader: IndexReader) -> None:
    with pytest.raises(PageOutOfRange) as caught:
        varied_reader.documents(Search(Everything(), page=4, size=2))
    assert caught.value.last == 2
    with pytest.raises(PageOutOfRange) as caught:
        varied_reader.documents(Search(Everything(), page=4, size=2, folded=False))
    assert caught.value.last == 3


@given(
    chance=st.integers(0, 2**32).map(random.Random),
    values=st.sampled_from((0, 1, 2, 5, 12, 64, 65, 100)),
)
def test_some_values_of_facets_are_the_first_of_all(
    varied_reader: IndexReader, varied: tuple[IndexRecord, ...], chance: random.Random, values: int
) -> None:
    """Whatever is asked for, also by the short way; chosen values stand behind the first."""
    filters = chance.choice((Filters(), queries.filters(chance, varied)))
    word = chance.choice(default_analyzer().word_texts(chance.choice(varied).record.body) or ["无"])
    tree = chance.choice((parse(queries.query(chance)).tree, Phrase(word, "body")))
    whole = varied_reader.search(Search(tree, filters)).facets
    some = varied_reader.search(Search(tree, filters, values=values)).facets
    assert some.keys() == whole.keys()
    for name, pairs in whole.items():
        chosen = [pair for pair in pairs[values:] if pair[0] in filters.chosen(name)]
        assert tuple(some[name]) == (*pairs[:values], *chosen)


def test_fields_that_some_records_lack_do_not_spoil_the_order(
    varied_reader: IndexReader, varied: tuple[IndexRecord, ...]
) -> None:
    tree = parse("发文字号:民函 OR 单位:成都市 OR 社区").tree
    assert not compare(varied_reader, varied, tree, Filters()).disagreements


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
    make: Make,
    tmp_path: Path,
    entries: tuple[IndexRecord, ...],
    typed: str,
    body: str,
    match: str | None,
) -> None:
    entry = replace(_altered(entries[0], body), themes={})
    entry = replace(entry, record=replace(entry.record, title="", unit=None))
    reader = write(make(tmp_path), "one", [entry])
    hits = list(reader.scan(parse(typed).tree))
    assert [hit.match for hit in hits] == ([match] if match else [])
    reader.close()


def test_a_facet_crossed_with_itself_counts_each_value_and_what_it_goes_with(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    pairs = reader.cross(Everything(), Filters(), "theme", "theme")
    assert pairs == oracle.cross(entries, Filters(), "theme", "theme")
    counts = dict(reader.search(Search(Everything())).facets["theme"])
    assert {value: count for (value, other), count in pairs.items() if value == other} == counts
    assert all(pairs[b, a] == count for (a, b), count in pairs.items())


def test_similar_records_share_most_of_what_is_rare(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    for entry in entries:
        expected = oracle.similar(entry, entries)
        got = reader.similar(entry.record.id, len(entries))
        assert {other.record.id: score for other, score in got} == pytest.approx(expected, abs=1e-5)
        assert [score for _, score in got] == sorted((s for _, s in got), reverse=True)
        assert reader.similar(entry.record.id, 3) == got[:3]
    with pytest.raises(RecordNotFound):
        reader.similar("没有这个/zone-1", 5)


# Partial hits, order, pages


def test_partial_hits_keep_what_was_not_relaxed(reader: IndexReader) -> None:
    page = reader.search(Search(parse("“三社联动” 党建 火星 -专业").tree, size=50))
    assert page.total == 0
    assert page.partial_total > 0
    for hit in page.hits:
        assert hit.match == "partial"
        texts = oracle.texts(hit.record)
        assert any(oracle.stands_in(text, "三社联动", quoted=True) for text in texts.values())
        assert not any(oracle.stands_in(text, "专业", quoted=True) for text in texts.values())


def test_full_hits_come_before_partial_ones_and_literal_ones_before_words(
    reader: IndexReader,
) -> None:
    page = reader.search(Search(parse("三社联动").tree, size=200))
    assert all(0 < hit.score < 1000 for hit in page.hits)
    kinds = [hit.match for hit in page.hits]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert kinds.count("partial") == page.partial_total > 0
    assert len(page.hits) == page.total + page.partial_total


@pytest.mark.parametrize("sort", SORTS)
def test_pages_joined_are_the_whole(reader: IndexReader, sort: str) -> None:
    whole = reader.search(Search(parse("社区 治理").tree, sort=sort, size=200))
    count = whole.total + whole.partial_total
    joined = []
    for page in range(1, -(-count // 7) + 1):
        joined += ids(reader.search(Search(parse("社区 治理").tree, sort=sort, page=page, size=7)))
    assert joined == ids(whole)
    assert len(set(joined)) == count


def test_a_page_past_the_end_names_the_last(reader: IndexReader) -> None:
    with pytest.raises(PageOutOfRange) as caught:
        reader.search(Search(Everything(), page=999, size=20))
    assert caught.value.last == -(-counted(reader) // 20)


def test_sorting_by_region_follows_the_codes(reader: IndexReader) -> None:
    hits = list(reader.scan(filters=Filters(kind=("zone",)), sort="region"))
    codes = [hit.record.record.region.code for hit in hits if hit.record.record.region]
    assert codes == sorted(codes, key=str)
    assert len(codes) == 31


def test_sorting_by_date_goes_by_the_first_day(varied_reader: IndexReader) -> None:
    """Also of a date that is known to the month or year only; undated records come last."""
    dates = [hit.record.policy.date for hit in varied_reader.scan(sort="date")]
    days = [first_day(date) if date else "" for date in dates]
    assert days == sorted(days, reverse=True)
    assert {4, 7, 10} <= {len(date) for date in dates if date}


def test_source_order_is_document_order(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    expected = [entry.record.id for entry in entries]
    assert ids(reader.search(Search(Everything(), sort="source", size=200))) == expected
    assert [entry.record.id for entry in records(reader)] == expected


def test_the_ids_of_a_policy_are_those_of_its_records_in_order(
    varied_reader: IndexReader, varied: tuple[IndexRecord, ...]
) -> None:
    for policy in by_policy(varied):
        expected = [entry.record.id for entry in policy.records]
        assert list(varied_reader.ids(policy.policy.id)) == expected
    assert list(varied_reader.ids("没有")) == []


def test_records_come_back_as_they_went_in(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    assert tuple(records(reader)) == entries
    assert reader.record(entries[-1].record.id).record == entries[-1]
    assert reader.record(entries[-1].record.id).match is None
    with pytest.raises(RecordNotFound):
        reader.record("没有这个/zone-1")


def test_terms_count_the_records_that_have_them(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    terms = dict(reader.terms("三社"))
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


def counted(reader: IndexReader) -> int:
    (count,) = reader.counts([(Everything(), Filters())])
    return count


def test_a_version_is_there_with_its_commit(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    writer = engine.create("first")
    writer.add(by_policy(entries))
    with pytest.raises(EngineError):
        engine.open("first")
    assert records(writer.flush()) == list(entries)  # its own reader sees it before
    with pytest.raises(EngineError):
        engine.open("first")
    writer.commit(INFO)
    writer.abort()  # too late: it stays
    for _ in range(2):
        opened = engine.open("first")
        assert counted(opened) == len(entries)
        assert opened.info == INFO
        opened.close()
        opened.close()


def test_an_aborted_version_leaves_nothing(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    kept = write(engine, "kept", entries)
    for flushed in (False, True):
        writer = engine.create("given up", "kept")
        writer.delete(entries[0].policy.id)
        if flushed:
            writer.flush()
        writer.abort()
        with pytest.raises(EngineError):
            engine.open("given up")
    assert records(kept) == records(engine.open("kept")) == list(entries)


def test_an_empty_version_answers(make: Make, tmp_path: Path) -> None:
    reader = write(make(tmp_path), "empty")
    page = reader.search(Search(parse("社区").tree))
    assert (page.total, page.partial_total, page.hits) == (0, 0, ())
    assert records(reader) == [] == list(reader.terms())


def test_adding_a_known_policy_replaces_it(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    before = write(engine, "before", entries)
    first = [_altered(entries[0], "火星基地"), _altered(entries[1], "月球基地")]
    second = [*first[:1], _altered(entries[1], "木星基地"), *entries[2:9]]
    after = write(engine, "after", first, second, base="before")
    assert counted(after) == 9
    assert found(after, Phrase("火星基地")) == {entries[0].record.id}
    assert found(after, Phrase("月球基地")) == set()
    assert found(after, Phrase("木星基地")) == {entries[1].record.id}
    assert records(after) == second
    assert records(before) == list(entries)


def test_deleting_a_policy_removes_all_its_records(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
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
    own = entries[0].policy.id
    write(engine, "both", entries, other)
    reader = write(engine, "less", base="both", gone=[own, "没有这个"])
    assert found(reader, Everything()) == {entry.record.id for entry in other}
    facets = reader.search(Search(Everything())).facets
    assert tuple(facets["policy"]) == (("另一文件", len(other)),)
    without = And((Everything(), Not(Phrase("社区"))))
    assert found(reader, without) == {
        entry.record.id for entry in other if not oracle.match(Phrase("社区"), entry)
    }
    writer = engine.create("taken back", "less")
    writer.add(by_policy(entries))
    writer.delete(own)
    writer.commit(INFO)
    assert found(engine.open("taken back"), Everything()) == {entry.record.id for entry in other}


def test_side_data_travels_with_the_version(
    make: Make, tmp_path: Path, entries: tuple[IndexRecord, ...]
) -> None:
    engine = make(tmp_path)
    writer = engine.create("first")
    writer.add(by_policy(entries))
    writer.write("words.json", b"[1]")
    writer.write("book", {"numbers": np.arange(5), "none": np.zeros(0, np.uint8)})
    writer.write("kept", b"as it was")
    writer.commit(INFO)
    first = engine.open("first")
    writer = engine.create("second", "first")
    writer.flush()
    writer.write("words.json", b"[2]")
    writer.commit(INFO)
    second = engine.open("second")
    assert (first.read("words.json"), second.read("words.json")) == (b"[1]", b"[2]")
    assert first.read("kept") == second.read("kept") == b"as it was"
    assert first.read("missing") is None is second.arrays("missing")
    for reader in (first, second):
        book = reader.arrays("book")
        assert book is not None
        assert book["numbers"].tolist() == [0, 1, 2, 3, 4] and len(book["none"]) == 0


def test_several_queries_are_counted_in_one_call(
    reader: IndexReader, entries: tuple[IndexRecord, ...]
) -> None:
    typed = ("三社联动", "社区", "火星", "", "“社区”", "-社区")
    questions = [(parse(text).tree, Filters()) for text in typed]
    questions.append((Everything(), Filters(kind=("zone",))))
    expected = [sum(1 for _ in reader.scan(*question)) for question in questions]
    assert list(reader.counts(questions)) == expected
    assert expected[-1] == 31


def test_a_version_that_is_not_there_is_unavailable(make: Make, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        make(tmp_path).open("gone")
    assert caught.value.hint


def test_threads_get_the_same_answers_as_one(reader: IndexReader) -> None:
    typed = [word for word in queries.WORDS for _ in range(6)]
    random.Random(7).shuffle(typed)

    def answer(text: str) -> tuple[str, list[str], int]:
        page = reader.search(Search(parse(text).tree, size=50))
        return text, ids(page), page.partial_total

    alone = {text: answer(text) for text in queries.WORDS}
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(answer, typed):
            assert result == alone[result[0]]


@pytest.mark.parametrize("query", ["三社联动", "清单", "社区 居民", "居民自治 网格化", "党建引领"])
def test_short_queries_find_titles_before_bodies(reader: IndexReader, query: str) -> None:
    page = reader.search(Search(parse(query).tree, size=200))

    def rank(hit: Ranked) -> tuple[int, int]:
        title = hit.record.record.title
        inside = sum(oracle.stands_in(title, chunk, quoted=False) for chunk in query.split())
        return ["literal", "words", "partial"].index(hit.match or ""), -inside

    ranks = [rank(hit) for hit in page.hits]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
