"""Engines by URL, indexes of other formats, and two versions of the program on one home."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.analysis.analyzer import default_analyzer
from indexer.engines.embedded import manifest as manifests
from indexer.engines.embedded.manifest import FORMAT
from indexer.errors import EngineError, IndexDamaged, IndexForeign
from indexer.searcher import Searcher
from indexer.versions.engines import open_engine
from indexer.versions.live import LiveSearcher
from indexer.versions.open import build_index, check_index, open_searcher
from indexer.versions.store import IndexStore, Version


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://localhost/0", "不认识索引地址“redis://localhost/0”的类型“redis”"),
        ("opensearch+http://localhost:9200/zs", "还不能使用集群上的索引"),
        ("OpenSearch+HTTPS://localhost:9200/zs", "还不能使用集群上的索引"),
        ("http://localhost", "不认识索引地址"),
    ],
)
def test_an_unknown_engine_is_named_with_what_to_do(url: str, said: str) -> None:
    with pytest.raises(EngineError, match=r"索引地址|集群") as caught:
        open_engine(url, default_analyzer())
    assert said in caught.value.message
    assert "目录" in caught.value.hint


def test_a_directory_is_the_embedded_engine(home: Path, searcher: Searcher) -> None:
    root = home / "index"
    name = (root / "current").read_text(encoding="utf-8")
    for url in (str(root), root.as_uri()):
        reader = open_engine(url, default_analyzer()).open(name)
        assert reader.info == searcher.info
        reader.close()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    open_searcher(tmp_path).close()
    return tmp_path


def current(home: Path) -> Version:
    version = IndexStore(home).current()
    assert version is not None
    return version


def rewrite(home: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Changes the manifest as another version of the program would have written it."""
    path = current(home).directory / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def make_older(content: dict[str, object]) -> None:
    for name in ("format", "program"):
        del content[name]
    content["stamp"] = "of an older program"


def make_newer(content: dict[str, object]) -> None:
    content |= {"format": FORMAT + 1, "program": "99.0", "stamp": "x", "shards": ["not known here"]}


def test_an_index_of_the_former_format_is_rebuilt_with_a_message(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rewrite(built, make_older)
    (problem,) = [each for each in check_index(built) if "过时" in each.message]
    assert "较旧版本" in problem.message and "zhengsou index" in problem.hint
    with pytest.raises(IndexDamaged, match="较旧版本的程序写成"):
        IndexStore(built).engine(default_analyzer()).open(current(built).name)
    searcher = open_searcher(built)
    assert searcher.export("“三社联动”").total == 4
    searcher.close()
    (message,) = [each.message for each in caplog.records if "重建" in each.message]
    assert "较旧版本的程序写成" in message
    assert check_index(built) == ()


def test_an_index_of_a_newer_program_is_not_overwritten_unasked(built: Path) -> None:
    rewrite(built, make_newer)
    before = current(built)
    for attempt in (open_searcher, build_index):
        with pytest.raises(IndexForeign, match="较新版本") as caught:
            attempt(built)
        assert "升级本程序" in caught.value.hint and "--rebuild" in caught.value.hint
    assert any("较新版本" in each.message for each in check_index(built))
    assert current(built) == before
    build_index(built, rebuild=True)
    assert check_index(built) == ()


def test_two_versions_of_the_program_do_not_rebuild_each_others_index(
    built: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The one that comes second is told; a server that was first keeps its answers."""
    server = LiveSearcher(built)
    kept = server.current()
    (built / "dictionary.txt").write_text("四聚式\n", encoding="utf-8")  # another stamp
    with monkeypatch.context() as other:
        other.setattr(manifests, "program", lambda: "99.0")
        other.setattr("indexer.versions.open.program", lambda: "99.0")
        with pytest.raises(IndexForeign, match="另一个版本的程序") as caught:
            open_searcher(built)
        assert "停止那个程序" in caught.value.hint and "--home" in caught.value.hint
        assert any("另一个版本的程序" in each.message for each in check_index(built))
        # Where the user insists, it is done all the same, …
        other.setattr("indexer.engines.embedded.writer.program", lambda: "99.0")
        second = open_searcher(built, rebuild=True)
    (built / "dictionary.txt").write_text("四聚式\n五聚式\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert server.current() is kept  # … and the first one does not undo it
    assert any("另一个版本的程序" in each.message for each in caplog.records)
    assert kept.searcher.export("“三社联动”").total == 4
    second.close()


def test_an_upgraded_program_rebuilds_what_nobody_reads(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(built, lambda content: content.update(program="0.0", stamp="another"))
    searcher = open_searcher(built)
    assert searcher.export("“三社联动”").total == 4
    searcher.close()
