"""How much a file may ask for, and how much of it has been used.

An archive of a few kilobytes can hold petabytes.  :class:`Limits` says where to
stop; a :class:`Budget` counts what one file has unpacked so far, over all the
archives inside it, and stops it with a :class:`~corpus.errors.SourceError`.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import SourceError
from corpus.formats.scans import Scans

#: Up to here nothing is called a bomb, however well it is packed.
_HARMLESS_BYTES = 20_000_000
_MEND = "请确认文件来源可靠；确实需要时，请解压后分批添加"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may ask for.

    ``file_bytes`` of a file, a member of an archive or a line; ``expanded_bytes``
    of all that is unpacked from one file; ``members``: documents in one file;
    ``ratio`` of unpacked to packed bytes; ``nesting`` of archives; ``pages`` of
    a PDF or OFD file; ``objects`` on a page of OFD; ``seconds`` for a PDF or OFD
    file, or for LibreOffice with one file; ``pixels`` of a picture.  Of recognition:
    ``scanned_pages`` of one file, ``page_seconds`` for a page, ``page_memory`` in bytes.
    """

    file_bytes: int = 200_000_000
    expanded_bytes: int = 2_000_000_000
    members: int = 200_000
    ratio: int = 200
    nesting: int = 3
    pages: int = 3_000
    objects: int = 200_000
    seconds: float = 120.0
    pixels: int = 100_000_000
    scanned_pages: int = 1_000
    page_seconds: float = 120.0
    page_memory: int = 1_500_000_000


class Budget:
    """What is left of ``limits`` while the file ``name`` is read, and how its scans are."""

    def __init__(self, limits: Limits, name: str, scans: Scans = Scans()) -> None:
        self.limits = limits
        self.scans = scans
        self._name = name
        self._expanded = 0
        self._members = 0
        #: Whether a limit over the whole file was passed, so that there is no use in going on.
        self.spent = False

    def expand(self, count: int) -> None:
        """Counts ``count`` unpacked bytes; raises :class:`SourceError` over the limit."""
        self._expanded += count
        if self._expanded > self.limits.expanded_bytes:
            self.spent = True
            most = megabytes(self.limits.expanded_bytes)
            raise SourceError(f"文件“{self._name}”解压后超过 {most}，已停止读取", _MEND)

    def member(self) -> None:
        """Counts a document; raises :class:`SourceError` over the limit."""
        self._members += 1
        if self._members > self.limits.members:
            self.spent = True
            message = f"文件“{self._name}”中的文件超过 {self.limits.members} 个，其余没有读取"
            raise SourceError(message, "请分成几个文件添加")

    def check_ratio(self, packed: int, unpacked: int) -> None:
        """Raises :class:`SourceError` where so much from so little can only be a bomb."""
        if unpacked > _HARMLESS_BYTES and unpacked > packed * self.limits.ratio:
            self.spent = True
            message = (
                f"文件“{self._name}”解压后膨胀超过 {self.limits.ratio} 倍，像是压缩炸弹，已停止读取"
            )
            raise SourceError(message, _MEND)

    def check_size(self, size: int, name: str) -> None:
        """Raises :class:`SourceError` when ``name`` is too large to be read as one piece."""
        if size > self.limits.file_bytes:
            most = megabytes(self.limits.file_bytes)
            raise SourceError(f"文件“{name}”超过 {most}，没有读取", "请拆分成较小的文件再试")


def megabytes(count: int) -> str:
    """``count`` bytes in words."""
    return f"{count / 1_000_000:g} MB"
