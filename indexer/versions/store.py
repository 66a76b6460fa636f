"""Which index versions there are, and how one becomes the current one.

    <home>/index/current              pointer: the name of the current version
    <home>/index/<version>-<random>/  one version, as its engine keeps it, with a manifest
    <home>/index/readers/             who has which version open (:mod:`indexer.versions.leases`)
    <home>/index/lock                 held while an index is built

A version is written under a new name and committed there by its engine
(:mod:`indexer.engines.embedded.writer`), and only then pointed to: one atomic
replacement of a small file, which works where an open, memory-mapped directory
cannot be replaced.  The index is a cache of the library: whatever is wrong with
it, a rebuild makes it right.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.files import reason_of, write_atomically
from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Engine
from indexer.engines.embedded.manifest import FILE as MANIFEST
from indexer.engines.embedded.manifest import REBUILD_HINT, Manifest, problems, read_manifest
from indexer.engines.embedded.verification import restamp
from indexer.errors import EngineError, EngineUnavailable, IndexBusy, IndexDamaged
from indexer.versions.engines import open_engine
from indexer.versions.leases import Lease, Leases

_LOCK_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Version:
    """A committed version: where it lies, and what its manifest says."""

    directory: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name that its engine knows it by."""
        return self.directory.name

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(path.stat().st_size for path in self.directory.iterdir() if path.is_file())

    def read(self, name: str) -> bytes | None:
        """Side data, read without opening the index; ``None`` where there is none."""
        try:
            return (self.directory / name).read_bytes()
        except OSError:
            return None


class IndexStore:
    """The index directory of one home."""

    def __init__(self, home: Path) -> None:
        self.root = home / "index"
        self._pointer = self.root / "current"
        self._leases = Leases(self.root / "readers")

    def pointer(self) -> str:
        """What the pointer says now, empty where there is none.  It changes with every build."""
        try:
            return self._pointer.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def current(self) -> Version | None:
        """The current version, ``None`` where there is none yet.

        Raises :class:`~indexer.errors.IndexDamaged` where the pointer or the
        manifest cannot be read.  Files are not compared with it here.
        """
        try:
            name = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"无法读取 {self._pointer}：{error}", REBUILD_HINT) from error
        directory = self.root / name
        if directory.parent != self.root or not name:
            raise IndexDamaged(f"{self._pointer} 的内容不是索引版本名", REBUILD_HINT)
        try:
            return Version(directory, read_manifest(directory))
        except EngineUnavailable as error:
            raise IndexDamaged(
                f"{self._pointer} 所指的索引 {directory} 不在了", REBUILD_HINT
            ) from error

    def engine(self, analyzer: Analyzer) -> Engine:
        """The engine that keeps the versions."""
        return open_engine(str(self.root), analyzer)

    def verify(self, version: Version, *, in_full: bool = False) -> Iterator[str]:
        """What is wrong with a version's files, one sentence each.

        With ``in_full`` all content is read, however lately it was.
        """
        yield from problems(version.directory, version.manifest, in_full=in_full)

    def lease(self, version: Version) -> Lease | None:
        """Holds a version, so that it is not removed; ``None`` if it is already."""
        lease = self._leases.take(version.directory.name)
        if version.read(MANIFEST) is not None:
            return lease
        lease.release()
        return None

    @contextmanager
    def locked(self, wait: float | None = None) -> Iterator[None]:
        """Holds the build lock; raises :class:`~indexer.errors.IndexBusy` after ``wait`` seconds,
        by default ten minutes.

        Raises :class:`~indexer.errors.EngineError` where the index cannot be written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=_LOCK_SECONDS if wait is None else wait)
            with lock:
                yield
        except Timeout as error:
            raise IndexBusy(
                "另一个进程正在建立索引，等待超时", "请等它完成后再试，或结束那个进程"
            ) from error
        except OSError as error:
            raise EngineError(
                f"无法写入索引目录 {self.root}：{reason_of(error)}",
                "请检查目录权限与磁盘空间；同名的文件请移开；"
                "也可用 --home（环境变量 ZHENGSOU_HOME）指定另一个目录",
            ) from error

    def is_read(self, version: Version) -> bool:
        """Whether any process has a version open."""
        return self._leases.is_read(version.name)

    def new_name(self, version: str) -> str:
        """A name that no version has had."""
        return f"{version}-{secrets.token_hex(4)}"

    def publish(self, name: str) -> Version:
        """Makes a committed version the current one; others that no process reads are removed."""
        before = self.pointer().strip()
        write_atomically(self._pointer, name.encode("utf-8"))
        # A process that cannot say that it reads the version before may read it all the same.
        self._remove_others({name, before})
        directory = self.root / name
        # Removing another name of a file moves its times.
        restamp(directory, (directory / MANIFEST).read_bytes())
        return Version(directory, read_manifest(directory))

    def _remove_others(self, keep: set[str]) -> None:
        for path in self.root.iterdir():
            kept = path.name in keep or path.name == "readers" or not path.is_dir()
            if not kept and not self._leases.is_read(path.name):
                # What resists, as open files do on some systems, goes with the next build.
                shutil.rmtree(path, ignore_errors=True)
