"""From sequences of tokens to posting lists.

Tokens come as provisional numbers in the order of the texts.  Terms are
sorted, tokens renumbered, and the keys brought in the order of the terms by a
counting sort, which keeps them ascending within each; no posting ever becomes
an object of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import ENDER
from indexer.analysis.batch import RUNS
from indexer.engines.embedded.kernels.bits import pack as pack_bits
from indexer.engines.embedded.kernels.protocol import BuildKernels
from indexer.engines.embedded.segments.dictionary import pack

Arrays = dict[str, NDArray[Any]]
#: Arrays with their names, made one after the other.
Named = Iterator[tuple[str, NDArray[Any]]]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def invert_units(
    prefix: str, units: Ints, starts: Longs, runs: Sequence[str], pairs: bool, kernels: BuildKernels
) -> Named:
    """The literal stream of a group and, if asked for, its pairs."""
    distinct = np.flatnonzero(np.bincount(units)) if len(units) else np.zeros(0, dtype=np.int64)
    texts = [chr(n) if n < RUNS else runs[n - RUNS] for n in distinct.tolist()]
    names, units = renumbered(units, distinct, texts)
    keys, places = kernels.group(units, starts, len(names))
    keys, _, offsets, dfs = kernels.run_lengths(keys, places)
    yield f"{prefix}/units", units
    yield f"{prefix}/unit_starts", starts
    yield from dictionary_arrays(f"{prefix}/literal", names).items()
    yield f"{prefix}/literal/offsets", offsets
    yield f"{prefix}/literal/keys", keys
    yield f"{prefix}/literal/dfs", dfs
    del keys, places
    if pairs:
        ender = names.index(ENDER) if ENDER in names else -1
        codes, positions, places, lengths = kernels.group_pairs(units, starts, len(names), ender)
        yield f"{prefix}/pairs/codes", codes
        yield f"{prefix}/pairs/positions", positions
        yield f"{prefix}/pairs/places", places
        yield f"{prefix}/pairs/lengths", lengths
        owners = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
        keys = owners[positions]
        del owners, positions
        keys, freqs, offsets, dfs = kernels.run_lengths(keys, places)
        documents = len(starts) >> 2
        yield from postings(f"{prefix}/pairs", keys, freqs, offsets, dfs, documents).items()


def invert_words(
    prefix: str, words: Ints, starts: Longs, vocabulary: Sequence[str], kernels: BuildKernels
) -> Named:
    """The words stream of a group."""
    real = words[words >= 0]
    distinct = np.flatnonzero(np.bincount(real)) if len(real) else np.zeros(0, dtype=np.int64)
    texts = [vocabulary[n] for n in distinct.tolist()]
    names, words = renumbered(words, distinct, texts)
    keys, places = kernels.group(words, starts, len(names))
    keys, freqs, offsets, dfs = kernels.run_lengths(keys, places)
    yield f"{prefix}/sequence", words
    yield f"{prefix}/sequence_starts", starts
    before = np.concatenate([[0], np.cumsum(words >= 0)])
    lengths = np.diff(before[starts]).astype(np.int32)
    yield f"{prefix}/words/lengths", lengths
    yield from dictionary_arrays(f"{prefix}/words", names).items()
    documents = len(starts) >> 2
    yield from postings(f"{prefix}/words", keys, freqs, offsets, dfs, documents).items()


#: Terms of more than one in so many documents have a bitmap too: it is smaller than their list.
MAP_PART = 64
#: … and of more than so many.
MAP_LEAST = 64


def renumbered(tokens: Ints, distinct: Longs, texts: list[str]) -> tuple[list[str], Ints]:
    """The texts sorted by their bytes, and the tokens as numbers in them."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    size = int(distinct[-1]) + 1 if len(distinct) else 0
    table = np.full(size, -1, dtype=np.int32)
    table[distinct[order]] = np.arange(len(order), dtype=np.int32)
    if not size:
        return [], tokens.copy()
    renumbered = np.where(tokens >= 0, table[np.maximum(tokens, 0)], tokens)
    return [texts[i] for i in order], renumbered.astype(np.int32, copy=False)


def dictionary_arrays(prefix: str, names: Sequence[str]) -> Arrays:
    blob, offsets = pack(name.encode("utf-8", "surrogatepass") for name in names)
    return {f"{prefix}/blob": blob, f"{prefix}/blob_offsets": offsets}


def postings(
    prefix: str, keys: Ints, freqs: Ints, offsets: Longs, dfs: Ints, documents: int
) -> Arrays:
    """The arrays of posting lists, their frequencies as bytes where they fit."""
    frequent, map_of = _frequent(dfs[:, 0], documents)
    spans = zip(offsets[frequent].tolist(), offsets[frequent + 1].tolist(), strict=True)
    return {
        f"{prefix}/maps": _maps([keys[lo:hi] >> 2 for lo, hi in spans], documents),
        f"{prefix}/map_of": map_of,
        f"{prefix}/offsets": offsets,
        f"{prefix}/keys": keys,
        f"{prefix}/dfs": dfs,
        **_frequencies(prefix, freqs),
    }


def _frequencies(prefix: str, freqs: Ints) -> Arrays:
    many = np.flatnonzero(freqs >= 255)
    return {
        f"{prefix}/freqs": np.minimum(freqs, 255).astype(np.uint8),
        f"{prefix}/over_at": many.astype(np.int64),
        f"{prefix}/over_freq": freqs[many],
    }


def _frequent(sizes: Any, documents: int) -> tuple[Longs, Ints]:
    """Which lists have a bitmap too, and the row of each in the maps, -1 for none."""
    frequent = np.flatnonzero(sizes > max(MAP_LEAST, documents // MAP_PART))
    map_of = np.full(len(sizes), -1, dtype=np.int32)
    map_of[frequent] = np.arange(len(frequent), dtype=np.int32)
    return frequent, map_of


def _maps(lists: Sequence[Ints], documents: int) -> NDArray[np.uint64]:
    """Lists of documents as bitmaps, one a row."""
    maps = np.zeros((len(lists), -(-documents // 64)), dtype=np.uint64)
    for row, docs in enumerate(lists):
        mask = np.zeros(documents, dtype=np.bool_)
        mask[docs] = True
        maps[row] = pack_bits(mask)
    return maps
