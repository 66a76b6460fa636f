"""Adding files: what is new is indexed behind what is there, and all of it is the same as anew."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import LibraryError, PolicyNotFound
from corpus.library.ingest import Piped
from corpus.library.journal import Journal
from corpus.library.library import Library
from corpus.library.source_files import SourceFiles
from corpus.parsing.notice import PARSER_VERSION
from indexer.errors import EngineError, IndexBusy
from indexer.request import Request
from indexer.searcher import Searcher
from indexer.versions import ingest as intake_module
from indexer.versions.build import prepare
from indexer.versions.contents import CONTENTS, load_contents
from indexer.versions.ingest import add_paths, examine_paths, remove_policies
from indexer.versions.live import LiveSearcher
from indexer.versions.open import check_index, open_searcher
from indexer.versions.store import IndexStore
from tests.corpus.library.test_library import newer_parser

NUMBER = "民函〔2019〕41号"
METHOD = "# 社区办法\n\n第一条 为了推进三社联动，制定本办法。\n\n第二条 街道负责。\n"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    open_searcher(home).close()
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件夹"
    (folder / "下级").mkdir(parents=True)
    (folder / "办法.md").write_text(METHOD, encoding="utf-8")
    (folder / "下级" / "街道.txt").write_text(
        "街道条例\n\n第一条 街道办事处依法履职。\n", encoding="utf-8"
    )
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "~$办法.docx").write_bytes(b"x")
    return folder


def found(searcher: Searcher, query: str) -> list[str]:
    return [hit.record.record.id for hit in searcher.export(query, sort="source").hits]


def asked(home: Path, query: str) -> list[str]:
    searcher = open_searcher(home)
    try:
        return found(searcher, query)
    finally:
        searcher.close()


def test_a_folder_is_added_but_for_what_cannot_be_read(built: Path, folder: Path) -> None:
    intake = add_paths(built, [folder])
    assert [one.entry.source for one in intake.added] == ["下级/街道.txt", "办法.md"]
    assert [one.name for one in intake.refused] == ["坏.pdf"]
    assert [one.name for one in intake.skipped] == ["~$办法.docx"]
    assert asked(built, "街道办事处依法") == ["街道条例/passage-2"]
    assert check_index(built) == ()
    again = add_paths(built, [folder])
    assert (again.added, again.updated, len(again.unchanged)) == ([], [], 2)


def test_only_what_is_new_is_analysed(
    built: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = IndexStore(built).current()
    assert before is not None
    prepared: list[str] = []

    def watched(*args: Any) -> Any:
        for record in prepare(*args):
            prepared.append(record.policy.id)
            yield record

    monkeypatch.setattr("indexer.versions.build.prepare", watched)
    add_paths(built, [folder / "办法.md"])
    assert {*prepared} == {"社区办法"}
    after = IndexStore(built).current()
    assert after is not None
    shared = [
        name
        for name, digest in before.manifest.files.items()
        if after.manifest.files.get(name) == digest and name.startswith("MAIN_")
    ]
    assert shared  # the segment of the notice is the same file, not written anew
    if os.name != "nt":
        for name in shared:
            assert (before.directory / name).samefile(after.directory / name)


def test_an_index_that_followed_answers_as_one_made_anew(built: Path, folder: Path) -> None:
    add_paths(built, [folder])
    (folder / "办法.md").write_text(METHOD.replace("街道", "三社联动办公室"), encoding="utf-8")
    intake = add_paths(built, [folder])
    assert [one.entry.id for one in intake.updated] == ["社区办法"]
    remove_policies(built, ["街道条例"])
    queries = ("", "三社联动", "街道", "“社区治理”", "标题:办法", "社区 OR 街道")
    followed = [asked(built, query) for query in queries]
    open_searcher(built, rebuild=True).close()
    assert [asked(built, query) for query in queries] == followed
    assert followed[0][-3:] == [f"社区办法/passage-{n}" for n in (1, 2, 3)]


def test_a_changed_file_is_an_update_and_keeps_its_place(built: Path, folder: Path) -> None:
    add_paths(built, [folder / "办法.md"])
    add_paths(built, [folder / "下级" / "街道.txt"])
    (folder / "办法.md").write_text(METHOD.replace("街道", "镇街"), encoding="utf-8")
    intake = add_paths(built, [folder / "办法.md"])
    assert [one.entry.id for one in intake.updated] == ["社区办法"]
    assert [p.id for p in Library.open(built).policies()] == [NUMBER, "社区办法", "街道条例"]
    assert asked(built, "镇街负责") == ["社区办法/passage-3"]
    assert asked(built, "“街道负责”") == []


def test_another_text_under_a_common_name_and_title_is_another_document(
    built: Path, tmp_path: Path
) -> None:
    for name, body in (("甲", "关于清明节放假的安排"), ("乙", "关于防汛工作的安排")):
        lines = "\n\n".join(f"{body}第{n}点{name * n}。" for n in range(1, 9))
        (tmp_path / name).mkdir()
        (tmp_path / name / "通知.txt").write_text(f"通知\n\n{lines}\n", encoding="utf-8")
        add_paths(built, [tmp_path / name])
    assert [p.id for p in Library.open(built).policies()] == [NUMBER, "通知", "通知.2"]


def test_two_texts_of_one_name_and_title_in_one_go_are_two(built: Path, tmp_path: Path) -> None:
    lines = [json.dumps({"title": "决定", "text": f"# 决定\n\n第{n}次。"}) for n in (1, 2, 2)]
    path = tmp_path / "决定.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    intake = add_paths(built, [path])
    assert [one.entry.id for one in intake.added] == ["决定", "决定.2"]
    assert len(intake.unchanged) == 1


def test_what_comes_through_a_pipe(built: Path) -> None:
    intake = add_paths(built, [Piped("管道.md", METHOD.encode())])
    assert [one.entry.source for one in intake.added] == ["管道.md"]


def test_a_dry_run_says_what_would_be_and_writes_nothing(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "没有"
    (folder / "同.md").write_text(METHOD, encoding="utf-8")
    seen = list(examine_paths(home, [folder]))
    assert [getattr(one, "kind", "") for one in seen].count("added") == 2
    assert [getattr(one, "kind", "") for one in seen].count("unchanged") == 1
    assert not home.exists()


def test_removing_is_all_or_nothing(built: Path, folder: Path) -> None:
    add_paths(built, [folder])
    with pytest.raises(PolicyNotFound):
        remove_policies(built, ["社区办法", "没有的"])
    assert asked(built, "标题:办法 OR 街道负责") != []
    remove_policies(built, ["社区办法", NUMBER])
    assert {one.partition("/")[0] for one in asked(built, "")} == {"街道条例"}
    assert check_index(built) == ()


def test_searches_go_on_while_documents_come_and_see_them_after(built: Path, folder: Path) -> None:
    """Whoever asks meanwhile gets the last state, at once; afterwards the new one, by itself."""
    live = LiveSearcher(built)
    seen: list[list[str]] = []

    def ask(outcomes: object) -> None:
        seen.append(asked(built, "街道办事处依法"))  # another process would: both locks are held
        seen.append(found(live.current().searcher, "街道办事处依法"))

    add_paths(built, [folder], on_commit=ask)
    assert seen == [[], []]
    assert found(live.current().searcher, "街道办事处依法") == ["街道条例/passage-2"]


def test_long_jobs_are_searchable_in_parts(
    built: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "_GROUP_DOCUMENTS", 1)
    monkeypatch.setattr(intake_module, "_FEWEST_RECORDS", 0)
    monkeypatch.setattr(intake_module, "_indexed_records", lambda home: 0)
    pointers: list[str] = []

    def see(outcomes: object) -> None:
        pointers.append(IndexStore(built).pointer())

    add_paths(built, [folder], on_commit=see)
    assert len({*pointers}) > 1


def test_a_second_writer_is_told_and_refused(built: Path, folder: Path) -> None:
    waited: list[bool] = []
    with (
        Library.open(built).writing(),
        pytest.raises(LibraryError, match="另一个进程正在写入") as caught,
    ):
        add_paths(built, [folder], wait=0.1, on_wait=lambda: waited.append(True))
    assert "再试" in caught.value.hint
    assert waited == [True]


def test_a_second_writer_waits_for_the_first(built: Path, folder: Path) -> None:
    started, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with Library.open(built).writing():
            started.set()
            go_on.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    started.wait(60)
    intake = add_paths(built, [folder], wait=60, on_wait=go_on.set)
    thread.join()
    assert len(intake.added) == 2


def test_a_full_disk_leaves_what_was_committed(
    built: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "_GROUP_DOCUMENTS", 1)
    append = Journal.append
    room = [1]

    def fill(self: Any, changes: Any) -> Any:
        if not room:
            raise OSError(28, "No space left on device")
        room.pop()
        return append(self, changes)

    with monkeypatch.context() as disk:
        disk.setattr("corpus.library.journal.Journal.append", fill)
        acknowledged: list[str] = []
        with pytest.raises(LibraryError, match="磁盘空间不足") as caught:
            add_paths(
                built,
                [folder],
                on_commit=lambda outcomes: acknowledged.extend(one.entry.id for one in outcomes),
            )
        assert "腾出空间" in caught.value.hint
    assert acknowledged == ["街道条例"]
    assert [p.id for p in Library.open(built).policies()] == [NUMBER, "街道条例"]
    assert [one.entry.id for one in add_paths(built, [folder]).added] == ["社区办法"]
    assert asked(built, "街道办事处依法") == ["街道条例/passage-2"]


def test_an_index_that_cannot_be_written_leaves_the_last_one(
    built: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveSearcher(built)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("indexer.versions.build.build_suggestions", full)
        with pytest.raises(EngineError, match="检索仍用原来的索引"):
            add_paths(built, [folder])
        assert found(live.current().searcher, "三社联动")
        versions = [path.name for path in (built / "index").iterdir() if path.is_dir()]
        assert {*versions} == {live.current().pointer, "readers"}  # nothing half made is left
        with pytest.raises(EngineError, match="已从馆藏中移除，但写入索引失败：磁盘空间不足"):
            remove_policies(built, ["社区办法"])
    assert [p.id for p in Library.open(built).policies()] == [NUMBER, "街道条例"]
    assert asked(built, "街道办事处依法") == ["街道条例/passage-2"]


def test_a_home_of_an_older_parser_that_cannot_be_written_says_why_it_is_slow(
    built: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newer_parser(monkeypatch)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("indexer.versions.store.FileLock", refuse)
    assert asked(built, "三社联动")
    assert "每次启动都要重新识别" in caplog.text and "zhengsou index" in caplog.text


def test_the_index_says_what_it_holds(built: Path, folder: Path) -> None:
    add_paths(built, [folder])
    version = IndexStore(built).current()
    assert version is not None
    contents = load_contents(version.read(CONTENTS))
    assert contents is not None
    assert {*contents.policies} == {NUMBER, "社区办法", "街道条例"}
    assert contents.records == version.manifest.records == len(asked(built, ""))


def test_an_index_that_another_process_writes_is_waited_for_only_where_it_must(
    built: Path, folder: Path
) -> None:
    Library.open(built).add(folder / "办法.md")
    store = IndexStore(built)
    with store.locked():
        assert asked(built, "三社联动 办法") == []  # the last one that is sound
        (built / "dictionary.txt").write_text("镇街办\n", encoding="utf-8")
        with pytest.raises(IndexBusy), store.locked(0.05):
            pass
    assert asked(built, "街道负责") == ["社区办法/passage-3"]


def test_where_no_index_can_be_written_the_last_one_answers(
    built: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Library.open(built).add(folder / "办法.md")
    lock = built / "index" / "lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    assert asked(built, "街道负责") == []
    assert asked(built, "三社联动") != []
    assert any("索引没有更新" in record.message for record in caplog.records)
    lock.rmdir()
    assert asked(built, "街道负责") == ["社区办法/passage-3"]


@pytest.mark.parametrize("work", ["add", "remove"])
def test_a_library_of_an_older_parser_is_written_without_waiting_for_itself(
    built: Path, folder: Path, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(built, [folder])
    for name in ("library", "source_files", "writer"):
        monkeypatch.setattr(f"corpus.library.{name}.PARSER_VERSION", PARSER_VERSION + 1)
    if work == "add":
        add_paths(built, [Piped("新.md", "# 新办法\n\n新内容。\n".encode())])
        assert asked(built, "“新内容”") == ["新办法/passage-2"]
    else:
        remove_policies(built, ["街道条例"])
        assert asked(built, "“街道办事处依法”") == []
    assert Library.open(built).is_current


def test_searching_after_an_upgrade_of_the_parser_says_what_takes_so_long(
    built: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    parsed: list[int] = []
    load = SourceFiles.load
    for name in ("library", "source_files", "writer"):
        monkeypatch.setattr(f"corpus.library.{name}.PARSER_VERSION", PARSER_VERSION + 1)

    def watched(self: SourceFiles, entry: Any) -> Any:
        parsed.append(len(caplog.records))
        return load(self, entry)

    monkeypatch.setattr(SourceFiles, "load", watched)
    assert asked(built, "三社联动") != []
    assert "识别规则" in caplog.records[0].message and "1 份文件" in caplog.records[0].message
    assert 0 not in parsed  # nothing was read anew before that was said


def versions_found(home: Path, query: str) -> list[tuple[str, list[str]]]:
    """The documents found, each with the near-duplicates under it."""
    searcher = open_searcher(home)
    try:
        found = searcher.documents(Request(query))
        assert found.total_documents == searcher.search(query).total_documents
        alone = searcher.documents(Request(query, folded=False))
        assert alone.total_documents == len({e.policy.id for e in alone.grouped})
        return [(each.policy.id, [v.policy.id for v in each.versions]) for each in found.grouped]
    finally:
        searcher.close()


def test_versions_are_folded_as_they_come_and_go(built: Path, folder: Path) -> None:
    articles = "\n\n".join(f"第{n}条 社区服务中心第{n * 7}项工作由街道统筹。" for n in range(1, 30))
    for name, year in (("旧", 2015), ("新", 2020)):
        text = f"# 社区服务条例\n\n{year}年3月1日 某市人民代表大会常务委员会通过\n\n{articles}"
        (folder / f"{name}.md").write_text(text + f"\n\n第三十条 {name}。\n", encoding="utf-8")
    add_paths(built, [folder / "旧.md"])
    assert versions_found(built, "“社区服务中心”") == [("社区服务条例", [])]
    add_paths(built, [folder / "新.md"])
    newest = "社区服务条例.2"
    assert versions_found(built, "“社区服务中心”") == [(newest, ["社区服务条例"])]
    assert versions_found(built, "“第三十条 旧”") == [("社区服务条例", [])]
    assert (built / "library" / "sketches.jsonl").is_file()
    remove_policies(built, [newest])
    assert versions_found(built, "“社区服务中心”") == [("社区服务条例", [])]
    add_paths(built, [folder / "新.md"])
    rebuilt = open_searcher(built, rebuild=True)
    assert [len(e.versions) for e in rebuilt.documents(Request("“社区服务中心”")).grouped] == [1]
    rebuilt.close()
