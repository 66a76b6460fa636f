"""What belongs to a document rather than to a term: lengths, stored fields, columns, vectors.

    stored/pickles, stored/pickle_offsets      the stored fields of an ordinary Whoosh document
    column/c                                   uint8: a Whoosh column as it writes itself
    vector/f, vector/f/offsets                 pickled items of a term vector

Records have their own stored pieces (:mod:`indexer.engines.embedded.segments.stored`);
they come out as the stored fields ``id``, ``unit``, ``title`` and ``body``.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.matching import ListMatcher

from indexer.engines.embedded.codec.whoosh_private import ColumnWriter
from indexer.engines.embedded.segments.array_file import Array, ArrayFile
from indexer.engines.embedded.segments.dictionary import pack
from indexer.engines.embedded.segments.segment_format import stream_of
from indexer.engines.embedded.segments.stored import StoredRecords
from indexer.engines.embedded.segments.streams import Group


class ArrayPerDocWriter(ColumnWriter):
    """Takes ordinary Whoosh documents; hands their arrays to ``leave`` when it is closed."""

    def __init__(self, leave: Callable[[dict[str, Array]], None]) -> None:
        super().__init__()
        self._leave = leave
        self._count = 0
        self._stored: list[dict[str, Any]] = []
        self._lengths: dict[str, dict[int, int]] = {}
        self._files: dict[str, io.BytesIO] = {}
        self._columns: dict[str, Any] = {}
        self._vectors: dict[str, dict[int, bytes]] = {}
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if docnum != self._count:
            raise ValueError(f"Called start_doc({docnum}), expected {self._count}")
        self.document = docnum
        self._count += 1
        self._stored.append({})

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int | None) -> None:
        if value is not None:
            self._stored[-1][fieldname] = value
        if length:
            self._lengths.setdefault(fieldname, {})[self.document] = length

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[Any]) -> None:
        listed = list(items)
        if listed:
            self._vectors.setdefault(fieldname, {})[self.document] = pickle.dumps(listed, 4)

    def cancel_doc(self) -> None:
        self._count -= 1
        self._stored.pop()

    def make_column(self, fieldname: str, column: Any) -> None:
        self._files[fieldname] = io.BytesIO()
        self._columns[fieldname] = column.writer(StructFile(_Kept(self._files[fieldname])))

    def column_of(self, fieldname: str) -> Any | None:
        return self._columns.get(fieldname)

    def close(self) -> None:
        self.is_closed = True
        if not self._count:
            return
        arrays: dict[str, Array] = {}
        pickles = (pickle.dumps(stored, 4) for stored in self._stored)
        arrays["stored/pickles"], arrays["stored/pickle_offsets"] = pack(pickles)
        for name, lengths in self._lengths.items():
            column = np.zeros(self._count, dtype=np.int32)
            column[list(lengths)] = list(lengths.values())
            arrays[f"field/{name}/lengths"] = column
        for name, writer in self._columns.items():
            writer.finish(self._count)
            content = self._files[name].getvalue()
            arrays[f"column/{name}"] = np.frombuffer(content, dtype=np.uint8)
        for name, vectors in self._vectors.items():
            packed = pack(vectors.get(doc, b"") for doc in range(self._count))
            arrays[f"vector/{name}"], arrays[f"vector/{name}/offsets"] = packed
        self._leave(arrays)


class _Kept:
    """A file in memory that stays readable when a column writer closes it."""

    def __init__(self, file: io.BytesIO) -> None:
        self.write = file.write
        self.tell = file.tell
        self.seek = file.seek
        self.flush = file.flush

    def close(self) -> None:
        pass


class ArrayPerDocReader(base.PerDocumentReader):  # type: ignore[misc]
    """Reads what belongs to the documents of a segment."""

    def __init__(self, arrays: ArrayFile, segment: base.Segment) -> None:
        self._arrays = arrays
        self._segment = segment
        self._lengths: dict[str, NDArray[Any] | None] = {}
        self._records = StoredRecords(arrays) if "stored/blob" in arrays else None

    # Documents

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> list[int]:
        return list(self._segment.deleted_docs())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        if self._records is not None:
            return self._records.fields(docnum)
        if "stored/pickles" not in self._arrays:
            return {}
        offsets = self._arrays["stored/pickle_offsets"]
        cut = self._arrays["stored/pickles"][offsets[docnum] : offsets[docnum + 1]]
        stored: dict[str, Any] = pickle.loads(cut.tobytes())
        return stored

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return f"column/{fieldname}" in self._arrays

    def list_columns(self) -> list[str]:
        return [name[7:] for name in self._arrays if name.startswith("column/")]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        content = self._arrays[f"column/{fieldname}"]
        file = BufferFile(content.tobytes(), name=fieldname)
        return column.reader(file, 0, content.nbytes, self.doc_count_all())

    # Lengths

    def _lengths_of(self, fieldname: str) -> NDArray[Any] | None:
        if fieldname not in self._lengths:
            lengths: NDArray[Any] | None = None
            stream = stream_of(fieldname)
            if f"field/{fieldname}/lengths" in self._arrays:
                lengths = self._arrays[f"field/{fieldname}/lengths"]
            elif stream and f"{stream[0]}/units" in self._arrays:
                lengths = Group(self._arrays, stream[0]).lengths(stream[1])[:, stream[2]]
            self._lengths[fieldname] = lengths
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._lengths_of(fieldname)
        return default if lengths is None else int(lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        lengths = self._lengths_of(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return self._extreme(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        return self._extreme(fieldname, np.max)

    def _extreme(self, fieldname: str, of: Callable[[Any], Any]) -> int:
        lengths = self._lengths_of(fieldname)
        return 0 if lengths is None or not len(lengths) else int(of(lengths))

    # Vectors

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        offsets = self._arrays.get(f"vector/{fieldname}/offsets")
        return offsets is not None and bool(offsets[docnum] < offsets[docnum + 1])

    def vector(self, docnum: int, fieldname: str, format_: Any) -> Any:
        if not self.has_vector(docnum, fieldname):
            raise KeyError(f"Field {fieldname!r} has no vector in docnum {docnum}")
        offsets = self._arrays[f"vector/{fieldname}/offsets"]
        cut = self._arrays[f"vector/{fieldname}"][offsets[docnum] : offsets[docnum + 1]]
        ids, weights, values = zip(*pickle.loads(cut.tobytes()), strict=True)
        return ListMatcher(ids, weights, values, format_)
