"""Backups hold a library whole; what is no sound backup changes nothing."""

from __future__ import annotations

import errno
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import LibraryError
from corpus.library.backup import MANIFEST, restore_backup, write_backup
from corpus.library.library import SET_ASIDE, Library

NUMBER = "民函〔2019〕41号"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two policies, an id that was removed, and a word of the user's own."""
    home = tmp_path / "家"
    library = Library.open(home)
    for name in ("甲", "乙"):
        path = tmp_path / f"{name}.md"
        path.write_text(f"# {name}办法\n\n第一条 {name}。\n", encoding="utf-8")
        library.add(path)
    library.remove("甲办法")
    (home / "dictionary.txt").write_text("四聚式\n", encoding="utf-8")
    return home


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "备份.zip"
    assert write_backup(home, path).policies == 2
    return path


def files(home: Path) -> dict[str, bytes]:
    """All files of a home that are the user's."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def test_what_was_backed_up_comes_back(home: Path, backup: Path, tmp_path: Path) -> None:
    before = Library.open(home)
    other = tmp_path / "另一家"
    Library.open(other).remove(NUMBER)
    (other / "stopwords.txt").write_text("旧\n", encoding="utf-8")
    assert restore_backup(other, backup).policies == 2
    after = Library.open(other)
    assert after.version == before.version
    assert list(after.documents()) == list(before.documents())
    path = tmp_path / "甲.md"
    path.write_text("# 甲办法\n\n另一份。\n", encoding="utf-8")
    assert after.add(path).id == "甲办法.2"  # the removed id is still reserved
    assert (other / "dictionary.txt").read_text(encoding="utf-8") == "四聚式\n"
    assert not (other / "stopwords.txt").exists()
    assert not (other / SET_ASIDE).exists()
    assert [p for p in other.iterdir() if p.name.startswith(".restore")] == []


def test_a_backup_goes_into_a_home_whose_library_is_damaged(home: Path, backup: Path) -> None:
    expected = Library.open(home).version
    (home / "library" / "library.jsonl").write_text("x\n", encoding="utf-8")
    restore_backup(home, backup)
    assert Library.open(home).version == expected


def test_a_library_with_an_altered_source_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "旧备份.zip"
    target.write_bytes(b"older")
    source = Library.open(home).source_path("乙办法")
    source.write_bytes(source.read_bytes() + b" ")
    with pytest.raises(LibraryError, match="已被改动"):
        write_backup(home, target)
    assert target.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Writes an archive anew with other members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def restate(members: dict[str, bytes], name: str, data: bytes) -> None:
    """Puts a member in and states it in the manifest, as somebody hostile would."""
    import hashlib

    members[name] = data
    manifest = json.loads(members[MANIFEST])
    manifest["files"][name] = [len(data), hashlib.sha256(data).hexdigest()]
    members[MANIFEST] = json.dumps(manifest).encode()


def hostile(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: restate(members, name, b"x")


def without_the_list(members: dict[str, bytes]) -> None:
    for name in [*members]:
        if name.startswith("library/library"):
            del members[name]
            manifest = json.loads(members[MANIFEST])
            del manifest["files"][name]
            members[MANIFEST] = json.dumps(manifest).encode()


def without_a_source(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("library/sources/"))
    del members[name]
    manifest = json.loads(members[MANIFEST])
    del manifest["files"][name]
    members[MANIFEST] = json.dumps(manifest).encode()


def altered_source(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("library/sources/"))
    members[name] = members[name][::-1]


def understated(members: dict[str, bytes]) -> None:
    """More in a member than the manifest says."""
    name = next(name for name in members if name.startswith("library/sources/"))
    members[name] += b"0" * 10**6


def newer(members: dict[str, bytes]) -> None:
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | {"format": 9}).encode()


@pytest.mark.parametrize(
    "change",
    [
        hostile("../outside.txt"),
        hostile("/etc/outside.txt"),
        hostile("library/../../outside.txt"),
        hostile("library\\..\\..\\outside.txt"),
        hostile("C:/outside.txt"),
        hostile("library/sources/x.txt"),
        hostile("library/records/" + "0" * 64 + ".jsonl"),
        hostile("index/current"),
        hostile("history/themes/../../outside.toml"),
        hostile("library/sources/" + "0" * 64 + "/deep.txt"),
        without_the_list,
        without_a_source,
        altered_source,
        understated,
        newer,
        lambda members: members.pop(MANIFEST),
        lambda members: members.update({MANIFEST: b"{"}),
        lambda members: members.update({MANIFEST: b'{"format": 1, "files": [], "made_at": ""}'}),
        lambda members: members.update({"extra.txt": b"x"}),
    ],
)
def test_what_is_no_sound_backup_changes_nothing(
    home: Path, backup: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    before = files(home.parent) | {}
    rewrite(backup, change)
    before[backup.relative_to(home.parent).as_posix()] = backup.read_bytes()
    with pytest.raises(LibraryError) as caught:
        restore_backup(home, backup)
    assert caught.value.hint
    assert files(home.parent) == before


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + b"\0" * 100])
def test_another_file_is_no_backup(home: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    before = files(home)
    with pytest.raises(LibraryError, match="备份"):
        restore_backup(home, path)
    with pytest.raises(LibraryError, match="找不到"):
        restore_backup(home, tmp_path / "没有.zip")
    assert files(home) == before


def test_flipped_bits_in_a_backup_are_found(home: Path, backup: Path) -> None:
    before = files(home)
    sound = backup.read_bytes()
    for at in range(0, len(sound), max(1, len(sound) // 60)):
        content = bytearray(sound)
        content[at] ^= 0x10
        backup.write_bytes(content)
        try:
            restore_backup(home, backup)
        except LibraryError:
            assert files(home) == before
        else:  # a bit that says nothing, such as the time of a member
            assert Library.open(home).version
            before = files(home)


def test_a_restore_that_is_cut_off_is_taken_back(
    home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(home)
    library.remove(NUMBER)
    expected = library.version
    replace = Path.replace

    def cut_off(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".restore") and self.name == "library":
            raise KeyboardInterrupt  # as a kill would: nothing is put back
        return replace(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(home, backup)
    assert not (home / "library").exists()
    assert Library.open(home).version == expected
    assert not (home / SET_ASIDE).exists()


def test_a_disk_without_room_is_said(
    home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(home)
    monkeypatch.setattr("corpus.library.backup.make_durable", _full)
    with pytest.raises(LibraryError, match="磁盘空间不足"):
        restore_backup(home, backup)
    with pytest.raises(LibraryError, match="磁盘空间不足"):
        write_backup(home, backup)
    assert files(home) == before


def test_a_home_that_cannot_be_written_can_be_backed_up(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as disk:
        disk.setattr("filelock.FileLock.acquire", read_only)
        assert write_backup(home, tmp_path / "backup.zip").policies
        with pytest.raises(LibraryError, match="文件系统只读"):
            restore_backup(home, tmp_path / "backup.zip")


def _full(path: Path) -> None:
    raise OSError(28, "No space left on device")
