"""What is asked of a searcher, as one value: faces make it of an address or of options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indexer.engines.base import NO_FILTERS, Search
from indexer.query.tree import Node
from indexer.results.facets import FACETS, Filters
from indexer.results.model import DEFAULT_SIZE

#: What an answer is made of; the first where nothing is said.
By = Literal["record", "document"]
BY: tuple[By, ...] = ("record", "document")


@dataclass(frozen=True, slots=True)
class Request:
    """A query text and everything that is chosen beside it.

    ``synonyms`` also finds other ways to write a chunk.  ``facet_values``: no more than so
    many values of each facet, beside chosen ones; ``None``: all.  ``by`` document, ``page``
    and ``size`` count documents.  ``folded``: near-duplicates count as one document.
    """

    text: str = ""
    filters: Filters = NO_FILTERS
    sort: str = "relevance"
    page: int = 1
    size: int = DEFAULT_SIZE
    synonyms: bool = True
    facet_values: int | None = None
    by: By = "record"
    folded: bool = True

    def search(self, tree: Node) -> Search:
        """The same as an engine takes it, with the text understood as ``tree``."""
        return Search(
            tree,
            self.filters,
            FACETS,
            self.sort,
            self.page,
            self.size,
            self.facet_values,
            folded=self.folded,
        )
