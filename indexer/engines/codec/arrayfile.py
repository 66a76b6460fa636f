"""One file of many arrays: how a segment lies on disk.

    magic 8 bytes | length of the directory, uint64 | directory, JSON | padding | array | array …

The directory names each array with its dtype, shape and offset from the first
array; arrays begin at multiples of 64 bytes, as a cache line does.  ``extra``
is JSON of whoever writes.  The file is written once and never changed, so any
number of versions of an index may share it.

A reader maps the file copy-on-write and hands out plain NumPy arrays: nothing
is read before it is used, the pages are shared by all processes, and an array
counts as writable, so that the kernels see one type of array and not two.
Nobody writes to it all the same.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"ZSARRAY1"
_ALIGN = 64
_HEAD = len(MAGIC) + 8


class ArrayFileError(ValueError):
    """The file is truncated, foreign, or of another version of the format."""


def write_arrays(file: BinaryIO, arrays: Mapping[str, Array], extra: Any = None) -> None:
    """Writes the arrays to a new file; raises ``OSError``."""
    entries: dict[str, tuple[str, list[int], int]] = {}
    at = 0
    for name, array in arrays.items():
        entries[name] = (array.dtype.str, list(array.shape), at)
        at = _aligned(at + array.nbytes)
    directory = json.dumps({"arrays": entries, "size": at, "extra": extra}).encode("utf-8")
    start = _aligned(_HEAD + len(directory))
    file.write(MAGIC + len(directory).to_bytes(8, "little") + directory)
    file.write(bytes(start - _HEAD - len(directory)))
    for array in arrays.values():
        if array.size:
            file.write(memoryview(np.ascontiguousarray(array)).cast("B"))
        file.write(bytes(_aligned(array.nbytes) - array.nbytes))


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGN) * _ALIGN


class ArrayFile(Mapping[str, Array]):
    """The arrays in ``data``, a buffer that may be written to, by name.  Threads may share it.

    Raises :class:`ArrayFileError` for what is no such file or has not the
    length that it was written with.  What is in the arrays is for the
    checksums of the manifest to vouch for.
    """

    def __init__(self, data: mmap.mmap | bytearray, name: str) -> None:
        if len(data) < _HEAD or data[: len(MAGIC)] != MAGIC:
            raise ArrayFileError(f"{name} 不是本程序的数组文件")
        length = int.from_bytes(data[len(MAGIC) : _HEAD], "little")
        if _HEAD + length > len(data):
            raise ArrayFileError(f"{name} 不完整")
        try:
            directory = json.loads(data[_HEAD : _HEAD + length])
            self._entries: dict[str, tuple[str, list[int], int]] = directory["arrays"]
            self.extra: Any = directory["extra"]
            self._start = _aligned(_HEAD + length)
            expected = self._start + int(directory["size"])
        except (ValueError, KeyError, TypeError) as error:
            raise ArrayFileError(f"{name} 的目录无法读取") from error
        if len(data) != expected:
            raise ArrayFileError(f"{name} 不完整：应有 {expected} 字节，实有 {len(data)} 字节")
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
            flat = np.frombuffer(self._data, np.dtype(dtype), count, self._start + offset)
            made = self._made[name] = flat.reshape(shape)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
