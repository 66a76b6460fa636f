"""Pinyin: how a text is typed on a Latin keyboard.

Used to complete and to correct what a user types, never to search: homophones
stay out of ordinary results.  Readings are toneless and come from pypinyin,
whose phrase dictionary decides characters with several (重庆 chong, 重要 zhong).
It knows few places: ``lexicon/place_readings.tsv`` and ``place_readings_more.tsv`` have
those that it reads otherwise (长宁 changning, 洪洞 hongtong).  A place's full name is read
so wherever it stands, its name without 县, 市 or 区 only where it stands alone, and there
in both ways.
``ü`` is written as it is typed: ``v`` after l and n, ``ue`` for ``üe`` (zhanlue).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import regex

_RUN = regex.compile(r"\p{Han}+|\P{Han}+")
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class _Part:
    """A Han character's syllable with its initial; or a run of other characters, twice."""

    full: str
    initial: str


@dataclass(frozen=True, slots=True)
class _Places:
    """Readings of places by full name and by stem, and what finds full names in a text."""

    readings: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    names: regex.Pattern[str]


@cache
def _places() -> _Places:
    readings, stems = {}, {}
    for name in ("place_readings.tsv", "place_readings_more.tsv"):
        text = (files("indexer") / "lexicon" / name).read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
            stem, reading = row["stem"], tuple(map(typed, row["reading"].split()))
            readings[row["name"]] = reading
            stems[stem] = reading
    return _Places(readings, stems, regex.compile("|".join(sorted(readings, reverse=True))))


def _parts(text: str) -> tuple[_Part, ...]:
    if reading := _places().stems.get(text):
        return tuple(_Part(syllable, syllable[0]) for syllable in reading)
    return _usual_parts(text)


@lru_cache(maxsize=4096)
def _usual_parts(text: str) -> tuple[_Part, ...]:
    found: list[_Part] = []
    for run in _RUN.findall(text):
        if _HAN.match(run):
            found.extend(part for phrase in _phrases(run) for part in _phrase(phrase))
        else:
            found.append(_Part(run, run))
    return tuple(found)


def _phrases(run: str) -> Iterator[str]:
    """What of a run of Han characters is read at once: places, and phrases between them."""
    # Here, because loading its dictionaries costs 0.3 s that few requests need.
    from pypinyin.seg.mmseg import seg

    at = 0
    for place in _places().names.finditer(run):
        yield from seg.cut(run[at : place.start()])
        yield place.group()
        at = place.end()
    yield from seg.cut(run[at:])


@lru_cache(maxsize=65_536)
def _phrase(phrase: str) -> tuple[_Part, ...]:
    """A phrase of pypinyin's own cutting: read once, for its reading depends on nothing else."""
    from pypinyin import lazy_pinyin

    known = _places().readings.get(phrase, ())
    readings = map(typed, lazy_pinyin([phrase], errors=_apart))
    read = [*known, *list(readings)[len(known) :]]
    return tuple(_Part(reading, reading[0]) for reading in read)


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
    parts, usual = _parts(text), _usual_parts(text)
    yield from _spelled(parts, longest)
    if usual != parts:
        yield from _spelled(usual, longest)


def _spelled(parts: tuple[_Part, ...], longest: int) -> Iterator[str]:
    for whole in {len(parts), 0} if len(parts) > longest else range(len(parts) + 1):
        yield "".join(part.full if at < whole else part.initial for at, part in enumerate(parts))
