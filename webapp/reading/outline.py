"""The outline of a document: its headings and articles as a tree, with the hits in each.

What has many entries is folded, so that an outline of thousands of articles
stays short on the page; many articles in a row without a chapter are put together by
fifties.  On a page that shows one part, articles are listed for that part alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.policy import Record
from webapp.reading.roles import ANNEX, ANNEX_RANK, ARTICLE_RANK, Setting

#: More entries than this in a row are put together by so many.
CROWD = 50
_LONGEST = 36
#: Below this rank (items in items) nothing is listed.
_LOWEST = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading: its label, where it stands, the hits in all of it, and what is below it."""

    label: str
    href: str
    hits: int
    below: tuple[Entry, ...] = ()


@dataclass(slots=True)
class _Open:
    """An entry that is still read."""

    rank: int
    label: str
    href: str
    hits: int
    below: list[Entry]


def outline(
    records: Sequence[Record],
    settings: Sequence[Setting],
    hits: Sequence[int],
    shown: range,
    href: Callable[[int], str],
) -> tuple[Entry, ...]:
    """The tree of headings; ``hits`` counts the marks of each record, ``href`` addresses it.

    ``shown`` are the records on the page.
    """
    root = _Open(-1, "", "", 0, [])
    path = [root]
    for at, (record, setting) in enumerate(zip(records, settings, strict=True)):
        named = setting.role == "annex" and settings[at + 1 : at + 2] == (ANNEX,)
        if not named and _listed(setting, at, shown):
            rank = setting.rank or 0
            _close(path, rank)
            path.append(_Open(rank, label(record, setting), href(at), 0, []))
        path[-1].hits += hits[at]
    _close(path, ANNEX_RANK)
    return _grouped(root.below)


def _listed(setting: Setting, at: int, shown: range) -> bool:
    """Whether a record has an entry: on other parts of the document, only chapters have."""
    rank = setting.rank
    if rank is None or rank > _LOWEST:
        return False
    return at in shown or (setting.role == "heading" and rank < ARTICLE_RANK)


def _close(path: list[_Open], rank: int) -> None:
    """Ends the entries that a heading of ``rank`` does not stand under."""
    while len(path) > 1 and path[-1].rank >= rank:
        done = path.pop()
        path[-1].below.append(Entry(done.label, done.href, done.hits, _grouped(done.below)))
        path[-1].hits += done.hits


def label(record: Record, setting: Setting) -> str:
    """What a heading is called in the outline."""
    text = " ".join(record.body[: setting.lead or None].split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _grouped(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Long runs of entries without any below them, put together by :data:`CROWD`."""
    if len(entries) <= 2 * CROWD or any(entry.below for entry in entries):
        return tuple(entries)
    groups = (entries[at : at + CROWD] for at in range(0, len(entries), CROWD))
    return tuple(
        Entry(
            f"{group[0].label} — {group[-1].label}",
            group[0].href,
            sum(entry.hits for entry in group),
            tuple(group),
        )
        for group in groups
    )
