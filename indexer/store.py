"""Where index versions lie on disk, and how one becomes the current one.

    <home>/index/current              pointer: the name of the current version's directory
    <home>/index/<version>-<random>/  one version: the engine's files and manifest.json
    <home>/index/lock                 held while an index is built

A version is written into a new directory, described by a manifest with the
SHA-256 of every file, flushed to disk, and only then pointed to: one atomic
replacement of a small file, which works where an open, memory-mapped
directory cannot be replaced.  Readers check the manifest before the engine
opens anything, because the engine itself would not notice a flipped byte.
The index is a cache of the library: whatever is wrong here, a rebuild mends.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.files import sync_directory, write_atomically
from indexer.errors import EngineError, IndexDamaged
from indexer.results import IndexInfo

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

    def verify(self, version: Version) -> Iterator[str]:
        """What is wrong with a version's files, one sentence each.

        A file that the manifest does not list is wrong too: the engine might
        read it, and its format can carry code.
        """
        for path in sorted(version.directory.iterdir()):
            listed = path.name == _MANIFEST or path.name in version.manifest.files
            if not listed and not _is_lock(path):
                yield f"索引目录里有清单之外的文件 {path}"
        for name, expected in version.manifest.files.items():
            path = version.directory / name
            try:
                if _sha256(path) != expected:
                    yield f"索引文件 {path} 的内容与清单不符"
            except OSError as error:
                yield f"索引文件 {path} 无法读取：{error.strerror or error}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the build lock; raises :class:`~indexer.errors.EngineError` if it is busy."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=_LOCK_SECONDS)
            with lock:
                yield
        except Timeout as error:
            raise EngineError(
                "另一个进程正在建立索引，等待超时", "请等它完成后再试，或结束那个进程"
            ) from error
        except OSError as error:
            raise EngineError(
                f"无法写入索引目录 {self.root}：{error.strerror or error}",
                "请检查目录权限与磁盘空间；同名的文件请移开；"
                "也可用 --home（环境变量 ZHENGSOU_HOME）指定另一个目录",
            ) from error

    def new_directory(self, version: str) -> Path:
        """An empty directory for a version that is about to be written."""
        directory = self.root / f"{version}-{secrets.token_hex(4)}"
        directory.mkdir(parents=True)
        return directory

    def copy(self, version: Version, name: str) -> Path:
        """A new directory, to be called ``name``, with the files of a version; may raise
        :class:`~indexer.errors.EngineError`."""
        directory = self.new_directory(name)
        try:
            for file in version.manifest.files:
                shutil.copyfile(version.directory / file, directory / file)
        except OSError as error:
            raise EngineError(
                f"复制索引失败：{error.strerror or error}", "请检查磁盘空间与目录权限后再试"
            ) from error
        return directory

    def publish(self, directory: Path, info: IndexInfo, library: str, analysis: str) -> Version:
        """Makes a written version durable, then current; older ones are removed."""
        files = {}
        for path in sorted(directory.iterdir()):
            if path.is_file() and not _is_lock(path):
                files[path.name] = _sha256(path)
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
        manifest = Manifest(
            info.version, info.built_at, info.records, info.stamp, library, files, analysis
        )
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        write_atomically(directory / _MANIFEST, text.encode("utf-8"))
        sync_directory(directory)
        before = self.pointer().strip()
        write_atomically(self._pointer, directory.name.encode("utf-8"))
        # The version before may still answer a request; it goes with the next build.
        self._remove_others({directory.name, before})
        return Version(directory, manifest)

    def _remove_others(self, keep: set[str]) -> None:
        for path in self.root.iterdir():
            if path.is_dir() and path.name not in keep:
                # A version that is still open elsewhere may resist; the next build tries again.
                shutil.rmtree(path, ignore_errors=True)


def _is_lock(path: Path) -> bool:
    return path.name.endswith("LOCK")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
