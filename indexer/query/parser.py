"""From what the user typed to an :class:`indexer.query.tree.Query`.

:func:`parse` cleans the text, lets :mod:`indexer.query.lexer` cut it into lexemes
and folds these into a tree with an explicit stack of open brackets, so that
nesting cannot exhaust Python's.  It never raises; what it cuts, ignores or
reads differently it says in a warning.  Time is linear in the text.

Precedence, loosest first: OR; AND (a blank, ``AND``, or nothing in between);
the prefixes ``-``, ``NOT``, ``主题:``, ``同句:``, ``同文件:``, which take one chunk, literal or
group each.  A field spreads over its group; one nested inside wins.

Choices that the grammar leaves open:

* Control characters, halves of surrogate pairs and non-characters become
  blanks (with a warning); invisible formatting (zero-width space, BOM, bidi
  marks), which comes with pasted text, is dropped.
* A chunk loses sentence enders at its edges: a user who pastes ``……机制。`` means the
  sentence, not its full stop.  A literal keeps everything.
* What a chunk or literal loses, its edge or what folding ignores, is named in one
  warning; the brackets of a document's number are not, for all brackets are one there.
* A chunk or literal without a unit of the literal stream (see
  :mod:`indexer.analysis.analyzer`) says nothing and is left out.  If the query was not
  blank but nothing is left (also ``()``, ``OR``, ``-``), it finds nothing.
* A field with nothing behind it and a year that is none are read as text.
* Within ``同句:`` there is only text: exclusions and conditions inside it move
  out and act on the whole record, with a warning.
* ``同文件:`` may hold anything, and applies to whole documents.  Inside it another one
  changes nothing, nor does one inside ``同句:``, which is narrower.
* Brackets nested deeper than :data:`MAX_NESTING` are ignored, with a warning.

Readers of the tree may rely on this: it is in the form that
:mod:`indexer.query.normal_form` describes; under a :class:`Sentence` there are only
And, Or, Chunk and Phrase, under a :class:`Document` there is no other; it has at most
:data:`MAX_CLAUSES` leaves and is at most :data:`MAX_DEPTH` levels deep, so that
recursion over it is safe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

import regex

from indexer.analysis.analyzer import ENDER, ignored_signs, literal_texts
from indexer.query.lexer import Lexeme, Scope, lex
from indexer.query.normal_form import conjunction, disjunction, negation, split_conditions
from indexer.query.tree import (
    Chunk,
    DateRange,
    Document,
    Everything,
    Metadata,
    MetadataField,
    Node,
    Nothing,
    Phrase,
    Query,
    QueryWarning,
    Sentence,
)

MAX_CHARACTERS = 1000
MAX_CLAUSES = 64
MAX_NESTING = 8
#: Or, And and Not a bracket, a document, then a sentence with its conditions, then a leaf.
MAX_DEPTH = 3 * (MAX_NESTING + 1) + 4

_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Kept where characters would grow together without it: an accent with the letter before.
_INVISIBLE = regex.compile(
    r"(?<!\p{GCB=Prepend})[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    r"(?![\p{M}\p{GCB=Extend}\p{GCB=V}\p{GCB=T}])"
)
#: What may count as a clause: fields too, for one without a value is read as text.
_CLAUSE_BEGINS = ("text", "literal", "field", "sentence", "document")
_NAMES = frozenset(get_args(MetadataField))
_CHUNK_ENDERS = "。｡︒！!︕﹗？?︖﹖"
_QUESTION_MARKS = frozenset("?？﹖︖")
_BRACKETED_YEAR = re.compile(r"[（(〔［\[【﹝]\s*[0-9０-９]{4}\s*[）)〕］\]】﹞]")
_YEARS = re.compile(
    r"(?P<first>[1-9][0-9]{3})?年?(?P<to>\.{2,}|-+|[‐‒–—―−~〜]+|至今|至|到)?(?P<last>[1-9][0-9]{3})?年?"
)


def parse(text: str) -> Query:
    """Reads a query.  Never raises; the tree's normal form is described above."""
    warnings: list[QueryWarning] = []
    cut = len(text) > MAX_CHARACTERS
    if cut:
        message = f"检索式超过 {MAX_CHARACTERS} 个字符，后面的部分已略去"
        warnings.append(QueryWarning("too-long", message))
    text = _cleaned(text[:MAX_CHARACTERS], warnings)
    lexemes, odd = lex(text)
    # That a quote is open where we cut the text ourselves is no news to the user.
    warnings += [warning for warning in odd if not (cut and warning.code == "unclosed-quote")]
    parser = _Parser(warnings)
    tree = parser.parse(lexemes, cut)
    if tree is None and not text.strip():
        tree = Everything()
    elif tree is None:
        warnings.append(QueryWarning("punctuation", "检索式里没有可检索的文字，只有标点"))
        tree = Nothing()
    else:
        warnings += parser.lost()
    return Query(text, tree, tuple(dict.fromkeys(warnings)))


def _cleaned(text: str, warnings: list[QueryWarning]) -> str:
    """The text with all that cannot be shown or stored as UTF-8 made blank."""
    if text.isprintable():
        return text
    if not all(found[0].isspace() for found in _UNREADABLE.finditer(text)):
        warnings.append(QueryWarning("unreadable", "无法显示的字符（如控制字符）已当作空格"))
    return _INVISIBLE.sub("", _UNREADABLE.sub(" ", text))


def has_units(text: str, *, enders: bool) -> bool:
    """Whether the literal stream of ``text`` has a unit: something to search for.

    Sentence enders are units as well; ``enders`` says whether they suffice.
    """
    # The beginning nearly always decides, and spares folding a long text twice.
    return any(
        enders or unit != ENDER for part in (text[:64], text) for unit in literal_texts(part)
    )


@dataclass(slots=True)
class _Prefixes:
    """What was read before an operand and will apply to it."""

    negated: bool = False
    sentence: bool = False
    document: bool = False
    scope: Scope | None = None
    name: str = ""  # of a field, as typed


@dataclass(slots=True)
class _Group:
    """An open bracket: OR-ed alternatives of AND-ed nodes."""

    prefixes: _Prefixes = field(default_factory=_Prefixes)
    scope: Scope | None = None
    in_sentence: bool = False
    in_document: bool = False
    alternatives: list[list[Node]] = field(default_factory=lambda: [[]])
    last: Literal["nothing", "operand", "operator"] = "nothing"

    def node(self) -> Node | None:
        return disjunction(filter(None, map(conjunction, self.alternatives)))


class _Parser:
    """Folds lexemes into a tree, with a stack of the groups that are open."""

    def __init__(self, warnings: list[QueryWarning]) -> None:
        self._warnings = warnings
        self._groups = [_Group()]
        self._prefixes = _Prefixes()
        self._clauses = 0
        self._ignored_brackets = 0
        self._lost: dict[str, None] = {}

    def parse(self, lexemes: Iterable[Lexeme], cut: bool) -> Node | None:
        for lexeme in lexemes:
            if lexeme.kind in _CLAUSE_BEGINS and self._clauses == MAX_CLAUSES:
                self._warn("too-many-clauses", f"检索词超过 {MAX_CLAUSES} 个，后面的部分已略去")
                cut = True
                break
            self._take(lexeme)
        if len(self._groups) + self._ignored_brackets > 1 and not cut:
            self._warn("unclosed-bracket", "括号没有成对，已当作在末尾结束")
        if cut:  # an operator right before the cut is no fault of the user's
            self._prefixes, self._groups[-1].last = _Prefixes(), "operand"
        while len(self._groups) > 1:
            self._close()
        self._end_operands()
        return self._groups[0].node()

    def _take(self, lexeme: Lexeme) -> None:
        match lexeme.kind:
            case "text" | "literal":
                self._add(self._leaf(lexeme), self._take_prefixes())
            case "open":
                self._open()
            case "close" if self._ignored_brackets:
                self._ignored_brackets -= 1
            case "close" if len(self._groups) > 1:
                self._close()
            case "close":
                self._warn("stray-bracket", "多出的右括号已忽略")
            case "not":
                self._prefixes.negated = not self._prefixes.negated
            case "field":
                self._prefixes.scope, self._prefixes.name = lexeme.scope, lexeme.text
            case "sentence":
                self._prefixes.sentence, self._prefixes.name = True, lexeme.text
            case "document":
                self._prefixes.document, self._prefixes.name = True, lexeme.text
            case "and" | "or":
                self._connect(lexeme)

    def _take_prefixes(self) -> _Prefixes:
        taken, self._prefixes = self._prefixes, _Prefixes()
        return taken

    def _open(self) -> None:
        if len(self._groups) > MAX_NESTING:
            self._ignored_brackets += 1
            self._warn("nesting", f"括号嵌套超过 {MAX_NESTING} 层，更深的括号已忽略")
            return
        outer, prefixes = self._groups[-1], self._take_prefixes()
        scope = prefixes.scope or outer.scope
        in_sentence = outer.in_sentence or prefixes.sentence
        in_document = outer.in_document or prefixes.document
        self._groups.append(_Group(prefixes, scope, in_sentence, in_document))

    def _close(self) -> None:
        self._end_operands()
        group = self._groups.pop()
        self._add(group.node(), group.prefixes)

    def _connect(self, operator: Lexeme) -> None:
        """AND needs no node of its own; OR begins a new alternative."""
        self._end_prefixes()
        group = self._groups[-1]
        if group.last != "operand":
            self._warn_dangling()
            return
        group.last = "operator"
        if operator.kind == "or":
            group.alternatives.append([])

    def _end_operands(self) -> None:
        """No operand follows in this group: whatever waits for one is dangling."""
        self._end_prefixes()
        if self._groups[-1].last == "operator":
            self._warn_dangling()

    def _end_prefixes(self) -> None:
        prefixes = self._take_prefixes()
        if prefixes.name:
            name = prefixes.name.rstrip().rstrip(":：﹕")
            self._warn("empty-field", f"“{name}:”后面没有内容，“{name}”按普通文字检索", name)
            prefixes.sentence = prefixes.document = False
            self._clauses += 1
            self._add(Chunk(name), prefixes)
        elif prefixes.negated:
            self._warn_dangling()

    def _add(self, node: Node | None, prefixes: _Prefixes) -> None:
        """Adds an operand; ``None`` is one that says nothing."""
        group = self._groups[-1]
        group.last = "operand"
        if node is None:
            return
        if prefixes.sentence and not group.in_sentence:
            node = self._in_one_sentence(node)
        if prefixes.document and not (group.in_document or group.in_sentence):
            node = Document(node)
        group.alternatives[-1].append(negation(node) if prefixes.negated else node)

    def _in_one_sentence(self, node: Node) -> Node:
        text, conditions = split_conditions(node)
        if conditions:
            message = "“同句:”里的排除和条件不限于一句，对整条记录起作用"
            self._warn("sentence-conditions", message)
        parts = ([] if text is None else [Sentence(text)]) + conditions
        return conjunction(parts) or node

    def _leaf(self, lexeme: Lexeme) -> Node | None:
        scope = self._prefixes.scope or self._groups[-1].scope
        text = lexeme.text if lexeme.kind == "literal" else lexeme.text.strip(_CHUNK_ENDERS)
        if scope == "year":
            if years := self._years(text):
                self._clauses += 1
                return years
            scope = None
        named = scope in _NAMES
        if not named:
            self._lose(lexeme, text)
        if not has_units(text, enders=lexeme.kind == "literal" and not named):
            return None
        self._clauses += 1
        match scope:
            case "province" | "city" | "county" | "theme" | "keyword":
                if lexeme.prefix and scope in ("theme", "keyword"):
                    self._warn("lone-star", "议题和关键词须写全，后面的“*”已忽略")
                return Metadata(text.strip(), scope)
        kind = Phrase if lexeme.kind == "literal" else Chunk
        return kind(text, scope, lexeme.prefix)

    def _lose(self, lexeme: Lexeme, kept: str) -> None:
        """Remembers what of a chunk or literal is not searched for."""
        if kept == lexeme.text and kept.isalnum():
            return
        plain = _BRACKETED_YEAR.sub("", kept)
        edges = lexeme.text.replace(kept, "", 1) if kept else lexeme.text
        self._lost.update(dict.fromkeys("".join(edges.split()) + ignored_signs(plain)))
        if lexeme.kind == "text" and not _QUESTION_MARKS.isdisjoint(plain):
            message = "“?”不是通配符，检索词中间的“?”按句末标点检索"
            self._warn("no-wildcard", message)

    def lost(self) -> list[QueryWarning]:
        """What the query lost on the way, in one warning."""
        signs = "".join(self._lost)
        if not signs:
            return []
        message = f"标点不参与检索，已忽略：{signs}"
        if not _QUESTION_MARKS.isdisjoint(signs):
            message += "（“?”不是通配符）"
        return [QueryWarning("ignored-signs", message, (signs,))]

    def _years(self, text: str) -> DateRange | None:
        years = _YEARS.fullmatch(unicodedata.normalize("NFKC", text).strip())
        first, last = (years["first"], years["last"]) if years else (None, None)
        if not years or not (first or last) or (last and not years["to"]):
            example = "如 年:2019 或 年:2015..2019"
            typed = text[:20]
            message = f"“年:”后面应是年份（{example}），“{typed}”按普通文字检索"
            self._warn("bad-year", message, typed)
            return None
        if not years["to"]:
            last = first
        if first and last and last < first:
            first, last = last, first
            self._warn("year-order", f"年份次序颠倒，已改为 {first}..{last}", f"{first}..{last}")
        return DateRange(first and f"{first}-01-01", last and f"{last}-12-31")

    def _warn(self, code: str, message: str, *about: str) -> None:
        self._warnings.append(QueryWarning(code, message, about))

    def _warn_dangling(self) -> None:
        message = "AND、OR、NOT 的前面或后面缺少检索词，多余的已忽略"
        self._warn("dangling-operator", message)
