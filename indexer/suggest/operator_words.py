"""Words that users write where the query language has signs.

党建 不要 网格 asks for three words; 党建 -网格 is what was meant.  :func:`spelled_out`
reads such words (不要, 除了, 或者, 和, but not) as the operators that they are in
speech.  It is a guess about language, so it only ever becomes a suggestion.

The words count where they stand alone between blanks.  Those of exclusion count
as well where they begin a chunk (除了网格) or, where little was found, stand within
one (党建但不含网格).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.query.lexer import Lexeme, lex
from indexer.query.parser import parse
from indexer.query.tree import Node

_WITHOUT = frozenset(
    (
        *("不要", "不含", "不包括", "不包含", "没有", "不是", "而不是", "而非", "非", "排除"),
        *("除", "除了", "除去", "除开", "去掉", "去除", "剔除", "not", "without"),
        *("但不要", "但不含", "但不包括", "但不包含", "但没有", "但不是", "但排除", "但除了"),
    )
)
_EITHER = frozenset(("或", "或者", "或是", "or"))
_BOTH = frozenset(("和", "与", "及", "以及", "并且", "而且", "且", "同时", "and"))
#: Said before an exclusion, without a meaning of their own.
_BUT = frozenset(("但", "但是", "而", "but"))
#: Said behind what is left out: 除了网格以外.
_AFTER = frozenset(("以外", "之外", "外", "以外的", "之外的"))
_BEGINS = re.compile(r"(但?(?:不要|不含|不包括|不包含|排除)|但没有|但?除了|除去|除开)(.+)")
_ENDS = re.compile(r"(.+?)(?:以外|之外)的?")
_AMID = re.compile(r"(.+?)(但(?:不要|不含|不包括|不包含|没有)|不含|不包括|不包含|而非|不要)(.+)")
_OPERANDS = frozenset(("text", "literal", "close"))
_BEFORE_OPERANDS = frozenset(("text", "literal", "open", "field", "sentence"))


@dataclass(frozen=True, slots=True)
class SpelledOut:
    """What a query with words for operators means, the first such word, and its operator.

    ``operator`` is ``-``, ``OR`` or empty, where the word only joins.
    """

    tree: Node
    word: str
    operator: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """``new`` stands for the query's characters from ``start`` to ``end``."""

    start: int
    end: int
    new: str
    word: str
    operator: str


def spelled_out(text: str, *, within_chunks: bool) -> SpelledOut | None:
    """The query with its spoken operators as signs; ``None`` where it has none.

    ``within_chunks`` also cuts chunks that hold a word of exclusion.
    """
    lexemes, _warnings = lex(text)
    edits = list(_edits(lexemes, within_chunks))
    if not edits:
        return None
    written = text
    for edit in reversed(edits):
        written = f"{written[: edit.start]}{edit.new}{written[edit.end :]}"
    tree = parse(written).tree
    if tree == parse(text).tree:
        return None
    said = next((edit for edit in edits if edit.word), edits[0])
    return SpelledOut(tree, said.word, said.operator)


def _edits(lexemes: Sequence[Lexeme], within_chunks: bool) -> Iterator[_Edit]:
    excluded = False  # whether the lexeme before was made an exclusion
    for at, lexeme in enumerate(lexemes):
        before, after = _near(lexemes, at - 1), _near(lexemes, at + 1)
        if lexeme.kind != "text" or lexeme.prefix or before in ("field", "not"):
            continue
        edit = _word(lexemes, at, before, after)
        if edit is None and not excluded:
            edit = _chunk(lexeme, alone=len(lexemes) == 1, within=within_chunks)
        if edit is None and excluded and (ends := _ENDS.fullmatch(lexeme.text)):
            end = lexeme.start + len(lexeme.text)
            edit = _Edit(lexeme.start + len(ends[1]), end, "", "", "-")
        excluded = edit is not None and edit.operator == "-" and edit.new == "-"
        if edit:
            yield edit


def _near(lexemes: Sequence[Lexeme], at: int) -> str:
    return lexemes[at].kind if 0 <= at < len(lexemes) else ""


def _word(lexemes: Sequence[Lexeme], at: int, before: str, after: str) -> _Edit | None:
    """A lexeme that is as a whole a word for an operator."""
    lexeme = lexemes[at]
    word, start, end = lexeme.text.lower(), lexeme.start, lexeme.start + len(lexeme.text)
    if word in _AFTER and before in _OPERANDS:
        return _Edit(start, end, "", "", "-")
    if after not in _BEFORE_OPERANDS:
        return None
    following = lexemes[at + 1]
    if word in _WITHOUT and len(lexemes) > 2:
        return _Edit(start, following.start, "-", lexeme.text, "-")
    if word in _BUT and following.text.lower() in _WITHOUT:
        return _Edit(start, end, "", "", "-")
    if word in _EITHER and before in _OPERANDS:
        return _Edit(start, end, "OR", lexeme.text, "OR")
    if word in _BOTH and before in _OPERANDS:
        return _Edit(start, end, "", lexeme.text, "")
    return None


def _chunk(lexeme: Lexeme, *, alone: bool, within: bool) -> _Edit | None:
    """A word of exclusion that has grown together with what it excludes."""
    start, end = lexeme.start, lexeme.start + len(lexeme.text)
    if not alone and (begins := _BEGINS.fullmatch(lexeme.text)):
        ends = _ENDS.fullmatch(begins[2])
        return _Edit(start, end, f"-{ends[1] if ends else begins[2]}", begins[1], "-")
    if within and (amid := _AMID.fullmatch(lexeme.text)):
        return _Edit(start, end, f"{amid[1]} -{amid[3]}", amid[2], "-")
    return None
