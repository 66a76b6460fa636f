"""The kernels of searching in plain NumPy: what each one does, and the way where numba is missing.

Shared terms.  A *document* is numbered from 0 over all segments; ``base`` is
the first one of a segment.  A *zone* is one of up to four fields of a stream.
A *key*, int32, is ``document within the segment * 4 + zone``; ``zones`` is a
mask with a bit for each zone that counts.  A set of documents is a *bitmap*:
uint64, 64 documents a word, the first in the lowest bit.  A posting list is a
slice ``[lo, hi)`` of ``keys``, ascending; its frequencies are uint8, where 255
means that the number stands in ``over_freq`` (int32) at the place of the
posting in ``over_at`` (int64, ascending).
"""

from indexer.engines.embedded.kernels.numpy.bitmaps import count_bits, docs_of, has_bits, or_map
from indexer.engines.embedded.kernels.numpy.facets import count_column, count_list
from indexer.engines.embedded.kernels.numpy.pages import top
from indexer.engines.embedded.kernels.numpy.phrases import (
    aligned,
    phrase,
    phrase_sentences,
    word_sentences,
)
from indexer.engines.embedded.kernels.numpy.postings import docs_in, mark_docs, set_docs
from indexer.engines.embedded.kernels.numpy.scoring import (
    best,
    in_context,
    rank,
    score_terms,
    unit_scores,
)

__all__ = [
    "aligned",
    "best",
    "count_bits",
    "count_column",
    "count_list",
    "docs_in",
    "docs_of",
    "has_bits",
    "in_context",
    "mark_docs",
    "or_map",
    "phrase",
    "phrase_sentences",
    "rank",
    "score_terms",
    "set_docs",
    "top",
    "unit_scores",
    "word_sentences",
]
