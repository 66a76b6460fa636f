"""Finding by meaning in one home: the encoder, its vectors, and what became of both.

A :class:`Meaning` is made once for a process and a home, for a model takes long to load.
It loads the encoder when something is looked for first, opens the vectors again when there
are more, and remembers the vectors of the last queries.  What fails is said once in the
log, and not tried again for a while, so that a server that is down costs one search its
time limit and not every one.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.choice import Kernels
from indexer.results.spans import Range
from indexer.semantic.configuration import FILE, Configuration, configuration
from indexer.semantic.encoder import Encoder, SemanticError, Vectors
from indexer.semantic.listing import FILE as LISTING
from indexer.semantic.listing import load_listing
from indexer.semantic.nearest import Aligned
from indexer.semantic.store import FOLDER, PROBE, VectorStore

_log = logging.getLogger(__name__)
#: Seconds for which an encoder that failed is left alone.
_LEFT_ALONE = 60.0
#: Seconds between two looks at whether there are more vectors.
_LOOK = 5.0
_SENTENCE = re.compile(r"[ \t\u3000]*([^。！？；!?;\n]+[。！？；!?;]*[”’」』）)]*)")
#: Longer texts have only so many sentences looked at.
_MOST_SENTENCES = 16

Vector = NDArray[np.float32]


class Meaning:
    """What finds by meaning.  Threads may share it."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """``folder`` has the vectors of all models of a home."""
        self._folder = folder
        self._chosen = chosen
        self.place = chosen.place
        self._lock = threading.RLock()
        self._encoder: Encoder | None = None
        self._kernels = Kernels()
        self._aligned: Aligned | None = None
        self._state: tuple[object, ...] = ()
        self._looked = -_LOOK
        self._failed: tuple[float, SemanticError] | None = None
        self._vectors: LRUCache[tuple[str, str], Vector] = LRUCache(4096)
        self._vectors_lock = threading.Lock()
        self._checked = ""

    @property
    def model(self) -> str:
        """The name of the model; empty until it is loaded."""
        return self._encoder.identity.name if self._encoder else ""

    def encoder(self) -> Encoder:
        """The encoder, loaded; raises :class:`~indexer.semantic.encoder.SemanticError`."""
        with self._lock:
            self._raise_if_left_alone()
            if self._encoder is None:
                try:
                    self._encoder = self._chosen.load()
                except SemanticError as error:
                    raise self._noted(error) from error
            return self._encoder

    def aligned(self) -> Aligned | None:
        """The vectors that are there, with their records; ``None`` where there are none.

        Raises :class:`~indexer.semantic.encoder.SemanticError` where they cannot be used:
        a server's model is another one now, say.
        """
        with self._lock:
            if time.monotonic() - self._looked < _LOOK:
                return self._aligned
            if not any(self._folder.glob("current-*")):
                return None  # Nothing was made yet, so the model need not be loaded.
            store = VectorStore(self._folder, self.encoder().identity)
            size, listed = store.size(), _changed(self._folder / LISTING)
            state = (size, listed, store.generation)
            if state != self._state:
                listing = load_listing(self._folder)
                self._aligned = None
                if listing is not None and size:
                    self._check(store)
                    self._aligned = Aligned(store.open(), listing, self._kernels)
                self._state = state
            self._looked = time.monotonic()
            return self._aligned

    def _check(self, store: VectorStore) -> None:
        """Raises where the vectors are of another model than the one that answers now."""
        if self._checked == store.generation:
            return
        (probe,) = self._guarded(lambda encoder: encoder.passages([PROBE], awaited=True))
        if not store.fits(probe):
            raise self._noted(
                SemanticError(
                    "编码模型与算出已有向量的不是同一个",
                    "请执行 zhengsou vectors 重新计算；在此之前检索照常，只是没有“意思相近”",
                )
            )
        self._checked = store.generation

    def query(self, text: str) -> Vector:
        """The vector of a query; raises :class:`~indexer.semantic.encoder.SemanticError`."""
        (vector,) = self._remembered("query", [text])
        return vector

    def nearest_sentence(self, vector: Vector, text: str) -> Range | None:
        """The sentence of a text that is nearest to a vector; ``None`` for an empty text."""
        found = (match for match in _SENTENCE.finditer(text) if not match[1].isspace())
        spans = [match.span(1) for match in found][:_MOST_SENTENCES]
        if len(spans) < 2:
            return spans[0] if spans else None
        rows = self._remembered("passage", [text[start:end].strip() for start, end in spans])
        return spans[int(np.argmax(np.stack(rows) @ vector))]

    def _remembered(self, kind: Literal["query", "passage"], texts: Sequence[str]) -> list[Vector]:
        """The vectors of some texts; those of the last ones are not asked for again."""
        with self._vectors_lock:
            kept = self._vectors
            known = {each: kept[kind, each] for each in texts if (kind, each) in kept}
        new = [each for each in dict.fromkeys(texts) if each not in known]
        if new:
            made = self._guarded(lambda encoder: _encoded(encoder, kind, new))
            known |= zip(new, made, strict=True)
            with self._vectors_lock:
                self._vectors.update({(kind, each): known[each] for each in new})
        return [known[each] for each in texts]

    def _guarded(self, call: Callable[[Encoder], Vectors]) -> Vectors:
        """What an encoder answers; a failure is noted."""
        self._raise_if_left_alone()
        try:
            return call(self.encoder())
        except SemanticError as error:
            raise self._noted(error) from error

    def _raise_if_left_alone(self) -> None:
        if self._failed and time.monotonic() - self._failed[0] < _LEFT_ALONE:
            raise self._failed[1]

    def _noted(self, error: SemanticError) -> SemanticError:
        """Remembers a failure; the same one stands in the log once."""
        if self._failed is None or self._failed[1].message != error.message:
            _log.warning("%s。%s", error.message, error.hint)
        if self._failed is None or self._failed[1] is not error:
            self._failed = (time.monotonic(), error)
        return error


def _encoded(encoder: Encoder, kind: str, texts: Sequence[str]) -> Vectors:
    if kind == "query":
        return np.stack([encoder.query(each) for each in texts])
    return encoder.passages(texts, awaited=True)


def _changed(path: Path) -> int:
    """When a file changed last, 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def meaning_of(home: Path) -> Meaning | SemanticError | None:
    """What finds by meaning in a home; ``None``: nothing does; an error: what is set is wrong."""
    try:
        text = (home / FILE).read_bytes()
    except OSError:
        text = b""
    return _meaning_of(home.absolute(), text)


@lru_cache(maxsize=8)
def _meaning_of(home: Path, settings: bytes) -> Meaning | SemanticError | None:
    try:
        chosen = configuration(home)
    except SemanticError as error:
        _log.warning("%s。%s", error.message, error.hint)
        return error
    return Meaning(home / FOLDER, chosen) if chosen else None
