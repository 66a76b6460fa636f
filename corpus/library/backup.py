"""One file that holds a library, and a library made of such a file.

A backup is a ZIP archive:

    zhengsou-backup.json            format, moment, and size and SHA-256 of every other member
    library/library.json, library.jsonl, sources/…, scans/…
    dictionary.txt, stopwords.txt, synonyms.toml, themes.toml, history/themes/…

Records and the index are left out: they are made again from the sources, the
scans among them with the pages that were recognised.  A
backup is written beside its place, read back and compared, and only then given
its name.

To restore, the archive is checked as a whole before anything is touched: only
names that a backup can have, no member twice, no more bytes than it states
itself and than the disk can hold, every hash right, and the list of policies
readable with every source in it.  Then the library changes places with the one
there is, which stays until that is done (``library.before-restore``); a
restore that is cut off is taken back when the library is next opened.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import re
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from corpus.errors import LibraryError
from corpus.files import make_durable, reason_of, sync_directory
from corpus.library.catalogue import CHANGES, HEAD
from corpus.library.library import LOCK_SECONDS, SET_ASIDE, STAGED, Library, write_lock
from corpus.library.source_files import SourceFiles, cannot_write, scans_folder
from corpus.progress import Progress, silent

MANIFEST = "zhengsou-backup.json"
BACKUP_FORMAT = 1
#: What a home has besides its library, that is the user's own work.
_OWN_FILES = ("dictionary.txt", "stopwords.txt", "synonyms.toml", "themes.toml")
_OWN_FOLDER = "history/themes"
_NAME = re.compile(
    r"library/library\.jsonl?"
    r"|library/sources/[0-9a-f]{64}(\.[0-9a-z]{1,16}){0,2}"
    r"|library/scans/[0-9a-f]{64}/[0-9]{1,6}\.json"
    r"|dictionary\.txt|stopwords\.txt|synonyms\.toml|themes\.toml"
    r"|history/themes/[0-9A-Za-z.-]{1,100}\.toml"
)
_CHUNK = 2**20
_LARGEST_MANIFEST = 2**28
_NOT_OURS = "请换一个由 zhengsou backup 写出的、完好的备份文件；现有的馆藏没有改动"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: when it was made (UTC, ISO 8601), its policies, its size in bytes."""

    path: Path
    made_at: str
    policies: int
    size: int


def write_backup(home: Path, path: Path, *, progress: Progress = silent) -> Backup:
    """Writes the library of ``home`` and the user's word files to ``path``.

    Raises :class:`LibraryError` where the library is damaged or ``path`` cannot
    be written; an older file of that name then stays as it was.
    """
    library = Library.open(home)
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        with _unchanging(home):
            library = Library.open(home)
            made_at = _write(home, library, temporary, progress)
        with zipfile.ZipFile(temporary) as archive:
            for _ in _checked(archive, _manifest(archive), progress, "校验备份"):
                pass
        make_durable(temporary)
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return Backup(path, made_at, len(library), path.stat().st_size)


@contextlib.contextmanager
def _unchanging(home: Path) -> Iterator[None]:
    """Keeps writers out; where nothing at all can be written, there are none."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(write_lock(home, LOCK_SECONDS, lambda: None))
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES):
                raise
        yield


def _write(home: Path, library: Library, path: Path, progress: Progress) -> str:
    members = {name: home / name for name in _own_files(home)}
    members |= {f"library/{name}": home / "library" / name for name in (HEAD, CHANGES)}
    for source in library.source_paths():
        members[f"library/sources/{source.name}"] = source
        members |= _scans(home, source.name.partition(".")[0])
    stated: dict[str, list[Any]] = {}
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, source) in enumerate(members.items(), 1):
            stated[name] = _store(archive, name, source)
            expected = source.name.partition(".")[0]
            if name.startswith("library/sources/") and stated[name][1] != expected:
                raise LibraryError(
                    f"馆藏的原文件“{source}”已被改动，与登记的校验值不符，没有写备份",
                    "请先执行 zhengsou check，从更早的备份恢复这个文件",
                )
            progress("写备份", done, len(members))
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {
            "format": BACKUP_FORMAT,
            "made_at": made_at,
            "policies": len(library),
            "files": stated,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False))
    return made_at


def _own_files(home: Path) -> Iterator[str]:
    yield from (name for name in _OWN_FILES if (home / name).is_file())
    folder = home / _OWN_FOLDER
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _NAME.fullmatch(f"{_OWN_FOLDER}/{file.name}"):
            yield f"{_OWN_FOLDER}/{file.name}"


def _store(archive: zipfile.ZipFile, name: str, source: Path) -> list[Any]:
    """Adds a file; its size and hash."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, archive.open(name, "w", force_zip64=True) as write:
        while chunk := read.read(_CHUNK):
            write.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return [size, digest.hexdigest()]


def restore_backup(home: Path, path: Path, *, progress: Progress = silent) -> Backup:
    """Puts the library of a backup in place of the one in ``home``.

    Raises :class:`LibraryError` where the file is no sound backup or the home
    cannot be written; the library there is then as it was.
    """
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise LibraryError(f"找不到备份文件“{path}”", "请检查路径和文件名是否正确") from None
    except zipfile.BadZipFile:
        raise LibraryError(f"“{path}”不是备份文件，或已损坏", _NOT_OURS) from None
    except OSError as error:
        message = f"无法读取备份文件“{path}”：{reason_of(error)}"
        raise LibraryError(message, "请检查读取权限") from error
    with archive:
        manifest = _manifest(archive)
        try:
            with write_lock(home, LOCK_SECONDS, lambda: None):
                staged = home / f"{STAGED}{secrets.token_hex(8)}"
                try:
                    _stage(archive, manifest, staged, progress)
                    policies = _checked_library(staged)
                    _exchange(home, staged)
                finally:
                    shutil.rmtree(staged, ignore_errors=True)
        except OSError as error:
            raise cannot_write(home, error) from error
    return Backup(path, str(manifest["made_at"]), policies, path.stat().st_size)


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the archive says of itself, compared with the names in it."""
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > _LARGEST_MANIFEST:
            raise _refused("清单过大")
        manifest = json.loads(archive.read(info))
        files, stated = manifest["files"], manifest["format"]
        rows = {str(name): (int(size), str(digest)) for name, (size, digest) in files.items()}
        str(manifest["made_at"])
    except (KeyError, ValueError, TypeError, AttributeError, *_BROKEN) as error:
        raise _refused("没有可以读取的清单") from error
    if stated != BACKUP_FORMAT:
        message = f"备份是更新版本的政搜写的（格式{stated}，本版本只认到{BACKUP_FORMAT}）"
        raise LibraryError(message, "请升级政搜后再恢复")
    names = [info.filename for info in archive.infolist()]
    if len(set(names)) != len(names) or {*names} != {*rows, MANIFEST}:
        raise _refused("清单与内容不符")
    for info in archive.infolist():
        if info.filename == MANIFEST:
            continue
        if not _NAME.fullmatch(info.filename):
            raise _refused(f"有不该有的文件“{info.filename}”")
        if info.file_size != rows[info.filename][0] or info.file_size < 0:
            raise _refused(f"“{info.filename}”的大小与清单不符")
    return {**manifest, "files": rows}


def _scans(home: Path, sha256: str) -> dict[str, Path]:
    """The recognised pages of a source, by their names in the backup."""
    folder = scans_folder(home / "library") / sha256
    pages = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return {f"library/scans/{sha256}/{page.name}": page for page in pages}


#: What reading a damaged member raises; ``OSError``, where it is said to begin before the file.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def _checked(
    archive: zipfile.ZipFile, manifest: dict[str, Any], progress: Progress, message: str
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every member's name and content; raises at its end where that is not as stated."""
    files = manifest["files"]
    for done, (name, (size, digest)) in enumerate(files.items(), 1):
        chunks = _content(archive, name, size, digest)
        yield name, chunks
        for _ in chunks:
            pass  # content that the caller did not read is compared all the same
        progress(message, done, len(files))


def _content(archive: zipfile.ZipFile, name: str, size: int, digest: str) -> Iterator[bytes]:
    actual, read = hashlib.sha256(), 0
    try:
        with archive.open(name) as member:
            while chunk := _bounded(member, size - read):
                actual.update(chunk)
                read += len(chunk)
                yield chunk
    except _BROKEN as error:
        raise _refused(f"“{name}”已损坏") from error
    if read != size or actual.hexdigest() != digest:
        raise _refused(f"“{name}”与清单的校验值不符")


def _bounded(member: IO[bytes], left: int) -> bytes:
    """The next chunk; one byte more than was stated at most, whatever the archive holds."""
    return member.read(min(_CHUNK, left + 1)) if left >= 0 else b""


def _stage(
    archive: zipfile.ZipFile, manifest: dict[str, Any], staged: Path, progress: Progress
) -> None:
    """Writes everything beside the library, compared and durable."""
    needed = sum(size for size, _ in manifest["files"].values())
    staged.mkdir(parents=True)
    if needed > shutil.disk_usage(staged).free:
        raise LibraryError("磁盘空间不足，放不下备份里的馆藏", "请腾出空间；现有的馆藏没有改动")
    folders = {staged}
    for name, chunks in _checked(archive, manifest, progress, "读取备份"):
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        folders |= {target.parent, target.parent.parent}
        with target.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
        make_durable(target)
    for folder in folders:
        sync_directory(folder)


def _checked_library(staged: Path) -> int:
    """How many policies the staged library has; raises where it is not whole."""
    if not (staged / "library" / HEAD).exists():
        raise _refused("里面没有馆藏")
    library = Library.read(staged)
    missing = [path.name for path in library.source_paths() if not path.is_file()]
    if missing:
        raise _refused(f"缺少原文件 {missing[0]}")
    SourceFiles(staged / "library").make()
    return len(library)


def _exchange(home: Path, staged: Path) -> None:
    """Lets the staged library and word files take the places of those there are."""
    root, aside = home / "library", home / SET_ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    if root.exists():
        root.replace(aside)
    try:
        (staged / "library").replace(root)
    except OSError:
        if aside.exists():
            aside.replace(root)
        raise
    sync_directory(home)
    for name in _OWN_FILES:
        if (staged / name).exists():
            (staged / name).replace(home / name)
        else:
            (home / name).unlink(missing_ok=True)
    history = staged / _OWN_FOLDER
    for file in history.iterdir() if history.is_dir() else ():
        (home / _OWN_FOLDER).mkdir(parents=True, exist_ok=True)
        file.replace(home / _OWN_FOLDER / file.name)
    shutil.rmtree(aside, ignore_errors=True)


def _refused(reason: str) -> LibraryError:
    return LibraryError(f"这个备份不能恢复：{reason}", _NOT_OURS)
