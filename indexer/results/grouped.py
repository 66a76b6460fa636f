"""Results grouped by document: what a page of documents holds, and its JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from corpus.policy import Policy
from indexer.results.model import DocumentHit, Hit, Match, Results, described

#: The fields of a record, that which says most first.
_FIRST = ("body", "title", "unit")


class Version(Protocol):
    """A near-duplicate with the number of its full hits."""

    @property
    def policy(self) -> Policy:
        """The near-duplicate."""

    @property
    def records(self) -> int:
        """How many full hits it has."""


@dataclass(frozen=True, slots=True)
class GroupedDocument:
    """A policy and what was found in it.

    ``records`` counts its full hits, of which ``hits`` are the best.  Where ``match`` is
    ``document``, the one hit is the policy itself, with its parts; where it is
    ``partial``, they are partial hits.  ``versions`` are the near-duplicates that are
    folded under it, the newest first.
    """

    policy: Policy
    match: Match | None
    score: float
    records: int
    hits: tuple[Hit | DocumentHit, ...]
    versions: Sequence[Version] = ()

    @property
    def snippet(self) -> str:
        """The best place of the best hit, as HTML: marked if anything is."""
        if not self.hits:
            return ""
        best = self.hits[0]
        if isinstance(best, DocumentHit):
            return best.parts[0].snippet if best.parts else ""
        marked = (text for field in _FIRST if "<mark>" in (text := best.snippets[field]))
        return next(marked, best.snippets["body"] or best.snippets["title"])

    def to_dict(self) -> dict[str, Any]:
        """The object of the API."""
        return {
            "policy": described(self.policy),
            "match": self.match,
            "score": self.score,
            "records": self.records,
            "hits": [hit.to_dict() for hit in self.hits],
            "versions": [
                {
                    "id": each.policy.id,
                    "title": each.policy.title,
                    "date": each.policy.date,
                    "records": each.records,
                }
                for each in self.versions
            ],
        }


@dataclass(frozen=True, slots=True)
class GroupedResults(Results):
    """A page of documents; ``page`` and ``size`` count them, and so do the facets.

    ``total``, ``document_total`` and ``partial_total`` count hits as ever.  After the
    ``total_documents`` that have full hits, or are hits themselves, come
    ``partial_documents``.  ``folded``: whether near-duplicates count as one.
    There are no ``hits`` beside those of the ``grouped`` documents.
    """

    grouped: tuple[GroupedDocument, ...] = ()
    partial_documents: int = 0
    folded: bool = True

    @property
    def by(self) -> str:
        return "document"

    @property
    def last_page(self) -> int:
        return max(1, -(-(self.total_documents + self.partial_documents) // self.size))

    def to_dict(self) -> dict[str, Any]:
        made = Results.to_dict(self)
        named = {"by": self.by, "documents": [each.to_dict() for each in self.grouped]}
        counted = {"partial_documents": self.partial_documents}
        return {key: value for key, value in made.items() if key != "hits"} | counted | named


def grouped(
    results: Results, documents: tuple[GroupedDocument, ...], partial: int, folded: bool
) -> GroupedResults:
    """Results with documents instead of hits."""
    same = {each.name: getattr(results, each.name) for each in fields(results)}
    return GroupedResults(**same, grouped=documents, partial_documents=partial, folded=folded)
