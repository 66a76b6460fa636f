"""Pinyin: how a text is typed on a Latin keyboard.

Used to complete and to correct what a user types, never to search: homophones
stay out of ordinary results.  Readings are toneless and come from pypinyin,
whose phrase dictionary decides characters with several (重庆 chong, 重要 zhong).
``ü`` is written as it is typed: ``v`` after l and n, ``ue`` for ``üe`` (zhanlue).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

_RUN = regex.compile(r"\p{Han}+|\P{Han}+")
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class _Part:
    """A Han character's syllable with its initial; or a run of other characters, twice."""

    full: str
    initial: str


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[_Part, ...]:
    # Here, because loading its dictionaries costs 0.3 s that few requests need.
    from pypinyin.seg.mmseg import seg

    found: list[_Part] = []
    for run in _RUN.findall(text):
        if _HAN.match(run):
            found.extend(part for phrase in seg.cut(run) for part in _phrase(phrase))
        else:
            found.append(_Part(run, run))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _phrase(phrase: str) -> tuple[_Part, ...]:
    """A phrase of pypinyin's own cutting: read once, for its reading depends on nothing else."""
    from pypinyin import lazy_pinyin

    readings = map(typed, lazy_pinyin([phrase], errors=_apart))
    return tuple(_Part(reading, reading[0]) for reading in readings)


def syllables(text: str) -> tuple[str, ...]:
    """The reading of each Han character; what lies in between stays whole, as it is.

    A character without a known reading stands for itself.
    """
    return tuple(part.full for part in _parts(text))


def _apart(unread: str) -> str:
    """One item per character, as pypinyin allows though its types do not say so."""
    return list(unread)  # type: ignore[return-value]


def typed(letters: str) -> str:
    """Latin letters in the one spelling that :func:`syllables` uses."""
    plain = letters.replace("ü", "v")
    return plain.replace("lve", "lue").replace("nve", "nue")


def spellings(text: str, longest: int) -> Iterator[str]:
    """Every way to type ``text`` in pinyin; none where it has no Han character.

    In full (``sansheliandong``), by initials (``ssld``) and, up to ``longest``
    syllables, the first ones in full and the rest by initials (``sansheld``).
    """
    if not _HAN.search(text):
        return
    parts = _parts(text)
    for whole in {len(parts), 0} if len(parts) > longest else range(len(parts) + 1):
        yield "".join(part.full if at < whole else part.initial for at, part in enumerate(parts))
