"""Sets of documents as bitmaps."""

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.arguments import Docs, Flags, Runs
from indexer.engines.embedded.kernels.bits import Bits


def count_bits(bits: Bits) -> int:
    return int(np.unpackbits(bits.view(np.uint8)).sum(dtype=np.int64))


def docs_of(bits: Bits) -> Docs:
    flags = np.unpackbits(bits.view(np.uint8), bitorder="little")
    return np.flatnonzero(flags).astype(np.int32)


def or_map(bits: Bits, map_: Bits, base: int) -> None:
    mask = np.unpackbits(map_.view(np.uint8), bitorder="little")
    shifted = np.zeros(len(bits) * 64, dtype=np.uint8)
    held = min(len(mask), len(shifted) - base)
    shifted[base : base + held] = mask[:held]
    bits |= np.packbits(shifted, bitorder="little").view(np.uint64)


def has_bits(docs: Docs, bits: Bits) -> Flags:
    shifts = (docs & 63).astype(np.uint64)
    found: Flags = ((bits[docs >> 6] >> shifts) & np.uint64(1)).astype(np.bool_)
    return found


def owners_of(bits: Bits, runs: Runs, many: int) -> Flags:
    found = np.zeros(many + 1, dtype=np.bool_)  # the last one is for runs of none
    if len(runs.owners):
        flags = np.unpackbits(bits.view(np.uint8), bitorder="little", count=int(runs.starts[-1]))
        found[runs.owners[np.bitwise_or.reduceat(flags, runs.starts[:-1]).view(np.bool_)]] = True
    return found[:many]
