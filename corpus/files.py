"""Writing files so that a crash leaves the old content or the new, never half.

The one room that knows what differs between systems in this respect.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces ``path`` by ``data``: durable when this returns, or ``OSError``."""
    # Opened as any other file, so that readers under another account keep their rights to it.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


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
