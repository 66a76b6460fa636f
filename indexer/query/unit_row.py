"""Text that is looked for literally, as units in a row.

Quoted text is found by character: it may begin and end inside a run of ASCII
letters or digits, so that “5分钟” stands in 15分钟 and “9” in 2019.  An unquoted
chunk keeps the edges of runs: 5分钟 stands in 5分钟 alone.  A :class:`UnitRow` says
both in one way, to engines and highlights alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from indexer.analysis.analyzer import literal_texts
from indexer.query.tree import Chunk, Phrase

_REMEMBERED = 4096


class UnitRow(NamedTuple):
    """Units that stand one after the other.

    ``opens``: the first unit may be the end of a longer run.  ``closes``: the last
    may be the beginning of one.  Both are said of runs of ASCII letters or digits only,
    since no other unit is longer than it looks.
    """

    units: tuple[str, ...]
    opens: bool = False
    closes: bool = False


def unit_row(leaf: Chunk | Phrase) -> UnitRow:
    """The row that a chunk or a quoted text stands for; without units it stands nowhere."""
    return _row(leaf.text, isinstance(leaf, Phrase), leaf.prefix)


@lru_cache(maxsize=_REMEMBERED)
def _row(text: str, quoted: bool, prefix: bool) -> UnitRow:
    units = tuple(literal_texts(text))
    if not units:
        return UnitRow(())
    opens = quoted and is_run(units[0])
    return UnitRow(units, opens, (quoted or prefix) and is_run(units[-1]))


def is_run(unit: str) -> bool:
    """Whether a unit is a run of ASCII letters or digits."""
    return unit.isascii() and unit.isalnum()
