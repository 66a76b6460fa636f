"""What a query was understood to mean, as one Chinese sentence.

The sentence is built from the tree that the engine evaluates and from the
same leaf words, so that it tells what was searched and not what was hoped
for: 精确匹配“三社联动”，或同时包含“三社”和“联动”.  Long texts and long lists of
words are shortened; brackets keep apart what 并且 and 或者 would mix up.
"""

from __future__ import annotations

from indexer.analysis import Analyzer, literal_texts
from indexer.query import (
    And,
    Chunk,
    DateRange,
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

FIELD_LABELS: dict[TextField, str] = {
    "title": "主题",
    "body": "内容",
    "unit": "单位",
    "policy": "文件标题",
    "number": "发文字号",
    "issuer": "发文机关",
}
_METADATA: dict[MetadataField, tuple[str, str]] = {
    "province": ("省级名称以{}开头", "省级名称不以{}开头"),
    "city": ("地级名称以{}开头", "地级名称不以{}开头"),
    "county": ("县级名称以{}开头", "县级名称不以{}开头"),
    "theme": ("议题为{}", "议题不是{}"),
    "keyword": ("关键词为{}", "关键词不是{}"),
}
MAX_TEXT = 40
MAX_WORDS = 8


def interpret(tree: Node, analyzer: Analyzer) -> str:
    """Says in Chinese what ``tree`` searches for, with ``analyzer``'s words."""
    return _Interpreter(analyzer).say(tree)


class _Interpreter:
    """Says nodes, one method a kind.  The tree's depth is bounded by the parser."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def say(self, node: Node, *, literal: bool = False) -> str:
        """``literal`` says chunks as an exclusion takes them: literally only."""
        match node:
            case Chunk() | Phrase():
                return _place(node) + self._text(node, literal)
            case Metadata(text, field):
                return _METADATA[field][0].format(_quoted(text))
            case DateRange():
                return _dates(node)
            case And((Everything(), *rest)):
                return "全部记录，但" + "，".join(self._bracketed(part, literal) for part in rest)
            case And(children):
                return "并且".join(self._bracketed(part, literal) for part in children)
            case Or(children):
                return "或者".join(self._bracketed(part, literal) for part in children)
            case Not(child):
                return self._exclusion(child)
            case Sentence(child):
                return f"同一句中（{self.say(child, literal=literal)}）"
            case Everything():
                return "全部记录"
            case Nothing():
                return "没有可检索的文字"

    def _bracketed(self, node: Node, literal: bool) -> str:
        """The node within a longer sentence; in brackets if it is itself compound."""
        said = self.say(node, literal=literal)
        alternatives = isinstance(node, Chunk) and "，或" in said
        return f"（{said}）" if alternatives or isinstance(node, And | Or) else said

    def _exclusion(self, child: Node) -> str:
        match child:
            case Chunk() | Phrase():
                return f"{_place(child)}不含{_quoted(child.text, child.prefix)}"
            case Metadata(text, field):
                return _METADATA[field][1].format(_quoted(text))
        return f"不符合（{self.say(child, literal=True)}）"

    def _text(self, node: Chunk | Phrase, literal: bool) -> str:
        exact = f"精确匹配{_quoted(node.text, node.prefix)}"
        if literal or isinstance(node, Phrase):
            return exact
        words = [leaf.text for leaf in self._analyzer.leaf_words(node.text)]
        last = words[-1] if words and node.prefix else None
        words = list(dict.fromkeys(words))
        said = [exact]
        if words and (len(words) > 1 or literal_texts(words[0]) != literal_texts(node.text)):
            said.append(_all_words([_quoted(word, word == last) for word in words]))
        if node.alternatives:
            others = "、".join(_quoted(other.text, node.prefix) for other in node.alternatives)
            said.append(f"其同义说法{others}")
        return "，或".join(said)


def _all_words(quoted: list[str]) -> str:
    if len(quoted) == 1:
        return f"包含{quoted[0]}"
    if len(quoted) > MAX_WORDS:
        return f"同时包含{'、'.join(quoted[:MAX_WORDS])}等 {len(quoted)} 个词"
    return f"同时包含{'、'.join(quoted[:-1])}和{quoted[-1]}"


def _place(node: Chunk | Phrase) -> str:
    return f"在{FIELD_LABELS[node.field]}中" if node.field else ""


def _dates(dates: DateRange) -> str:
    if dates.start and dates.end:
        return f"成文日期在 {dates.start} 至 {dates.end} 之间"
    if dates.start:
        return f"成文日期从 {dates.start} 起"
    return f"成文日期到 {dates.end} 为止" if dates.end else "成文日期不限"


def _quoted(text: str, prefix: bool = False) -> str:
    """In quotes, on one line, at most :data:`MAX_TEXT` characters of it."""
    text = " ".join(text.split())
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return f"“{text}{'*' if prefix else ''}”"
