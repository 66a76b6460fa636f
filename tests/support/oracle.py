"""A second opinion: what a query finds, by reading every text.

Nothing of the engine is used.  Literal matches are decided by a folding and a
tokenisation of their own, written from the definition character by character;
for word matches the words of the texts come from the analyzer, since which
words a text has is its decision, but their evaluation is done here.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import regex

from corpus.policy import first_day
from indexer.analysis.analyzer import default_analyzer
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
    clauses_of,
    rewritten,
)
from indexer.results.model import FACETS, Filters, IndexRecord

ENDERS = "。!?;"


@cache
def _table() -> dict[str, str]:
    data = resources.files("corpus") / "data"
    text = (data / "opencc" / "TSCharacters.txt").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    variants = [line.split("\t") for line in (data / "variants.tsv").read_text("utf-8").split("\n")]
    rows += [row for row in variants if row[2:3] in (["radical"], ["usual"])]
    once = {row[0]: row[1].split()[0] for row in rows if len(row) > 1}
    once |= {"○": "〇", "◯": "〇", "⁄": "/", "∕": "/", "−": "-"}
    for _ in range(4):
        once = {char: once.get(usual, usual) for char, usual in once.items()}
    return once


#: The same in either script, where characters are compared one by one.
_SHARED = {"著": "着", "藉": "借", "瞭": "了", "覆": "复"}


@cache
def _kind(char: str) -> str:
    """What a folded character is: part of a run, an ender, a unit or skipped."""
    if "a" <= char <= "z":
        return "letters"
    if "0" <= char <= "9":
        return "digits"
    if char in ENDERS:
        return "ender"
    drawn = char in "|¦" or "\u2500" <= char <= "\u257f"
    if char in "%‰‱§" or (regex.match(r"[\p{L}\p{N}\p{M}\p{S}]", char) and not drawn):
        return "unit"
    return "skipped"


@cache
def _folded(grapheme: str) -> tuple[tuple[str, str], ...]:
    """The characters of a grapheme, each with what it is.

    What stands for letters or digits, and is none, has something skipped on either side.
    """
    found = []
    for char in unicodedata.normalize("NFKC", grapheme).lower():
        if not regex.match(r"\p{Default_Ignorable_Code_Point}", char):
            char = _table().get(char, char)
            found.append((char, _kind(char)))
    signs = (c for c in grapheme if unicodedata.category(c) not in ("Lu", "Ll", "Lt", "Nd"))
    if any(regex.search("[0-9A-Za-z]", unicodedata.normalize("NFKC", c)) for c in signs):
        return ((" ", "skipped"), *found, (" ", "skipped"))
    return tuple(found)


def read_units(text: str) -> tuple[str, ...]:
    """The literal units of a text, one character at a time."""
    found: list[str] = []
    before = ""
    for grapheme in regex.findall(r"\X", text):
        for char, what in _folded(grapheme):
            if what in ("letters", "digits") and what == before:
                found[-1] += char
            elif what in ("letters", "digits", "unit"):
                found.append(_SHARED.get(char, char))
            elif what == "ender" and (not found or found[-1] != "。"):
                found.append("。")
            before = what
    return tuple(found)


#: The same, each text read once.
units = cache(read_units)


def stands_in(text: str, typed: str, *, quoted: bool, prefix: bool = False) -> bool:
    """Whether ``typed`` stands in ``text``: by character if ``quoted``, else at edges of runs."""
    return _found(characters(text), typed, quoted, prefix)


def read_characters(text: str) -> str:
    """The folded characters that a search compares, in one string.

    Where something ignored keeps two runs of letters or of digits apart, a NUL stands.
    """
    found: list[str] = []
    before, apart = "", False
    for grapheme in regex.findall(r"\X", text):
        for char, what in _folded(grapheme):
            if what == "skipped":
                apart = True
                continue
            if what in ("letters", "digits") and what == before and apart:
                found.append("\0")
            if what != "ender" or before != "ender":
                found.append("。" if what == "ender" else _SHARED.get(char, char))
            before, apart = what, False
    return "".join(found)


#: The same, each text read once.
characters = cache(read_characters)


def _found(have: str, typed: str, quoted: bool, prefix: bool) -> bool:
    want = characters(typed)
    at = have.find(want) if want else -1
    while at >= 0:
        end = at + len(want)
        begins = quoted or not _one_run(have[at - 1 : at], want[0])
        ends = quoted or prefix or not _one_run(want[-1], have[end : end + 1])
        if begins and ends:
            return True
        at = have.find(want, at + 1)
    return False


def _one_run(one: str, other: str) -> bool:
    return bool(one and other) and _kind(one) == _kind(other) and _kind(one) in RUNS


RUNS = ("letters", "digits")


#: The texts of a record, each with its field's name.
Texts = tuple[tuple[str, str], ...]
#: So many answers about texts are kept, since one record is asked for the same in many places.
_REMEMBERED = 1 << 16


def texts(entry: IndexRecord) -> dict[str, str]:
    """The searchable texts of a record by field name."""
    record, policy = entry.record, entry.policy
    return {
        "unit": record.unit or "",
        "title": record.title,
        "body": record.body,
        "policy": policy.title,
        "number": policy.number or "",
        "issuer": policy.issuer or "",
    }


def _texts(entry: IndexRecord) -> Texts:
    return tuple(texts(entry).items())


def _fields(node: Chunk | Phrase) -> tuple[str, ...]:
    return (node.field,) if node.field else ("unit", "title", "body")


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(token.text for token in default_analyzer().words(text))


@cache
def _leaf_words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in default_analyzer().leaf_words(text))


@dataclass(frozen=True, eq=False)
class Whole:
    """A record's whole policy: its text and all its records.

    It equals itself alone, by which answers about it are kept: each of its records asks for them.
    """

    text: str
    records: Sequence[IndexRecord]


def match(node: Node, entry: IndexRecord, whole: Whole | None = None) -> str | None:
    """``literal``, ``words`` or ``None``; conditions count as ``literal``.

    ``whole`` is needed where the query asks for documents.
    """
    match node:
        case And(children):
            return _worst([match_(child, entry, whole) for child in children])
        case Or(children):
            return _best([match_(child, entry, whole) for child in children])
        case Not(child):
            return None if match_(child, entry, whole) == "literal" else "literal"
        case Document(child):
            assert whole is not None, "a document needs its text"
            own = [match_(clause, entry) for clause in clauses_of(child)] or ["literal"]
            return _worst([match_whole(child, whole), _best(own)])
        case Phrase() | Chunk():
            return _match_text(node, _texts(entry))
        case Sentence(child):
            return _match_sentences(child, _texts(entry))
        case _:
            return "literal" if _condition(node, entry) else None


@lru_cache(maxsize=_REMEMBERED)
def _match_text(node: Phrase | Chunk, have: Texts) -> str | None:
    if _stands(node, have):
        return "literal"
    if any(_match_text(other, have) for other in rewritten(node)):
        return "words"
    return "words" if isinstance(node, Chunk) and _by_words(node, have) else None


@lru_cache(maxsize=_REMEMBERED)
def _match_sentences(child: Node, have: Texts) -> str | None:
    sentences = list(_sentences(have))
    if any(_in_sentence(child, *each, by_words=False) for each in sentences):
        return "literal"
    by_words = any(_in_sentence(child, *each, by_words=True) for each in sentences)
    return "words" if by_words else None


def _worst(kinds: Sequence[str | None]) -> str | None:
    return None if None in kinds else "words" if "words" in kinds else "literal"


def _best(kinds: Sequence[str | None]) -> str | None:
    return "literal" if "literal" in kinds else "words" if "words" in kinds else None


@lru_cache(maxsize=_REMEMBERED)
def match_whole(node: Node, whole: Whole) -> str | None:
    """How a whole policy matches: its text, looked through by character, and its records."""
    text, entries = whole.text, whole.records
    match node:
        case And(children):
            return _worst([match_whole(child, whole) for child in children])
        case Or(children):
            return _best([match_whole(child, whole) for child in children])
        case Not(child):
            return None if match_whole(child, whole) == "literal" else "literal"
        case Document(child):
            return match_whole(child, whole)
        case Chunk() | Phrase() if not node.field and _stands_here(node, characters(text)):
            return "literal"
    kinds = [match_(node, entry) for entry in entries]
    if isinstance(node, Chunk):
        others = (other for other in _others(node) if not other.field)
        if any(_stands_here(other, characters(text)) for other in others):
            kinds.append("words")
    return _best(kinds)


def is_document(tree: Node, whole: Whole, filters: Filters) -> bool:
    """Whether a policy is a hit though none of its records is one."""
    entries = whole.records
    if not asks_for_text(tree) or any(match(tree, entry, whole) for entry in entries):
        return False
    if not any(passes(entry, filters) for entry in entries):
        return False
    return match_whole(tree, whole) is not None


match_ = match  # the statement above hides the name in its own body


def _have(node: Chunk | Phrase, have: Texts) -> list[str]:
    return [text for field, text in have if field in _fields(node)]


def _stands(node: Chunk | Phrase, have: Texts) -> bool:
    return any(_stands_here(node, characters(text)) for text in _have(node, have))


def _stands_here(node: Chunk | Phrase, have: str) -> bool:
    return _found(have, node.text, isinstance(node, Phrase), node.prefix)


def _by_words(node: Chunk, have: Texts) -> bool:
    present = frozenset[str]().union(*map(_words, _have(node, have)))
    return _has_words(node, present) or _by_another_name(node, have)


def _by_another_name(node: Chunk, have: Texts) -> bool:
    """Whether a synonym of the chunk stands, or has its words, where it may."""
    return any(_stands(other, have) or _by_words(other, have) for other in _others(node))


def _others(node: Chunk) -> list[Chunk]:
    """The chunk's synonyms, each once for every field that it is looked for in."""
    return [
        Chunk(other.text, field, node.prefix)
        for other in node.alternatives
        for field in (other.fields or (node.field,))
        if node.field in (None, field)
    ]


def _has_words(node: Chunk, present: frozenset[str]) -> bool:
    wanted = list(_leaf_words(node.text))
    if node.prefix and wanted:
        *wanted, last = wanted
        if not any(word.startswith(last) for word in present):
            return False
        return set(wanted) <= present
    return bool(wanted) and set(wanted) <= present


@cache
def _cut(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The characters and the words of each sentence; enders end the sentence they follow."""
    graphemes = regex.findall(r"\X", text)
    cuts, at = [0], 0
    for grapheme in graphemes:
        at += len(grapheme)
        if units(grapheme) == ("。",):
            cuts.append(at)
    cuts.append(len(text))
    words = default_analyzer().words(text)
    sentences = []
    for start, end in itertools.pairwise(cuts):
        inside = frozenset(word.text for word in words if start <= word.start and word.end <= end)
        sentences.append((characters(text[start:end]), inside))
    return tuple(sentences)


def _sentences(texts: Texts) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Field, characters and words of every sentence of a record."""
    for field, text in texts:
        for have, words in _cut(text):
            yield field, have, words


def _in_sentence(
    node: Node, field: str, have: tuple[str, ...], words: frozenset[str], by_words: bool
) -> bool:
    """Whether one sentence has all that ``node`` asks for."""
    match node:
        case And(children):
            return all(_in_sentence(child, field, have, words, by_words) for child in children)
        case Or(children):
            return any(_in_sentence(child, field, have, words, by_words) for child in children)
        case Chunk() | Phrase():
            if field in _fields(node) and _stands_here(node, have):
                return True
            if not by_words or isinstance(node, Phrase):
                return False
            if field in _fields(node) and _has_words(node, words):
                return True
            return any(_in_sentence(other, field, have, words, True) for other in _others(node))
    raise ValueError(f"no text: {node}")


# Partial hits


def relaxed(tree: Node, entry: IndexRecord, whole: Whole | None = None) -> bool:
    """Whether a record that is no full hit is a partial one: a hit of the relaxed query.

    Relaxed, the unquoted chunks of an And that name no field ask together for
    a single word or pair of neighbouring units; all else stays required.
    """
    return asks_for_text(tree) and _relaxed(tree, entry, whole)


def asks_for_text(node: Node) -> bool:
    """Whether a query asks for text; exclusions and conditions do not."""
    match node:
        case And(children) | Or(children):
            return any(asks_for_text(child) for child in children)
        case Chunk() | Phrase() | Sentence() | Nothing():
            return True
        case Document(child):
            return asks_for_text(child)
    return False


def _relaxed(node: Node, entry: IndexRecord, whole: Whole | None) -> bool:
    if chunks := _free_chunks(node):
        return any(_has_something_of(chunk, _texts(entry)) for chunk in chunks)
    match node:
        case And(children):
            free = [chunk for child in children for chunk in _free_chunks(child)]
            if free and not any(_has_something_of(chunk, _texts(entry)) for chunk in free):
                return False
            return all(
                _relaxed(child, entry, whole) for child in children if not _free_chunks(child)
            )
        case Or(children):
            return any(_relaxed(child, entry, whole) for child in children)
    return match(node, entry, whole) is not None


def _free_chunks(node: Node) -> list[Chunk]:
    """The chunks of a node that holds nothing but chunks without a field; else none."""
    match node:
        case Chunk(field=None):
            return [node]
        case And(children) | Or(children):
            parts = [_free_chunks(child) for child in children]
            return [chunk for part in parts for chunk in part] if all(parts) else []
    return []


@lru_cache(maxsize=_REMEMBERED)
def _has_something_of(chunk: Chunk, texts: Texts) -> bool:
    if _stands(chunk, texts) or _by_another_name(chunk, texts):
        return True
    have = _have(chunk, texts)
    wanted = _leaf_words(chunk.text)
    if any(word in _words(text) for word in wanted for text in have):
        return True
    return bool(_pairs(chunk.text) & frozenset[tuple[str, str]]().union(*map(_pairs, have)))


@cache
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Neighbouring units within a sentence."""
    every = units(text)
    return frozenset(pair for pair in itertools.pairwise(every) if "。" not in pair)


# Conditions and facets


@cache
def _fold(text: str) -> str:
    return "".join(char for grapheme in regex.findall(r"\X", text) for char, _ in _folded(grapheme))


def _condition(node: Node, entry: IndexRecord) -> bool:
    match node:
        case Everything():
            return True
        case Nothing():
            return False
        case DateRange(start, end):
            date = first_day(entry.policy.date) if entry.policy.date else None
            return bool(date) and (start or "") <= (date or "") <= (end or "9999")
        case Metadata(text, "theme"):
            return any(_fold(name) == _fold(text) for name in entry.themes)
        case Metadata(text, "keyword"):
            return any(_fold(word) == _fold(text) for word in entry.keywords)
        case Metadata(text, field, own):
            region = entry.record.region
            if not own and not (region and (region.province or region.city or region.county)):
                region = entry.policy.region
            name = getattr(region, field) if region else None
            return bool(name) and _fold(name or "").startswith(_fold(text))
    raise ValueError(node)


def values(entry: IndexRecord, facet: str) -> tuple[str, ...]:
    """A record's values in a facet."""
    region = entry.record.region
    if facet == "theme":
        return tuple(entry.themes)
    if facet == "keyword":
        return entry.keywords
    if facet == "issuer":
        return entry.policy.organs
    if facet == "area":
        area = entry.policy.region
        return tuple({area.province or "", area.full_name}) if area else ()
    value = {
        "kind": entry.record.kind,
        "policy": entry.policy.id,
        "level": entry.policy.level,
        "validity": entry.policy.validity,
        "year": (entry.policy.date or "")[:4],
    }.get(facet, getattr(region, facet, None) if region else None)
    return (value,) if value else ()


def passes(entry: IndexRecord, filters: Filters, but: str | None = None) -> bool:
    """Whether a record passes all filters, those of facet ``but`` left out."""
    for facet in FACETS:
        chosen = filters.chosen(facet)
        if facet != but and chosen and not set(chosen) & set(values(entry, facet)):
            return False
    date = first_day(entry.policy.date) if entry.policy.date else ""
    if filters.date_from and date < filters.date_from:
        return False
    return not (filters.date_to and not (date and date <= filters.date_to))


def count_facet(
    found: Iterable[IndexRecord], facet: str, filters: Filters
) -> list[tuple[str, int]]:
    """Counts of a facet over ``found``, its own choice apart."""
    counts = Counter[str]()
    for value in filters.chosen(facet):
        counts[value] = 0
    for entry in found:
        if passes(entry, filters, but=facet):
            counts.update(values(entry, facet))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def cross(
    found: Iterable[IndexRecord], filters: Filters, first: str, second: str
) -> dict[tuple[str, str], int]:
    """Counts of pairs of values over ``found``, the two facets' own choices apart."""
    loose = filters.choose(first, ()).choose(second, ())
    pairs = Counter(
        (one, other)
        for entry in found
        if passes(entry, loose)
        for one in values(entry, first)
        for other in values(entry, second)
    )
    return dict(pairs)


def similar(entry: IndexRecord, entries: Sequence[IndexRecord]) -> dict[str, float]:
    """How alike the others are: the idf of shared themes and keywords, summed."""

    def marks(each: IndexRecord) -> set[tuple[str, str]]:
        return {(facet, value) for facet in ("theme", "keyword") for value in values(each, facet)}

    having = Counter(mark for each in entries for mark in marks(each))
    scores = {}
    for other in entries:
        shared = marks(entry) & marks(other)
        if shared and other.record.id != entry.record.id:
            idf = (
                math.log(1 + (len(entries) - n + 0.5) / (n + 0.5))
                for n in map(having.get, shared)
                if n
            )
            scores[other.record.id] = sum(idf)
    return scores
