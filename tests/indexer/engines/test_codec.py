"""The array codec: segments, merging, faults, and its face to Whoosh."""

from __future__ import annotations

import gc
import json
import os
import random
import weakref
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, query, scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.analysis.analyzer import default_analyzer, literal_texts
from indexer.analysis.batch import RUNS, BulkAnalyzer
from indexer.engines.base import Search
from indexer.engines.embedded import value_counts as valuecounts
from indexer.engines.embedded.codec import segment_writer
from indexer.engines.embedded.codec.schema import make_schema
from indexer.engines.embedded.kernels import numpy as plain
from indexer.engines.embedded.kernels.numpy import build as plain_build
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.engines.embedded.segments.array_file import ArrayFile, ArrayFileError
from indexer.engines.embedded.segments.segment_format import FIELD_SLOTS
from indexer.engines.embedded.verification import sha256_of
from indexer.errors import IndexDamaged
from indexer.query.parser import parse
from indexer.query.tree import And, Chunk, Everything, Node, Or, Phrase
from indexer.results.facets import FACETS, Filters
from indexer.results.record import Evidence, IndexRecord
from tests.support import oracle, queries
from tests.support.engines import embedded, write, write_in_steps

#: Made-up records; no policy reaches over five of them, so they may be added in steps.
RECORDS = tuple(
    replace(entry, policy=replace(entry.policy, id=f"{entry.policy.id}.{n // 5}"))
    for n, entry in enumerate(queries.records(random.Random(11), 240))
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def whole(directory: Path) -> Iterator[EmbeddedReader]:
    """All records in one segment."""
    reader = _filled(directory, RECORDS, len(RECORDS))
    yield reader
    reader.close()


def _filled(directory: Path, records: tuple[IndexRecord, ...], step: int) -> EmbeddedReader:
    """The last of several versions."""
    reader = write_in_steps(embedded(directory), records, step)
    assert isinstance(reader, EmbeddedReader)
    return reader


def _open(directory: Path, name: str) -> EmbeddedReader:
    return embedded(directory).open(name)


def _version(directory: Path, **how: Any) -> EmbeddedReader:
    """A version that is not the first."""
    parts = how.pop("parts", ())
    reader = write(embedded(directory), how.pop("name", "next"), *parts, **how)
    assert isinstance(reader, EmbeddedReader)
    return reader


def _segments(reader: EmbeddedReader) -> list[str]:
    return sorted(path.name for path in reader._directory.glob("*.arr"))


def _fast_answers(reader: EmbeddedReader, count: int = 60) -> list[object]:
    chance = random.Random(5)
    searches = []
    for _ in range(count):
        tree = parse(queries.query(chance)).tree
        searches.append(Search(tree, queries.filters(chance, RECORDS), size=30))
    return [reader.search(search) for search in searches]


def _count(reader: EmbeddedReader, typed: str) -> int:
    return reader.counts([(parse(typed).tree, Filters())])[0]


def _records(reader: EmbeddedReader) -> list[IndexRecord]:
    return [hit.record for hit in reader.scan()]


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
    whole: EmbeddedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = _filled(tmp_path / "merged", RECORDS, 40)
    monkeypatch.setattr(segment_writer, "MERGE_RATIO", 0)
    apart = _filled(tmp_path / "apart", RECORDS, 40)
    assert len(_segments(merged)) < len(_segments(apart)) == 6
    expected = _fast_answers(whole)
    for reader in (merged, apart):
        assert _fast_answers(reader) == expected
        assert _records(reader) == list(RECORDS)
        assert dict(reader.terms()) == dict(whole.terms())
        reader.close()


def test_no_segment_grows_beyond_what_memory_is_enough_for(
    whole: EmbeddedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 12_000
    monkeypatch.setattr(segment_writer, "MERGED_UNITS", most)
    reader = _filled(tmp_path, RECORDS, 5)
    segments = reader._opened.segments
    sizes = [sum(len(each.file[f"{group}/units"]) for group in FIELD_SLOTS) for each in segments]
    assert most / 2 < max(sizes) <= most < sum(sizes)
    # Neighbours that fit into one segment are one, but for the newest few.
    assert len(sizes) <= 2 * sum(sizes) / most + 3
    assert _fast_answers(reader) == _fast_answers(whole)
    reader.close()


def test_a_buffer_that_is_full_becomes_a_segment(
    whole: EmbeddedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_writer, "FLUSH_SIZE", 1000)
    reader = _version(tmp_path, parts=[RECORDS[:50], RECORDS])
    assert _fast_answers(reader) == _fast_answers(whole)
    reader.close()


def test_deleting_most_of_a_segment_writes_it_again(tmp_path: Path) -> None:
    before = _filled(tmp_path, RECORDS, len(RECORDS))
    policies = sorted({entry.policy.id for entry in RECORDS})
    after = _version(tmp_path, base="v0", gone=policies[1:])
    kept = [entry for entry in RECORDS if entry.policy.id == policies[0]]
    assert _segments(after) != _segments(before)
    assert _records(after) == kept
    assert _records(before) == list(RECORDS)
    few = _version(tmp_path, name="few", base="v0", gone=policies[:1])
    assert _segments(few) == _segments(before)
    assert _records(few) == [entry for entry in RECORDS if entry.policy.id != policies[0]]


def test_a_new_version_shares_files_and_changes_none(tmp_path: Path) -> None:
    """The version before goes on answering, open or opened again."""
    write(embedded(tmp_path), "first", RECORDS[:200])
    old = _version(tmp_path, name="old", base="first", themes={RECORDS[0].record.id: {}})
    content = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    expected = _fast_answers(old, 15)
    gone, themes = [RECORDS[0].policy.id], {RECORDS[1].record.id: {}, RECORDS[30].record.id: {}}
    new = _version(
        tmp_path, name="new", parts=[RECORDS[195:]], base="old", gone=gone, themes=themes
    )
    assert {*_segments(old)} < {*_segments(new)}
    if os.name != "nt":
        for name in _segments(old):
            assert (tmp_path / "old" / name).samefile(tmp_path / "new" / name)
    again = _open(tmp_path, "old")
    assert _fast_answers(again, 15) == expected == _fast_answers(old, 15)
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()} == content
    for reader in (old, new, again):
        reader.close()


def test_other_themes_touch_no_posting(tmp_path: Path) -> None:
    before = _filled(tmp_path, RECORDS, len(RECORDS))
    given = {"新议题": (Evidence("body", 0, 2, "社区", "variant:社区"),)}
    after = _version(tmp_path, base="v0", themes={RECORDS[7].record.id: given})
    assert _segments(after) == _segments(before)
    (name,) = _segments(after)
    assert (tmp_path / "v0" / name).read_bytes() == (tmp_path / "next" / name).read_bytes()
    assert after.record(RECORDS[7].record.id).record.themes == given
    found = after.search(Search(Everything(), Filters(theme=("新议题",))))
    assert [hit.id for hit in found.hits] == [RECORDS[7].record.id]
    assert dict(found.facets["theme"])["新议题"] == 1


def test_phrases_stand_beyond_the_65535th_unit(tmp_path: Path) -> None:
    body = "街道" * 40_000 + "三社联动。" + "社区" * 300
    entry = replace(RECORDS[0], record=replace(RECORDS[0].record, body=body))
    reader = _version(tmp_path, parts=[[entry]])
    for typed in ("“三社联动”", "“动。社区社”", "街道社区", "同句:(三社联动 街道)"):
        assert _count(reader, typed) == 1, typed
    assert _count(reader, "同句:(三社联动 社区)") == 0
    of_whoosh = index.open_dir(str(tmp_path / "next")).reader()
    matcher = of_whoosh.postings("body_literal", "联")
    assert matcher.value_as("positions") == [80_002]
    # Frequencies beyond a byte.
    assert of_whoosh.postings("body_literal", "街").weight() == 40_000
    assert of_whoosh.postings("body_pairs", "街 道").weight() == 40_000
    of_whoosh.close()
    reader.close()


# The short way


@pytest.mark.parametrize("package", ["numpy", "numba"])
def test_quoted_texts_are_answered_as_the_long_way_does(
    whole: EmbeddedReader, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr(whole.kernels, "now", plain)
    if package == "numba":
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
    monkeypatch.setattr("indexer.engines.embedded.reader.phrase_page", lambda *_: None)
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


@pytest.mark.parametrize("package", ["numpy", "numba"])
def test_deleted_records_are_in_no_answer(tmp_path: Path, package: str) -> None:
    """Neither as hits nor in counts; two words of every record, by reading all texts."""
    _filled(tmp_path, RECORDS, len(RECORDS))
    policies = sorted({entry.policy.id for entry in RECORDS})[::9]
    reader = _version(tmp_path, base="v0", gone=policies)
    if package == "numba":
        reader.kernels.load()
    left = [entry for entry in RECORDS if entry.policy.id not in policies]
    words = {e.record.id: sorted({*default_analyzer().word_texts(e.record.body)}) for e in left}
    for pair in {tuple(each[:2]) for each in words.values() if len(each) > 1}:
        for tree in (And(tuple(Chunk(text, "body") for text in pair)), Phrase(pair[0], "body")):
            page = reader.search(Search(tree, size=300, values=64))
            having = [entry for entry in left if oracle.match(tree, entry)]
            full = [hit.id for hit in page.hits if hit.match != "partial"]
            assert {*full} == {entry.record.id for entry in having}
            expected = Counter(entry.policy.id for entry in having)
            assert (
                dict(page.facets["policy"]) == dict(expected.most_common(64)) or len(expected) > 64
            )
            assert page.total == len(having)
    reader.close()


def test_what_was_opened_is_let_go_with_its_reader(tmp_path: Path) -> None:
    """Or files that nobody reads any more would stay open until the collector runs."""
    reader = _filled(tmp_path, RECORDS[:10], 10)
    reader.search(Search(And((Chunk("社区"), Chunk("治理"))), values=3))
    table = weakref.ref(reader._opened.table)
    gc.disable()
    try:
        del reader
        assert table() is None
    finally:
        gc.enable()


def test_values_of_facets_are_named_when_somebody_looks_beyond_the_first(
    whole: EmbeddedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = []
    make = valuecounts._columns
    monkeypatch.setattr(valuecounts, "_columns", lambda *a: named.append(a) or make(*a))
    monkeypatch.setattr("indexer.engines.embedded.facets.HEAD", 3)
    facets = whole.search(Search(Everything())).facets
    first = {name: pairs[:3] for name, pairs in facets.items()}
    assert not named
    assert first == {name: tuple(pairs)[:3] for name, pairs in facets.items()}
    assert named


@pytest.mark.parametrize("package", ["numpy", "numba"])
def test_pages_over_several_segments_hold_every_hit_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """Many texts that are found equally well, in segments where words are not equally frequent."""
    monkeypatch.setattr(segment_writer, "MERGE_RATIO", 0)
    words = ("社区", "治理", "居民", "数据", "平台")
    bodies = ["，".join(word for at, word in enumerate(words) for _ in range(at + 1))] * 30
    order = list(range(1000))
    random.Random(3).shuffle(order)
    made = 0
    base: str | None = None
    for some in (words, words[::-1], words[2:] + words[:2]):
        others = [word * 3 for at, word in enumerate(some) for _ in range(7 * at + 3)]
        policy = replace(RECORDS[0].policy, id=f"p{made}")
        entries = []
        for body in bodies + others:
            made += 1
            record = replace(RECORDS[0].record, id=f"r{made}", title="无", body=body)
            entries.append(replace(RECORDS[0], record=record, policy=policy, order=order[made]))
        reader = _version(tmp_path, name=policy.id, parts=[entries], base=base)
        base = policy.id
    assert len(_segments(reader)) == 3
    if package == "numba":
        reader.kernels.load()
    trees = [And(tuple(Chunk(word, "body") for word in words[:size])) for size in range(2, 6)]
    trees += [Or(tree.children) for tree in trees]
    trees += [Phrase(word, "body") for word in words]
    for tree in trees:
        whole = [hit.id for hit in reader.scan(tree, sort="relevance")]
        pages = [reader.search(Search(tree, size=20, page=page)) for page in range(1, 6)]
        found = [hit.id for page in pages for hit in page.hits if hit.match != "partial"]
        assert found == whole[: len(found)] and len(found) >= min(90, len(whole))
        assert len({*whole}) == len(whole) >= 90
    reader.close()


# Faults


def _segment_of(directory: Path) -> Path:
    _filled(directory, RECORDS[:20], 20).close()
    return next((directory / "v0").glob("*.arr"))


def _vouch(directory: Path) -> None:
    """Makes the manifest say what is there, as if the writer had written it so."""
    manifest = directory / "v0" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for name in content["files"]:
        content["files"][name] = sha256_of(directory / "v0" / name)
    manifest.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_a_truncated_file_is_found_when_it_is_opened(tmp_path: Path, kept: int) -> None:
    path = _segment_of(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ArrayFileError, match=path.name):
        ArrayFile.open(path)
    for said in ("内容与清单不符", path.name):
        with pytest.raises(IndexDamaged, match=said) as caught:
            _open(tmp_path, "v0")
        assert "--rebuild" in caught.value.hint
        _vouch(tmp_path)


@pytest.mark.parametrize(
    ("head", "said"),
    [(b"PK\x03\x04", "不是本程序的数组文件"), (b"ZSARRAY1", "由另一版本的程序写成")],
)
def test_a_foreign_file_is_found_when_it_is_opened(tmp_path: Path, head: bytes, said: str) -> None:
    path = _segment_of(tmp_path)
    path.write_bytes(head + path.read_bytes()[len(head) :])
    _vouch(tmp_path)
    with pytest.raises(IndexDamaged, match=said) as caught:
        _open(tmp_path, "v0")
    assert "--rebuild" in caught.value.hint


class _Planted:
    """What runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(os.environ["PLANTED"]),))


def test_no_pickle_is_read_that_the_manifest_does_not_vouch_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a table of contents that was changed nor one that was put beside it."""
    monkeypatch.setenv("PLANTED", str(tmp_path / "planted"))
    _segment_of(tmp_path)
    toc = next((tmp_path / "v0").glob("_MAIN_*.toc"))
    storage = FileStorage(str(tmp_path / "v0"))
    for generation in (2, 1):
        if generation == 1:
            toc.unlink()
        TOC(make_schema(), [_Planted()], generation).write(storage, "MAIN")
        with pytest.raises(IndexDamaged) as caught:
            _open(tmp_path, "v0")
        assert "--rebuild" in caught.value.hint
        with pytest.raises(IndexDamaged):
            embedded(tmp_path).create("next", "v0")
    assert not (tmp_path / "planted").exists()
    TOC.read(storage, "MAIN")  # what it would have done
    assert (tmp_path / "planted").exists()


def test_a_whoosh_index_of_another_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    writer = index.create_in(str(tmp_path / "foreign"), make_schema()).writer()
    writer.commit()
    with pytest.raises(IndexDamaged, match="没有索引清单") as caught:
        _open(tmp_path, "foreign")
    assert "zhengsou index --rebuild" in caught.value.hint


def test_without_numba_everything_is_answered_all_the_same(
    whole: EmbeddedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.engines.embedded.kernels import choice

    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(choice.importlib, "import_module", missing)
    monkeypatch.setattr(choice, "SMALL", 0)
    choice._compiled.cache_clear()
    reader = _filled(tmp_path, RECORDS, 100)
    reader.kernels.load()
    assert choice.name(reader.kernels.now) == "numpy"
    assert _fast_answers(reader, 20) == _fast_answers(whole, 20)
    reader.close()
    choice._compiled.cache_clear()


# Whoosh


def test_whoosh_queries_run_over_the_codec(whole: EmbeddedReader, directory: Path) -> None:
    """Its own queries, through ordinary matchers, find what ours do."""
    opened = index.open_dir(str(directory / "v0"))
    with opened.searcher(weighting=scoring.BM25F()) as searcher:

        def ids(asked: query.Query) -> set[str]:
            return {hit["id"] for hit in searcher.search(asked, limit=None)}

        def ours(tree: Node) -> set[str]:
            return {hit.id for hit in whole.scan(tree)}

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
        of_whoosh = searcher.reader()
        lengths = [of_whoosh.doc_field_length(doc, "body_literal") for doc in range(240)]
        ids_of = [of_whoosh.stored_fields(doc)["id"] for doc in range(240)]
        texts = {entry.record.id: entry.record.body for entry in RECORDS}
        assert lengths == [len(literal_texts(texts[record_id])) for record_id in ids_of]
        assert np.mean(lengths) == pytest.approx(searcher.avg_field_length("body_literal"))
