"""Sentences, and whether the parts of a query stand in one.

A sentence ends at a sentence ender (。！？； or a line end), as in the literal
stream.  :func:`in_one_sentence` evaluates a query tree over each sentence of
a record by itself; the index has found the record by then, so this looks at
few texts and can afford to read them.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.analysis import ENDER, Analyzer, literal_units
from indexer.query import And, Chunk, Node, Not, Or, Phrase, rewritten
from indexer.results import IndexRecord
from indexer.schema import DEFAULT_FIELDS, TEXT_FIELDS, text_of


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of ``text``, enders included; joined, they tile it."""
    start = 0
    for unit in literal_units(text):
        if unit.text == ENDER:
            yield text[start : unit.end]
            start = unit.end
    if start < len(text):
        yield text[start:]


def contains(text: str, node: Chunk | Phrase) -> bool:
    """Whether the node's units stand in ``text``, one after the other."""
    have = [unit.text for unit in literal_units(text)]
    want = [unit.text for unit in literal_units(node.text)]
    if not want:
        return False
    for at in range(len(have) - len(want) + 1):
        *head, last = have[at : at + len(want)]
        if head == want[:-1] and (last.startswith(want[-1]) if node.prefix else last == want[-1]):
            return True
    return False


def in_one_sentence(node: Node, entry: IndexRecord, literally: bool, analyzer: Analyzer) -> bool:
    """Whether one sentence of one field has all that ``node`` asks for.

    With ``literally`` unquoted chunks must stand as typed; otherwise their
    words may stand apart.
    """
    return any(
        _holds(node, field, sentence, literally, analyzer)
        for field in TEXT_FIELDS
        for sentence in split_sentences(text_of(entry, field))
    )


def _holds(node: Node, field: str, sentence: str, literally: bool, analyzer: Analyzer) -> bool:
    match node:
        case And(children):
            return all(_holds(each, field, sentence, literally, analyzer) for each in children)
        case Or(children):
            return any(_holds(each, field, sentence, literally, analyzer) for each in children)
        case Not(child):
            return not _holds(child, field, sentence, True, analyzer)
        case Chunk() | Phrase():
            if _stands(node, field, sentence, literally, analyzer):
                return True
            others = () if literally else rewritten(node)
            return any(_stands(each, field, sentence, literally, analyzer) for each in others)
        case _:
            return True  # conditions were checked on the whole record


def _stands(
    node: Chunk | Phrase, field: str, sentence: str, literally: bool, analyzer: Analyzer
) -> bool:
    if field not in ((node.field,) if node.field else DEFAULT_FIELDS):
        return False
    if contains(sentence, node):
        return True
    if literally or isinstance(node, Phrase):
        return False
    words = {word.text for word in analyzer.leaf_words(node.text)}
    return bool(words) and words <= {word.text for word in analyzer.words(sentence)}
