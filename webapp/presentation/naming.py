"""What a record is called on a page: an article by its number, a row by its place in the appendix.

The words of the documents come from :mod:`indexer.results.naming`; here they are marked,
and what has no name of its own is called by count in the reader's language.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from corpus.parsing.headings import SEPARATOR
from corpus.policy import Policy, Record
from indexer.results.model import Hit
from indexer.results.naming import article_path, passage_name
from indexer.results.spans import mark
from webapp.web.languages import gettext as _

#: Characters of a document's title in the name of one of its records.
_LONGEST_TITLE = 80


def place_label(record: Record) -> str:
    """Where in its policy a record stands, by count, for the reader."""
    if record.kind == "zone":
        return _("附件第%(n)s项", n=record.n)
    return _("第%(n)s段", n=record.n)


def place_name(record: Record) -> str:
    """What a reader calls the place of a record: 第二十六条, 附件第7项, 二、加强领导."""
    return passage_name(record) or place_label(record)


def list_name(record: Record, policy: Policy) -> str:
    """What a list over several documents calls a record: 某市某区, 《某条例》第二十六条."""
    title = policy.title
    if len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1]}…"
    return record.unit or f"《{title}》{place_name(record)}"


def chapters(record: Record) -> tuple[str, ...]:
    """The headings above what :func:`place_name` names."""
    if record.kind == "zone" or not record.title:
        return ()
    return (article_path(record) or tuple(record.title.split(SEPARATOR)))[:-1]


def marked_name(hit: Hit) -> Markup:
    """What the place of a hit is called (:func:`place_name`) as HTML; a heading is marked."""
    record = hit.record.record
    name = place_name(record)
    if not record.title.endswith(name):
        return escape(name)
    start = len(record.title) - len(name)
    return Markup(mark(record.title, hit.highlights.get("title", ()), start))


def chapter_line(hit: Hit) -> Markup:
    """The headings above what :func:`place_name` names, as HTML, marked."""
    record = hit.record.record
    above = len(SEPARATOR.join(chapters(record)))
    return Markup(mark(record.title, hit.highlights.get("title", ()), 0, above))
