"""The numbers of a table's rows: as printed, where they can be.

A row's number is part of its record's id, so it must be unique in the text.
What the table prints is kept; a number that is missing, doubled or out of
sequence is given a free one and said.  Tables go on counting after the one
before, unless their own numbers go on already; where every province begins at 1
again the rows are counted through.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import pairwise

from corpus.policy import ParseWarning, WarningPlace


def assign_numbers(
    owns: Sequence[int | None], highest: int, warnings: list[ParseWarning]
) -> list[int]:
    """A number for each row: its own where it can be, else a free one.

    ``owns`` are the numbers as printed, ``highest`` the last number of the tables
    before; ``warnings`` receives what had to be changed.
    """
    printed = [own for own in owns if own is not None]
    if not printed:
        if owns:
            warnings.append(ParseWarning("number-missing", "附件表格各行都没有序号，已依次编号"))
        return [highest + n for n in range(1, len(owns) + 1)]
    if _restarts(owns):
        message = "附件表格的序号分段从1重新编起，各行已依次连续编号"
        warnings.append(ParseWarning("number-restart", message))
        return [highest + n for n in range(1, len(owns) + 1)]
    offset = 0 if min(printed) > highest else highest
    taken_by_others = set(owns)
    beyond = max(printed)
    numbers: dict[int, None] = {}  # in order, and quick to look up
    previous = highest if offset == 0 else 0
    for own in owns:
        n, warning = _own_or_free(own, previous, taken_by_others, numbers, beyond)
        if warning:
            warnings.append(warning)
        beyond = max(beyond, n)
        numbers[n] = None
        previous = n if own is None else own
    return [offset + n for n in numbers]


def _restarts(owns: Sequence[int | None]) -> bool:
    """Whether the numbers are runs 1, 2, 3 …, more than one of them, without a gap."""
    if None in owns or owns[0] != 1:
        return False
    runs = 1
    for before, own in pairwise(owns):
        if own == 1:
            runs += 1
        elif own != (before or 0) + 1:
            return False
    return runs > 1


def _own_or_free(
    own: int | None,
    previous: int,
    owned: Container[int | None],
    taken: Container[int],
    beyond: int,
) -> tuple[int, ParseWarning | None]:
    """A row's number, and what to say about it."""
    expected = previous + 1
    if own is None:
        n = expected if expected not in owned and expected not in taken else beyond + 1
        message = f"附件表格第{previous}行之后有一行没有序号，已编为第{n}行"
        return n, ParseWarning("number-missing", message, WarningPlace(row=n))
    if own in taken:
        n = beyond + 1
        message = f"附件表格的序号{own}重复，后一行已编为第{n}行"
        return n, ParseWarning("number-duplicate", message, WarningPlace(row=n))
    if own != expected:
        before = f"第{previous}行之后是第{own}行" if previous else f"从第{own}行开始"
        message = f"附件表格的序号不连续：{before}"
        return own, ParseWarning("number-sequence", message, WarningPlace(row=own))
    return own, None
