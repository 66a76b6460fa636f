"""The ways in which a query can be changed so that it finds more.

Each function takes a tree in normal form and yields changed trees, likeliest
first, each with what was done in words for the reader.  Exclusions are never
loosened from within, only left out as a whole.  What a change finds is for
:mod:`indexer.suggest.advice` to count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import regex

from indexer.analysis.analyzer import Analyzer
from indexer.labels import FIELD_LABELS
from indexer.query.normal_form import conjunction, disjunction
from indexer.query.parser import has_units
from indexer.query.rendering import render
from indexer.query.tree import (
    And,
    Chunk,
    Document,
    Metadata,
    MetadataField,
    Node,
    Or,
    Phrase,
    Sentence,
    TextField,
)
from indexer.suggest.spelling import Speller


class Change(NamedTuple):
    """A changed tree, what was done in Chinese words, and with what: a field, a part left out."""

    tree: Node
    what: str
    about: str = ""


_Leaf = Chunk | Phrase | Metadata

#: Fields that a text without a field is not looked for in.
_ELSEWHERE: tuple[TextField, ...] = ("policy", "number", "issuer")
_REGIONS: tuple[MetadataField, ...] = ("province", "city", "county")
#: Of one text; the likeliest come first.
_MAX_SPELLINGS = 2
_TEXTS = Chunk | Phrase | Sentence | Document | Or
_SEPARATORS = regex.compile(r"[\s,，、;；()（）|｜*＊\"＂“”「」『』]+")


def respelled(tree: Node, speller: Speller) -> Iterator[Change]:
    """One text at a time, put right; then by itself, for the others may be wrong as well."""
    alone: list[Node] = []
    for leaf in _leaves(tree):
        corrected = [replace(leaf, text=text) for text in speller.corrections(leaf.text)]
        for other in corrected[:_MAX_SPELLINGS]:
            yield Change(_replaced(tree, leaf, other), "您是不是要找")
        alone += corrected[:1]
    yield from (Change(leaf, "您是不是要找") for leaf in alone)


def unquoted(tree: Node) -> Iterator[Change]:
    """Literals as chunks, cut where a chunk ends."""

    def loosen(leaf: _Leaf) -> Node:
        if not isinstance(leaf, Phrase):
            return leaf
        pieces = [piece for piece in _SEPARATORS.split(leaf.text) if _says_something(piece)]
        chunks = [Chunk(piece.strip("。！？!?"), leaf.field) for piece in pieces]
        if chunks:
            chunks[-1] = replace(chunks[-1], prefix=leaf.prefix)
        return conjunction(chunks) or leaf

    yield Change(_mapped(tree, loosen), "不加引号")


def other_fields(tree: Node) -> Iterator[Change]:
    """Texts and names without their fields; a lone one in the fields it may belong to."""
    yield Change(_mapped(tree, _anywhere), "不限字段")
    leaves = list(_leaves(tree))
    if len(leaves) != 1:
        return
    leaf = leaves[0]
    for field in _ELSEWHERE:
        if field != leaf.field and not isinstance(leaf, Metadata):
            changed = _replaced(tree, leaf, replace(leaf, field=field))
            yield Change(changed, f"在{FIELD_LABELS[field]}中查找", field)
    if leaf.field in _REGIONS:
        for region in _REGIONS:
            if region != leaf.field:
                changed = _replaced(tree, leaf, Metadata(leaf.text, region))
                yield Change(changed, f"按{FIELD_LABELS[region]}名称查找", region)


def shortened(tree: Node, analyzer: Analyzer) -> Iterator[Change]:
    """One part left out: of an AND a clause, of a lone chunk a word.  Sentences opened up.

    Of what must stand in one document, the rest must.
    """
    if isinstance(tree, Document):
        for change in shortened(tree.child, analyzer):
            inside = isinstance(change.tree, And)
            yield change._replace(tree=Document(change.tree) if inside else change.tree)
        return
    if loosened := _without_sentences(tree):
        yield Change(loosened, "不限于同一句")
    if isinstance(tree, Phrase):
        tree = next((change.tree for change in unquoted(tree)), tree)
    if isinstance(tree, And):
        for left_out in tree.children:
            rest = conjunction(child for child in tree.children if child is not left_out)
            if rest is not None and any(_leaves(rest)):
                yield Change(rest, f"去掉“{render(left_out)}”", render(left_out))
    elif isinstance(tree, Chunk):
        for word in analyzer.leaf_words(tree.text):
            parts = (tree.text[: word.start], tree.text[word.end :])
            kept = [part.strip("。！？!?") for part in parts if analyzer.leaf_words(part)]
            chunks = [Chunk(part, tree.field) for part in kept if _says_something(part)]
            if rest := conjunction(chunks):
                dropped = tree.text[word.start : word.end]
                yield Change(rest, f"去掉“{dropped}”", dropped)


def either(tree: Node) -> Iterator[Change]:
    """Any of the texts of an AND; its conditions and exclusions stay."""
    if isinstance(tree, Sentence | Document):
        tree = tree.child
    texts, others = _texts_and_others(tree)
    any_text = disjunction(texts)
    if len(texts) > 1 and any_text:
        yield Change(conjunction([any_text, *others]) or tree, "任一即可")


def in_document(tree: Node) -> Iterator[Change]:
    """The texts of an AND anywhere in one document; its conditions and exclusions stay."""
    texts, others = _texts_and_others(tree)
    all_texts = conjunction(texts)
    if len(texts) > 1 and all_texts and not any(isinstance(text, Document) for text in texts):
        yield Change(conjunction([Document(all_texts), *others]) or tree, "在同一份文件里查找")


def _texts_and_others(tree: Node) -> tuple[list[Node], list[Node]]:
    """The parts of an AND that ask for text, and its conditions and exclusions."""
    parts = tree.children if isinstance(tree, And) else ()
    texts: list[Node] = [part for part in parts if isinstance(part, _TEXTS)]
    return texts, [part for part in parts if not isinstance(part, _TEXTS)]


def _says_something(text: str) -> bool:
    return has_units(text, enders=False)


def _anywhere(leaf: _Leaf) -> Node:
    """The leaf's text in the default fields."""
    if isinstance(leaf, Metadata):
        return next((change.tree for change in unquoted(Phrase(leaf.text))), leaf)
    return replace(leaf, field=None)


def _leaves(node: Node) -> Iterator[_Leaf]:
    """The texts and names that are asked for, exclusions aside."""
    match node:
        case Chunk() | Phrase() | Metadata():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case Sentence(child) | Document(child):
            yield from _leaves(child)


def _mapped(node: Node, change: Callable[[_Leaf], Node]) -> Node:
    """The tree with every leaf changed, exclusions aside."""
    match node:
        case Chunk() | Phrase() | Metadata():
            return change(node)
        case And(children):
            return conjunction(_mapped(child, change) for child in children) or node
        case Or(children):
            return disjunction(_mapped(child, change) for child in children) or node
        case Sentence(child):
            return Sentence(_mapped(child, change))
        case Document(child):
            return Document(_mapped(child, change))
        case _:
            return node


def _replaced(tree: Node, old: _Leaf, new: _Leaf) -> Node:
    return _mapped(tree, lambda leaf: new if leaf is old else leaf)


def _without_sentences(tree: Node) -> Node | None:
    """The tree with 同句 left out at its top, ``None`` where there is none."""
    parts = tree.children if isinstance(tree, And) else (tree,)
    if not any(isinstance(part, Sentence) for part in parts):
        return None
    return conjunction(part.child if isinstance(part, Sentence) else part for part in parts)
