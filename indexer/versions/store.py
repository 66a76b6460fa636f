"""Where index versions lie on disk, and how one becomes the current one.

    <home>/index/current              pointer: the name of the current version's directory
    <home>/index/<version>-<random>/  one version: the engine's files and manifest.json
    <home>/index/readers/             who has which version open (:mod:`indexer.versions.leases`)
    <home>/index/lock                 held while an index is built

A version is written into a new directory, described by a manifest with the
SHA-256 of every file, flushed to disk, and only then pointed to: one atomic
replacement of a small file, which works where an open, memory-mapped
directory cannot be replaced.  A version that goes on from another one shares
its unchanged files, by hard link where the file system has them; an engine
never writes into a file of an earlier commit, so neither version can change
the other, and the files' hashes are taken over with them.  Readers check the
manifest before the engine opens anything (:mod:`indexer.versions.verification`),
because the engine itself would not notice a flipped byte.
The index is a cache of the library: whatever is wrong here, a rebuild mends.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.files import reason_of, sync_directory, write_atomically
from indexer.errors import EngineError, IndexBusy, IndexDamaged
from indexer.results.model import IndexInfo
from indexer.versions.leases import Lease, Leases
from indexer.versions.verification import (
    STAMP,
    sha256_of,
    signature_of,
    since_of,
    stamp,
    verify_files,
)

_MANIFEST = "manifest.json"
_LOCK_SECONDS = 600
REBUILD_HINT = "请执行 zhengsou index --rebuild 重建索引"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version's directory must hold.

    ``files`` maps file names to SHA-256; ``library`` and ``stamp`` say of
    which content and which analysis the index is made, ``analysis`` the same
    as ``stamp`` but for the themes.
    """

    version: str
    built_at: str
    records: int
    stamp: str
    library: str
    files: dict[str, str]
    analysis: str = ""

    @classmethod
    def loads(cls, text: str) -> Manifest:
        """From JSON; raises ``ValueError``, ``TypeError`` or ``KeyError`` if it is none."""
        manifest = cls(**json.loads(text))
        names = (manifest.version, manifest.built_at, manifest.stamp, manifest.library)
        files = manifest.files
        if not isinstance(manifest.records, int) or not isinstance(files, dict) or not files:
            raise ValueError("no count of records, or no files")
        if not all(isinstance(text, str) for text in (*names, *files, *files.values())):
            raise ValueError("not text")
        return manifest

    @property
    def info(self) -> IndexInfo:
        """What a result says of the index it is from."""
        return IndexInfo(self.version, self.built_at, self.records, self.stamp)


@dataclass(frozen=True, slots=True)
class Version:
    """A version on disk: its directory and manifest."""

    directory: Path
    manifest: Manifest


class IndexStore:
    """The index directory of one home."""

    def __init__(self, home: Path) -> None:
        self.root = home / "index"
        self._pointer = self.root / "current"
        self._leases = Leases(self.root / "readers")

    def pointer(self) -> str:
        """What the pointer says now, empty where there is none: changes with every build."""
        try:
            return self._pointer.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def current(self) -> Version | None:
        """The current version, ``None`` where there is none yet.

        Raises :class:`~indexer.errors.IndexDamaged` where the pointer or the
        manifest cannot be read.  File contents are not looked at.
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
            text = (directory / _MANIFEST).read_text(encoding="utf-8")
            manifest = Manifest.loads(text)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(
                f"索引清单 {directory / _MANIFEST} 无法读取", REBUILD_HINT
            ) from error
        return Version(directory, manifest)

    def verify(self, version: Version, *, in_full: bool = False) -> Iterator[str]:
        """What is wrong with a version's files, one sentence each.

        A file that the manifest does not list is wrong too: the engine might
        read it, and its format can carry code.  With ``in_full`` all content
        is read, however lately it was.
        """
        directory, files = version.directory, version.manifest.files
        for path in sorted(directory.iterdir()):
            listed = path.name in (_MANIFEST, STAMP) or path.name in files
            if not listed and not _is_passing(path):
                yield f"索引目录里有清单之外的文件 {path}"
        manifest = (directory / _MANIFEST).read_bytes()
        yield from verify_files(directory, manifest, files, in_full=in_full)

    def lease(self, version: Version) -> Lease | None:
        """Holds a version, so that it is not removed; ``None`` if it is already."""
        lease = self._leases.take(version.directory.name)
        if (version.directory / _MANIFEST).exists():
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

    def new_directory(self, version: str) -> Path:
        """An empty directory for a version that is about to be written."""
        directory = self.root / f"{version}-{secrets.token_hex(4)}"
        directory.mkdir(parents=True)
        return directory

    def derive(self, version: Version, name: str) -> Path:
        """A new directory, to be called ``name``, that shares the files of a version.

        May raise :class:`~indexer.errors.EngineError`.
        """
        directory = self.new_directory(name)
        try:
            for file in version.manifest.files:
                _share(version.directory / file, directory / file)
        except OSError as error:
            raise EngineError(
                f"复制索引失败：{reason_of(error)}", "请检查磁盘空间与目录权限后再试"
            ) from error
        return directory

    def publish(
        self,
        directory: Path,
        info: IndexInfo,
        library: str,
        analysis: str,
        base: Version | None = None,
    ) -> Version:
        """Makes a written version durable, then current; others that nobody reads are removed.

        Files that are shared with ``base`` are taken over with their hashes.
        """
        files = {}
        for path in sorted(directory.iterdir()):
            if path.is_file() and not _is_passing(path) and path.name != STAMP:
                taken = _taken_over(path, base)
                files[path.name] = taken or sha256_of(path)
                if not taken:
                    with path.open("rb+") as file:
                        os.fsync(file.fileno())
        manifest = Manifest(
            info.version, info.built_at, info.records, info.stamp, library, files, analysis
        )
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode("utf-8")
        write_atomically(directory / _MANIFEST, text)
        sync_directory(directory)
        before = self.pointer().strip()
        write_atomically(self._pointer, directory.name.encode("utf-8"))
        # Who cannot say that it reads the version before may read it all the same.
        self._remove_others({directory.name, before})
        # Removing another name of a file moves its times: the stamp comes last.
        seen = {name: signature_of(directory / name) for name in files}
        stamp(directory, text, seen, (since_of(base.directory) or 0.0) if base else None)
        return Version(directory, manifest)

    def _remove_others(self, keep: set[str]) -> None:
        for path in self.root.iterdir():
            kept = path.name in keep or path.name == "readers" or not path.is_dir()
            if not kept and not self._leases.is_read(path.name):
                # What resists, as open files do on some systems, goes with the next build.
                shutil.rmtree(path, ignore_errors=True)


def _share(source: Path, target: Path) -> None:
    """Gives a file another name, or copies it with its times where that is not possible."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _taken_over(path: Path, base: Version | None) -> str | None:
    """The hash of a file that is as ``base`` has it, ``None`` for any other."""
    expected = base.manifest.files.get(path.name) if base else None
    if base is None or expected is None:
        return None
    ours, theirs = path.stat(), (base.directory / path.name).stat()
    same = (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)
    return expected if same else None


def _is_passing(path: Path) -> bool:
    """Whether a file is a lock, or half of one that is being replaced."""
    return path.name.endswith("LOCK") or path.name.startswith(".")
