"""Vectors on disk: int8, appended to, mapped into memory.

    <home>/vectors/<identity>-<n>/stamp.json   which model, its dimension, and its probe's vector
                                  keys         uint64 each: the digest of the text
                                  scales       float32 each
                                  vectors      int8, one row each
                 /current-<identity>           which <n> counts

A vector v of length 1 is kept as ``rint(v / scale)`` with ``scale = max|v| / 127``, which
changes a cosine by less than 0.01.  The key is made of the text, so a record that did not
change keeps its vector through every commit, and equal texts share one.

Files only grow.  A row counts once its key is written, which comes last, so a reader may
open them at any moment, and work that was broken off goes on behind the last whole row.
One writer holds the lock; a mapped file cannot be cut on Windows, so a torn row at the end
is written over.

The *probe* is a fixed text.  A server may have another model behind the same name some day:
its probe then has another vector, and what was made before counts no more.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpus.files import reason_of, write_atomically
from indexer.semantic.encoder import Identity, SemanticError, Vectors

FORMAT = 1
FOLDER = "vectors"
PROBE = "社区治理和服务创新实验区"
#: Two vectors of the probe by one model are at least so near.
_SAME = 0.995


def key_of(text: str) -> int:
    """The digest of a text: 64 bits of BLAKE2b."""
    clean = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(clean, digest_size=8).digest(), "little")


def quantised(rows: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows of length 1 as int8 with their scales."""
    scales = np.abs(rows).max(axis=1) / 127
    return np.rint(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Held:
    """The vectors that are there: row ``i`` is ``rows[i] * scales[i]``, of the text ``keys[i]``."""

    keys: NDArray[np.uint64]
    scales: NDArray[np.float32]
    rows: NDArray[np.int8]

    def places(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row of each key, -1 where there is none."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        order = np.argsort(self.keys, kind="stable")
        at = np.minimum(np.searchsorted(self.keys, keys, sorter=order), len(order) - 1)
        found = order[at]
        return np.where(self.keys[found] == keys, found, -1).astype(np.int64)

    def vectors(self, places: NDArray[np.int64]) -> Vectors:
        """Some rows as they were, nearly."""
        return np.asarray(self.rows[places] * self.scales[places, None], np.float32)


class VectorStore:
    """The vectors of one model in one folder."""

    def __init__(self, root: Path, identity: Identity) -> None:
        """``root`` is the folder of all models' vectors."""
        self._root = root
        self._identity = identity
        self._pointer = root / f"current-{identity.digest}"

    @property
    def _folder(self) -> Path | None:
        try:
            return self._root / self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(self._pointer, error) from error

    @property
    def generation(self) -> str:
        """Which vectors count: another name where the model was found to be another one."""
        folder = self._folder
        return folder.name if folder else ""

    def size(self) -> int:
        """How many vectors there are; cheap."""
        folder = self._folder
        try:
            return (folder / "keys").stat().st_size // 8 if folder else 0
        except OSError:
            return 0

    def stamp(self) -> dict[str, Any] | None:
        """What is known of the model; ``None`` where nothing was made yet."""
        folder = self._folder
        if folder is None:
            return None
        try:
            stamp: dict[str, Any] = json.loads((folder / "stamp.json").read_bytes())
            if stamp["format"] == FORMAT and int(stamp["dimension"]) > 0:
                return stamp
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unreadable(folder / "stamp.json", error) from error
        return None

    def fits(self, probe: NDArray[np.float32]) -> bool:
        """Whether the model whose probe this is made the vectors; true where there are none."""
        stamp = self.stamp()
        if stamp is None:
            return True
        kept = np.asarray(stamp["probe"], np.float32)
        return kept.shape == probe.shape and float(kept @ probe) >= _SAME

    def open(self) -> Held:
        """The vectors that are there now."""
        stamp, folder = self.stamp(), self._folder
        if stamp is None or folder is None:
            return _nothing(1)
        dimension = int(stamp["dimension"])
        try:
            keys = np.fromfile(folder / "keys", np.uint64)
            scales = np.fromfile(folder / "scales", np.float32, len(keys))
            rows = _mapped(folder / "vectors", len(keys) * dimension).reshape(-1, dimension)
        except FileNotFoundError:
            return _nothing(dimension)
        except (OSError, ValueError) as error:
            raise _unreadable(folder, error) from error
        if len(scales) < len(keys):
            raise _unreadable(folder, ValueError("scales"))
        return Held(keys, scales, rows)

    def begin(self, probe: NDArray[np.float32]) -> None:
        """Prepares for vectors of the model whose probe this is; others' count no more."""
        if self.stamp() is not None and self.fits(probe):
            return
        self._root.mkdir(parents=True, exist_ok=True)
        number = 1
        while (folder := self._root / f"{self._identity.digest}-{number}").exists():
            number += 1
        folder.mkdir()
        stamp = {
            "format": FORMAT,
            **asdict(self._identity),
            "dimension": len(probe),
            "probe": [round(float(each), 6) for each in probe],
        }
        text = json.dumps(stamp, ensure_ascii=False)
        write_atomically(folder / "stamp.json", text.encode("utf-8"))
        write_atomically(self._pointer, folder.name.encode("utf-8"))

    def append(self, keys: Sequence[int], rows: Vectors) -> None:
        """Adds vectors of length 1; raises :class:`SemanticError` where they do not fit."""
        stamp, folder = self.stamp(), self._folder
        if stamp is None or folder is None:
            raise SemanticError("向量的目录不见了", "请再执行一次 zhengsou vectors")
        dimension = int(stamp["dimension"])
        if rows.shape != (len(keys), dimension):
            raise SemanticError(
                f"编码模型给出 {rows.shape[-1]} 维的向量，已有的是 {dimension} 维",
                "编码模型更换后，请再执行一次 zhengsou vectors",
            )
        small, scales = quantised(rows)
        held = self.size()
        try:
            _write(folder / "vectors", held * dimension, small.tobytes())
            _write(folder / "scales", held * 4, scales.tobytes())
            _write(folder / "keys", held * 8, np.array(keys, np.uint64).tobytes())
        except OSError as error:
            raise SemanticError(
                f"向量没有写下：{reason_of(error)}", "请检查磁盘空间和主目录的权限"
            ) from error


def _nothing(dimension: int) -> Held:
    return Held(np.empty(0, np.uint64), np.empty(0, np.float32), np.empty((0, dimension), np.int8))


def _mapped(path: Path, size: int) -> NDArray[np.int8]:
    """A file's first bytes, read when they are used; see :mod:`..segments.array_file`."""
    if not size:
        return np.empty(0, np.int8)
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY), np.int8)


def _write(path: Path, at: int, data: bytes) -> None:
    file: BinaryIO
    with path.open("r+b" if path.exists() else "x+b") as file:
        file.seek(at)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # a key must not be on the disk before its row


def _unreadable(path: Path, error: Exception) -> SemanticError:
    return SemanticError(f"向量无法读取：{path}（{error}）", "删除这个目录后，向量会重新计算")
