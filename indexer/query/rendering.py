"""From a query tree back to a query that a user could have typed.

Suggestions change the tree and show the text, so the text must mean the tree:
``parse(render(tree)).tree == tree`` for every tree that
:func:`indexer.query.parser.parse` gives, as long as the text stays within the
parser's bounds of length and nesting.

A leaf is written in the plainest way that the parser itself reads as that
leaf: as it is, else in the first sort of quotes that can hold it.  An unquoted
chunk that would be taken for an operator, an exclusion or a field begins or
ends with a full stop, which a chunk loses at its edges.  A literal that holds
quotes of all sorts loses them: no query could keep them, and quotes are never
searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from indexer.query.lexer import is_dash
from indexer.query.parser import parse
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Everything,
    Metadata,
    MetadataField,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
    TextField,
)

FIELD_NAMES: Mapping[TextField | MetadataField, str] = {
    "title": "主题",
    "body": "内容",
    "unit": "单位",
    "policy": "标题",
    "number": "文号",
    "issuer": "机关",
    "province": "省",
    "city": "市",
    "county": "区县",
    "theme": "议题",
    "keyword": "关键词",
}
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
_ALL_QUOTES = str.maketrans(dict.fromkeys('"“”「」『』＂', " "))
#: Leaves whose text is remembered: advice writes the same ones in many trees.
_REMEMBERED = 1024
#: How loosely a node binds: as one operand, AND-ed, OR-ed.
_OPERAND, _ALL, _ANY = range(3)


def render(tree: Node) -> str:
    """The tree as query text; alternatives of chunks (synonyms) are left out."""
    return _render(tree, _ANY)


def render_text(text: str, *, quoted: bool = False) -> str:
    """``text`` as one chunk where it can be one and need not be ``quoted``, else in quotes."""
    if not quoted and parse(text).tree == Chunk(text):
        return text
    return _leaf(Phrase(text))


def _render(node: Node, within: int) -> str:
    """``within`` is the loosest binding that may stand here without brackets."""
    match node:
        case Or(children):
            written = " OR ".join(_render(child, _ALL) for child in children)
            return written if within == _ANY else f"({written})"
        case And(children):
            parts = (child for child in children if not isinstance(child, Everything))
            written = " ".join(_render(child, _OPERAND) for child in parts)
            return f"({written})" if within == _OPERAND else written
        case Not(child):
            operand = _render(child, _OPERAND)
            # Two hyphens in a row exclude nothing.
            twice = is_dash(operand[:1])
            return f"NOT {operand}" if twice else f"-{operand}"
        case Sentence(child):
            return f"同句:({_render(child, _ANY)})"
        case Document(child):
            return f"同文件:({_render(child, _ANY)})"
        case DateRange(start, end):
            return f"年:{_years(start, end)}"
        case Everything():
            return ""
        case Nothing():
            return "。"
        case _:
            return _leaf(node)


def _years(start: str | None, end: str | None) -> str:
    first, last = (start or "")[:4], (end or "")[:4]
    return first if first == last else f"{first}..{last}"


@lru_cache(maxsize=_REMEMBERED)
def _leaf(node: Chunk | Phrase | Metadata) -> str:
    if isinstance(node, Chunk) and node.alternatives:
        node = replace(node, alternatives=())
    for written in _ways(node):
        query = parse(written)
        if query.tree == node and not any(w.code == "unclosed-quote" for w in query.warnings):
            return written
    *_, written = _ways(replace(node, text=" ".join(node.text.translate(_ALL_QUOTES).split())))
    return written


def _ways(node: Chunk | Phrase | Metadata) -> Iterator[str]:
    """Ways to write a leaf, plainest first; the last always holds without inner quotes."""
    name = f"{FIELD_NAMES[node.field]}:" if node.field else ""
    star = "*" if not isinstance(node, Metadata) and node.prefix else ""
    if not isinstance(node, Phrase):
        yield name + node.text + star
        yield f"{name}。{node.text}{star}"
        yield f"{name}{node.text}。{star}"
    if not isinstance(node, Chunk):
        for opening, closing in _QUOTES:
            yield name + opening + node.text + closing + star
