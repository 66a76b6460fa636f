"""The title of a document: its lines, and the kind of document that it ends in.

A title may stand on several lines, below a letterhead, below a page's head or
below the menu that a page was copied with; a field of the source or of the page's
head may say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from corpus.parsing.headings import recognise
from corpus.parsing.page_head import PageHead
from corpus.parsing.tables.columns import role_of
from corpus.places.organs import is_organ, named_in_title
from corpus.text.normalize import Line, is_date
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
HEAD_LINES = 12
SENTENCE = re.compile(r"[。；：，！？;:,]")
LETTERHEAD = re.compile(r"[\u4e00-\u9fff\s]{2,40}文\s*件")
_TITLE_LINES = 5
_LONGEST_TITLE_LINE = 60
_LONGEST_MENU_LINE = 24
_REMARK = re.compile(r"\s*(?:[（(][^（()）]*[）)]|》)$")
#: What a title's first line ends in where the title of another text follows.
_LEADS = re.compile("(?:转发|批转|印发|下发|公布|发布|贯彻|落实|执行|学习|对|就|同意|答复|《)$")
#: How a title that has 关于 ends, for certain.
_CLOSED = re.compile(
    "的(?:通知|意见|批复|公告|通告|决定|通报|函|复函|请示|报告|答复|命令|议案|方案|规定|办法)$"
)
_MARKS = re.compile(r"^#+\s*|\s*#+$")

Found = tuple[tuple[int, ...], str | None]


def category_of(title: str) -> str | None:
    """The kind of document (文种) that a title ends in; ``None`` if in no known one.

    A kind is named in simplified script, whatever the title is written in.
    """
    bare = simplify(title).replace("批覆", "批复").replace("答覆", "答复")
    while (shorter := _REMARK.sub("", bare)) != bare:
        bare = shorter
    fitting = [category for category in CATEGORIES if bare.endswith(category)]
    return max(fitting, key=len, default=None)


#: The rest of a title below the name in book marks that it ends in: 的通知.
_HANGING = re.compile("的[\u4e00-\u9fff]{1,5}")


def looks_like_title(text: str) -> bool:
    """Whether a line reads as the title of a document: it ends in a kind, and is no sentence."""
    short = 4 <= len(text) <= 2 * _LONGEST_TITLE_LINE and not SENTENCE.search(text)
    return short and category_of(text) is not None and recognise(text) is None


def find_title(
    lines: Sequence[Line],
    number_at: int | None,
    page: PageHead,
    tabular: Container[int],
    stated: str | None,
) -> Found:
    """The title's lines and text; broken titles are joined up to their category.

    ``stated`` is the title that a field of the source gives.  A table that begins
    with the names of its columns has no title above it.
    """
    labelled = page.values.get("title")
    known = [title for title in (stated, labelled.value if labelled else None) if title]
    usable = _usable(lines, page)
    for title in known:
        if found := _standing(lines, usable, title):
            return found
    for place, at in enumerate(usable):
        if at == number_at or is_date(lines[at].text) or LETTERHEAD.fullmatch(lines[at].text):
            continue
        if at in tabular and role_of(lines[at].text):
            break
        following = usable[place + 1] if place + 1 < len(usable) else None
        if following is not None and _is_letterhead(lines, at, following, number_at):
            continue
        if labelled and not _is_title(lines[at].text):
            break
        below = _below_menu(lines, usable[place:], number_at)
        return below or _join_title(lines, at, number_at)
    return ((), labelled.value) if labelled else ((), None)


def _usable(lines: Sequence[Line], page: PageHead) -> list[int]:
    """The lines among the first that are not those of the page's head."""
    within = len(page.lines) + HEAD_LINES
    return [at for at in range(min(within, len(lines))) if at not in page.lines]


def _standing(lines: Sequence[Line], usable: Sequence[int], title: str) -> Found | None:
    """The lines on which a title stands that is known, alone or one after another."""
    wanted = "".join(title.split())
    for place, first in enumerate(usable):
        text = ""
        for count, at in enumerate(usable[place : place + _TITLE_LINES], start=1):
            text += "".join(_MARKS.sub("", lines[at].text).split())
            if text == wanted:
                own = tuple(usable[place : place + count])
                return own, title if count > 1 else _MARKS.sub("", lines[first].text)
            if not wanted.startswith(text):
                break
    return None


def _is_title(text: str) -> bool:
    return category_of(text) is not None or "关于" in text


def _below_menu(
    lines: Sequence[Line], usable: Sequence[int], number_at: int | None
) -> Found | None:
    """A title below lines that are none, as a menu of unknown words leaves them.

    It begins with the name of its issuer, or stands apart from what is above it.
    """
    first = lines[usable[0]].text
    if _is_title(first) or recognise(first):
        return None
    for at in usable:
        text = lines[at].text
        own, title = _join_title(lines, at, number_at)
        apart = (lines[at].blank_before and "关于" in title) or named_in_title(title) is not None
        if at != usable[0] and apart and looks_like_title(title):
            return own, title
        if at == number_at or is_date(text):
            return None
        if len(text) > _LONGEST_MENU_LINE or SENTENCE.search(text) or is_organ(text):
            return None
    return None


def _is_letterhead(lines: Sequence[Line], at: int, following: int, number_at: int | None) -> bool:
    """Whether a line is but the office's name above the number or a whole title."""
    if not is_organ(lines[at].text):
        return False
    if following == number_at:
        return True
    text = lines[following].text
    return category_of(text) is not None and not text.startswith("关于") and "关于" in text


def _unspaced(text: str) -> str:
    """A line without the spaces that only set it wide (通　知)."""
    words = text.split()
    return "".join(words) if all(len(word) == 1 for word in words) else text


def _is_open(text: str) -> bool:
    """Whether a quotation or a bracket that opened has not closed."""
    return any(text.count(one) > text.count(other) for one, other in ("《》", "（）", "()"))


def _goes_on(lines: Sequence[Line], at: int, number_at: int | None) -> bool:
    """Whether a line that ends in a kind by chance (……发展规划) is but part of a title."""
    if at + 1 >= len(lines) or at + 1 == number_at or lines[at + 1].blank_before:
        return False
    text, following = lines[at].text, lines[at + 1].text
    if _is_open(text) or _HANGING.fullmatch(following):
        return True
    whole = _CLOSED.search(text) is not None or "关于" not in text or "关于" in following
    return not whole and looks_like_title(following) and _CLOSED.search(following) is not None


def _is_whole(text: str) -> bool:
    """Whether a line is a title that names its issuer, so that nothing belongs before it."""
    return "关于" in text and looks_like_title(text) and named_in_title(text) is not None


def _join_title(
    lines: Sequence[Line], at: int, number_at: int | None
) -> tuple[tuple[int, ...], str]:
    heading = recognise(lines[at].text)
    marked = heading is not None and lines[at].text.startswith("#")
    first = heading.label if heading and marked else lines[at].text
    if marked or (category_of(first) is not None and not _goes_on(lines, at, number_at)):
        return (at,), first
    text = first
    for more in range(at + 1, min(at + _TITLE_LINES, len(lines))):
        part = lines[more]
        if more == number_at or SENTENCE.search(part.text) or part.text.startswith("#"):
            break
        if len(part.text) > _LONGEST_TITLE_LINE:
            break
        if _is_whole(part.text) and not _LEADS.search(text):
            break
        organs = is_organ(text)
        joint = organs and is_organ(part.text)
        goes_on = joint or (organs and part.text.startswith("关于")) or "关于" in text
        if part.blank_before and not goes_on:
            break
        text += (" " if joint else "") + _unspaced(part.text)
        if category_of(text) and not joint and not _is_open(text):
            if more + 1 < len(lines) and _HANGING.fullmatch(lines[more + 1].text):
                continue
            return tuple(range(at, more + 1)), text
    return (at,), first
