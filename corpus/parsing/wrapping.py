"""Paragraphs whose lines a program has wrapped, put together again.

    为深入推进城乡社区治理创新，加快构建共建共治共享的社
    会治理格局，现就做好工作通知如下。

In Markdown the lines between blank ones are one paragraph, by its rules.  In plain
text they are where width and punctuation say so: a line that ends in the middle of
a sentence and is so full that the next character, or word, would not have fitted,
within a run of such lines that ends with a sentence.  Headings, items of lists,
rows, labelled lines (电话：…) and verses stay lines of their own.  The text itself
is not touched: a paragraph is a group of lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace

from corpus.parsing.headings import recognise
from corpus.places.organs import is_organ
from corpus.places.regions import begins_at
from corpus.text.normalize import Line, is_date

#: Formats whose text may be wrapped; in the others a line is a paragraph already.
PLAIN = frozenset(["", ".txt", ".text", ".json", ".html", ".htm", ".mht", ".mhtml", ".shtml"])
MARKDOWN = frozenset([".md", ".markdown"])

_CLOSING = "”’」』）)】》\"'"
_ENDS = frozenset("。！？；：…!?;:")
_SENTENCE_ENDS = frozenset("。！？；：…!?")
_ITEM = re.compile(
    r"[（(]?[0-9０-９一二三四五六七八九十百]{1,4}\s*[.．、)）]|[①-⑳⑴-⒇㈠-㈩]|第[0-9一二三四五六七八九十百]+[条章节款项]"
    r"|[-*+•●·◆■▪○◇□★]\s|附\s*件|[0-9]{1,3}\s+\S"
)
_LABEL = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,8}\s*[:：]")
_ROW = re.compile(r"\t|\||\S\s{2,}\S")
_MARKDOWN_LINE = re.compile(r"#{1,6}\s|>|[-*+]\s|[0-9]+[.)]\s|\||```|~~~|<[a-zA-Z/!]|[-*_=]{3,}$")
#: What stands before a quoted line.
QUOTE = re.compile(r"(?:>\s?)+")
_TOKEN = re.compile(r"[A-Za-z0-9]+|.")
_NO_START = re.compile(r"[，。、；：！？）)】》”’」』,.;:!?]+")
_SIGN = re.compile(r"[，。、；：！？,;:!?]")
_INDENT = re.compile(r"[ \t\u3000\u00a0]*")
_FEWEST_COLUMNS, _MOST_COLUMNS = 30, 240
_FEWEST_BREAKS = 2
_LONGER = 0.05  # of the lines may be longer than the width: addresses, formulas

Measure = Callable[[str], int]


def wrapped(
    text: str, lines: Sequence[Line], apart: Container[int], extension: str
) -> tuple[tuple[int, ...], ...]:
    """The groups of lines that are one paragraph each, two lines or more.

    ``apart`` are lines that stand for themselves: title, number, tables, signature.
    """
    lines = _unquoted(lines)
    if extension in MARKDOWN:
        return tuple(_markdown(text, lines, apart))
    if extension not in PLAIN or len(lines) < 2:
        return ()
    found = (tuple(_by_width(text, lines, apart, measure)) for measure in (_columns, len))
    return max(found, key=lambda groups: sum(map(len, groups)))


def _unquoted(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without the ``>`` that a mail program, or Markdown, puts before quoted ones.

    A quoted paragraph does not go on with one that is not quoted.
    """
    quoted = [QUOTE.match(line.text) for line in lines]
    if not any(quoted):
        return lines
    found: list[Line] = []
    for at, (line, mark) in enumerate(zip(lines, quoted, strict=True)):
        other = at > 0 and bool(quoted[at - 1]) != bool(mark)
        text = _without(line.text)
        empty = not text or (at > 0 and not found[-1].text)
        found.append(replace(line, text=text, blank_before=line.blank_before or other or empty))
    return found


def _without(text: str) -> str:
    mark = QUOTE.match(text)
    return text[mark.end() :] if mark else text


def joined_lines(texts: Sequence[str]) -> str:
    """The lines of a paragraph as one text: with a space only between words of letters."""
    parts: list[str] = []
    for text in texts:
        before = parts[-1][-1:] if parts else ""
        words = before.isascii() and text[:1].isascii() and before.isalnum() and text[0].isalnum()
        names = bool(parts) and is_organ(parts[-1]) and (is_organ(text) or is_organ(text[:2]))
        if parts and (words or names):
            parts.append(" ")
        parts.append(text)
    return "".join(parts)


def _markdown(text: str, lines: Sequence[Line], apart: Container[int]) -> Iterator[tuple[int, ...]]:
    """Runs of lines without a blank one, a block's mark or a hard break between."""
    fenced = False
    run: list[int] = []
    for at, line in enumerate(lines):
        fence = line.text.startswith(("```", "~~~"))
        alone = at in apart or fenced or fence or not line.text
        if fence:
            fenced = not fenced
        begins = line.blank_before or alone or _MARKDOWN_LINE.match(line.text) is not None
        if begins or _is_own(line.text) or (run and _breaks_hard(text, lines[run[-1]])):
            if len(run) > 1:
                yield tuple(run)
            run = []
        heading = recognise(line.text)
        run = [] if alone or (heading and heading.whole) else [*run, at]
    if len(run) > 1:
        yield tuple(run)


def _breaks_hard(text: str, line: Line) -> bool:
    """Whether a line ends in two spaces or a backslash: a break that was written."""
    rest = text[line.span.end : line.span.end + 2]
    return rest == "  " or line.text.endswith("\\")


def _is_own(text: str) -> bool:
    """Whether a line begins something of its own: an item, a heading, a label, a row, a date."""
    return bool(
        _ITEM.match(text) or _LABEL.match(text) or _ROW.search(text) or is_date(text)
        or recognise(text)
    )  # fmt: skip


def _by_width(
    text: str, lines: Sequence[Line], apart: Container[int], measure: Measure
) -> Iterator[tuple[int, ...]]:
    open_ends = [at for at in range(len(lines) - 1) if _may_go_on(lines, at, apart)]
    if not open_ends or not any(_last(line.text) in _SENTENCE_ENDS for line in lines):
        return
    sizes = [measure(line.text) + _indent(text, line, measure) for line in lines]
    width = max(sizes[at] for at in open_ends)
    if not _FEWEST_COLUMNS <= max(_columns(lines[at].text) for at in open_ends) <= _MOST_COLUMNS:
        return
    if sum(size > width for size in sizes) > _LONGER * len(sizes) + 1:
        return
    full = {at for at in open_ends if sizes[at] + _first(lines[at + 1].text, measure) > width}
    runs = list(_runs(text, lines, apart, set(open_ends), full))
    breaks = sum(len(run) - 1 for run in runs)
    if breaks >= _FEWEST_BREAKS or any(_is_surely_prose(lines, run) for run in runs):
        yield from runs


def _may_go_on(lines: Sequence[Line], at: int, apart: Container[int]) -> bool:
    """Whether line ``at`` ends in the middle of a sentence and another stands right below."""
    following = lines[at + 1]
    if at in apart or at + 1 in apart or following.blank_before:
        return False
    if _last(lines[at].text) in _ENDS:
        return False
    return not (_ROW.search(lines[at].text) or _is_own(following.text))


def _last(text: str) -> str:
    """The last character before closing quotes and brackets."""
    return text.rstrip(_CLOSING)[-1:]


def _runs(
    text: str,
    lines: Sequence[Line],
    apart: Container[int],
    open_ends: set[int],
    full: set[int],
) -> Iterator[tuple[int, ...]]:
    """Runs of full lines, each with the line that ends it; none that a short line breaks."""
    indented = _is_indented(text, lines, apart)
    at = 0
    while at < len(lines):
        end = at
        while end in full or (indented and _goes_on_below(text, lines, end, apart)):
            end += 1
        run = tuple(range(at, end + 1))
        ended = _last(lines[end].text) in _SENTENCE_ENDS and end not in open_ends
        if end > at and ended and not _is_list(lines, run) and not _is_verse(lines, run):
            yield run
        at = end + 1


def _is_list(lines: Sequence[Line], run: Sequence[int]) -> bool:
    """Whether most lines begin with a place: a list of units, a line each."""
    return 2 * sum(begins_at(lines[at].text, 0) for at in run) > len(run)


def _is_verse(lines: Sequence[Line], run: Sequence[int]) -> bool:
    """Whether all lines have their signs at the same places, as verses do."""
    rhythms = {tuple(found.start() for found in _SIGN.finditer(lines[at].text[:-1])) for at in run}
    return len(run) > 2 and len(rhythms) == 1 and rhythms != {()}


def _is_surely_prose(lines: Sequence[Line], run: Sequence[int]) -> bool:
    """Whether a run cannot be anything else: a line begins with a sign, or is running text."""
    if any(_NO_START.match(lines[at].text) for at in run[1:]):
        return True
    return all(re.search(r"[，。；]", lines[at].text) for at in run[:-1])


def _is_indented(text: str, lines: Sequence[Line], apart: Container[int]) -> bool:
    """Whether paragraphs begin with an indent here, and other lines do not."""
    indents = [_indent(text, line, len) for at, line in enumerate(lines) if at not in apart]
    return any(indents) and not all(indents)


def _goes_on_below(text: str, lines: Sequence[Line], at: int, apart: Container[int]) -> bool:
    """Whether the line below an ended sentence begins no paragraph: it has no indent."""
    if at + 1 >= len(lines) or at in apart or at + 1 in apart or lines[at + 1].blank_before:
        return False
    following = lines[at + 1]
    return not (_indent(text, following, len) or _is_own(following.text)) and not _ROW.search(
        lines[at].text
    )


def _indent(text: str, line: Line, measure: Measure) -> int:
    """How much white space stands before a line."""
    start = text.rfind("\n", 0, line.span.start) + 1
    found = _INDENT.match(text, start, line.span.start)
    return measure(found.group()) if found else 0


def _first(text: str, measure: Measure) -> int:
    """The size of what can't be parted at the beginning of a line: a word, or a character."""
    found = _TOKEN.match(text)
    if found is None:
        return 0
    signs = _NO_START.match(text, found.end())
    return measure(text[: signs.end() if signs else found.end()])


def _columns(text: str) -> int:
    """The width of a text on a grid where a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
