"""A record at its place: the rows of its table, or the article it is in, with the chapter above.

A row is shown with the head of its table and the rows beside it, a paragraph
with the other paragraphs of its article, or with those beside it where the text has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.policy import Record
from indexer.results.model import Hit
from indexer.results.naming import article_path
from webapp.presentation.naming import chapters
from webapp.reading.blocks import Block, blocks_of, row_of
from webapp.reading.marking import unnumbered
from webapp.reading.roles import Setting

#: Rows before and after a row, and paragraphs where there is no article.
BESIDE = 2
#: Paragraphs of an article before and after one of them.
OF_ARTICLE = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The headings above, and the blocks around a record; ``own`` is its anchor."""

    chapters: tuple[str, ...]
    blocks: tuple[Block, ...]
    own: str


def surroundings(records: Sequence[Record], settings: Sequence[Setting], hit: Hit) -> Surroundings:
    """What stands around the record of ``hit``, whose ranges are marked."""
    record = hit.record.record
    at = next(i for i, one in enumerate(records) if one.id == record.id)
    rows = []
    for i in _around(records, settings, at):
        ranges = hit.highlights if i == at else {}
        rows.append(row_of(records[i], settings[i], ranges, unnumbered))
    return Surroundings(chapters(record), blocks_of(rows), f"{record.kind}-{record.n}")


def _around(records: Sequence[Record], settings: Sequence[Setting], at: int) -> range:
    role, article = settings[at].role, article_path(records[at])
    tabular = role in ("zone", "cells")
    most = BESIDE if tabular or not article else OF_ARTICLE

    def together(i: int) -> bool:
        if tabular:
            return settings[i].role == role
        if article:
            return article_path(records[i]) == article
        return settings[i].role not in ("zone", "cells")

    start = at
    while start > max(0, at - most) and together(start - 1):
        start -= 1
    end = at
    while end < min(len(records) - 1, at + most) and together(end + 1):
        end += 1
    return range(start, end + 1)
