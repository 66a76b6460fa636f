"""What is compared at each opening, and what may be taken on trust."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.engines.embedded import verification
from indexer.engines.embedded.verification import sha256_of, verify_files
from indexer.versions.leases import Leases

MANIFEST = b"{}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    return tmp_path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose content was read."""
    names: list[str] = []

    def watched(path: Path) -> str:
        names.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(verification, "sha256_of", watched)
    return names


def problems(folder: Path, files: dict[str, str], *, in_full: bool = False) -> list[str]:
    return list(verify_files(folder, MANIFEST, files, in_full=in_full))


@pytest.fixture
def files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(verification, "SMALL_BYTES", 100)  # so that these count as large
    return {name: sha256_of(folder / name) for name in ("a", "b")}


def test_small_versions_are_read_every_time(folder: Path, reads: list[str]) -> None:
    files = {name: sha256_of(folder / name) for name in ("a", "b")}
    assert problems(folder, files) == problems(folder, files) == []
    assert reads == ["a", "b", "a", "b"]


def test_large_ones_are_read_once(folder: Path, files: dict[str, str], reads: list[str]) -> None:
    assert problems(folder, files) == []
    assert reads == ["a", "b"]
    assert problems(folder, files) == []
    assert reads == ["a", "b"]
    assert problems(folder, files, in_full=True) == []
    assert reads == ["a", "b", "a", "b"]


@pytest.mark.parametrize("keep_time", [False, True])
def test_a_flipped_bit_is_found_at_the_next_opening(
    folder: Path, files: dict[str, str], keep_time: bool
) -> None:
    if keep_time and os.name == "nt":
        pytest.skip("the system keeps no time of status change")
    assert problems(folder, files) == []
    status = (folder / "b").stat()
    content = bytearray((folder / "b").read_bytes())
    content[500] ^= 1
    (folder / "b").write_bytes(content)
    if keep_time:
        os.utime(folder / "b", ns=(status.st_atime_ns, status.st_mtime_ns))
    for _ in range(2):
        [problem] = problems(folder, files)
        assert "/b 的内容与清单不符" in problem.replace("\\", "/")


def test_trust_ends_with_the_day_and_with_another_manifest(
    folder: Path, files: dict[str, str], reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(folder, files) == []
    assert list(verify_files(folder, b"other", files, in_full=False)) == []
    assert reads == ["a", "b"] * 2
    monkeypatch.setattr(verification, "TRUSTED_SECONDS", 0)
    assert list(verify_files(folder, b"other", files, in_full=False)) == []
    assert reads == ["a", "b"] * 3


def test_a_broken_stamp_is_worth_nothing(
    folder: Path, files: dict[str, str], reads: list[str]
) -> None:
    for content in ("", "[]", '{"manifest": 1}', '{"files": [], "since": "x"}'):
        (folder / verification.STAMP).write_text(content, encoding="utf-8")
        assert problems(folder, files) == []
    assert reads == ["a", "b"] * 4


def test_a_lease_ends_when_it_is_released_or_forgotten(tmp_path: Path) -> None:
    leases = Leases(tmp_path / "readers")
    assert not leases.is_read("v")
    first, second = leases.take("v"), leases.take("v")
    assert leases.is_read("v")
    assert not leases.is_read("w")
    first.release()
    first.release()
    assert leases.is_read("v")
    del second
    assert not leases.is_read("v")
    assert list((tmp_path / "readers").iterdir()) == []
    (tmp_path / "readers" / "v.1-dead").touch()  # what a killed reader leaves
    assert not leases.is_read("v")
    assert list((tmp_path / "readers").iterdir()) == []
