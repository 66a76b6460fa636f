"""What a passage is called by its headings: an article by its number, else by the lowest.

A passage has no title of its own but the headings it stands under.  The lowest of
them may say nothing alone (二), so that a passage is called by its article (第二十六条),
else by the beginning of its text.  Pages, tables and files name rows from here.
"""

from __future__ import annotations

import re

from corpus.parsing.headings import SEPARATOR
from corpus.policy import Record

_ARTICLE = re.compile(r"第[0-9０-９〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
_NUMBER = re.compile(r"[（(]?[0-9０-９〇零一二三四五六七八九十百千]+[）)、.．]?")
_STOP = re.compile(r"[。；！？\n]")
#: Characters of a text that stand for it.
_LONGEST = 20


def passage_name(record: Record) -> str:
    """第二十六条, 第十条（二）, 二、加强领导; empty for a zone and where there is no heading."""
    if record.kind == "zone" or not record.title:
        return ""
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


def row_name(record: Record) -> str:
    """What a row of a table is called: a zone by its unit, a passage by :func:`passage_name`.

    Where there is neither, it is called by its place in the document.
    """
    if record.kind == "zone":
        return record.unit or f"附件第{record.n}项"
    return passage_name(record) or f"第{record.n}段"


def _beginning(text: str) -> str:
    first = _STOP.split(text, maxsplit=1)[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
