"""Menus and footers of pages that do not say what they are: told by words and place.

Old pages are laid out with tables and without names.  What such a page begins
with, up to its first line that is no link and no usual word of a site's head
(当前位置, 设为首页), is its menu; what it ends with, after its last other line, is
its footer if it says so (版权所有, 上一篇).  A line in between is never left out,
nor one that only might be furniture (主办单位：) unless it shares an element with
nothing but furniture.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import LexborNode

from corpus.formats.htmltext import BLOCKS, INVISIBLE, is_hidden

_SEPARATORS = re.compile(r"[\s|｜·/>»\[\]【】()（）\u3000-]+")
#: Words of a head and of a footer that a line may consist of.
_OF_HEADS = (
    "设为首页 加入收藏 收藏本站 无障碍 无障碍浏览 无障碍阅读 无障碍版 长者模式 关怀版 简体 简体版"
    " 简体中文 繁体 繁體 繁体版 繁體版 繁体中文 繁體中文 English ENGLISH RSS RSS订阅 登录 注册 搜索"
    " 手机版 移动版 微信 微博 网站支持IPv6 本网站支持IPv6"
)
_OF_FEET = (
    "打印 打印本页 打印本文 打印此页 打印页面 关闭 关闭窗口 关闭本页 关闭页面 收藏 收藏本页 推荐"
    " 返回 返回顶部 返回首页 返回列表 回到顶部 纠错 我要纠错 网站纠错 网站地图 站点地图 网站声明"
    " 联系我们 关于我们 隐私声明 免责声明 版权声明 使用帮助 友情链接 设为首页 加入收藏 顶部"
)
_HEAD_WORDS, _FOOT_WORDS = frozenset(_OF_HEADS.split()), frozenset(_OF_FEET.split())
_HEAD = re.compile(
    r"(?:您|你)?(?:现在|当前|目前|所在)*的?(?:位置|栏目)(?:是|为)?\s*[:：>»].*"
    r"|今天是.{0,40}|欢迎(?:您|你)?(?:访问|光临|来到|登录).{0,40}"
)
_FOOT = re.compile(
    r"[上下]一[篇条页则个]\s*[:：].*|扫一扫.{0,30}|分享(?:到|至)(?:\s*[:：].{0,40})?"
    r"|(?!第|.*。$).{0,80}(?:版权所有|ICP备|公网安备|网站标识码|copyright|©).{0,160}",
    re.IGNORECASE,
)
_MAY_BE_FOOT = re.compile(
    r"(?:主办|承办|协办|维护|管理|技术支持|网站管理|主管)(?:单位|部门)?\s*[:：].{0,80}"
    r"|(?:地址|电话|邮编|邮政编码|传真|邮箱|联系电话|浏览次数|访问量)\s*[:：].{0,80}"
    r"|(?:建议|推荐)使用.{0,60}(?:分辨率|浏览器).{0,40}"
)
_ATTACHMENT = re.compile(r"附\s*[件表]|\.(?:docx?|pdf|xlsx?|wps|zip|ofd)\b", re.IGNORECASE)
_LONGEST = 300
#: Ends of titles: a line that may be one is no menu.
_TITLE = re.compile(r"(?:通知|意见|办法|条例|决定|规定|公告|批复|通报|方案|规划|纲要|解读|令|函)$")
_LONGEST_ITEM = 12  # characters of an item of a menu
_FEWEST_ITEMS = 3
_LINK_SHARE = 0.8

_Kind = Literal["text", "link", "head", "foot", "may be foot"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with text of its own: a line of the page.

    ``mixed`` ones hold blocks beside it; ``linked`` is how many characters are links.
    """

    node: LexborNode
    text: str
    linked: int
    mixed: bool


def surroundings(body: LexborNode, articles: Container[int]) -> set[int]:
    """The elements (by ``mem_id``) of a page that are its menu and its footer.

    ``articles`` are elements that belong to the text for sure.
    """
    leaves = leaves_of(body)
    kinds = [("text" if leaf.node.mem_id in articles else _kind(leaf)) for leaf in leaves]
    top = next((at for at, kind in enumerate(kinds) if kind not in ("link", "head")), len(kinds))
    end = len(kinds)
    while end > 0 and kinds[end - 1] in ("foot", "may be foot", "link"):
        end -= 1
    if top >= end:  # a page that is nothing else
        return set()
    return {*_menu(leaves[:top], kinds[:top]), *_footers(leaves, kinds, end)}


def _kind(leaf: Leaf) -> _Kind:
    text = " ".join(leaf.text.split())
    if leaf.mixed or len(text) > _LONGEST or _ATTACHMENT.search(text):
        return "text"
    words = {word for word in _SEPARATORS.split(text) if word}
    if _FOOT.fullmatch(text) or (words and words <= _FOOT_WORDS):
        return "foot"
    if _HEAD.fullmatch(text) or words <= _HEAD_WORDS:
        return "head"
    if _MAY_BE_FOOT.fullmatch(text):
        return "may be foot"
    solid = len("".join(text.split()))
    return "link" if leaf.linked >= _LINK_SHARE * solid else "text"


def _menu(leaves: Sequence[Leaf], kinds: Sequence[_Kind]) -> Iterator[int]:
    """The page's first lines, as far as they are items of a menu."""
    if "head" not in kinds and len(leaves) < _FEWEST_ITEMS:
        return
    for leaf, kind in zip(leaves, kinds, strict=True):
        words = leaf.text.split()
        items = len(words) > 1 or len(leaf.text.strip()) <= _LONGEST_ITEM
        if kind == "link" and (not items or _TITLE.search(leaf.text.strip())):
            return
        yield leaf.node.mem_id


def _footers(leaves: Sequence[Leaf], kinds: Sequence[_Kind], end: int) -> Iterator[int]:
    """The lines at the end that say what they are, each with all around it that is no text."""
    before: set[int] = set()  # elements that hold a line of the text
    for leaf in leaves[:end]:
        node: LexborNode | None = leaf.node
        while node is not None and node.mem_id not in before:
            before.add(node.mem_id)
            node = node.parent
    for leaf, kind in zip(leaves[end:], kinds[end:], strict=True):
        if kind == "foot":
            node = leaf.node
            while node.parent is not None and node.parent.mem_id not in before:
                node = node.parent
            yield node.mem_id


def leaves_of(body: LexborNode) -> list[Leaf]:
    """The lines of a page, in order: the elements that have text outside of blocks in them."""
    places: dict[int, tuple[LexborNode, bool]] = {body.mem_id: (body, False)}  # block, in a link
    own: dict[int, tuple[LexborNode, list[str], list[int]]] = {}
    outer: set[int] = set()
    for node in body.traverse(include_text=True):
        place = places.get(node.parent.mem_id) if node.parent else None
        if place is None or node.tag == "-comment":
            continue
        block, linked = place
        if node.tag == "-text":
            text = node.text_content or ""
            if text.strip():
                _, texts, links = own.setdefault(block.mem_id, (block, [], []))
                texts.append(text)
                links.append(len("".join(text.split())) if linked else 0)
        elif node.tag not in INVISIBLE and not is_hidden(node):
            inner = node if node.tag in BLOCKS else block
            places[node.mem_id] = (inner, linked or node.tag == "a")
    for block, _, _ in own.values():
        above = block.parent
        while above is not None and above.mem_id not in outer:
            outer.add(above.mem_id)
            above = above.parent
    return [
        Leaf(block, "".join(texts), sum(links), mixed=mem_id in outer or mem_id == body.mem_id)
        for mem_id, (block, texts, links) in own.items()
    ]
