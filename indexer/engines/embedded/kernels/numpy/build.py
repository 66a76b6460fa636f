"""The kernels of building in plain NumPy: the way without numba.

What each of them does is said in :mod:`indexer.engines.embedded.kernels.protocol`.
"""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.arguments import Bytes, Ints, Longs, Points


def group(terms: Ints, starts: Longs, many: int) -> tuple[Ints, Longs]:
    keys = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    real = terms >= 0
    order = np.argsort(terms[real], kind="stable")
    sizes = np.bincount(terms[real], minlength=many)
    return keys[real][order], np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def run_lengths(sorted_keys: Ints, places: Longs) -> tuple[Ints, Ints, Longs, Ints]:
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
    for slot in range(4):
        dfs[:, 1 + slot] = np.bincount(terms[keys & 3 == slot], minlength=many)
    return keys, freqs, offsets, dfs


def group_pairs(
    units: Ints, starts: Longs, many: int, ender: int
) -> tuple[Longs, Ints, Longs, Ints]:
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
    points: Points,
    starts: Longs,
    classes: Bytes,
    out: Ints,
    out_starts: Longs,
    runs: Longs,
    ender: int,
) -> tuple[int, int]:
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
