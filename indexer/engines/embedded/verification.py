"""Are an index version's files what its manifest says?

The engine would not notice a flipped byte, so files are compared with their
SHA-256 before it opens them.  Reading gigabytes each time a command starts
would cost more than the search; so where a version is large, a file counts as
read while all of this holds:

- its content was compared less than :data:`TRUSTED_SECONDS` ago,
- since then its inode, size, time of change and (where the system keeps one)
  time of status change are the same: every write through the file system,
  by whatever program and with whatever time set afterwards, moves one of them,
- the manifest is the same one.

What this leaves open is decay of the medium beneath the file system, which
moves no time: it is found at the first opening of each day, and at any time by
``zhengsou check``, which always reads everything.  Versions up to
:data:`SMALL_BYTES` are read in full every time.  The stamp
(``verified.json`` beside the manifest) saves time and gives no security:
a program that can write it can write the index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpus.files import reason_of, write_atomically

STAMP = "verified.json"
#: Up to this size all content is compared at each opening: about 0.05 s.
SMALL_BYTES = 64 * 2**20
#: How long a comparison of the content holds for files that were not written since.
TRUSTED_SECONDS = 24 * 60 * 60

#: Inode, size, time of change, time of status change; in bytes and nanoseconds.
Signature = list[int]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex; raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def signature_of(path: Path) -> Signature:
    """What moves when a file is written; raises ``OSError``."""
    status = path.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def verify_files(
    directory: Path, manifest: bytes, files: Mapping[str, str], *, in_full: bool
) -> Iterator[str]:
    """What is wrong with ``files`` (name → SHA-256), one sentence each.

    With ``in_full`` nothing is taken on trust.
    """
    known = {} if in_full else _trusted(directory, manifest)
    seen: dict[str, Signature] = {}
    read = False
    for name, expected in files.items():
        path = directory / name
        try:
            signature = signature_of(path)
            if known.get(name) != signature:
                read = True
                if sha256_of(path) != expected:
                    yield f"索引文件 {path} 的内容与清单不符"
                    continue
            seen[name] = signature
        except OSError as error:
            yield f"索引文件 {path} 无法读取：{reason_of(error)}"
    if read and len(seen) == len(files):
        # Only a comparison of everything begins a new term; else a trickle of new
        # files would put off reading the old ones for ever.
        since = None if not known else _since(directory)
        stamp(directory, manifest, seen, since)


def stamp(
    directory: Path, manifest: bytes, seen: Mapping[str, Signature], since: float | None = None
) -> None:
    """Notes that the files of these signatures were compared, now or ``since``."""
    if sum(size for _, size, _, _ in seen.values()) <= SMALL_BYTES:
        return
    content = {
        "manifest": hashlib.sha256(manifest).hexdigest(),
        "since": time.time() if since is None else since,
        "files": seen,
    }
    with contextlib.suppress(OSError):  # where it cannot be written, all is read each time
        write_atomically(directory / STAMP, json.dumps(content).encode("ascii"), durable=False)


def restamp(directory: Path, manifest: bytes) -> None:
    """Notes the signatures again, after what moves them but changes no content."""
    content = _read(directory)
    files = content.get("files")
    if content.get("manifest") == hashlib.sha256(manifest).hexdigest() and isinstance(files, dict):
        with contextlib.suppress(OSError):
            seen = {name: signature_of(directory / name) for name in files}
            stamp(directory, manifest, seen, _since(directory))


def _trusted(directory: Path, manifest: bytes) -> dict[str, Signature]:
    """The signatures of files whose content need not be read again."""
    content = _read(directory)
    if content.get("manifest") != hashlib.sha256(manifest).hexdigest():
        return {}
    age = time.time() - _since(directory)
    files = content.get("files")
    if not 0 <= age < TRUSTED_SECONDS or not isinstance(files, dict):
        return {}
    return files


def since_of(directory: Path) -> float | None:
    """When the content of a version was last compared as a whole, ``None`` if that is unknown."""
    return _since(directory) or None


def _since(directory: Path) -> float:
    since = _read(directory).get("since")
    return float(since) if isinstance(since, int | float) else 0.0


def _read(directory: Path) -> dict[str, object]:
    try:
        content = json.loads((directory / STAMP).read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
