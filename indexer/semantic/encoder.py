"""What turns a text into a vector, and what may go wrong with it.

An :class:`Encoder` is the one door to a model: the bundled one
(:mod:`indexer.semantic.bundled`), or a server at an address that the user set
(:mod:`indexer.semantic.remote`).  A vector says what a text is about: the nearer two
vectors are, by their cosine, the nearer the meanings.  Only vectors of one model may be
compared, so an encoder has an :class:`Identity`, and vectors are kept under it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexerError

#: float32, one row a text, each of length 1.
Vectors = NDArray[np.float32]


class SemanticError(IndexerError):
    """Nothing can be found by meaning just now; all other searching goes on."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which model makes the vectors.  ``place`` is empty for one on this machine, in this process.

    ``detail`` is what else makes the same text into another vector, such as a prefix.
    """

    name: str
    version: str
    place: str = ""
    detail: str = ""

    @property
    def digest(self) -> str:
        """A short name for it, the same as long as nothing of it changes."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Encoder(Protocol):
    """A model.  Threads may share it."""

    @property
    def identity(self) -> Identity:
        """Which model it is; known without asking it anything."""

    def passages(self, texts: Sequence[str], *, awaited: bool = False) -> Vectors:
        """A vector for each text that is to be found.

        ``awaited``: somebody waits for the answer, so it has no more time than a query.
        Raises :class:`SemanticError`; so does :meth:`query`.
        """

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a text that is looked for."""


def normalised(rows: NDArray[Any]) -> Vectors:
    """The rows with length 1.  Raises :class:`SemanticError` where one is no vector."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
        raise SemanticError("编码模型给出的向量不是有效的数", "请检查编码模型或它的地址")
    return np.asarray(rows / lengths, np.float32)
