"""The codec as Whoosh sees it: a segment of one mapped file.

The table of contents (TOC), with the schema and the list of segments, is
Whoosh's.  A segment knows its number of documents and, as a bitmap, which of
them are deleted; both are pickled into the TOC of each index version, so
that deleting changes no file that another version shares.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from indexer.engines.embedded.codec.field_writer import ArrayFieldWriter
from indexer.engines.embedded.codec.per_document import ArrayPerDocReader, ArrayPerDocWriter
from indexer.engines.embedded.codec.terms_reader import ArrayTermsReader
from indexer.engines.embedded.segments.array_file import Array, ArrayFile, write_arrays
from indexer.engines.embedded.segments.themes import StoredThemes

EXTENSION = ".arr"
THEMES_EXTENSION = ".themes"


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads and writes segments of arrays.  Has no state."""

    # Lengths are known when the postings are read; the writer need not look them up.
    length_stats = False

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> ArrayPerDocWriter:
        return ArrayPerDocWriter(segment.pending.update)

    def field_writer(self, storage: Any, segment: ArraySegment) -> ArrayFieldWriter:
        def write(fields: dict[str, Array]) -> None:
            arrays = {**segment.pending, **fields}
            if arrays:
                segment.write(storage, arrays.items())
            segment.pending.clear()

        return ArrayFieldWriter(write)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPerDocReader:
        return ArrayPerDocReader(segment.open(storage), segment)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(segment.open(storage))

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)


def _empty() -> ArrayFile:
    """The arrays of a segment without documents, which has no file."""
    file = io.BytesIO()
    write_arrays(file, ())
    return ArrayFile(bytearray(file.getvalue()), "empty")


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment: one file of arrays, and a bitmap of what is deleted."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._count = 0
        self._deleted: bytes | None = None
        self._deleted_count = 0
        #: Arrays of documents, between the two writers of a segment.
        self.pending: dict[str, Array] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "pending": {}}

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False

    @property
    def file_name(self) -> str:
        """The name of the segment's file in its storage."""
        return str(self.make_filename(EXTENSION))

    @property
    def themes_name(self) -> str:
        """The name of the file of its records' themes; ordinary Whoosh segments have none."""
        return str(self.make_filename(THEMES_EXTENSION))

    def write(self, storage: Any, arrays: Iterable[tuple[str, Array]]) -> None:
        """Writes the segment's file."""
        with storage.create_file(self.file_name) as file:
            write_arrays(file, arrays)

    def open(self, storage: Any) -> ArrayFile:
        """The segment's file: mapped, or copied out of a storage that is no directory.

        Raises :class:`~indexer.engines.embedded.segments.array_file.ArrayFileError` or ``OSError``.
        """
        if not self._count and not storage.file_exists(self.file_name):
            return _empty()
        if isinstance(storage, FileStorage):
            return ArrayFile.open(Path(storage.folder) / self.file_name)
        with storage.open_file(self.file_name) as file:
            return ArrayFile(bytearray(file.read()), self.file_name)

    def open_themes(self, storage: Any) -> StoredThemes:
        """The themes of the segment's records.

        Raises as :meth:`open`.
        """
        return StoredThemes(ArrayFile.open(Path(storage.folder) / self.themes_name))

    # Documents

    def set_doc_count(self, doccount: int) -> None:
        self._count = doccount

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return self._deleted_count

    def deleted(self) -> NDArray[np.bool_]:
        """Which documents are deleted: bool [documents]."""
        if self._deleted is None:
            return np.zeros(self._count, dtype=np.bool_)
        bits = np.frombuffer(self._deleted, dtype=np.uint8)
        flags = np.unpackbits(bits, count=min(self._count, len(bits) * 8))
        return np.pad(flags, (0, self._count - len(flags))).astype(np.bool_)

    def deleted_docs(self) -> list[int]:
        found: list[int] = np.flatnonzero(self.deleted()).tolist()
        return found

    def is_deleted(self, docnum: int) -> bool:
        held = self._deleted
        if held is None or docnum >> 3 >= len(held):
            return False
        return bool(held[docnum >> 3] & (0x80 >> (docnum & 7)))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if self.is_deleted(docnum) == delete:
            return
        bits = bytearray(self._deleted or b"")
        bits.extend(bytes(max(0, (docnum >> 3) + 1 - len(bits))))
        bits[docnum >> 3] ^= 0x80 >> (docnum & 7)
        self._deleted = bytes(bits)
        self._deleted_count += 1 if delete else -1

    def delete_documents(self, docs: NDArray[Any]) -> None:
        """Deletes many at once."""
        deleted = self.deleted()
        deleted[docs] = True
        self._deleted = np.packbits(deleted).tobytes()
        self._deleted_count = int(np.count_nonzero(deleted))
