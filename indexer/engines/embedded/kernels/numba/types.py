"""Types and decorators of the compiled kernels.

Types are fixed, so that importing a package of kernels compiles them all, or
takes them from the cache, and no search ever waits for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types

from indexer.engines.embedded.kernels import arguments
from indexer.engines.embedded.kernels.numba.machine_code import keep_apart_by_sources

INT, FLOAT = types.int64, types.float64
INTS, LONGS, FLOATS = types.int32[::1], types.int64[::1], types.float64[::1]
BITS, BYTES, POINTS = types.uint64[::1], types.uint8[::1], types.uint32[::1]
FLAGS, TABLE, SPANS = types.boolean[::1], types.int32[:, ::1], types.int64[:, ::1]
SMALL_TABLE, SHORTS = types.int8[:, ::1], types.int16[::1]
TUPLE, VOID = types.Tuple, types.void


def _named(kind: type, *fields: Any) -> Any:
    """The type of a named tuple of :mod:`~indexer.engines.embedded.kernels.arguments`."""
    made: Any = types
    if len({*fields}) == 1:
        # numba has a type of its own for tuples of equals.
        return made.NamedUniTuple(fields[0], len(fields), kind)
    return made.NamedTuple(fields, kind)


LISTS = _named(arguments.PostingLists, INTS, BYTES, LONGS, INTS)
UNITS = _named(arguments.TextUnits, INTS, LONGS)
TEXTS = _named(arguments.SegmentTexts, LISTS, LISTS, UNITS)
QUERY_TERMS = _named(arguments.QueryTerms, LONGS, LONGS, LONGS, FLOATS, FLOATS, FLOATS)
QUERY_UNITS = _named(arguments.QueryUnits, INTS, INT, FLOATS, FLOATS)
PLACE = _named(arguments.Place, INT, INT)
CONTEXT = _named(arguments.Context, INTS, FLOATS, FLOAT)
CANDIDATES = _named(arguments.Candidates, INTS, INTS, LONGS, LONGS, LONGS)
RANGES = _named(arguments.UnitRanges, INTS, INTS, INTS)
COVER = _named(arguments.PairCover, INTS, LONGS, LONGS, LONGS)

RUNS = _named(arguments.Runs, LONGS, INTS)
OPEN_PAIRS, OPEN_PAIRS_16 = (
    _named(arguments.OpenPairs, LONGS, LONGS, INTS, units) for units in (INTS, types.uint16[::1])
)

_Kernel = Callable[..., Any]

#: The directory in which the machine code is kept, ``None`` where it is not.
KEPT_IN = keep_apart_by_sources()
_HOW: Any = {"cache": KEPT_IN is not None, "nogil": True, "error_model": "numpy"}
_WITHIN: Any = {"forceinline": True, "_nrt": False}


def part(function: _Kernel) -> _Kernel:
    """A part of kernels, compiled into them; it makes no arrays.

    References to its arrays are not counted: the kernel holds them, and an
    atomic count at every call costs more than most parts do.
    """
    made: _Kernel = njit(**_HOW, **_WITHIN)(function)
    return made


def kernel(result: Any, *arguments: Any) -> Callable[[_Kernel], _Kernel]:
    """A function compiled for arguments of these types."""
    return kernel_for(result(*arguments))


def kernel_for(*signatures: Any) -> Callable[[_Kernel], _Kernel]:
    """A function compiled for each of some signatures."""
    compiling: Callable[[_Kernel], _Kernel] = njit(list(signatures), **_HOW)
    return compiling
