"""Types and decorators of the compiled kernels.

Types are fixed, so that importing a room of kernels compiles them all, or
takes them from the cache, and no search ever waits for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types

INT, FLOAT = types.int64, types.float64
INTS, LONGS, FLOATS = types.int32[::1], types.int64[::1], types.float64[::1]
BITS, BYTES, POINTS = types.uint64[::1], types.uint8[::1], types.uint32[::1]
MASK, TABLE, SPANS = types.boolean[::1], types.int32[:, ::1], types.int64[:, ::1]

MAPS = types.uint64[:, ::1]
TUPLE, VOID = types.Tuple, types.void

_Kernel = Callable[..., Any]
_HOW: Any = {"cache": True, "nogil": True, "error_model": "numpy"}


def part(function: _Kernel) -> _Kernel:
    """A part of kernels, compiled into them."""
    made: _Kernel = njit(forceinline=True, **_HOW)(function)
    return made


def kernel(result: Any, *arguments: Any) -> Callable[[_Kernel], _Kernel]:
    """A function compiled for arguments of these types."""
    compiling: Callable[[_Kernel], _Kernel] = njit(result(*arguments), **_HOW)
    return compiling
