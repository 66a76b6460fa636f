"""What the start page says of a library: what it holds, what is new, what one can do.

The examples of the tasks come from the library itself, so that each finds something:
its most frequent themes, the provinces with most zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from indexer.results.holdings import Held, HoldingsQuery
from indexer.results.overviews import Stats, ThemeCount
from indexer.searcher import Searcher

#: The most frequent themes are offered; so many examples stand on a task's card.
THEMES, EXAMPLES = 16, 3
#: So many of the newest documents are listed.
NEWEST = 8


@dataclass(frozen=True, slots=True)
class Start:
    """The library at a glance; ``latest`` is the date of the newest document, if any has one."""

    stats: Stats
    latest: str
    newest: tuple[Held, ...]
    themes: tuple[ThemeCount, ...]
    provinces: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search yet."""
        return not self.stats.policies


@lru_cache(maxsize=1)
def start(searcher: Searcher) -> Start:
    """What the start page shows; counted once for an opened index."""
    facets = searcher.search("", size=1, sort="source").facets
    newest = searcher.holdings.select(HoldingsQuery(sort="date", descending=True)).held
    return Start(
        stats=searcher.stats(count_words=False),
        latest=newest[0].policy.date or "" if newest else "",
        newest=newest[:NEWEST],
        themes=tuple(theme for theme in searcher.themes()[:THEMES] if theme.count),
        provinces=tuple(value.value for value in facets["province"][:EXAMPLES]),
    )
