"""Types and decorators of the compiled kernels.

Types are fixed, so that importing a room of kernels compiles them all, or
takes them from the cache, and no search ever waits for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types

from indexer.engines.embedded.kernels.numba.machine_code import keep_apart_by_sources

INT, FLOAT = types.int64, types.float64
INTS, LONGS, FLOATS = types.int32[::1], types.int64[::1], types.float64[::1]
BITS, BYTES, POINTS = types.uint64[::1], types.uint8[::1], types.uint32[::1]
MASK, TABLE, SPANS = types.boolean[::1], types.int32[:, ::1], types.int64[:, ::1]

MAPS = types.uint64[:, ::1]
TUPLE, VOID = types.Tuple, types.void

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
    compiling: Callable[[_Kernel], _Kernel] = njit(result(*arguments), **_HOW)
    return compiling
