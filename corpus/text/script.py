"""Which characters are one: traditional script, variants and radicals; kept as published.

What recognises a document (its frame, headings, tables, places) knows the words in
simplified characters: 号, 实验单位, 关于…的通知.  A text in traditional script is read
through its shadow: :func:`simplify` replaces each character by itself, so that the
shadow is as long as the text and every offset holds in both.  What was read from
the shadow is found again in the text by :class:`Originals`, character for
character.  A text without traditional characters is its own shadow.

The character table is OpenCC's (``data/opencc``); its phrases, which depend on what
stands around a character and change lengths, are of no use here.  Characters that
are no more than another form (衞, 値, ⺠) come from ``data/variants.tsv``, which is
made from OpenCC's and Unicode's tables.  A search takes all of them for the usual
character in the same way (:mod:`indexer.analysis.folding`), so the tables are here
for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from corpus.policy import Span

_QUOTED = re.compile(r"(?<=“)[^”]+(?=”)|(?<=（)[^（）]+(?=）)")


def character_tables() -> bytes:
    """The tables as they are kept, for whoever must know whether they changed."""
    data = files("corpus") / "data"
    return (data / "opencc" / "TSCharacters.txt").read_bytes() + (
        files("corpus") / "data" / "variants.tsv"
    ).read_bytes()


@cache
def usual_characters() -> dict[int, str]:
    """Traditional characters, variants and radicals → the usual character, for ``str.translate``.

    Where what a character turns into turns into another one (薴 → 苧 → 苎), all
    of them turn into the last, so that translating twice changes nothing.
    """
    table: dict[int, str] = {}
    text = (files("corpus") / "data" / "opencc" / "TSCharacters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            traditional, _, forms = line.partition("\t")
            table[ord(traditional)] = forms.split(" ")[0]
    for why in ("radical", "usual"):
        table.update((ord(char), usual) for char, usual in _variants(why))
    for point, usual in table.items():
        while (further := table.get(ord(usual), usual)) != usual:
            usual = further
        table[point] = usual
    return table


@cache
def shared_characters() -> dict[int, str]:
    """Usual characters that traditional texts write for another one too, and that one.

    随着 is 隨著 there, but a word such as 著作 has the character in either script.
    So 著 and 着 are the same where characters are compared one by one, and apart
    where words are looked for.
    """
    return {ord(char): other for char, other in _variants("literal")}


@cache
def _unified() -> dict[int, str]:
    # ⼾ has the glyph of 户 in fonts for Chinese, not that of the 戶 of the table.
    return {**{ord(radical): char for radical, char in _variants("radical")}, ord("⼾"): "户"}


def unified(text: str) -> str:
    """``text`` with characters in the place of radicals that look like them; its length stays.

    Fonts share a glyph between 民 and ⺠ (U+2EA0), and a page's program maps the
    glyph back to either.
    """
    return text if text.isascii() else text.translate(_unified())


def _variants(why: str) -> list[tuple[str, str]]:
    rows = (
        line.split("\t")
        for line in (files("corpus") / "data" / "variants.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    return [(row[0], row[1]) for row in rows if row[2] == why]


@cache
def _traditional() -> frozenset[str]:
    """All characters that are not usual ones: a set, which is asked faster than a pattern."""
    return frozenset(
        chr(point) for point, usual in usual_characters().items() if chr(point) != usual
    )


def simplify(text: str) -> str:
    """``text`` in usual characters, of the same length; itself if it has no others."""
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    return text.translate(usual_characters())


class Originals:
    """Finds what was read from the shadow of a text in the text itself."""

    def __init__(self, text: str, shadow: str) -> None:
        self._text = text
        self._shadow = shadow
        self._whole: tuple[str, str] | None = None

    def of(self, value: str, spans: Iterable[Span] = ()) -> str:
        """The original of ``value``, which was read from ``spans`` (of the shadow).

        White space counts for nothing, since cells and titles are joined from
        lines.  Pieces that don't stand there (a cell merged over rows, a column's
        name) are those of their first place in the text.
        """
        if self._text is self._shadow:
            return value
        near = self._bare(spans)
        wanted = "".join(value.split())
        found = _original(wanted, (near,)) if wanted in near[0] else None
        if found is None:
            self._whole = self._whole or self._bare([Span(0, len(self._text))])
            found = _original(wanted, (near, self._whole))
        rest = iter(found)
        return "".join(char if char.isspace() else next(rest) for char in value)

    def quoted(self, message: str) -> str:
        """A message with what it quotes of the text as the text has it."""
        return _QUOTED.sub(lambda quote: self.of(quote.group()), message)

    def _bare(self, spans: Iterable[Span]) -> tuple[str, str]:
        """Shadow and text of ``spans`` without white space."""
        parts = [(self._shadow[s.start : s.end], self._text[s.start : s.end]) for s in spans]
        shadow, text = "".join(shadow for shadow, _ in parts), "".join(own for _, own in parts)
        return "".join(shadow.split()), "".join(text.split())


def _original(wanted: str, places: Sequence[tuple[str, str]]) -> str:
    """``wanted`` put together from the longest pieces of the places, the nearer first."""
    pieces: list[str] = []
    at = 0
    while at < len(wanted):
        best, source, start = 0, "", 0
        for shadow, text in places:
            length = _longest_prefix(wanted, at, shadow)
            if length > best:
                best, source = length, text
                start = shadow.find(wanted[at : at + length])
        pieces.append(source[start : start + best] if best else wanted[at])
        at += best or 1
    return "".join(pieces)


def _longest_prefix(wanted: str, at: int, shadow: str) -> int:
    """How many characters of ``wanted`` from ``at`` on stand together in ``shadow``."""
    if wanted[at:] in shadow:
        return len(wanted) - at
    low, high = 0, len(wanted) - at  # the first is there, the last is not
    while high - low > 1:
        middle = (low + high) // 2
        if wanted[at : at + middle] in shadow:
            low = middle
        else:
            high = middle
    return low
