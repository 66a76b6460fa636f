"""The array codec: segments, merging, faults, and its face to Whoosh."""

from __future__ import annotations

import gc
import os
import random
import shutil
import weakref
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, query, scoring

from indexer.analysis.analyzer import default_analyzer, literal_texts
from indexer.analysis.batch import RUNS, BulkAnalyzer
from indexer.engines.base import Search
from indexer.engines.embedded import value_counts as valuecounts
from indexer.engines.embedded.codec import writer as writing
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.kernels import numpy as plain
from indexer.engines.embedded.kernels.numpy import build as plain_build
from indexer.engines.embedded.segments.array_file import ArrayFile, ArrayFileError
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS
from indexer.errors import EngineError, IndexDamaged
from indexer.query.parser import parse
from indexer.query.tree import And, Chunk, Everything, Node, Or, Phrase
from indexer.results.model import FACETS, Filters, IndexInfo, IndexRecord
from tests.support import oracle, queries

INFO = IndexInfo("test", "2026-01-01T00:00:00+00:00", 0, "stamp")
RECORDS = tuple(queries.records(random.Random(11), 240))


def _engine(directory: Path) -> EmbeddedEngine:
    return EmbeddedEngine(directory, INFO, default_analyzer())


def _filled(directory: Path, records: tuple[IndexRecord, ...], step: int) -> EmbeddedEngine:
    engine = _engine(directory)
    for start in range(0, len(records), step):
        engine.add(records[start : start + step])
        engine.commit()
    return engine


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    """All records in one segment."""
    engine = _filled(tmp_path_factory.mktemp("whole"), RECORDS, len(RECORDS))
    yield engine
    engine.close()


def _segments(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("*.arr"))


def _fast_answers(engine: EmbeddedEngine, count: int = 60) -> list[object]:
    chance = random.Random(5)
    searches = []
    for _ in range(count):
        tree = parse(queries.query(chance)).tree
        searches.append(Search(tree, queries.filters(chance, RECORDS), size=30))
    return [engine.search(search) for search in searches]


# Analysis in bulk

_TEXTS = st.lists(
    st.text(st.sampled_from("社区治理三联動１２ab+-。，！;\r\n é\u0301②é\u200d㎡"), max_size=20),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150)
@given(texts=_TEXTS)
def test_tokens_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    bulk = BulkAnalyzer(default_analyzer())
    batch = bulk.analyze(texts, plain_build)
    runs, words = bulk.runs, bulk.words
    for at, text in enumerate(texts):
        units = batch.units[batch.unit_starts[at] : batch.unit_starts[at + 1]].tolist()
        assert [chr(u) if u < RUNS else runs[u - RUNS] for u in units] == literal_texts(text)
        numbers = batch.words[batch.word_starts[at] : batch.word_starts[at + 1]].tolist()
        assert [words[n] for n in numbers if n >= 0] == default_analyzer().word_texts(text)


# Segments


def test_merged_segments_answer_as_one_written_at_once(
    whole: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = _filled(tmp_path / "merged", RECORDS, 40)
    monkeypatch.setattr(writing, "MERGE_RATIO", 0)
    apart = _filled(tmp_path / "apart", RECORDS, 40)
    assert len(_segments(tmp_path / "merged")) < len(_segments(tmp_path / "apart")) == 6
    expected = _fast_answers(whole)
    for engine in (merged, apart):
        assert _fast_answers(engine) == expected
        assert list(engine.records()) == list(RECORDS)
        assert dict(engine.terms()) == dict(whole.terms())
        engine.close()


def test_no_segment_grows_beyond_what_memory_is_enough_for(
    whole: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 12_000
    monkeypatch.setattr(writing, "MERGED_UNITS", most)
    engine = _filled(tmp_path, RECORDS, 5)
    views = engine._snapshot_now().segments
    sizes = [sum(len(view.file[f"{group}/units"]) for group in FIELD_SLOTS) for view in views]
    assert most / 2 < max(sizes) <= most < sum(sizes)
    # Neighbours that fit into one segment are one, but for the newest few.
    assert len(sizes) <= 2 * sum(sizes) / most + 3
    assert _fast_answers(engine) == _fast_answers(whole)
    engine.close()


def test_a_buffer_that_is_full_becomes_a_segment(
    whole: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing.RecordWriter.__init__, "__defaults__", (1000,))
    engine = _filled(tmp_path, (*RECORDS[:50], *RECORDS), 1000)
    assert _fast_answers(engine) == _fast_answers(whole)
    engine.close()


def test_deleting_most_of_a_segment_writes_it_anew(tmp_path: Path) -> None:
    engine = _filled(tmp_path, RECORDS, len(RECORDS))
    before = _segments(tmp_path)
    policies = sorted({entry.policy.id for entry in RECORDS})
    for policy in policies[1:]:
        engine.delete(policy)
    engine.commit()
    kept = [entry for entry in RECORDS if entry.policy.id == policies[0]]
    assert _segments(tmp_path) != before
    assert engine.count(Everything(), Filters()) == len(kept)
    assert list(engine.records()) == kept
    engine.close()


def test_a_commit_changes_no_file_that_is_there(tmp_path: Path) -> None:
    """A new version may share files with the old one, which goes on answering."""
    old = _filled(tmp_path / "old", RECORDS[:200], 200)
    old.reassign({RECORDS[0].record.id: {}})
    old.commit()
    expected = _fast_answers(old, 15)
    (tmp_path / "new").mkdir()
    for path in (tmp_path / "old").iterdir():
        if not path.name.endswith("LOCK"):
            os.link(path, tmp_path / "new" / path.name)
    new = _engine(tmp_path / "new")
    new.add(RECORDS[150:])
    new.delete(RECORDS[0].policy.id)
    new.reassign({RECORDS[1].record.id: {}})
    new.commit()
    again = _engine(tmp_path / "old")
    assert _fast_answers(again, 15) == expected == _fast_answers(old, 15)
    for engine in (old, new, again):
        engine.close()


def test_two_engines_see_each_others_commits(tmp_path: Path) -> None:
    one, other = _engine(tmp_path), _engine(tmp_path)
    one.add(RECORDS[:3])
    one.commit()
    assert other.count(Everything(), Filters()) == 3
    one.add(RECORDS[3:4])
    with pytest.raises(EngineError, match="写入"):
        other.add(RECORDS[4:5])
    one.close()
    other.close()


def test_phrases_stand_beyond_the_65535th_unit(tmp_path: Path) -> None:
    body = "街道" * 40_000 + "三社联动。" + "社区" * 300
    entry = replace(RECORDS[0], record=replace(RECORDS[0].record, body=body))
    engine = _engine(tmp_path)
    engine.add([entry])
    engine.commit()
    for typed in ("“三社联动”", "“动。社区社”", "街道社区", "同句:(三社联动 街道)"):
        assert engine.count(parse(typed).tree, Filters()) == 1, typed
    assert engine.count(parse("同句:(三社联动 社区)").tree, Filters()) == 0
    reader = index.open_dir(str(tmp_path)).reader()
    matcher = reader.postings("body_literal", "联")
    assert matcher.value_as("positions") == [80_002]
    # Frequencies beyond a byte.
    assert reader.postings("body_literal", "街").weight() == 40_000
    assert reader.postings("body_pairs", "街 道").weight() == 40_000
    reader.close()
    engine.close()


# The short way


@pytest.mark.parametrize("room", ["numpy", "numba"])
def test_quoted_texts_are_answered_as_the_long_way_does(
    whole: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    monkeypatch.setattr(whole.kernels, "now", plain)
    if room == "numba":
        whole.kernels.load()
    chance = random.Random(9)
    searches = []
    for _ in range(60):
        field = chance.choice(("title", "body", "unit", None))
        text = "".join(chance.sample(queries.WORDS, chance.randint(1, 2)))
        tree = Phrase(text, field, chance.random() < 0.2)
        facets = chance.choice(((), ("theme", "province"), FACETS))
        values = chance.choice((None, 0, 3, 80))
        searches.append(Search(tree, facets=facets, size=7, values=values))
    short = [whole.search(search) for search in searches]
    monkeypatch.setattr("indexer.engines.embedded.engine.phrase_page", lambda *_: None)
    for search, page in zip(searches, short, strict=True):
        other = whole.search(search)
        assert page.total == other.total
        assert [*page.facets.items()] == [*other.facets.items()]
        assert [(hit.record, hit.match) for hit in page.hits] == [
            (hit.record, hit.match) for hit in other.hits
        ]
        scores = [hit.score for hit in other.hits]
        assert [hit.score for hit in page.hits] == pytest.approx(scores, abs=2e-6)
    assert sum(page.total for page in short) > 100


@pytest.mark.parametrize("room", ["numpy", "numba"])
def test_deleted_records_are_in_no_answer(tmp_path: Path, room: str) -> None:
    """Neither as hits nor in counts; two words of every record, by reading all texts."""
    engine = _filled(tmp_path, RECORDS, len(RECORDS))
    if room == "numba":
        engine.kernels.load()
    gone = RECORDS[0].policy.id
    engine.delete(gone)
    engine.commit()
    left = [entry for entry in RECORDS if entry.policy.id != gone]
    words = {e.record.id: sorted({*default_analyzer().word_texts(e.record.body)}) for e in left}
    for pair in {tuple(each[:2]) for each in words.values() if len(each) > 1}:
        for tree in (And(tuple(Chunk(text, "body") for text in pair)), Phrase(pair[0], "body")):
            page = engine.search(Search(tree, size=300, values=64))
            having = [entry for entry in left if oracle.match(tree, entry)]
            full = [hit.id for hit in page.hits if hit.match != "partial"]
            assert {*full} == {entry.record.id for entry in having}
            assert dict(page.facets["policy"]) == Counter(entry.policy.id for entry in having)
            assert page.total == len(having)
    engine.close()


def test_what_was_searched_before_a_commit_is_let_go_at_once(tmp_path: Path) -> None:
    """Or files that nobody reads any more would stay open until the collector runs."""
    engine = _filled(tmp_path, RECORDS[:9], 9)
    engine.search(Search(And((Chunk("社区"), Chunk("治理"))), values=3))
    table = weakref.ref(engine._snapshot.table)
    gc.disable()
    try:
        engine.add(RECORDS[9:])
        engine.commit()
        assert table() is None
    finally:
        gc.enable()
    engine.close()


def test_values_of_facets_are_named_when_somebody_looks_beyond_the_first(
    whole: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = []
    make = valuecounts._pairs
    monkeypatch.setattr(valuecounts, "_pairs", lambda *a: named.append(a) or make(*a))
    monkeypatch.setattr("indexer.engines.embedded.facets.HEAD", 3)
    facets = whole.search(Search(Everything())).facets
    first = {name: pairs[:3] for name, pairs in facets.items()}
    assert not named
    assert first == {name: tuple(pairs)[:3] for name, pairs in facets.items()}
    assert named


@pytest.mark.parametrize("room", ["numpy", "numba"])
def test_pages_over_several_segments_hold_every_hit_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """Many texts that are found equally well, in segments where words are not equally frequent."""
    monkeypatch.setattr(writing, "MERGE_RATIO", 0)
    words = ("社区", "治理", "居民", "数据", "平台")
    bodies = ["，".join(word for at, word in enumerate(words) for _ in range(at + 1))] * 30
    engine = _engine(tmp_path)
    order = list(range(1000))
    random.Random(3).shuffle(order)
    made = 0
    for some in (words, words[::-1], words[2:] + words[:2]):
        others = [word * 3 for at, word in enumerate(some) for _ in range(7 * at + 3)]
        for body in bodies + others:
            made += 1
            record = replace(RECORDS[0].record, id=f"r{made}", title="无", body=body)
            entry = replace(RECORDS[0], record=record, order=order[made])
            engine.add([entry])
        engine.commit()
    assert len(_segments(tmp_path)) == 3
    if room == "numba":
        engine.kernels.load()
    trees = [And(tuple(Chunk(word, "body") for word in words[:size])) for size in range(2, 6)]
    trees += [Or(tree.children) for tree in trees]
    trees += [Phrase(word, "body") for word in words]
    for tree in trees:
        whole = [hit.id for hit in engine.search(Search(tree, size=None)).hits]
        pages = [engine.search(Search(tree, size=20, page=page)) for page in range(1, 6)]
        found = [hit.id for page in pages for hit in page.hits if hit.match != "partial"]
        assert found == whole[: len(found)] and len(found) >= min(90, len(whole))
        assert len({*whole}) == len(whole) >= 90
    engine.close()


# Faults


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_a_truncated_file_is_found_when_it_is_opened(tmp_path: Path, kept: int) -> None:
    _filled(tmp_path, RECORDS[:20], 20).close()
    path = next(tmp_path.glob("*.arr"))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ArrayFileError, match=path.name):
        ArrayFile.open(path)
    with pytest.raises(IndexDamaged, match=path.name) as caught:
        _engine(tmp_path)
    assert "--rebuild" in caught.value.hint


@pytest.mark.parametrize(
    ("head", "said"),
    [(b"PK\x03\x04", "不是本程序的数组文件"), (b"ZSARRAY1", "由另一版本的程序写成")],
)
def test_a_foreign_file_is_found_when_it_is_opened(tmp_path: Path, head: bytes, said: str) -> None:
    _filled(tmp_path, RECORDS[:20], 20).close()
    path = next(tmp_path.glob("*.arr"))
    path.write_bytes(head + path.read_bytes()[len(head) :])
    with pytest.raises(IndexDamaged, match=said) as caught:
        _engine(tmp_path)
    assert "--rebuild" in caught.value.hint


def test_without_numba_everything_is_answered_all_the_same(
    whole: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.engines.embedded.kernels import choice

    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(choice.importlib, "import_module", missing)
    monkeypatch.setattr(choice, "SMALL", 0)
    choice._compiled.cache_clear()
    engine = _filled(tmp_path, RECORDS, 100)
    engine.kernels.load()
    assert choice.name(engine.kernels.now) == "numpy"
    assert _fast_answers(engine, 20) == _fast_answers(whole, 20)
    engine.close()
    choice._compiled.cache_clear()


# Whoosh


def test_whoosh_queries_run_over_the_codec(whole: EmbeddedEngine, tmp_path: Path) -> None:
    """Its own queries, through ordinary matchers, find what ours do."""
    directory = tmp_path / "copy"
    shutil.copytree(whole._directory, directory)
    with index.open_dir(str(directory)).searcher(weighting=scoring.BM25F()) as searcher:

        def ids(asked: query.Query) -> set[str]:
            return {hit["id"] for hit in searcher.search(asked, limit=None)}

        def ours(tree: Node) -> set[str]:
            return {hit.id for hit in whole.search(Search(tree, size=None)).hits}

        def having(field: str, word: str) -> set[str]:
            words = default_analyzer().word_texts
            return {e.record.id for e in RECORDS if word in words(oracle.texts(e)[field])}

        term = query.Term("body_words", "社区")
        other = query.Term("title_words", "党建")
        assert ids(term) == having("body", "社区")
        assert ids(query.And([term, other])) == having("body", "社区") & having("title", "党建")
        assert ids(query.Or([term, other])) == having("body", "社区") | having("title", "党建")
        phrase = query.Phrase("body_literal", list("三社联动"))
        assert ids(phrase) == ours(Phrase("三社联动", "body"))
        assert ids(query.Prefix("body_words", "社区")) >= ids(term)
        everything = ids(query.Every())
        assert everything == {entry.record.id for entry in RECORDS}
        assert ids(query.Not(term)) == everything - ids(term)
        lengths = [searcher.reader().doc_field_length(doc, "body_literal") for doc in range(240)]
        assert lengths == [len(literal_texts(entry.record.body)) for entry in RECORDS]
        assert np.mean(lengths) == pytest.approx(searcher.avg_field_length("body_literal"))
