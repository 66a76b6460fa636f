"""The query's characters, cut into lexemes in one pass from left to right.

The lexer reads the *shape* of the query: the same string, character for
character, with full-width, small and vertical forms replaced by their ordinary
ones (NFKC), and other dashes (``–``, ``−``) by hyphens.  So ``（``, ``：``, ``｜``,
``－``, ``＂`` and ``ＯＲ`` need no rules of their own, and an offset into the shape is
an offset into the text.

What it decides, so that :mod:`indexer.query.parser` need not look at characters:

* Blanks and ``， 、 ；`` (``, ;`` as well) end a chunk and are no lexemes; that
  what stands side by side is AND-ed is the parser's rule.  An ASCII comma that
  groups digits (``1,000``) is text.
* A chunk begins wherever text begins: after a blank, a bracket, a quote, a
  ``|`` or a field's colon.  There, a ``-`` right before something excludes it,
  a known name with a colon is a field, and AND, OR, NOT are operators if they
  are the whole chunk.  ``三社-联动``, ``--x``, ``15:30`` and ``http://…`` are text.
* The year of a document's number may stand in round brackets, 民函（2019）41号:
  these are text where a number follows, and always behind ``文号:``.
* Quotes.  ``"`` is closed by the next ``"``, so that any fragment of a text can
  be pasted between two of them; ``“`` by its ``”``, with nesting.  Where that
  partner is missing, the other sort of double quote closes (a slip of the
  input method), at last the end of the query.  ``「」`` and ``『』`` nest and
  close only themselves.  Other quotes inside are text; apostrophes always are.
* ``A*`` marks a prefix; ``A*B`` is CNKI's AND; any other ``*`` is ignored.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from indexer.query.tree import MetadataField, QueryWarning, TextField

Kind = Literal[
    "text", "literal", "open", "close", "and", "or", "not", "field", "sentence", "document"
]
#: What a field name before a chunk makes of it.
Scope = TextField | MetadataField | Literal["year"]

FIELDS: dict[str, Scope] = {
    **dict.fromkeys(("主题", "主題", "title"), "title"),
    **dict.fromkeys(("内容", "內容", "body"), "body"),
    **dict.fromkeys(("单位", "單位", "unit"), "unit"),
    **dict.fromkeys(("标题", "標題", "policy"), "policy"),
    **dict.fromkeys(("发文字号", "發文字號", "文号", "文號", "number"), "number"),
    **dict.fromkeys(("机关", "機關", "issuer"), "issuer"),
    **dict.fromkeys(("省", "province"), "province"),
    **dict.fromkeys(("市", "city"), "city"),
    **dict.fromkeys(("区县", "區縣", "county"), "county"),
    **dict.fromkeys(("议题", "議題", "theme"), "theme"),
    **dict.fromkeys(("关键词", "關鍵詞", "keyword"), "keyword"),
    **dict.fromkeys(("年", "year"), "year"),
}
#: What asks for all of a group within one sentence, or anywhere in one document.
WITHIN: dict[str, Kind] = {
    **dict.fromkeys(("同句", "sentence"), "sentence"),
    **dict.fromkeys(("同文件", "document"), "document"),
}
OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}

_GAP = re.compile(r"[\s,、;]+")
_RUN = re.compile(r"""[^\s,、;()|*"“”「」『』]+""")
_NAME = re.compile(r"""([^\s,、;()|*"“”「」『』:]+):\s*""")
_ENDS_OPERAND = re.compile(r"[\s,、;)|*]|$")
_DOUBLE_QUOTE = re.compile('["“”]')
_CORNERS = {"「": "」", "『": "』"}
_QUOTES = frozenset('"“”「」『』')
_DASHES = frozenset("‐‑‒–−")
_NUMBER_NAMES = "|".join(name for name, scope in FIELDS.items() if scope == "number")
_BRACKETED_YEAR = re.compile(
    r"""(?<=[^\s,、;()|*"“”「」『』:])\s*\(\s*[0-9]{4}\s*\)\s*(?:第\s*)?[0-9]{1,5}\s*号"""
    rf"""|(?<![^\s,、;()|-])(?:{_NUMBER_NAMES}):\s*[^\s,、;()|*"“”「」『』:]*\([0-9]{{4}}\)""",
    re.IGNORECASE,
)
_GROUPED_DIGITS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")


class _ShapeTable(dict[int, str]):
    """The shapes of characters, for ``str.translate``; fills itself."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        form = unicodedata.normalize("NFKC", char)
        shape = self[point] = "-" if form in _DASHES else form if len(form) == 1 else char
        return shape


_SHAPES = _ShapeTable()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """The smallest part of a query that means something.

    ``text`` is as typed, without the quotes of a ``literal``.  ``prefix`` is
    for ``text`` and ``literal``, ``scope`` for ``field``.  ``start`` is the
    offset at which the lexeme, a quote included, begins.
    """

    kind: Kind
    text: str
    scope: Scope | None = None
    prefix: bool = False
    start: int = 0


def lex(text: str) -> tuple[list[Lexeme], list[QueryWarning]]:
    """Cuts a query into lexemes.  Never raises; takes linear time."""
    lexer = _Lexer(text)
    while lexer.position < len(text):
        lexer.step()
    return lexer.lexemes, lexer.warnings


def _shape(text: str) -> str:
    if "," in text:
        text = _GROUPED_DIGITS.sub(lambda number: number[0].replace(",", "0"), text)
    if not text.isascii():
        text = text.translate(_SHAPES)
    return _BRACKETED_YEAR.sub(_unbracketed, text) if "(" in text else text


def _unbracketed(number: re.Match[str]) -> str:
    """A number of a document without brackets or blanks, of the same length."""
    name, colon, rest = number[0].rpartition(":")
    blanks = len(rest) - len(rest.lstrip()) if colon else 0
    return name + colon + rest[:blanks] + re.sub(r"[()\s]", "0", rest[blanks:])


def is_dash(char: str) -> bool:
    """Whether a character excludes what follows it, at the beginning of a chunk."""
    return _shape(char) == "-"


class _Lexer:
    """A position in the query and what was read before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shape = _shape(text)
        self.position = 0
        self.lexemes: list[Lexeme] = []
        self.warnings: list[QueryWarning] = []
        self._operand_end = -1  # where the last chunk, literal or group ended

    def step(self) -> None:
        """Reads one lexeme, or skips what is none."""
        char = self.shape[self.position]
        if gap := _GAP.match(self.shape, self.position):
            self.position = gap.end()
        elif char in _QUOTES:
            self._read_quote(char)
        elif char == "(":
            self._emit("open", self.position + 1)
        elif char == ")":
            self._emit("close", self.position + 1)
            self._operand_end = self.position
        elif char == "|":
            self._emit("or", self._end_of_repeats("|"))
        elif char == "*":
            self._read_star()
        elif char == "-" and self._excludes():
            self._emit("not", self.position + 1)
        else:
            self._read_run()

    def _read_run(self) -> None:
        """A chunk, an operator, or a field name."""
        name = _NAME.match(self.shape, self.position)
        key = name[1].lower() if name else ""
        if name and key in FIELDS:
            self._emit("field", name.end(), scope=FIELDS[key])
            return
        if name and key in WITHIN:
            self._emit(WITHIN[key], name.end())
            return
        # Only now, for a run reads on behind the colon: many fields would read it many times.
        match = _RUN.match(self.shape, self.position)
        assert match, "every character that step() leaves over begins a run"
        end = match.end()
        operator = OPERATORS.get(match[0])
        if operator and not self.shape.startswith("*", end):
            self._emit(operator, end)
        else:
            self._emit("text", end)
            self._operand_end = end

    def _excludes(self) -> bool:
        """Whether the ``-`` here excludes what follows it at once."""
        after_year = bool(self.lexemes) and self.lexemes[-1].scope == "year"
        follower = self.shape[self.position + 1 : self.position + 2]
        return not after_year and follower != "-" and self._operand_starts(self.position + 1)

    def _operand_starts(self, position: int) -> bool:
        return not _ENDS_OPERAND.match(self.shape, position)

    def _read_star(self) -> None:
        end = self._end_of_repeats("*")
        glued = self._operand_end == self.position
        if glued and self._operand_starts(end):
            self._emit("and", end)
            self._warn("cnki-and", "“A*B”按知网的写法读作“A AND B”（并且）")
        elif glued and self.lexemes[-1].kind != "close":
            self.lexemes[-1] = replace(self.lexemes[-1], prefix=True)
        else:
            self._warn("lone-star", "“*”只能紧跟在检索词后面，表示以它开头；此处的“*”已忽略")
        self.position = end

    def _read_quote(self, quote: str) -> None:
        """A literal, up to its closing quote; or a stray closing quote."""
        end = self._closing_quote(quote)
        if end is None and quote in "”」』":
            self._warn("stray-quote", f"多出的引号“{quote}”已忽略", quote)
            self.position += 1
            return
        if end is None:
            self._warn("unclosed-quote", "引号没有成对，已当作在末尾结束")
            end = len(self.shape)
        text = self.text[self.position + 1 : end]
        self.lexemes.append(Lexeme("literal", text, start=self.position))
        self.position = self._operand_end = min(end + 1, len(self.shape))

    def _closing_quote(self, quote: str) -> int | None:
        if quote == '"':
            return self._closing_ascii()
        if quote == "“":
            return self._closing_curly()
        if quote == "”":  # opens only where the next quote can be its end: ”三社”
            following = _DOUBLE_QUOTE.search(self.shape, self.position + 1)
            return following.start() if following and following[0] != "“" else None
        return self._closing_corner(quote) if quote in _CORNERS else None

    def _closing_ascii(self) -> int | None:
        """The next ``"``; where there is none, a ``”`` without its ``“``."""
        end = self.shape.find('"', self.position + 1)
        if end >= 0:
            return end
        depth = 0
        for match in _DOUBLE_QUOTE.finditer(self.shape, self.position + 1):
            depth += 1 if match[0] == "“" else -1
            if depth < 0:
                return match.start()
        return None

    def _closing_curly(self) -> int | None:
        """The matching ``”``; where a new ``“`` or the end comes first, a ``"``."""
        depth, slip = 0, None
        for match in _DOUBLE_QUOTE.finditer(self.shape, self.position + 1):
            if match[0] == "”" and depth == 0:
                return match.start()
            if match[0] == '"':
                slip = match.start() if slip is None and depth == 0 else slip
            elif match[0] == "“" and slip is not None:
                return slip
            else:
                depth += 1 if match[0] == "“" else -1
        return slip

    def _closing_corner(self, quote: str) -> int | None:
        depth = 0
        for position in range(self.position, len(self.shape)):
            if self.shape[position] == quote:
                depth += 1
            elif self.shape[position] == _CORNERS[quote]:
                depth -= 1
                if depth == 0:
                    return position
        return None

    def _end_of_repeats(self, char: str) -> int:
        end = self.position
        while self.shape.startswith(char, end):
            end += 1
        return end

    def _emit(self, kind: Kind, end: int, scope: Scope | None = None) -> None:
        text = self.text[self.position : end]
        self.lexemes.append(Lexeme(kind, text, scope, start=self.position))
        self.position = end

    def _warn(self, code: str, message: str, *about: str) -> None:
        self.warnings.append(QueryWarning(code, message, about))
