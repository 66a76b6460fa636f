"""Writing files so that a crash leaves the old content or the new, never half.

This module alone knows what differs between systems in this respect.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

_REASONS: Mapping[int, str] = {
    errno.ENOSPC: "磁盘空间不足",
    errno.EROFS: "文件系统只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多",
}


def reason_of(error: OSError) -> str:
    """What the system says went wrong, in the user's language where it is common."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def write_atomically(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replaces ``path`` by ``data``: durable when this returns, or ``OSError``.

    Without ``durable`` no reader ever sees half of it either, but only
    :func:`make_durable` makes it outlive a power cut; many files take that
    together far faster than one by one.
    """
    # Opened as any other file, so that readers under another account keep their rights to it.
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_directory(path.parent)


def make_durable(path: Path) -> None:
    """Flushes a written file to the disk; its name needs :func:`sync_directory` besides."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def append_durably(path: Path, data: bytes, at: int) -> None:
    """Cuts ``path`` to its first ``at`` bytes and writes ``data`` behind them.

    Durable when this returns.  Where it fails (``OSError``), as much of
    ``data`` as came through is taken back, if the disk still allows that.
    """
    with path.open("rb+") as file:
        file.truncate(at)
        file.seek(at)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(file.fileno(), at)
            raise


def sync_directory(path: Path) -> None:
    """Makes new names in a directory durable, where the system can open one."""
    if os.name == "nt":
        return  # a directory cannot be opened there; NTFS journals its names
    with contextlib.suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
