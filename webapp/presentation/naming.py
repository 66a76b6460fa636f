"""What a record is called: an article by its number, a row by its place in the appendix.

A passage has no title of its own but the headings it stands under.  The lowest of
them may say nothing alone (二), so that a passage is called by its article (第二十六条),
else by the beginning of its text.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from corpus.parsing.headings import SEPARATOR
from corpus.policy import Record
from indexer.results.model import Hit
from indexer.results.spans import mark
from webapp.web.languages import gettext as _

_ARTICLE = re.compile(r"第[0-9０-９〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
_NUMBER = re.compile(r"[（(]?[0-9０-９〇零一二三四五六七八九十百千]+[）)、.．]?")
_STOP = re.compile(r"[。；！？\n]")
#: Characters of a text that stand for it.
_LONGEST = 20


def place_label(record: Record) -> str:
    """Where in its policy a record stands, by count, for the reader."""
    if record.kind == "zone":
        return _("附件第%(n)s项", n=record.n)
    return _("第%(n)s段", n=record.n)


def place_name(record: Record) -> str:
    """What a reader calls the place of a record: 第二十六条, 附件第7项, 二、加强领导."""
    if record.kind == "zone" or not record.title:
        return place_label(record)
    steps = record.title.split(SEPARATOR)
    if above := article_path(record):
        found = _ARTICLE.match(above[-1])
        items = (below for below in steps[len(above) :] if _NUMBER.fullmatch(below))
        return "".join((found.group() if found else above[-1], *items))
    return _beginning(record.body) if _NUMBER.fullmatch(steps[-1]) else steps[-1]


def article_path(record: Record) -> tuple[str, ...]:
    """The headings down to the article that a record is in; nothing where there is none."""
    if record.kind == "zone" or not record.title:
        return ()
    steps = record.title.split(SEPARATOR)
    for at, step in enumerate(steps, 1):
        if _ARTICLE.match(step):
            return tuple(steps[:at])
    return ()


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


def _beginning(text: str) -> str:
    first = _STOP.split(text, maxsplit=1)[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
