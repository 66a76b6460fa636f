"""Bringing one's own files, from the command line: what is printed, written and refused."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.program import printed, refused, run
from webapp.commands.shared import progress

NUMBER = "民函〔2019〕41号"
METHOD = "# 社区办法\n\n第一条 为了推进三社联动，制定本办法。\n\n第二条 街道负责。\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("文件")
    (folder / "办法.md").write_text(METHOD, encoding="utf-8")
    (folder / "办法.md.toml").write_text('issuer = "某某市民政局"\n', encoding="utf-8")
    (folder / "重复.md").write_text(METHOD + "\n", encoding="utf-8")
    (folder / "坏.exe").write_bytes(b"MZ\0")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A home to which the folder was added."""
    home = tmp_path_factory.mktemp("家")
    done = run(home, "add", str(folder))
    said, told = done.result, done.said
    assert done.status == 1, told
    assert "没有加入：坏.exe" in told
    assert "加入：社区办法（办法.md，3 条记录）" in said
    assert "疑似重复：“社区办法”与“社区办法.2”内容相同" in said
    assert "加入 2 份" in said
    assert "没有加入 1 个" in said
    return home


def test_what_was_added_is_found(home: Path) -> None:
    found = json.loads(printed(home, "search", "三社联动 街道 OR 街道负责", "--format", "json"))
    assert {hit["policy"]["id"] for hit in found["hits"]} >= {"社区办法", "社区办法.2"}
    assert found["hits"][0]["policy"]["issuer"] in (None, "某某市民政局")


def test_a_count_that_differs_is_said_when_a_file_is_added(tmp_path: Path) -> None:
    text = (
        "某部关于公布31个试点地区名单的通知\n\n2019年5月9日\n\n附件\n\n试点地区名单\n河北省平山县\n"
    )
    (tmp_path / "名单.txt").write_text(text, encoding="utf-8")
    done = run(tmp_path / "家", "add", str(tmp_path / "名单.txt"))
    assert "标题说有31个单位，实际识别出1个" in done.said
    assert "标题说有31个单位，实际识别出1个" in printed(tmp_path / "家", "list", "--problems")


def test_the_same_again_is_skipped(home: Path, folder: Path) -> None:
    done = json.loads(printed(home, "add", str(folder / "办法.md"), "--format", "json"))
    assert [one["id"] for one in done["unchanged"]] == ["社区办法"]
    assert (done["added"], done["updated"], done["refused"]) == ([], [], [])


def test_a_dry_run_shows_what_is_recognised(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "新家"
    done = run(home, "add", str(folder), "--dry-run")
    assert done.status == 1
    said = done.result
    assert "发文机关：某某市民政局（更正文件）" in said
    assert "成文日期：（未识别）" in said
    assert "疑似重复：“社区办法”与“社区办法.2”内容相同" in said
    assert "没有写入任何东西" in said
    assert not home.exists()
    done = run(home, "add", str(folder), "--dry-run", "--format", "json")
    shown = json.loads(done.out)
    assert [one["action"] for one in shown["documents"]] == ["added", "added"]
    assert [one["name"] for one in shown["refused"]] == ["坏.exe"]
    assert [pair["kind"] for pair in shown["near_duplicates"]] == ["同文"]


def test_the_list_names_what_needs_a_look(home: Path) -> None:
    shown = printed(home, "list", "--problems")
    assert NUMBER not in shown
    assert "与“社区办法.2”内容相同" in shown
    assert "没有识别出成文日期" in shown
    rows = json.loads(printed(home, "list", "--format", "json"))["policies"]
    assert [row["id"] for row in rows] == [NUMBER, "社区办法", "社区办法.2"]
    assert rows[0]["problems"] == []


def test_backup_remove_restore(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "备份.zip"
    assert "已备份 3 份文件" in printed(home, "backup", str(archive))
    other = tmp_path / "别家"
    assert "已恢复 3 份文件" in printed(other, "restore", str(archive))
    assert "移除：社区办法.2" in printed(other, "remove", "社区办法.2")
    assert "没有“社区办法.2”" in refused(other, "remove", "社区办法.2", status=1)
    assert "馆藏和索引完好" in printed(other, "check")
    assert json.loads(printed(other, "stats", "--format", "json"))["policies"] == 2
    archive.write_bytes(archive.read_bytes()[:-100])
    assert "没有改动" in refused(other, "restore", str(archive), status=1)


def test_a_home_that_cannot_be_written_answers_and_says_so(home: Path, tmp_path: Path) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("permissions do not bind this user")
    path = tmp_path / "新.md"
    path.write_text("# 新办法\n\n第一条。\n", encoding="utf-8")
    modes = [(each, each.stat().st_mode) for each in [home, *home.rglob("*")] if each.is_dir()]
    try:
        for each, mode in modes:
            each.chmod(mode & ~0o222)
        assert "无法写入" in refused(home, "add", str(path), status=1)
        assert json.loads(printed(home, "search", "街道", "--format", "json"))["total"]
    finally:
        for each, mode in modes:
            each.chmod(mode)


@pytest.mark.skipif(os.name == "nt", reason="the limit on file sizes is POSIX only")
@pytest.mark.parametrize("kibibytes", [8])
def test_a_write_that_fails_midway_leaves_the_last_state(
    tmp_path: Path, kibibytes: int, home: Path, folder: Path
) -> None:
    """A limit on the size of files stands for a disk that gets full."""
    archive = tmp_path / "备份.zip"
    printed(home, "backup", str(archive))
    other = tmp_path / "别家"
    printed(other, "restore", str(archive))
    lines = "\n\n".join(f"第{n}条 社区治理和服务创新第{n}款。" for n in range(400))
    path = tmp_path / "长.md"
    path.write_text(f"# 长办法\n\n{lines}\n", encoding="utf-8")
    with _limited(kibibytes * 1024):
        done = run(other, "add", str(path))
    assert done.status == 1
    assert "磁盘空间不足" in done.said or "写入索引失败" in done.said
    assert "Traceback" not in done.said
    total = json.loads(printed(other, "search", "街道负责", "--format", "json"))["total"]
    assert total == 2
    printed(other, "add", str(path))
    assert "馆藏和索引完好" in printed(other, "check")


@contextmanager
def _limited(size: int) -> Iterator[None]:
    """No file of this process gets longer than ``size`` bytes meanwhile."""
    import resource  # there is none on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Terminal(io.StringIO):
    """Keeps what is written; claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_bar_counts_and_makes_room_for_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with progress.progress_bar() as bar:
        for done in range(7):
            bar("加入文件", done, 4096)
            bar._bar.refresh()
        with bar.aside():
            screen.write("加入：甲\n")
        bar("写入索引", 0, 0)
        bar._bar.refresh()
    frames = re.split(r"[\r\n]", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue()))
    assert any(re.fullmatch(r"加入文件 \S+ +6 / 4,096 份.*还需约 .*秒 *", each) for each in frames)
    assert "加入：甲" in frames, "a line of its own"
    assert any(re.fullmatch(r"写入索引 \S+ *", each) for each in frames), frames


def test_an_update_is_announced_and_can_be_taken_back(tmp_path: Path) -> None:
    home, path = tmp_path / "新家", tmp_path / "通知.txt"
    head = "某县民政局关于互助的通知\n某民发〔2023〕7号\n各乡镇：\n"
    text = f"{head}每月一次。\n某县民政局\n2023年7月1日\n"
    path.write_text(text, encoding="utf-8")
    printed(home, "add", str(path))
    path.write_text(text.replace("每月", "每周").replace("7月1日", "8月2日"), encoding="utf-8")
    shown = printed(home, "add", "--dry-run", str(path))
    assert "更新“某民发〔2023〕7号”（某县民政局关于互助的通知，通知.txt）" in shown
    assert "成文日期：2023-07-01 → 2023-08-02" in shown
    assert "发文机关：某县民政局（正文第 1 行：【某县民政局】关于互助的通知）" in shown
    [document] = json.loads(printed(home, "add", "--dry-run", str(path), "--format", "json"))[
        "documents"
    ]
    assert document["replaces"]["fields"] == [
        {"field": "date", "label": "成文日期", "before": "2023-07-01", "after": "2023-08-02"}
    ]
    assert "更新前的是第 1 个状态" in printed(home, "add", str(path))
    found = json.loads(printed(home, "history", "某民发〔2023〕7号", "--format", "json"))
    assert [(row["n"], row["current"], row["date"]) for row in found["versions"]] == [
        (1, False, "2023-07-01"),
        (2, True, "2023-08-02"),
    ]
    assert "2（现在）" in printed(home, "history", "某民发〔2023〕7号")
    assert "到第 1 个状态" in printed(home, "restore-version", "某民发〔2023〕7号", "1")
    assert json.loads(printed(home, "search", "每月一次", "--format", "json"))["total"] == 1
    assert json.loads(printed(home, "search", "“每周一次”", "--format", "json"))["total"] == 0
    assert "没有第 9 个状态" in refused(home, "restore-version", "某民发〔2023〕7号", "9", status=1)
    assert "没有“没有的”" in refused(home, "history", "没有的", status=1)
    printed(home, "remove", "某民发〔2023〕7号")
    assert "zhengsou restore-version" in printed(home, "history", "某民发〔2023〕7号")
    printed(home, "restore-version", "某民发〔2023〕7号", "2")
    assert json.loads(printed(home, "search", "每周一次", "--format", "json"))["total"] == 1
    assert "馆藏和索引完好" in printed(home, "check")


def test_check_looks_at_the_sources_of_earlier_states(tmp_path: Path) -> None:
    home, path = tmp_path / "新家", tmp_path / "办法.md"
    for body in ("一", "二"):
        path.write_text(f"# 办法\n\n第一条 {body}。\n", encoding="utf-8")
        printed(home, "add", str(path))
    [first, _] = json.loads(printed(home, "history", "办法", "--format", "json"))["versions"]
    (home / "library" / "sources" / f"{first['sha256']}.md").write_bytes(b"x")
    said = refused(home, "check", status=1)
    assert "“办法”第 1 个状态的原始文件已被改动" in said
    printed(home, "remove", "办法", "--forget")
    assert "馆藏和索引完好" in printed(home, "check")
