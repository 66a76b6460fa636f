"""Index versions on disk: what is wrong is found, and mended by a rebuild."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.versions.live import LiveSearcher
from indexer.versions.open import check_index, open_searcher
from indexer.versions.store import IndexStore

LITERAL = {7, 16, 23, 31}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    open_searcher(tmp_path).close()
    return tmp_path


def directory(home: Path) -> Path:
    version = IndexStore(home).current()
    assert version is not None
    return version.directory


def answers(home: Path) -> set[int]:
    searcher = open_searcher(home)
    try:
        hits = searcher.export("“三社联动”").hits
        return {hit.record.record.n for hit in hits if hit.record.record.kind == "zone"}
    finally:
        searcher.close()


def flip_a_byte(home: Path) -> None:
    path = max(directory(home).iterdir(), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def truncate(home: Path) -> None:
    path = max(directory(home).iterdir(), key=lambda p: p.stat().st_size)
    path.write_bytes(path.read_bytes()[:100])


def remove_a_file(home: Path) -> None:
    next(p for p in directory(home).iterdir() if p.suffix == ".toc").unlink()


def plant_a_file(home: Path) -> None:
    (directory(home) / "_MAIN_99.toc").write_bytes(b"not ours")


def edit_manifest(**changes: object) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        path = directory(home) / "manifest.json"
        data = json.loads(path.read_text(encoding="utf-8")) | changes
        path.write_text(json.dumps(data), encoding="utf-8")

    return damage


def point_elsewhere(home: Path) -> None:
    (home / "index" / "current").write_text("../../etc", encoding="utf-8")


def break_the_manifest(home: Path) -> None:
    (directory(home) / "manifest.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        truncate,
        remove_a_file,
        plant_a_file,
        edit_manifest(files={}),
        edit_manifest(files=[]),
        edit_manifest(records="x"),
        edit_manifest(stamp="another"),
        edit_manifest(library="another"),
        edit_manifest(version=None),
        point_elsewhere,
        break_the_manifest,
    ],
)
def test_damage_is_found_and_mended(built: Path, damage: Callable[[Path], None]) -> None:
    assert check_index(built) == ()
    damage(built)
    problems = check_index(built)
    assert problems
    assert all(problem.message and "zhengsou index" in problem.hint for problem in problems)
    assert answers(built) == LITERAL
    assert check_index(built) == ()


def test_an_open_index_follows_a_rebuild_and_keeps_answering(built: Path) -> None:
    live = LiveSearcher(built)
    first = live.current()
    before = directory(built)
    (built / "dictionary.txt").write_text("四聚式\n", encoding="utf-8")
    open_searcher(built).close()
    assert before.exists()
    # A request that began before the change ends on the version that it began with.
    assert first.searcher.export("三社联动").total == 5
    second = live.current()
    assert second.searcher.info.version != first.searcher.info.version
    assert second.searcher.export("三社联动").total == 5
    assert live.current() is second
    open_searcher(built, rebuild=True).close()
    assert before.exists()  # somebody may still turn its pages
    del first
    gc.collect()
    open_searcher(built, rebuild=True).close()
    assert not before.exists()
    assert live.current().searcher.export("三社联动").total == 5


def test_a_broken_new_state_leaves_the_last_good_one(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveSearcher(built)
    first = live.current()
    open_searcher(built, rebuild=True).close()
    (built / "synonyms.toml").write_text("[[synonym]", encoding="utf-8")
    assert live.current() is first
    assert live.current() is first
    assert [record.message for record in caplog.records if "synonyms.toml" in record.message]
    assert first.searcher.export("三社联动").total == 5
