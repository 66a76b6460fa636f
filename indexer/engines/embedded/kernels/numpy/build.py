"""The kernels of building in plain NumPy: what each one does, and the way without numba.

Keys, zones and documents are those of :mod:`indexer.engines.embedded.kernels.numpy`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.embedded.kernels.numpy.types import Bytes, Ints, Longs


def group(terms: Ints, starts: Longs, many: int) -> tuple[Ints, Longs]:
    """Keys sorted by term, then key: ``(keys, places)``; term ``t`` has
    ``keys[places[t]:places[t + 1]]``, a key once for each time that it stands there.

    ``terms[starts[key]:starts[key + 1]]`` are the terms of a key; negative
    numbers are none.
    """
    keys = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    real = terms >= 0
    order = np.argsort(terms[real], kind="stable")
    sizes = np.bincount(terms[real], minlength=many)
    return keys[real][order], np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def run_lengths(sorted_keys: Ints, places: Longs) -> tuple[Ints, Ints, Longs, Ints]:
    """Posting lists of grouped keys: ``(keys, frequencies, offsets, dfs)``.

    ``dfs[term]`` counts documents, then those of each of the four zones.
    """
    many = len(places) - 1
    owners = np.repeat(np.arange(many), np.diff(places))
    new = np.ones(len(sorted_keys), dtype=np.bool_)
    new[1:] = (sorted_keys[1:] != sorted_keys[:-1]) | (owners[1:] != owners[:-1])
    at = np.flatnonzero(new)
    keys, terms = sorted_keys[at], owners[at]
    freqs = np.diff(np.append(at, len(sorted_keys))).astype(np.int32)
    offsets = np.searchsorted(terms, np.arange(many + 1)).astype(np.int64)
    dfs = np.zeros((many, 5), dtype=np.int32)
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] >> 2 != keys[:-1] >> 2) | (terms[1:] != terms[:-1])
    dfs[:, 0] = np.bincount(terms[first], minlength=many)
    for zone in range(4):
        dfs[:, 1 + zone] = np.bincount(terms[keys & 3 == zone], minlength=many)
    return keys, freqs, offsets, dfs


def group_pairs(
    units: Ints, starts: Longs, many: int, ender: int
) -> tuple[Longs, Ints, Longs, Ints]:
    """Pairs of neighbouring units, none of them ``ender``, grouped as in :func:`group`.

    ``(codes, positions, places, lengths)``: a pair's code is ``first << 32 |
    second``, ascending; its positions are where it begins in ``units``;
    ``lengths`` counts the pairs of each key.
    """
    keys = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    inside = np.zeros(max(0, len(units) - 1), dtype=np.bool_)
    if len(units) > 1:
        inside = (keys[1:] == keys[:-1]) & (units[1:] != ender) & (units[:-1] != ender)
    at = np.flatnonzero(inside)
    every = (units[at].astype(np.int64) << 32) | units[at + 1]
    codes, numbers = np.unique(every, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    sizes = np.bincount(numbers, minlength=len(codes))
    places = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    lengths = np.bincount(keys[at], minlength=len(starts) - 1).astype(np.int32)
    return codes, at[order].astype(np.int32), places, lengths


def split_units(
    points: NDArray[np.uint32],
    starts: Longs,
    classes: Bytes,
    out: Ints,
    out_starts: Longs,
    runs: Longs,
    ender: int,
) -> tuple[int, int]:
    """Literal units of folded texts, all at once; how many, and how many of them are runs.

    ``points[starts[key]:starts[key + 1]]`` are a text's code points;
    ``classes`` tells of each code point whether it is skipped (0), a unit by
    itself (1), part of a run (2 or 4, which do not make one run) or a sentence ender
    (3; those with nothing but skipped ones between are one).  ``out`` gets the units: code points,
    ``ender``, and 0 for a run; ``out_starts`` where each text's begin; ``runs``
    for each run its place in ``out`` and its span in ``points``.
    """
    kinds = classes[points]
    keys = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    new_text = np.ones(len(points), dtype=np.bool_)
    new_text[1:] = keys[1:] != keys[:-1]
    run = (kinds == 2) | (kinds == 4)
    first_of = np.ones(len(points), dtype=np.bool_)
    first_of[1:] = new_text[1:] | (kinds[1:] != kinds[:-1])
    begins = run & first_of
    ends = run & np.concatenate([first_of[1:], np.ones(min(1, len(points)), dtype=np.bool_)])
    kept = np.flatnonzero((kinds == 1) | begins | (kinds == 3))
    enders = kinds[kept] == 3
    again = np.zeros(len(kept), dtype=np.bool_)
    again[1:] = enders[1:] & enders[:-1] & (keys[kept][1:] == keys[kept][:-1])
    kept = kept[~again]
    made = len(kept)
    out[:made] = np.where(kinds[kept] == 1, points[kept], np.where(kinds[kept] == 3, ender, 0))
    out_starts[:] = np.searchsorted(keys[kept], np.arange(len(starts)))
    first, stop = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    runs[: len(first), 0] = np.searchsorted(kept, first)
    runs[: len(first), 1], runs[: len(first), 2] = first, stop
    return made, len(first)
