"""What an index holds, apart from any query: its policies, its themes, and how much of each.

The pages that list documents and themes ask here, and so does the command that
prints statistics, all through the searcher.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from corpus.policy import Policy
from indexer.engines.base import EVERYTHING, NO_FILTERS, IndexReader, Ranked, Search
from indexer.errors import ThemeNotFound
from indexer.query.tree import Everything
from indexer.results.highlight import snippets
from indexer.results.holdings import Held, Holdings
from indexer.results.model import Filters, Hit
from indexer.results.overviews import Stats, ThemeCount, ThemeRecord, ThemeRecords
from indexer.results.spans import merge
from indexer.schema import DEFAULT_FIELDS
from indexer.themes.lexicon import ThemeLexicon
from indexer.themes.parts import evidence_parts


class Catalogue:
    """Lists and counts what one opened index holds.  Threads may share it."""

    def __init__(
        self, reader: IndexReader, policies: Sequence[Policy], lexicon: ThemeLexicon
    ) -> None:
        self._reader = reader
        self._lexicon = lexicon
        #: All policies, in library order.
        self.policies = tuple(policies)

    @cached_property
    def holdings(self) -> Holdings:
        """Every policy with the number of its records; counted once."""
        counts = self._reader.cross(EVERYTHING, NO_FILTERS, "policy", "kind")
        return Holdings(
            Held(each, *(counts.get((each.id, kind), 0) for kind in ("zone", "passage")))
            for each in self.policies
        )

    def themes(self) -> tuple[ThemeCount, ...]:
        """Every theme of the lexicon, most records first, then in lexicon order."""
        found = self._reader.search(Search(Everything(), facets=("theme",), size=1))
        counts = dict(found.facets["theme"])
        themes = [
            ThemeCount(theme.name, counts.get(theme.name, 0), theme.variants, theme.automatic)
            for theme in self._lexicon.themes
        ]
        return tuple(sorted(themes, key=lambda theme: -theme.count))

    def theme(self, name: str, most: int | None = None) -> ThemeRecords:
        """A theme, by its name or a variant, with its first ``most`` records and their evidence.

        All of them are counted.
        Raises :class:`~indexer.errors.ThemeNotFound`.
        """
        theme = self._lexicon.resolve(name)
        if theme is None:
            raise ThemeNotFound(f"没有名为“{name}”的议题", "请在议题页查看全部议题")
        within = Filters(theme=(theme.name,))
        found = islice(self._reader.scan(filters=within), most)
        records = tuple(_theme_record(each, theme.name) for each in found)
        counted = self._reader.search(
            Search(Everything(), filters=within, facets=("province",), size=1)
        )
        provinces = tuple(counted.facets["province"])
        return ThemeRecords(theme.name, theme.variants, records, counted.total, provinces)

    def stats(self, *, count_words: bool = True) -> Stats:
        """Counts over the whole index; counting its words reads all of it."""
        found = self._reader.search(Search(Everything(), size=1))
        kinds = dict(found.facets["kind"])
        return Stats(
            info=self._reader.info,
            policies=len(self.policies),
            records=found.total,
            zones=kinds.get("zone", 0),
            passages=kinds.get("passage", 0),
            provinces=len(found.facets["province"]),
            themes=len(found.facets["theme"]),
            words=sum(1 for _ in self._reader.terms()) if count_words else None,
        )


def _theme_record(ranked: Ranked, theme: str) -> ThemeRecord:
    """A record of a theme, marked where the evidence stands."""
    entry = ranked.record
    evidence = entry.themes[theme]
    marks = {
        field: merge(r for e in evidence if e.field == field for r in evidence_parts(e))
        for field in DEFAULT_FIELDS
    }
    hit = Hit(entry, 0.0, None, marks, snippets(entry, marks))
    return ThemeRecord(hit, evidence)
