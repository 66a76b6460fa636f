"""What a citation needs, read from an official document's frame.

The frame of a Chinese official document is fixed by custom: letterhead, document
number, title, recipients ending in a colon, the text, a list of appendices, the
signature, the date, then the appendices; laws tell their adoption below the title
(:mod:`corpus.parsing.adoption`), web pages put a head of labels above it all
(:mod:`corpus.parsing.page_head`).  :func:`read_frame` finds these lines; what is not there
stays ``None``.  Nothing here looks into the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.parsing.adoption import Adoption, read_adoption
from corpus.parsing.attachments import appendices, attachments_in, is_attachment_list
from corpus.parsing.headings import recognise
from corpus.parsing.page_head import PageHead, dated, read_page_head, validity_of
from corpus.parsing.signatures import End, Signature, read_end
from corpus.parsing.titles import HEAD_LINES, LETTERHEAD, category_of, find_title
from corpus.places.organs import is_organ, named_in_title, split_issuers
from corpus.text.normalize import Line, is_date, parse_date, parse_partial_date

_NUMERAL = "[0-9０-９〇零一二三四五六七八九十百千]"
_NUMBER = re.compile(
    r"[（(]?(?:(?:发文字号|文号)\s*[:：]\s*)?(?P<number>[\u4e00-\u9fffA-Za-z]{1,20}\s*"
    r"[〔\[［（(【]\s*[0-9０-９]{4}\s*[〕\]］）)】]\s*第?\s*[0-9０-９]{1,5}\s*号)[）)]?"
)
_ORDER = re.compile(
    rf"(?P<number>(?P<issuer>[\u4e00-\u9fff]{{2,30}})(?:令|公告)\s*[（(]?"
    rf"(?:[0-9]{{4}}\s*年\s*)?第\s*{_NUMERAL}+\s*号[）)]?)"
)
_YEAR_NUMBER = re.compile(rf"[（(]?(?P<number>[0-9]{{4}}\s*年\s*第\s*{_NUMERAL}+\s*号)[）)]?")
_TITLE_NUMBER = re.compile(
    r"\s*[（(](?P<number>[\u4e00-\u9fff]{1,20}\s*[〔\[［]\s*[0-9]{4}\s*[〕\]］]\s*第?\s*[0-9]{1,5}\s*号)[）)]$"
)
_PUNCTUATION = str.maketrans("[［（(【]］）)】", "〔〔〔〔〔〕〕〕〕〕")
_LETTERHEAD_END = re.compile(r"\s*文\s*件$")
_LONGEST_NUMBER_LINE = 80
_NO_ADDRESS = re.compile(
    r"。|如下|^(为|在|根据|按照|依照|经|现将?|对|由)|规定[：:]$|决定[：:]$|修改[：:]$"
)
_ADDRESSEE = re.compile(
    r"各|有关|同志|先生|女士|[厅局委部院会办省市区县府司处站行署]|公司|大学|中心|集团|代表|委员"
)
_SENTENCE_END = re.compile(r"[。；！？;!?]")
_MOST_RECIPIENT_LINES = 6

Read = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the page's head says of a field, and what the text does."""

    field: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a document.

    ``title_lines``, ``recipients_lines`` and the keys of ``breaks`` are indices of
    lines; ``breaks`` maps those at which headings end (appendix list, signature,
    date, an appendix) to the label of the appendix that begins there, if it is
    numbered.  ``attachments`` are the names in the list of appendices, each with
    its line; ``found_at`` is the line that each other field was read from.
    ``issuers`` are the organs that ``issuer`` names or that signed with them, and
    ``differences`` what the page's head says otherwise than the text.
    """

    title: str | None
    number: str | None
    issuer: str | None
    date: str | None
    category: str | None
    recipients: str | None
    title_lines: tuple[int, ...]
    recipients_lines: tuple[int, ...]
    breaks: dict[int, str | None]
    validity: str | None = None
    attachments: tuple[tuple[str, int], ...] = ()
    found_at: dict[str, int] = field(default_factory=dict)
    issuers: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def read_frame(
    lines: Sequence[Line], tabular: Container[int] = (), stated_title: str | None = None
) -> Frame:
    """Reads the frame of a document from its lines.

    ``tabular`` are lines that stand in tables, where no signature or date of the
    document is looked for; ``stated_title`` is what a field of the source says.
    """
    page = read_page_head(lines)
    number_at, number, order_issuer = _find_number(lines, page)
    title_lines, title = find_title(lines, number_at, page, tabular, stated_title)
    title, number = _number_in_title(title, number)
    top = max((*title_lines, number_at if number_at is not None else -1), default=-1)
    adoption = read_adoption(lines, max(title_lines, default=-1))
    recipients_lines, recipients = _find_recipients(
        lines, title_lines, {*adoption.lines, *page.lines}, number_at
    )
    breaks = appendices(lines, tabular)
    first_appendix = min((at for at in breaks if at > top), default=len(lines))
    below = max((top, *recipients_lines))
    named = named_in_title(title) if title else None
    end = read_end(lines, tabular, first_appendix, below, title, split_issuers(named or ""))
    breaks |= dict.fromkeys(end.breaks)
    for at in _appendix_lists(lines, range(top + 1, first_appendix), tabular):
        breaks.setdefault(at, None)
    found: dict[str, Read | None] = {
        "date": _date(lines, end, adoption, page, first_appendix),
        "issuer": _named_issuer(named, title_lines)
        or _issuer(_Order(order_issuer, number_at), end, adoption, page, lines, title_lines),
        "number": _labelled(page, "number") if number is None else (number, number_at),
        "validity": _validity(page),
    }
    values = {name: read[0] if read else None for name, read in found.items()}
    return Frame(
        title=title,
        number=values["number"],
        issuer=values["issuer"],
        date=values["date"],
        category=category_of(title) if title else None,
        recipients=recipients,
        title_lines=title_lines,
        recipients_lines=recipients_lines,
        breaks=breaks,
        validity=values["validity"],
        attachments=attachments_in(lines, below + 1, first_appendix, end.lines),
        found_at={name: read[1] for name, read in found.items() if read and read[1] is not None},
        issuers=_issuers(values["issuer"], end.signature),
        differences=tuple(_differences(page, {**values, "title": title}, title_lines)),
    )


def _appendix_lists(
    lines: Sequence[Line], among: Sequence[int], tabular: Container[int]
) -> Iterator[int]:
    """Where lists of appendices begin, outside tables."""
    for at in among:
        if at not in tabular and is_attachment_list(lines[at].text):
            yield at


def _find_number(
    lines: Sequence[Line], page: PageHead
) -> tuple[int | None, str | None, str | None]:
    """Line, number and (for an order) issuer; below the first sentence there is none."""
    for at, line in enumerate(lines[: len(page.lines) + HEAD_LINES]):
        text = line.text
        if at in page.lines or len(text) > _LONGEST_NUMBER_LINE:
            continue
        found = _NUMBER.fullmatch(text) or _ORDER.fullmatch(text) or _YEAR_NUMBER.fullmatch(text)
        if found:
            return at, found["number"], found.groupdict().get("issuer")
        if text.endswith("。"):
            break
    return None, None, None


def _number_in_title(title: str | None, number: str | None) -> tuple[str | None, str | None]:
    """A title without the number in parentheses behind it, which is the number then."""
    found = _TITLE_NUMBER.search(title) if title else None
    if title is None or found is None:
        return title, number
    return title[: found.start()], number or found["number"]


def _find_recipients(
    lines: Sequence[Line],
    title_lines: Sequence[int],
    apart: Container[int],
    number_at: int | None,
) -> tuple[tuple[int, ...], str | None]:
    """The lines after title and number, if they address somebody (end in a colon)."""
    start = max(title_lines, default=-1) + 1
    for at in range(start, min(start + 2 * HEAD_LINES, len(lines))):
        text = lines[at].text
        head = at in apart or at == number_at or LETTERHEAD.fullmatch(text)
        if head or is_date(text) or (is_organ(text) and "各" not in text):
            continue
        own = _addressing(lines, at)
        text = "".join(lines[each].text for each in own)
        addressed = text.endswith(("：", ":")) and not _NO_ADDRESS.search(text)
        addressed = addressed and _ADDRESSEE.search(text) is not None
        if addressed and not is_attachment_list(text) and not recognise(text):
            return own, text.rstrip("：: ")
        return (), None
    return (), None


def _addressing(lines: Sequence[Line], first: int) -> tuple[int, ...]:
    """The lines from ``first`` on to one that ends in a colon, unless a sentence ends before."""
    for at in range(first, min(first + _MOST_RECIPIENT_LINES, len(lines))):
        text = lines[at].text
        if text.endswith(("：", ":")):
            return tuple(range(first, at + 1))
        stops = _SENTENCE_END.search(text) or recognise(text)
        if stops or (at > first and lines[at].blank_before):
            break
    return (first,)


def _date(
    lines: Sequence[Line], end: End, adoption: Adoption, page: PageHead, stop: int
) -> Read | None:
    """The date below the text, else one near the title, else what the page's head states."""
    if end.signature and end.signature.date:
        return end.signature.date, end.signature.at
    if stated := dated(page.values.get("date")):
        return stated
    if adoption.date:
        return adoption.date, adoption.date_line
    for at, line in enumerate(lines[: min(stop, HEAD_LINES)]):
        if line.text.startswith(("（", "(")) and (date := _bracketed_date(line.text)):
            return date, at
    return dated(page.values.get("published"))


def _bracketed_date(text: str) -> str | None:
    """The date of a line in brackets, or its month or year where it says nothing else."""
    return parse_date(text) or parse_partial_date(text.strip("（()） "))


def _named_issuer(named: str | None, title_lines: Sequence[int]) -> Read | None:
    """The organs that the title names, if it names any."""
    return (named, min(title_lines, default=None)) if named else None


@dataclass(frozen=True, slots=True)
class _Order:
    """Whose order it is by its number, and the number's line."""

    issuer: str | None
    line: int | None


def _issuer(
    order: _Order,
    end: End,
    adoption: Adoption,
    page: PageHead,
    lines: Sequence[Line],
    title_lines: Sequence[int],
) -> Read | None:
    """Who issued what names nobody in its title.

    The order's number says, or the signature, the history, the page's head, a letterhead.
    """
    if order.issuer:
        return order.issuer, order.line
    signature = end.signature
    signed: Read | None = None
    if signature and signature.signed:
        signed = signature.signed, min(signature.own, default=signature.at)
        if signature.organs:
            return signed
    if adoption.issuer:
        return adoption.issuer, adoption.issuer_line
    if stated := _labelled(page, "issuer"):
        return stated
    for at in range(min(title_lines, default=0)):
        text = lines[at].text
        if is_organ(text):
            return text, at
        if LETTERHEAD.fullmatch(text) and is_organ(name := _LETTERHEAD_END.sub("", text)):
            return name, at
    return signed


def _issuers(issuer: str | None, signature: Signature | None) -> tuple[str, ...]:
    """Each organ that ``issuer`` names, or all that signed where those are among them.

    A signature also completes what a title leaves out: 江西省民政厅 for 省民政厅.
    """
    if issuer is None:
        return ()
    named = split_issuers(issuer)
    signed = signature.organs if signature else ()
    complete = all(any(full.endswith(name) for full in signed) for name in named)
    return signed if signed and complete else named


def _differences(
    page: PageHead, values: dict[str, str | None], title_lines: Sequence[int]
) -> Iterator[Difference]:
    """Where the page's head says something else than the text.

    What was taken from the head is equal to it by itself.
    """
    for name in ("title", "number", "issuer", "date"):
        labelled, value = page.values.get(name), values[name]
        if labelled is None or value is None or (name == "title" and not title_lines):
            continue
        if _said(name, labelled.value) not in (_said(name, value), ""):
            yield Difference(name, labelled.value, value)


def _said(name: str, value: str) -> str:
    """What counts of a value where two are compared."""
    if name == "date":
        return parse_date(value) or ""
    if name == "issuer":
        return "、".join(sorted(split_issuers(value)))
    return "".join(value.split()).translate(_PUNCTUATION)


def _labelled(page: PageHead, name: str) -> tuple[str, int | None] | None:
    found = page.values.get(name)
    return (found.value, found.line) if found else None


def _validity(page: PageHead) -> tuple[str, int | None] | None:
    found = page.values.get("validity")
    state = validity_of(found.value) if found and len(found.value) <= 20 else None
    return (state, found.line) if found and state else None
