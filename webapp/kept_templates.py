"""Compiled templates are kept from one start to the next.

They lie in the user's cache directory, as the machine code of the kernels does: a
server's workers and the first visitors after a start need not wait for Jinja to
compile each page again.  Jinja knows a template by its name and text and by the
version of Python, so an old one is never used.  Where the directory cannot be
written to, or the disk is full, every process compiles for itself.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import platformdirs
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Kept(FileSystemBytecodeCache):
    """What cannot be kept is no failure of the page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def register(app: Flask) -> None:
    """Gives an application's templates their directory."""
    directory = Path(platformdirs.user_cache_dir("zhengsou", False)) / "templates"
    with suppress(OSError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(directory, os.W_OK):
            app.jinja_env.bytecode_cache = _Kept(str(directory))
