"""The term book: all that may be suggested, in arrays that are mapped, not loaded.

    entries   texts, kinds, counts; the best one first, so that an entry's
              number is its rank and "the best ten" are the ten smallest numbers
    keys      what a user may type to get an entry, sorted as bytes: the text
              itself (folded, as literal units), its pinyin in full, by
              initials, and mixed; each with the number of its entry
    slips     the hash of every entry's text with one character left out, or
              none: two texts one slip apart share one of these

It is made once, when an index is built, as side data of the index version, and
never changed: threads may share it, and where an engine keeps arrays in files,
processes share the pages.  Nothing in it is pickled.

For 365,000 paragraphs of laws that is 292,000 entries in 82 MB, opened in 3 ms;
the median key press is answered in 0.5 ms, the median slip in 0.6 ms
(``tests/bench/suggest.py``).
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import literal_texts
from indexer.analysis.pinyin import spellings
from indexer.errors import IndexDamaged

#: A tie between equal counts goes to the earlier kind.
EntryKind = Literal["theme", "unit", "title", "policy", "term"]
KINDS = cast("tuple[EntryKind, ...]", get_args(EntryKind))
#: Nobody types more than that to find a title.
MAX_KEY = 48
_MAX_PINYIN = 24
_MAX_MIXED = 8
#: Longer texts are titles: there, one slip matters little.
MAX_SLIP = 16
#: Texts whose keys and slips are kept: the next version of a small library has mostly the same.
_KEPT = 16_384
#: The side data of an index version that keeps its book.
TERM_BOOK = "suggest"
_ARRAYS = (
    *("texts", "text_ends", "kinds", "counts", "groups"),
    *("keys", "key_ends", "key_entries", "slips", "slip_entries"),
)

Numbers = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class BookEntry:
    """Something to suggest.

    ``count`` is how many records carry it.  Of the entries of one ``group``
    (a theme under several names) only the best is ever shown.  ``starts`` are
    the offsets in ``text`` where one may begin to type it.
    """

    text: str
    kind: EntryKind
    count: int
    group: str = ""
    starts: tuple[int, ...] = (0,)


def key_of(text: str) -> str:
    """What is compared of a text: its literal units, joined."""
    return "".join(literal_texts(text))


def keys_of(entry: BookEntry) -> set[str]:
    """Everything that finds an entry when it is typed in full or in part."""
    keys: set[str] = set()
    for start in entry.starts:
        keys |= _keys(entry.text[start:])
    keys.discard("")
    return keys


@lru_cache(_KEPT)
def _keys(text: str) -> frozenset[str]:
    key = key_of(text)[:MAX_KEY]
    return frozenset((key, *spellings(key[:_MAX_PINYIN], _MAX_MIXED)))


def slips_of(text: str) -> set[int]:
    """Hashes of ``text`` and of ``text`` with any one character left out."""
    shorter = (text[:at] + text[at + 1 :] for at in range(len(text)))
    return {zlib.crc32(each.encode()) for each in (text, *shorter) if each}


@lru_cache(_KEPT)
def _slips(text: str) -> frozenset[int]:
    return frozenset(slips_of(key_of(text)))


def term_book_arrays(entries: Iterable[BookEntry]) -> dict[str, NDArray[Any]]:
    """The book as arrays, by name."""
    ranked = sorted(entries, key=_rank)
    groups = {name: number for number, name in enumerate(dict.fromkeys(map(_group, ranked)))}
    keyed = [(key.encode(), at) for at, entry in enumerate(ranked) for key in keys_of(entry)]
    keyed.sort()
    slips = [
        (slip, at)
        for at, entry in enumerate(ranked)
        if entry.kind in ("theme", "term") and len(entry.text) <= MAX_SLIP
        for slip in _slips(entry.text)
    ]
    slips.sort()
    return {
        **_strings("text", [entry.text.encode() for entry in ranked]),
        "kinds": np.array([KINDS.index(entry.kind) for entry in ranked], np.uint8),
        "counts": np.array([entry.count for entry in ranked], np.uint32),
        "groups": np.array([groups[_group(entry)] for entry in ranked], np.uint32),
        **_strings("key", [key for key, _ in keyed]),
        "key_entries": np.array([at for _, at in keyed], np.uint32),
        "slips": np.array([slip for slip, _ in slips], np.uint32),
        "slip_entries": np.array([at for _, at in slips], np.uint32),
    }


def _rank(entry: BookEntry) -> tuple[int, int, bool, int, str]:
    named = entry.group in ("", entry.text)
    return -entry.count, KINDS.index(entry.kind), not named, len(entry.text), entry.text


def _group(entry: BookEntry) -> tuple[str, str]:
    return entry.kind, entry.group or entry.text


def _strings(name: str, strings: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """All strings in one array of bytes, and where each one ends."""
    lengths = np.fromiter(map(len, strings), np.int64, len(strings))
    joined = np.frombuffer(b"".join(strings), np.uint8)
    return {f"{name}s": joined, f"{name}_ends": np.concatenate([[0], np.cumsum(lengths)])}


class _Strings(Sequence[bytes]):
    """Byte strings in one mapped array."""

    def __init__(self, joined: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._joined = joined
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        return self._joined[self._ends[at] : self._ends[at + 1]].tobytes()


class TermBook:
    """A book, opened from its arrays.  Immutable; threads may share it.

    Raises :class:`~indexer.errors.IndexDamaged` where a part is missing.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        missing = [name for name in _ARRAYS if name not in arrays]
        if missing:
            raise IndexDamaged(
                f"索引中的输入提示不完整，缺少 {'、'.join(missing)}",
                "请执行 zhengsou index --rebuild 重建索引",
            )
        self._texts = _Strings(arrays["texts"], arrays["text_ends"])
        self._keys = _Strings(arrays["keys"], arrays["key_ends"])
        self._key_entries = cast("Numbers", arrays["key_entries"])
        self.kinds = cast("NDArray[np.uint8]", arrays["kinds"])
        self._counts = arrays["counts"]
        self.groups = arrays["groups"]
        self._slips = arrays["slips"]
        self._slip_entries = arrays["slip_entries"]

    def __len__(self) -> int:
        return len(self._texts)

    def entry(self, number: int) -> BookEntry:
        """The entry of that rank, from 0; without group and starts."""
        text = self._texts[number].decode()
        return BookEntry(text, KINDS[self.kinds[number]], int(self._counts[number]))

    def beginning(self, key: str) -> tuple[Numbers, Numbers]:
        """The entries of which a key is ``key``, and those of which one begins so.

        In no order; an entry may be there several times.
        """
        wanted = key.encode()
        first = bisect_left(self._keys, wanted)
        exact = bisect_right(self._keys, wanted, first)
        # No key holds the byte 0xff: it sorts behind everything that begins so.
        stop = bisect_left(self._keys, wanted + b"\xff", exact)
        return self._key_entries[first:exact], self._key_entries[exact:stop]

    def one_slip_away(self, text: str) -> set[int]:
        """Themes and terms that may be one edit away from ``text``, and few others."""
        found: set[int] = set()
        for slip in slips_of(text) if len(text) <= MAX_SLIP else ():
            first = np.searchsorted(self._slips, np.uint32(slip), "left")
            stop = np.searchsorted(self._slips, np.uint32(slip), "right")
            found.update(self._slip_entries[first:stop].tolist())
        return found
