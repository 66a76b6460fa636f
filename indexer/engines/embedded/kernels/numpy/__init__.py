"""The kernels of searching in plain NumPy: the way where numba is missing.

What each of them does is said in :mod:`indexer.engines.embedded.kernels.protocol`.
"""

from indexer.engines.embedded.kernels.numpy.best import best, sum_runs, top, top_of_runs
from indexer.engines.embedded.kernels.numpy.bitmaps import (
    count_bits,
    docs_of,
    has_bits,
    or_map,
    owners_of,
)
from indexer.engines.embedded.kernels.numpy.facets import (
    count_column,
    count_further,
    count_grouped_column,
    count_grouped_list,
    count_list,
)
from indexer.engines.embedded.kernels.numpy.phrases import (
    aligned,
    open_rows,
    phrase,
    phrase_sentences,
    word_sentences,
)
from indexer.engines.embedded.kernels.numpy.postings import docs_in, mark_docs, set_docs
from indexer.engines.embedded.kernels.numpy.scoring import (
    rank,
    score_in_context,
    score_terms,
    score_units,
)
from indexer.engines.embedded.kernels.numpy.vectors import products

__all__ = [
    "aligned",
    "best",
    "count_bits",
    "count_column",
    "count_further",
    "count_grouped_column",
    "count_grouped_list",
    "count_list",
    "docs_in",
    "docs_of",
    "has_bits",
    "mark_docs",
    "open_rows",
    "or_map",
    "owners_of",
    "phrase",
    "phrase_sentences",
    "products",
    "rank",
    "score_in_context",
    "score_terms",
    "score_units",
    "set_docs",
    "sum_runs",
    "top",
    "top_of_runs",
    "word_sentences",
]
