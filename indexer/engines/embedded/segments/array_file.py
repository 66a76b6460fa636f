"""One file of many arrays: how a segment lies on disk.

    magic 8 bytes | place of the directory, uint64 | padding | array | array … | directory, JSON

The directory names each array with its dtype, shape and place in the file;
arrays begin at multiples of 64 bytes, as a cache line does.  It comes last, so
that an array can be written and forgotten before the next one is made.  The
file is written once and never changed, so any number of versions of an index
may share it.

A reader maps the file copy-on-write and hands out plain NumPy arrays: nothing
is read before it is used, the pages are shared by all processes, and an array
counts as writable, so that the kernels see one type of array and not two.
No code writes to it all the same.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"ZSARRAY3"
#: What the files of all versions begin with.
_FAMILY = MAGIC[:-1]
_ALIGN = 64
_HEAD = len(MAGIC) + 8


class ArrayFileError(ValueError):
    """The file is truncated, foreign, or of another version of the format."""


def write_arrays(file: BinaryIO, arrays: Iterable[tuple[str, Array]]) -> None:
    """Writes the arrays to a new file, one after the other; raises ``OSError``."""
    entries: dict[str, tuple[str, list[int], int]] = {}
    file.write(bytes(_aligned(_HEAD)))
    at = _aligned(_HEAD)
    for name, array in arrays:
        entries[name] = (array.dtype.str, list(array.shape), at)
        if array.size:
            file.write(np.ascontiguousarray(array).data.cast("B"))
        at = _aligned(at + array.nbytes)
        file.write(bytes(at - entries[name][2] - array.nbytes))
    file.write(json.dumps(entries).encode("utf-8"))
    file.seek(0)
    file.write(MAGIC + at.to_bytes(8, "little"))


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGN) * _ALIGN


class ArrayFile(Mapping[str, Array]):
    """The arrays in ``data``, a buffer that may be written to, by name.  Threads may share it.

    Raises :class:`ArrayFileError` for what is no such file or has not the
    length that it was written with.  What is in the arrays is for the
    checksums of the manifest to vouch for.
    """

    def __init__(self, data: mmap.mmap | bytearray, name: str) -> None:
        if len(data) < _HEAD:
            raise ArrayFileError(f"{name} 不完整")
        if data[: len(MAGIC)] != MAGIC:
            if data[: len(_FAMILY)] == _FAMILY:
                raise ArrayFileError(f"{name} 由另一版本的程序写成，本版本不能读取")
            raise ArrayFileError(f"{name} 不是本程序的数组文件")
        self._entries: dict[str, tuple[str, list[int], int]] = {}
        try:
            self._entries = json.loads(data[int.from_bytes(data[len(MAGIC) : _HEAD], "little") :])
            for dtype, shape, at in self._entries.values():
                size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
                if at < _HEAD or at + size > len(data):
                    raise ArrayFileError(f"{name} 不完整")
        except ArrayFileError:
            raise
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise ArrayFileError(f"{name} 不完整，或目录无法读取") from error
        self._data = data
        self.name = name
        self._made: dict[str, Array] = {}

    @classmethod
    def open(cls, path: Path) -> ArrayFile:
        """A file, mapped; raises ``OSError`` too."""
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise ArrayFileError(f"{path} 是空文件")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        return cls(mapped, path.name)

    def __getitem__(self, name: str) -> Array:
        made = self._made.get(name)
        if made is None:
            dtype, shape, offset = self._entries[name]
            count = int(np.prod(shape, dtype=np.int64))
            flat = np.frombuffer(self._data, np.dtype(dtype), count, offset)
            made = self._made[name] = flat.reshape(shape)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
