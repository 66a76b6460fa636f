"""What a query tree matches, by reading a record: the contract of matching in plain words.

Every engine must find what is found here.  Nothing is looked up: the texts of a
record are folded and cut into units and words by the analysis that all engines
share, and the tree is walked over them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from corpus.policy import Policy, first_day
from indexer.analysis.analyzer import ENDER, Analyzer, literal_texts, literal_units
from indexer.analysis.folding import fold_text
from indexer.engines.base import Ranked
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Everything,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
    chunks_of,
    clauses_of,
    rewritten,
)
from indexer.query.unit_row import UnitRow, unit_row
from indexer.results.model import Match
from indexer.results.record import IndexRecord
from indexer.schema import DEFAULT_FIELDS, TEXT_FIELDS, text_of

#: Nothing is weighed here: all hits of a tier score the same.
_SCORES: Mapping[Match | None, float] = {"literal": 3.0, "words": 2.0, "partial": 1.0, None: 0.0}
#: Queries of at most so many chunks are looked for in the title first.
TITLE_CHUNKS = 3
#: So many answers about a record are kept, since its document and its tier ask for the same.
_REMEMBERED = 16
#: The joined units and the words of a text, of a sentence of one, or of several texts.
_Tokens = tuple[str, frozenset[str]]
#: Stands between texts: no row of units holds it.
_APART = "\1"
#: What a record says, by field; under ``None`` all that is in the default fields.
_Texts = Mapping[str | None, _Tokens]
_NOTHING: _Tokens = ("", frozenset())


def asks_for_text(node: Node) -> bool:
    """Whether a query asks for text; exclusions and conditions do not."""
    if isinstance(node, And | Or):
        return any(asks_for_text(child) for child in node.children)
    if isinstance(node, Document):
        return asks_for_text(node.child)
    return isinstance(node, Chunk | Phrase | Sentence | Nothing)


def within(policy: Policy, start: str | None, end: str | None) -> bool:
    """Whether the first day of a policy's date is from ``start`` to ``end``, both included."""
    if not policy.date:
        return False
    return (start or "") <= first_day(policy.date) <= (end or "9")


def stands_in(have: str, leaf: Chunk | Phrase) -> bool:
    """Whether a leaf's units stand in texts, of which ``have`` are the joined units."""
    needle = _needle(unit_row(leaf))
    return bool(needle) and needle in have


@lru_cache(maxsize=4096)
def _needle(row: UnitRow) -> str:
    """A row's joined units, open where it is; empty without units, which stand nowhere."""
    joined = _joined(row.units)
    return joined[int(row.opens) : len(joined) - row.closes] if row.units else ""


@lru_cache(maxsize=65536)
def joined_units(text: str) -> str:
    """The units of a text as :func:`stands_in` looks through them."""
    return _joined(literal_texts(text))


def _joined(units: Iterable[str]) -> str:
    """Units with a sign between them that stands in none."""
    return "\0" + "".join([f"{unit}\0" for unit in units])


def _with_default(texts: _Texts) -> _Texts:
    """_Texts by their fields, and under ``None`` those of the default fields together."""
    default = [texts[field] for field in DEFAULT_FIELDS if field in texts]
    units = _APART.join([units for units, _ in default])
    return {**texts, None: (units, frozenset[str]().union(*(words for _, words in default)))}


def worst(kinds: Sequence[Match | None]) -> Match | None:
    """The match of clauses that must all hold."""
    return None if None in kinds else "words" if "words" in kinds else "literal"


def best(kinds: Sequence[Match | None]) -> Match | None:
    """The match of clauses of which one must hold."""
    return "literal" if "literal" in kinds else "words" if "words" in kinds else None


class Reading:
    """One record, read for queries."""

    def __init__(self, entry: IndexRecord, analyzer: Analyzer) -> None:
        self.entry = entry
        self._analyzer = analyzer
        #: How the record's whole policy matches.
        self.document: Callable[[Node], Match | None] = self.match
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._match_whole)
        texts = {field: text_of(entry, field) for field in TEXT_FIELDS}
        self.texts = _with_default(
            {
                field: (joined_units(text), frozenset(analyzer.word_texts(text)))
                for field, text in texts.items()
            }
        )
        self._sentences = [cut for text in texts.items() for cut in self._cut(*text)]

    def _cut(self, field: str, text: str) -> Iterator[_Texts]:
        """Each sentence of a text as if the record held nothing else."""
        ends = [unit.end for unit in literal_units(text) if unit.text == ENDER]
        words = self._analyzer.words(text)
        for start, end in itertools.pairwise((0, *ends, len(text))):
            inside = frozenset(w.text for w in words if start <= w.start and w.end <= end)
            yield _with_default({field: (joined_units(text[start:end]), inside)})

    def match(self, node: Node) -> Match | None:
        """How the record matches; conditions and exclusions count as ``literal``."""
        return self._remembered(node)

    def _match_whole(self, node: Node) -> Match | None:
        return self._match(node, self.texts)

    def _match(self, node: Node, texts: _Texts) -> Match | None:
        match node:
            case And(children):
                return worst([self._match(child, texts) for child in children])
            case Or(children):
                return best([self._match(child, texts) for child in children])
            case Not(child):
                return None if self._match(child, texts) == "literal" else "literal"
            case Sentence(child):
                return best([self._match(child, sentence) for sentence in self._sentences])
            case Document(child):
                return self._in_document(child)
            case Chunk() | Phrase():
                return self._text(node, texts)
            case _:
                return "literal" if self._holds(node) else None

    def _in_document(self, child: Node) -> Match | None:
        """Of a policy that holds it all, the records that match at least one clause."""
        kinds = [self.match(clause) for clause in clauses_of(child)]
        return worst([self.document(child), best(kinds) if kinds else "literal"])

    def _text(self, node: Chunk | Phrase, texts: _Texts) -> Match | None:
        units, present = texts.get(node.field, _NOTHING)
        if stands_in(units, node):
            return "literal"
        if any(self._text(other, texts) for other in rewritten(node)):
            return "words"
        return "words" if isinstance(node, Chunk) and self._has_words(node, present) else None

    def _has_words(self, node: Chunk, present: frozenset[str]) -> bool:
        words = self._analyzer.leaf_texts(node.text)
        if not words:
            return False
        last = words[-1]
        begun = any(word.startswith(last) for word in present) if node.prefix else last in present
        return begun and present.issuperset(words[:-1])

    def _holds(self, node: Node) -> bool:
        """Whether the record meets a condition."""
        match node:
            case Everything():
                return True
            case DateRange(start, end):
                return within(self.entry.policy, start, end)
            case Metadata(text, "theme" | "keyword" as field):
                names = self.entry.themes if field == "theme" else self.entry.keywords
                return fold_text(text) in map(fold_text, names)
            case Metadata(text, field, own):
                region = self.entry.record.region if own else self.entry.region
                name = getattr(region, field) if region else None
                return fold_text(name).startswith(fold_text(text)) if name else False
        return False

    def ranked(self, tree: Node) -> Ranked:
        """The record as a hit; its match is ``None`` where it is none, or no text is asked for."""
        if not asks_for_text(tree):
            return Ranked(self.entry, None, 0.0)
        kind = self.match(tree) or ("partial" if self.partial(tree) else None)
        return Ranked(self.entry, kind, _SCORES[kind])

    def in_title(self, tree: Node, field: str = "title") -> int:
        """How many of a short query's texts stand literally in the title, or that of the policy.

        ``field`` is ``title`` or ``policy``.
        """
        title, _ = self.texts[field]
        chunks = [chunk for chunk in chunks_of(tree) if chunk.field in (None, field)]
        inside = (stands_in(title, chunk) for chunk in chunks)
        return sum(inside) if len(chunks) <= TITLE_CHUNKS else 0

    def partial(self, node: Node) -> bool:
        """Whether the record matches once unquoted chunks ask for any word or pair."""
        if soft := _soft_chunks(node):
            return any(self._has_something_of(chunk) for chunk in soft)
        match node:
            case And(children):
                soft = [chunk for child in children for chunk in _soft_chunks(child)]
                hard = [child for child in children if not _soft_chunks(child)]
                found = not soft or any(self._has_something_of(chunk) for chunk in soft)
                return found and all(self.partial(child) for child in hard)
            case Or(children):
                return any(self.partial(child) for child in children)
        return self.match(node) is not None

    def _has_something_of(self, chunk: Chunk) -> bool:
        if self.match(chunk):
            return True
        units, present = self.texts[None]
        if not present.isdisjoint(self._analyzer.leaf_texts(chunk.text)):
            return True
        return any(pair in units for pair in _joined_pairs(literal_texts(chunk.text)))


def _soft_chunks(node: Node) -> list[Chunk]:
    """The chunks of a node that holds nothing but chunks without a field; else none."""
    if isinstance(node, Chunk):
        return [] if node.field else [node]
    if not isinstance(node, And | Or):
        return []
    parts = [_soft_chunks(child) for child in node.children]
    return [chunk for part in parts for chunk in part] if all(parts) else []


def _joined_pairs(units: Sequence[str]) -> list[str]:
    """Neighbouring units within a sentence, joined."""
    return [_joined(pair) for pair in itertools.pairwise(units) if ENDER not in pair]
