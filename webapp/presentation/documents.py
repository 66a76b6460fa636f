"""A found document as a card: its title marked, and its best places, each by its article or row.

The engine groups, ranks and counts (:class:`~indexer.results.grouped.GroupedResults`).
Here every place gets its name and its address, and what is not shown gets a link: further
hits lead to the search for the records of that document alone, folded near-duplicates to
their own pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from corpus.policy import Policy, Record
from indexer.query.tree import Chunk, Node, Phrase, clauses_of
from indexer.request import By
from indexer.results.grouped import GroupedDocument, GroupedResults
from indexer.results.highlight import clause_marks
from indexer.results.model import DocumentHit, Hit, Part, Results
from indexer.results.spans import mark, merge
from webapp.presentation.naming import place_label, place_name
from webapp.web.languages import gettext as _
from webapp.web.urls import SearchParams, search_url

#: Hits in no more documents than this are listed by record, unless something else is asked for.
FEW = 3


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to list the results, with its exact count.

    ``short`` is the label for a phone in a language of long words.
    """

    label: str
    short: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: what it is called, the record that stands there, and the text.

    Without a ``record`` it is text that no record has.  ``until`` names the last record of
    a text that reaches over several.
    """

    name: str
    record: Record | None
    text: Markup
    until: str = ""


@dataclass(frozen=True, slots=True)
class VersionLink:
    """A near-duplicate that is folded under a document."""

    policy: Policy
    label: str
    records: int


@dataclass(frozen=True, slots=True)
class Card:
    """A document with its marked title, its best places, and how many more hits there are."""

    document: GroupedDocument
    title: Markup
    places: tuple[Place, ...]
    rest: int
    rest_url: str
    versions: tuple[VersionLink, ...]


def tabs(results: Results, params: SearchParams) -> tuple[Tab, ...]:
    """By document and by record, each one click from the other."""
    counts: tuple[tuple[By, int], ...] = (
        ("document", results.total_documents),
        ("record", results.total),
    )
    return tuple(
        Tab(
            _("按文件") if by == "document" else _("按条目"),
            _("按份") if by == "document" else _("按条"),
            count,
            search_url(params.with_by(by)),
            by == results.by,
        )
        for by, count in counts
    )


def cards(results: GroupedResults, params: SearchParams) -> tuple[Card, ...]:
    """The documents of a page as they are shown."""
    return tuple(_card(each, results.meaning, params) for each in results.grouped)


def _card(document: GroupedDocument, tree: Node, params: SearchParams) -> Card:
    alone = params.with_by("record").without_facet("policy")
    return Card(
        document,
        marked_title(document.policy.title, tree),
        tuple(place for hit in document.hits for place in places(hit)),
        max(0, document.records - len(document.hits)),
        search_url(alone.with_value("policy", document.policy.id)),
        _versions(document),
    )


def marked_title(title: str, tree: Node) -> Markup:
    """A document's title as HTML, with what of the query stands in it marked."""
    clauses = (each for each in clauses_of(tree) if isinstance(each, Chunk | Phrase))
    found = (clause_marks(title, each) for each in clauses if each.field in (None, "policy"))
    return Markup(mark(title, merge(span for spans in found for span in spans)))


def places(hit: Hit | DocumentHit) -> Iterator[Place]:
    """Where a hit stands in its document, with what is found there."""
    if isinstance(hit, DocumentHit):
        yield from map(_part, hit.parts)
        return
    record = hit.record.record
    name = f"{place_label(record)} {record.unit}" if record.unit else place_name(record)
    yield Place(name, record, _after(name, _text(hit)))


def _text(hit: Hit) -> Markup:
    """A zone's subject and what it does, or the text of a passage; the marked one first."""
    record, shown = hit.record.record, hit.snippets
    body = Markup(shown.get("body") or escape(record.body))
    if record.kind != "zone" or not record.title:
        return body
    title = Markup(shown.get("title") or escape(record.title))
    return title if not record.body else Markup("<b>{}</b> {}").format(title, body)


def _part(part: Part) -> Place:
    if not part.records:
        return Place(_("记录之外（如表头）"), None, Markup(part.snippet))
    first, last = part.records[0].record, part.records[-1].record
    until = place_name(last) if last is not first else ""
    name = place_name(first)
    return Place(name, first, _after(name, Markup(part.snippet)), until)


def _after(name: str, text: Markup) -> Markup:
    """A text without the name that it begins with, which stands before it."""
    return Markup(text.removeprefix(escape(name)).lstrip()) or text


def _versions(document: GroupedDocument) -> tuple[VersionLink, ...]:
    years = Counter(_year(each.policy) for each in document.versions)
    own = _year(document.policy)
    return tuple(
        VersionLink(each.policy, _label(each.policy, years, own), each.records)
        for each in document.versions
    )


def _label(policy: Policy, years: Counter[str], own: str) -> str:
    """The year of a version where that alone tells it from the others."""
    year = _year(policy)
    if year and years[year] == 1 and year != own:
        return _("%(year)s 版", year=year)
    return policy.number or policy.date or policy.title


def _year(policy: Policy) -> str:
    return (policy.date or "")[:4]
