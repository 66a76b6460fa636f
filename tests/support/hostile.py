"""Queries that broke search engines before, and what a user must be told about them.

Each has the codes of the warnings that say what was cut, ignored or read
differently.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hostile:
    """A query text and the codes of the warnings that it must get."""

    typed: str
    codes: frozenset[str] = frozenset()


def _hostile(typed: str, *codes: str) -> Hostile:
    return Hostile(typed, frozenset(codes))


QUERIES: dict[str, Hostile] = {
    "another grammar's operator": _hostile("社区 ANDMAYBE " * 20),
    "another grammar's operator, often": _hostile(
        "社区 ANDMAYBE " * 1000, "too-long", "too-many-clauses"
    ),
    "square brackets": _hostile("[" * 10_000, "too-long", "punctuation"),
    "a boost of nothing": _hostile("^0"),
    "a boost of zero": _hostile("社区^0"),
    "a slop": _hostile("社区~/5", "ignored-signs"),
    "a fuzzy term": _hostile("社区~"),
    "a range": _hostile("[a TO b]", "ignored-signs"),
    "an open range": _hostile("{* TO *]", "lone-star", "ignored-signs"),
    "another grammar's field": _hostile("id:* OR stored:*", "ignored-signs"),
    "nested brackets": _hostile(
        "(" * 1000 + "社区" + ")" * 1000, "nesting", "punctuation", "too-long"
    ),
    "nested, within the length": _hostile("(" * 490 + "社区" + ")" * 490, "nesting"),
    "nested alternatives": _hostile("(社区 OR " * 1000, "nesting", "too-long", "too-many-clauses"),
    "nested exclusions": _hostile("-(a OR -(b " * 1000, "nesting", "too-long", "too-many-clauses"),
    "nested sentences": _hostile(
        "同句:(a OR -(b " * 1000, "nesting", "sentence-conditions", "too-long", "too-many-clauses"
    ),
    "nested fields": _hostile("主题:(" * 1000, "nesting", "punctuation", "too-long"),
    "closing brackets": _hostile(")" * 900, "stray-bracket", "punctuation"),
    "fields of nothing": _hostile("主题: OR " * 50, "empty-field", "dangling-operator"),
    "sentences of nothing": _hostile("同句:" * 100, "empty-field"),
    "years of nothing": _hostile("年:" * 100, "empty-field"),
    "operators only": _hostile("AND OR NOT " * 80, "dangling-operator", "punctuation"),
    "exclusions only": _hostile("-社区 " * 60),
    "a long chain of NOT": _hostile("NOT " * 200 + "社区"),
    "minus signs": _hostile("-" * 900, "punctuation"),
    "a lone star": _hostile("*", "lone-star", "punctuation"),
    "stars": _hostile("* " * 400, "lone-star", "punctuation"),
    "stars between": _hostile("a*" * 400, "cnki-and", "too-many-clauses"),
    "a prefix of everything": _hostile("1*"),
    "bars": _hostile("|" * 900, "dangling-operator", "punctuation"),
    "65 clauses": _hostile(" ".join(f"词{n}" for n in range(65)), "too-many-clauses"),
    "64 clauses": _hostile(" OR ".join(f"词{n}" for n in range(64))),
    "a long text": _hostile("社区治理" * 2500, "too-long"),
    "a long quoted text": _hostile("“" + "社区治理" * 2500 + "”", "too-long"),
    "a long ASCII word": _hostile("a" * 5000, "too-long"),
    "a long ASCII prefix": _hostile("a" * 900 + "*"),
    "NUL": _hostile("社区\x00治理", "unreadable"),
    "nothing but NUL": _hostile("\x00", "unreadable"),
    "control characters": _hostile("".join(map(chr, range(32))) + "社区", "unreadable"),
    "lone surrogates": _hostile("社区\ud800治理\udfff", "unreadable"),
    "a surrogate in quotes": _hostile("“社区\ud83d”", "unreadable"),
    "non-characters": _hostile("社区\ufffe\uffff\ufdd0", "unreadable"),
    "right-to-left marks": _hostile("\u202e社区\u202c\u200f\u2067治理\u2069"),
    "a byte order mark": _hostile("\ufeff社区"),
    "emoji": _hostile("👨\u200d👩\u200d👧\u200d👦🏽🇨🇳"),
    "emoji and text": _hostile("社区👨\u200d👩\u200d👧治理"),
    "combining marks": _hostile("社" + "\u0301" * 900),
    "one long ligature": _hostile("\ufdfa" * 900),
    "opening quotes": _hostile("“" * 3000, "too-long", "punctuation"),
    "pairs of quotes": _hostile('""' * 450, "punctuation"),
    "turned quotes": _hostile("”“" * 450, "unclosed-quote", "stray-quote", "punctuation"),
    "quotes within quotes": _hostile("「『" * 450, "unclosed-quote", "punctuation"),
    "a quote in each word": _hostile('社"区' * 300, "too-many-clauses"),
    "markup": _hostile("<script>alert(1)</script>&lt;社区", "ignored-signs"),
    "a path": _hostile("../../etc/passwd\\..\\社区", "ignored-signs"),
    "SQL": _hostile("社区'; DROP TABLE records; --", "ignored-signs"),
    "a pattern": _hostile("(a+)+$ (社区|治理)* .*", "lone-star", "ignored-signs"),
    "percent signs": _hostile("%00%n%s社区%"),
    "a percent sign alone": _hostile("%"),
    "Turkish, Greek and German case": _hostile("İSTANBUL ΣΊΣΥΦΟΣ STRAßE"),
}

_PIECES = (
    *("社区", "治理", "三社+N", "a", "N", "15分钟", "的", "𠮷", "聯動", "e\u0301", "\u1100\u1161"),
    *("AND", "OR", "NOT", "ANDMAYBE", "ＯＲ", "主题:", "内容：", "年:", "省：", "同句:", "议题:"),
    *("x:", "2015..2019", "2019-", "[a TO b]", "~/5", "^0", "\u200b", "\u202e", "\x00", "\ud800"),
    *("\ufdfa", "🇨🇳"),
    *'()（）"“”「」『』＂|｜-－*＊:：，、；。！ \u3000\n+=[]{}^~/\\%&<>\'',
)  # fmt: skip


def made_up(chance: random.Random, longest: int = 1500) -> str:
    """A text that is no query: signs, words and junk, up to ``longest`` characters."""
    size = int(longest ** chance.random())
    match chance.randrange(4):
        case 0:
            return "".join([chr(chance.randrange(0x110000)) for _ in range(size)])
        case 1:
            return "".join(chance.choices(chance.sample(_PIECES, 3), k=size))[:longest]
        case 2:
            return str(chance.choice(_PIECES)) * size
        case _:
            return "".join(chance.choices(_PIECES, k=size))[:longest]
