"""Pinyin that was sent as it stands: searched as what the suggestions offered first.

Who types ``sanshe`` and presses Enter means 三社, but no text holds these letters.
The search page then leads to the first suggestion that reads so; ``typed`` of the
address says what was typed, and the page says it with a link to the letters.  Only
one Latin word that nothing holds is read so, and never a word asked for by its letters
(``typed`` equal to ``q``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

from indexer.results.model import Results
from indexer.searcher import Searcher
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.urls import SearchParams

#: What can be the pinyin of a word.
_LETTERS = re.compile("[A-Za-zÜü']{2,40}")
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class Reading:
    """The letters that were typed, and the address of the search for them alone."""

    letters: str
    url: str


def meant(results: Results, params: SearchParams, typed: str, searcher: Searcher) -> str:
    """The address of the search that was meant by letters without a hit; else empty."""
    if results.total or results.document_total or typed == params.q or params.page > 1:
        return ""
    query = _first(params.q, searcher)
    # A filter may hide what the letters themselves find.
    if not query or (params.narrowed and searcher.find(params.q, size=1).total):
        return ""
    return _address(params.with_query(query), params.q)


def reading(params: SearchParams, typed: str, searcher: Searcher) -> Reading | None:
    """What the page says of ``typed``, if the query is what these letters are read as."""
    if not typed or typed == params.q or _first(typed, searcher) != params.q:
        return None
    return Reading(typed, _address(params.with_query(typed), typed))


def _first(letters: str, searcher: Searcher) -> str:
    """The first suggestion for the letters, if it is a text that reads so."""
    if not _LETTERS.fullmatch(letters):
        return ""
    found = searcher.complete(letters, 1)
    return found[0].query if found and _HAN.search(found[0].label) else ""


def _address(params: SearchParams, typed: str) -> str:
    pairs = (*params.pairs(), ("typed", typed))
    return with_parameters(url_for("pages.search"), encoded(pairs))
