"""What a search gives back, as frozen values, and its JSON form.

:class:`Results` is the object that the pages render, the API and the command
line print, and the exports write: one shape for every face.  ``to_dict``
gives plain dictionaries with exactly the keys that the faces promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from corpus.policy import Policy
from indexer.query.regions import NO_PLACES, PlaceCounts
from indexer.query.tree import Clause, Everything, Node, QueryWarning
from indexer.results.facet_values import FacetValue as FacetValue
from indexer.results.facet_values import dictionaries
from indexer.results.facets import FACETS as FACETS
from indexer.results.facets import Filters as Filters
from indexer.results.record import Evidence as Evidence
from indexer.results.record import IndexRecord as IndexRecord
from indexer.results.spans import Range as Range
from indexer.schema import DEFAULT_FIELDS

Match = Literal["literal", "words", "document", "partial"]
SORTS = ("relevance", "date", "region", "source")
MAX_SIZE = 200
DEFAULT_SIZE = 20


def described(policy: Policy) -> dict[str, Any]:
    """What a hit says of its policy."""
    return {
        "id": policy.id,
        "title": policy.title,
        "number": policy.number,
        "issuer": policy.issuer,
        "date": policy.date,
        "category": policy.category,
        "issuers": list(policy.organs),
        "region": asdict(policy.region) if policy.region else None,
        "level": policy.level,
        "validity": policy.validity,
        "ocr": asdict(policy.ocr) if policy.ocr else None,
    }


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record, with what to mark in it.

    ``match`` is ``None`` where no text was searched.  ``highlights`` and
    ``snippets`` have the keys ``unit``, ``title``, ``body``; a snippet is
    HTML in which everything but ``<mark>`` is escaped.
    """

    record: IndexRecord
    score: float
    match: Match | None
    highlights: Mapping[str, tuple[Range, ...]]
    snippets: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        entry, rec, policy = self.record, self.record.record, self.record.policy
        region = rec.region
        return {
            "id": rec.id,
            "kind": rec.kind,
            "n": rec.n,
            "score": self.score,
            "match": self.match,
            "policy": described(policy),
            "unit": rec.unit,
            "status": rec.status,
            "region": {
                "province": region.province if region else None,
                "city": region.city if region else None,
                "county": region.county if region else None,
                "code": region.code if region else None,
            },
            "title": rec.title,
            "body": rec.body,
            "themes": list(entry.themes),
            "keywords": list(entry.keywords),
            "highlights": {k: [list(r) for r in v] for k, v in self.highlights.items()},
            "snippets": dict(self.snippets),
        }


class DocumentPart(NamedTuple):
    """A place in a document that shows why it was found.

    ``clause`` stands in ``text``, lines of the document that ``records`` stand on, or,
    where ``text`` is empty, in the one record of ``records``.
    """

    clause: Clause
    text: str
    records: tuple[IndexRecord, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A place in a document that shows why it was found: HTML, and the records that stand there.

    Without a record it is text that no record has, such as the head of a table.
    """

    snippet: str
    records: tuple[IndexRecord, ...]

    def to_dict(self) -> dict[str, Any]:
        records = [each.record for each in self.records]
        named = [{"id": each.id, "kind": each.kind, "n": each.n} for each in records]
        return {"snippet": self.snippet, "records": named}


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A policy that holds all that was asked for though no record of it does."""

    policy: Policy
    score: float
    parts: tuple[Part, ...]

    def to_dict(self) -> dict[str, Any]:
        """The keys of a :class:`Hit`, and ``parts``."""
        return {
            "id": self.policy.id,
            "kind": "document",
            "n": None,
            "score": self.score,
            "match": "document",
            "policy": described(self.policy),
            "unit": None,
            "status": None,
            "region": dict.fromkeys(("province", "city", "county", "code")),
            "title": self.policy.title,
            "body": "",
            "themes": [],
            "keywords": [],
            "highlights": {field: [] for field in DEFAULT_FIELDS},
            "snippets": {
                **dict.fromkeys(DEFAULT_FIELDS, ""),
                "body": " … ".join(part.snippet for part in self.parts),
            },
            "parts": [part.to_dict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class NearHits:
    """Records near in meaning, the nearest first, and what can be said of how they were found.

    They stand apart from all other hits, and are in no count.

    A hit's ``score`` is the cosine with the query, its marks are its nearest sentence.
    ``model`` names the encoder, ``place`` the address that texts are sent to, empty where
    they stay in this process.  ``made`` of ``total`` records have a vector.  ``problem``
    and ``hint`` say why there are no hits where something failed.
    """

    hits: Sequence[Hit] = ()
    model: str = ""
    place: str = ""
    made: int = 0
    total: int = 0
    problem: str = ""
    hint: str = ""

    @property
    def complete(self) -> bool:
        """Whether every record could have been found."""
        return self.made >= self.total

    def to_dict(self) -> dict[str, Any]:
        """The object of the API."""
        return {
            "model": self.model,
            "address": self.place or None,
            "made": self.made,
            "total": self.total,
            "problem": self.problem or None,
            "hint": self.hint or None,
            "hits": [hit.to_dict() for hit in self.hits],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query that the user may try, and how many hits it would give.

    ``about`` is what a change is about (the part left out, the field asked),
    for a face that says it in another language.
    """

    kind: str
    query: str
    label: str
    count: int
    about: str = ""

    def to_dict(self) -> dict[str, str | int]:
        """Without ``about``."""
        return {
            "kind": self.kind,
            "query": self.query,
            "label": self.label,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index answered: so that a result can be cited and repeated."""

    version: str
    built_at: str
    records: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits with everything that explains it.

    ``hits`` holds full hits, then partial ones; ``documents`` are the policies that
    stand between both.  ``total`` counts the full hits, ``total_documents`` the documents
    that these and ``documents`` are in, near-duplicates folded.  Facets count full hits (partial
    ones where ``total`` is 0).
    ``expansions`` are the synonyms that were looked for as well.  ``chosen``
    are the ids of records that were asked for one by one instead of searched.
    ``meaning`` is the tree that was searched, which ``interpretation`` puts
    into words; ``places`` says how regions that are asked for were found.  ``near`` is there
    where an encoder is set and the query is one to be encoded, on the first page.
    """

    query: str
    interpretation: str
    warnings: tuple[QueryWarning, ...]
    total: int
    partial_total: int
    page: int
    size: int
    took_ms: float
    index: IndexInfo
    hits: tuple[Hit, ...]
    facets: Mapping[str, Sequence[FacetValue]]
    suggestions: tuple[Suggestion, ...] = ()
    filters: Filters = field(default_factory=Filters)
    sort: str = "relevance"
    expansions: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    meaning: Node = field(default_factory=Everything)
    document_total: int = 0
    documents: tuple[DocumentHit, ...] = ()
    total_documents: int = 0
    places: PlaceCounts = field(default_factory=lambda: NO_PLACES)
    near: NearHits | None = None

    @property
    def by(self) -> str:
        """What the page is made of: ``record`` or ``document``."""
        return "record"

    @property
    def listed(self) -> tuple[Hit | DocumentHit, ...]:
        """Everything on the page in order."""
        full = tuple(hit for hit in self.hits if hit.match != "partial")
        return (*full, *self.documents, *self.hits[len(full) :])

    @property
    def last_page(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, -(-(self.total + self.document_total + self.partial_total) // self.size))

    def to_dict(self) -> dict[str, Any]:
        """The object of the API; ``near`` is a key of it only where it is there."""
        near = {"near": self.near.to_dict()} if self.near else {}
        return {
            "query": self.query,
            "interpretation": self.interpretation,
            "warnings": [warning.to_dict() for warning in self.warnings],
            "total": self.total,
            "document_total": self.document_total,
            "partial_total": self.partial_total,
            "total_documents": self.total_documents,
            "page": self.page,
            "size": self.size,
            "took_ms": self.took_ms,
            "index": {
                "version": self.index.version,
                "built_at": self.index.built_at,
                "records": self.index.records,
            },
            "hits": [hit.to_dict() for hit in self.listed],
            "facets": {name: dictionaries(values) for name, values in self.facets.items()},
            "suggestions": [each.to_dict() for each in self.suggestions],
            **near,
        }
