"""The kernels of searching in machine code, compiled by numba.

Each function is the twin of the one of the same name in
:mod:`indexer.engines.embedded.kernels.numpy`, whose docstring says what it does; a test
holds the two against each other.  All of them release the GIL, allocate little
beside what they return, and are compiled once, for fixed types; where the
machine code is kept is said in :mod:`indexer.engines.embedded.kernels.numba.machine_code`.
"""

from indexer.engines.embedded.kernels.numba.bitmaps import count_bits, docs_of, has_bits, or_map
from indexer.engines.embedded.kernels.numba.facets import count_column, count_list
from indexer.engines.embedded.kernels.numba.pages import top
from indexer.engines.embedded.kernels.numba.phrases import (
    aligned,
    phrase,
    phrase_sentences,
    word_sentences,
)
from indexer.engines.embedded.kernels.numba.postings import docs_in, mark_docs, set_docs
from indexer.engines.embedded.kernels.numba.scoring import (
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
