"""The server's vectors are made beside it: by one process of the lowest priority.

It is the command ``zhengsou vectors --follow``, which ends when its standard input is
closed: with the server, however that ends.  It encodes with one thread.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.semantic.configuration import configuration
from indexer.semantic.encoder import SemanticError

#: Windows has no ``nice``: there the priority is given when the process is started.
_IDLE: int = getattr(subprocess, "IDLE_PRIORITY_CLASS", 0)


@contextlib.contextmanager
def making_vectors(home: Path) -> Iterator[None]:
    """Has vectors made meanwhile, where something is set that makes them."""
    try:
        chosen = configuration(home)
    except SemanticError:
        chosen = None  # The pages say what is wrong with the settings.
    if chosen is None:
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "vectors", "--follow", "--home", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        creationflags=_IDLE,
    )
    try:
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        if process.poll() is None:
            process.kill()
            process.wait()
