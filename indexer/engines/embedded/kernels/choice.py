"""Which kernels run: compiled ones, or plain NumPy.

Loading numba takes about a second, and the first time ever its compiler takes
much longer.  Neither is worth waiting for over a small index or for a single
query, and both ways give the same answers.  So an index that is opened is
searched with the plain kernels at first; once it turns out to be large and in
use, the compiled ones are loaded in the background, and taken when they are
there.  Building a large index loads them at once.

``ZHENGSOU_NO_NUMBA=1`` keeps to the plain ones.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import cast

from indexer.engines.embedded.kernels import numpy as plain
from indexer.engines.embedded.kernels.numpy import build as plain_build
from indexer.engines.embedded.kernels.protocol import BuildKernels, SearchKernels

_log = logging.getLogger(__name__)
_VARIABLE = "ZHENGSOU_NO_NUMBA"
#: Below so many documents, the plain kernels are as good.
SMALL = 20_000


@cache
def _tell_of_compiling() -> None:
    """Says so in the log, and whether it has to be done again; once in a process."""
    kept: str | None = importlib.import_module(
        "indexer.engines.embedded.kernels.numba.types"
    ).KEPT_IN
    if kept:
        _log.warning("首次使用：正在为本机编译检索内核，约需半分钟，以后直接使用编译好的")
    else:
        _log.warning(
            "正在为本机编译检索内核，约需半分钟；缓存目录不可写，每次启动都要重新编译。"
            "可用环境变量 NUMBA_CACHE_DIR 指定一个可写的目录"
        )


@contextmanager
def _said_if_compiling() -> Iterator[None]:
    """Tells, in the log, if kernels are not in numba's cache and a wait begins."""
    event = importlib.import_module("numba.core.event")

    class Teller(event.Listener):  # type: ignore[misc, name-defined]
        def on_start(self, event: object) -> None:
            _tell_of_compiling()

        def on_end(self, event: object) -> None:
            """Nothing is logged."""

    with event.install_listener("numba:compile", Teller()):
        yield


@cache
def _compiled(package: str) -> ModuleType | None:
    """A package of compiled kernels, ``None`` where they are switched off or cannot be loaded."""
    if os.environ.get(_VARIABLE, "") not in ("", "0"):
        return None
    try:
        with _said_if_compiling():
            return importlib.import_module(f"indexer.engines.embedded.kernels.{package}")
    except Exception as error:  # numba refuses new versions of Python and NumPy in its own ways
        _log.info("没有可用的 numba（%s），检索改用 NumPy 内核，结果相同，只是较慢", error)
        return None


def for_building(documents: int) -> BuildKernels:
    """The kernels for an index of so many documents, loaded at once where it pays."""
    if documents < SMALL:
        return plain_build
    return cast("BuildKernels | None", _compiled("numba.build")) or plain_build


class Kernels:
    """The kernels for searching one index; ``now`` changes once, when others have been loaded."""

    def __init__(self) -> None:
        self.now: SearchKernels = plain
        self._asked = 0
        self._lock = threading.Lock()

    def load(self) -> None:
        """Loads the compiled kernels and waits for them; nothing where there are none."""
        self.now = cast("SearchKernels | None", _compiled("numba")) or plain

    def used(self, documents: int) -> SearchKernels:
        """The kernels for the next search; the second one of a large index loads better ones."""
        if self.now is plain and documents >= SMALL and self._asked < 2:
            with self._lock:
                self._asked += 1
                if self._asked == 2:
                    threading.Thread(target=self.load, name="kernels", daemon=True).start()
        return self.now


def name(kernels: SearchKernels | BuildKernels) -> str:
    """``numba`` or ``numpy``."""
    return kernels.__name__.rpartition(".")[2]
