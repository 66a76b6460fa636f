"""The arrays that kernels work on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Any_ = NDArray[Any]
