"""What a citation needs, read from an official document's frame.

The frame of a Chinese official document is fixed by custom: title, document
number, recipients ending in a colon, the text, a list of appendices, the
signature, the date, then the appendices.  :func:`read_frame` finds these lines;
what is not there stays ``None``.  Nothing here looks into the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.headings import recognise
from corpus.normalize import Line, is_date, parse_date

#: The kinds of official documents (党政机关公文处理工作条例, article 8), and of
#: laws and plans.  A title ends in one of them; longer names come first.
CATEGORIES = (
    *("公报", "公告", "决定", "决议", "命令", "命令（令）", "批复", "请示", "议案", "通告", "通报"),
    *("通知", "报告", "意见", "纪要", "函", "令"),
    *("条例", "规定", "办法", "细则", "规则", "准则", "章程", "纲要", "规划", "计划", "方案"),
    *("指南", "标准", "要点", "措施", "法"),
)
_HEAD_LINES = 12
_TITLE_LINES = 4
_NUMERAL = "[0-9０-９〇零一二三四五六七八九十百千]"
_NUMBER = re.compile(
    r"[（(]?(?:(?:发文字号|文号)\s*[:：]\s*)?(?P<number>[\u4e00-\u9fffA-Za-z]{1,20}\s*"
    r"[〔\[［（(【]\s*[0-9０-９]{4}\s*[〕\]］）)】]\s*第?\s*[0-9０-９]{1,5}\s*号)[）)]?"
)
_ORDER = re.compile(
    rf"(?P<number>(?P<issuer>[\u4e00-\u9fff]{{2,30}})令\s*[（(]?第\s*{_NUMERAL}+\s*号[）)]?)"
)
_REMARK = re.compile(r"\s*[（(][^（()）]*[）)]$")
_LETTERHEAD = re.compile(r"[\u4e00-\u9fff\s]{2,30}文件")
_APPENDIX = re.compile(r"附\s*件\s*(?P<number>[0-9０-９一二三四五六七八九十]*)\s*[:：]?")
_APPENDIX_LIST = re.compile(r"附\s*件\s*[0-9０-９]*\s*[:：]")
_ISSUER = re.compile(r"(.{2,60}?)\s*关于")
_SENTENCE = re.compile(r"[。；：，！？;:,]")
_LONGEST_SIGNATURE = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a document.

    ``title_lines``, ``recipients_line`` and ``breaks`` are indices of lines;
    ``breaks`` maps those at which headings end (appendix list, signature, date,
    an appendix) to the label of the appendix that begins there, if it is numbered.
    """

    title: str | None
    number: str | None
    issuer: str | None
    date: str | None
    category: str | None
    recipients: str | None
    title_lines: tuple[int, ...]
    recipients_line: int | None
    breaks: dict[int, str | None]


def read_frame(lines: Sequence[Line]) -> Frame:
    """Reads the frame of a document from its lines."""
    number_at, number, order_issuer = _find_number(lines)
    title_lines, title = _find_title(lines, number_at)
    recipients_at = _find_recipients(lines, title_lines, number_at)
    breaks = _appendices(lines)
    first_appendix = min(breaks, default=len(lines))
    top = max((*title_lines, number_at if number_at is not None else -1), default=-1)
    date_at, date = _find_date(lines, first_appendix)
    signature = _signature(lines, date_at, max(top, recipients_at or 0))
    breaks.update(dict.fromkeys(signature))
    if date_at is not None and date_at > top + 1:
        breaks[date_at] = None
    for at, line in enumerate(lines[:first_appendix]):
        if _APPENDIX_LIST.match(line.text) and at > top:
            breaks.setdefault(at, None)
    named = _ISSUER.match(title) if title else None
    signed = " ".join(lines[at].text for at in signature) or None
    return Frame(
        title=title,
        number=number,
        issuer=named[1] if named else order_issuer or signed,
        date=date,
        category=category_of(title) if title else None,
        recipients=lines[recipients_at].text.rstrip("：: ") if recipients_at is not None else None,
        title_lines=title_lines,
        recipients_line=recipients_at,
        breaks=breaks,
    )


def category_of(title: str) -> str | None:
    """The kind of document (文种) that a title ends in; ``None`` if in no known one."""
    bare = _REMARK.sub("", title)
    fitting = [category for category in CATEGORIES if bare.endswith(category)]
    return max(fitting, key=len, default=None)


def _find_number(lines: Sequence[Line]) -> tuple[int | None, str | None, str | None]:
    """Line, number and (for an order) issuer."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        found = _NUMBER.fullmatch(line.text) or _ORDER.fullmatch(line.text)
        if found:
            return at, found["number"], found.groupdict().get("issuer")
    return None, None, None


def _find_title(lines: Sequence[Line], number_at: int | None) -> tuple[tuple[int, ...], str | None]:
    """The title's lines and text; broken titles are joined up to their category."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if at != number_at and not is_date(line.text) and not _LETTERHEAD.fullmatch(line.text):
            break
    else:
        return (), None
    heading = recognise(line.text)
    first = heading.label if heading and line.text.startswith("#") else line.text
    if category_of(first) is None:
        text = first
        for more in range(at + 1, min(at + _TITLE_LINES, len(lines))):
            part = lines[more]
            if more == number_at or part.blank_before or _SENTENCE.search(part.text):
                break
            text += part.text
            if category_of(text):
                return tuple(range(at, more + 1)), text
    return (at,), first


def _find_recipients(
    lines: Sequence[Line], title_lines: tuple[int, ...], number_at: int | None
) -> int | None:
    """The line after title and number, if it addresses somebody (ends in a colon)."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if at in title_lines or at == number_at or _LETTERHEAD.fullmatch(line.text):
            continue
        addressed = line.text.endswith(("：", ":")) and "。" not in line.text
        frame = _APPENDIX_LIST.match(line.text) or recognise(line.text)
        return at if addressed and not frame else None
    return None


def _appendices(lines: Sequence[Line]) -> dict[int, str | None]:
    """Lines at which an appendix begins, and its label where it has a number."""
    found: dict[int, str | None] = {}
    for at, line in enumerate(lines):
        if mark := _APPENDIX.fullmatch(line.text):
            found[at] = f"附件{mark['number']}" if mark["number"] else None
    return found


def _find_date(lines: Sequence[Line], stop: int) -> tuple[int | None, str | None]:
    """The date below the text, else one near the title; its line and ISO 8601 form."""
    for at in range(stop - 1, -1, -1):
        if is_date(lines[at].text) and (date := parse_date(lines[at].text)):
            return at, date
    for at, line in enumerate(lines[: min(stop, _HEAD_LINES)]):
        if line.text.startswith(("（", "(")) and (date := parse_date(line.text)):
            return at, date
    return None, None


def _signature(lines: Sequence[Line], date_at: int | None, top: int) -> tuple[int, ...]:
    """The lines between text and date that say who signed."""
    if date_at is None:
        return ()
    at = date_at
    while at - 1 > top:
        text = lines[at - 1].text
        if len(text) > _LONGEST_SIGNATURE or _SENTENCE.search(text) or recognise(text):
            break
        at -= 1
    return tuple(range(at, date_at))
