"""The compiled kernels against their twins in plain NumPy, on made-up arrays."""

from __future__ import annotations

import importlib
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.embedded.kernels import numpy as plain
from indexer.engines.embedded.kernels.arguments import (
    Candidates,
    Context,
    OpenPairs,
    PairCover,
    Place,
    PostingLists,
    QueryTerms,
    QueryUnits,
    Runs,
    SegmentTexts,
    TextUnits,
    UnitRanges,
)
from indexer.engines.embedded.kernels.numpy import build as plain_build
from tests.conftest import skip_or_fail

DOCS = 150


def _package(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"indexer.engines.embedded.kernels.{name}")
    except ImportError:
        skip_or_fail("numba cannot be loaded: pip install numba")


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    return _package("numba")


@pytest.fixture(scope="module")
def building() -> ModuleType:
    return _package("numba.build")


seeds = st.integers(0, 2**32).map(np.random.default_rng)


def _texts(chance: np.random.Generator, docs: int = DOCS, terms: int = 9):  # type: ignore[no-untyped-def]
    """Sequences of terms for each key, the fourth slot empty: ``(tokens, starts)``."""
    sizes = chance.integers(0, 9, (docs, 4)) * (chance.random((docs, 4)) < 0.7)
    sizes[:, 3] = 0
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    tokens = chance.integers(0, terms, int(starts[-1])).astype(np.int32)
    return tokens, starts


def _same(one: object, other: object) -> None:
    if isinstance(one, tuple):
        assert isinstance(other, tuple)
        for a, b in zip(one, other, strict=True):
            _same(a, b)
    else:
        np.testing.assert_allclose(one, other, rtol=1e-12)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(chance=seeds)
def test_postings_are_inverted_alike(building: ModuleType, chance: np.random.Generator) -> None:
    tokens, starts = _texts(chance)
    words = np.where(chance.random(len(tokens)) < 0.1, -1, tokens).astype(np.int32)
    grouped = plain_build.group(words, starts, 9)
    _same(building.group(words, starts, 9), grouped)
    _same(building.run_lengths(*(a.copy() for a in grouped)), plain_build.run_lengths(*grouped))
    ender = int(chance.integers(-1, 9))
    pairs = plain_build.group_pairs(tokens, starts, 9, ender)
    _same(building.group_pairs(tokens, starts, 9, ender), pairs)


@settings(max_examples=25)
@given(chance=seeds)
def test_units_are_split_alike(building: ModuleType, chance: np.random.Generator) -> None:
    sizes = chance.integers(0, 12, 30)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    points = chance.integers(0, 20, int(starts[-1])).astype(np.uint32)
    classes = chance.integers(0, 5, 20).astype(np.uint8)

    def split(package: ModuleType):  # type: ignore[no-untyped-def]
        out = np.zeros(len(points), dtype=np.int32)
        out_starts = np.zeros(len(starts), dtype=np.int64)
        runs = np.zeros((len(points), 3), dtype=np.int64)
        made, many = package.split_units(points, starts, classes, out, out_starts, runs, 0x3002)
        return out[:made], out_starts, runs[:many]

    _same(split(building), split(plain_build))


def _lists(chance: np.random.Generator):  # type: ignore[no-untyped-def]
    tokens, starts = _texts(chance)
    keys, places = plain_build.group(tokens, starts, 9)
    keys, freqs, offsets, _ = plain_build.run_lengths(keys, places)
    # Frequencies beyond a byte.
    freqs = np.where(chance.random(len(freqs)) < 0.1, freqs + 300, freqs)
    many = np.flatnonzero(freqs >= 255).astype(np.int64)
    packed = np.minimum(freqs, 255).astype(np.uint8)
    return tokens, starts, keys, packed, many, freqs[many].astype(np.int32), offsets


@settings(max_examples=25)
@given(chance=seeds, slots=st.integers(1, 15), base=st.integers(0, 130))
def test_documents_and_scores_are_found_alike(
    compiled: ModuleType, chance: np.random.Generator, slots: int, base: int
) -> None:
    tokens, starts, keys, freqs, over_at, over_freq, offsets = _lists(chance)
    lo, hi = offsets[2:4].tolist()
    sets = [np.zeros((DOCS + base) // 64 + 1, dtype=np.uint64) for _ in range(2)]
    for package, bits in zip((compiled, plain), sets, strict=True):
        package.set_docs(bits, keys, lo, hi, Place(slots, base))
    _same(*sets)
    docs = plain.docs_of(sets[0])
    _same(compiled.docs_of(sets[0]), docs)
    assert compiled.count_bits(sets[0]) == plain.count_bits(sets[0]) == len(docs)
    asked = np.unique(chance.integers(base, base + DOCS, 60)).astype(np.int32)
    _same(compiled.has_bits(asked, sets[0]), plain.has_bits(asked, sets[0]))
    norm = chance.random(DOCS + base) + 0.5
    scores = [np.zeros(len(asked)) for _ in range(2)]
    marks = [np.zeros(len(asked), dtype=np.int64) for _ in range(2)]
    first, last = (0, len(asked)) if chance.random() < 0.5 else (3, len(asked) - 2)
    sources = chance.integers(0, 2, 9)
    los, his, weights = offsets[:9].copy(), offsets[1:10].copy(), chance.random(9)
    lists = PostingLists(keys, freqs, over_at, over_freq)
    texts = SegmentTexts(lists, lists, TextUnits(tokens, starts))
    terms = QueryTerms(sources, los, his, weights, norm, norm / 2)
    for package, mine, mark in zip((compiled, plain), scores, marks, strict=True):
        package.score_terms(asked, mine, first, last, texts, terms, Place(slots, base))
        package.mark_docs(asked, mark, keys, lo, hi, Place(slots, base))
    _same(*scores)
    _same(*marks)
    _same(*(package.docs_in(keys, lo, hi, Place(slots, base)) for package in (compiled, plain)))
    map_ = np.zeros(DOCS // 64 + 1, dtype=np.uint64)
    plain.set_docs(map_, keys, lo, hi, Place(15, 0))
    shifted = [np.zeros(len(sets[0]), dtype=np.uint64) for _ in range(2)]
    for package, bits in zip((compiled, plain), shifted, strict=True):
        package.or_map(bits, map_, base)
    _same(*shifted)


@settings(max_examples=25)
@given(chance=seeds, slots=st.integers(1, 15), size=st.integers(1, 4))
def test_phrases_and_sentences_are_found_alike(
    compiled: ModuleType, chance: np.random.Generator, slots: int, size: int
) -> None:
    units, starts, keys, *_, offsets = _lists(chance)
    wanted = chance.integers(0, 9, size).astype(np.int32)
    last = wanted + 1
    last[-1] += chance.integers(0, 2)
    exact = [int(unit) for unit in wanted[: size - 1]] or [int(wanted[0])]
    exact.sort(key=lambda unit: offsets[unit + 1] - offsets[unit])
    los, his = offsets[exact].copy(), offsets[np.array(exact) + 1].copy()
    sources = np.ones(len(exact), dtype=np.int64)
    opening = np.unique(chance.integers(0, 9, chance.integers(0, 4))).astype(np.int32)
    texts, ranges = TextUnits(units, starts), UnitRanges(wanted, last, opening)
    arguments = (Candidates(keys, keys, sources, los, his), texts, ranges, slots)
    _same(compiled.phrase(*arguments), plain.phrase(*arguments))
    asked = np.unique(chance.integers(0, DOCS * 4, 90)).astype(np.int32)
    for ender in (-1, 4):
        arguments = (texts, asked, ranges, ender)
        _same(compiled.phrase_sentences(*arguments), plain.phrase_sentences(*arguments))
    codes, positions, places, _ = plain_build.group_pairs(units, starts, 9, -1)
    at = int(chance.integers(0, max(1, len(codes) - 2)))
    if len(codes) > at + 1:
        los, his = places[at : at + 2].copy(), places[at + 1 : at + 3].copy()
        shifts = chance.permutation(3)[:2].astype(np.int64)
        arguments = (PairCover(positions, los, his, shifts), 4, starts, slots)
        _same(compiled.aligned(*arguments), plain.aligned(*arguments))
    words = np.where(chance.random(len(units)) < 0.3, -1, units).astype(np.int32)
    arguments = (words, starts, asked, 2, 4)
    _same(compiled.word_sentences(*arguments), plain.word_sentences(*arguments))


@settings(max_examples=50)
@given(chance=seeds, size=st.integers(1, 4), kind=st.sampled_from([np.int32, np.uint16]))
def test_rows_around_open_pairs_are_found_alike(
    compiled: ModuleType, chance: np.random.Generator, size: int, kind: type
) -> None:
    """And as a scan finds them: where a row stands so that one of its pairs is open."""
    units = np.append(chance.integers(0, 5, 200), 5)
    positions = np.flatnonzero(chance.random(200) < 0.4).astype(np.int32)
    codes = (units[positions] << 32) | units[positions + 1]
    order = np.argsort(codes, kind="stable")
    known, places = np.unique(codes[order], return_index=True)
    pairs = OpenPairs(
        known, np.append(places, len(order)).astype(np.int64), positions[order], units.astype(kind)
    )
    first = chance.integers(0, 5, size).astype(np.int32)
    last = first + 1
    last[-1] += chance.integers(0, 2)
    opening = np.unique(chance.integers(0, 5, chance.integers(0, 4))).astype(np.int32)
    wanted = UnitRanges(first, last, opening)

    def fits(place: int, at: int) -> bool:
        unit = units[place + at]
        if at == 0 and len(opening):
            return unit in opening
        return bool(first[at] <= unit < last[at])

    is_open = np.isin(np.arange(201), positions)
    expected = [
        place
        for place in range(len(units) - size + 1)
        if all(fits(place, at) for at in range(size))
        and is_open[place : place + max(1, size - 1)].any()
    ]
    assert compiled.open_rows(pairs, wanted).tolist() == expected
    assert plain.open_rows(pairs, wanted).tolist() == expected


@settings(max_examples=25)
@given(chance=seeds, many=st.integers(1, 9))
def test_owners_of_documents_are_found_alike(
    compiled: ModuleType, chance: np.random.Generator, many: int
) -> None:
    starts = np.append(0, np.cumsum(chance.integers(1, 150, 12))).astype(np.int64)
    runs = Runs(starts, chance.integers(-1, many, 12).astype(np.int32))
    docs = np.flatnonzero(chance.random(starts[-1]) < 0.01)
    bits = np.zeros(starts[-1] // 64 + 1, dtype=np.uint64)
    np.bitwise_or.at(bits, docs >> 6, np.uint64(1) << (docs & 63).astype(np.uint64))
    owners = runs.owners[np.searchsorted(starts, docs, side="right") - 1]
    expected = np.isin(np.arange(many), owners).tolist()
    for package in (compiled, plain):
        assert package.owners_of(bits, runs, many).tolist() == expected
    none = Runs(np.zeros(1, np.int64), np.zeros(0, np.int32))
    assert not any(package.owners_of(bits, none, many).any() for package in (compiled, plain))


@settings(max_examples=25)
@given(chance=seeds, size=st.integers(1, 70))
def test_the_best_are_the_same(
    compiled: ModuleType, chance: np.random.Generator, size: int
) -> None:
    many = int(chance.integers(1, 90))
    scores = chance.integers(0, 9, many) / 4
    _same(compiled.best(scores, size), plain.best(scores, size))
    keys = chance.integers(0, 3, many).astype(np.int64)
    orders = chance.permutation(2 * many).astype(np.int64)
    docs = np.sort(chance.permutation(2 * many)[:many]).astype(np.int32)
    arguments = (docs, keys, scores, orders, size)
    _same(compiled.top(*arguments), plain.top(*arguments))
    docs = np.unique(chance.integers(0, DOCS, many)).astype(np.int32)
    policies = chance.integers(-1, 9, DOCS).astype(np.int32)
    mine = [chance.integers(0, 9, len(docs)) / 4.0] * 2
    mine = [each.copy() for each in mine]
    for package, each in zip((compiled, plain), mine, strict=True):
        package.score_in_context(docs, each, Context(policies, np.linspace(1, 2, 9), 0.25))
    _same(*mine)


@settings(max_examples=25)
@given(chance=seeds, size=st.integers(1, 4))
def test_the_best_of_runs_are_the_best_of_each(
    compiled: ModuleType, chance: np.random.Generator, size: int
) -> None:
    starts = np.append(0, np.cumsum(chance.integers(1, 9, 6))).astype(np.int64)
    many = int(starts[-1])
    scores, keys = chance.integers(0, 9, many) / 4, chance.integers(0, 3, many).astype(np.int64)
    docs, orders = np.arange(many, dtype=np.int32), chance.permutation(many).astype(np.int64)
    runs = np.stack([starts[:-1], starts[1:]], axis=1)[chance.permutation(6)[:4]]
    expected = []
    for begin, end in runs.tolist():
        best = plain.top(docs[begin:end], keys[begin:end], scores[begin:end], orders, size).tolist()
        expected += [begin + each for each in best] + [-1] * (size - len(best))
    for package in (compiled, plain):
        found = package.top_of_runs(docs, keys, scores, orders, runs, size)
        assert found.tolist() == expected
    own = [slice(begin, end) for begin, end in pairwise(starts)]
    sums = tuple(
        np.array([gather(values[each]) for each in own])
        for gather, values in ((np.max, keys), (np.max, scores), (np.sum, scores))
    )
    for package in (compiled, plain):
        _same(package.sum_runs(keys, scores, starts), sums)


@settings(max_examples=25)
@given(chance=seeds)
def test_units_are_scored_alike(compiled: ModuleType, chance: np.random.Generator) -> None:
    units, starts = _texts(chance)
    docs = np.unique(chance.integers(7, 7 + DOCS, 40)).astype(np.int32)
    chosen = np.unique(chance.integers(0, len(docs), 20)).astype(np.int64)
    ids = np.array([1, 4, -1, 5], dtype=np.int32)
    norm, weights = chance.random(DOCS + 7) + 0.5, np.array([1.0, 2.0, 9.0, 0.5])
    found = []
    for package in (compiled, plain):
        scores = np.arange(len(docs)) % 3.0
        asked = QueryUnits(ids, 9, weights, norm)
        package.score_units(docs, scores, chosen, TextUnits(units, starts), asked, Place(5, 7))
        found.append(scores)
    _same(*found)


@settings(max_examples=25)
@given(chance=seeds, head=st.integers(0, 6))
def test_facets_are_counted_alike(
    compiled: ModuleType, chance: np.random.Generator, head: int
) -> None:
    """Exactly, the ``head`` most frequent values first and in order."""
    values, starts = _texts(chance)
    rows = starts[::4].copy()
    docs = np.unique(chance.integers(0, DOCS, 40)).astype(np.int32)
    single = chance.integers(-1, 4, (DOCS, 3)).astype(np.int32)
    listed, column = Counter[int](), Counter[int](single[docs, 1].tolist())
    del column[-1]
    for doc in docs.tolist():
        listed.update(values[rows[doc] : rows[doc + 1]].tolist())
    for package in (compiled, plain):
        for counted, expected in (
            (package.count_list(docs, rows, values, 9, head), listed),
            (package.count_column(docs, single, 1, 4, head), column),
        ):
            assert {each % (1 << 28): (1 << 28) - (each >> 28) for each in counted.tolist()} == (
                dict(expected)
            )
            assert counted[:head].tolist() == np.sort(counted)[:head].tolist()
        groups = np.sort(chance.integers(0, 12, len(docs))).astype(np.int32)
        once = {
            (int(g), int(v))
            for g, d in zip(groups, docs, strict=True)
            for v in values[rows[d] : rows[d + 1]]
        }
        alone = {(int(g), int(single[d, 1])) for g, d in zip(groups, docs, strict=True)}
        for counted, pairs in (
            (package.count_grouped_list(docs, groups, rows, values, 9, head), once),
            (package.count_grouped_column(docs, groups, single, 1, 4, head), alone),
        ):
            assert {each % (1 << 28): (1 << 28) - (each >> 28) for each in counted.tolist()} == (
                dict(Counter(value for _, value in pairs if value >= 0))
            )
            assert counted[:head].tolist() == np.sort(counted)[:head].tolist()


@settings(max_examples=25)
@given(chance=seeds, head=st.integers(0, 6))
def test_values_of_further_rows_are_added_alike(
    compiled: ModuleType, chance: np.random.Generator, head: int
) -> None:
    starts = np.append(0, np.cumsum(chance.integers(0, 5, 12))).astype(np.int64)
    codes = np.concatenate([chance.permutation(9)[:size] for size in np.diff(starts)])
    codes = codes.astype(np.int32)
    counts = Counter({value: int(chance.integers(1, 9)) for value in chance.permutation(9)[:4]})
    counted = np.array([(1 << 28) - n << 28 | value for value, n in counts.items()], np.int64)
    rows = chance.permutation(12)[:5].astype(np.int64)
    for row in rows:
        counts.update(codes[starts[row] : starts[row + 1]].tolist())
    for package in (compiled, plain):
        found = package.count_further(counted, rows, starts, codes, 9, head)
        assert {each % (1 << 28): (1 << 28) - (each >> 28) for each in found.tolist()} == counts
        assert found[:head].tolist() == np.sort(found)[:head].tolist()


def test_where_numba_is_switched_off_the_plain_kernels_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from indexer.engines.embedded.kernels import choice

    monkeypatch.setenv("ZHENGSOU_NO_NUMBA", "1")
    choice._compiled.cache_clear()
    kernels = choice.Kernels()
    kernels.load()
    assert choice.name(kernels.now) == "numpy"
    assert choice.name(choice.for_building(10**9)) == "build"
    choice._compiled.cache_clear()


def test_machine_code_is_kept_under_all_it_is_made_of(
    building: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.engines.embedded.kernels.numba import machine_code

    sources = tmp_path / "kernels"
    shutil.copytree(Path(machine_code.__file__).parent, sources)
    monkeypatch.setattr(machine_code, "__file__", str(sources / "machine_code.py"))

    def kept(directory: Path) -> str:
        """Where it is kept, empty where it is not."""
        monkeypatch.setattr(machine_code._settings, "CACHE_DIR", str(directory))
        return machine_code.keep_apart_by_sources() or ""

    before = kept(tmp_path / "cache")
    assert Path(before).is_dir() and kept(tmp_path / "cache") == before
    with (sources / "parts.py").open("a") as part:
        part.write("# changed\n")
    assert kept(tmp_path / "cache") not in ("", before)
    file = tmp_path / "file"
    file.touch()
    assert not kept(file)


@pytest.mark.parametrize(
    ("kept", "said"), [("/cache", "以后直接使用编译好的"), (None, "NUMBA_CACHE_DIR")]
)
def test_who_waits_for_the_compiler_is_told_whether_it_is_for_once(
    compiled: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kept: str | None,
    said: str,
) -> None:
    from indexer.engines.embedded.kernels import choice

    monkeypatch.setattr("indexer.engines.embedded.kernels.numba.types.KEPT_IN", kept)
    choice._tell_of_compiling.__wrapped__()
    assert said in caplog.text


@settings(max_examples=25)
@given(chance=seeds, candidates=st.integers(1, 60))
def test_all_steps_of_ranking_at_once_are_those_one_by_one(
    compiled: ModuleType, chance: np.random.Generator, candidates: int
) -> None:
    tokens, starts, keys, *rest, offsets = _lists(chance)
    lists = PostingLists(keys, *rest)
    texts = SegmentTexts(lists, lists, TextUnits(tokens, starts))
    norm = chance.random(DOCS) + 0.5
    sources, weights = chance.integers(0, 2, 9), chance.random(9)
    terms = QueryTerms(sources, offsets[:9].copy(), offsets[1:10].copy(), weights, norm, norm)
    numbers = np.array([1, 4, -1], dtype=np.int32)[: chance.integers(0, 4)]
    units = QueryUnits(numbers, 9, chance.random(len(numbers)), norm)
    context = Context(chance.integers(-1, 9, DOCS).astype(np.int32), np.linspace(1, 2, 9), 0.25)
    docs, place = np.unique(chance.integers(0, DOCS, 60)).astype(np.int32), Place(7, 0)
    expected = np.zeros(len(docs))
    plain.score_terms(docs, expected, 0, len(docs), texts, terms, place)
    chosen = plain.best(expected, candidates)
    plain.score_units(docs, expected, chosen, texts.units, units, place)
    plain.score_in_context(docs, expected, context)
    for package in (compiled, plain):
        scores = np.zeros(len(docs))
        package.rank(docs, scores, texts, terms, units, place, candidates, context)
        _same(scores, expected)


@settings(max_examples=25)
@given(chance=seeds)
def test_products_are_alike_and_exact(compiled: ModuleType, chance: np.random.Generator) -> None:
    many, width = int(chance.integers(1, 1200)), int(chance.integers(1, 400))
    rows = chance.integers(-127, 128, (many, width), dtype=np.int8)
    query = chance.integers(-127, 128, width).astype(np.int16)
    first, last = sorted(chance.integers(0, many + 1, 2).tolist())
    expected = np.full(many, 7, np.int32)
    expected[first:last] = rows[first:last].astype(np.int64) @ query.astype(np.int64)
    for kernels in (plain, compiled):
        out = np.full(many, 7, np.int32)
        kernels.products(rows, query, out, first, last)
        np.testing.assert_array_equal(out, expected)
