"""Whole documents: what stands in a file's text is found, wherever its records begin and end.

The texts are the bundled notice and the files of ``tests/data``; what must be found is
said by looking through each text, character by character.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.formats.read import decode_source
from corpus.parsing.notice import parse_document, with_id
from corpus.policy import Policy, Record, Span
from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import Engine, IndexReader, PolicyRecords, Search
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.memory import MemoryEngine
from indexer.query.parser import parse
from indexer.query.tree import Phrase
from indexer.results.model import Filters, IndexRecord
from tests.support import oracle, rewriting
from tests.support.engines import INFO

DATA = Path(__file__).parents[2] / "data"
FOLDERS = (DATA / "cases" / "files", DATA / "notices")
#: A page that holds all hits: documents stand behind all full ones.
EVERYTHING_FOUND = 10_000
#: Files with more text than this make a brute-force scan slow and prove nothing more.
LARGEST = 40_000


@cache
def policies() -> tuple[PolicyRecords, ...]:
    """Every small file that gives a policy, as it is indexed."""
    return tuple(_policies())


@cache
def wholes() -> dict[str, oracle.Whole]:
    """What the oracle reads of each, by the policy's id."""
    return {each.policy.id: oracle.Whole(each.text, each.records) for each in policies()}


def _policies() -> Iterator[PolicyRecords]:
    order = 0
    paths = (path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.is_file())
    for path in paths:
        if path.stat().st_size > LARGEST:
            continue
        try:
            parsed = parse_document(decode_source(path.read_bytes(), path.name))
        except SourceError:
            continue
        parsed = with_id(parsed, str(path.relative_to(DATA)))
        entries = tuple(
            IndexRecord(record, parsed.policy, order + at, {}, ())
            for at, record in enumerate(parsed.records)
        )
        order += len(entries)
        if entries:
            yield PolicyRecords(parsed.policy, entries, parsed.text)


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "embedded": lambda directory: EmbeddedEngine(directory, default_analyzer()),
    "memory": lambda directory: MemoryEngine(default_analyzer()),
}


@pytest.fixture(scope="module", params=ENGINES)
def make(request: pytest.FixtureRequest) -> Callable[[Path], Engine]:
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def reader(
    make: Callable[[Path], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IndexReader]:
    opened = index(make(tmp_path_factory.mktemp("documents")), "all", policies())
    yield opened
    opened.close()


def index(
    engine: Engine, name: str, policies: tuple[PolicyRecords, ...], base: str | None = None
) -> IndexReader:
    writer = engine.create(name, base)
    writer.add(policies)
    writer.commit(INFO)
    return engine.open(name)


def holding(text: str) -> set[str]:
    """The policies in whose text or records it stands, by reading them."""
    tree = Phrase(text)
    return {
        policy_id
        for policy_id, whole in wholes().items()
        if oracle.match_whole(tree, whole) == "literal"
    }


REWRITINGS = (rewriting.traditional, rewriting.full_width, rewriting.punctuated)


def test_the_files_are_of_many_formats() -> None:
    assert len(policies()) > 20
    assert len({Path(each.policy.source).suffix for each in policies()}) > 3


@settings(max_examples=300, deadline=None)
@given(data=st.data(), chance=st.integers(0, 2**32).map(random.Random))
def test_any_substring_of_a_file_is_found_and_nothing_else(
    reader: IndexReader, data: st.DataObject, chance: random.Random
) -> None:
    text = data.draw(st.sampled_from(policies())).text
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : start + data.draw(st.integers(1, 60))].replace('"', " ")
    for rewrite in data.draw(st.lists(st.sampled_from(REWRITINGS), max_size=1)):
        part = rewrite(part, chance).replace('"', " ")
    page = reader.search(Search(Phrase(part), size=EVERYTHING_FOUND))
    got = {hit.record.policy.id for hit in reader.scan(Phrase(part))}
    assert got | {each.policy.id for each in page.documents} == holding(part)


def test_every_boundary_between_two_lines_can_be_crossed(reader: IndexReader) -> None:
    for policy in policies()[:12]:
        lines = [line for line in policy.text.split("\n") if oracle.units(line)]
        for one, other in itertools.pairwise(lines[:40]):
            part = f"{one[-4:]}\n{other[:4]}"
            got = {hit.record.policy.id for hit in reader.scan(Phrase(part))}
            got |= {
                d.policy.id
                for d in reader.search(Search(Phrase(part), size=EVERYTHING_FOUND)).documents
            }
            assert policy.policy.id in got == holding(part), part


def _policy(policy_id: str, order: int, *bodies: str) -> PolicyRecords:
    """A policy with a table's head, and a passage for each of ``bodies``."""
    date = f"{2010 + order // 10}-01-01"
    policy = Policy(policy_id, policy_id, None, "民政部", date, None, None, None, "x", "")
    text, entries = "序号 单位名称\n", []
    for at, body in enumerate(bodies):
        place = (Span(len(text), len(text) + len(body)),)
        name = f"{policy_id}/passage-{at + 1}"
        record = Record(name, "passage", at + 1, "", body, None, None, None, place)
        entries.append(IndexRecord(record, policy, order + at, {}, ()))
        text += body + "\n"
    return PolicyRecords(policy, tuple(entries), text)


FIRST = _policy("甲", 0, "推进网格化管理，", "建设智慧社区2019", "年度计划。")
SECOND = _policy("乙", 10, "网格化与智慧社区。", "单位名称另行通知")
THIRD = _policy("丙", 20, "网格化", "党建")


@pytest.fixture
def three(make: Callable[[Path], Engine], tmp_path: Path) -> Iterator[IndexReader]:
    opened = index(make(tmp_path), "three", (FIRST, SECOND, THIRD))
    yield opened
    opened.close()


def whole(
    reader: IndexReader, query: str, filters: Filters = Filters(), sort: str = "source"
) -> list[str]:
    page = reader.search(Search(parse(query).tree, filters, sort=sort, size=EVERYTHING_FOUND))
    assert page.document_total == len(page.documents)
    return [document.policy.id for document in page.documents]


@pytest.mark.parametrize(
    ("query", "policies"),
    [
        ("“管理建设”", ["甲"]),
        ("“社区2019年度”", ["甲"]),
        ("“9年度”", ["甲"]),
        ("“社区20”", []),  # a record holds it
        ("2019年度", ["甲"]),
        ("19年度", []),  # without quotes a run keeps its edges
        ("“序号单位”", ["甲", "乙", "丙"]),
        ("“单位名称”", ["甲", "丙"]),
        ("网格化 智慧社区", ["甲"]),
        ("网格化 “智慧社区”", ["甲"]),
        ("网格化 党建", ["丙"]),
        ("网格化 -党建", []),
        ("“序号单位” -党建", ["甲", "乙"]),
        ("“序号单位” -“管理建设”", ["乙", "丙"]),
        ("“序号单位” 年:2011", ["乙"]),
        ("“管理建设” OR “网格化党建”", ["甲", "丙"]),
        ("同句:(网格化 智慧社区)", []),
        ("同文件:(“管理建设” “社区2019年度”)", ["甲"]),
        ("内容:“管理建设”", []),
        ("“火星”", []),
    ],
)
def test_what_no_record_holds_is_found_in_the_document(
    three: IndexReader, query: str, policies: list[str]
) -> None:
    assert whole(three, query) == policies


def test_filters_and_orders_hold_for_documents(three: IndexReader) -> None:
    assert whole(three, "“序号单位”", Filters(policy=("乙",))) == ["乙"]
    assert whole(three, "“序号单位”", Filters(date_to="2011-12-31")) == ["甲", "乙"]
    assert whole(three, "“序号单位”", Filters(kind=("zone",))) == []
    assert whole(three, "“序号单位”", sort="date") == ["丙", "乙", "甲"]
    # A record holds it, though the filter leaves that record out.
    assert whole(three, "“智慧社区2019”", Filters(kind=("zone",))) == []


def test_within_one_document_any_record_with_a_clause_is_a_hit(three: IndexReader) -> None:
    hits = {hit.id: hit.match for hit in three.scan(parse("同文件:(网格化 智慧社区)").tree)}
    assert {*hits} == {"甲/passage-1", "甲/passage-2", "乙/passage-1"}
    without = {hit.id for hit in three.scan(parse("同文件:(网格化 -党建)").tree)}
    assert without == {"甲/passage-1", "乙/passage-1"}


def test_a_part_shows_the_lines_and_the_records_on_them(three: IndexReader) -> None:
    (document,) = three.search(Search(Phrase("管理建设"))).documents
    (part,) = document.parts
    assert part.text == "推进网格化管理，\n建设智慧社区2019"
    assert [entry.record.n for entry in part.records] == [1, 2]
    first = three.search(Search(Phrase("序号单位"), sort="source")).documents[0]
    assert [(each.text, each.records) for each in first.parts] == [("序号 单位名称", ())]
    (document,) = three.search(Search(parse("网格化 党建").tree)).documents
    assert [entry.record.n for part in document.parts for entry in part.records] == [1, 2]


def test_documents_stand_between_full_and_partial_hits(three: IndexReader) -> None:
    tree = parse("网格化 智慧社区").tree
    whole_page = three.search(Search(tree, size=EVERYTHING_FOUND))
    assert (whole_page.total, whole_page.document_total) == (1, 1)
    assert whole_page.partial_total >= 2
    seen = []
    for number in range(1, 3 + whole_page.partial_total):
        page = three.search(Search(tree, size=1, page=number))
        seen += [hit.match for hit in page.hits] + ["document" for _ in page.documents]
    assert seen == ["literal", "document", *["partial"] * whole_page.partial_total]


def test_what_is_replaced_or_removed_is_found_no_more(
    make: Callable[[Path], Engine], tmp_path: Path
) -> None:
    engine = make(tmp_path)
    index(engine, "one", (FIRST, SECOND)).close()
    changed = _policy("甲", 0, "推进网格化管理，", "另起一段")
    writer = engine.create("two", "one")
    writer.add([changed, THIRD])
    writer.delete("乙")
    writer.commit(INFO)
    reader = engine.open("two")
    assert whole(reader, "“管理建设”") == []
    assert whole(reader, "“管理另起”") == ["甲"]
    assert whole(reader, "“序号单位”") == ["甲", "丙"]
    assert [part.text for part in reader.parts("甲", Phrase("管理另起"))] == [
        "推进网格化管理，\n另起一段"
    ]
    assert list(reader.parts("乙", Phrase("管理"))) == []
    reader.close()


def test_merged_segments_find_what_one_does(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, default_analyzer())
    name = None
    for at in range(0, len(policies()), 5):
        index(engine, f"v{at}", policies()[at : at + 5], name).close()
        name = f"v{at}"
    assert name is not None
    stepped, once = engine.open(name), index(engine, "once", policies())
    chance = random.Random(1)
    for _ in range(150):
        text = chance.choice(policies()).text
        start = chance.randrange(len(text))
        part = Phrase(text[start : start + chance.randint(1, 30)])
        search = Search(part, sort="source", size=EVERYTHING_FOUND)
        pages = [reader.search(search) for reader in (stepped, once)]
        shown = [[(d.policy.id, d.parts) for d in page.documents] for page in pages]
        assert shown[0] == shown[1], search.tree
        assert pages[0].total == pages[1].total
    stepped.close()
    once.close()
