"""The list of appendices below a text, and the lines at which an appendix begins.

附件：1. 实验区名单                        附件：实验任务
      2. 实验任务                          附件1：名单    附件2：任务
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from corpus.text.normalize import Line

_NUMERAL = "[0-9０-９一二三四五六七八九十]"
_APPENDIX = re.compile(rf"附\s*件\s*(?P<number>{_NUMERAL}*)\s*[:：]?")
_LIST = re.compile(rf"附\s*件\s*{_NUMERAL}*\s*[:：]\s*")
_ITEM = re.compile(r"(?:(?<=\s)|^)[0-9０-９]{1,2}\s*[.．、]\s*")
_LONGEST_NAME = 80


def is_attachment_list(text: str) -> bool:
    """Whether a line begins the list of appendices (附件：…)."""
    return _LIST.match(text) is not None


def is_attachment(text: str) -> bool:
    """Whether a line names an appendix in a list of them (2. 项目管理要求)."""
    return _ITEM.match(text) is not None


def appendices(lines: Sequence[Line], apart: Container[int]) -> dict[int, str | None]:
    """Lines at which an appendix begins, and its label where it has a number."""
    found: dict[int, str | None] = {}
    for at, line in enumerate(lines):
        if at in apart or not line.text.startswith("附"):
            continue
        if mark := _APPENDIX.fullmatch(line.text):
            found[at] = f"附件{mark['number']}" if mark["number"] else None
    return found


def attachments_in(
    lines: Sequence[Line], start: int, stop: int, end: Container[int]
) -> tuple[tuple[str, int], ...]:
    """The names in the list of appendices on the lines ``[start, stop)``, with their lines.

    The list ends where signature and date (``end``) begin.
    """
    names: list[tuple[str, int]] = []
    listing = False
    for at in range(start, min(stop, len(lines))):
        text = lines[at].text
        mark = _LIST.match(text)
        if mark:
            listing = True
            text = text[mark.end() :]
        elif not listing or at in end or not _ITEM.match(text):
            listing = False
            continue
        parts = [part.strip() for part in _ITEM.split(text)]
        names.extend((part.rstrip("。；;"), at) for part in parts if 0 < len(part) <= _LONGEST_NAME)
    return tuple(names)
