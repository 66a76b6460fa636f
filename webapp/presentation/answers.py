"""The card above the hits: what a query that names one thing is answered with.

A query that is nothing but the name of a theme, a place or an issuer asks for that
thing, not only for its letters.  The card says how much of it the library holds and
leads to the page, the pictures and the files of exactly these records.  The numbers
are those of the addresses that the card links; the hits below are not changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.places.places import place_of
from corpus.places.regions import match_stem, resolve_whole
from corpus.policy import Region
from indexer.query.tree import Chunk, Metadata, Node, Phrase
from indexer.results.model import Results
from indexer.searcher import Searcher
from webapp.web.addresses import panel_url, url_for
from webapp.web.urls import SearchParams, search_url

#: Ways of saying a theme that the card names.
NAMED_VARIANTS = 3
#: More values than a facet of a library has: they are counted, not listed.
_ALL = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library holds of a thing.

    ``count`` is the number of records that ``asked`` finds, ``policies`` that of
    documents; ``variants`` are other ways of saying a theme, ``provinces`` those that
    its zones lie in.  ``page`` is the page of the thing, empty where it has none.
    """

    kind: Literal["theme", "place", "issuer"]
    name: str
    count: int
    asked: SearchParams
    page: str = ""
    policies: int = 0
    variants: tuple[str, ...] = ()
    more_variants: bool = False
    provinces: int = 0

    @property
    def found(self) -> str:
        """The address of the records."""
        return search_url(self.asked)

    @property
    def export(self) -> str:
        """The address at which they become a file."""
        return panel_url(self.asked.pairs())


def answer(results: Results, params: SearchParams, searcher: Searcher) -> Answer | None:
    """The answer to a query that names one thing; only above its first page."""
    text = _named(results.meaning) if params.page == 1 else ""
    if not text:
        return None
    return _theme(text, searcher) or _issuer(text, searcher) or _place(text, searcher)


def _named(node: Node) -> str:
    """The text of a query that is one text, searched anywhere or in a field of names."""
    match node:
        case Chunk(text, None | "issuer", False) | Phrase(text, None | "issuer", False):
            return text
        case Metadata(text, "theme" | "province" | "city" | "county"):
            return text
    return ""


def _theme(text: str, searcher: Searcher) -> Answer | None:
    theme = searcher.linguistics.themes.resolve(text)
    if theme is None:
        return None
    asked = SearchParams().with_value("theme", theme.name)
    found = searcher.find("", filters=asked.filters, size=1, facet_values=_ALL)
    if not found.total:
        return None
    return Answer(
        "theme",
        theme.name,
        found.total,
        asked,
        page=url_for("pages.theme", name=theme.name),
        policies=len(found.facets["policy"]),
        variants=theme.variants[:NAMED_VARIANTS],
        more_variants=len(theme.variants) > NAMED_VARIANTS,
        provinces=len(found.facets["province"]),
    )


def _issuer(text: str, searcher: Searcher) -> Answer | None:
    if text not in _issuers(searcher):
        return None
    asked = SearchParams().with_value("issuer", text)
    total = searcher.find("", filters=asked.filters, size=1).total
    policies = _issuers(searcher)[text]
    return Answer("issuer", text, total, asked, policies=policies)


def _place(text: str, searcher: Searcher) -> Answer | None:
    region = resolve_whole(text) or match_stem(text, within="")
    if region is None or region.code is None:
        return None
    asked = SearchParams().with_value("kind", "zone")
    for level, value in _levels(region).items():
        asked = asked.with_value(level, value)
    found = searcher.find("", filters=asked.filters, size=1, facet_values=_ALL)
    if not found.total:
        return None
    # The page of a place follows it alone, not what lies in it, through its names.
    key = place_of(region) if region.county else None
    return Answer(
        "place",
        region.full_name,
        found.total,
        asked,
        page=url_for("places.place", key=key) if key else "",
        policies=len(found.facets["policy"]),
    )


def _levels(region: Region) -> dict[str, str]:
    levels = {level: getattr(region, level) for level in ("province", "city", "county")}
    return {level: name for level, name in levels.items() if name}


@lru_cache(maxsize=1)
def _issuers(searcher: Searcher) -> dict[str, int]:
    """Every organ with the number of its documents; counted once for an opened index."""
    counts: dict[str, int] = {}
    for policy in searcher.policies():
        for organ in dict.fromkeys(policy.organs):
            counts[organ] = counts.get(organ, 0) + 1
    return counts
