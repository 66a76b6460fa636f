"""The heading path: under which part, chapter, article or item a line stands.

Chinese official texts announce their structure at the start of a line: 第一章
总则, 第十条 …, 一、总体要求, （一）指导思想。…; Markdown with ``#``.  Each form
has a rank, and a heading closes all of its own or a lower rank.  A heading that
opens a paragraph (第十条 国家鼓励…, （一）指导思想。以…) belongs to the path of
that paragraph already; one that fills its line belongs to the paths below it.
An enumerated item without a heading of its own (（一）违反规定的；) is named for
its line only, since nothing tells where it ends.

An item that fills its line and ends with a stop (（一）指导思想。) or holds a comma
(二、强化赋能，提升水平) may be either; what is around it tells: a heading is
followed by a text of its own, and stands neither in an article of a law nor among
items that are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.text.script import simplify

SEPARATOR = " › "

_NUMERAL = "[0-9０-９〇零一二三四五六七八九十百千]+"
_LONGEST_HEADING = 40
_HEAD = 80  # characters in which a heading ends, with its number
_SENTENCE = re.compile(r"[。；，：、！？!?;,:]")
_CLAUSES = re.compile(r"[。；：！？!?;:]|[，、,]$")
#: What rules say, and headings do not.
_RULES = re.compile("应当|不得|可以|必须|是指|所称|所指|有权|负责")
_STOP = "。"
_UNIT = re.compile(rf"第{_NUMERAL}(分编|编|章|节)(?=\s|$|[^的规中所])")
_ARTICLE = re.compile(
    rf"第{_NUMERAL}条(?:之{_NUMERAL})?(?:\s*【[^】]*】|\s*（[^）]*）|(?=\s|$|[：:]))"
)
_ITEMS = (
    (60, re.compile(rf"{_NUMERAL}、")),
    (70, re.compile(rf"[（(]{_NUMERAL}[）)]")),
)
#: Figures are ranked below Chinese numerals: 一、（一）1、（1）.
_FIGURES = re.compile("[（(]?[0-9０-９]")
_BELOW = 20
_STARTS = frozenset("#第（(0123456789０１２３４５６７８９〇零一二三四五六七八九十百千")
_MARKDOWN = re.compile(r"(#{1,6})\s+(?=\S)")
_UNIT_RANKS = {"编": 10, "分编": 20, "章": 30, "节": 40}
_ARTICLE_RANK = 50


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at the start of a line.

    ``whole`` when it fills the line, ``lasting`` when what follows stands under it.
    ``mark`` is the number of an item that may as well be none, if only its
    surroundings tell; empty where it is sure.
    """

    rank: int
    label: str
    whole: bool
    lasting: bool
    mark: str = ""


def recognise(line: str) -> Heading | None:
    """The heading that ``line`` is or begins with, in simplified or traditional script."""
    if line[:1] not in _STARTS:  # the same in both scripts, and most lines are none
        return None
    head = line[:_HEAD]
    plain = simplify(head)
    if plain is head:
        return _recognise(line)
    plain += line[_HEAD:]
    heading = _recognise(plain)
    if heading is None:
        return None
    at = plain.index(heading.label)
    mark = line[: len(heading.mark)]
    return replace(heading, label=line[at : at + len(heading.label)], mark=mark)


def heading_text(line: str) -> tuple[int, int] | None:
    """Where the text of a Markdown heading begins and ends in its line, without ``##``.

    ``None`` for a line that is none, and for one without a word: in plain text,
    ``# 1`` is a number.
    """
    found = _MARKDOWN.match(line)
    if found is None:
        return None
    start, end = _marked(line, found.end())
    return (start, end) if any(map(str.isalpha, line[start:end])) else None


def _marked(line: str, start: int) -> tuple[int, int]:
    """The text that begins at ``start``, and ends before a closing ``##`` that stands apart."""
    text = line[start:].rstrip()
    bare = text.rstrip("#")
    if bare and bare[-1].isspace():
        text = bare.rstrip()
    return start, start + len(text)


def _recognise(line: str) -> Heading | None:
    if found := _MARKDOWN.match(line):
        start, end = _marked(line, found.end())
        return Heading(len(found[1]), line[start:end], whole=True, lasting=True)
    bare = line.removesuffix(_STOP)
    short = len(line) <= _LONGEST_HEADING and (
        not _SENTENCE.search(bare) or (bare is line and not _CLAUSES.search(line))
    )
    if (found := _UNIT.match(line)) and short:
        return Heading(_UNIT_RANKS[found[1]], line, whole=True, lasting=True)
    if found := _ARTICLE.match(line):
        return Heading(_ARTICLE_RANK, found.group(), whole=found.end() == len(line), lasting=True)
    for rank, pattern in _ITEMS:
        if found := pattern.match(line):
            figures = _BELOW if _FIGURES.match(line) else 0
            return _item(rank + figures, line, found.group(), found.end())
    return None


def _item(rank: int, line: str, mark: str, end: int) -> Heading:
    """An enumerated item: a heading line, a paragraph with a heading, or a bare item."""
    heading, stop, rest = line[end:].partition(_STOP)
    plain = not _SENTENCE.search(heading)
    clauses = not (_FIGURES.match(mark) or _CLAUSES.search(heading) or _RULES.search(heading))
    if (plain or clauses) and 0 < len(heading) <= _LONGEST_HEADING:
        alone = not rest.strip()
        doubtful = mark if not plain or (stop and alone) else ""
        return Heading(rank, mark + heading, whole=alone, lasting=True, mark=doubtful)
    return _bare(rank, mark)


def _bare(rank: int, mark: str) -> Heading:
    return Heading(rank, mark.rstrip("、"), whole=False, lasting=False)


class HeadingPath:
    """The headings in force while a text is read from top to bottom.

    ``count`` is how many have been met.
    """

    def __init__(self) -> None:
        self.count = 0
        self._root: str | None = None
        self._bare_rank = 0  # of the last item, if it was no heading
        self._open: list[Heading] = []

    def reset(self, root: str | None = None) -> None:
        """Closes everything; what follows stands under ``root`` (an appendix), if any."""
        self._root = root
        self._bare_rank = 0
        self._open.clear()

    def enter(self, line: str, following: str | None = None) -> str:
        """The path of ``line``, which may open or close headings; empty if there is none.

        ``following`` is the line below, ``None`` where the part ends.
        """
        heading = recognise(line)
        if heading is None:
            return self.current()
        if heading.mark and not self._is_heading(heading, following):
            heading = _bare(heading.rank, heading.mark)
        while self._open and self._open[-1].rank >= heading.rank:
            self._open.pop()
        above = self.current()
        self._bare_rank = 0 if heading.lasting else heading.rank
        if heading.lasting:
            self._open.append(heading)
            self.count += 1
        if heading.whole:
            return above
        return SEPARATOR.join(filter(None, (above, heading.label)))

    def _is_heading(self, heading: Heading, following: str | None) -> bool:
        """Whether an item that may be none is a heading, by what is around it."""
        if heading.rank == self._bare_rank or heading.label.endswith("的"):
            return False
        if any(each.rank == _ARTICLE_RANK for each in self._open):
            return False
        if not heading.whole:
            return True
        below = recognise(following) if following else None
        return following is not None and (below is None or below.rank > heading.rank)

    def current(self) -> str:
        """The path of a line that is no heading."""
        labels = [heading.label for heading in self._open]
        return SEPARATOR.join(filter(None, (self._root, *labels)))
