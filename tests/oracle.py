"""A second opinion: what a query finds, by reading every text.

Nothing of the engine is used.  Literal matches are decided by a folding and a
tokenisation of their own, written from the definition character by character;
for word matches the words of the texts come from the analyzer, since which
words a text has is its decision, but their evaluation is done here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

import regex

from indexer.analysis import default_analyzer
from indexer.query import (
    And,
    Chunk,
    DateRange,
    Everything,
    Metadata,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
)
from indexer.results import FACETS, Filters, IndexRecord

ENDERS = "。!?;\n\r\u2028\u2029"


@cache
def _table() -> dict[str, str]:
    text = (resources.files("indexer") / "lexicon/opencc/TSCharacters.txt").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[0]: row[1].split()[0] for row in rows if len(row) > 1}


@cache
def units(text: str) -> tuple[str, ...]:
    """The literal units of a text, one character at a time."""
    found: list[str] = []
    run = ""
    for grapheme in regex.findall(r"\X", text):
        for char in unicodedata.normalize("NFKC", grapheme).lower():
            if regex.match(r"\p{Default_Ignorable_Code_Point}", char):
                continue
            char = _table().get(char, char)
            if "a" <= char <= "z" or "0" <= char <= "9":
                run += char
                continue
            if run:
                found.append(run)
                run = ""
            if char in ENDERS:
                if not found or found[-1] != "。":
                    found.append("。")
            elif regex.match(r"[\p{L}\p{N}\p{M}+]", char):
                found.append(char)
    return (*found, run) if run else tuple(found)


def stands_in(text: str, typed: str, prefix: bool = False) -> bool:
    """Whether the units of ``typed`` stand in ``text`` one after the other."""
    want = units(typed)
    if not want:
        return False
    needle = "\0" + "\0".join(want) + ("" if prefix else "\0")
    return needle in "\0" + "\0".join(units(text)) + "\0"


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


def _fields(node: Chunk | Phrase) -> tuple[str, ...]:
    return (node.field,) if node.field else ("unit", "title", "body")


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(token.text for token in default_analyzer().words(text))


def match(node: Node, entry: IndexRecord) -> str | None:
    """``literal``, ``words`` or ``None``; conditions count as ``literal``."""
    match node:
        case And(children):
            kinds = [match_(child, entry) for child in children]
            if None in kinds:
                return None
            return "words" if "words" in kinds else "literal"
        case Or(children):
            kinds = [match_(child, entry) for child in children]
            return "literal" if "literal" in kinds else "words" if "words" in kinds else None
        case Not(child):
            return None if match_(child, entry) == "literal" else "literal"
        case Phrase() | Chunk():
            have = [texts(entry)[field] for field in _fields(node)]
            if any(stands_in(text, node.text, node.prefix) for text in have):
                return "literal"
            return "words" if isinstance(node, Chunk) and _by_words(node, have) else None
        case Sentence():
            raise ValueError("sentences have an oracle of their own")
        case _:
            return "literal" if _condition(node, entry) else None


match_ = match  # the statement above hides the name in its own body


def _by_words(node: Chunk, have: Sequence[str]) -> bool:
    wanted = [token.text for token in default_analyzer().leaf_words(node.text)]
    present = frozenset[str]().union(*(_words(text) for text in have))
    if node.prefix and wanted:
        *wanted, last = wanted
        if not any(word.startswith(last) for word in present):
            return False
        return set(wanted) <= present
    return bool(wanted) and set(wanted) <= present


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(_table().get(char, char) for char in folded)


def _condition(node: Node, entry: IndexRecord) -> bool:
    match node:
        case Everything():
            return True
        case Nothing():
            return False
        case DateRange(start, end):
            date = entry.policy.date
            return bool(date) and (start or "") <= (date or "") <= (end or "9999")
        case Metadata(text, "theme"):
            return any(_fold(name) == _fold(text) for name in entry.themes)
        case Metadata(text, "keyword"):
            return any(_fold(word) == _fold(text) for word in entry.keywords)
        case Metadata(text, field):
            name = getattr(entry.record.region, field) if entry.record.region else None
            return bool(name) and _fold(name or "").startswith(_fold(text))
    raise ValueError(node)


def values(entry: IndexRecord, facet: str) -> tuple[str, ...]:
    """A record's values in a facet."""
    region = entry.record.region
    if facet == "theme":
        return tuple(entry.themes)
    if facet == "keyword":
        return entry.keywords
    value = {
        "kind": entry.record.kind,
        "policy": entry.policy.id,
        "issuer": entry.policy.issuer,
        "year": (entry.policy.date or "")[:4],
    }.get(facet, getattr(region, facet, None) if region else None)
    return (value,) if value else ()


def passes(entry: IndexRecord, filters: Filters, but: str | None = None) -> bool:
    """Whether a record passes all filters, those of facet ``but`` left out."""
    for facet in FACETS:
        chosen = filters.chosen(facet)
        if facet != but and chosen and not set(chosen) & set(values(entry, facet)):
            return False
    date = entry.policy.date or ""
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
