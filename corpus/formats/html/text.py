"""The text of an HTML tree, laid out in lines as a browser lays it out in blocks."""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborNode

from corpus.formats.content import TextBuilder
from corpus.formats.html.list import ListNumbers
from corpus.text.normalize import raised

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend"
    " li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INVISIBLE_NAMES = (
    "script style noscript template head title iframe object embed svg canvas audio video"
    " select option button textarea input map datalist rp rt rtc"
)
#: Elements whose text no reader of the page sees, or sees beside it as a reading (ruby).
INVISIBLE = frozenset(_INVISIBLE_NAMES.split())
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Lines:
    """Collects runs of text until a block ends, then writes them as a line."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._runs: list[str] = []
        self._preformatted = 0
        self._raised = 0
        self._markers: list[tuple[int, str]] = []  # of items around, before any text

    def text(self, run: str) -> None:
        run = raised(run) if self._raised else run
        self._runs.append(run if self._preformatted else _SPACE.sub(" ", run))

    def newline(self) -> None:
        self._runs.append("\n")

    def end(self) -> None:
        """Ends the line, if one has begun; white space alone is a blank line."""
        if self._runs:
            text = "".join(self._runs)
            if text.strip():
                marker = "".join(each for _item, each in self._markers)
                self._builder.line(marker + text.lstrip() if marker else text)
                self._markers.clear()
            elif text.strip(" ") or "\xa0" in text:
                self._builder.blank()
            self._runs.clear()

    def begin_item(self, item: int, marker: str) -> None:
        """Begins an item of a list, whose marker stands before the first text in it."""
        if marker:
            self._markers.append((item, marker))

    def end_item(self, item: int) -> None:
        """Ends an item; its marker goes if it met no text, those around it stay."""
        if self._markers and self._markers[-1][0] == item:
            self._markers.pop()

    def preformatted(self, change: int) -> None:
        self._preformatted += change

    def raised(self, change: int) -> None:
        """Begins or ends what is set above the line."""
        self._raised += change


def is_hidden(node: LexborNode) -> bool:
    """Whether the element says that it is not to be seen."""
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def walk(
    root: LexborNode, lines: Lines, numbers: ListNumbers, enter: Callable[[LexborNode], bool]
) -> None:
    """Goes through the tree in order, into the elements where ``enter`` says so."""
    node: LexborNode | None = root.child
    while node is not None:
        if _open(node, lines, numbers, enter) and node.child is not None:
            node = node.child
            continue
        while node is not None:
            if node.tag in _BLOCKS:
                lines.end()
            if node.tag == "li":
                lines.end_item(node.mem_id)
            if node.next is not None:
                node = node.next
                break
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                return
            if node.tag == "pre":
                lines.preformatted(-1)
            elif node.tag == "sup":
                lines.raised(-1)


def _open(
    node: LexborNode, lines: Lines, numbers: ListNumbers, enter: Callable[[LexborNode], bool]
) -> bool:
    """Begins a node; whether to go into it."""
    tag = node.tag or ""
    if tag == "-text":
        lines.text(node.text_content or "")
        return False
    if tag.startswith(("-", "!")) or tag in INVISIBLE:
        return False
    if tag in _BLOCKS:
        lines.end()
    if tag == "br":
        lines.newline()
        return False
    if not enter(node):
        return False
    if tag == "li":
        lines.begin_item(node.mem_id, numbers.marker(node))
    if tag == "pre" and node.child is not None:
        lines.preformatted(+1)
    elif tag == "sup" and node.child is not None:
        lines.raised(+1)
    return True


def text_of(root: LexborNode, numbers: ListNumbers | None = None) -> str:
    """The text below an element, a block a line; ``numbers`` are those of its page's lists."""
    builder = TextBuilder()
    lines = Lines(builder)
    walk(root, lines, numbers or ListNumbers(), lambda node: not is_hidden(node))
    lines.end()
    return builder.text.strip()
