"""The themes of a segment's records, with their evidence: a file beside the segment.

Nothing that is searched or ranked depends on a theme.  So a change of the
themes rewrites this file and touches no posting, and the facet column and the
stored evidence both come from it.

    themes/values     uint8 [bytes]          names, sorted, \\x1f between them
    themes/starts     int64 [n + 1]          each document's themes:
    themes/codes      int32 [themes]         numbers of names, the weightiest first
    evidence/starts   int64 [themes + 1]     each of those themes' evidence:
    evidence/spans    int32 [pieces, 2]      start and end in the field
    evidence/texts    int32 [pieces, 3]      field, phrase and rule, as numbers in …
    evidence/blob, evidence/blob_offsets     … these texts
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.base import Themes
from indexer.engines.embedded.segments.array_file import Array
from indexer.engines.embedded.segments.dictionary import Dictionary, pack
from indexer.engines.embedded.segments.values import joined_values, split_values
from indexer.results.record import Evidence

Arrays = dict[str, NDArray[Any]]
#: Texts of evidence that stay decoded.
_REMEMBERED = 4096


def theme_arrays(rows: Iterable[Themes]) -> Arrays:
    """The themes of documents as arrays, a row for each document in order."""
    names: dict[str, int] = {}
    texts: dict[str, int] = {}
    starts, codes, evidence_starts = array("q", [0]), array("i"), array("q", [0])
    spans, numbers = array("i"), array("i")
    for row in rows:
        for name, evidence in row.items():
            codes.append(names.setdefault(name, len(names)))
            for piece in evidence:
                spans.extend((piece.start, piece.end))
                said = (piece.field, piece.phrase, piece.rule)
                numbers.extend([texts.setdefault(text, len(texts)) for text in said])
            evidence_starts.append(len(spans) // 2)
        starts.append(len(codes))
    order = sorted(names)
    table = np.empty(len(names), dtype=np.int32)
    table[[names[name] for name in order]] = np.arange(len(order), dtype=np.int32)
    blob, blob_offsets = pack(text.encode("utf-8", "surrogatepass") for text in texts)
    return {
        "themes/values": joined_values(order),
        "themes/starts": np.array(starts, dtype=np.int64),
        "themes/codes": table[np.array(codes, dtype=np.int64)],
        "evidence/starts": np.array(evidence_starts, dtype=np.int64),
        "evidence/spans": np.array(spans, dtype=np.int32).reshape(-1, 2),
        "evidence/texts": np.array(numbers, dtype=np.int32).reshape(-1, 3),
        "evidence/blob": blob,
        "evidence/blob_offsets": blob_offsets,
    }


class StoredThemes:
    """The themes of one segment's records.  Threads may share it."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.names = split_values(arrays["themes/values"])
        self.starts: NDArray[np.int64] = arrays["themes/starts"]
        self.codes: NDArray[np.int32] = arrays["themes/codes"]
        self._evidence: NDArray[np.int64] = arrays["evidence/starts"]
        self._spans = arrays["evidence/spans"]
        self._texts = arrays["evidence/texts"]
        self._strings = Dictionary(arrays["evidence/blob"], arrays["evidence/blob_offsets"])
        # Few fields, phrases and rules say it all; every record that is shown asks for some.
        self._text = lru_cache(maxsize=_REMEMBERED)(self._strings.text)

    def of(self, doc: int) -> dict[str, tuple[Evidence, ...]]:
        """The themes of a document's record, the weightiest first."""
        first, last = self.starts[doc : doc + 2].tolist()
        if first == last:
            return {}
        bounds = self._evidence[first : last + 1].tolist()
        begin, end = bounds[0], bounds[-1]
        said = self._texts[begin:end].tolist()
        spans, text = self._spans[begin:end].tolist(), self._text
        pieces = [
            Evidence(text(field), start, stop, text(phrase), text(rule))
            for (field, phrase, rule), (start, stop) in zip(said, spans, strict=True)
        ]
        return {
            self.names[code]: tuple(pieces[at - begin : to - begin])
            for code, (at, to) in zip(
                self.codes[first:last].tolist(), pairwise(bounds), strict=True
            )
        }
