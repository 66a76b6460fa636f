"""Tables that a plain text writes with signs: Markdown's pipes, or tabs.

    | 序号 | 试点单位 | 任务 |          序号<TAB>试点单位<TAB>任务
    | --- | --- | --- |                1<TAB>北京市石景山区<TAB>……

Such a table is stated as well as one of HTML, so :func:`delimited_tables` makes a
:class:`~corpus.document.SourceTable` of it.  Runs of fewer than two rows, or of
rows with one cell, are text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from corpus.document import Cell, SourceTable
from corpus.policy import Span
from corpus.text.normalize import Line

_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_FEWEST_ROWS = 2


def delimited_tables(
    text: str, lines: Sequence[Line], apart: Container[int]
) -> Iterator[tuple[SourceTable, frozenset[int]]]:
    """The tables written with pipes or tabs, each with the rules (``|---|``) in it.

    ``apart`` are lines that belong to tables which the format states.
    """
    run: list[int] = []
    sign = ""
    for at in range(len(lines) + 1):
        found = _sign(lines[at].text) if at < len(lines) and at not in apart else ""
        if run and (found != sign or (sign == "|" and lines[at].blank_before)):
            if len(run) >= _FEWEST_ROWS:
                yield _table(text, lines, run, sign)
            run = []
        if found:
            run.append(at)
        sign = found


def _sign(text: str) -> str:
    """What divides the cells of a line; empty where nothing does."""
    if text.startswith("|") and text.count("|") > 2:
        return "|"
    return "\t" if "\t" in text else ""


def _table(
    text: str, lines: Sequence[Line], run: Sequence[int], sign: str
) -> tuple[SourceTable, frozenset[int]]:
    cells: list[Cell] = []
    rules: set[int] = set()
    row = 0
    for at in run:
        if sign == "|" and _RULE.fullmatch(lines[at].text):
            rules.add(at)
            continue
        cells.extend(_cells(text, lines[at], row, sign))
        row += 1
    return SourceTable(tuple(cells)), frozenset(rules)


def _cells(text: str, line: Line, row: int, sign: str) -> Iterator[Cell]:
    start, stop = line.span.start, line.span.end
    if sign == "|":
        start, stop = start + 1, stop - text[start:stop].endswith("|")
    else:  # tabs before the line's first word are empty cells
        start = max(text.rfind(end, 0, start) for end in "\n\r") + 1
    for column, part in enumerate(text[start:stop].split(sign)):
        content = part.strip()
        at = start + part.index(content) if content else start
        yield Cell(row, column, Span(at, at + len(content)))
        start += len(part) + 1
