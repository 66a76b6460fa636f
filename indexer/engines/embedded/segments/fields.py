"""Fields of any Whoosh index: postings as arrays, whatever is in them.

field/f/blob, blob_offsets    terms, sorted by their bytes, as in a stream
field/f/offsets               int64 [terms + 1]
field/f/docs                  int32 [postings]
field/f/weights               float32 [postings], absent where all are 1
field/f/values                uint8 [bytes], absent where all are empty: Whoosh's encoded
field/f/value_offsets         int64 [postings + 1]  positions, characters, …
field/f/lengths               int32 [n], absent where the field has none
field/f/numbers               int32 [n]: the only term of each document, where all have one
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.segments.dictionary import Dictionary, pack

Arrays = dict[str, NDArray[Any]]


def plain_field(name: str, values: Sequence[str]) -> Arrays:
    """A field with exactly one term in each document."""
    order = sorted(range(len(values)), key=values.__getitem__)
    docs = np.array(order, dtype=np.int32)
    new = [i for i, doc in enumerate(order) if not i or values[doc] != values[order[i - 1]]]
    terms = (values[order[i]].encode("utf-8", "surrogatepass") for i in new)
    prefix = f"field/{name}"
    blob, blob_offsets = pack(terms)
    offsets = np.array([*new, len(order)], dtype=np.int64)
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[docs] = np.repeat(np.arange(len(new), dtype=np.int32), np.diff(offsets))
    return {
        f"{prefix}/blob": blob,
        f"{prefix}/blob_offsets": blob_offsets,
        f"{prefix}/offsets": offsets,
        f"{prefix}/docs": docs,
        f"{prefix}/numbers": numbers,
    }


class FieldBuffer:
    """Postings of one field on their way into a segment, in order of terms and documents."""

    def __init__(self) -> None:
        self._terms: list[bytes] = []
        self._offsets = array("q")
        self._docs = array("i")
        self._weights = array("f")
        self._values: list[bytes] = []

    def start_term(self, term: bytes) -> None:
        self._terms.append(term)
        self._offsets.append(len(self._docs))

    def add(self, doc: int, weight: float, value: bytes) -> None:
        self._docs.append(doc)
        self._weights.append(weight)
        self._values.append(value)

    def arrays(self, name: str) -> Arrays:
        """Everything as the arrays of a field."""
        prefix = f"field/{name}"
        arrays: Arrays = {}
        arrays[f"{prefix}/blob"], arrays[f"{prefix}/blob_offsets"] = pack(self._terms)
        offsets = [*self._offsets, len(self._docs)]
        arrays[f"{prefix}/offsets"] = np.array(offsets, dtype=np.int64)
        arrays[f"{prefix}/docs"] = np.array(self._docs, dtype=np.int32)
        weights = np.array(self._weights, dtype=np.float32)
        if not (weights == 1).all():
            arrays[f"{prefix}/weights"] = weights
        if any(self._values):
            packed = pack(self._values)
            arrays[f"{prefix}/values"], arrays[f"{prefix}/value_offsets"] = packed
        return arrays


class Field:
    """A field of a segment, read."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], name: str) -> None:
        prefix = f"field/{name}"
        self.terms = Dictionary(arrays[f"{prefix}/blob"], arrays[f"{prefix}/blob_offsets"])
        self._offsets = arrays[f"{prefix}/offsets"]
        self._docs: NDArray[np.int32] = arrays[f"{prefix}/docs"]
        self._weights = arrays.get(f"{prefix}/weights")
        self._values = arrays.get(f"{prefix}/values")
        self._value_offsets = arrays.get(f"{prefix}/value_offsets")

    def docs(self, number: int) -> NDArray[np.int32]:
        """The documents of a term, ascending."""
        return self._docs[self._offsets[number] : self._offsets[number + 1]]

    def count(self, number: int) -> int:
        """How many documents have the term."""
        return int(self._offsets[number + 1] - self._offsets[number])

    def weights(self, number: int) -> NDArray[np.float32] | None:
        """The weights of a term's postings, ``None`` where all are 1."""
        if self._weights is None:
            return None
        return self._weights[self._offsets[number] : self._offsets[number + 1]]

    def value(self, number: int, posting: int) -> bytes:
        """What Whoosh encoded with one of a term's postings."""
        if self._values is None or self._value_offsets is None:
            return b""
        at = int(self._offsets[number]) + posting
        return self._values[self._value_offsets[at] : self._value_offsets[at + 1]].tobytes()


def field_names(arrays: Iterable[str]) -> list[str]:
    """The fields among the names of a segment's arrays."""
    return sorted(name[6:-8] for name in arrays if name.startswith("field/") and _indexed(name))


def _indexed(name: str) -> bool:
    return name.endswith("/offsets") and not name.endswith(("blob_offsets", "value_offsets"))
