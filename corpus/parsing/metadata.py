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
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from corpus.parsing.adoption import Adoption, read_adoption
from corpus.parsing.attachments import appendices, attachments_in, is_attachment, is_attachment_list
from corpus.parsing.headings import recognise
from corpus.parsing.page_head import PageHead, dated, read_page_head, validity_of
from corpus.parsing.tables.columns import role_of
from corpus.text.normalize import Line, find_dates, is_date, parse_date
from corpus.text.script import simplify

#: The kinds of official documents (党政机关公文处理工作条例, article 8), and of
#: laws, plans and judicial interpretations.  A title ends in one of them; longer
#: names come first.
CATEGORIES = (
    *("公报", "公告", "决定", "决议", "命令", "命令（令）", "批复", "请示", "议案", "通告", "通报"),
    *("通知", "报告", "意见", "纪要", "函", "令"),
    *("条例", "规定", "办法", "细则", "规则", "准则", "章程", "纲要", "规划", "计划", "方案"),
    *("指南", "标准", "要点", "措施", "法", "法典", "解释", "答复", "修正案", "名单"),
)
_HEAD_LINES = 12
_TITLE_LINES = 5
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
_REMARK = re.compile(r"\s*[（(][^（()）]*[）)]$")
_LETTERHEAD = re.compile(r"[\u4e00-\u9fff\s]{2,40}文\s*件")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff\s、]{2,40}(?:部|委|委员会|局|总局|院|政府|会|厅|办公厅|办公室|署|行|司|中央|军委)"
)
_ISSUER = re.compile(r"([^《》]{2,60}?)\s*关于")
_NO_ADDRESS = re.compile(
    r"。|如下|^(为|在|根据|按照|依照|经|现将?|对|由)|规定[：:]$|决定[：:]$|修改[：:]$"
)
_ADDRESSEE = re.compile(
    r"各|有关|同志|先生|女士|[厅局委部院会办省市区县府司处站行署]|公司|大学|中心|集团"
)
_SENTENCE = re.compile(r"[。；：，！？;:,]")
_LONGEST_SIGNATURE = 30
_LONGEST_TITLE_LINE = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a document.

    ``title_lines``, ``recipients_lines`` and the keys of ``breaks`` are indices of
    lines; ``breaks`` maps those at which headings end (appendix list, signature,
    date, an appendix) to the label of the appendix that begins there, if it is
    numbered.  ``attachments`` are the names in the list of appendices, each with
    its line; ``found_at`` is the line that each other field was read from.
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


def read_frame(lines: Sequence[Line], tabular: Container[int] = ()) -> Frame:
    """Reads the frame of a document from its lines.

    ``tabular`` are lines that stand in tables, where no signature or date of the
    document is looked for.
    """
    page = read_page_head(lines)
    number_at, number, order_issuer = _find_number(lines)
    title_lines, title = _find_title(lines, number_at, page, tabular)
    title, number = _number_in_title(title, number)
    top = max((*title_lines, number_at if number_at is not None else -1), default=-1)
    adoption = read_adoption(lines, max(title_lines, default=-1))
    apart = {*title_lines, *adoption.lines, *page.lines}
    recipients_lines, recipients = _find_recipients(lines, apart, number_at)
    breaks = appendices(lines, tabular)
    first_appendix = min((at for at in breaks if at > top), default=len(lines))
    below = max((top, *recipients_lines))
    end = _End(lines, tabular, first_appendix, below)
    breaks.update(end.breaks)
    for at, line in enumerate(lines[:first_appendix]):
        if at > top and at not in tabular and is_attachment_list(line.text):
            breaks.setdefault(at, None)
    found_at: dict[str, int] = {}
    fields = {
        "date": _date(lines, end, adoption, page, first_appendix),
        "issuer": _issuer(title, title_lines, order_issuer, number_at, end, adoption, page, lines),
        "number": _labelled(page, "number") if number is None else (number, number_at),
        "validity": _validity(page),
    }
    values: dict[str, str | None] = {}
    for name, found in fields.items():
        values[name] = found[0] if found else None
        if found and found[1] is not None:
            found_at[name] = found[1]
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
        found_at=found_at,
    )


def category_of(title: str) -> str | None:
    """The kind of document (文种) that a title ends in; ``None`` if in no known one.

    A kind is named in simplified script, whatever the title is written in.
    """
    bare = simplify(title).replace("批覆", "批复").replace("答覆", "答复")
    while (shorter := _REMARK.sub("", bare)) != bare:
        bare = shorter
    fitting = [category for category in CATEGORIES if bare.endswith(category)]
    return max(fitting, key=len, default=None)


def _find_number(lines: Sequence[Line]) -> tuple[int | None, str | None, str | None]:
    """Line, number and (for an order) issuer."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        text = line.text
        if len(text) > 80:
            continue
        found = _NUMBER.fullmatch(text) or _ORDER.fullmatch(text) or _YEAR_NUMBER.fullmatch(text)
        if found:
            return at, found["number"], found.groupdict().get("issuer")
    return None, None, None


def _number_in_title(title: str | None, number: str | None) -> tuple[str | None, str | None]:
    """A title without the number in parentheses behind it, which is the number then."""
    found = _TITLE_NUMBER.search(title) if title else None
    if title is None or found is None:
        return title, number
    return title[: found.start()], number or found["number"]


def _find_title(
    lines: Sequence[Line], number_at: int | None, page: PageHead, tabular: Container[int]
) -> tuple[tuple[int, ...], str | None]:
    """The title's lines and text; broken titles are joined up to their category.

    A table that begins with the names of its columns has no title above it.
    """
    labelled = page.values.get("title")
    if labelled:
        wanted = "".join(labelled.value.split())
        for at, line in enumerate(lines[: 2 * _HEAD_LINES]):
            if at not in page.lines and "".join(line.text.split()) == wanted:
                return (at,), line.text
    within = len(page.lines) + _HEAD_LINES
    usable = [at for at in range(min(within, len(lines))) if at not in page.lines]
    for place, at in enumerate(usable):
        if at == number_at or is_date(lines[at].text) or _LETTERHEAD.fullmatch(lines[at].text):
            continue
        if at in tabular and role_of(lines[at].text):
            break
        following = usable[place + 1] if place + 1 < len(usable) else None
        if following is not None and _is_letterhead(lines, at, following, number_at):
            continue
        if labelled and not _is_title(lines[at].text):
            break
        return _join_title(lines, at, number_at)
    return ((), labelled.value) if labelled else ((), None)


def _is_title(text: str) -> bool:
    return category_of(text) is not None or "关于" in text


def _is_letterhead(lines: Sequence[Line], at: int, following: int, number_at: int | None) -> bool:
    """Whether a line is but the office's name above the number or a whole title."""
    if not _ORGAN.fullmatch(lines[at].text):
        return False
    if following == number_at:
        return True
    text = lines[following].text
    return category_of(text) is not None and not text.startswith("关于") and "关于" in text


def _join_title(
    lines: Sequence[Line], at: int, number_at: int | None
) -> tuple[tuple[int, ...], str]:
    heading = recognise(lines[at].text)
    marked = heading is not None and lines[at].text.startswith("#")
    first = heading.label if heading and marked else lines[at].text
    if marked or category_of(first) is not None:
        return (at,), first
    text = first
    for more in range(at + 1, min(at + _TITLE_LINES, len(lines))):
        part = lines[more]
        if more == number_at or _SENTENCE.search(part.text) or part.text.startswith("#"):
            break
        if len(part.text) > _LONGEST_TITLE_LINE:
            break
        organs = _ORGAN.fullmatch(text) is not None
        joint = organs and _ORGAN.fullmatch(part.text) is not None
        goes_on = joint or (organs and part.text.startswith("关于")) or "关于" in text
        if part.blank_before and not goes_on:
            break
        text += (" " if joint else "") + part.text
        if category_of(text) and not joint:
            return tuple(range(at, more + 1)), text
    return (at,), first


def _find_recipients(
    lines: Sequence[Line], apart: Container[int], number_at: int | None
) -> tuple[tuple[int, ...], str | None]:
    """The line after title and number, if it addresses somebody (ends in a colon)."""
    for at, line in enumerate(lines[: 2 * _HEAD_LINES]):
        head = at in apart or at == number_at or _LETTERHEAD.fullmatch(line.text)
        if head or is_date(line.text) or _ORGAN.fullmatch(line.text):
            continue
        own = [at]
        text = line.text
        while text.endswith(("、", "，")) and own[-1] + 1 < len(lines) and len(own) < 4:
            own.append(own[-1] + 1)
            text += lines[own[-1]].text
        addressed = text.endswith(("：", ":")) and not _NO_ADDRESS.search(text)
        addressed = addressed and _ADDRESSEE.search(text) is not None
        frame = is_attachment_list(text) or recognise(text)
        if addressed and not frame:
            return tuple(own), text.rstrip("：: ")
        return (), None
    return (), None


class _End:
    """Signature and date below the text: ``date``, ``signed``, and their lines."""

    def __init__(
        self, lines: Sequence[Line], tabular: Container[int], stop: int, below: int
    ) -> None:
        self.date: tuple[str, int] | None = None
        self.signed: str | None = None
        self.signed_at: int | None = None
        self.breaks: dict[int, None] = {}
        date_at = self._dated_line(lines, tabular, stop, below)
        if date_at is not None and self.signed is None:
            signature = _signature(lines, date_at, below, tabular)
            self.breaks.update(dict.fromkeys(signature))
            if signature:
                self.signed = " ".join(lines[at].text for at in signature)
                self.signed_at = signature[0]
        if date_at is not None and date_at > below + 1:
            self.breaks[date_at] = None
        self.lines = frozenset(self.breaks)

    def _dated_line(
        self, lines: Sequence[Line], tabular: Container[int], stop: int, below: int
    ) -> int | None:
        for at in range(stop - 1, -1, -1):
            text = lines[at].text
            if at in tabular or len(text) > 2 * _LONGEST_SIGNATURE:
                continue
            if is_date(text):
                if date := parse_date(text):
                    self.date = (date, at)
                return at
            dates = find_dates(text) if at > below and text[-1] in "日0123456789" else ()
            if dates and dates[-1][2] == len(text):  # 民政部 2019年3月25日
                date, start, _ = dates[-1]
                office = text[:start].strip()
                if _ORGAN.fullmatch(office):
                    self.date, self.signed, self.signed_at = (date, at), office, at
                    return at
        return None


def _date(
    lines: Sequence[Line], end: _End, adoption: Adoption, page: PageHead, stop: int
) -> tuple[str, int | None] | None:
    """The date below the text, else one near the title, else what the page's head states."""
    if end.date:
        return end.date
    if stated := dated(page.values.get("date")):
        return stated
    if adoption.date:
        return adoption.date, adoption.date_line
    for at, line in enumerate(lines[: min(stop, _HEAD_LINES)]):
        if line.text.startswith(("（", "(")) and (date := parse_date(line.text)):
            return date, at
    return dated(page.values.get("published"))


def _issuer(
    title: str | None,
    title_lines: Sequence[int],
    order_issuer: str | None,
    number_at: int | None,
    end: _End,
    adoption: Adoption,
    page: PageHead,
    lines: Sequence[Line],
) -> tuple[str, int | None] | None:
    """Who issued it: the title says, or the order, the signature, the history, the page's head."""
    named = _ISSUER.match(title) if title else None
    if named:
        return named[1], min(title_lines, default=None)
    if order_issuer:
        return order_issuer, number_at
    if end.signed:
        return end.signed, end.signed_at
    if adoption.issuer:
        return adoption.issuer, adoption.issuer_line
    if stated := _labelled(page, "issuer"):
        return stated
    above = range(min(title_lines, default=0))
    heads = (at for at in above if _ORGAN.fullmatch(lines[at].text))
    return next(((lines[at].text, at) for at in heads), None)


def _labelled(page: PageHead, name: str) -> tuple[str, int | None] | None:
    found = page.values.get(name)
    return (found.value, found.line) if found else None


def _validity(page: PageHead) -> tuple[str, int | None] | None:
    found = page.values.get("validity")
    state = validity_of(found.value) if found and len(found.value) <= 20 else None
    return (state, found.line) if found and state else None


def _signature(
    lines: Sequence[Line], date_at: int, top: int, tabular: Container[int]
) -> tuple[int, ...]:
    """The lines between text and date that say who signed; cells of a table do not."""
    at = date_at
    while at - 1 > top and at - 1 not in tabular:
        text = lines[at - 1].text
        if len(text) > _LONGEST_SIGNATURE or _SENTENCE.search(text) or recognise(text):
            break
        if is_attachment(text):  # the last name of the list above the signature
            break
        at -= 1
    return tuple(range(at, date_at))
