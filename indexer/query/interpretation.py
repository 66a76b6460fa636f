"""What a query was understood to mean, as one sentence, in Chinese by default.

The sentence is built from the tree that the engine evaluates and from the
same leaf words, so that it says what was searched and not what was hoped
for: 精确匹配“三社联动”，或同时包含“三社”和“联动”.  Long texts and long lists of
words are shortened; brackets keep apart what 并且 and 或者 would mix up.  A
:class:`Wording` holds every phrase of it, so that a face can say the same in
another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.analysis.analyzer import Analyzer, literal_texts
from indexer.labels import FIELD_LABELS
from indexer.query.regions import NO_PLACES, PlaceCounts
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
)

_METADATA: dict[MetadataField, tuple[str, str]] = {
    "province": ("省级名称以{}开头", "省级名称不以{}开头"),
    "city": ("地级名称以{}开头", "地级名称不以{}开头"),
    "county": ("县级名称以{}开头", "县级名称不以{}开头"),
    "theme": ("议题为{}", "议题不是{}"),
    "keyword": ("关键词为{}", "关键词不是{}"),
}
MAX_TEXT = 40
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of an interpretation, as templates of ``str.format`` and separators.

    Where they are :class:`~markupsafe.Markup`, so is the sentence, and what is
    put in is escaped.  ``metadata`` and ``excluded_metadata`` are by field;
    ``word_list`` joins words and ``last_word`` the last one of them.
    """

    quoted: str = "“{}”"
    bracketed: str = "（{}）"
    exactly: str = "精确匹配{}"
    in_field: str = "在{}中{}"
    fields: Mapping[str, str] = field(default_factory=lambda: FIELD_LABELS)
    metadata: Mapping[MetadataField, str] = field(
        default_factory=lambda: {name: said for name, (said, _) in _METADATA.items()}
    )
    excluded_metadata: Mapping[MetadataField, str] = field(
        default_factory=lambda: {name: said for name, (_, said) in _METADATA.items()}
    )
    without: str = "不含{}"
    not_matching: str = "不符合（{}）"
    one_sentence: str = "同一句中（{}）"
    one_document: str = "同一文件中（{}）"
    contains: str = "包含{}"
    contains_all: str = "同时包含{}"
    contains_many: str = "同时包含{}等 {} 个词"
    word_list: str = "、"
    last_word: str = "和"
    synonyms: str = "其同义说法{}"
    alternative: str = "，或"
    both: str = "并且"
    either: str = "或者"
    all_but: str = "全部记录，但{}"
    all_but_list: str = "，"
    everything: str = "全部记录"
    nothing: str = "没有可检索的文字"
    between: str = "成文日期在 {} 至 {} 之间"
    since: str = "成文日期从 {} 起"
    until: str = "成文日期到 {} 为止"
    any_date: str = "成文日期不限"
    placed: str = "{}（实验区所在地 {} 条，发文机关所在地 {} 条）"


CHINESE = Wording()


def interpret(
    tree: Node, analyzer: Analyzer, wording: Wording = CHINESE, places: PlaceCounts = NO_PLACES
) -> str:
    """Says what ``tree`` searches for, with ``analyzer``'s words.

    ``places``: what is said of regions that are asked for (:mod:`indexer.query.regions`).
    """
    return _Interpreter(analyzer, wording, places).say(tree)


class _Interpreter:
    """Says nodes, one method a kind.  The tree's depth is bounded by the parser."""

    def __init__(self, analyzer: Analyzer, wording: Wording, places: PlaceCounts) -> None:
        self._analyzer = analyzer
        self._wording = wording
        self._places = places

    def say(self, node: Node, *, literal: bool = False) -> str:
        """``literal`` says chunks as an exclusion takes them: literally only."""
        wording = self._wording
        match node:
            case Chunk() | Phrase():
                return self._placed(node, self._text(node, literal))
            case Metadata(text, field):
                said = wording.metadata[field].format(self._quoted(text))
                counts = self._places.get(node)
                return wording.placed.format(said, *counts) if counts else said
            case DateRange():
                return self._dates(node)
            case And((Everything(), *rest)):
                parts = [self._bracketed(part, literal) for part in rest]
                return wording.all_but.format(wording.all_but_list.join(parts))
            case And(children):
                return wording.both.join(self._bracketed(part, literal) for part in children)
            case Or(children):
                return wording.either.join(self._bracketed(part, literal) for part in children)
            case Not(child):
                return self._exclusion(child)
            case Sentence(child):
                return wording.one_sentence.format(self.say(child, literal=literal))
            case Document(child):
                return wording.one_document.format(self.say(child, literal=literal))
            case Everything():
                return wording.everything
            case Nothing():
                return wording.nothing

    def _bracketed(self, node: Node, literal: bool) -> str:
        """The node within a longer sentence; in brackets if it is itself compound."""
        said = self.say(node, literal=literal)
        alternatives = isinstance(node, Chunk) and self._wording.alternative in said
        compound = alternatives or isinstance(node, And | Or)
        return self._wording.bracketed.format(said) if compound else said

    def _exclusion(self, child: Node) -> str:
        wording = self._wording
        match child:
            case Chunk() | Phrase():
                quoted = self._quoted(child.text, child.prefix)
                return self._placed(child, wording.without.format(quoted))
            case Metadata(text, field):
                return wording.excluded_metadata[field].format(self._quoted(text))
        return wording.not_matching.format(self.say(child, literal=True))

    def _placed(self, node: Chunk | Phrase, said: str) -> str:
        if not node.field:
            return said
        return self._wording.in_field.format(self._wording.fields[node.field], said)

    def _text(self, node: Chunk | Phrase, literal: bool) -> str:
        wording = self._wording
        exact = wording.exactly.format(self._quoted(node.text, node.prefix))
        if literal or isinstance(node, Phrase):
            return exact
        words = [leaf.text for leaf in self._analyzer.leaf_words(node.text)]
        last = words[-1] if words and node.prefix else None
        words = list(dict.fromkeys(words))
        said = [exact]
        if words and (len(words) > 1 or literal_texts(words[0]) != literal_texts(node.text)):
            said.append(self._all_words([self._quoted(word, word == last) for word in words]))
        if node.alternatives:
            others = [self._quoted(other.text, node.prefix) for other in node.alternatives]
            said.append(wording.synonyms.format(wording.word_list.join(others)))
        return wording.alternative.join(said)

    def _all_words(self, quoted: list[str]) -> str:
        wording = self._wording
        if len(quoted) == 1:
            return wording.contains.format(quoted[0])
        if len(quoted) > MAX_WORDS:
            first = wording.word_list.join(quoted[:MAX_WORDS])
            return wording.contains_many.format(first, len(quoted))
        listed = wording.word_list.join(quoted[:-1])
        return wording.contains_all.format(wording.last_word.join([listed, quoted[-1]]))

    def _dates(self, dates: DateRange) -> str:
        wording = self._wording
        if dates.start and dates.end:
            return wording.between.format(dates.start, dates.end)
        if dates.start:
            return wording.since.format(dates.start)
        return wording.until.format(dates.end) if dates.end else wording.any_date

    def _quoted(self, text: str, prefix: bool = False) -> str:
        """In quotes, on one line, at most :data:`MAX_TEXT` characters of it."""
        text = " ".join(text.split())
        if len(text) > MAX_TEXT:
            text = text[: MAX_TEXT - 1] + "…"
        return self._wording.quoted.format(f"{text}*" if prefix else text)
