"""Values of facets as they lie in a segment: sorted, in one row of bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Between the values of a facet; stands in no text.
SEPARATOR = "\x1f"


def joined_values(values: Sequence[str]) -> NDArray[np.uint8]:
    """Values as they are stored."""
    return np.frombuffer(SEPARATOR.join(values).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def split_values(stored: NDArray[np.uint8]) -> list[str]:
    """The values of a facet as they were."""
    text = stored.tobytes().decode("utf-8", "surrogatepass")
    return text.split(SEPARATOR) if text else []


def common_values(parts: Sequence[list[str]]) -> tuple[list[str], list[NDArray[np.int32]]]:
    """All values, sorted, and for each part the number of each of its values among them.

    The tables have one entry more, -1, that a code of -1 takes.
    """
    names = sorted(set().union(*parts))
    number = {name: i for i, name in enumerate(names)}
    tables = [np.array([*(number[name] for name in part), -1], dtype=np.int32) for part in parts]
    return names, tables
