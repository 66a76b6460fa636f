"""What stands around the text of a page: left out where that is certain, else kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from corpus.formats.html.text import INVISIBLE, is_hidden, text_of

#: Where the content management systems of Chinese authorities put the article.
_ARTICLES = (
    "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view", ".view.TRS_UEDITOR",
    ".pages_content", "#pages_content", "#zoom", "#Zoom", "#js_content", ".article-content",
    ".article_content", ".artical_content", "#article_content", ".news_content", ".xxgk_content",
    "[itemprop=articleBody]", "article",
)  # fmt: skip
_LANDMARKS = {"nav", "footer", "aside"}
_ROLES = {"navigation", "contentinfo", "search", "menu", "menubar"}
_SAYS_SO = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|mainmenu|topnav|footer|foot|copyright"
    r"|breadcrumbs?|crumbs?|sidebar|share|bdsharebuttonbox|toolbar|login|search|searchbox"
    r"|friendlinks?|sitemap|skip|qrcode|ewm|pagination|related)(?:$|[-_\s]|\d)",
    re.IGNORECASE,
)
_BLOCKS = {"div", "ul", "ol", "section", "td", "header", "dl", "table", "form", "p"}
_FEWEST_LINKS = 4
_LINK_SHARE = 0.8
_LONGEST_OWN_TEXT = 300  # characters that furniture may have beside its links
_ATTACHMENT = re.compile(r"附\s*[件表]|下载|\.(?:docx?|pdf|xlsx?|wps|zip|ofd)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Measure:
    """Of an element: characters without white space, those and the number of links in it."""

    text: int = 0
    linked: int = 0
    links: int = 0
    attachment: bool = False
    tables: int = 0


class Furniture:
    """Tells the furniture of one page, and keeps the texts that were left out.

    Where ``keeps_all``, nothing but what is hidden is furniture.
    """

    def __init__(self, body: LexborNode, *, keeps_all: bool = False) -> None:
        self.left_out: list[str] = []
        self._keeps_all = keeps_all
        self._measures = _measure(body)
        self._articles: set[int] = set()
        self._around: set[int] = set()
        self._find_articles(body)

    def leaves_out(self, node: LexborNode) -> bool:
        """Whether the element is not to be read; what it says is then kept."""
        if is_hidden(node):
            self._keep(node)
            return True
        measure = self._measures[node.mem_id]
        if self._keeps_all or node.mem_id in self._around or node.mem_id in self._articles:
            return False
        if _is_link_block(node, measure) or _is_landmark(node, measure):
            self._keep(node)
            return True
        return False

    def holds_tables(self, node: LexborNode) -> bool:
        """Whether there are tables within the element."""
        return self._measures[node.mem_id].tables > 0

    def _keep(self, node: LexborNode) -> None:
        if text := text_of(node):
            self.left_out.append(text)

    def _find_articles(self, body: LexborNode) -> None:
        """Marks the elements that hold the article, all in them, and all that they are in."""
        for node in (found for selector in _ARTICLES for found in body.css(selector)):
            if node.mem_id in self._articles:
                continue
            for inner in node.traverse():
                self._articles.add(inner.mem_id)
            parent = node.parent
            while parent is not None and parent.mem_id not in self._around:
                self._around.add(parent.mem_id)
                parent = parent.parent


def _measure(body: LexborNode) -> dict[int, _Measure]:
    """The measure of every element, in two passes over the tree: deep nesting costs no more."""
    nodes = [node for node in body.traverse(include_text=True) if node.tag != "-comment"]
    measures = {node.mem_id: _Measure() for node in nodes if node.tag != "-text"}
    for node in reversed(nodes):  # children before their parents
        parent = measures.get(node.parent.mem_id) if node.parent else None
        if parent is None:
            continue
        if node.tag == "-text":
            text = node.text_content or ""
            parent.text += len("".join(text.split()))
            parent.attachment |= bool(_ATTACHMENT.search(text))
        elif node.tag not in INVISIBLE:
            own = measures[node.mem_id]
            parent.text += own.text
            parent.linked += own.text if node.tag == "a" else own.linked
            parent.links += (node.tag == "a" and own.text > 0) + own.links
            parent.attachment |= own.attachment
            parent.tables += (node.tag == "table") + own.tables
    return measures


def _is_landmark(node: LexborNode, measure: _Measure) -> bool:
    """Whether the element says that it is furniture, and is no longer than such things are."""
    if measure.text - measure.linked > _LONGEST_OWN_TEXT:
        return False
    if node.tag in _LANDMARKS:
        return True
    attributes = node.attributes
    if (attributes.get("role") or "").lower() in _ROLES:
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return node.tag in _BLOCKS and bool(_SAYS_SO.search(names))


def _is_link_block(node: LexborNode, measure: _Measure) -> bool:
    """Whether a block is a list of links: no attachments, and hardly a word besides."""
    return (
        node.tag in _BLOCKS
        and measure.links >= _FEWEST_LINKS
        and not measure.attachment
        and measure.linked >= _LINK_SHARE * measure.text
    )
