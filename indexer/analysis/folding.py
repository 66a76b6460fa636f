"""Folding: what counts as the same character, with a way back to the original.

:func:`fold` applies NFKC, lower case and the tables of :mod:`corpus.text.script`
(traditional script, variants, radicals) to each grapheme cluster by itself, and
drops what cannot be seen (variation selectors, zero-width joiners, soft hyphens).
No step looks beyond its grapheme, so the folded form of a substring is a
substring of the folded form: the one property on which literal search rests.
(OpenCC's phrase conversion depends on context and would break it.)

A sign that stands for ASCII letters or digits (①, ², ㎡, ½, №, ℃) equals these and
joins with nothing beside it: a blank stands on either side of them in the folded
text, so that ①2019 is 1 and 2019.  Letters and digits in another dress (full-width,
bold, a ligature) are parts of their run.  ○ is 〇, as in 二○一九年, and the sign −
for minus is the hyphen that is typed for it.

The result remembers for each folded character the span of the original
grapheme, so that highlights and evidence always point into the text as it was
published.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from corpus.text.script import usual_characters

#: Changes whenever :func:`fold` may give another result; part of the index stamp.
FOLDING_VERSION = f"4;unicode {unicodedata.unidata_version}"

# One code point that can neither extend nor be extended is its own grapheme.
_CLUSTER = regex.compile(r"[^\p{GCB=Other}\n]")
# What is not its own grapheme, or folds to nothing.
_UNEVEN = regex.compile(r"(?V1)[[^\p{GCB=Other}\n]\p{Default_Ignorable_Code_Point}]")
_GRAPHEME = regex.compile(r"\X")
_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")


#: Whether a text has a code point that may extend another, or be extended.
HAS_CLUSTER = _CLUSTER.search


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with its offset map.

    ``starts[i]`` and ``ends[i]`` give the span of the original grapheme that
    the ``i``-th folded character comes from (code points, end exclusive).
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


class _FoldTable(dict[int, str]):
    """Folded forms of single code points, for ``str.translate``; fills itself."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_grapheme(chr(point))
        return folded


_FOLDED = _FoldTable()


class _EvenTable(dict[int, str]):
    """The same where a character is its own grapheme and folds to one; else something longer.

    So one pass folds a text and says, by the length, whether that is all there is to do.
    """

    def __missing__(self, point: int) -> str:
        folded = _FOLDED[point]
        uneven = _UNEVEN.match(chr(point)) or not folded
        folded = self[point] = f"{folded}  " if uneven else folded
        return folded


_EVEN = _EvenTable()


# Circles that stand for 〇, the slashes of ½ and ㎧, and minus, as they are typed.
_LOOKALIKES = str.maketrans("○◯⁄∕−", "〇〇//-")
_ASCII_RUN = regex.compile("[0-9a-z]")
#: Categories of characters that are letters or digits themselves, whatever their dress.
_PARTS_OF_RUNS = frozenset(["Lu", "Ll", "Lt", "Nd"])


@lru_cache(maxsize=65_536)
def _fold_grapheme(grapheme: str) -> str:
    folded = unicodedata.normalize("NFKC", grapheme).lower().translate(usual_characters())
    folded = _INVISIBLE.sub("", folded.translate(_LOOKALIKES))
    return f" {folded} " if _stands_alone(grapheme) else folded


def _stands_alone(grapheme: str) -> bool:
    """Whether a sign in it stands for ASCII letters or digits and is none itself."""
    return not grapheme.isascii() and any(
        _ASCII_RUN.search(unicodedata.normalize("NFKC", char).lower())
        for char in grapheme
        if not char.isascii() and unicodedata.category(char) not in _PARTS_OF_RUNS
    )


def fold_point(char: str) -> str:
    """The folded form of one character that stands by itself."""
    return _FOLDED[ord(char)]


def fold(text: str) -> Folded:
    """Folds ``text``; every folded character keeps its original span."""
    folded = text.translate(_EVEN)
    # None is shorter than what it is folded from, so each is one for one.
    if len(folded) == len(text):
        return Folded(folded, range(len(text)), range(1, len(text) + 1))
    if not _CLUSTER.search(text):
        pieces = [_FOLDED[ord(char)] for char in text]
        folded = "".join(pieces)
        bounds = [(i, i + 1) for i in range(len(text))]
    else:
        matches = list(_GRAPHEME.finditer(text))
        pieces = [_fold_grapheme(m.group()) for m in matches]
        folded = "".join(pieces)
        bounds = [m.span() for m in matches]
    starts: list[int] = []
    ends: list[int] = []
    for piece, (start, end) in zip(pieces, bounds, strict=True):
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded(folded, starts, ends)


def fold_text(text: str) -> str:
    """The folded text alone, where no offsets are needed."""
    if not _CLUSTER.search(text):
        return text.translate(_FOLDED)
    return "".join([_fold_grapheme(g) for g in _GRAPHEME.findall(text)])
