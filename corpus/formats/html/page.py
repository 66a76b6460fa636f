"""HTML: the main text of a page as saved from a ministry's site.

Parsed as browsers do (selectolax), walked once: blocks become lines, real
tables keep their cells, tables that only lay out the page are walked through.
What is around the text (menus, footers, share buttons) is left out only where
the page itself says what it is (``nav``, ``class="footer"``), or where a block
consists of links; never inside the element that holds the article.  A note
tells how much was left out, and where it begins; the page itself is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.document import Stated
from corpus.errors import SourceError
from corpus.formats.address import is_web_address
from corpus.formats.content import Content, TextBuilder
from corpus.formats.encoding import Decoded, decode
from corpus.formats.html.furniture import Furniture
from corpus.formats.html.list import ListNumbers
from corpus.formats.html.list_styles import ListStyles
from corpus.formats.html.table import captions, is_data, table_cells
from corpus.formats.html.text import Lines, walk
from corpus.formats.limits import Budget
from corpus.policy import ParseWarning

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=(?:\(\d+\))?(\S+?)\s*-->", re.I)
_SITE = re.compile(r"\s*[_|]\s*|\s+[-–—]+\s+")
#: Opening and closing tags of elements that do not end by themselves.
_TAG = re.compile(
    r"<(/)?(?!(?:p|li|td|th|tr|dt|dd|br|hr|img|input|meta|link|col|option|param|area|base|wbr"
    r"|thead|tbody|tfoot|source|html|head|body)\b)[a-z]",
    re.IGNORECASE,
)
_DEEPEST = 3000
_HEAD = 8192
_SHOWN = 40
_READINGS = 10


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The page's main text, and what its fields state."""
    declared = _CHARSET.search(data[:_HEAD].replace(b"\0", b""))
    decoded = decode(data, name, declared[1].decode("ascii") if declared else None)
    return read_page(decoded, name, None)


def read_page(decoded: Decoded, name: str, url: str | None) -> Content:
    """The main text of a page that was found at ``url``, where that is known."""
    _check_nesting(decoded.text, name)
    tree = LexborHTMLParser(decoded.text)
    body = tree.body
    if body is None:
        return Content("", notes=decoded.notes)
    furniture = Furniture(body)
    styles = ListStyles(tree)
    builder = _write(body, furniture, styles)
    notes = list(decoded.notes)
    if furniture.left_out and not builder.text.strip():  # a page that is nothing else
        furniture = Furniture(body, keeps_all=True)
        builder = _write(body, furniture, styles)
    if furniture.left_out:
        text = " ".join(" ".join(furniture.left_out).split())
        shown = text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")
        message = f"网页的导航、页脚等{len(text)}字没有收入正文（原网页中可查）：{shown}"
        notes.append(ParseWarning("page-furniture", message))
    notes.extend(_readings(tree))
    stated = _stated(tree, decoded.text, builder.text, url)
    notes.extend(_published(tree))
    return Content(builder.text, builder.tables, stated, tuple(notes))


def _check_nesting(text: str, name: str) -> None:
    """Raises :class:`SourceError` on a page made to keep a parser busy: its time grows squared."""
    depth = 0
    for found in _TAG.finditer(text):
        depth = depth - 1 if found[1] else depth + 1
        if depth > _DEEPEST:
            message = f"网页“{name}”的标签嵌套超过 {_DEEPEST} 层，没有读取"
            raise SourceError(message, "请在浏览器中打开原网页，另存为网页或复制成文本后再试")


def _write(body: LexborNode, furniture: Furniture, styles: ListStyles) -> TextBuilder:
    builder = TextBuilder()
    lines = Lines(builder)
    numbers = ListNumbers(styles)

    def enter(node: LexborNode) -> bool:
        """Whether the walk goes into the element."""
        if furniture.leaves_out(node):
            return False
        if node.tag == "table" and not furniture.holds_tables(node) and is_data(node):
            lines.end()
            for caption in captions(node, numbers):
                builder.line(caption)
            builder.table(table_cells(node, numbers))
            return False
        return True

    walk(body, lines, numbers, enter)
    lines.end()
    return builder


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """The page's meta fields by lower-case name, the first of each."""
    fields: dict[str, str] = {}
    for node in tree.css("meta"):
        key = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        content = " ".join((node.attributes.get("content") or "").split())
        if key and content:
            fields.setdefault(key, content)
    return fields


def _stated(tree: LexborHTMLParser, page: str, text: str, url: str | None) -> Stated:
    """Title and address.

    The day of publication on the web (PubDate) and the page's source
    (ContentSource) are no date and issuer of the document, which may be older
    and another's: a note names them.
    """
    meta = _meta(tree)
    title = meta.get("articletitle") or _heading(tree, text)
    saved = _SAVED_FROM.search(page[:_HEAD])
    canonical = tree.css_first("link[rel=canonical]")
    candidates = (
        url,
        saved[1] if saved else None,
        canonical.attributes.get("href") if canonical else None,
        meta.get("url"),
        meta.get("og:url"),
    )
    address = next((found for found in candidates if found and is_web_address(found)), None)
    return Stated(title=title, url=address)


def _heading(tree: LexborHTMLParser, text: str) -> str | None:
    """What ``<title>`` says without the site's name, where it is a line of the text as well."""
    node = tree.css_first("title")
    full = " ".join(node.text().split()) if node else ""
    lines = {"".join(line.split()) for line in text.splitlines()}
    for candidate in (full, _SITE.split(full)[0]):
        if len(candidate) > 3 and "".join(candidate.split()) in lines:
            return candidate
    return None


def _readings(tree: LexborHTMLParser) -> Iterator[ParseWarning]:
    """The readings (ruby) that stand above characters: they are no part of the text."""
    found = [" ".join(node.text().split()) for node in tree.css("rt")]
    if found:
        shown = "、".join(found[:_READINGS]) + ("…" if len(found) > _READINGS else "")
        message = f"注音{len(found)}处没有收入正文（原网页中可查）：{shown}"
        yield ParseWarning("ruby", message)


def _published(tree: LexborHTMLParser) -> Iterator[ParseWarning]:
    meta = _meta(tree)
    dates = [
        f"{label} {meta[key]}"
        for key, label in (("pubdate", "网页发布时间"), ("contentsource", "网页注明来源"))
        if key in meta
    ]
    if dates:
        yield ParseWarning("page-published", "，".join(dates))
