"""gzip and xz: a stream unpacked bit by bit, counted, and stopped where it is a bomb."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from typing import BinaryIO

from corpus.errors import SourceError
from corpus.formats.limits import Budget

_DICTIONARY_BYTES = 256_000_000  # of memory that an xz stream may ask for
_CHUNK = 1 << 18


class Unpacked(io.RawIOBase):
    """The bytes in a ``.gz`` or ``.xz`` stream; reading raises :class:`SourceError`."""

    def __init__(self, packed: BinaryIO, extension: str, size: int, name: str, budget: Budget):
        super().__init__()
        self._name = name
        self._budget = budget
        self._size = size
        self._total = 0
        self._stream: gzip.GzipFile | _Xz
        if extension == ".gz":
            self._stream = gzip.GzipFile(fileobj=packed, mode="rb")
        else:
            self._stream = _Xz(packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except (EOFError, lzma.LZMAError, zlib.error, OSError) as error:
            message = f"文件“{self._name}”的压缩数据已损坏或不完整：{error}"
            raise SourceError(message, "请重新下载或复制该文件后再试") from error
        self._total += len(chunk)
        self._budget.expand(len(chunk))
        self._budget.check_ratio(self._size, self._total)
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Xz(io.RawIOBase):
    """An xz file of one or more streams, unpacked with a bound on memory."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__()
        self._packed = packed
        self._decoder = self._fresh()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size > 0 else _CHUNK
        while True:
            if self._decoder.eof:
                self._rest = self._decoder.unused_data.lstrip(b"\0") or self._packed.read(_CHUNK)
                self._rest = self._rest.lstrip(b"\0")
                if not self._rest:
                    return b""
                self._decoder = self._fresh()
            given = self._rest
            if not given and self._decoder.needs_input:
                given = self._packed.read(_CHUNK)
                if not given:
                    raise EOFError("文件在压缩数据结束之前就断了")
            self._rest = b""
            if chunk := self._decoder.decompress(given, max_length=wanted):
                return chunk

    @staticmethod
    def _fresh() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_DICTIONARY_BYTES)
