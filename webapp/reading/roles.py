"""What each record is in its document: title, heading, article, item, row, signature.

A page sets a law like a law and a notice like a notice by these roles.  They follow
from what the parser has found: the text of the record, its heading path, the
description of its policy, and the marks of Markdown before it in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from corpus.parsing.headings import SEPARATOR, recognise
from corpus.policy import ParsedPolicy, Policy, Record
from corpus.text.normalize import is_date

#: The rank of an article (第十条) as :mod:`corpus.parsing.headings` has it.
ARTICLE_RANK = 50
#: An appendix stands above every heading within it.
ANNEX_RANK = 0
#: A printed table of contents has no more lines, and its entries no more characters.
_MOST_CONTENTS, _LONGEST_ENTRY = 600, 60
_ANNEX = re.compile(r"附\s*[件录表]\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?")
_CONTENTS = re.compile(r"目\s*[录次]")
#: When a law was passed, amended and published, below its title.
_HISTORY = re.compile(
    r"[（(]?\s*[12][0-9]{3}\s*年.*(?:通过|修[正订改]|公布|发布|批准|施行)[^。]*[。]?[）)]?|[（(].{4,}[）)]"
)
_PAGE_NUMBER = re.compile(r"[\s.…·]*[0-9]*$")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a record is set.

    ``role`` is ``zone`` (a row of a table of zones), ``cells`` (a row of another
    table), ``title``, ``number``, ``history``, ``to`` (the recipients), ``sign``,
    ``contents`` (a line of a printed table of contents), ``annex``, ``heading``,
    ``article``, ``item`` or ``text``.  ``rank`` orders headings, the smaller above;
    ``None`` for what is no heading.  The first ``lead`` characters name an article
    or an item.
    """

    role: str
    rank: int | None = None
    lead: int = 0


TITLE = Setting("title")
#: The title of an appendix, below 附件.
ANNEX = Setting("heading", ANNEX_RANK)


def settings(parsed: ParsedPolicy) -> tuple[Setting, ...]:
    """The setting of each record of a policy, in document order."""
    records = parsed.records
    contents = _contents(records)
    found = list(_settings(parsed))
    for at in contents:
        found[at] = Setting("contents")
    return tuple(found)


def _settings(parsed: ParsedPolicy) -> Iterator[Setting]:
    """Settings without regard to a table of contents."""
    opening, annexed = True, False
    title = _bare(parsed.policy.title)
    for record, following in zip_longest(parsed.records, parsed.records[1:]):
        if record.kind == "zone":
            setting = Setting("zone")
        elif "\n" in record.body:
            setting = Setting("cells")
        else:
            bare = record.body.strip()[:1] == title[:1] and _bare(record.body) == title
            titled = bare or (opening and _in_title(parsed, record))
            setting = TITLE if titled else _passage(parsed, record, following, opening, annexed)
        opening = opening and setting.role in ("title", "number", "history")
        annexed = setting.role == "annex"
        yield setting


def _passage(
    parsed: ParsedPolicy, record: Record, following: Record | None, opening: bool, annexed: bool
) -> Setting:
    text = record.body.strip()
    if text == parsed.policy.number:
        return Setting("number")
    if opening and (is_date(text) or _HISTORY.fullmatch(text)):
        return Setting("history")
    if _ANNEX.fullmatch(text):
        return Setting("annex", ANNEX_RANK)
    if heading := _heading(parsed.text, record, following):
        return heading
    if annexed and text in _attachments(parsed):
        return ANNEX
    return Setting(_formal(parsed.policy, text))


def _in_title(parsed: ParsedPolicy, record: Record) -> bool:
    """Whether a record is one of the lines that the title stands on."""
    places = [one.place for one in parsed.findings if one.field == "title" and one.place]
    return any(
        place.start <= span.start and span.end <= place.end
        for place in places
        for span in record.place
    )


def _attachments(parsed: ParsedPolicy) -> set[str]:
    return {one.value for one in parsed.findings if one.field == "attachment"}


def _formal(policy: Policy, text: str) -> str:
    if text in (policy.recipients, f"{policy.recipients}："):
        return "to"
    if text == policy.issuer or text in policy.organs or is_date(text):
        return "sign"
    return "text"


def _heading(source: str, record: Record, following: Record | None) -> Setting | None:
    """The setting of a record that is a heading, or begins with one."""
    heading = recognise(record.body)
    marks = _markdown(source, record)
    if marks or (heading and heading.whole and heading.lasting):
        whole = marks or not heading or not heading.mark or _goes_on(heading.label, following)
        if whole:
            return Setting("heading", marks or (heading.rank if heading else None))
    if heading is None:
        return None
    if heading.rank == ARTICLE_RANK:
        return Setting("article", ARTICLE_RANK, len(heading.label))
    named = record.title.rsplit(SEPARATOR, 1)[-1] == heading.label
    if named and heading.lasting:
        return Setting("item", heading.rank, len(heading.label))
    return Setting("item")


def _goes_on(label: str, following: Record | None) -> bool:
    """Whether the next record stands under a heading."""
    return following is not None and label in following.title.split(SEPARATOR)


def _markdown(source: str, record: Record) -> int:
    """How many ``#`` stand before a record in its line; 0 if anything else does."""
    if not record.place:
        return 0
    start = record.place[0].start
    if source[start - 1 : start] == "\n":
        return 0
    before = source[source.rfind("\n", 0, start) + 1 : start].strip()
    return len(before) if before and not before.strip("#") else 0


def _contents(records: Sequence[Record]) -> range:
    """The lines of a printed table of contents: from 目录 to where its first entry returns."""
    for at, record in enumerate(records):
        if not _CONTENTS.fullmatch(record.body.strip()) or at + 1 >= len(records):
            continue
        first = _entry(records[at + 1].body)
        for end in range(at + 2, min(at + _MOST_CONTENTS, len(records))):
            if _entry(records[end].body) == first:
                return range(at, end)
            if len(records[end].body) > _LONGEST_ENTRY:
                break
    return range(0)


def _entry(text: str) -> str:
    """An entry of a table of contents without spaces and page number."""
    return _bare(_PAGE_NUMBER.sub("", text))


def _bare(text: str) -> str:
    return "".join(text.split())
